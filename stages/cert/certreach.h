#ifndef CERTREACH_H
#define CERTREACH_H

/*
 * certreach - which of the machines heard so far each certificate of a store
 * reaches, by the root hashes in their hellos and the domains of their names.
 *
 * Names are compared as AMT from 5 on does it: a hello does not say which
 * release its machine has.
 */
#include <openssl/x509.h>

#include "amt/suffix.h"
#include "store/store.h"

struct certreach {
	X509 *leaf; /* borrowed */
	char name[DOMAIN_TEXT];
	int64_t reached;
	int64_t without_root;        /* do not list its root */
	int64_t elsewhere;           /* list it, and are in another domain */
	int64_t unnamed;             /* list it, and have no name in the map */
	char other_dom[DOMAIN_TEXT]; /* one of those elsewhere */
	int rank; /* how well the hashes that are looked at know its root */
};

/*
 * An element for each leaf, the caller's to free; *heard is the number of
 * machines with hellos of version 3, *reached how many of them at least one
 * leaf reaches.
 */
struct certreach *certreach_count(struct store *s, STACK_OF(X509) * leaves,
    STACK_OF(X509) * all, int64_t *heard, int64_t *reached);

#endif
