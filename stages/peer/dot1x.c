/*
 * 802.1X.  Two generations of wired settings, which exist side by side over
 * many releases, and CIM_IEEE8021xSettings of WiFi profiles.  Classes, limits
 * and values: Intel's class reference; order, names and initial values:
 * captured replies.
 */
#include "peer/dot1x.h"

#include <stdio.h>
#include <string.h>

#include "peer/certs.h"
#include "peer/journal.h"
#include "peer/pki.h"

#define OLD_ID "Intel(r) AMT 802.1x Profile 0"
#define NEW_ID "Intel(r) AMT: 8021X Settings"
#define WIFI_ID "Intel(r) AMT:IEEE 802.1x Settings "
/* What no read shows: names that no XML element can have. */
#define CLIENT " client"
#define ROOT " root"

enum { EAP_TLS = 0, EAP_FAST_FIRST = 4, EAP_FAST_LAST = 6, EAP_FAST_TLS = 10 };

static int old_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f);
static int new_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f);
static unsigned set_certificates(struct call *c);
static void old_contexts(struct machine *m, const struct class *c);
static void new_contexts(struct machine *m, const struct class *c);

static const struct property old_properties[] = {
	{ "ActiveInS0", 'b', PROPERTY_KEPT, 0, "true", 0, 0 },
	{ "AuthenticationProtocol", 'n', 0, 10, NULL, 0, 0 },
	{ "ClientCertificate", 'e', PROPERTY_SECRET, 0, NULL, 0, 0 },
	{ "Domain", 't', 0, 255, NULL, 0, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 64, "Intel(r) AMT 802.1x Profile",
	    0, 0 },
	{ "Enabled", 'b', PROPERTY_NEEDED, 0, "false", 0, 0 },
	{ "InstanceID", 't', PROPERTY_KEY, 64, OLD_ID, 0, 0 },
	{ "PACPassword", 't', PROPERTY_SECRET, 256, NULL, 0, 0 },
	{ "Password", 't', PROPERTY_SECRET, 32, NULL, 0, 0 },
	{ "ProtectedAccessCredential", 'o', PROPERTY_SECRET, 4096, NULL, 0, 0 },
	{ "PxeTimeout", 'n', PROPERTY_KEPT, 86400, "0", 0, 0 },
	{ "RoamingIdentity", 't', 0, 80, NULL, 0, 0 },
	{ "ServerCertificateIssuer", 'e', PROPERTY_SECRET, 0, NULL, 0, 0 },
	{ "ServerCertificateName", 't', 0, 80, NULL, 0, 0 },
	{ "ServerCertificateNameComparison", 'n', 0, 1, NULL, 0, 0 },
	{ "Username", 't', 0, 128, NULL, 0, 0 },
	{ .name = NULL },
};

/* Of the names only those of the instance are read. */
static const struct property new_properties[] = {
	{ CLIENT, 'e', PROPERTY_SECRET, 0, NULL, 0, 0 },
	{ ROOT, 'e', PROPERTY_SECRET, 0, NULL, 0, 0 },
	{ "AuthenticationProtocol", 'n', PROPERTY_SECRET, 10, NULL, 0, 0 },
	{ "AvailableInS0", 'b', PROPERTY_KEPT, 0, "false", 0, 0 },
	{ "Domain", 't', PROPERTY_SECRET, 255, NULL, 0, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 64, NEW_ID, 0, 0 },
	{ "Enabled", 'n', PROPERTY_NEEDED, 6, "3", 0, 0 },
	{ "InstanceID", 't', PROPERTY_KEY, 64, NEW_ID, 0, 0 },
	{ "PACPassword", 't', PROPERTY_SECRET, 256, NULL, 0, 0 },
	{ "PSK", 't', PROPERTY_SECRET, 64, NULL, 0, 0 },
	{ "Password", 't', PROPERTY_SECRET, 32, NULL, 0, 0 },
	{ "ProtectedAccessCredential", 'o', PROPERTY_SECRET, 4096, NULL, 0, 0 },
	{ "PxeTimeout", 'n', PROPERTY_KEPT, 86400, "120", 0, 0 },
	{ "RoamingIdentity", 't', PROPERTY_SECRET, 80, NULL, 0, 0 },
	{ "ServerCertificateName", 't', PROPERTY_SECRET, 80, NULL, 0, 0 },
	{ "ServerCertificateNameComparison", 'n', PROPERTY_SECRET, 65535, NULL,
	    0, 0 },
	{ "Username", 't', PROPERTY_SECRET, 128, NULL, 0, 0 },
	{ .name = NULL },
};

static const struct property wifi_properties[] = {
	{ "AuthenticationProtocol", 'n', PROPERTY_NEEDED, 10, NULL, 0, 0 },
	{ "Domain", 't', 0, 255, NULL, 0, 0 },
	{ "ElementName", 't', PROPERTY_NEEDED, 64, NULL, 0, 0 },
	{ "InstanceID", 't', PROPERTY_KEY, 128, NULL, 0, 0 },
	{ "PACPassword", 't', PROPERTY_SECRET, 256, NULL, 0, 0 },
	{ "PSK", 't', PROPERTY_SECRET, 64, NULL, 0, 0 },
	{ "Password", 't', PROPERTY_SECRET, 256, NULL, 0, 0 },
	{ "ProtectedAccessCredential", 'o', PROPERTY_SECRET, 4096, NULL, 0, 0 },
	{ "RoamingIdentity", 't', 0, 80, NULL, 0, 0 },
	{ "ServerCertificateName", 't', 0, 80, NULL, 0, 0 },
	{ "ServerCertificateNameComparison", 'n', 0, 65535, NULL, 0, 0 },
	{ "Username", 't', 0, 128, NULL, 0, 0 },
	{ .name = NULL },
};

static const struct property context_properties[] = {
	{ "ElementInContext", 'e', PROPERTY_KEY, 0, NULL, 0, 0 },
	{ "ElementProvidingContext", 'e', PROPERTY_KEY, 0, NULL, 0, 0 },
	{ .name = NULL },
};

static const struct method new_methods[] = {
	{ .name = "SetCertificates",
	    .params = { "?&ServerCertificateIssuer", "?&ClientCertificate" },
	    .handle = set_certificates },
	{ .name = NULL },
};

/* The old one from 3.0 on, and no public text knows it of 19; the new one was
 * seen from 11.8 on. */
const struct class dot1x_classes[] = { { .name = "AMT_8021XProfile",
	                                   .base = URI_AMT,
	                                   .from = 300,
	                                   .to = 1899,
	                                   .change = old_change,
	                                   .properties = old_properties },
	{ .name = "AMT_8021xCredentialContext",
	    .base = URI_AMT,
	    .from = 300,
	    .to = 1899,
	    .begin = begin_empty,
	    .refresh = old_contexts,
	    .properties = context_properties },
	{ .name = "IPS_IEEE8021xSettings",
	    .base = URI_IPS,
	    .from = 1108,
	    .change = new_change,
	    .methods = new_methods,
	    .properties = new_properties },
	{ .name = "IPS_8021xCredentialContext",
	    .base = URI_IPS,
	    .from = 1108,
	    .begin = begin_empty,
	    .refresh = new_contexts,
	    .properties = context_properties },
	{ .name = "CIM_IEEE8021xSettings",
	    .base = URI_CIM,
	    .from = 302,
	    .begin = begin_empty,
	    .properties = wifi_properties },
	FAMILY_END };
static const struct class *const old_class = &dot1x_classes[0],
                                 *const new_class = &dot1x_classes[2],
                                 *const wifi_class = &dot1x_classes[4];

/* --- judging ------------------------------------------------------------- */

static bool
needs_client(unsigned protocol)
{
	return protocol == EAP_TLS || protocol == EAP_FAST_TLS;
}

static const char *
settings_wrong(const struct instance *now)
{
	unsigned protocol = instance_number(now, "AuthenticationProtocol");
	bool pac = instance_has(now, "ProtectedAccessCredential") ||
	    instance_has(now, "PACPassword");

	if (!instance_has(now, "AuthenticationProtocol"))
		return "AuthenticationProtocol is missing";
	if (instance_has(now, "ServerCertificateName") !=
	    instance_has(now, "ServerCertificateNameComparison"))
		return "ServerCertificateName and its comparison go together";
	if (pac && (protocol < EAP_FAST_FIRST || protocol > EAP_FAST_LAST))
		return "a PAC is for protocols 4 to 6";
	return NULL;
}

/* Makes a whole reference of name's; false when it means none of that kind. */
static bool
settle_reference(struct machine *m, struct instance *now, const char *name,
    enum cert_kind kind)
{
	char text[REFERENCE_MAX];
	struct instance *cert;

	if (!instance_has(now, name))
		return true;
	cert = cert_meant(m, instance_text(now, name), kind);
	if (cert == NULL)
		return false;
	instance_reference(text, cert);
	instance_set(now, name, text);
	return true;
}

/* --- wired, the old class ------------------------------------------------ */

static int
old_change(struct machine *m, const struct instance *old, struct instance *now,
    struct soap_fault *f)
{
	static const char bad[] = "InvalidRepresentation";
	const char *why;

	(void)old;
	journal(m, "8021x", "%s", instance_text(now, "Enabled"));
	if (!instance_true(now, "Enabled")) {
		instance_set(now, "ClientCertificate", NULL);
		instance_set(now, "ServerCertificateIssuer", NULL);
		return 0;
	}
	why = settings_wrong(now);
	if (why != NULL)
		return refuse_with(f, bad, why);
	if (!settle_reference(m, now, "ClientCertificate", CERT_WITH_KEY) ||
	    !settle_reference(m, now, "ServerCertificateIssuer", CERT_TRUSTED))
		return refuse_with(f, bad, "a certificate that is not there");
	if (needs_client(instance_number(now, "AuthenticationProtocol")) &&
	    !instance_has(now, "ClientCertificate"))
		return refuse_with(f, bad, "the protocol needs a certificate");
	return 0;
}

/* --- wired, the new class ------------------------------------------------ */

static int
new_change(struct machine *m, const struct instance *old, struct instance *now,
    struct soap_fault *f)
{
	unsigned enabled = instance_number(now, "Enabled");
	const char *why;

	(void)old;
	if (enabled != 2 && enabled != 3 && enabled != 6)
		return refuse_with(f, "InvalidRepresentation",
		    "Enabled is not 2, 3 or 6");
	journal(m, "8021x", "%u", enabled);
	if (enabled == 3) {
		instance_set(now, CLIENT, NULL);
		instance_set(now, ROOT, NULL);
		return 0;
	}
	why = settings_wrong(now);
	return why == NULL ? 0 : refuse_with(f, "InvalidRepresentation", why);
}

/* The certificates come after the Put; both or one of them. */
static unsigned
set_certificates(struct call *c)
{
	static const struct {
		const char *param, *to;
		enum cert_kind kind;
	} both[] = { { "ServerCertificateIssuer", ROOT, CERT_TRUSTED },
		{ "ClientCertificate", CLIENT, CERT_WITH_KEY } };
	char text[2][REFERENCE_MAX];
	struct instance *cert;

	for (size_t i = 0; i < 2; i++) {
		if (!call_reference(c, both[i].param, text[i]))
			continue;
		cert = cert_meant(c->m, text[i], both[i].kind);
		if (cert == NULL) {
			journal(c->m, "complaint", "802.1X: %s is not there",
			    both[i].param);
			return RETURN_HANDLE;
		}
		instance_reference(text[i], cert);
	}
	for (size_t i = 0; i < 2; i++)
		if (text[i][0] != '\0')
			instance_set(c->self, both[i].to, text[i]);
	return RETURN_OK;
}

/* --- of WiFi profiles ---------------------------------------------------- */

struct instance *
dot1x_embedded(struct call *c, bool client, const char **why)
{
	struct instance *i =
	    call_embedded(c, "IEEE8021xSettingsInput", wifi_class);

	if (i == NULL)
		return NULL;
	*why = settings_wrong(i);
	if (*why == NULL && !client &&
	    needs_client(instance_number(i, "AuthenticationProtocol")))
		*why = "the protocol needs a certificate";
	if (*why == NULL)
		return i;
	instance_free(i);
	return NULL;
}

const char *
dot1x_attach(struct machine *m, struct instance *i)
{
	char id[128];

	snprintf(id, sizeof(id), WIFI_ID "%s", instance_text(i, "ElementName"));
	dot1x_remove(m, id);
	instance_set(i, "InstanceID", id);
	instance_attach(m, i);
	return instance_text(i, "InstanceID");
}

void
dot1x_remove(struct machine *m, const char *id)
{
	struct instance *i;

	if (id[0] == '\0')
		return;
	i = instance_find(m, wifi_class, "InstanceID", id);
	if (i != NULL)
		instance_remove(m, i);
}

/* --- certificates in use ------------------------------------------------- */

static void
contexts(struct machine *m, const struct class *c, const struct class *of,
    const char *client, const char *root)
{
	struct instance *i = instance_first(m, of);
	char text[REFERENCE_MAX];

	association_clear(m, c);
	instance_reference(text, i);
	if (instance_has(i, client))
		association_add(m, c, "ElementInContext",
		    instance_text(i, client), "ElementProvidingContext", text);
	if (instance_has(i, root))
		association_add(m, c, "ElementInContext",
		    instance_text(i, root), "ElementProvidingContext", text);
}

static void
old_contexts(struct machine *m, const struct class *c)
{
	contexts(m, c, old_class, "ClientCertificate",
	    "ServerCertificateIssuer");
}

static void
new_contexts(struct machine *m, const struct class *c)
{
	contexts(m, c, new_class, CLIENT, ROOT);
}

bool
dot1x_uses(struct machine *m, const struct instance *cert)
{
	return cert_referred(m, old_class, "ClientCertificate", cert) ||
	    cert_referred(m, old_class, "ServerCertificateIssuer", cert) ||
	    cert_referred(m, new_class, CLIENT, cert) ||
	    cert_referred(m, new_class, ROOT, cert);
}
