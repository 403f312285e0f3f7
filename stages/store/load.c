#include "store/load.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/stage.h"

#define GROUP_RECORDS 1000
#define GROUP_MS 100
#define QUIET_MS 2000

static volatile sig_atomic_t told_to_end;

static void
on_term(int sig)
{
	(void)sig;
	told_to_end = 1;
}

void
load_listen_for_end(void)
{
	(void)signal(SIGTERM, on_term);
}

bool
load_told_to_end(void)
{
	return told_to_end;
}

void
load_tell(const struct stream_in *in, const struct load_count *c)
{
	char more[96] = "";
	size_t len = 0;

	if (!stage_verbose())
		return;
	if (c->n[LOAD_CHANGED] != 0)
		len = (size_t)snprintf(more, sizeof(more),
		    ", %" PRIu64 " changed", c->n[LOAD_CHANGED]);
	if (c->n[LOAD_REFUSED] != 0)
		(void)snprintf(more + len, sizeof(more) - len,
		    ", %" PRIu64 " refused", c->n[LOAD_REFUSED]);
	stage_say(in->name, 0,
	    "%s: %" PRIu64 " new, %" PRIu64 " already there%s", in->kind->name,
	    c->n[LOAD_NEW], c->n[LOAD_SAME], more);
}

void
load_place(const struct stream_in *in, const char *from, char place[LOAD_PLACE])
{
	size_t len = strnlen(from, LOAD_PLACE - 1);

	if (len != 0)
		*(char *)mempcpy(place, from, len) = '\0';
	else
		stream_place(in, place, LOAD_PLACE);
}

/* False when a signal asked for the end and nothing more comes. */
static bool
more_comes(struct stream_in *in)
{
	for (;;) {
		bool ending = told_to_end;

		if (stream_ready(in, ending ? QUIET_MS : 1000))
			return true;
		if (ending)
			return false;
	}
}

struct group {
	struct store *store;
	load_keep_fn *keep;
	void *arg;
	struct load_count count;
	unsigned pending;
	int64_t since; /* clock_ms of its first record */
};

static void
group_commit(struct group *g)
{
	if (g->pending == 0)
		return;
	g->pending = 0;
	if (g->keep != NULL)
		g->keep(g->arg, &g->count);
	else
		store_commit(g->store);
}

static void
group_add(struct group *g)
{
	if (g->pending++ != 0)
		return;
	if (g->keep == NULL)
		store_begin(g->store);
	g->since = clock_ms();
}

static void
group_check(struct group *g, struct stream_in *in)
{
	int64_t left;

	if (g->pending == 0)
		return;
	left = g->since + GROUP_MS - clock_ms();
	if (g->pending == GROUP_RECORDS || left <= 0 ||
	    !stream_ready(in, (int)left))
		group_commit(g);
}

int
load_journal(struct store *s, struct stream_in *in, load_record_fn *take,
    load_keep_fn *keep, void *arg)
{
	struct group g = { .store = s, .keep = keep, .arg = arg };
	struct record r;
	int got;

	load_listen_for_end();
	for (;;) {
		group_check(&g, in);
		if (g.pending == 0 && !more_comes(in)) {
			load_tell(in, &g.count);
			stage_fail(EX_TEMPFAIL, in->name, in->line,
			    "ended by a signal before the stream was; what "
			    "came is kept");
		}
		got = stream_next(in, &r);
		if (got != 1)
			break;
		group_add(&g);
		g.count.n[take(arg, in, &r, &g.count)]++;
	}
	group_commit(&g);
	load_tell(in, &g.count);
	return got;
}
