#ifndef CMS_H
#define CMS_H

/*
 * cms - the seal around a bundle: who signed it, and for whom it is encrypted.
 * Source: RFC 5652 (SignedData, EnvelopedData), RFC 5083 and 5084
 * (AuthEnvelopedData with AES-GCM), RFC 7468 (PEM), RFC 8551 (S/MIME).
 * OpenSSL does the cryptography; here is what we take: layers of both kinds
 * in any order, DER or BER, PEM (also gpgsm's) or S/MIME, RSA and EC.  Digests
 * older than SHA-2 are refused: others can make a second list with the same
 * SHA-1.
 *
 * All from memory.  The clock is an argument.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/certuse.h"
#include "base/fault.h"

#define CMS_LAYERS_MAX 3           /* signed, encrypted, signed */
#define CMS_MAX ((size_t)64 << 20) /* OpenSSL holds all of it, some twice */
#define CMS_SIGNERS_MAX 1000
#define CMS_SNIFF                                                              \
	65536 /* bytes that cms_is_sealed wants to see: a mail can             \
	       * have long headers before it says what it is */

struct cms;

/* What is wrong with a signer; for what else is wrong, and nothing. */
enum cms_signer {
	CMS_SIGNER_OTHER,
	CMS_SIGNER_UNTRUSTED,
	CMS_SIGNER_EXPIRED, /* or a CA's certificate on the way to ours */
	CMS_SIGNER_NOT_YET,
	CMS_SIGNER_USAGE, /* its key usage forbids signing */
};

struct cms_report {
	unsigned nsigned;    /* layers whose signature is good */
	unsigned nencrypted; /* layers that were decrypted */
	bool is_expired;     /* a signer's certificate, and that was allowed */
	char signer[CERT_NAME]; /* name of the last one, printable ASCII */
	char signer_sha256[65]; /* of its certificate, in hexadecimal */
	char issuer[CERT_NAME]; /* of that; "" when it is self-signed */
	/* why it failed: */
	bool needs_key;          /* a layer is encrypted, cms_key it */
	enum cms_signer refused; /* this signer */
};

/* now: seconds since 1970.  NULL: out of memory. */
struct cms *cms_new(int64_t now, bool allow_expired);
void cms_free(struct cms *c);

/*
 * Trusts each certificate of a file (certfile.h): what it signed itself, and
 * what those it certified signed.  How many there are, or -1.
 */
int cms_trust(struct cms *c, const void *file, size_t len, struct fault *f);

/*
 * The key (PEM) and certificate of a recipient: us.  Of several certificates
 * it is the key's.  password is asked when the key
 * is encrypted and may answer NULL.  0 or -1.
 */
typedef const char *cms_password_fn(void *arg);
int cms_key(struct cms *c, const void *key, size_t key_len, const void *cert,
    size_t cert_len, cms_password_fn *password, void *arg, struct fault *f);

/* Does it claim to be sealed?  By its first bytes. */
bool cms_is_sealed(const uint8_t *buf, size_t len);

/*
 * Takes off every layer.  0 and the content, which the caller wipes and frees
 * (one NUL follows it), or -1 and nothing: when any signature, any signer or
 * any decryption is wrong; then the report has why, and of a signer that was
 * refused whose it is.  Content that
 * nobody signed is not a fault here; the report says so.
 */
int cms_open(struct cms *c, uint8_t **content, size_t *content_len,
    const uint8_t *buf, size_t len, struct cms_report *r, struct fault *f);

#endif
