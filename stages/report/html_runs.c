#include "report/report_html.h"

#include <string.h>

#include "lib/outputs.h"

/*
 * What sweeps came to, as a sentence that says whether it gets better, and the
 * last of them as a picture and as a table.  Those that found nothing to do are
 * left out: with a sweep every ten minutes that is most of them.
 */
#define RUNS 30
#define RUN_WIDTH 24
#define HEIGHT 120
#define BASE (HEIGHT + 10)

#define WEEK (7 * (int64_t)DAY_SECONDS)
#define BETTER 5 /* percent: less is chance */

struct week_tries {
	uint64_t done, failed;
};

/* Of the runs that began in the days before end. */
static struct week_tries
tries_of_week(const struct fleet *fleet, int64_t end)
{
	struct week_tries t = { 0 };

	for (size_t i = 0; i < fleet->nruns; i++) {
		const struct run *r = &fleet->runs[i];

		if (r->began > end || r->began <= end - WEEK)
			continue;
		t.done += r->n[RUNS_DONE];
		t.failed += r->n[RUNS_FAILED];
	}
	return t;
}

static unsigned
tries_percent(const struct week_tries *t)
{
	return (unsigned)(t->done * 100 / (t->done + t->failed));
}

static const char *
runs_verdict(unsigned now, unsigned before)
{
	if (now >= before + BETTER)
		return "It is getting better.";
	if (before >= now + BETTER)
		return "It is getting worse.";
	return "It is as it was.";
}

void
html_trend(FILE *f, const struct fleet *fleet)
{
	struct week_tries week, before;
	int64_t now;

	if (text_untime(&now, fleet->made_at) == -1)
		return;
	week = tries_of_week(fleet, now);
	before = tries_of_week(fleet, now - WEEK);
	if (week.done + week.failed == 0)
		return;
	(void)fputs("<p class=\"trend\">", f);
	if (before.done + before.failed != 0)
		(void)fprintf(f, "<b>%s</b> ",
		    runs_verdict(tries_percent(&week), tries_percent(&before)));
	(void)fprintf(f,
	    "In the last 7 days %llu of %llu tries set up their machine "
	    "(%u %%)",
	    (unsigned long long)week.done,
	    (unsigned long long)(week.done + week.failed),
	    tries_percent(&week));
	if (before.done + before.failed != 0)
		(void)fprintf(f, ", in the 7 days before %llu of %llu (%u %%)",
		    (unsigned long long)before.done,
		    (unsigned long long)(before.done + before.failed),
		    tries_percent(&before));
	(void)fputs(".</p>\n", f);
}

/* The last runs that had something to do, the newest last. */
static size_t
runs_last(const struct run *last[RUNS], const struct fleet *fleet)
{
	size_t n = 0;

	for (size_t i = fleet->nruns; i-- > 0 && n < RUNS;)
		if (fleet->runs[i].n[RUNS_PLANNED] +
		        fleet->runs[i].n[RUNS_VISITS] !=
		    0)
			last[RUNS - ++n] = &fleet->runs[i];
	if (n != 0)
		memmove(last, last + RUNS - n, n * sizeof(*last));
	return n;
}

/* One part of a run's bar; how high it is by now. */
static uint64_t
runs_part(FILE *f, const struct run *r, int column, const char *class,
    const char *what, uint64_t at, uint64_t most, size_t x)
{
	uint64_t n = r->n[column], to = at + n;
	uint64_t low = at * HEIGHT / most, high = to * HEIGHT / most;

	if (n == 0)
		return at;
	(void)fprintf(f,
	    "<rect class=\"%s\" x=\"%zu\" y=\"%llu\" width=\"%d\" "
	    "height=\"%llu\"><title>%.10s %.5s UTC: %llu %s</title></rect>\n",
	    class, x, (unsigned long long)(BASE - high), RUN_WIDTH - 6,
	    (unsigned long long)(high > low ? high - low : 1), r->field[RUNS_BEGAN],
	    r->field[RUNS_BEGAN] + 11, (unsigned long long)n, what);
	return to;
}

static void
runs_picture(FILE *f, const struct run *const last[RUNS], size_t n)
{
	uint64_t most = 1, done = 0, failed = 0;

	for (size_t i = 0; i < n; i++) {
		const uint64_t *k = last[i]->n;
		uint64_t high = k[RUNS_DONE] + k[RUNS_FAILED] + k[RUNS_PUT_OFF];

		if (high > most)
			most = high;
		done += last[i]->n[RUNS_DONE];
		failed += last[i]->n[RUNS_FAILED];
	}
	(void)fprintf(f,
	    "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-label=\"Machines of each of the last %zu sweeps: %llu set "
	    "up, %llu failed; the figures are below\">\n",
	    RUNS * RUN_WIDTH, BASE + 24, n, (unsigned long long)done,
	    (unsigned long long)failed);
	for (size_t i = 0; i < n; i++) {
		size_t x = i * RUN_WIDTH + 3;
		uint64_t at = 0;

		at = runs_part(f, last[i], RUNS_DONE, "g-set-up", "set up", at,
		    most, x);
		at = runs_part(f, last[i], RUNS_FAILED, "g-action-needed",
		    "failed", at, most, x);
		(void)runs_part(f, last[i], RUNS_PUT_OFF, "g-not-seen",
		    "put off", at, most, x);
		if (i % 5 == 0)
			(void)fprintf(f,
			    "<text x=\"%zu\" y=\"%d\">%.5s</text>\n",
			    x + RUN_WIDTH / 2, BASE + 18, last[i]->field[RUNS_BEGAN] + 5);
	}
	(void)fprintf(f, "<path d=\"M0 %d H%d\"/>\n</svg>\n", BASE,
	    RUNS * RUN_WIDTH);
}

static void
runs_row(FILE *f, const struct run *r)
{
	static const int columns[] = { RUNS_PLANNED, RUNS_DONE, RUNS_FAILED,
		RUNS_PUT_OFF, RUNS_VISITS, RUNS_DRIFT };

	(void)fputs("<tr><th scope=\"row\">", f);
	html_time(f, r->field[RUNS_BEGAN]);
	(void)fputs("</th>", f);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		(void)fprintf(f, "<td>%llu</td>",
		    (unsigned long long)r->n[columns[i]]);
	html_put(f, "td", r->field[RUNS_WHY]);
	(void)fputs("</tr>\n", f);
}

void
html_runs(FILE *f, const struct fleet *fleet)
{
	const struct run *last[RUNS];
	size_t n = runs_last(last, fleet);

	if (n == 0)
		return;
	html_begin(f, "runs", "Sweep by sweep");
	html_put(f, "p",
	    "Machines that each sweep was given for a setup; from below: set "
	    "up, failed, put off to the next. Sweeps that found nothing to do "
	    "are left out.");
	runs_picture(f, last, n);
	(void)
	    fputs("<details><summary>Figures</summary>\n"
	          "<table class=\"figures\">\n<thead><tr>"
	          "<th scope=\"col\">Began</th>"
	          "<th scope=\"col\">Planned</th><th scope=\"col\">Set up</th>"
	          "<th scope=\"col\">Failed</th><th scope=\"col\">Put off</th>"
	          "<th scope=\"col\">Visits</th>"
	          "<th scope=\"col\">Differed</th>"
	          "<th scope=\"col\">Cut short</th></tr></thead>\n<tbody>\n",
	        f);
	for (size_t i = n; i-- > 0;)
		runs_row(f, last[i]);
	(void)fputs("</tbody>\n</table></details>\n", f);
	html_end(f);
}
