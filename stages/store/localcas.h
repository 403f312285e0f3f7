#ifndef LOCALCAS_H
#define LOCALCAS_H

/*
 * localcas - the site's CA, and those that it had before: what they have issued
 * to machines is valid until it ends, and somebody has to revoke it.  Their
 * keys are in the store as that of the present one.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "store/issued.h"
#include "store/localca.h"

struct localcas_one {
	X509 *cert;
	EVP_PKEY *key; /* NULL: it is damaged */
	/* Certificates that have not ended, and when the last of them does. */
	size_t nissued;
	int64_t until;
};

struct localcas {
	struct localcas_one *list; /* the present one is the first */
	size_t n;
};

/* A certificate that has not ended, NULL if it cannot be read; whose it is, or
 * LOCALCAS_NONE. */
#define LOCALCAS_NONE SIZE_MAX
typedef void localcas_fn(void *arg, size_t ca, X509 *cert,
    const struct issued_row *r);

/* All that could be such a CA: localcas_is_one says which of them are, once
 * the certificates were counted.  The key of the present one may be NULL. */
void localcas_find(struct localcas *all, struct store *s,
    const struct localca *present);
/* Counts them; fn, or NULL, gets each, and does not write to the store. */
void localcas_count(struct localcas *all, struct store *s, int64_t now,
    localcas_fn *fn, void *arg);
void localcas_free(struct localcas *all);

/* The present one, and those before it with certificates that have not ended.
 */
bool localcas_is_one(const struct localcas *all, size_t ca);

#endif
