#include "peer/service.h"

#include <string.h>

#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/unprovision.h"
#include "peer/users.h"

#define SERVICE_KEYS(class, name)                                              \
	(const struct key[])                                                   \
	{                                                                      \
		{ "Name", name }, { "CreationClassName", class },              \
		    { "SystemCreationClassName", "CIM_ComputerSystem" },       \
		    { "SystemName", "Intel(r) AMT" },                          \
		{                                                              \
			NULL, NULL                                             \
		}                                                              \
	}

/* --- services ------------------------------------------------------------ */

static void
service_head(FILE *out, char p, const char *class, const char *name)
{
	soap_element(out, p, "CreationClassName", class);
	soap_element(out, p, "ElementName", name);
	soap_element(out, p, "EnabledState", "5");
}

static void
service_tail(FILE *out, char p)
{
	soap_element(out, p, "RequestedState", "12");
	soap_element(out, p, "SystemCreationClassName", "CIM_ComputerSystem");
	soap_element(out, p, "SystemName", "Intel(r) AMT");
}

static void
setup_put(FILE *out, char p, const struct machine *m, unsigned i)
{
	static const char name[] =
	    "Intel(r) AMT Setup and Configuration Service";
	const char state[] = { (char)('0' + m->state), '\0' };

	(void)i;
	soap_element(out, p, "CreationClassName",
	    "AMT_SetupAndConfigurationService");
	if (m->faults.pki)
		soap_element(out, p, "DhcpDNSSuffix", m->faults.dhcp);
	soap_element(out, p, "ElementName", name);
	soap_element(out, p, "EnabledState", "5");
	soap_element(out, p, "Name", name);
	soap_element(out, p, "PasswordModel", m->faults.coupled ? "0" : "1");
	soap_element(out, p, "ProvisioningMode",
	    m->control_mode == 1 ? "4" : "1");
	if (m->state == STATE_IN)
		soap_element(out, p, "ProvisioningServerOTP",
		    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
	soap_element(out, p, "ProvisioningState", state);
	service_tail(out, p);
	if (m->faults.pki)
		soap_element(out, p, "TrustedDNSSuffix", m->faults.suffix);
	soap_element(out, p, "ZeroTouchConfigurationEnabled", "true");
}

static void
authorization_put(FILE *out, char p, const struct machine *m, unsigned i)
{
	static const char name[] = "Intel(r) AMT Authorization Service";

	(void)m;
	(void)i;
	soap_element(out, p, "AllowHttpQopAuthOnly", "1");
	service_head(out, p, "AMT_AuthorizationService", name);
	soap_element(out, p, "Name", name);
	service_tail(out, p);
}

/* --- CIM_ComputerSystemPackage ------------------------------------------- */

/* An end of the association: the one instance of class, chosen by its keys. */
static void
package_end(FILE *out, char p, const char *end, const char *class,
    const char *key, const char *value)
{
	fprintf(out,
	    "<%c:%s><b:Address>" URI_ANONYMOUS "</b:Address>"
	    "<b:ReferenceParameters><c:ResourceURI>" URI_CIM "%s"
	    "</c:ResourceURI><c:SelectorSet>"
	    "<c:Selector Name=\"CreationClassName\">%s</c:Selector>"
	    "<c:Selector Name=\"%s\">%s</c:Selector>"
	    "</c:SelectorSet></b:ReferenceParameters></%c:%s>",
	    p, end, class, class, key, value, p, end);
}

static void
package_put(FILE *out, char p, const struct machine *m, unsigned i)
{
	uint8_t uuid[UUID_LEN];
	char hex[2 * UUID_LEN + 1];

	(void)i;
	machine_uuid(m, uuid);
	for (size_t k = 0; k < UUID_LEN; k++)
		snprintf(hex + 2 * k, 3, "%02X", uuid[k]);
	package_end(out, p, "Antecedent", "CIM_Chassis", "Tag", "CIM_Chassis");
	package_end(out, p, "Dependent", "CIM_ComputerSystem", "Name",
	    "ManagedSystem");
	soap_element(out, p, "PlatformGUID", hex);
}

/* --- CIM_SoftwareIdentity ------------------------------------------------ */

static const char *const identities[] = { "Flash", "Netstack", "AMTApps", "AMT",
	"Sku", "VendorID", "Build Number", "Recovery Version",
	"Recovery Build Num", "Legacy Mode", "AMT FW Core Version" };
#define NIDENTITIES (sizeof(identities) / sizeof(identities[0]))

static bool
identity_is(unsigned i, const char *name, const char *value)
{
	return strcmp(name, "InstanceID") == 0 &&
	    strcmp(value, identities[i]) == 0;
}

/* "9.5.15.1730": three numbers of version, one of build. */
static void
identity_put(FILE *out, char p, const struct machine *m, unsigned i)
{
	char version[40], *dot = version;
	const char *build = "1000", *value = version;

	snprintf(version, sizeof(version), "%s", m->firmware);
	for (int k = 0; k < 3 && dot != NULL; k++)
		dot = strchr(dot + (k > 0), '.');
	if (dot != NULL) {
		*dot = '\0';
		build = dot + 1;
	}
	if (strcmp(identities[i], "Sku") == 0)
		value = "8";
	else if (strcmp(identities[i], "VendorID") == 0)
		value = "8086";
	else if (strstr(identities[i], "Build Num") != NULL)
		value = build;
	else if (strcmp(identities[i], "Legacy Mode") == 0)
		value = "False";
	soap_element(out, p, "InstanceID", identities[i]);
	soap_element(out, p, "IsEntity", "true");
	soap_element(out, p, "VersionString", value);
}

/* --- all of them --------------------------------------------------------- */

static const struct class classes[] = {
	{ "AMT_GeneralSettings", URI_AMT,
	    (const struct key[]){
	        { "InstanceID", "Intel(r) AMT: General Settings" },
	        { NULL, NULL } },
	    1, NULL, general_put, general_take, NULL, .properties = NULL },
	{ "AMT_SetupAndConfigurationService", URI_AMT,
	    SERVICE_KEYS("AMT_SetupAndConfigurationService",
	        "Intel(r) AMT Setup and Configuration Service"),
	    1, NULL, setup_put, NULL, setup_methods,
	    .more_methods = unprovision_methods, .properties = NULL },
	{ "AMT_AuthorizationService", URI_AMT,
	    SERVICE_KEYS("AMT_AuthorizationService",
	        "Intel(r) AMT Authorization Service"),
	    1, NULL, authorization_put, NULL, authorization_methods,
	    .more_methods = users_methods, .properties = NULL },
	{ "CIM_ComputerSystemPackage", URI_CIM, NULL, 1, NULL, package_put,
	    NULL, NULL, .properties = NULL },
	{ "CIM_SoftwareIdentity", URI_CIM, NULL, NIDENTITIES, identity_is,
	    identity_put, NULL, NULL, .properties = NULL },
};

/* The families whose instances machines keep, a file each. */
static const struct class *const families[] = {
	redirect_classes,
	users_classes,
	kerberos_classes,
	network_classes,
	power_classes,
	audit_classes,
	clock_classes,
	boot_classes,
	certs_classes,
	keymgmt_classes,
	tlsset_classes,
	dot1x_classes,
	wifi_classes,
	remote_classes,
};

static bool
class_there(struct machine *m, const struct class *c)
{
	unsigned release = machine_release(m);

	if (release < c->from || (c->to != 0 && release > c->to))
		return false;
	return c->here == NULL || c->here(m);
}

const struct class *
class_any(const char *name)
{
	for (size_t k = 0; k < sizeof(families) / sizeof(families[0]); k++)
		for (const struct class *c = families[k]; c->name != NULL; c++)
			if (strcmp(c->name, name) == 0)
				return c;
	return NULL;
}

const struct class *
class_find(struct machine *m, const char *name)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcmp(classes[i].name, name) == 0)
			return &classes[i];
	for (size_t k = 0; k < sizeof(families) / sizeof(families[0]); k++)
		for (const struct class *c = families[k]; c->name != NULL; c++)
			if (strcmp(c->name, name) == 0 && class_there(m, c))
				return c;
	return NULL;
}

const char *
class_key(const struct class *c, const char *name)
{
	for (const struct key *k = c->keys; k != NULL && k->name != NULL; k++)
		if (strcmp(k->name, name) == 0)
			return k->value;
	return NULL;
}
