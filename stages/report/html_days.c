#include "report/report_html.h"

/*
 * How many machines were set up on each of the last days, as a picture and as a
 * table: those that are set up now, by the day of their last setup.
 */
#define DAYS 30
#define DAY_WIDTH 24
#define MARGIN 8 /* for the last day's name */
#define HEIGHT 120
#define BASE (HEIGHT + 10)

/* The days' counts, today's last; the most of them. */
static size_t
days_count(size_t n[DAYS], const struct fleet *fleet, int64_t today)
{
	size_t most = 0;
	int64_t at;

	for (size_t i = 0; i < fleet->nmachines; i++) {
		const struct machine *m = &fleet->machines[i];
		int64_t ago;

		if (m->group != FLEET_SET_UP ||
		    text_untime(&at, m->field[DEVICES_SET_UP]) == -1)
			continue;
		ago = today - at / DAY_SECONDS;
		if (ago >= 0 && ago < DAYS)
			n[DAYS - 1 - ago]++;
	}
	for (size_t i = 0; i < DAYS; i++)
		if (n[i] > most)
			most = n[i];
	return most;
}

/* 2026-11-22, of a day since 1970. */
static void
day_name(char to[TEXT_TIME], int64_t day)
{
	text_time(to, day * DAY_SECONDS);
	to[10] = '\0';
}

static void
days_picture(FILE *f, const size_t n[DAYS], size_t most, int64_t today)
{
	char day[TEXT_TIME];

	(void)fprintf(f,
	    "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-label=\"Machines set up on each of the last %d days, at most "
	    "%zu; the figures are below\">\n",
	    DAYS * DAY_WIDTH + MARGIN, BASE + 24, DAYS, most);
	for (int i = 0; i < DAYS; i++) {
		size_t height = (n[i] * HEIGHT + most - 1) / most;

		day_name(day, today - (DAYS - 1 - i));
		(void)fprintf(f,
		    "<rect x=\"%d\" y=\"%zu\" width=\"%d\" height=\"%zu\">"
		    "<title>%s: %zu</title></rect>\n",
		    i * DAY_WIDTH + 3, BASE - height, DAY_WIDTH - 6, height,
		    day, n[i]);
		if ((DAYS - 1 - i) % 7 == 0)
			(void)fprintf(f, "<text x=\"%d\" y=\"%d\">%s</text>\n",
			    i * DAY_WIDTH + DAY_WIDTH / 2, BASE + 18, day + 5);
		if (n[i] == most)
			(void)fprintf(f,
			    "<text x=\"%d\" y=\"%zu\">%zu</text>\n",
			    i * DAY_WIDTH + DAY_WIDTH / 2, BASE - height - 2,
			    n[i]);
	}
	(void)fprintf(f, "<path d=\"M0 %d H%d\"/>\n</svg>\n", BASE,
	    DAYS * DAY_WIDTH);
}

static void
days_figures(FILE *f, const size_t n[DAYS], int64_t today)
{
	char day[TEXT_TIME];

	(void)fputs("<details><summary>Figures</summary>\n"
	            "<table class=\"figures\">\n<thead><tr>"
	            "<th scope=\"col\">Day</th><th scope=\"col\">Set up</th>"
	            "</tr></thead>\n<tbody>\n",
	    f);
	for (int i = DAYS - 1; i >= 0; i--) {
		if (n[i] == 0)
			continue;
		day_name(day, today - (DAYS - 1 - i));
		(void)fprintf(f,
		    "<tr><th scope=\"row\">%s</th><td>%zu</td></tr>\n", day,
		    n[i]);
	}
	(void)fputs("</tbody>\n</table></details>\n", f);
}

void
html_days(FILE *f, const struct fleet *fleet)
{
	size_t n[DAYS] = { 0 }, most;
	int64_t now;

	if (text_untime(&now, fleet->made_at) == -1)
		return;
	most = days_count(n, fleet, now / DAY_SECONDS);
	if (most == 0)
		return;
	html_begin(f, "days", "Set up by day");
	days_picture(f, n, most, now / DAY_SECONDS);
	days_figures(f, n, now / DAY_SECONDS);
	html_end(f);
}
