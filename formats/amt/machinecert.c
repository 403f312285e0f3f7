#include "amt/machinecert.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "amt/owncurve.h"

/* "DNS:" twice, a comma, the name and its first label. */
#define NAMES_TEXT (2 * DOMAIN_TEXT + 16)
/* All RSA signatures of a 2048-bit key are that long; zeros are none. */
#define PLACEHOLDER_MAX 512

/* --- reading -------------------------------------------------------------- */

/* A machine may have chosen each byte. */
static bool
may_decode(const uint8_t *der, size_t len)
{
	return len != 0 && len <= INT32_MAX && !owncurve_in(der, len);
}

static X509 *
cert_decode(const uint8_t *der, size_t len)
{
	const uint8_t *at = der;
	X509 *cert =
	    may_decode(der, len) ? d2i_X509(NULL, &at, (long)len) : NULL;

	if (cert != NULL && at != der + len) {
		X509_free(cert);
		cert = NULL;
	}
	ERR_clear_error();
	return cert;
}

static X509_REQ *
request_decode(const uint8_t *der, size_t len)
{
	const uint8_t *at = der;
	X509_REQ *request =
	    may_decode(der, len) ? d2i_X509_REQ(NULL, &at, (long)len) : NULL;

	if (request != NULL && at != der + len) {
		X509_REQ_free(request);
		request = NULL;
	}
	ERR_clear_error();
	return request;
}

/* The bits that the CA signs: of an RSA key the RSAPublicKey. */
static bool
key_is(const ASN1_BIT_STRING *bits, const uint8_t *key, size_t len)
{
	return bits != NULL && (size_t)ASN1_STRING_length(bits) == len &&
	    memcmp(ASN1_STRING_get0_data(bits), key, len) == 0;
}

static bool
name_fits(X509 *cert, const char *fqdn)
{
	return X509_check_host(cert, fqdn, strlen(fqdn),
	           X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
	               X509_CHECK_FLAG_NO_WILDCARDS,
	           NULL) == 1;
}

/* Seconds since 1970; INT64_MIN when it is no time. */
static int64_t
time_of(const ASN1_TIME *t)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0, seconds = 0;
	int64_t at = INT64_MIN;

	if (epoch != NULL && ASN1_TIME_diff(&days, &seconds, epoch, t) == 1)
		at = (int64_t)days * 86400 + seconds;
	ASN1_STRING_free(epoch);
	return at;
}

int
machinecert_read(struct machinecert *c, const uint8_t *der, size_t len,
    const char *fqdn)
{
	X509 *cert = cert_decode(der, len);
	const ASN1_BIT_STRING *bits;

	*c = (struct machinecert){ .until = INT64_MIN };
	if (cert == NULL)
		return -1;
	bits = X509_get0_pubkey_bitstr(cert);
	(void)EVP_Digest(der, len, c->sha256, NULL, EVP_sha256(), NULL);
	if (bits != NULL)
		(void)EVP_Digest(ASN1_STRING_get0_data(bits),
		    (size_t)ASN1_STRING_length(bits), c->key, NULL,
		    EVP_sha256(), NULL);
	c->until = time_of(X509_get0_notAfter(cert));
	c->self = X509_NAME_cmp(X509_get_subject_name(cert),
	              X509_get_issuer_name(cert)) == 0;
	c->named = name_fits(cert, fqdn);
	X509_free(cert);
	ERR_clear_error();
	return 0;
}

/* --- requests ------------------------------------------------------------- */

static void
names_fill(char to[NAMES_TEXT], const char *fqdn)
{
	(void)snprintf(to, NAMES_TEXT, "DNS:%s,DNS:%.*s", fqdn,
	    (int)strcspn(fqdn, "."), fqdn);
}

/* A common name has 64 characters at most (RFC 5280, A.1); the names that count
 * are in subjectAltName. */
static int
subject_fill(X509_NAME *to, const char *fqdn)
{
	size_t len = strlen(fqdn);

	if (len > CERTMAKE_CN_MAX)
		len = strcspn(fqdn, ".");
	return X509_NAME_add_entry_by_txt(to, "CN", MBSTRING_UTF8,
	           (const unsigned char *)fqdn, (int)len, -1, 0) == 1
	    ? 0
	    : -1;
}

static int
request_names(X509_REQ *request, const char *fqdn)
{
	STACK_OF(X509_EXTENSION) *all = sk_X509_EXTENSION_new_null();
	X509_EXTENSION *one;
	char names[NAMES_TEXT];
	int rc = -1;

	names_fill(names, fqdn);
	one = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
	if (all == NULL || one == NULL || sk_X509_EXTENSION_push(all, one) <= 0)
		X509_EXTENSION_free(one);
	else if (X509_REQ_add_extensions(request, all) == 1)
		rc = 0;
	sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
	return rc;
}

static X509_REQ *
request_new(EVP_PKEY *key, const char *fqdn)
{
	X509_REQ *request = X509_REQ_new();

	if (request != NULL && key != NULL &&
	    X509_REQ_set_version(request, 0) == 1 &&
	    X509_REQ_set_pubkey(request, key) == 1 &&
	    subject_fill(X509_REQ_get_subject_name(request), fqdn) == 0 &&
	    request_names(request, fqdn) == 0)
		return request;
	X509_REQ_free(request);
	return NULL;
}

static int
request_encode(struct machinecert_der *to, X509_REQ *request)
{
	unsigned char *at = to->at;
	int len = request == NULL ? -1 : i2d_X509_REQ(request, NULL);

	to->len = 0;
	if (len > 0 && (size_t)len <= sizeof(to->at))
		to->len = (size_t)i2d_X509_REQ(request, &at);
	ERR_clear_error();
	return to->len == 0 ? -1 : 0;
}

/* sha256WithRSAEncryption, and as many bytes as the key's signatures have. */
static int
request_placeholder(X509_REQ *request, EVP_PKEY *key)
{
	static const uint8_t zeros[PLACEHOLDER_MAX];
	X509_ALGOR *how = X509_ALGOR_new();
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
	int len = EVP_PKEY_get_size(key), rc = -1;

	if (how != NULL && bits != NULL && len > 0 && len <= PLACEHOLDER_MAX &&
	    X509_ALGOR_set0(how, OBJ_nid2obj(NID_sha256WithRSAEncryption),
	        V_ASN1_NULL, NULL) == 1 &&
	    ASN1_STRING_set(bits, zeros, len) == 1) {
		/* The unused bits of the last byte: none. */
		bits->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 0x07);
		bits->flags |= ASN1_STRING_FLAG_BITS_LEFT;
		if (X509_REQ_set1_signature_algo(request, how) == 1) {
			X509_REQ_set0_signature(request, bits);
			bits = NULL;
			rc = 0;
		}
	}
	X509_ALGOR_free(how);
	ASN1_STRING_free(bits);
	return rc;
}

int
machinecert_request(struct machinecert_der *to, const uint8_t *key, size_t len,
    const char *fqdn)
{
	const uint8_t *at = key;
	EVP_PKEY *pair = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)len);
	X509_REQ *request =
	    pair == NULL || at != key + len ? NULL : request_new(pair, fqdn);
	int rc = -1;

	to->len = 0;
	if (request != NULL && request_placeholder(request, pair) == 0)
		rc = request_encode(to, request);
	X509_REQ_free(request);
	EVP_PKEY_free(pair);
	ERR_clear_error();
	return rc;
}

int
machinecert_request_of(struct machinecert_der *to, EVP_PKEY *key,
    const char *fqdn)
{
	X509_REQ *request = request_new(key, fqdn);
	int rc = -1;

	to->len = 0;
	if (request != NULL && X509_REQ_sign(request, key, EVP_sha256()) > 0)
		rc = request_encode(to, request);
	X509_REQ_free(request);
	ERR_clear_error();
	return rc;
}

/* --- what came ------------------------------------------------------------ */

enum machinecert_wrong
machinecert_request_check(const uint8_t *der, size_t len,
    const struct machinecert_der *asked)
{
	X509_REQ *got = request_decode(der, len);
	X509_REQ *want = request_decode(asked->at, asked->len);
	enum machinecert_wrong wrong = MACHINECERT_GOOD;

	if (got == NULL || want == NULL)
		wrong = MACHINECERT_UNREADABLE;
	else if (EVP_PKEY_eq(X509_REQ_get0_pubkey(got),
	             X509_REQ_get0_pubkey(want)) != 1)
		wrong = MACHINECERT_OTHER_KEY;
	else if (X509_NAME_cmp(X509_REQ_get_subject_name(got),
	             X509_REQ_get_subject_name(want)) != 0)
		wrong = MACHINECERT_OTHER_NAME;
	else if (X509_REQ_verify(got, X509_REQ_get0_pubkey(got)) != 1)
		wrong = MACHINECERT_SIGNATURE;
	X509_REQ_free(got);
	X509_REQ_free(want);
	ERR_clear_error();
	return wrong;
}

static enum machinecert_wrong
leaf_check(X509 *leaf, const uint8_t *key, size_t len, const char *fqdn,
    int64_t now, int64_t after)
{
	uint32_t usage = X509_get_extended_key_usage(leaf);

	if (!key_is(X509_get0_pubkey_bitstr(leaf), key, len))
		return MACHINECERT_OTHER_KEY;
	if (!name_fits(leaf, fqdn))
		return MACHINECERT_OTHER_NAME;
	if ((usage != UINT32_MAX &&
	        (usage & (XKU_SSL_SERVER | XKU_ANYEKU)) == 0) ||
	    X509_check_ca(leaf) == 1)
		return MACHINECERT_NOT_SERVER;
	if (time_of(X509_get0_notBefore(leaf)) > now ||
	    time_of(X509_get0_notAfter(leaf)) <= after)
		return MACHINECERT_PAST;
	return MACHINECERT_GOOD;
}

/* Each is signed by the next, which is a CA's. */
static bool
chain_holds(X509 *const cert[], size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (X509_check_issued(cert[i + 1], cert[i]) != X509_V_OK ||
		    X509_verify(cert[i], X509_get0_pubkey(cert[i + 1])) != 1 ||
		    X509_check_ca(cert[i + 1]) == 0)
			return false;
	return true;
}

enum machinecert_wrong
machinecert_check(const struct machinecert_chain *chain, const uint8_t *key,
    size_t len, const char *fqdn, int64_t now, int64_t after)
{
	X509 *cert[MACHINECERT_CHAIN] = { NULL };
	enum machinecert_wrong wrong = MACHINECERT_GOOD;
	size_t n = 0;

	for (; n < chain->n && n < MACHINECERT_CHAIN; n++) {
		cert[n] = cert_decode(chain->cert[n].at, chain->cert[n].len);
		if (cert[n] == NULL)
			break;
	}
	if (n == 0 || n < chain->n)
		wrong = MACHINECERT_UNREADABLE;
	else
		wrong = leaf_check(cert[0], key, len, fqdn, now, after);
	if (wrong == MACHINECERT_GOOD && !chain_holds(cert, n))
		wrong = MACHINECERT_NO_CHAIN;
	for (size_t i = 0; i < n; i++)
		X509_free(cert[i]);
	ERR_clear_error();
	return wrong;
}

/* --- our own CA ----------------------------------------------------------- */

static int
leaf_extend(X509 *leaf, X509 *ca, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *one;
	int rc;

	X509V3_set_ctx(&ctx, ca, leaf, NULL, NULL, 0);
	one = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	rc = one != NULL && X509_add_ext(leaf, one, -1) == 1 ? 0 : -1;
	X509_EXTENSION_free(one);
	return rc;
}

/* Positive, and not 0, so that it is 16 bytes long (RFC 5280, 4.1.2.2). */
static int
leaf_life(X509 *leaf, const struct certmake_life *life)
{
	uint8_t serial[CERTMAKE_SERIAL];

	memcpy(serial, life->serial, sizeof(serial));
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);
	return ASN1_STRING_set(X509_get_serialNumber(leaf), serial,
	           sizeof(serial)) == 1 &&
	        ASN1_TIME_set(X509_getm_notBefore(leaf),
	            (time_t)(life->from - CERTMAKE_BEFORE)) != NULL &&
	        ASN1_TIME_set(X509_getm_notAfter(leaf), (time_t)life->until) !=
	            NULL
	    ? 0
	    : -1;
}

static int
leaf_fill(X509 *leaf, EVP_PKEY *key, const char *fqdn, X509 *ca,
    const struct certmake_life *life)
{
	char names[NAMES_TEXT];

	names_fill(names, fqdn);
	if (X509_set_version(leaf, 2) != 1 || X509_set_pubkey(leaf, key) != 1 ||
	    leaf_life(leaf, life) == -1 ||
	    subject_fill(X509_get_subject_name(leaf), fqdn) == -1 ||
	    X509_set_issuer_name(leaf, X509_get_subject_name(ca)) != 1)
		return -1;
	return leaf_extend(leaf, ca, NID_basic_constraints,
	           "critical,CA:FALSE") == 0 &&
	        leaf_extend(leaf, ca, NID_key_usage,
	            "critical,digitalSignature,keyEncipherment") == 0 &&
	        leaf_extend(leaf, ca, NID_ext_key_usage, "serverAuth") == 0 &&
	        leaf_extend(leaf, ca, NID_subject_alt_name, names) == 0 &&
	        leaf_extend(leaf, ca, NID_subject_key_identifier, "hash") ==
	            0 &&
	        leaf_extend(leaf, ca, NID_authority_key_identifier,
	            "keyid,issuer") == 0
	    ? 0
	    : -1;
}

X509 *
machinecert_make(X509_REQ *request, const char *fqdn, X509 *ca,
    EVP_PKEY *ca_key, const struct certmake_life *life, struct fault *f)
{
	EVP_PKEY *key = X509_REQ_get0_pubkey(request);
	X509 *leaf = X509_new();

	if (key == NULL || X509_REQ_verify(request, key) != 1) {
		(void)fault_set(f, 0,
		    "the request is not signed with the key that is in it");
	} else if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
	    EVP_PKEY_get_bits(key) < 2048) {
		(void)fault_set(f, 0,
		    "the key is too short (got %d bits, expected 2048 or more)",
		    EVP_PKEY_get_bits(key));
	} else if (leaf != NULL && leaf_fill(leaf, key, fqdn, ca, life) == 0 &&
	    X509_sign(leaf, ca_key, EVP_sha256()) > 0) {
		return leaf;
	} else {
		(void)fault_set(f, 0, "OpenSSL cannot make the certificate");
	}
	ERR_clear_error();
	X509_free(leaf);
	return NULL;
}
