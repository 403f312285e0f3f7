#ifndef CONFLICTS_H
#define CONFLICTS_H

/*
 * conflicts - where the map, or the map and a machine that is set up,
 * contradict themselves, by the same rules as planning (names.h): what is
 * listed here as held back is held back there.
 */
#include "store/names.h"
#include "base/reason.h"

/*
 * One claim of a conflict.  The rows of one conflict follow one another and
 * have the same number, from 1.  Strings are borrowed for the call.
 */
struct conflict {
	uint64_t number;
	/* MAP_AMBIGUOUS: several names for uuid; MAP_SHARED: several UUIDs for
	 * fqdn; UUID_BAD; MAP_CHANGED: the first row is the machine's. */
	enum reason_id reason;
	const char *uuid, *fqdn, *source, *seen, *place;
	int64_t trust;     /* -1: the machine itself says so */
	bool counts;       /* of the entries that decide for this UUID */
	const char *state; /* of the machine; "" when it was not heard of */
};

typedef void conflict_fn(void *arg, const struct conflict *c);

/* In one read transaction of the caller's; how many conflicts there are. */
uint64_t conflicts_each(struct store *s, const char *cutoff, conflict_fn *fn,
    void *arg);

#endif
