#ifndef CMSWRITE_H
#define CMSWRITE_H

/*
 * cmswrite - signs and encrypts bytes: Cryptographic Message Syntax, RFC 5652,
 * DER.
 *
 * Signed first (SHA-256, signing time, the signer's certificate and the others
 * of its file), then encrypted for every recipient.  Contents
 * go under AES-256-GCM (AuthEnvelopedData, RFC 5083 and 5084): whoever opens
 * a file that was altered is told before it looks at what is inside, signed
 * or not.  OpenSSL from 3.0 opens that, gpgsm 2.2 does not; for partners with
 * such programs there is AES-256-CBC (EnvelopedData), which all open and
 * which has no such protection of its own.  RSA recipients get PKCS #1 v1.5
 * key transport, the one that everything opens.
 *
 * Everything here ends the program with a message when it cannot go on: 66 a
 * file cannot be read, 65 a certificate or a key is of no use, 70 OpenSSL.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/secret.h"

struct cmswrite;

struct cmswrite *cmswrite_new(void);
void cmswrite_free(struct cmswrite *c); /* accepts NULL */

/*
 * Adds the one certificate of a file (certfile.h) that may receive keys
 * (certuse.h), and says whose it is.  When there are several, sha256 says
 * which, as cert_sha256 writes it; NULL: the terminal is asked.
 */
void cmswrite_to(struct cmswrite *c, const char *path, const char *sha256,
    int64_t now);

/*
 * Signs with the private key in key (PEM) and the certificate in cert that
 * belongs to it; others there go along.  pass is asked when the key is
 * encrypted; NULL leaves such a key alone: good for trying the rest of it.
 */
void cmswrite_by(struct cmswrite *c, const char *cert, const char *key,
    struct secret *pass, int64_t now);

void cmswrite_cbc(struct cmswrite *c);

/* Neither recipient nor signer? */
bool cmswrite_idle(const struct cmswrite *c);

/* Writes bytes, signed at now and encrypted as far as was asked for, to f. */
void cmswrite_put(const struct cmswrite *c, FILE *f, const void *bytes,
    size_t len, int64_t now);

/*
 * Writes the signature of what in has from its beginning, without it
 * (detached), made at now, to f.  Of any length.
 */
void cmswrite_detached(const struct cmswrite *c, FILE *f, FILE *in,
    int64_t now);

#endif
