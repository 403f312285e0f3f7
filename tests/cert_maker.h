#ifndef CERT_MAKER_H
#define CERT_MAKER_H

/*
 * cert_maker - keys, certificates and PFX files of setup servers for cmocka
 * tests; include it after cmocka.h, stdlib.h and string.h.
 */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

static const int64_t made_at = 1800000000; /* 2027-01-15 */

struct cert_wish {
	const char *cn, *ou; /* ou may be NULL */
	const char *usage; /* extended key usages as in openssl.cnf, or NULL */
	const char *basic; /* basic constraints, or NULL */
	const EVP_MD *md;  /* NULL: SHA-256 */
	int days;          /* from made_at; 0: 800 */
};

static inline void
cert_extend(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *e =
	    value != NULL ? X509V3_EXT_conf_nid(NULL, NULL, nid, value) : NULL;

	if (value == NULL)
		return;
	assert_non_null(e);
	assert_int_equal(X509_add_ext(cert, e, -1), 1);
	X509_EXTENSION_free(e);
}

static inline void
cert_name_add(X509_NAME *to, const char *field, const char *value)
{
	if (value != NULL)
		assert_int_equal(X509_NAME_add_entry_by_txt(to, field,
		                     MBSTRING_UTF8,
		                     (const unsigned char *)value, -1, -1, 0),
		    1);
}

/* issuer NULL: itself.  The caller frees it. */
static inline X509 *
cert_make(const struct cert_wish *w, EVP_PKEY *key, X509 *issuer,
    EVP_PKEY *issuer_key)
{
	X509 *cert = X509_new();
	X509_NAME *subject = X509_get_subject_name(cert);
	static long serial = 1;

	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
	X509_set_version(cert, 2);
	ASN1_TIME_set(X509_getm_notBefore(cert), made_at - 86400);
	ASN1_TIME_set(X509_getm_notAfter(cert),
	    made_at + (w->days != 0 ? w->days : 800) * INT64_C(86400));
	X509_set_pubkey(cert, key);
	cert_name_add(subject, "OU", w->ou);
	cert_name_add(subject, "CN", w->cn);
	X509_set_issuer_name(cert,
	    issuer != NULL ? X509_get_subject_name(issuer) : subject);
	cert_extend(cert, NID_ext_key_usage, w->usage);
	cert_extend(cert, NID_basic_constraints, w->basic);
	assert_true(X509_sign(cert, issuer_key != NULL ? issuer_key : key,
	                w->md != NULL ? w->md : EVP_sha256()) > 0);
	return cert;
}

static inline X509 *
ca_make(const char *cn, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
	const struct cert_wish w = { .cn = cn, .basic = "critical,CA:TRUE" };

	return cert_make(&w, key, issuer, issuer_key);
}

struct made_bytes {
	uint8_t *p;
	size_t len;
};

/* A PFX with that key and certificate; nid 0: not encrypted. */
static inline struct made_bytes
pfx_make(const char *password, EVP_PKEY *key, X509 *cert,
    STACK_OF(X509) * others, int nid, int iterations, int mac_iterations)
{
	PKCS12 *pfx = PKCS12_create(password, NULL, key, cert, others, nid, nid,
	    iterations, mac_iterations, 0);
	struct made_bytes b = { 0 };
	int len;

	assert_non_null(pfx);
	len = i2d_PKCS12(pfx, &b.p);
	assert_true(len > 0);
	b.len = (size_t)len;
	PKCS12_free(pfx);
	return b;
}

/* P-256, described in its certificates in place of its name. */
static inline EVP_PKEY *
own_curve_make(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	assert_non_null(key);
	assert_int_equal(EVP_PKEY_set_utf8_string_param(key,
	                     OSSL_PKEY_PARAM_EC_ENCODING, "explicit"),
	    1);
	return key;
}

#endif
