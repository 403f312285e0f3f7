#include "amt/status.h"

#include <stddef.h>

const char *
status_name(uint32_t code)
{
	static const struct {
		uint32_t code;
		const char *name;
	} names[] = {
		{ 0x001, "internal error" },
		{ 0x002, "not ready" },
		{ 0x003, "invalid mode" },
		{ 0x004, "invalid message length" },
		{ 0x00c, "invalid name" },
		{ 0x00f, "invalid byte count" },
		{ 0x010, "not permitted" },
		{ 0x017, "limit reached" },
		{ 0x018, "invalid authentication type" },
		{ 0x01a, "invalid DHCP mode" },
		{ 0x01b, "invalid IP address" },
		{ 0x01c, "invalid domain name" },
		{ 0x01e, "request unexpected" },
		{ 0x020, "invalid provisioning state" },
		{ 0x022, "invalid time" },
		{ 0x023, "invalid index" },
		{ 0x024, "invalid parameter" },
		{ 0x025, "invalid netmask" },
		{ 0x026, "flash write limit" },
		{ 0x02a, "invalid PID" },
		{ 0x02b, "invalid PPS" },
		{ 0x02f, "random numbers being gathered" },
		{ 0x030, "random numbers not ready" },
		{ 0x031, "certificate not ready" },
		{ 0x400, "disabled by policy" },
		{ 0x805, "invalid handle" },
		{ 0x806, "invalid password" },
		{ 0x807, "invalid realm" },
		{ 0x808, "access list entry in use" },
		{ 0x809, "data missing" },
		{ 0x80a, "duplicate" },
		{ 0x80c, "missing keys" },
		{ 0x80d, "generating keys" },
		{ 0x80e, "invalid key" },
		{ 0x80f, "invalid certificate" },
		{ 0x810, "certificate and key differ" },
		{ 0x811, "Kerberos limit reached" },
		{ 0x812, "unsupported" },
		{ 0x813, "invalid priority" },
		{ 0x814, "not found" },
		{ 0x815, "invalid credentials" },
		{ 0x816, "invalid passphrase" },
		{ 0x818, "no association" },
		{ 0x81b, "audit failure" },
		{ 0x81c, "blocking component" },
		{ 0x821, "user consent required" },
		{ 0x822, "operation in progress" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].code == code)
			return names[i].name;
	return "unknown code";
}
