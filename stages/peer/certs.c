#include "peer/certs.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "peer/dot1x.h"
#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/tlsset.h"
#include "peer/wifi.h"
#include "base/text.h"

/* How many of each fit: no public document says it of any release. */
#define STORE_MAX 16
#define DER_MAX 8192
/* The private half: a name that no XML element can have. */
#define PRIVATE " private"

static void certs_begin(struct machine *m, const struct class *c);
static void keys_begin(struct machine *m, const struct class *c);
static int cert_destroy(struct machine *m, struct instance *old,
    struct soap_fault *f);
static int key_destroy(struct machine *m, struct instance *old,
    struct soap_fault *f);
static void dependency_refresh(struct machine *m, const struct class *c);

const struct class certs_classes[] = {
	{ .name = "AMT_PublicKeyCertificate",
	    .base = URI_AMT,
	    .from = 302,
	    .common = true,
	    .begin = certs_begin,
	    .destroy = cert_destroy,
	    .properties =
	        (const struct property[]){ { "ElementName", 't', 0, 64,
	                                       "Intel(r) AMT Certificate", 0,
	                                       0 },
	            { "InstanceID", 't', PROPERTY_KEY, 64, NULL, 0, 0 },
	            { "Issuer", 't', 0, 1024, NULL, 0, 0 },
	            { "Subject", 't', 0, 1024, NULL, 0, 0 },
	            { "TrustedRootCertficate", 'b', 0, 0, "false", 0, 0 },
	            { "X509Certificate", 'o', 0, DER_MAX, NULL, 0, 0 },
	            { .name = NULL } } },
	{ .name = "AMT_PublicPrivateKeyPair",
	    .base = URI_AMT,
	    .from = 302,
	    .common = true,
	    .begin = keys_begin,
	    .destroy = key_destroy,
	    .properties =
	        (const struct property[]){
	            { PRIVATE, 'o', PROPERTY_SECRET, DER_MAX, NULL, 0, 0 },
	            { "DERKey", 'o', 0, DER_MAX, NULL, 0, 0 },
	            { "ElementName", 't', 0, 64, "Intel(r) AMT Key", 0, 0 },
	            { "InstanceID", 't', PROPERTY_KEY, 64, NULL, 0, 0 },
	            { .name = NULL } } },
	{ .name = "CIM_ConcreteDependency",
	    .base = URI_CIM,
	    .from = 302,
	    .begin = begin_empty,
	    .refresh = dependency_refresh,
	    .properties =
	        (const struct property[]){
	            { "Antecedent", 'e', PROPERTY_KEY, 0, NULL, 0, 0 },
	            { "Dependent", 'e', PROPERTY_KEY, 0, NULL, 0, 0 },
	            { .name = NULL } } },
	FAMILY_END
};
const struct class *const cert_class = &certs_classes[0],
                          *const key_class = &certs_classes[1];

/* --- encodings ----------------------------------------------------------- */

static void
must(bool good)
{
	if (!good)
		errx(EX_SOFTWARE, "%s",
		    ERR_error_string(ERR_get_error(), NULL));
}

/* Of an encoding by OpenSSL, which it frees. */
static void
set_base64(struct instance *i, const char *name, uint8_t *der, int len)
{
	char *text;

	must(len > 0);
	text = malloc((size_t)len / 3 * 4 + 5);
	if (text == NULL)
		err(EX_OSERR, NULL);
	EVP_EncodeBlock((unsigned char *)text, der, len);
	instance_set(i, name, text);
	free(text);
	OPENSSL_free(der);
}

X509 *
cert_x509(const struct instance *cert)
{
	uint8_t der[DER_MAX];
	const uint8_t *at = der;
	int len =
	    octets(der, sizeof(der), instance_text(cert, "X509Certificate"));
	X509 *x509 = d2i_X509(NULL, &at, len);

	must(x509 != NULL);
	return x509;
}

EVP_PKEY *
key_pair(const struct instance *key)
{
	uint8_t der[DER_MAX];
	const uint8_t *at = der;
	int len = octets(der, sizeof(der), instance_text(key, PRIVATE));
	EVP_PKEY *pair = d2i_AutoPrivateKey(NULL, &at, len);

	OPENSSL_cleanse(der, sizeof(der));
	must(pair != NULL);
	return pair;
}

/* "C=US,O=x,CN=y": the last part of the encoding first.  The captured
 * certificate has CN, O and C in it, and its Subject C, O and CN. */
static void
set_name(struct instance *i, const char *property, const X509_NAME *name)
{
	BIO *mem = BIO_new(BIO_s_mem());
	char text[1024], *at;
	long len;

	must(mem != NULL);
	X509_NAME_print_ex(mem, name, 0,
	    XN_FLAG_SEP_COMMA_PLUS | XN_FLAG_FN_SN | XN_FLAG_DN_REV);
	len = BIO_get_mem_data(mem, &at);
	snprintf(text, sizeof(text), "%.*s", (int)len, at);
	BIO_free(mem);
	instance_set(i, property, text);
}

/* --- what belongs together ----------------------------------------------- */

struct instance *
cert_key(struct machine *m, const struct instance *cert)
{
	struct instance *key = instance_first(m, key_class);
	X509 *x509 = cert_x509(cert);
	uint8_t *der = NULL;
	char *text;
	int len = i2d_PublicKey(X509_get0_pubkey(x509), &der);

	must(len > 0);
	text = malloc((size_t)len / 3 * 4 + 5);
	if (text == NULL)
		err(EX_OSERR, NULL);
	EVP_EncodeBlock((unsigned char *)text, der, len);
	OPENSSL_free(der);
	X509_free(x509);
	while (key != NULL && strcmp(instance_text(key, "DERKey"), text) != 0)
		key = key->next;
	free(text);
	return key;
}

struct instance *
cert_meant(struct machine *m, const char *reference, enum cert_kind kind)
{
	struct instance *cert = instance_meant(m, cert_class, reference);
	bool trusted;

	if (cert == NULL)
		return NULL;
	trusted = instance_true(cert, "TrustedRootCertficate");
	if (kind == CERT_TRUSTED)
		return trusted ? cert : NULL;
	return !trusted && cert_key(m, cert) != NULL ? cert : NULL;
}

bool
certs_trust(struct machine *m)
{
	return instance_find(m, cert_class, "TrustedRootCertficate", "true") !=
	    NULL;
}

bool
cert_referred(struct machine *m, const struct class *c, const char *name,
    const struct instance *cert)
{
	struct instance *i = instance_first(m, c);
	char whole[REFERENCE_MAX];

	instance_reference(whole, cert);
	for (; i != NULL; i = i->next)
		if (instance_has(i, name) &&
		    reference_fits(whole, instance_text(i, name)))
			return true;
	return false;
}

void
begin_empty(struct machine *m, const struct class *c)
{
	(void)m;
	(void)c;
}

void
association_clear(struct machine *m, const struct class *c)
{
	struct instance *i;

	while ((i = instance_first(m, c)) != NULL)
		instance_remove(m, i);
}

void
association_add(struct machine *m, const struct class *c, const char *one,
    const char *one_reference, const char *other, const char *other_reference)
{
	struct instance *i = instance_add(m, c);

	instance_set(i, one, one_reference);
	instance_set(i, other, other_reference);
}

/* A role of the system, as a capture shows, and certificates with their keys.
 */
static void
dependency_refresh(struct machine *m, const struct class *c)
{
	char one[REFERENCE_MAX], other[REFERENCE_MAX];
	struct instance *cert, *key;

	association_clear(m, c);
	reference_make(one, URI_CIM "CIM_Identity", "InstanceID",
	    "Intel(r) AMT:$$OsAdmin");
	reference_make(other, URI_CIM "CIM_Role", "CreationClassName",
	    "CIM_Role");
	reference_add(other, "Name", "Intel(r) AMT:$$OsAdmin");
	association_add(m, c, "Antecedent", one, "Dependent", other);
	for (cert = instance_first(m, cert_class); cert != NULL;
	     cert = cert->next) {
		key = cert_key(m, cert);
		if (key == NULL || instance_true(cert, "TrustedRootCertficate"))
			continue;
		instance_reference(one, cert);
		instance_reference(other, key);
		association_add(m, c, "Antecedent", one, "Dependent", other);
	}
}

/* --- new ones ------------------------------------------------------------ */

static unsigned
no(const struct machine *m, unsigned code, const char *why)
{
	ERR_clear_error();
	journal(m, "complaint", "certificate store: %s", why);
	return code;
}

/* The lowest handle that is free, as an InstanceID; false when all are in
 * use. */
static bool
handle_free(char to[64], struct machine *m, const struct class *c,
    const char *kind)
{
	for (int n = 0; n < STORE_MAX; n++) {
		snprintf(to, 64, "Intel(r) AMT %s: Handle: %d", kind, n);
		if (instance_find(m, c, "InstanceID", to) == NULL)
			return true;
	}
	journal(m, "store-full", "%s", kind);
	return false;
}

static const char *
cert_wrong(const struct machine *m, X509 *x509, bool trusted)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);

	if (key == NULL)
		return "a certificate with a key that cannot be read";
	if (m->major >= 18 && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	    EVP_PKEY_get_bits(key) < 256)
		return "a certificate with a curve below P-256";
	/* Intel's text: intermediates as anchors from 11.8 on */
	if (trusted && machine_release(m) < 1108 &&
	    X509_self_signed(x509, 1) != 1)
		return "a trusted root that is not self-signed";
	return NULL;
}

static struct instance *
cert_new(struct machine *m, X509 *x509, bool trusted)
{
	struct instance *cert = instance_new(m, cert_class);
	uint8_t *der = NULL;
	int len = i2d_X509(x509, &der);

	set_base64(cert, "X509Certificate", der, len);
	set_name(cert, "Issuer", X509_get_issuer_name(x509));
	set_name(cert, "Subject", X509_get_subject_name(x509));
	instance_set(cert, "TrustedRootCertficate", trusted ? "true" : "false");
	return cert;
}

unsigned
cert_add(struct machine *m, X509 *x509, bool trusted, struct instance **made)
{
	const char *why = cert_wrong(m, x509, trusted);
	struct instance *cert;
	char id[64];

	if (why != NULL)
		return no(m, RETURN_CERTIFICATE, why);
	cert = cert_new(m, x509, trusted);
	if (instance_find(m, cert_class, "X509Certificate",
	        instance_text(cert, "X509Certificate")) != NULL) {
		instance_free(cert);
		return no(m, RETURN_DUPLICATE, "the certificate is there");
	}
	if (!handle_free(id, m, cert_class, "Certificate")) {
		instance_free(cert);
		return RETURN_LIMIT;
	}
	instance_set(cert, "InstanceID", id);
	instance_attach(m, cert);
	journal(m, trusted ? "root-added" : "cert-added", "%s %s", id,
	    instance_text(cert, "Subject"));
	*made = cert;
	return RETURN_OK;
}

unsigned
key_add(struct machine *m, EVP_PKEY *key, struct instance **made)
{
	struct instance *i = instance_new(m, key_class);
	uint8_t *der = NULL;
	int len = i2d_PublicKey(key, &der);
	char id[64];

	/* of an RSA key that is RSAPublicKey, RFC 8017 A.1.1 */
	set_base64(i, "DERKey", der, len);
	if (instance_find(m, key_class, "DERKey", instance_text(i, "DERKey")) !=
	    NULL) {
		instance_free(i);
		return no(m, RETURN_DUPLICATE, "the key is there");
	}
	if (!handle_free(id, m, key_class, "Key")) {
		instance_free(i);
		return RETURN_LIMIT;
	}
	der = NULL;
	len = i2d_PrivateKey(key, &der);
	set_base64(i, PRIVATE, der, len);
	instance_set(i, "InstanceID", id);
	instance_attach(m, i);
	journal(m, "key-added", "%s %d", id, EVP_PKEY_get_bits(key));
	*made = i;
	return RETURN_OK;
}

/* --- the factory's ------------------------------------------------------- */

/* From 16.0 a device has made itself a certificate for TLS. */
static bool
factory_made(const struct machine *m)
{
	return machine_release(m) >= 1600;
}

static void
certs_begin(struct machine *m, const struct class *c)
{
	struct instance *made;
	EVP_PKEY *key;
	X509 *x509;

	(void)c;
	if (!factory_made(m))
		return;
	x509 = devcert_self(m, STATE_POST, &key);
	must(cert_add(m, x509, false, &made) == RETURN_OK);
	X509_free(x509);
}

static void
keys_begin(struct machine *m, const struct class *c)
{
	struct instance *made;
	EVP_PKEY *key;

	(void)c;
	if (!factory_made(m))
		return;
	X509_free(devcert_self(m, STATE_POST, &key));
	must(key_add(m, key, &made) == RETURN_OK);
}

/* --- Delete -------------------------------------------------------------- */

static int
cert_destroy(struct machine *m, struct instance *old, struct soap_fault *f)
{
	if (tlsset_uses(m, old) || dot1x_uses(m, old) || wifi_uses(m, old) ||
	    remote_uses(m, old))
		return refuse_with(f, "AccessDenied",
		    "the certificate is in use");
	journal(m,
	    instance_true(old, "TrustedRootCertficate") ? "root-deleted"
	                                                : "cert-deleted",
	    "%s", instance_text(old, "InstanceID"));
	return 0;
}

static int
key_destroy(struct machine *m, struct instance *old, struct soap_fault *f)
{
	struct instance *cert = instance_first(m, cert_class);

	for (; cert != NULL; cert = cert->next)
		if (!instance_true(cert, "TrustedRootCertficate") &&
		    cert_key(m, cert) == old)
			return refuse_with(f, "AccessDenied",
			    "a certificate uses the key");
	journal(m, "key-deleted", "%s", instance_text(old, "InstanceID"));
	return 0;
}
