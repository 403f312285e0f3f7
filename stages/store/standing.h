#ifndef STANDING_H
#define STANDING_H

/*
 * standing - where a store stands, in numbers: for a check of the site.
 */
#include "store/store.h"

struct standing {
	int64_t mapped;    /* machines in the map */
	int64_t expected;  /* of these, not heard yet */
	int64_t keys;      /* in the store */
	int64_t keys_left; /* no machine was heard with them, nor are revoked */
	int64_t asking;    /* machines heard with version 3, not set up */
	int64_t set_up;    /* machines */
	int64_t due;       /* machines that a sweep could take now */
	int64_t due_since; /* the first of them; of no meaning without any */
	int64_t planned_at; /* when a sweep last found work; 0: never */
};

void standing_read(struct store *s, struct standing *st, int64_t now);

/* Each batch: how many keys it has and how many are left, as above.  batch is
 * borrowed. */
typedef void standing_fn(void *arg, const char *batch, int64_t keys,
    int64_t left);
void standing_batches(struct store *s, standing_fn *fn, void *arg);

#endif
