#include "peer/tlsset.h"

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "peer/journal.h"
#include "peer/pki.h"

#define NETWORK "Intel(r) AMT 802.3 TLS Settings"
#define LOCAL "Intel(r) AMT LMS TLS Settings"
/* A read shows it with a blank, clients are known to send it without. */
#define COLLECTION "TLSProtocolEndpoint Instances Collection"
#define COLLECTION_SENT "TLSProtocolEndpointInstances Collection"
/* What is in force: names that no XML element can have. */
#define ON " on"
#define MUTUAL " mutual"
#define PLAIN " plain"
#define SERVED " served"

static void settings_begin(struct machine *m, const struct class *c);
static int settings_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f);
static void context_begin(struct machine *m, const struct class *c);
static int context_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f);
static int context_create(struct machine *m, struct instance *now,
    struct soap_fault *f);
static int context_destroy(struct machine *m, struct instance *old,
    struct soap_fault *f);

const struct class tlsset_classes[] = {
	{ .name = "AMT_TLSSettingData",
	    .base = URI_AMT,
	    .from = 302,
	    .begin = settings_begin,
	    .change = settings_change,
	    .properties =
	        (const struct property[]){
	            { MUTUAL, 'b', PROPERTY_SECRET, 0, NULL, 0, 0 },
	            { ON, 'b', PROPERTY_SECRET, 0, NULL, 0, 0 },
	            { PLAIN, 'b', PROPERTY_SECRET, 0, NULL, 0, 0 },
	            { SERVED, 'e', PROPERTY_SECRET, 0, NULL, 0, 0 },
	            { "AcceptNonSecureConnections", 'b', PROPERTY_KEPT, 0,
	                "false", 0, 0 },
	            { "ElementName", 't', PROPERTY_FIXED, 64, NULL, 0, 0 },
	            { "Enabled", 'b', PROPERTY_NEEDED, 0, "false", 0, 0 },
	            { "InstanceID", 't', PROPERTY_KEY | PROPERTY_NEEDED, 64,
	                NULL, 0, 0 },
	            { "MutualAuthentication", 'b', 0, 0, NULL, 0, 0 },
	            { "NonSecureConnectionsSupported", 'b', PROPERTY_FIXED, 0,
	                NULL, 1601, 0 },
	            { "TrustedCN", 't', PROPERTY_LIST, 255, NULL, 0, 0 },
	            { .name = NULL } } },
	{ .name = "AMT_TLSCredentialContext",
	    .base = URI_AMT,
	    .from = 302,
	    .begin = context_begin,
	    .change = context_change,
	    .create = context_create,
	    .destroy = context_destroy,
	    .properties =
	        (const struct property[]){
	            { "ElementInContext", 'e',
	                PROPERTY_KEY | PROPERTY_MOVES | PROPERTY_NEEDED, 0,
	                NULL, 0, 0 },
	            { "ElementProvidingContext", 'e',
	                PROPERTY_KEY | PROPERTY_MOVES | PROPERTY_NEEDED, 0,
	                NULL, 0, 0 },
	            { .name = NULL } } },
	{ .name = "AMT_TLSProtocolEndpointCollection",
	    .base = URI_AMT,
	    .from = 302,
	    .properties =
	        (const struct property[]){
	            { "ElementName", 't', PROPERTY_KEY, 64, COLLECTION, 0, 0 },
	            { .name = NULL } } },
	FAMILY_END
};
static const struct class *const settings_class = &tlsset_classes[0],
                                 *const context_class = &tlsset_classes[1];

/* --- AMT_TLSSettingData -------------------------------------------------- */

static struct instance *
settings_of(struct machine *m, const char *id)
{
	return instance_find(m, settings_class, "InstanceID", id);
}

static const char *
word(bool value)
{
	return value ? "true" : "false";
}

static void
settings_new(struct machine *m, const struct class *c, const char *id,
    bool enabled, bool plain, bool plain_can)
{
	struct instance *i = instance_add(m, c);

	instance_set(i, "InstanceID", id);
	instance_set(i, "ElementName", id);
	instance_set(i, "Enabled", word(enabled));
	instance_set(i, "MutualAuthentication", "false");
	instance_set(i, "AcceptNonSecureConnections", word(plain));
	if (machine_release(m) >= 1601)
		instance_set(i, "NonSecureConnectionsSupported",
		    word(plain_can));
}

/* As captures show an untouched device: network first, then local.  From 16.1
 * the network side, from 19 the local one speaks TLS alone. */
static void
settings_begin(struct machine *m, const struct class *c)
{
	bool enforced = machine_release(m) >= 1601;
	bool enforced_local = m->major >= 19;

	settings_new(m, c, NETWORK, enforced, false, !enforced);
	settings_new(m, c, LOCAL, enforced_local, !enforced_local,
	    !enforced_local);
	if (enforced)
		instance_set(settings_of(m, NETWORK), ON, "true");
}

static int
settings_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f)
{
	static const char bad[] = "InvalidRepresentation";
	bool local = strcmp(instance_text(now, "InstanceID"), LOCAL) == 0;
	bool enabled = instance_true(now, "Enabled");
	bool plain = instance_true(now, "AcceptNonSecureConnections");

	if (enabled && !instance_has(now, "MutualAuthentication"))
		return refuse_with(f, bad,
		    "Enabled without MutualAuthentication");
	if (!instance_has(now, "MutualAuthentication"))
		instance_set(now, "MutualAuthentication", "false");
	if (local && plain != instance_true(old, "AcceptNonSecureConnections"))
		return refuse_with(f, bad,
		    "AcceptNonSecureConnections of the local port cannot be "
		    "changed");
	if (instance_has(now, "NonSecureConnectionsSupported") &&
	    !instance_true(now, "NonSecureConnectionsSupported") &&
	    (plain || !enabled))
		return refuse_with(f, bad,
		    "a port that speaks TLS alone cannot be without");
	journal(m, "tls-wanted", "%s enabled=%d mutual=%d plain=%d names=%zu",
	    local ? "local" : "network", enabled,
	    instance_true(now, "MutualAuthentication"), plain,
	    instance_values(now, "TrustedCN")->n);
	return 0;
}

/* --- AMT_TLSCredentialContext -------------------------------------------- */

static struct instance *
context_of(struct machine *m)
{
	return instance_first(m, context_class);
}

/* From 16.0 the device has chosen its own certificate. */
static void
context_begin(struct machine *m, const struct class *c)
{
	struct instance *cert = instance_first(m, cert_class), *i;
	char text[REFERENCE_MAX];

	if (machine_release(m) < 1600 || cert == NULL)
		return;
	i = instance_add(m, c);
	instance_reference(text, cert);
	instance_set(i, "ElementInContext", text);
	reference_make(text, URI_AMT "AMT_TLSProtocolEndpointCollection",
	    "ElementName", COLLECTION);
	instance_set(i, "ElementProvidingContext", text);
}

/* Makes whole references of what came. */
static int
context_judge(struct machine *m, struct instance *now, struct soap_fault *f)
{
	struct instance *cert = cert_meant(m,
	    instance_text(now, "ElementInContext"), CERT_WITH_KEY);
	const char *given = instance_text(now, "ElementProvidingContext");
	char text[REFERENCE_MAX], class[100], name[64];

	if (cert == NULL)
		return refuse_with(f, "InvalidRepresentation",
		    "ElementInContext is no certificate with its key");
	if (strcmp(reference_class(given, class),
	        "AMT_TLSProtocolEndpointCollection") != 0 ||
	    !reference_key(given, "ElementName", name, sizeof(name)) ||
	    (strcmp(name, COLLECTION) != 0 &&
	        strcmp(name, COLLECTION_SENT) != 0))
		return refuse_with(f, "InvalidRepresentation",
		    "ElementProvidingContext is not the collection of TLS");
	instance_reference(text, cert);
	instance_set(now, "ElementInContext", text);
	reference_make(text, URI_AMT "AMT_TLSProtocolEndpointCollection",
	    "ElementName", COLLECTION);
	instance_set(now, "ElementProvidingContext", text);
	journal(m, "tls-context", "%s", instance_text(cert, "InstanceID"));
	return 0;
}

static int
context_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f)
{
	(void)old;
	return context_judge(m, now, f);
}

static int
context_create(struct machine *m, struct instance *now, struct soap_fault *f)
{
	if (context_of(m) != NULL)
		return refuse_with(f, "AlreadyExists", NULL);
	return context_judge(m, now, f);
}

static int
context_destroy(struct machine *m, struct instance *old, struct soap_fault *f)
{
	(void)old;
	if (tlsset_on(m) || instance_true(settings_of(m, NETWORK), "Enabled"))
		return refuse_with(f, "AccessDenied", "TLS is on");
	journal(m, "tls-context", "none");
	return 0;
}

/* --- the commit ---------------------------------------------------------- */

static struct instance *
chosen_cert(struct machine *m)
{
	struct instance *context = context_of(m);

	return context == NULL
	    ? NULL
	    : cert_meant(m, instance_text(context, "ElementInContext"),
	          CERT_WITH_KEY);
}

const char *
tlsset_missing(struct machine *m)
{
	struct instance *network = settings_of(m, NETWORK);

	if (!instance_true(network, "Enabled"))
		return NULL;
	if (chosen_cert(m) == NULL)
		return "certificate with its key";
	if (instance_true(network, "MutualAuthentication") && !certs_trust(m))
		return "trusted root";
	return NULL;
}

bool
tlsset_commit_lost(struct machine *m)
{
	return m->state != STATE_POST && m->major < 19 &&
	    instance_true(settings_of(m, NETWORK), "Enabled") &&
	    instance_true(settings_of(m, LOCAL), "Enabled");
}

/* True when it changed. */
static bool
put_in_force(struct instance *i, const char *name, const char *value)
{
	bool same = strcmp(instance_text(i, name), value) == 0;

	instance_set(i, name, value);
	return !same;
}

bool
tlsset_commit(struct machine *m)
{
	struct instance *network = settings_of(m, NETWORK);
	struct instance *cert = chosen_cert(m);
	bool on = instance_true(network, "Enabled"), changed;
	char served[REFERENCE_MAX] = "";

	if (on && cert != NULL)
		instance_reference(served, cert);
	changed = put_in_force(network, SERVED, served);
	changed |= put_in_force(network, ON, word(on));
	changed |= put_in_force(network, MUTUAL,
	    word(on && instance_true(network, "MutualAuthentication")));
	changed |= put_in_force(network, PLAIN,
	    word(on && instance_true(network, "AcceptNonSecureConnections")));
	if (changed)
		journal(m, "tls-set", "on=%d mutual=%d plain=%d %s", on,
		    tlsset_mutual(m), tlsset_plain_too(m),
		    cert != NULL && on ? instance_text(cert, "InstanceID")
		                       : "");
	return changed;
}

/* --- in force ------------------------------------------------------------ */

bool
tlsset_on(struct machine *m)
{
	return machine_release(m) >= 302 &&
	    instance_true(settings_of(m, NETWORK), ON);
}

bool
tlsset_mutual(struct machine *m)
{
	return tlsset_on(m) && instance_true(settings_of(m, NETWORK), MUTUAL);
}

bool
tlsset_plain_too(struct machine *m)
{
	return tlsset_on(m) && instance_true(settings_of(m, NETWORK), PLAIN);
}

/* The certificate in force: at first the chosen one. */
static struct instance *
served_cert(struct machine *m)
{
	struct instance *network = settings_of(m, NETWORK);

	if (!tlsset_on(m))
		return NULL;
	if (!instance_has(network, SERVED))
		return chosen_cert(m);
	return cert_meant(m, instance_text(network, SERVED), CERT_WITH_KEY);
}

bool
tlsset_uses(struct machine *m, const struct instance *cert)
{
	return served_cert(m) == cert ||
	    cert_referred(m, context_class, "ElementInContext", cert);
}

/* Certificates without a key serve to show the chain. */
static void
chain_use(SSL *ssl, struct machine *m, const struct instance *leaf)
{
	const char *issuer = instance_text(leaf, "Issuer");

	for (int depth = 0; depth < 4; depth++) {
		struct instance *above =
		    instance_find(m, cert_class, "Subject", issuer);
		X509 *x509;

		if (above == NULL || above == leaf ||
		    instance_true(above, "TrustedRootCertficate"))
			return;
		x509 = cert_x509(above);
		SSL_add1_chain_cert(ssl, x509);
		X509_free(x509);
		if (strcmp(issuer, instance_text(above, "Issuer")) == 0)
			return;
		issuer = instance_text(above, "Issuer");
	}
}

bool
tlsset_use(SSL *ssl, struct machine *m)
{
	struct instance *cert = served_cert(m);
	EVP_PKEY *key;
	X509 *x509;

	if (cert == NULL)
		return false;
	x509 = cert_x509(cert);
	key = key_pair(cert_key(m, cert));
	if (SSL_use_certificate(ssl, x509) != 1 ||
	    SSL_use_PrivateKey(ssl, key) != 1)
		errx(EX_SOFTWARE, "%s",
		    ERR_error_string(ERR_get_error(), NULL));
	X509_free(x509);
	EVP_PKEY_free(key);
	chain_use(ssl, m, cert);
	return true;
}

const struct values *
tlsset_names(struct machine *m)
{
	return instance_values(settings_of(m, NETWORK), "TrustedCN");
}
