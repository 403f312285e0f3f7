/*
 * Remote access: servers that a device calls (MPS), the rules when it does, and
 * which server belongs to which rule.  Classes, keys, parameters and limits:
 * Intel's class reference; order, names and texts: captured replies.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "peer/certs.h"
#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/remote.h"
#include "peer/wifi.h"

#define SERVER "Intel(r) AMT:Management Presence Server"
#define SERVICE "Intel(r) AMT Remote Access Service"
#define USER "Intel(r) AMT User Initiated Connection Service"
#define CAPABILITIES "Intel(r) AMT:Remote Access Capabilities"
#define PASSWORD_ID "Intel(r) AMT:MPS Username Password"
/* What no read shows: a name that no XML element can have. */
#define CERTIFICATE " certificate"

/* 4 by Intel's text, 6 in a capture of a late release. */
static unsigned
servers_max(const struct machine *m)
{
	return m->major < 12 ? 4 : 6;
}

static int server_destroy(struct machine *m, struct instance *old,
    struct soap_fault *f);
static int rule_destroy(struct machine *m, struct instance *old,
    struct soap_fault *f);
static int applies_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f);
static void capabilities_begin(struct machine *m, const struct class *c);
static unsigned add_server(struct call *c);
static unsigned user_request(struct call *c);

#define KEYS_OF(class)                                                         \
	{                                                                      \
		"CreationClassName", 't', PROPERTY_KEY, 64, class, 0, 0        \
	}
#define KEYS_SYSTEM                                                            \
	{ "SystemCreationClassName", 't', PROPERTY_KEY, 64,                    \
		"CIM_ComputerSystem", 0, 0 },                                  \
	{                                                                      \
		"SystemName", 't', PROPERTY_KEY, 64, "Intel(r) AMT", 0, 0      \
	}

static const struct property server_properties[] = {
	{ CERTIFICATE, 'e', PROPERTY_SECRET, 0, NULL, 0, 0 },
	{ "AccessInfo", 't', 0, 256, NULL, 0, 0 },
	{ "CN", 't', 0, 256, NULL, 0, 0 },
	KEYS_OF("AMT_ManagementPresenceRemoteSAP"),
	{ "ElementName", 't', 0, 64, SERVER, 0, 0 },
	{ "InfoFormat", 'n', 0, 201, NULL, 0, 0 },
	{ "Name", 't', PROPERTY_KEY, 64, NULL, 0, 0 },
	{ "Port", 'n', 0, 65535, NULL, 0, 0 },
	KEYS_SYSTEM,
	{ .name = NULL },
};

static const struct property login_properties[] = {
	{ "InstanceID", 't', PROPERTY_KEY, 64, NULL, 0, 0 },
	{ "RemoteID", 't', PROPERTY_NEEDED, 64, NULL, 0, 0 },
	{ "Secret", 't', PROPERTY_SECRET, 64, NULL, 0, 0 },
	{ .name = NULL },
};

static const struct property rule_properties[] = {
	KEYS_OF("AMT_RemoteAccessPolicyRule"),
	{ "ElementName", 't', 0, 64, "Inte(r) AMT:Remote Access Policy", 0, 0 },
	{ "ExtendedData", 'o', 0, 32, NULL, 0, 0 },
	{ "PolicyRuleName", 't', PROPERTY_KEY, 64, NULL, 0, 0 },
	KEYS_SYSTEM,
	{ "Trigger", 'n', 0, 3, NULL, 0, 0 },
	{ "TunnelLifeTime", 'n', 0, UINT32_MAX, NULL, 0, 0 },
	{ .name = NULL },
};

static const struct property applies_properties[] = {
	{ "ManagedElement", 'e',
	    PROPERTY_KEY | PROPERTY_MOVES | PROPERTY_NEEDED, 0, NULL, 0, 0 },
	{ "MpsType", 'n', PROPERTY_KEPT, 2, "0", 1106, 0 },
	{ "OrderOfAccess", 'n', PROPERTY_KEPT, UINT32_MAX, "0", 0, 0 },
	{ "PolicySet", 'e', PROPERTY_KEY | PROPERTY_MOVES | PROPERTY_NEEDED, 0,
	    NULL, 0, 0 },
	{ .name = NULL },
};

static const struct property service_properties[] = {
	KEYS_OF("AMT_RemoteAccessService"),
	{ "ElementName", 't', 0, 64, SERVICE, 0, 0 },
	{ "IsRemoteTunnelConnected", 'b', 0, 0, "false", 1700, 0 },
	{ "Name", 't', PROPERTY_KEY, 64, SERVICE, 0, 0 },
	{ "RemoteTunnelKeepAliveTimeout", 'n', 0, UINT32_MAX, "4294967295",
	    1700, 0 },
	KEYS_SYSTEM,
	{ .name = NULL },
};

static const struct property capability_properties[] = {
	{ "ElementName", 't', 0, 64, CAPABILITIES, 0, 0 },
	{ "InstanceID", 't', PROPERTY_KEY, 64, CAPABILITIES, 0, 0 },
	{ "MaxMpsPerPolicy", 'n', 0, 9, "2", 0, 0 },
	{ "MaxTotalMpServers", 'n', 0, 9, NULL, 0, 0 },
	{ "MaxTotalPolicies", 'n', 0, 9, "3", 0, 0 },
	{ "MaxTotalProxyEntryPoints", 'n', 0, 99, "15", 1200, 0 },
	{ .name = NULL },
};

static const struct property user_properties[] = {
	KEYS_OF("AMT_UserInitiatedConnectionService"),
	{ "ElementName", 't', 0, 64, USER, 0, 0 },
	{ "EnabledState", 'n', 0, 32771, "32768", 0, 0 },
	{ "Name", 't', PROPERTY_KEY, 64, USER, 0, 0 },
	KEYS_SYSTEM,
	{ .name = NULL },
};

/* Documented of 11.6: servers inside of the enterprise. */
static const struct method service_methods[] = {
	{ .name = "AddMpServer",
	    .params = { "AccessInfo", "InfoFormat", "Port", "AuthMethod",
	        "?&Certificate", "?Username", "?Password", "?CN" },
	    .handle = add_server },
	{ .name = "AddRemoteAccessPolicyRule",
	    .params = { "Trigger", "TunnelLifeTime", "?ExtendedData",
	        "*&MpServer", "*&InternalMpServer" },
	    .handle = remote_add_rule,
	    .from = 1106 },
	{ .name = "AddRemoteAccessPolicyRule",
	    .params = { "Trigger", "TunnelLifeTime", "?ExtendedData",
	        "+&MpServer" },
	    .handle = remote_add_rule },
	{ .name = NULL },
};
static const struct method user_methods[] = {
	{ .name = "RequestStateChange",
	    .params = { "RequestedState", "?TimeoutPeriod" },
	    .handle = user_request },
	{ .name = NULL },
};

const struct class remote_classes[] = {
	{ .name = "AMT_ManagementPresenceRemoteSAP",
	    .base = URI_AMT,
	    .from = 400,
	    .common = true,
	    .begin = begin_empty,
	    .destroy = server_destroy,
	    .properties = server_properties },
	{ .name = "AMT_RemoteAccessPolicyRule",
	    .base = URI_AMT,
	    .from = 400,
	    .begin = begin_empty,
	    .destroy = rule_destroy,
	    .properties = rule_properties },
	{ .name = "AMT_RemoteAccessPolicyAppliesToMPS",
	    .base = URI_AMT,
	    .from = 400,
	    .begin = begin_empty,
	    .change = applies_change,
	    .properties = applies_properties },
	{ .name = "AMT_MPSUsernamePassword",
	    .base = URI_AMT,
	    .from = 400,
	    .common = true,
	    .begin = begin_empty,
	    .change = change_any,
	    .properties = login_properties },
	{ .name = "AMT_RemoteAccessService",
	    .base = URI_AMT,
	    .from = 400,
	    .common = true,
	    .methods = service_methods,
	    .properties = service_properties },
	{ .name = "AMT_RemoteAccessCapabilities",
	    .base = URI_AMT,
	    .from = 400,
	    .begin = capabilities_begin,
	    .properties = capability_properties },
	{ .name = "AMT_UserInitiatedConnectionService",
	    .base = URI_AMT,
	    .from = 400,
	    .common = true,
	    .methods = user_methods,
	    .properties = user_properties },
	FAMILY_END
};
const struct class *const remote_server_class = &remote_classes[0],
                          *const remote_rule_class = &remote_classes[1],
                          *const remote_applies_class = &remote_classes[2];
static const struct class *const login_class = &remote_classes[3];

static void
capabilities_begin(struct machine *m, const struct class *c)
{
	const char text[] = { (char)('0' + servers_max(m)), '\0' };

	instance_set(instance_add(m, c), "MaxTotalMpServers", text);
}

bool
remote_uses(struct machine *m, const struct instance *cert)
{
	return cert_referred(m, remote_server_class, CERTIFICATE, cert);
}

unsigned
remote_refused(const struct call *c, unsigned code, const char *why)
{
	journal(c->m, "complaint", "remote access: %s", why);
	return code;
}

/* --- servers ------------------------------------------------------------- */

static const char *
address_wrong(const char *info, uint64_t format, const char *cn)
{
	uint8_t bytes[16];
	bool v4 = inet_pton(AF_INET, info, bytes) == 1;
	bool v6 = inet_pton(AF_INET6, info, bytes) == 1;

	if (format == 3 || format == 4)
		return (format == 3 ? v4 : v6)
		    ? cn[0] != '\0' ? NULL : "an address without CN"
		    : "AccessInfo is no address of InfoFormat";
	if (format != 201)
		return "InfoFormat is not 3, 4 or 201";
	if (info[0] == '\0' || v4 || v6)
		return "AccessInfo is no name";
	return cn[0] == '\0' || strcmp(cn, info) == 0
	    ? NULL
	    : "CN is for an address, and another than AccessInfo";
}

/* User and password, or a certificate. */
static const char *
login_wrong(const struct call *c, uint64_t method, const char *user,
    const char *password)
{
	char reference[REFERENCE_MAX];

	if (method == 2)
		return user[0] != '\0' && password[0] != '\0'
		    ? NULL
		    : "Username or Password is missing";
	if (method != 1)
		return "AuthMethod is not 1 or 2";
	return call_reference(c, "Certificate", reference) &&
	        cert_meant(c->m, reference, CERT_WITH_KEY) != NULL
	    ? NULL
	    : "Certificate is none with its key";
}

static bool
server_there(struct machine *m, const char *info, const char *port)
{
	struct instance *i = instance_first(m, remote_server_class);

	for (; i != NULL; i = i->next)
		if (strcmp(instance_text(i, "AccessInfo"), info) == 0 &&
		    strcmp(instance_text(i, "Port"), port) == 0)
			return true;
	return false;
}

static struct instance *
server_new(const struct call *c, const char *info, const char *cn)
{
	struct instance *i = instance_new(c->m, remote_server_class);
	char text[REFERENCE_MAX];

	for (unsigned n = 0; n < servers_max(c->m); n++) {
		snprintf(text, sizeof(text), SERVER " %u", n);
		if (instance_find(c->m, remote_server_class, "Name", text) ==
		    NULL)
			break;
	}
	instance_set(i, "Name", text);
	instance_set(i, "AccessInfo", info);
	instance_set(i, "CN", cn[0] != '\0' ? cn : info);
	if (call_text(c, "InfoFormat", text, sizeof(text)))
		instance_set(i, "InfoFormat", text);
	if (call_text(c, "Port", text, sizeof(text)))
		instance_set(i, "Port", text);
	if (call_reference(c, "Certificate", text))
		instance_set(i, CERTIFICATE, text);
	instance_attach(c->m, i);
	return i;
}

static void
login_new(struct machine *m, const struct instance *server, const char *user,
    const char *password)
{
	struct instance *i = instance_add(m, login_class);
	const char *number = strrchr(instance_text(server, "Name"), ' ');
	char id[64];

	snprintf(id, sizeof(id), PASSWORD_ID "%s", number);
	instance_set(i, "InstanceID", id);
	instance_set(i, "RemoteID", user);
	instance_set(i, "Secret", password);
}

static unsigned
add_server(struct call *c)
{
	char info[256], cn[256], port[8], user[65], password[65];
	uint64_t format, number, method;
	struct instance *server;
	const char *why;

	if (!call_text(c, "AccessInfo", info, sizeof(info)) ||
	    !call_number(c, "InfoFormat", 201, &format) ||
	    !call_number(c, "Port", 65535, &number) || number == 0 ||
	    !call_number(c, "AuthMethod", 2, &method))
		return remote_refused(c, RETURN_PARAMETER,
		    "a parameter of AddMpServer");
	if ((!call_text(c, "CN", cn, sizeof(cn)) && call_param(c, "CN")) ||
	    (!call_text(c, "Username", user, sizeof(user)) &&
	        call_param(c, "Username")) ||
	    (!call_text(c, "Password", password, sizeof(password)) &&
	        call_param(c, "Password")))
		return remote_refused(c, RETURN_PARAMETER,
		    "a text is too long");
	why = address_wrong(info, format, cn);
	if (why == NULL)
		why = login_wrong(c, method, user, password);
	if (why != NULL)
		return remote_refused(c, RETURN_PARAMETER, why);
	snprintf(port, sizeof(port), "%u", (unsigned)number);
	if (server_there(c->m, info, port))
		return remote_refused(c, RETURN_DUPLICATE,
		    "the server is there");
	if (instance_count(c->m, remote_server_class) == servers_max(c->m))
		return RETURN_LIMIT;
	/* the server's certificate would have no anchor */
	if (!certs_trust(c->m))
		remote_refused(c, 0, "a server before any trusted root");
	server = server_new(c, info, cn);
	if (method == 2)
		login_new(c->m, server, user, password);
	journal(c->m, "mps-added", "%s", instance_text(server, "Name"));
	call_returns(c, "MpServer", server);
	return RETURN_OK;
}

static int
server_destroy(struct machine *m, struct instance *old, struct soap_fault *f)
{
	const char *number = strrchr(instance_text(old, "Name"), ' ');
	struct instance *login;
	char id[64];

	if (cert_referred(m, remote_applies_class, "ManagedElement", old))
		return refuse_with(f, "AccessDenied", "a rule uses the server");
	snprintf(id, sizeof(id), PASSWORD_ID "%s", number);
	login = instance_find(m, login_class, "InstanceID", id);
	if (login != NULL)
		instance_remove(m, login);
	journal(m, "mps-deleted", "%s", instance_text(old, "Name"));
	return 0;
}

/* --- rules ---------------------------------------------------------------- */

static int
rule_destroy(struct machine *m, struct instance *old, struct soap_fault *f)
{
	struct instance *i = instance_first(m, remote_applies_class), *next;
	char whole[REFERENCE_MAX];

	(void)f;
	instance_reference(whole, old);
	for (; i != NULL; i = next) {
		next = i->next;
		if (strcmp(instance_text(i, "PolicySet"), whole) == 0)
			instance_remove(m, i);
	}
	journal(m, "rule-deleted", "%s", instance_text(old, "PolicyRuleName"));
	return 0;
}

/* The references may bring fewer keys, or in another order. */
static int
applies_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f)
{
	static const char *const ends[] = { "ManagedElement", "PolicySet" };

	(void)m;
	for (size_t i = 0; i < 2; i++) {
		const char *whole = instance_text(old, ends[i]);

		if (!reference_fits(whole, instance_text(now, ends[i])))
			return refuse_with(f, "InvalidRepresentation",
			    "a reference to another instance than chosen");
		instance_set(now, ends[i], whole);
	}
	return 0;
}

static unsigned
user_request(struct call *c)
{
	uint64_t state;
	char text[16];

	if (!call_number(c, "RequestedState", UINT32_MAX, &state) ||
	    state < 32768 || state > 32771)
		return remote_refused(c, 5,
		    "RequestedState is not 32768..32771");
	snprintf(text, sizeof(text), "%u", (unsigned)state);
	instance_set(c->self, "EnabledState", text);
	return RETURN_OK;
}
