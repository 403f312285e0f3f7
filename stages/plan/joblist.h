#ifndef JOBLIST_H
#define JOBLIST_H

/*
 * joblist - the jobs of one plan, in memory until they are committed: about
 * 1 kB each.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "setup/job.h"
#include "plan/due.h"
#include "plan/profiles.h"

struct planned_job {
	struct job job;
	/* Lower ones are written first; equal ones as they were added. */
	int64_t order;
	/* It hung last time: after the others of its order. */
	bool late;
	size_t added;
	/* For a dry run: the rule that gave it its profile, or NULL; was that
	 * chosen by the site's own program; and why a visit is due. */
	const struct assign_rule *rule;
	bool chosen;
	enum due_why due;
};

struct joblist {
	struct planned_job *jobs;
	size_t n, cap;
	size_t nall; /* of all plans */
	bool *told;  /* of each profile: its settings were written */
};

/* Another job, all zero. */
struct planned_job *joblist_add(struct joblist *l);

/* Pointers to them as they are written, for the caller to free. */
struct planned_job **joblist_sorted(struct joblist *l);

/* Writes the settings of the profiles that they name as a stream, but for those
 * that it has written before, and then the jobs: the end of the lease is the
 * same for all. */
void joblist_write(struct joblist *l, const struct profiles *profiles,
    int64_t not_after, bool reveal);

/* Of the jobs that were written, nothing is left; joblist_wipe ends it. */
void joblist_clear(struct joblist *l);
void joblist_wipe(struct joblist *l);

#endif
