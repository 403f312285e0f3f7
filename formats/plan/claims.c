#include "plan/claims.h"

#include <stdio.h>
#include <string.h>

void
claims_begin(struct claims *c, const char *cutoff, const char *ask)
{
	memset(c, 0, sizeof(*c));
	c->cutoff = cutoff;
	c->ask = ask;
}

/* Does a go before b?  Higher rank first, then what is fresh there. */
static bool
claimed_before(const struct claimed *a, const struct claimed *b)
{
	if (a->rank != b->rank)
		return a->rank > b->rank;
	if ((a->fresh == a->rank) != (b->fresh == b->rank))
		return a->fresh == a->rank;
	return strcmp(a->fqdn, b->fqdn) < 0;
}

/* All entries of one name were seen. */
static void
close_name(struct claims *c)
{
	if (c->now.rank == 0)
		return;
	if (c->ask != NULL && strcmp(c->ask, c->now.fqdn) == 0)
		c->asked = c->now;
	if (c->best[0].rank == 0 || claimed_before(&c->now, &c->best[0])) {
		c->best[1] = c->best[0];
		c->best[0] = c->now;
	} else if (c->best[1].rank == 0 ||
	    claimed_before(&c->now, &c->best[1])) {
		c->best[1] = c->now;
	}
}

void
claims_add(struct claims *c, const struct claim *e)
{
	bool stale = e->seen[0] != '\0' && strcmp(e->seen, c->cutoff) < 0;
	struct claimed *now = &c->now;

	if (now->rank == 0 || strcmp(now->fqdn, e->fqdn) != 0) {
		close_name(c);
		memset(now, 0, sizeof(*now));
		(void)snprintf(now->fqdn, sizeof(now->fqdn), "%s", e->fqdn);
	}
	if (e->rank > now->rank) {
		now->rank = e->rank;
		(void)snprintf(now->seen, sizeof(now->seen), "%s", e->seen);
		(void)snprintf(now->place, sizeof(now->place), "%s", e->place);
	}
	if (!stale && e->rank > now->fresh)
		now->fresh = e->rank;
}

/* Is this name among those that count? */
static bool
claimed_counts(const struct claimed *n, const struct claimed *best)
{
	bool fresh_needed = best->fresh == best->rank;

	return n->rank != 0 && n->rank == best->rank &&
	    (!fresh_needed || n->fresh == n->rank);
}

void
claims_end(struct claims *c)
{
	const struct claimed *best = &c->best[0];

	close_name(c);
	for (size_t i = 0; i < 2; i++)
		if (claimed_counts(&c->best[i], best))
			c->name[c->nnames++] = c->best[i];
	c->wanted = c->asked.rank != 0 && claimed_counts(&c->asked, best);
	c->stale = c->nnames != 0 && best->fresh != best->rank &&
	    (c->nnames > 1 || best->fresh == 0);
}

bool
claims_counts(const struct claims *one, const struct claims *all)
{
	return one->asked.rank != 0 &&
	    claimed_counts(&one->asked, &all->best[0]);
}

bool
claims_contest(const struct claims *ours, const struct claims *theirs)
{
	return theirs->wanted && theirs->best[0].rank >= ours->best[0].rank &&
	    (ours->stale || !theirs->stale);
}
