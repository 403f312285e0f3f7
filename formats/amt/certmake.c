#include "amt/certmake.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "amt/certpurpose.h"
#include "base/domain.h"

#define USAGE_OID "serverAuth," CERTPURPOSE_OID
#define USAGE_OU "serverAuth"
#define USAGE_CONSOLE "clientAuth," CERTPURPOSE_CONSOLE_OID
#define KEY_USAGE_SERVER "critical,digitalSignature,keyEncipherment"
#define SAN_TEXT (DOMAIN_TEXT + 4)

static int
without_memory(struct fault *f)
{
	ERR_clear_error();
	return fault_set(f, 0, "OpenSSL cannot make it: out of memory");
}

/* Characters of UTF-8, not bytes. */
static size_t
cn_length(const char *cn)
{
	size_t n = 0;

	for (; *cn != '\0'; cn++)
		n += ((unsigned char)*cn & 0xc0) != 0x80;
	return n;
}

static int
cn_check(const char *cn, struct fault *f)
{
	size_t n = cn_length(cn);

	if (n >= 1 && n <= CERTMAKE_CN_MAX)
		return 0;
	return fault_set(f, 0,
	    "a certificate's name has 1 to %d characters (got %zu)",
	    CERTMAKE_CN_MAX, n);
}

/* --- names ---------------------------------------------------------------- */

static int
name_add(X509_NAME *to, const char *field, const char *value)
{
	return value == NULL ||
	        X509_NAME_add_entry_by_txt(to, field, MBSTRING_UTF8,
	            (const unsigned char *)value, -1, -1, 0) == 1
	    ? 0
	    : -1;
}

/* The common name last, as CAs write it. */
static int
subject_fill(X509_NAME *to, const struct certmake_subject *s)
{
	if (name_add(to, "C", s->country) == -1 ||
	    name_add(to, "O", s->organization) == -1 ||
	    name_add(to, "OU", s->unit ? CERTPURPOSE_OU : NULL) == -1)
		return -1;
	return name_add(to, "CN", s->name);
}

/* --- extensions ----------------------------------------------------------- */

struct extension {
	int nid;
	const char *value;
};

/* name was checked: it has nothing that a list of names would end at. */
static void
names_fill(char to[SAN_TEXT], const char *name)
{
	(void)snprintf(to, SAN_TEXT, "DNS:%s", name);
}

static X509_EXTENSION *
extension_make(X509V3_CTX *ctx, const struct extension *e)
{
	return X509V3_EXT_conf_nid(NULL, ctx, e->nid, e->value);
}

/* The last one has nid 0. */
static int
cert_extend(X509 *cert, X509 *issuer, const struct extension *e)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	for (; e->nid != 0; e++) {
		X509_EXTENSION *one = extension_make(&ctx, e);
		int rc = one != NULL ? X509_add_ext(cert, one, -1) : 0;

		X509_EXTENSION_free(one);
		if (rc != 1)
			return -1;
	}
	return 0;
}

static int
request_extend(X509_REQ *request, const struct extension *e)
{
	STACK_OF(X509_EXTENSION) *all = sk_X509_EXTENSION_new_null();
	X509V3_CTX ctx;
	int rc = all != NULL ? 0 : -1;

	X509V3_set_ctx(&ctx, NULL, NULL, request, NULL, 0);
	for (; rc == 0 && e->nid != 0; e++) {
		X509_EXTENSION *one = extension_make(&ctx, e);

		if (one == NULL || sk_X509_EXTENSION_push(all, one) <= 0) {
			X509_EXTENSION_free(one);
			rc = -1;
		}
	}
	if (rc == 0 && X509_REQ_add_extensions(request, all) != 1)
		rc = -1;
	sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
	return rc;
}

/* --- what is made --------------------------------------------------------- */

X509_REQ *
certmake_request(EVP_PKEY *key, const struct certmake_subject *s,
    struct fault *f)
{
	char names[SAN_TEXT];
	const struct extension extensions[] = {
		{ NID_key_usage, KEY_USAGE_SERVER },
		{ NID_ext_key_usage, s->unit ? USAGE_OU : USAGE_OID },
		{ NID_subject_alt_name, names },
		{ 0, NULL },
	};
	X509_REQ *request;

	if (cn_check(s->name, f) == -1)
		return NULL;
	names_fill(names, s->name);
	request = X509_REQ_new();
	if (request != NULL && X509_REQ_set_version(request, 0) == 1 &&
	    X509_REQ_set_pubkey(request, key) == 1 &&
	    subject_fill(X509_REQ_get_subject_name(request), s) == 0 &&
	    request_extend(request, extensions) == 0 &&
	    X509_REQ_sign(request, key, EVP_sha256()) > 0)
		return request;
	X509_REQ_free(request);
	(void)without_memory(f);
	return NULL;
}

/* Positive, and not padded: the first bits are 01. */
static int
serial_set(X509 *cert, const uint8_t serial[CERTMAKE_SERIAL])
{
	uint8_t bytes[CERTMAKE_SERIAL];

	memcpy(bytes, serial, sizeof(bytes));
	bytes[0] = (uint8_t)((bytes[0] & 0x3f) | 0x40);
	return ASN1_STRING_set(X509_get_serialNumber(cert), bytes,
	           sizeof(bytes)) == 1
	    ? 0
	    : -1;
}

/* All but issuer, extensions and signature. */
static X509 *
cert_begin(EVP_PKEY *key, const char *cn, const struct certmake_life *life)
{
	const struct certmake_subject subject = { .name = cn };
	X509 *cert = X509_new();

	if (cert != NULL && X509_set_version(cert, 2) == 1 &&
	    serial_set(cert, life->serial) == 0 &&
	    ASN1_TIME_set(X509_getm_notBefore(cert),
	        life->from - CERTMAKE_BEFORE) != NULL &&
	    ASN1_TIME_set(X509_getm_notAfter(cert), life->until) != NULL &&
	    X509_set_pubkey(cert, key) == 1 &&
	    subject_fill(X509_get_subject_name(cert), &subject) == 0)
		return cert;
	X509_free(cert);
	return NULL;
}

static X509 *
cert_sign(X509 *cert, X509 *issuer, EVP_PKEY *key, const struct extension *e,
    struct fault *f)
{
	if (cert != NULL &&
	    X509_set_issuer_name(cert, X509_get_subject_name(issuer)) == 1 &&
	    cert_extend(cert, issuer, e) == 0 &&
	    X509_sign(cert, key, EVP_sha256()) > 0)
		return cert;
	X509_free(cert);
	(void)without_memory(f);
	return NULL;
}

X509 *
certmake_root(EVP_PKEY *key, const char *cn, const struct certmake_life *life,
    struct fault *f)
{
	static const struct extension extensions[] = {
		{ NID_basic_constraints, "critical,CA:TRUE" },
		{ NID_key_usage, "critical,keyCertSign,cRLSign" },
		{ NID_subject_key_identifier, "hash" },
		{ 0, NULL },
	};
	X509 *cert;

	if (cn_check(cn, f) == -1)
		return NULL;
	cert = cert_begin(key, cn, life);
	return cert_sign(cert, cert, key, extensions, f);
}

/* Of somebody with a host's name, for that usage. */
static X509 *
cert_of_host(EVP_PKEY *key, const char *name, const char *usage, X509 *ca,
    EVP_PKEY *ca_key, const struct certmake_life *life, struct fault *f)
{
	char names[SAN_TEXT];
	const struct extension extensions[] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, KEY_USAGE_SERVER },
		{ NID_ext_key_usage, usage },
		{ NID_subject_key_identifier, "hash" },
		/* a CA may be without a key identifier */
		{ NID_authority_key_identifier, "keyid,issuer" },
		{ NID_subject_alt_name, names },
		{ 0, NULL },
	};

	if (cn_check(name, f) == -1)
		return NULL;
	names_fill(names, name);
	return cert_sign(cert_begin(key, name, life), ca, ca_key, extensions,
	    f);
}

X509 *
certmake_leaf(EVP_PKEY *key, const char *name, X509 *root, EVP_PKEY *root_key,
    const struct certmake_life *life, struct fault *f)
{
	return cert_of_host(key, name, USAGE_OID, root, root_key, life, f);
}

X509 *
certmake_console(EVP_PKEY *key, const char *name, X509 *ca, EVP_PKEY *ca_key,
    const struct certmake_life *life, struct fault *f)
{
	return cert_of_host(key, name, USAGE_CONSOLE, ca, ca_key, life, f);
}
