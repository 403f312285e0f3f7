/*
 * sweep_jobs - reads the jobs, while machines are worked on.  A job's line is
 * good as soon as it is complete: what stands in it is in the store.
 */
#include "sweep/sweep_parts.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "lib/clock.h"
#include "lib/stage.h"

static void
jobs_add_settings(struct sweep *s, const struct stream_in *in,
    const struct record *r)
{
	struct fault f;

	if (settings_read(&s->settings, r, &f) == -1)
		stage_refuse(in->name, in->line, "%s", f.why);
}

static void
jobs_add_chain(struct sweep *s, const struct stream_in *in,
    const struct record *r)
{
	struct fault f;

	if (chains_read(&s->chains, r, &f) == -1)
		stage_refuse(in->name, in->line, "%s", f.why);
}

/* 0, or -1 with *f filled: without its settings a machine would be set up
 * without what its profile asks for. */
static int
jobs_find_settings(struct sweep *s, struct job *job, struct fault *f)
{
	char shown[SETTINGS_PROFILE];

	job->setup.settings = settings_of(&s->settings, job->profile);
	if (job->setup.settings != NULL && !job->setup.settings->has_gap)
		return 0;
	text_show(shown, sizeof(shown), job->profile, strlen(job->profile));
	if (job->setup.settings != NULL)
		return fault_set(f, 0,
		    "profile: a record in a settings stream was refused, so "
		    "\"%s\" may lack a setting (expected all of them)",
		    shown);
	return fault_set(f, 0,
	    "profile: no settings of \"%s\" came before this job (expected "
	    "them in a settings stream)",
	    shown);
}

static void
jobs_add(struct sweep *s, const struct stream_in *in, const struct record *r)
{
	struct job job;
	struct fault f;

	if (job_read(&job, r, &f) == -1 ||
	    jobs_find_settings(s, &job, &f) == -1 ||
	    job_find_chains(&job, &s->chains, &f) == -1) {
		job_wipe(&job);
		stage_refuse(in->name, in->line, "%s", f.why);
		return;
	}
	queue_add(s, &job);
}

static void
jobs_take(struct sweep *s, const struct stream_in *in, const struct record *r)
{
	if (in->kind == &kind_jobs)
		jobs_add(s, in, r);
	else if (in->kind == &kind_settings)
		jobs_add_settings(s, in, r);
	else
		jobs_add_chain(s, in, r);
}

/* The records of one stream.  Status: 0 when it was complete. */
static int
jobs_read_stream(struct sweep *s, struct stream_in *in)
{
	static const struct kind *const kinds[] = { &kind_chains,
		&kind_settings, &kind_jobs };
	struct record r;
	uint64_t refused = stage_refused();
	int got;

	if (!stream_is(in, kinds, 3))
		return EX_DATAERR;
	do {
		if (!sweep_await(s, in))
			return EX_TEMPFAIL;
		got = stream_next(in, &r);
		if (got == 1)
			jobs_take(s, in, &r);
	} while (got == 1);
	s->refused_before += in->refused;
	if (in->kind == &kind_settings &&
	    stage_refused() + in->refused != refused)
		settings_gap(&s->settings);
	return got == -1 ? EX_DATAERR : 0;
}

/* Status: 0 when all streams of the input were complete. */
static int
jobs_read_streams(struct sweep *s, struct stream_in *in)
{
	int got, status, njobs = 0;

	for (;;) {
		if (!sweep_await(s, in))
			return EX_TEMPFAIL;
		got = stream_header(in);
		if (got == 0 && njobs == 0 && !stage_input_cut(in->fd))
			stage_say(in->name, 0,
			    "no jobs stream, not even an empty one");
		if (got != 1)
			return got == 0 && njobs != 0 ? 0 : EX_DATAERR;
		njobs += in->kind == &kind_jobs;
		status = jobs_read_stream(s, in);
		if (status != 0)
			return status;
	}
}

static bool
jobs_name_chain(const struct sweep *s, const struct setup_chain *chain)
{
	const struct sweep_machine *m;

	LIST_FOREACH(m, &s->machines, all)
	{
		const struct setup_job *job = &m->job.setup;

		for (size_t n = 0; n < job->nchains; n++)
			if (job->chains[n] == chain)
				return true;
		for (size_t n = 0; n < job->nconsoles; n++)
			if (job->consoles[n] == chain)
				return true;
	}
	return false;
}

void
sweep_drop_chains(struct sweep *s)
{
	queue_reap(s);
	for (size_t i = 0; i < s->chains.n; i++)
		if (!jobs_name_chain(s, &s->chains.list[i]))
			setup_chain_wipe(&s->chains.list[i]);
}

void
sweep_read_jobs(int fd, const char *name, void *arg)
{
	struct sweep_reading *reading = arg;
	struct stream_in in;
	int status;

	stream_open(&in, fd, name);
	in.may_be_empty = true; /* jobs_read_streams says what it means here */
	status = jobs_read_streams(reading->sweep, &in);
	stream_close(&in);
	if (status == EX_TEMPFAIL)
		stage_say(name, 0, "time is up before the last job was read");
	if (reading->status == 0)
		reading->status = status;
}
