#ifndef CHAINS_H
#define CHAINS_H

/*
 * chains - the certificates and keys of setup servers that the jobs after them
 * use, and their stream (kinds(5), @chains): once a plan, before the jobs that
 * name them.
 *
 * Which chain a machine gets is decided at planning; here each is taken as it
 * is: leaf first, root last.  Private keys: chains_wipe ends them.
 */
#include <stddef.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "amt/chain.h"
#include "base/domain.h"
#include "base/fault.h"
#include "base/record.h"

/* 16 hexadecimal digits of the SHA-256 of the leaf, a dash, 16 of the root's,
 * and a NUL. */
#define SETUP_CHAIN_NAME 34
#define SETUP_CHAIN_ROOT 65 /* the root's SHA-256 in hex, with its NUL */
#define CHAINS_MAX 64       /* of one plan; few sites have more than two */

struct setup_chain {
	char name[SETUP_CHAIN_NAME];
	char cn[DOMAIN_TEXT]; /* of the leaf */
	char root[SETUP_CHAIN_ROOT];
	X509 *certs[CHAIN_MAX]; /* leaf first, root last */
	size_t n;
	EVP_PKEY *key; /* the leaf's */
};

/* The chains of all streams that were read.  Zeroed at first. */
struct chains {
	struct setup_chain list[CHAINS_MAX];
	size_t n;
};

/*
 * A chain of its own from certificates (leaf first) and the key of the first:
 * takes references.  0, or -1 with *f filled: too long, the key is another
 * one's, without memory.
 */
int setup_chain_make(struct setup_chain *c, X509 *const *certs, size_t n,
    EVP_PKEY *key, struct fault *f);
void setup_chain_wipe(struct setup_chain *c);

/* One record more.  0, or -1 with *f filled. */
int chains_read(struct chains *all, const struct record *r, struct fault *f);
/* NULL when no record had it. */
const struct setup_chain *chains_find(const struct chains *all,
    const char *name);
void chains_wipe(struct chains *all);

/* What the fields of one chain point to; wiped by chain_texts_wipe. */
struct chain_texts {
	char *certs, *key;
};

/* The other way.  0, or -1 without memory. */
int chain_fields(const struct setup_chain *c, struct chain_texts *texts,
    const char *fields[CHAINS_NCOLUMNS]);
void chain_texts_wipe(struct chain_texts *texts);

#endif
