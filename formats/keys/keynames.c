#include "keys/keynames.h"

const struct heading_name keynames[] = {
	{ "pid", KEYNAME_PID },
	{ "amtpid", KEYNAME_PID },
	{ "provisioningid", KEYNAME_PID },
	{ "provisioningidpid", KEYNAME_PID },
	{ "pidprovisioningid", KEYNAME_PID },
	{ "pskpid", KEYNAME_PID },
	{ "tlspskpid", KEYNAME_PID },
	{ "pps", KEYNAME_PPS },
	{ "amtpps", KEYNAME_PPS },
	{ "provisioningpassphrase", KEYNAME_PPS },
	{ "provisioningpassphrasepps", KEYNAME_PPS },
	{ "ppsprovisioningpassphrase", KEYNAME_PPS },
	{ "pskpps", KEYNAME_PPS },
	{ "tlspskpps", KEYNAME_PPS },
	{ "mebxnow", KEYNAME_NOW },
	{ "password", KEYNAME_NOW },
	{ "mebx", KEYNAME_NOW },
	{ "mebxpassword", KEYNAME_NOW },
	{ "currentpassword", KEYNAME_NOW },
	{ "defaultpassword", KEYNAME_NOW },
	{ "factorypassword", KEYNAME_NOW },
	{ "initialpassword", KEYNAME_NOW },
	{ "currentmebxpassword", KEYNAME_NOW },
	{ "oldpassword", KEYNAME_NOW },
	{ "oldmebxpassword", KEYNAME_NOW },
	{ "mebxnext", KEYNAME_NEXT },
	{ "newpassword", KEYNAME_NEXT },
	{ "newmebxpassword", KEYNAME_NEXT },
	{ "adminpassword", KEYNAME_NEXT },
	{ "used", KEYNAME_USED },
	{ "serial", KEYNAME_SERIAL },
	{ "serialno", KEYNAME_SERIAL },
	{ "serialnumber", KEYNAME_SERIAL },
	{ "servicetag", KEYNAME_SERIAL },
	{ "uuid", KEYNAME_UUID },
	{ "guid", KEYNAME_UUID },
	{ "smbiosguid", KEYNAME_UUID },
	{ "smbiosuuid", KEYNAME_UUID },
	{ "systemuuid", KEYNAME_UUID },
	{ "amtuuid", KEYNAME_UUID },
	{ "mac", KEYNAME_MAC },
	{ "macaddress", KEYNAME_MAC },
	{ "order", KEYNAME_ORDER },
	{ "orderno", KEYNAME_ORDER },
	{ "ordernumber", KEYNAME_ORDER },
	{ "ponumber", KEYNAME_ORDER },
	{ "asset", KEYNAME_ASSET },
	{ "assetno", KEYNAME_ASSET },
	{ "assetnumber", KEYNAME_ASSET },
	{ "assettag", KEYNAME_ASSET },
	{ "note", KEYNAME_NOTE },
	{ "notes", KEYNAME_NOTE },
};
const size_t keynames_count = sizeof(keynames) / sizeof(keynames[0]);

/* What a note calls the columns that say something of the machine. */
static const char *const noted[KEYNAME_COUNT] = {
	[KEYNAME_SERIAL] = "serial",
	[KEYNAME_UUID] = "uuid",
	[KEYNAME_MAC] = "mac",
	[KEYNAME_ORDER] = "order",
	[KEYNAME_ASSET] = "asset",
};

int
keyname_find(const char *name)
{
	return heading_find(name, keynames, keynames_count);
}

int
keynames_read(struct keyrow *k, const char *const value[KEYNAME_COUNT],
    struct fault *f)
{
	char note[KEYROW_NOTE_MAX + 1] = "";
	const struct keyrow_text t = {
		.pid = value[KEYNAME_PID],
		.pps = value[KEYNAME_PPS],
		.mebx_now = value[KEYNAME_NOW],
		.mebx_next = value[KEYNAME_NEXT],
		.used = value[KEYNAME_USED],
		.note = note,
	};

	for (size_t i = KEYNAME_SERIAL; i < KEYNAME_COUNT; i++)
		keyrow_note(note, noted[i], value[i]);
	return keyrow_read(k, &t, f);
}
