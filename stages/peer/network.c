/*
 * The device's ports and how it tells where it is: AMT_EthernetPortSettings
 * and AMT_EnvironmentDetectionSettingData.  Properties, values and which
 * combinations fit: Intel's class reference and what public servers send.
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/service.h"

#define PORT "Intel(r) AMT Ethernet Port Settings"
#define DETECTION "Intel(r) AMT Environment Detection Settings"

/* Notebooks of 2.5, 2.6 and 4, and any machine from 6 on; 5.x has none. */
bool
machine_wlan(const struct machine *m)
{
	unsigned release = machine_release(m);

	if (m->faults.wlan >= 0)
		return m->faults.wlan != 0;
	return m->major >= 6 || m->major == 4 ||
	    (release >= 205 && release < 300);
}

/* --- AMT_EthernetPortSettings --------------------------------------------- */

static const char *const addresses[] = { "DefaultGateway", "IPAddress",
	"PrimaryDNS", "SecondaryDNS", "SubnetMask" };
#define NADDRESSES (sizeof(addresses) / sizeof(addresses[0]))

static void
set_mac(const struct machine *m, struct instance *p, unsigned port)
{
	char text[24];

	snprintf(text, sizeof(text), "c8-d9-%02x-%02x-%02x-%02x",
	    (unsigned)(m->uuid[12] ^ port << 4), m->uuid[13], m->uuid[14],
	    m->uuid[15]);
	instance_set(p, "MACAddress", text);
}

/* What DHCP, or the host's own address, gives it. */
static void
set_leased(const struct machine *m, struct instance *p)
{
	struct in_addr gateway = m->address;

	gateway.s_addr = (gateway.s_addr & htonl(0xffffff00)) | htonl(254);
	instance_set(p, "IPAddress", inet_ntoa(m->address));
	instance_set(p, "DefaultGateway", inet_ntoa(gateway));
	instance_set(p, "PrimaryDNS", inet_ntoa(gateway));
	instance_set(p, "SecondaryDNS", "0.0.0.0");
	instance_set(p, "SubnetMask", "255.255.255.0");
}

static void
begin_wired(struct machine *m, const struct class *c)
{
	struct instance *p = instance_add(m, c);

	instance_set(p, "InstanceID", PORT " 0");
	if (m->faults.no_lan) {
		instance_set(p, "LinkIsUp", "false");
		return; /* without MACAddress, as devices without the port */
	}
	set_mac(m, p, 0);
	set_leased(m, p);
	instance_set(p, "SharedDynamicIP", "true");
	instance_set(p, "SharedMAC", "true");
	instance_set(p, "SharedStaticIp", "false");
}

/* A machine without a radio has the instance with a MAC of zeros. */
static void
begin_wireless(struct machine *m, const struct class *c)
{
	struct instance *p = instance_add(m, c);

	instance_set(p, "InstanceID", PORT " 1");
	if (!machine_wlan(m)) {
		instance_set(p, "MACAddress", "00-00-00-00-00-00");
		instance_set(p, "LinkIsUp", "false");
		return;
	}
	set_mac(m, p, 1);
	instance_set(p, "LinkPreference", "2");
	instance_set(p, "LinkControl", "2");
	instance_set(p, "WLANLinkProtectionLevel", "1");
	instance_set(p, "LinkIsUp", m->faults.no_lan ? "true" : "false");
	if (instance_has(p, "PhysicalConnectionType"))
		instance_set(p, "PhysicalConnectionType", "3");
}

static void
ports_begin(struct machine *m, const struct class *c)
{
	begin_wired(m, c);
	if (m->major >= 6 || machine_wlan(m))
		begin_wireless(m, c);
}

static bool
any_address(const struct instance *p)
{
	for (size_t i = 0; i < NADDRESSES; i++)
		if (instance_has(p, addresses[i]))
			return true;
	return false;
}

static const char *
address_wrong(const struct instance *p)
{
	struct in_addr a;

	for (size_t i = 0; i < NADDRESSES; i++) {
		const char *text = instance_text(p, addresses[i]);

		if (text[0] == '\0' &&
		    strcmp(addresses[i], "SecondaryDNS") != 0)
			return "an address of its own is not complete";
		if (text[0] != '\0' && inet_pton(AF_INET, text, &a) != 1)
			return "an address is none";
	}
	return NULL;
}

/* DHCP; the host's static address; or one of its own. */
static const char *
addressing_wrong(const struct instance *p)
{
	bool dhcp = instance_true(p, "DHCPEnabled");
	bool sync = instance_true(p, "IpSyncEnabled");
	bool shared = instance_true(p, "SharedStaticIp");

	if (instance_has(p, "WLANLinkProtectionLevel") && !dhcp)
		return "the wireless port has DHCP alone";
	if (dhcp)
		return any_address(p) ? "an address, and DHCP" : NULL;
	if (sync != shared)
		return "IpSyncEnabled and SharedStaticIp do not agree";
	if (shared)
		return any_address(p) ? "an address, and that of the host"
		                      : NULL;
	return address_wrong(p);
}

static const char *
link_wrong(const struct instance *p)
{
	const struct values *v = instance_values(p, "LinkPolicy");
	unsigned tries = instance_number(p, "ConsoleTcpMaxRetransmissions");

	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->at[i], "1") != 0 && strcmp(v->at[i], "14") != 0 &&
		    strcmp(v->at[i], "16") != 0 && strcmp(v->at[i], "224") != 0)
			return "LinkPolicy is not of 1, 14, 16, 224";
	if (instance_has(p, "ConsoleTcpMaxRetransmissions") &&
	    (tries < 5 || tries > 7))
		return "ConsoleTcpMaxRetransmissions is not 5..7";
	if (instance_has(p, "LinkPreference") &&
	    instance_number(p, "LinkPreference") == 0)
		return "LinkPreference is not 1 or 2";
	return NULL;
}

static int
port_change(struct machine *m, const struct instance *old, struct instance *now,
    struct soap_fault *f)
{
	const char *why = addressing_wrong(now);

	if (why == NULL)
		why = link_wrong(now);
	if (why != NULL)
		return refuse_with(f, "InvalidRepresentation", why);
	if (instance_true(now, "DHCPEnabled") ||
	    instance_true(now, "SharedStaticIp"))
		set_leased(m, now);
	if (strcmp(instance_text(old, "IPAddress"),
	        instance_text(now, "IPAddress")) != 0)
		journal(m, "address", "%s", instance_text(now, "IPAddress"));
	return 0;
}

#define KEPT PROPERTY_KEPT
#define FIXED PROPERTY_FIXED
/* Addresses that a Put leaves out are those of DHCP or the host. */
static const struct property port_properties[] = {
	{ "ConsoleTcpMaxRetransmissions", 'n', KEPT, 7, NULL, 0, 0 },
	{ "DHCPEnabled", 'b', PROPERTY_NEEDED, 0, "true", 0, 0 },
	{ "DefaultGateway", 't', 0, 15, NULL, 0, 0 },
	{ "ElementName", 't', FIXED, 256, PORT, 0, 0 },
	{ "IPAddress", 't', 0, 15, NULL, 0, 0 },
	{ "InstanceID", 't', PROPERTY_KEY, 256, NULL, 0, 0 },
	{ "IpSyncEnabled", 'b', KEPT, 0, "true", 0, 0 },
	{ "LinkControl", 'n', FIXED, 2, NULL, 0, 0 },
	{ "LinkIsUp", 'b', FIXED, 0, "true", 0, 0 },
	{ "LinkPolicy", 'n', KEPT | PROPERTY_LIST, 255, "1|14", 0, 0 },
	{ "LinkPreference", 'n', KEPT, 2, NULL, 0, 0 },
	{ "MACAddress", 't', FIXED, 17, NULL, 0, 0 },
	{ "PhysicalConnectionType", 'n', FIXED, 3, "0", 1500, 0 },
	{ "PhysicalNicMedium", 'n', FIXED, 1, NULL, 0, 0 },
	{ "PrimaryDNS", 't', 0, 15, NULL, 0, 0 },
	{ "SecondaryDNS", 't', 0, 15, NULL, 0, 0 },
	{ "SharedDynamicIP", 'b', KEPT, 0, NULL, 0, 0 },
	{ "SharedMAC", 'b', KEPT, 0, NULL, 0, 0 },
	{ "SharedStaticIp", 'b', KEPT, 0, NULL, 0, 0 },
	{ "SubnetMask", 't', 0, 15, NULL, 0, 0 },
	{ "VLANTag", 'n', KEPT, 65535, NULL, 0, 0 },
	{ "WLANLinkProtectionLevel", 'n', FIXED, 3, NULL, 0, 0 },
	{ .name = NULL },
};
#undef KEPT
#undef FIXED

/* --- AMT_EnvironmentDetectionSettingData ---------------------------------- */

/* Four groups of hex digits, and how many bits of them count. */
static bool
prefix_good(const char *text)
{
	unsigned a, b, c, d, bits;
	int end = -1;

	return sscanf(text, "%4x:%4x:%4x:%4x/%2u%n", &a, &b, &c, &d, &bits,
	           &end) == 5 &&
	    text[end] == '\0' && bits <= 64;
}

/* Four domains, of 192 bytes together. */
static int
detection_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f)
{
	const struct values *v = instance_values(now, "DetectionStrings");
	size_t all = 0;

	(void)m;
	(void)old;
	for (size_t i = 0; i < v->n; i++) {
		all += strlen(v->at[i]);
		if (v->at[i][0] == '\0')
			return refuse_with(f, "InvalidRepresentation",
			    "a domain is empty");
	}
	if (v->n > 4 || all > 192)
		return refuse_with(f, "InvalidRepresentation",
		    "more than 4 domains, or 192 bytes of them");
	v = instance_values(now, "DetectionIPv6LocalPrefixes");
	for (size_t i = 0; i < v->n; i++)
		if (!prefix_good(v->at[i]))
			return refuse_with(f, "InvalidRepresentation",
			    "a prefix is not XXXX:XXXX:XXXX:XXXX/Y");
	return 0;
}

static unsigned
vpn_enable(struct call *c)
{
	char text[8];

	return call_text(c, "Enable", text, sizeof(text)) &&
	        (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
	    ? RETURN_OK
	    : RETURN_PARAMETER;
}

static const struct property detection_properties[] = {
	{ "DetectionAlgorithm", 'n', 0, 0, "0", 0, 0 },
	{ "DetectionIPv6LocalPrefixes", 't', PROPERTY_LIST, 24, NULL, 600, 0 },
	{ "DetectionStrings", 't', PROPERTY_LIST, 192, NULL, 0, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256, DETECTION, 0, 0 },
	{ "InstanceID", 't', PROPERTY_KEY, 256, DETECTION, 0, 0 },
	{ .name = NULL },
};

static const struct method detection_methods[] = {
	{ .name = "EnableVpnRouting",
	    .params = { "Enable" },
	    .handle = vpn_enable },
	{ .name = NULL },
};

const struct class network_classes[] = {
	{ .name = "AMT_EthernetPortSettings",
	    .base = URI_AMT,
	    .properties = port_properties,
	    .begin = ports_begin,
	    .change = port_change },
	{ .name = "AMT_EnvironmentDetectionSettingData",
	    .base = URI_AMT,
	    .properties = detection_properties,
	    .methods = detection_methods,
	    .from = 205,
	    .change = detection_change },
	FAMILY_END,
};

/* Where servers keep a tunnel up by naming a domain that nowhere is, the ports
 * are closed; that is inferred, so a device does it on request alone. */
bool
machine_outside(struct machine *m)
{
	const struct class *c =
	    class_find(m, "AMT_EnvironmentDetectionSettingData");
	const struct values *v;

	if (!m->faults.leaves || c == NULL)
		return false;
	v = instance_values(instance_first(m, c), "DetectionStrings");
	for (size_t i = 0; i < v->n; i++)
		if (strcasecmp(v->at[i], m->faults.dhcp) == 0)
			return false;
	return v->n > 0;
}
