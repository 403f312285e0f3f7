/*
 * AMT_KerberosSettingData.  Properties and what excludes what: Intel's class
 * reference; names, order and initial values: a capture.
 */
#include <string.h>

#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/service.h"

#define NAME "Intel(r) AMT: Kerberos Settings"
#define ID "Intel (r) AMT: Kerberos Settings" /* the blank is firmware's */

static bool
differs(const struct instance *old, const struct instance *now,
    const char *name)
{
	return strcmp(instance_text(old, name), instance_text(now, name)) != 0;
}

/* The list that a client sends is ignored: RC4 always, AES with a passphrase
 * and a salt. */
static void
set_algorithms(const struct machine *m, struct instance *now)
{
	instance_set(now, "ConfiguredEncryptionAlgorithms", NULL);
	if (machine_release(m) < 800 || !instance_true(now, "KrbEnabled"))
		return;
	instance_append(now, "ConfiguredEncryptionAlgorithms", "0");
	if (!instance_has(now, "Passphrase") || !instance_has(now, "Salt"))
		return;
	instance_append(now, "ConfiguredEncryptionAlgorithms", "1");
	instance_append(now, "ConfiguredEncryptionAlgorithms", "2");
}

static const char *
enabled_wrong(const struct instance *now)
{
	uint8_t key[17];

	if (instance_text(now, "RealmName")[0] == '\0')
		return "Kerberos without a RealmName";
	if (!instance_has(now, "MasterKey") && !instance_has(now, "Passphrase"))
		return "Kerberos without a key";
	if (instance_has(now, "MasterKey") &&
	    octets(key, sizeof(key), instance_text(now, "MasterKey")) != 16)
		return "MasterKey is not 16 bytes";
	return NULL;
}

static int
kerberos_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f)
{
	bool key = differs(old, now, "MasterKey");
	bool phrase = differs(old, now, "Passphrase");
	const char *why = NULL;

	if (key && phrase && instance_has(now, "MasterKey") &&
	    instance_has(now, "Passphrase"))
		why = "MasterKey and Passphrase exclude each other";
	if (why == NULL && phrase)
		instance_set(now, "MasterKey", NULL);
	else if (why == NULL && key)
		instance_set(now, "Passphrase", NULL);
	if (why == NULL && instance_true(now, "KrbEnabled"))
		why = enabled_wrong(now);
	if (why != NULL)
		return refuse_with(f, "InvalidRepresentation", why);
	if (instance_true(now, "KrbEnabled") && !m->clock_set)
		journal(m, "complaint", "Kerberos before the clock is set");
	set_algorithms(m, now);
	return 0;
}

static unsigned
cache_set(struct call *c)
{
	char text[8];

	if (!call_text(c, "Enable", text, sizeof(text)) ||
	    (strcmp(text, "true") != 0 && strcmp(text, "false") != 0))
		return RETURN_PARAMETER;
	instance_set(c->self, "CredentialCache", text);
	return RETURN_OK;
}

static unsigned
cache_get(struct call *c)
{
	soap_element(c->out, 'g', "Enabled",
	    instance_text(c->self, "CredentialCache"));
	return RETURN_OK;
}

static const struct property properties[] = {
	{ "ConfiguredEncryptionAlgorithms", 'n', PROPERTY_LIST, 2, NULL, 800,
	    0 },
	/* no property of firmware: behind the methods */
	{ "CredentialCache", 'b', PROPERTY_SECRET, 0, "false", 0, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256, NAME, 0, 0 },
	{ "EncryptionAlgorithm", 'n', 0, 0, NULL, 0, 0 },
	{ "InstanceID", 't', PROPERTY_KEY, 256, ID, 0, 0 },
	{ "IterationCount", 'n', 0, UINT32_MAX, NULL, 800, 0 },
	{ "KeyVersion", 'n', 0, UINT32_MAX, NULL, 0, 0 },
	{ "KrbEnabled", 'b', PROPERTY_NEEDED, 0, "false", 0, 0 },
	{ "MasterKey", 'o', PROPERTY_SECRET, 16, NULL, 0, 0 },
	{ "MaximumClockTolerance", 'n', 0, 5, NULL, 0, 0 },
	{ "Passphrase", 't', PROPERTY_SECRET, 256, NULL, 800, 0 },
	{ "RealmName", 't', 0, 256, NULL, 0, 0 },
	{ "Salt", 't', 0, 256, NULL, 800, 0 },
	{ "ServicePrincipalName", 't', PROPERTY_LIST, 256, NULL, 0, 0 },
	{ "ServicePrincipalProtocol", 'n', PROPERTY_LIST, 4, NULL, 0, 0 },
	{ "SupportedEncryptionAlgorithms", 'n', PROPERTY_LIST | PROPERTY_FIXED,
	    2, "0|1|2", 800, 0 },
	{ .name = NULL },
};

static const struct method methods[] = {
	{ .name = "SetCredentialCacheState",
	    .params = { "Enable" },
	    .handle = cache_set },
	{ .name = "GetCredentialCacheState", .handle = cache_get },
	{ .name = NULL },
};

const struct class kerberos_classes[] = {
	{ .name = "AMT_KerberosSettingData",
	    .base = URI_AMT,
	    .properties = properties,
	    .methods = methods,
	    .change = kerberos_change },
	FAMILY_END,
};
