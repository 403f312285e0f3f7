#ifndef CLAIMS_H
#define CLAIMS_H

/*
 * claims - what the inventory's sources say that a machine is called, and
 * which of it counts.  Entries in, a verdict out: no store, no clock.
 *
 * The entries with the highest rank decide; among them, those that are fresh.
 * An old entry of high rank still counts alone, marked stale: nothing of lower
 * rank may quietly take its place.  Only when something fresh says the same
 * does it count as if it were fresh.  Names that differ at the highest rank
 * are never chosen between.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/domain.h"

#define CLAIMS_PLACE 512
#define CLAIMS_SEEN 11 /* 2026-11-22 and its NUL */

/* One entry.  Strings are borrowed for the call. */
struct claim {
	const char *fqdn;
	const char *seen; /* its date; "" never grows stale */
	const char *place;
	int64_t rank; /* above 0 */
};

/* All entries for one name together. */
struct claimed {
	char fqdn[DOMAIN_TEXT];
	char seen[CLAIMS_SEEN];
	char place[CLAIMS_PLACE]; /* of the entry with the highest rank */
	int64_t rank;             /* the highest; 0: there is no entry */
	int64_t fresh; /* the highest of a fresh one; 0 without one */
};

struct claims {
	/* the verdict */
	size_t nnames;          /* 0, 1, or 2 for more */
	struct claimed name[2]; /* in the order of their FQDNs */
	bool stale;             /* the newest that counts is too old */
	bool wanted;            /* the name asked for is one that counts */
	/* its own: */
	const char *cutoff, *ask;
	struct claimed best[2], now, asked;
};

/*
 * cutoff: entries dated before this day are stale; "" when none grows stale.
 * ask: is this name among those that count (wanted)?  NULL for none.  Both are
 * borrowed until claims_end.
 */
void claims_begin(struct claims *c, const char *cutoff, const char *ask);
/* Entries for the same name must follow one another. */
void claims_add(struct claims *c, const struct claim *e);
void claims_end(struct claims *c);

/* Does the name that one was asked for count among all of its machine?  one saw
 * that name's entries alone, all every name's. */
bool claims_counts(const struct claims *one, const struct claims *all);

/*
 * May another machine, whose claims were asked for the one name of ours, have
 * that name with as much right as we?  Then neither gets it.
 */
bool claims_contest(const struct claims *ours, const struct claims *theirs);

#endif
