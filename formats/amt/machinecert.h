#ifndef MACHINECERT_H
#define MACHINECERT_H

/*
 * machinecert - the certificate that a machine serves TLS with: the request for
 * it, what one that came must be, and how our own CA makes it.
 *
 * Sources: RFC 2986 (PKCS #10), RFC 5280, RFC 6125 (names are in
 * subjectAltName), RFC 8017 A.1.1 (RSAPublicKey, as AMT shows keys); profile.md
 * 4.1.  Encodings are DER; everything is signed with SHA-256.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "amt/certmake.h"
#include "base/domain.h"
#include "base/fault.h"

#define MACHINECERT_DER 4096 /* the longest certificate, request, key */
#define MACHINECERT_CHAIN 4  /* the leaf and what is above it */

struct machinecert_der {
	size_t len;
	uint8_t at[MACHINECERT_DER];
};

/* The leaf first; the root may be left out. */
struct machinecert_chain {
	size_t n;
	struct machinecert_der cert[MACHINECERT_CHAIN];
};

/* What a certificate says. */
struct machinecert {
	uint8_t sha256[32];
	uint8_t key[32]; /* SHA-256 of its RSAPublicKey; zeros: no RSA */
	int64_t until;   /* seconds since 1970 */
	bool self;       /* issuer and subject are the same */
	bool named;      /* for the name that was asked about */
};

/* 0, or -1 when it is no certificate. */
int machinecert_read(struct machinecert *c, const uint8_t *der, size_t len,
    const char *fqdn);

/*
 * A request for fqdn, and its first label, with the key of this RSAPublicKey;
 * the signature is a placeholder that the machine replaces.  0, or -1.
 */
int machinecert_request(struct machinecert_der *to, const uint8_t *key,
    size_t len, const char *fqdn);
/* And with a key that is at hand, signed. */
int machinecert_request_of(struct machinecert_der *to, EVP_PKEY *key,
    const char *fqdn);

enum machinecert_wrong {
	MACHINECERT_GOOD,
	MACHINECERT_UNREADABLE,
	MACHINECERT_OTHER_KEY,
	MACHINECERT_OTHER_NAME,
	MACHINECERT_NOT_SERVER, /* extended key usage, basic constraints */
	MACHINECERT_PAST,       /* over, or soon, or not yet */
	MACHINECERT_NO_CHAIN,   /* one is not signed by the next */
	MACHINECERT_SIGNATURE,  /* of a request */
};

/* What the machine made of the request: the same subject and key, and signed.
 */
enum machinecert_wrong machinecert_request_check(const uint8_t *der, size_t len,
    const struct machinecert_der *asked);
/* What a CA made of it: for RSAPublicKey key, good from now until after. */
enum machinecert_wrong machinecert_check(const struct machinecert_chain *chain,
    const uint8_t *key, size_t len, const char *fqdn, int64_t now,
    int64_t after);

/* The certificate for a request, by our own CA: server authentication, fqdn and
 * its first label.  The caller frees it; NULL: *f. */
X509 *machinecert_make(X509_REQ *request, const char *fqdn, X509 *ca,
    EVP_PKEY *ca_key, const struct certmake_life *life, struct fault *f);

#endif
