/* AMT_PublicKeyManagementService: what makes and takes keys, certificates and
 * requests. */
#include "peer/certs.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/server.h"
#include "peer/tlsset.h"
#include "base/text.h"

#define BLOB_MAX 8192
/* When the key in the making is done; a name that no XML element can have. */
#define DUE " due"

static unsigned
no(const struct call *c, unsigned code, const char *why)
{
	ERR_clear_error();
	journal(c->m, "complaint", "key management: %s", why);
	return code;
}

/* --- certificates -------------------------------------------------------- */

static unsigned
take_certificate(struct call *c, bool trusted)
{
	uint8_t der[BLOB_MAX];
	const uint8_t *at = der;
	int len = call_octets(c, "CertificateBlob", der, sizeof(der));
	X509 *x509 = len > 0 ? d2i_X509(NULL, &at, len) : NULL;
	struct instance *made;
	unsigned code;

	if (x509 == NULL || at != der + len) {
		X509_free(x509);
		return no(c, RETURN_CERTIFICATE,
		    "CertificateBlob is not the base64 of one certificate");
	}
	code = cert_add(c->m, x509, trusted, &made);
	X509_free(x509);
	if (code == RETURN_OK)
		call_returns(c, "CreatedCertificate", made);
	return code;
}

static unsigned
add_certificate(struct call *c)
{
	return take_certificate(c, false);
}

static unsigned
add_trusted_root(struct call *c)
{
	if (tlsset_mutual(c->m))
		return no(c, RETURN_NOT_PERMITTED,
		    "no root is taken while mutual TLS is on");
	return take_certificate(c, true);
}

/* --- keys ---------------------------------------------------------------- */

/* PKCS#1 alone; PKCS#8 is another form, that OpenSSL reads as well. */
static EVP_PKEY *
key_decode(const uint8_t *der, int len)
{
	const uint8_t *at = der;
	EVP_PKEY *key = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &at, len);
	uint8_t *again = NULL;
	int n = key != NULL ? i2d_PrivateKey(key, &again) : 0;

	if (n != len || memcmp(again, der, (size_t)n) != 0) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	OPENSSL_clear_free(again, n > 0 ? (size_t)n : 0);
	return key;
}

/* One that only parses is none. */
static bool
key_sound(EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	BIGNUM *e = NULL;
	bool good = ctx != NULL && EVP_PKEY_private_check(ctx) == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
	    BN_is_word(e, 65537);

	BN_free(e);
	EVP_PKEY_CTX_free(ctx);
	return good;
}

static unsigned
add_key(struct call *c)
{
	uint8_t der[BLOB_MAX];
	int len = call_octets(c, "KeyBlob", der, sizeof(der));
	EVP_PKEY *key = len > 0 ? key_decode(der, len) : NULL;
	struct instance *made;
	unsigned code;

	OPENSSL_cleanse(der, sizeof(der));
	if (key == NULL || !key_sound(key)) {
		EVP_PKEY_free(key);
		return no(c, RETURN_KEY,
		    "KeyBlob is no PKCS#1 RSAPrivateKey with exponent 65537");
	}
	if (EVP_PKEY_get_bits(key) < (c->m->major < 16 ? 1024 : 2048)) {
		EVP_PKEY_free(key);
		return no(c, RETURN_KEY, "the key is too short");
	}
	code = key_add(c->m, key, &made);
	EVP_PKEY_free(key);
	if (code == RETURN_OK)
		call_returns(c, "CreatedKey", made);
	return code;
}

/* Until the key is there a call finds that it is being made; when it is, the
 * next one gets it. */
static bool
still_making(struct call *c)
{
	int64_t due = atoll(instance_text(c->self, DUE));
	char text[24];

	if (c->m->faults.keygen == 0)
		return false;
	if (due == 0) {
		due = now_ms() + c->m->faults.keygen;
		snprintf(text, sizeof(text), "%lld", (long long)due);
		instance_set(c->self, DUE, text);
		journal(c->m, "key-begun", "%s", "");
	}
	if (now_ms() < due)
		return true;
	instance_set(c->self, DUE, NULL);
	return false;
}

static unsigned
generate_key(struct call *c)
{
	struct instance *made;
	uint64_t algorithm, length;
	EVP_PKEY *key;
	unsigned code;

	if (!call_number(c, "KeyAlgorithm", 0, &algorithm))
		return no(c, RETURN_PARAMETER, "KeyAlgorithm is not 0, RSA");
	/* 3072 is known of the newest releases alone */
	if (!call_number(c, "KeyLength", 3072, &length) ||
	    (length != 2048 && (length != 3072 || c->m->major < 19)))
		return no(c, RETURN_KEY,
		    "KeyLength is none that the release has");
	if (still_making(c))
		return RETURN_IN_PROGRESS;
	key = EVP_RSA_gen((unsigned)length);
	if (key == NULL)
		errx(EX_SOFTWARE, "no RSA key can be made");
	code = key_add(c->m, key, &made);
	EVP_PKEY_free(key);
	if (code == RETURN_OK)
		call_returns(c, "KeyPair", made);
	return code;
}

/* --- requests ------------------------------------------------------------ */

static X509_REQ *
null_request(const struct call *c)
{
	uint8_t der[BLOB_MAX];
	const uint8_t *at = der;
	int len =
	    call_octets(c, "NullSignedCertificateRequest", der, sizeof(der));
	X509_REQ *request = len > 0 ? d2i_X509_REQ(NULL, &at, len) : NULL;

	if (request != NULL && at == der + len)
		return request;
	X509_REQ_free(request);
	return NULL;
}

static void
out_request(const struct call *c, X509_REQ *request)
{
	char text[BLOB_MAX / 3 * 4 + 5];
	uint8_t *der = NULL;
	int len = i2d_X509_REQ(request, &der);

	if (len <= 0 || len > BLOB_MAX)
		errx(EX_SOFTWARE, "a request cannot be encoded");
	EVP_EncodeBlock((unsigned char *)text, der, len);
	OPENSSL_free(der);
	soap_element(c->out, 'g', "SignedCertificateRequest", text);
}

/* SHA-1 is gone from 18; SHA-384 came with a release that is not known, taken
 * here to be the first with on-die certificates. */
static const EVP_MD *
signing_hash(const struct call *c)
{
	uint64_t algorithm;

	if (!call_number(c, "SigningAlgorithm", 2, &algorithm))
		return NULL;
	if (algorithm == 0)
		return c->m->major < 18 ? EVP_sha1() : NULL;
	if (algorithm == 2)
		return c->m->major >= 15 ? EVP_sha384() : NULL;
	return EVP_sha256();
}

/* The placeholder of a signature is replaced, whatever it is. */
static unsigned
sign_request(struct call *c)
{
	const EVP_MD *md = signing_hash(c);
	char reference[REFERENCE_MAX];
	struct instance *held = NULL;
	X509_REQ *request;
	EVP_PKEY *key;
	bool same;

	if (call_reference(c, "KeyPair", reference))
		held = instance_meant(c->m, key_class, reference);
	if (held == NULL)
		return no(c, RETURN_HANDLE, "KeyPair is none that is there");
	if (md == NULL)
		return no(c, RETURN_UNSUPPORTED,
		    "SigningAlgorithm is none that the release has");
	request = null_request(c);
	if (request == NULL)
		return no(c, RETURN_PARAMETER,
		    "NullSignedCertificateRequest is no PKCS#10");
	key = key_pair(held);
	same = X509_REQ_check_private_key(request, key) == 1;
	if (same && X509_REQ_sign(request, key, md) > 0)
		out_request(c, request);
	X509_REQ_free(request);
	EVP_PKEY_free(key);
	return same ? RETURN_OK
	            : no(c, RETURN_MISMATCH,
	                  "the request is for another key than KeyPair");
}

/* --- the class ----------------------------------------------------------- */

static const struct method methods[] = {
	{ .name = "AddTrustedRootCertificate",
	    .params = { "CertificateBlob" },
	    .handle = add_trusted_root },
	{ .name = "AddCertificate",
	    .params = { "CertificateBlob" },
	    .handle = add_certificate },
	{ .name = "AddKey", .params = { "KeyBlob" }, .handle = add_key },
	{ .name = "GenerateKeyPair",
	    .params = { "KeyAlgorithm", "KeyLength" },
	    .handle = generate_key,
	    .from = 602 },
	/* one public client sends the last two the other way round */
	{ .name = "GeneratePKCS10RequestEx",
	    .params = { "&KeyPair", "SigningAlgorithm",
	        "NullSignedCertificateRequest" },
	    .handle = sign_request,
	    .any_order = true,
	    .from = 602 },
	{ .name = NULL },
};

#define SERVICE "Intel(r) AMT Public Key Management Service"

const struct class keymgmt_classes[] = {
	{ .name = "AMT_PublicKeyManagementService",
	    .base = URI_AMT,
	    .from = 302,
	    .common = true,
	    .methods = methods,
	    .properties = (const struct property[]){ { DUE, 'n',
	                                                 PROPERTY_SECRET, 0,
	                                                 NULL, 0, 0 },
	        { "CreationClassName", 't', PROPERTY_KEY, 64,
	            "AMT_PublicKeyManagementService", 0, 0 },
	        { "ElementName", 't', PROPERTY_FIXED, 64,
	            "Intel(r) AMT Certificate Store Service", 0, 0 },
	        { "EnabledDefault", 'n', PROPERTY_FIXED, 5, "5", 0, 0 },
	        { "EnabledState", 'n', PROPERTY_FIXED, 5, "5", 0, 0 },
	        { "Name", 't', PROPERTY_KEY, 64, SERVICE, 0, 0 },
	        { "RequestedState", 'n', PROPERTY_FIXED, 12, "12", 0, 0 },
	        { "SystemCreationClassName", 't', PROPERTY_KEY, 64,
	            "CIM_ComputerSystem", 0, 0 },
	        { "SystemName", 't', PROPERTY_KEY, 64, "Intel(r) AMT", 0, 0 },
	        { .name = NULL } } },
	FAMILY_END
};
