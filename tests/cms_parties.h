#ifndef CMS_PARTIES_H
#define CMS_PARTIES_H

/*
 * cms_parties - partners with keys and certificates, and what they sign and
 * encrypt, for cmocka tests; include it after cmocka.h, stdlib.h and string.h.
 */
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static const char list[] =
    "pid,pps\n0000037M,NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ\n";
static const int64_t now = 1800000000; /* 2027-01-15 */

struct party {
	EVP_PKEY *key;
	X509 *cert;
	char *pem;
	size_t pem_len;
	char *key_pem;
	size_t key_len;
};

static inline char *
text_of(BIO *bio, size_t *len)
{
	char *p, *copy;

	*len = (size_t)BIO_get_mem_data(bio, &p);
	copy = malloc(*len);
	assert_non_null(copy);
	memcpy(copy, p, *len);
	BIO_free(bio);
	return copy;
}

static inline void
party_make(struct party *p, const char *name, EVP_PKEY *key)
{
	X509_NAME *subject;
	BIO *bio = BIO_new(BIO_s_mem());
	static long serial = 1;

	p->key = key;
	p->cert = X509_new();
	assert_non_null(p->key);
	ASN1_INTEGER_set(X509_get_serialNumber(p->cert), serial++);
	X509_set_version(p->cert, 2);
	ASN1_TIME_set(X509_getm_notBefore(p->cert), now - 86400);
	ASN1_TIME_set(X509_getm_notAfter(p->cert), now + 86400);
	X509_set_pubkey(p->cert, p->key);
	subject = X509_get_subject_name(p->cert);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
	    (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(p->cert, subject);
	assert_true(X509_sign(p->cert, p->key, EVP_sha256()) > 0);
	PEM_write_bio_X509(bio, p->cert);
	p->pem = text_of(bio, &p->pem_len);
	bio = BIO_new(BIO_s_mem());
	PEM_write_bio_PrivateKey(bio, p->key, NULL, NULL, 0, NULL, NULL);
	p->key_pem = text_of(bio, &p->key_len);
}

static inline void
party_free(struct party *p)
{
	EVP_PKEY_free(p->key);
	X509_free(p->cert);
	free(p->pem);
	free(p->key_pem);
}

struct bytes {
	uint8_t *p;
	size_t len;
};

static inline struct bytes
der_of(CMS_ContentInfo *cms)
{
	struct bytes b = { NULL, 0 };
	BIO *out = BIO_new(BIO_s_mem());

	assert_non_null(cms);
	assert_int_equal(i2d_CMS_bio(out, cms), 1);
	b.p = (uint8_t *)text_of(out, &b.len);
	CMS_ContentInfo_free(cms);
	return b;
}

static inline struct bytes
sign(const void *p, size_t len, const struct party *by)
{
	BIO *in = BIO_new_mem_buf(p, (int)len);
	CMS_ContentInfo *cms =
	    CMS_sign(by->cert, by->key, NULL, in, CMS_BINARY);

	BIO_free(in);
	return der_of(cms);
}

static inline struct bytes
encrypt(const void *p, size_t len, const struct party *to,
    const EVP_CIPHER *cipher)
{
	BIO *in = BIO_new_mem_buf(p, (int)len);
	STACK_OF(X509) *to_all = sk_X509_new_null();
	CMS_ContentInfo *cms;

	sk_X509_push(to_all, to->cert);
	cms = CMS_encrypt(to_all, in, cipher, CMS_BINARY);
	sk_X509_free(to_all);
	BIO_free(in);
	return der_of(cms);
}

#endif
