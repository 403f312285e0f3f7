/*
 * sweep_jobs - reads the jobs: all of them before the first machine is asked.
 */
#include "sweep/sweep_parts.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/stage.h"

/* Ten times the largest sites; some 900 bytes each. */
#define JOBS_MAX 200000

static struct sweep_machine *
jobs_make_room(struct sweep *s)
{
	struct sweep_machine *more;

	if (s->nmachines == s->cap) {
		size_t cap = s->cap == 0 ? 64 : 2 * s->cap;

		if (s->nmachines >= JOBS_MAX)
			errx(EX_DATAERR, "more than %d jobs", JOBS_MAX);
		/* The old place held secrets. */
		more = calloc(cap, sizeof(*more));
		if (more == NULL)
			err(EX_OSERR, "jobs");
		if (s->machines != NULL) {
			memcpy(more, s->machines, s->cap * sizeof(*more));
			explicit_bzero(s->machines, s->cap * sizeof(*more));
		}
		free(s->machines);
		s->machines = more;
		s->cap = cap;
	}
	return &s->machines[s->nmachines];
}

static void
jobs_add(struct sweep *s, const struct stream_in *in, const struct record *r)
{
	struct sweep_machine *m = jobs_make_room(s);
	struct fault f;

	if (job_read(&m->job, r, &f) == -1) {
		stage_refuse(in->name, in->line, "%s", f.why);
		return;
	}
	m->sweep = s;
	/* A duration from now on: the clock may be set while this runs. */
	m->until_ms = clock_ms() + (m->job.not_after - clock_seconds()) * 1000;
	m->state = SWEEP_NEW;
	s->count[SWEEP_NEW]++;
	s->nmachines++;
}

/* 1 when there is something to read, 0 when time is up. */
static int
jobs_await(struct stream_in *in)
{
	while (sweep_stop == 0)
		if (stream_ready(in, SWEEP_TICK_MS) && sweep_stop == 0)
			return 1;
	return 0;
}

/* Status: 0 when all streams of the input were whole. */
static int
jobs_read_streams(struct sweep *s, struct stream_in *in)
{
	struct record r;
	int got, nstreams = 0;

	for (;; nstreams++) {
		if (!jobs_await(in))
			return EX_TEMPFAIL;
		got = stream_header(in);
		if (got == 0 && nstreams == 0 && !stage_input_cut(in->fd))
			stage_say(in->name, 0,
			    "no jobs stream, not even an "
			    "empty one");
		if (got != 1)
			return got == 0 && nstreams != 0 ? 0 : EX_DATAERR;
		if (!stream_is(in, &kind_jobs))
			return EX_DATAERR;
		do {
			if (!jobs_await(in))
				return EX_TEMPFAIL;
			got = stream_next(in, &r);
			if (got == 1)
				jobs_add(s, in, &r);
		} while (got == 1);
		if (got == -1)
			return EX_DATAERR;
		s->refused_before += in->refused;
	}
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
