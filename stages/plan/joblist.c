#include "plan/joblist.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/stream.h"

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
	l->jobs[l->n] = (struct planned_job){ .added = l->n };
	return &l->jobs[l->n++];
}

static int
joblist_compare(const void *va, const void *vb)
{
	const struct planned_job *a = *(struct planned_job *const *)va;
	const struct planned_job *b = *(struct planned_job *const *)vb;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	if (a->late != b->late)
		return a->late ? 1 : -1;
	return a->added < b->added ? -1 : a->added > b->added;
}

static bool
joblist_names(const struct joblist *l, const struct profile *p)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->jobs[i].job.profile, p->name) == 0)
			return true;
	return false;
}

/* Of the profiles that a job names; of an only one in any case. */
static void
joblist_write_settings(struct joblist *l, const struct profiles *profiles,
    bool reveal)
{
	const char *fields[SETTINGS_NCOLUMNS];
	struct stream_out out;

	stream_begin(&out, &kind_settings, reveal);
	for (size_t i = 0; i < profiles->n; i++) {
		const struct profile *p = &profiles->list[i];

		if (l->told[i] || (profiles->ruled && !joblist_names(l, p)))
			continue;
		l->told[i] = true;
		for (size_t k = 0; k < p->settings.n; k++) {
			settings_fields(&p->settings, k, fields);
			stream_write(&out, fields);
		}
	}
	stream_end(&out, 0);
}

/* Is there a profile whose settings are still to be written? */
static bool
joblist_has_news(struct joblist *l, const struct profiles *profiles)
{
	if (l->told == NULL) {
		l->told = calloc(profiles->n + 1, sizeof(*l->told));
		if (l->told == NULL)
			err(EX_OSERR, "jobs");
		return true;
	}
	for (size_t i = 0; i < profiles->n; i++)
		if (!l->told[i] && joblist_names(l, &profiles->list[i]))
			return true;
	return false;
}

struct planned_job **
joblist_sorted(struct joblist *l)
{
	struct planned_job **sorted = calloc(l->n + 1, sizeof(*sorted));

	if (sorted == NULL)
		err(EX_OSERR, "jobs");
	for (size_t i = 0; i < l->n; i++)
		sorted[i] = &l->jobs[i];
	qsort(sorted, l->n, sizeof(struct planned_job *), joblist_compare);
	return sorted;
}

void
joblist_write(struct joblist *l, const struct profiles *profiles,
    int64_t not_after, bool reveal)
{
	struct planned_job **sorted = joblist_sorted(l);
	const char *fields[JOBS_NCOLUMNS];
	struct job_texts texts;
	struct stream_out out;

	if (joblist_has_news(l, profiles))
		joblist_write_settings(l, profiles, reveal);
	stream_begin(&out, &kind_jobs, reveal);
	for (size_t i = 0; i < l->n; i++) {
		struct job *job = &sorted[i]->job;

		job->not_after = not_after;
		job_fields(job, &texts, fields);
		stream_write(&out, fields);
	}
	explicit_bzero(&texts, sizeof(texts));
	stream_end(&out, 0);
	free(sorted);
}

void
joblist_clear(struct joblist *l)
{
	for (size_t i = 0; i < l->n; i++)
		job_wipe(&l->jobs[i].job);
	l->n = 0;
}

void
joblist_wipe(struct joblist *l)
{
	joblist_clear(l);
	free(l->jobs);
	free(l->told);
	*l = (struct joblist){ 0 };
}
