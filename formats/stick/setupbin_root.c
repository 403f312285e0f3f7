#include "stick/setupbin_root.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

/* An encrypted certificate does not count as one. */
static int
no_password(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static const EVP_MD *
setupbin_root_digest(unsigned type)
{
	switch (type) {
	case 1:
		return EVP_sha1();
	case 2:
		return EVP_sha256();
	default:
		return EVP_sha384();
	}
}

/* The only certificate of a file, or NULL with *f filled. */
static X509 *
read_one(const void *pem, size_t len, struct fault *f)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	X509 *cert = NULL, *more = NULL;

	if (bio == NULL) {
		(void)fault_set(f, 0, "out of memory");
		return NULL;
	}
	cert = PEM_read_bio_X509(bio, NULL, no_password, NULL);
	if (cert != NULL)
		more = PEM_read_bio_X509(bio, NULL, no_password, NULL);
	if (cert == NULL)
		(void)fault_set(f, 0, "no certificate in PEM");
	if (more != NULL) {
		(void)fault_set(f, 0,
		    "more than one certificate (expected the root alone)");
		X509_free(cert);
		cert = NULL;
	}
	X509_free(more);
	(void)BIO_free(bio);
	ERR_clear_error();
	return cert;
}

/* "" when the subject has neither. */
static void
short_name(char to[SETUPBIN_VAR_HASH_NAME + 1], X509 *cert)
{
	X509_NAME *subject = X509_get_subject_name(cert);
	char *end = to;

	to[0] = '\0';
	if (X509_NAME_get_text_by_NID(subject, NID_commonName, to,
	        SETUPBIN_VAR_HASH_NAME + 1) < 0)
		(void)X509_NAME_get_text_by_NID(subject, NID_organizationName,
		    to, SETUPBIN_VAR_HASH_NAME + 1);
	for (const char *s = to; *s != '\0'; s++)
		if (*s >= 0x20 && *s < 0x7f)
			*end++ = *s;
	*end = '\0';
}

int
setupbin_root_value(uint8_t to[SETUPBIN_VAR_MAX], size_t *len, unsigned type,
    const void *pem, size_t pem_len, struct fault *f)
{
	char name[SETUPBIN_VAR_HASH_NAME + 1];
	unsigned n = SETUPBIN_VAR_DIGEST_MAX;
	X509 *cert;
	int rc = -1;

	if (setupbin_var_digest(type) == NULL)
		return fault_set(f, 0, "unknown type of hash (got %u)", type);
	if (pem_len > SETUPBIN_ROOT_PEM_MAX)
		return fault_set(f, 0, "longer than %d bytes",
		    SETUPBIN_ROOT_PEM_MAX);
	cert = read_one(pem, pem_len, f);
	if (cert == NULL)
		return -1;
	short_name(name, cert);
	if (X509_NAME_cmp(X509_get_subject_name(cert),
	        X509_get_issuer_name(cert)) != 0)
		(void)fault_set(f, 0,
		    "not a root certificate: another one issued it");
	else if (X509_digest(cert, setupbin_root_digest(type), to + 1, &n) != 1)
		(void)fault_set(f, 0, "its hash cannot be computed");
	else
		rc = setupbin_var_hash(to, len, type, name, f);
	X509_free(cert);
	ERR_clear_error();
	return rc;
}
