#ifndef CERTMAKE_H
#define CERTMAKE_H

/*
 * certmake - what a setup server needs before it has a certificate that
 * machines take: the request for a CA, or an own root and a certificate under
 * it.
 *
 * Sources: Intel AMT Implementation and Reference Guide, "Acquiring a
 * Certificate" (server authentication with CERTPURPOSE_OID, or CERTPURPOSE_OU);
 * RFC 2986 (PKCS #10); RFC 5280, 4.1.2.2 (serial numbers), 4.2.1 (extensions)
 * and A.1 (64 characters of a common name).  All is signed with SHA-256.
 */
#include <stdbool.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/fault.h"

#define CERTMAKE_CN_MAX 64 /* characters */
#define CERTMAKE_SERIAL 16 /* bytes */

/* A day on either side is lost to clocks that are wrong. */
#define CERTMAKE_BEFORE INT64_C(86400)

struct certmake_subject {
	const char *name;         /* a full name, as domain_parse gives it */
	const char *organization; /* NULL: none */
	const char *country;      /* two letters, NULL: none */
	bool unit;                /* CERTPURPOSE_OU in place of the OID */
};

/* From CERTMAKE_BEFORE before from until until; serial is random. */
struct certmake_life {
	int64_t from, until; /* seconds since 1970 */
	uint8_t serial[CERTMAKE_SERIAL];
};

/* Each answers what the caller frees, or NULL with *f. */
X509_REQ *certmake_request(EVP_PKEY *key, const struct certmake_subject *s,
    struct fault *f);
X509 *certmake_root(EVP_PKEY *key, const char *cn,
    const struct certmake_life *life, struct fault *f);

/* Of the server with that key, signed by the root. */
X509 *certmake_leaf(EVP_PKEY *key, const char *name, X509 *root,
    EVP_PKEY *root_key, const struct certmake_life *life, struct fault *f);

/* Of a console, which shows it to machines that ask for one (consolecert.h);
 * signed by the CA. */
X509 *certmake_console(EVP_PKEY *key, const char *name, X509 *ca,
    EVP_PKEY *ca_key, const struct certmake_life *life, struct fault *f);

#endif
