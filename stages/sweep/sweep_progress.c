/*
 * sweep_progress - how far it is: a line that is drawn again on a terminal, or
 * one every so many seconds for whoever asked for that.  Counts and codes only:
 * nothing that a machine said.
 */
#include "sweep/sweep_parts.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/clock.h"
#include "lib/progress.h"
#include "lib/stage.h"

#define TEXT_MAX 400

/* Where the next part of the line goes. */
struct progress_line {
	char text[TEXT_MAX];
	size_t len;
};

/* What finds no room is cut. */
static void __attribute__((format(printf, 2, 3)))
line_add(struct progress_line *l, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(l->text + l->len, TEXT_MAX - l->len, fmt, ap);
	va_end(ap);
	if (n > 0)
		l->len += (size_t)n < TEXT_MAX - l->len ? (size_t)n
		                                        : TEXT_MAX - 1 - l->len;
}

/* The reason that most of those that failed have. */
static enum reason_id
reason_first(const struct sweep *s)
{
	enum reason_id first = REASON_NONE;

	for (unsigned id = REASON_NONE + 1; id < REASON_COUNT; id++)
		if (s->failed[id] > s->failed[first])
			first = (enum reason_id)id;
	return first;
}

static void
line_time(struct progress_line *l, int64_t seconds, const char *after)
{
	line_add(l, ", %lld:%02lld %s", (long long)seconds / 60,
	    (long long)seconds % 60, after);
}

/* What the machines that are not done would take at this rate; more than there
 * is left when it will not do. */
static void
line_rate(const struct sweep *s, struct progress_line *l, int64_t now)
{
	size_t done = s->count[SWEEP_DONE];
	int64_t ms = now - s->begun_ms, left = (s->hard_ms - now) / 1000;
	double rate = ms <= 0 ? 0 : (double)done * 1000 / (double)ms;
	double needs = rate <= 0 ? 0 : (double)(s->nmachines - done) / rate;

	if (rate > 0)
		line_add(l, ", %.*f/s", rate < 10 ? 1 : 0, rate);
	if (left < 0)
		left = 0;
	if (rate > 0 && needs < (double)left)
		line_time(l, (int64_t)needs, "left");
	else
		line_time(l, left, "until the time is up");
}

static void
line_make(const struct sweep *s, struct progress_line *l)
{
	enum reason_id first = reason_first(s);
	size_t waiting = s->count[SWEEP_WAITING] + s->count[SWEEP_READY];

	l->len = 0;
	line_add(l, "%zu of %zu done", s->count[SWEEP_DONE], s->nmachines);
	if (first != REASON_NONE)
		line_add(l, " (%llu failed, %llu %s)",
		    (unsigned long long)s->nfailed,
		    (unsigned long long)s->failed[first],
		    reason_get(first)->code);
	line_add(l, ", %zu in flight", s->count[SWEEP_ASKING]);
	line_rate(s, l, clock_ms());
	if (waiting != 0)
		line_add(l, ", %zu wait to be asked again", waiting);
	if (s->count[SWEEP_SIGNING] != 0)
		line_add(l, ", %zu wait for a certificate",
		    s->count[SWEEP_SIGNING]);
	if (s->count[SWEEP_NEW] != 0)
		line_add(l, ", %zu to begin", s->count[SWEEP_NEW]);
}

void
sweep_show_progress(struct sweep *s)
{
	struct progress_line l;

	if (s->nmachines == 0)
		return;
	if (s->every_ms != 0 && clock_ms() >= s->said_ms + s->every_ms) {
		s->said_ms = clock_ms();
		line_make(s, &l);
		stage_note(l.text);
	}
	if (progress_due()) {
		line_make(s, &l);
		progress_draw(l.text);
	}
}

void
sweep_end_progress(struct sweep *s)
{
	struct progress_line l;

	if (s->every_ms != 0 && s->nmachines != 0) {
		line_make(s, &l);
		stage_note(l.text);
	}
}
