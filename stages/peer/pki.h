#ifndef PEER_PKI_H
#define PEER_PKI_H

/*
 * pki - a device in setup with certificates: the root hashes that it says, its
 * own certificate, and what it asks of the setup server's.  Where the public
 * documents leave a release open, the comment at that place says so.
 */
#include <openssl/ssl.h>

#include "peer/machine.h"

enum { HASH_SHA1 = 1, HASH_SHA256, HASH_SHA384 }; /* types of a hello */
#define ROOTS_MAX 64
#define CHAIN_MAX 4 /* certificates that a setup server may send */

struct root_hash {
	uint8_t type, len, hash[48];
};

/* 1601 for 16.1. */
unsigned machine_release(const struct machine *m);
/* In setup, or with TLS that cannot be turned off (16.1 on). */
bool pki_tls_open(const struct machine *m);
bool pki_keeps_tls(const struct machine *m);
bool pki_closes_after_admin(const struct machine *m);
/* What CommitChanges misses of a device with certificates, or NULL. */
const char *pki_commit_missing(const struct machine *m);

/* roots.c: hashes that a hello lists; the number of them. */
void roots_read(const char *path); /* PEM, or ends the program */
void roots_free(void);
size_t roots_list(struct root_hash to[ROOTS_MAX], const struct machine *m);

/* chain.c: judges chain, leaf first, as it came.  NULL when it is taken and
 * *seen is filled, else why not with *alert set. */
const char *chain_judge(const struct machine *m, STACK_OF(X509) * chain,
    struct pki_seen *seen, int *alert);

/* domain.c: does the common name match the suffix, by release? */
bool domain_matches(const struct machine *m, const char *cn,
    const char *suffix);

/* devcert.c: gives ssl the device's certificate. */
void devcert_use(SSL *ssl, const struct machine *m);
/* The self-signed one that a device has in a state; to be freed, unlike its
 * key. */
X509 *devcert_self(const struct machine *m, int state, EVP_PKEY **key);
void devcert_root_write(const char *path); /* of the on-die chains */
void devcert_free(void);

/* pkitls.c */
SSL *pki_tls_new(struct machine *m, int fd);
int pki_tls_highest(const struct machine *m);
void pki_tls_free(void);
/* Is the client's certificate enough to log in over ssl? */
bool pki_login(const struct machine *m, SSL *ssl);

/* record.c: classes of releases that have certificates; NULL: not there. */
struct class;
const struct class *record_class(const struct machine *m, const char *name);

#endif
