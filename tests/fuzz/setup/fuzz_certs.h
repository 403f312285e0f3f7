#ifndef FUZZ_CERTS_H
#define FUZZ_CERTS_H

/*
 * fuzz_certs - a key, a CA and certificates for the fuzz targets of the
 * families, made once: a machine's certificate is only looked at when its key
 * and those who signed it fit.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "amt/certmake.h"
#include "amt/machinecert.h"
#include "setup/setup_sign.h"

#define FUZZ_NAME "pc-0001.example.com"
#define FUZZ_NOW 1800000000
#define FUZZ_BASE64 8192

static struct {
	EVP_PKEY *key, *ca_key;
	X509 *ca;
	char root[FUZZ_BASE64], leaf[FUZZ_BASE64], public[FUZZ_BASE64];
} certs;

static void
certs_must(bool so)
{
	if (!so)
		abort();
}

static void
certs_text(char to[FUZZ_BASE64], unsigned char *der, int len)
{
	certs_must(len > 0 && len < MACHINECERT_DER);
	(void)EVP_EncodeBlock((unsigned char *)to, der, len);
	OPENSSL_free(der);
}

static X509 *
certs_root(void)
{
	X509 *c = X509_new();
	X509_NAME *name = X509_get_subject_name(c);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL,
	    NID_basic_constraints, "critical,CA:TRUE");

	certs_must(X509_set_version(c, 2) == 1 &&
	    ASN1_INTEGER_set(X509_get_serialNumber(c), 1) == 1 &&
	    ASN1_TIME_set(X509_getm_notBefore(c), FUZZ_NOW - 86400) != NULL &&
	    ASN1_TIME_set(X509_getm_notAfter(c),
	        FUZZ_NOW + INT64_C(3650) * 86400) != NULL &&
	    X509_set_pubkey(c, certs.ca_key) == 1 &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	        (const unsigned char *)"Fuzz CA", -1, -1, 0) == 1 &&
	    X509_set_issuer_name(c, name) == 1 && e != NULL &&
	    X509_add_ext(c, e, -1) == 1 &&
	    X509_sign(c, certs.ca_key, EVP_sha256()) > 0);
	X509_EXTENSION_free(e);
	return c;
}

/* NULL if the bytes are not a request. */
static X509 *
certs_issue(const uint8_t *der, size_t len)
{
	const struct certmake_life life = { .from = FUZZ_NOW,
		.until = FUZZ_NOW + INT64_C(365) * 86400,
		.serial = { 7 } };
	X509_REQ *request = d2i_X509_REQ(NULL, &der, (long)len);
	X509 *leaf = NULL;
	struct fault f;

	if (request != NULL)
		leaf = machinecert_make(request, FUZZ_NAME, certs.ca,
		    certs.ca_key, &life, &f);
	X509_REQ_free(request);
	return leaf;
}

static void
certs_begin(void)
{
	struct machinecert_der request;
	unsigned char *der = NULL;
	X509 *leaf;
	int len;

	if (certs.key != NULL)
		return;
	certs.key = EVP_RSA_gen(2048);
	certs.ca_key = EVP_EC_gen("P-256");
	certs_must(certs.key != NULL && certs.ca_key != NULL);
	certs.ca = certs_root();
	len = i2d_PublicKey(certs.key, &der);
	certs_text(certs.public, der, len);
	certs_must(machinecert_request_of(&request, certs.key, FUZZ_NAME) == 0);
	leaf = certs_issue(request.at, request.len);
	certs_must(leaf != NULL);
	der = NULL;
	len = i2d_X509(leaf, &der);
	certs_text(certs.leaf, der, len);
	X509_free(leaf);
	der = NULL;
	len = i2d_X509(certs.ca, &der);
	certs_text(certs.root, der, len);
}

/* As the machine does: this request, signed with its key.  False: it is no
 * request. */
static bool
certs_sign_request(char to[FUZZ_BASE64], const char *base64)
{
	unsigned char der[FUZZ_BASE64], *out = NULL;
	const unsigned char *at = der;
	int len = strlen(base64) >= sizeof(der)
	    ? -1
	    : EVP_DecodeBlock(der, (const unsigned char *)base64,
	          (int)strlen(base64));
	X509_REQ *r = len < 0 ? NULL : d2i_X509_REQ(NULL, &at, len);
	bool signs = r != NULL && X509_REQ_sign(r, certs.key, EVP_sha256()) > 0;

	if (signs) {
		len = i2d_X509_REQ(r, &out);
		certs_text(to, out, len);
	}
	X509_REQ_free(r);
	return signs;
}

static void
certs_add(struct setup_signature *to, X509 *cert)
{
	struct machinecert_der *d = &to->chain.cert[to->chain.n++];
	unsigned char *at = d->at;

	d->len = (size_t)i2d_X509(cert, &at);
}

/* What whoever signs answers: a certificate as it should be. */
static void
certs_sign(struct setup_signature *to, const struct setup_sign *sign)
{
	struct machinecert_der own = { .len = 0 };
	const uint8_t *request = sign->request;
	size_t len = sign->len;
	unsigned char *at = to->key.at;
	X509 *leaf;

	if (len == 0) { /* the machine makes no keys */
		to->key.len = (size_t)i2d_PrivateKey(certs.key, &at);
		certs_must(
		    machinecert_request_of(&own, certs.key, FUZZ_NAME) == 0);
		request = own.at;
		len = own.len;
	}
	leaf = certs_issue(request, len);
	if (leaf == NULL)
		return;
	certs_add(to, leaf);
	certs_add(to, certs.ca);
	X509_free(leaf);
}

#endif
