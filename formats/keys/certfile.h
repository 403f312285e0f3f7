#ifndef CERTFILE_H
#define CERTFILE_H

/*
 * certfile - the certificates in a file, whatever its name ends in: PEM with
 * any text around it, its Base64 without the PEM lines, DER, or the .p7b that
 * Windows and CAs hand out (SignedData without content, RFC 5652, 5.1).
 * Sources: RFC 5280 (X.509), RFC 7468 (PEM), RFC 7292 (PFX).
 */
#include <stddef.h>

#include <openssl/x509.h>

#include "base/fault.h"

#define CERTFILE_MAX ((size_t)1 << 20) /* bytes */
#define CERTFILE_CERTS_MAX 1000

/*
 * All of them in the file's order, one or more; the caller frees them with
 * sk_X509_pop_free.  Or NULL: *f says what the file is instead, and what to do
 * about it.
 */
STACK_OF(X509) * certfile_read(const void *buf, size_t len, struct fault *f);

/*
 * The same for who reads other things in the file too: adds those that are in
 * it to all, perhaps none.  0, or -1 with *f when one is damaged; certificates
 * before it are added.
 */
int certfile_append(STACK_OF(X509) * all, const void *buf, size_t len,
    struct fault *f);

/* Is it a PFX (PKCS #12), as it begins? */
int certfile_is_pfx(const void *buf, size_t len);

/* What a file without a certificate is, and what to do; NULL: not known. */
const char *certfile_what(const void *buf, size_t len);

/* Does a private key lie in it, in clear or under a password (PEM)? */
int certfile_has_key(const void *buf, size_t len);

#endif
