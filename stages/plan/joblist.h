#ifndef JOBLIST_H
#define JOBLIST_H

/*
 * joblist - the jobs of one plan, in memory until they are committed: 2 kB
 * each.  job.h reads what is written here.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/domain.h"
#include "plan/plan.h"
#include "store/store.h"
#include "base/uuid.h"

struct planned_job {
	char id[64], uuid[UUID_TEXT], fqdn[DOMAIN_TEXT], address[48], pid[40];
	char pps[PLAN_SECRET];
	char admin_now[PLAN_TRIES * PLAN_SECRET];
	char admin_next[PLAN_SECRET], mebx_next[PLAN_SECRET];
	char realm[256];
	bool prove; /* its wish */
	int64_t attempt;
	/* Lower ones are written first; equal ones as they were added. */
	int64_t order;
	size_t added;
};

struct joblist {
	struct planned_job *jobs;
	size_t n, cap;
};

/* Another job, all zero. */
struct planned_job *joblist_add(struct joblist *l);

/* The passwords to try, as the stream has them. */
void joblist_join(struct planned_job *j, char (*tries)[PLAN_SECRET], size_t n);

/* Writes them as a stream: profile and settings are the same for all. */
void joblist_write(struct joblist *l, const char *profile, const char *settings,
    int64_t not_after, bool reveal);

void joblist_wipe(struct joblist *l);

#endif
