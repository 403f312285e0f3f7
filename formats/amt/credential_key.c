#include "amt/credential_key.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

enum credential_end
credential_key_add(struct credential *c, EVP_PKEY *key, struct fault *f)
{
	ERR_clear_error();
	if (key == NULL) {
		(void)fault_set(f, 0, "a private key in it is damaged");
		return CREDENTIAL_DAMAGED;
	}
	for (size_t i = 0; i < c->nkeys; i++)
		if (EVP_PKEY_eq(c->keys[i], key) == 1) {
			EVP_PKEY_free(key);
			return CREDENTIAL_OK;
		}
	if (c->nkeys == CREDENTIAL_KEYS_MAX) {
		EVP_PKEY_free(key);
		(void)fault_set(f, 0, "too many private keys (expected one)");
		return CREDENTIAL_REFUSED;
	}
	c->keys[c->nkeys++] = key;
	return CREDENTIAL_OK;
}

static enum credential_end
key_fail(struct pbe *p, enum credential_end end, const char *why)
{
	(void)fault_set(p->f, 0, "%s", why);
	return end;
}

/* PKCS #8 under a password.  A wrong one and damage look alike here. */
static enum credential_end
sealed_open(struct credential *c, const X509_SIG *sig, struct pbe *p)
{
	const X509_ALGOR *how;
	const ASN1_OCTET_STRING *sealed;
	enum credential_end end;
	void *info;

	X509_SIG_get0(sig, &how, &sealed);
	switch (pbe_open(p, how, sealed, ASN1_ITEM_rptr(PKCS8_PRIV_KEY_INFO),
	    &info)) {
	case PBE_OK:
		end = credential_key_add(c, EVP_PKCS82PKEY(info), p->f);
		PKCS8_PRIV_KEY_INFO_free(info);
		return end;
	case PBE_WRONG:
		return key_fail(p, CREDENTIAL_PASSWORD,
		    "the password of its key is wrong");
	default:
		return CREDENTIAL_REFUSED;
	}
}

static enum credential_end
sealed_read(struct credential *c, const unsigned char *der, size_t len,
    struct pbe *p)
{
	const unsigned char *at = der;
	X509_SIG *sig = d2i_X509_SIG(NULL, &at, (long)len);
	enum credential_end end;

	ERR_clear_error();
	if (sig == NULL)
		return key_fail(p, CREDENTIAL_DAMAGED,
		    "a private key in it is damaged");
	end = sealed_open(c, sig, p);
	X509_SIG_free(sig);
	return end;
}

/* PKCS #1, SEC 1 or PKCS #8 in clear; NULL when it is damaged or something
 * else. */
static EVP_PKEY *
key_decode(const unsigned char *der, size_t len)
{
	const unsigned char *at = der;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)len);

	ERR_clear_error();
	return key;
}

/* --- PEM ----------------------------------------------------------------- */

static int
form_give(char *to, int cap, int writing, void *arg)
{
	const char *form = arg;
	size_t len = form != NULL ? strlen(form) : 0;

	(void)writing;
	if (len == 0 || len > (size_t)cap)
		return -1;
	memcpy(to, form, len);
	return (int)len;
}

/* OpenSSL's own encryption of PEM: MD5 once over the password, and the padding
 * alone says whether it was right.  So what comes out must be a key, too. */
static EVP_PKEY *
dek_open(const EVP_CIPHER_INFO *how, const unsigned char *der, size_t len,
    const char *form)
{
	unsigned char *copy = OPENSSL_memdup(der, len);
	EVP_CIPHER_INFO info = *how;
	long n = (long)len;
	EVP_PKEY *key = NULL;

	if (copy != NULL &&
	    PEM_do_header(&info, copy, &n, form_give,
	        (void *)(uintptr_t)form) == 1)
		key = key_decode(copy, (size_t)n);
	OPENSSL_clear_free(copy, len);
	ERR_clear_error();
	return key;
}

static enum credential_end
dek_read(struct credential *c, char *header, const unsigned char *der,
    size_t len, struct pbe *p)
{
	EVP_CIPHER_INFO how;

	if (PEM_get_EVP_CIPHER_INFO(header, &how) != 1 || how.cipher == NULL) {
		ERR_clear_error();
		return key_fail(p, CREDENTIAL_REFUSED,
		    "its key is encrypted in a way that is not known here: "
		    "write it again (openssl pkcs8 -topk8)");
	}
	for (size_t i = 0; i < p->forms->n; i++) {
		EVP_PKEY *key = dek_open(&how, der, len, p->forms->form[i]);

		if (key != NULL)
			return credential_key_add(c, key, p->f);
	}
	return key_fail(p, CREDENTIAL_PASSWORD,
	    "the password of its key is wrong");
}

static bool
is_key_name(const char *name)
{
	size_t n = strlen(name), k = sizeof("PRIVATE KEY") - 1;

	return n >= k && strcmp(name + n - k, "PRIVATE KEY") == 0;
}

static enum credential_end
block_add(struct credential *c, const char *name, char *header,
    const unsigned char *der, size_t len, struct pbe *p)
{
	if (!is_key_name(name))
		return CREDENTIAL_OK;
	if (strcmp(name, "OPENSSH PRIVATE KEY") == 0)
		return key_fail(p, CREDENTIAL_REFUSED,
		    "has a key for SSH, not one of a certificate");
	if (strcmp(name, "ENCRYPTED PRIVATE KEY") == 0)
		return sealed_read(c, der, len, p);
	if (strstr(header, "ENCRYPTED") != NULL)
		return dek_read(c, header, der, len, p);
	return credential_key_add(c, key_decode(der, len), p->f);
}

enum credential_end
credential_pem_keys(struct credential *c, const void *buf, size_t len,
    struct pbe *p)
{
	BIO *in = BIO_new_mem_buf(buf, (int)len);
	char *name = NULL, *header = NULL;
	unsigned char *der = NULL;
	enum credential_end end = CREDENTIAL_OK;
	long n = 0;

	if (in == NULL)
		return key_fail(p, CREDENTIAL_REFUSED, "out of memory");
	while (end == CREDENTIAL_OK &&
	    PEM_read_bio(in, &name, &header, &der, &n) == 1) {
		end = block_add(c, name, header, der, (size_t)n, p);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(der, (size_t)n);
	}
	ERR_clear_error();
	BIO_free(in);
	return end;
}

/* --- DER ----------------------------------------------------------------- */

enum credential_end
credential_der_key(struct credential *c, const void *buf, size_t len,
    struct pbe *p, bool *found)
{
	const unsigned char *at = buf;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)len);

	ERR_clear_error();
	*found = true;
	if (key != NULL && at != (const unsigned char *)buf + len) {
		EVP_PKEY_free(key);
		return key_fail(p, CREDENTIAL_REFUSED,
		    "has more behind its private key: each in DER must be a "
		    "file of its own, or all of them PEM");
	}
	if (key != NULL)
		return credential_key_add(c, key, p->f);
	*found = credential_key_is_sealed(buf, len);
	return *found ? sealed_read(c, buf, len, p) : CREDENTIAL_OK;
}

static bool
has_word(const void *buf, size_t len, const char *word)
{
	return len != 0 && memmem(buf, len, word, strlen(word)) != NULL;
}

/* EncryptedPrivateKeyInfo is SEQUENCE { AlgorithmIdentifier, OCTET STRING }
 * and nothing behind it (RFC 5958, 3). */
bool
credential_key_is_sealed(const void *buf, size_t len)
{
	const unsigned char *at = buf;
	X509_SIG *sig;
	bool is_sealed;

	if (len > CREDENTIAL_FILE_MAX)
		return false;
	if (has_word(buf, len, "-----BEGIN ENCRYPTED PRIVATE KEY-----") ||
	    has_word(buf, len, "Proc-Type: 4,ENCRYPTED"))
		return true;
	if (len == 0 || at[0] != 0x30)
		return false;
	sig = d2i_X509_SIG(NULL, &at, (long)len);
	is_sealed = sig != NULL && at == (const unsigned char *)buf + len;
	X509_SIG_free(sig);
	ERR_clear_error();
	return is_sealed;
}
