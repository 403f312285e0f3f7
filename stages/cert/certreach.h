#ifndef CERTREACH_H
#define CERTREACH_H

/*
 * certreach - which of the machines heard so far each certificate of a store
 * reaches: as planning chooses (certchoice.h), with its reasons for the others.
 */
#include <openssl/x509.h>

#include "base/domain.h"
#include "base/reason.h"
#include "plan/plan.h"
#include "store/store.h"

struct certreach {
	X509 *leaf; /* borrowed */
	char name[DOMAIN_TEXT];
	int64_t reached;
	int64_t unnamed; /* would be, and have no name in the map */
	int64_t not_for[REASON_COUNT];
	char detail[REASON_COUNT][PLAN_DETAIL]; /* of the first */
};

/*
 * An element for each leaf, the caller's to free; *heard is the number of
 * machines with hellos of version 3, *reached how many of them at least one
 * leaf reaches.
 */
struct certreach *certreach_count(struct store *s, STACK_OF(X509) * leaves,
    STACK_OF(X509) * all, int64_t now, int64_t *heard, int64_t *reached);

#endif
