#ifndef CREDENTIAL_KEY_H
#define CREDENTIAL_KEY_H

/*
 * credential_key - the private keys of files that are no PFX: PKCS #8, plain
 * or encrypted, and PKCS #1, each as PEM or DER; a part of credential.
 */
#include "amt/credential.h"
#include "amt/pbe.h"

#define CREDENTIAL_CERTS_MAX 1000 /* of a file, as certfile has it */

/* Takes key, which may be NULL: it is damaged.  One that is there already is
 * not added again. */
enum credential_end credential_key_add(struct credential *c, EVP_PKEY *key,
    struct fault *f);

/* The blocks of a PEM file that are keys; others are left alone. */
enum credential_end credential_pem_keys(struct credential *c, const void *buf,
    size_t len, struct pbe *p);

/* CREDENTIAL_OK also when it is no key at all: *found says. */
enum credential_end credential_der_key(struct credential *c, const void *buf,
    size_t len, struct pbe *p, bool *found);

/* PEM or DER with a key that is encrypted. */
bool credential_key_is_sealed(const void *buf, size_t len);

#endif
