#ifndef ROOTLIST_H
#define ROOTLIST_H

/*
 * rootlist - the hashes of roots that a machine lists in its hello, as the
 * store has them ("sha256:HEX,sha1:HEX", kinds(5)), held against roots.
 *
 * A machine takes a chain whose root has one of these hashes, each of its own
 * kind (Intel AMT Implementation and Reference Guide, "Root Certificate
 * Hashes").  Kinds that are not known, and what is no hash, are skipped.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "amt/roots.h"

struct rootlist_entry {
	uint8_t sum[ROOTS_SUM_MAX];
	size_t len; /* 20, 32 or 48: SHA-1, SHA-256, SHA-384 */
};

/* The next one; *at moves on.  False at the end. */
bool rootlist_next(const char **at, struct rootlist_entry *e);

/*
 * How well the list knows a root, a chain_rank_fn whose arg is the list: 0 not,
 * else 1 by SHA-1, 2 by SHA-256, 3 by SHA-384.
 */
int rootlist_rank(const X509 *root, void *list);

/* The public ones that it lists: bit i is roots_row(i).  *unknown counts its
 * other hashes; may be NULL. */
#define ROOTLIST_ROWS_MAX 64
uint64_t rootlist_public(const char *list, size_t *unknown);

#endif
