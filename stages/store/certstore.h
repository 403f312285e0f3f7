#ifndef CERTSTORE_H
#define CERTSTORE_H

/*
 * certstore - what a site's store has of keys and certificates, as a
 * credential, and the other way.
 *
 * What could be in a chain from the leaf is stored, and not the one chain that
 * is best today: machines know different roots, so each gets its own.
 */
#include "amt/credential.h"
#include "store/certs.h"

/* Of a certificate's DER, or of its public key's. */
void certstore_print(char print[CERTS_PRINT], const X509 *cert);
void certstore_key_print(char print[CERTS_PRINT], const EVP_PKEY *key);

/* All certificates of the store; *damaged counts those that do not open.  Ends
 * the program with 71 without memory. */
STACK_OF(X509) * certstore_read(struct store *s, size_t *damaged);

struct certstore_damage {
	size_t all;    /* certificates that do not open */
	size_t leaves; /* setup servers' among them */
};

/* The same in two: *leaves has setup servers' certificates, and all of them are
 * in the answer.  What else has its key in the store, as a CA of the site and a
 * certificate of its console, is none. */
STACK_OF(X509) *
    certstore_read_leaves(struct store *s, STACK_OF(X509) * *leaves,
        struct certstore_damage *damage);

/* A key by its print, the caller's to free; NULL if not found.  One that
 * does not open ends the program with 65. */
EVP_PKEY *certstore_key(struct store *s, const char *print);

/* The same; *key is NULL unless it is there and opens. */
enum certs_end certstore_find(struct store *s, const char *print,
    EVP_PKEY **key);

/* The key of a certificate; NULL if it is not here or does not open. */
EVP_PKEY *certstore_key_of(struct store *s, const X509 *cert);

/* Stores a key, asked_name as in certs.h; false: it was there. */
bool certstore_add_key(struct store *s, const EVP_PKEY *key,
    const char *asked_name, int64_t now);

/*
 * The key in the store that one of the certificates is for, to a credential
 * without a key.  False if not found; a key that does not open ends the program
 * with 65.
 */
bool certstore_find_key(struct store *s, struct credential *c);

/* Leaves of c's certificates, and of more, those that could be in a chain from
 * leaf: itself, whoever may have issued it, and so on. */
void certstore_keep_above(struct credential *c, X509 *leaf,
    STACK_OF(X509) * more);

/* Stores the key of leaf and all certificates of c; how many are new. */
size_t certstore_write(struct store *s, const struct credential *c,
    const X509 *leaf, int64_t now);

/* Stores certificates alone: none is taken for a setup server's. */
void certstore_add_certs(struct store *s, STACK_OF(X509) * certs, int64_t now);

#endif
