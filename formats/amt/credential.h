#ifndef CREDENTIAL_H
#define CREDENTIAL_H

/*
 * credential - a private key and certificates, from any number of files: PFX
 * (PKCS #12), PEM with certificates and keys in any order, DER, PKCS #7.
 *
 * Sources: RFC 7292 (PKCS #12), RFC 5958 and 5208 (PKCS #8), RFC 8018 (PBES2),
 * RFC 1421 as OpenSSL has it (DEK-Info), RFC 7468 (PEM).
 *
 * A password is text in UTF-8.  PKCS #12 has it as UTF-16, PBES2 as bytes, and
 * programs differ in what they made of other letters than ASCII, and of no
 * password at all; so each reading that is in use is tried (password_forms).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/fault.h"

#define CREDENTIAL_FILE_MAX ((size_t)1 << 20) /* bytes of a file */
#define CREDENTIAL_PASSWORD_MAX 512
#define CREDENTIAL_KEYS_MAX 4

/* Of all derivations for one file together: ten times what careful programs
 * ask for.  A second is two million or so. */
#define CREDENTIAL_ITERATIONS_MAX UINT64_C(10000000)

struct credential {
	STACK_OF(X509) * certs;
	EVP_PKEY *keys[CREDENTIAL_KEYS_MAX]; /* those that differ */
	size_t nkeys;
};

/* What is the caller's to decide. */
struct credential_use {
	/* with the legacy provider for RC2 and RC4, NULL: OpenSSL's own.  Only
	 * what decrypts uses it; keys and certificates do not refer to it. */
	OSSL_LIB_CTX *legacy;
	uint64_t iterations_max;
	bool without_mac; /* takes a PFX that nothing protects from changes */
};

enum credential_end {
	CREDENTIAL_OK,
	CREDENTIAL_PASSWORD, /* wrong, or missing */
	CREDENTIAL_DAMAGED,  /* cut off or changed; so is one without MAC */
	CREDENTIAL_REFUSED,  /* not what is read here; see the fault */
};

/* 0, or -1 without memory. */
int credential_begin(struct credential *c);
void credential_end(struct credential *c); /* wipes the keys */

/* Is there anything in it that a password opens? */
bool credential_wants_password(const void *buf, size_t len);

/*
 * Adds what is in a file to c.  password may be NULL.  Unless the
 * answer is CREDENTIAL_OK, *f says what is wrong, and c may have a part of it.
 */
enum credential_end credential_add(struct credential *c, const void *buf,
    size_t len, const char *password, const struct credential_use *use,
    struct fault *f);

/* The certificate that its key belongs to, of several the one that is valid
 * longest; NULL without such a certificate, or without exactly one key. */
X509 *credential_leaf(const struct credential *c);

#endif
