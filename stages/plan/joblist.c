#include "plan/joblist.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/stream.h"
#include "base/text.h"

/* What moves is wiped where it was. */
struct planned_job *
joblist_add(struct joblist *l)
{
	size_t cap = l->cap == 0 ? 64 : 2 * l->cap;
	struct planned_job *grown;

	if (l->n == l->cap) {
		grown = calloc(cap, sizeof(*grown));
		if (grown == NULL)
			err(EX_OSERR, "jobs");
		if (l->n != 0) {
			memcpy(grown, l->jobs, l->n * sizeof(*grown));
			explicit_bzero(l->jobs, l->n * sizeof(*grown));
		}
		free(l->jobs);
		l->jobs = grown;
		l->cap = cap;
	}
	l->jobs[l->n].added = l->n;
	return &l->jobs[l->n++];
}

void
joblist_join(struct planned_job *j, char (*tries)[PLAN_SECRET], size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(j->admin_now + len,
		    sizeof(j->admin_now) - len, "%s%s", i == 0 ? "" : ",",
		    tries[i]);
}

static int
by_order(const void *va, const void *vb)
{
	const struct planned_job *a = *(struct planned_job *const *)va;
	const struct planned_job *b = *(struct planned_job *const *)vb;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a->added < b->added ? -1 : a->added > b->added;
}

static void
write_one(struct stream_out *out, const struct planned_job *j,
    const char *profile, const char *settings, const char *not_after)
{
	char attempt[24];
	const char *fields[JOBS_NCOLUMNS] = {
		[JOBS_JOB] = j->id,
		[JOBS_UUID] = j->uuid,
		[JOBS_FQDN] = j->fqdn,
		[JOBS_ADDRESS] = j->address,
		[JOBS_AUTH] = "psk",
		[JOBS_PID] = j->pid,
		[JOBS_PPS] = j->pps,
		[JOBS_ADMIN_NOW] = j->admin_now,
		[JOBS_ADMIN_NEXT] = j->admin_next,
		[JOBS_MEBX_NEXT] = j->mebx_next,
		[JOBS_PROFILE] = profile,
		[JOBS_SETTINGS] = settings,
		[JOBS_ATTEMPT] = attempt,
		[JOBS_NOT_AFTER] = not_after,
		[JOBS_WISH] = j->prove ? "prove" : "set-up",
		[JOBS_REALM] = j->realm,
	};

	(void)snprintf(attempt, sizeof(attempt), "%" PRId64, j->attempt);
	stream_write(out, fields);
}

void
joblist_write(struct joblist *l, const char *profile, const char *settings,
    int64_t not_after, bool reveal)
{
	struct planned_job **sorted = calloc(l->n + 1, sizeof(*sorted));
	char until[TEXT_TIME];
	struct stream_out out;

	if (sorted == NULL)
		err(EX_OSERR, "jobs");
	for (size_t i = 0; i < l->n; i++)
		sorted[i] = &l->jobs[i];
	qsort(sorted, l->n, sizeof(struct planned_job *), by_order);
	text_time(until, not_after);
	stream_begin(&out, &kind_jobs, reveal);
	for (size_t i = 0; i < l->n; i++)
		write_one(&out, sorted[i], profile, settings, until);
	stream_end(&out, 0);
	free(sorted);
}

void
joblist_wipe(struct joblist *l)
{
	if (l->n != 0)
		explicit_bzero(l->jobs, l->n * sizeof(*l->jobs));
	free(l->jobs);
	*l = (struct joblist){ 0 };
}
