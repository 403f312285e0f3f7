#ifndef CRLMAKE_H
#define CRLMAKE_H

/*
 * crlmake - the list of certificates that a CA has revoked.
 *
 * Source: RFC 5280, 5 (a list of version 2 with a number and the CA's key
 * identifier; each entry with its reason).  It is signed with SHA-256.
 */
#include <stdbool.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/fault.h"

struct crlmake_life {
	int64_t from, until; /* seconds since 1970; the next one comes then */
	uint64_t number;     /* larger than that of any list before */
};

/* An empty one, which the caller frees; NULL: *f. */
X509_CRL *crlmake_begin(X509 *ca, const struct crlmake_life *life,
    struct fault *f);
/* Did this CA issue it?  Its key is looked at, too. */
bool crlmake_is_of(X509 *ca, X509 *cert);
/* Its holder went out of service then.  0, or -1 with *f. */
int crlmake_add(X509_CRL *crl, const X509 *cert, int64_t at, struct fault *f);
/* At last. */
int crlmake_sign(X509_CRL *crl, EVP_PKEY *ca_key, struct fault *f);

#endif
