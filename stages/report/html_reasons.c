#include "report/report_html.h"

#include <stdlib.h>

#include "lib/outputs.h"

/* So many are seen without opening the list, if somebody has to act. */
#define OPEN_MAX 5

static void
reason_machine(FILE *f, const struct machine *m)
{
	(void)fputs("<li>", f);
	html_name(f, machine_name(m));
	if (m->field[DEVICES_ADDRESS][0] != '\0') {
		(void)fputs(" <span class=\"dim\">", f);
		html_name(f, m->field[DEVICES_ADDRESS]);
		(void)fputs("</span>", f);
	}
	if (m->field[DEVICES_DETAIL][0] != '\0') {
		(void)fputs(" &ndash; ", f);
		html_name(f, m->field[DEVICES_DETAIL]);
	}
	if (m->group == FLEET_RETRIES &&
	    m->field[DEVICES_NOT_BEFORE][0] != '\0') {
		(void)fputs(", again from ", f);
		html_time(f, m->field[DEVICES_NOT_BEFORE]);
	}
	(void)fputs("</li>\n", f);
}

static void
reason_machines(FILE *f, const struct fleet *fleet, enum fleet_group group,
    enum reason_id id)
{
	size_t n;
	const struct machine **list =
	    report_select(fleet, group, id, report_by_name, &n);

	(void)fprintf(f, "<details%s><summary>%zu %s</summary>\n<ul>\n",
	    n <= OPEN_MAX && group == FLEET_PERSON ? " open" : "", n,
	    html_plural(n, "machine", "machines"));
	for (size_t i = 0; i < n && i < REPORT_LIST; i++)
		reason_machine(f, list[i]);
	if (n > REPORT_LIST)
		(void)fprintf(f,
		    "<li>and %zu more: see the table of machines</li>\n",
		    n - REPORT_LIST);
	(void)fputs("</ul>\n</details>\n", f);
	free(list);
}

/* Of most machines in no hurry nothing has to be said but this. */
static const char *
reason_cause(enum reason_id id)
{
	return id == REASON_NONE
	    ? "In the hands of a sweep, or taken by the next one."
	    : reason_get(id)->cause;
}

static void
reason_item(FILE *f, const struct fleet *fleet, enum fleet_group group,
    enum reason_id id, size_t n)
{
	const char *code = id == REASON_NONE ? "" : reason_get(id)->code;

	(void)fprintf(f,
	    "<li class=\"reason g-%s\" data-status=\"%s\" data-reason=\"%s\">"
	    "\n<p class=\"count\">%zu</p>\n<div>\n<h4>%s</h4>\n",
	    html_group_class(group), fleet_group_name(group), code, n,
	    id == REASON_NONE ? "no reason" : code);
	html_put(f, "p class=\"cause\"", reason_cause(id));
	if (id != REASON_NONE && group != FLEET_WAITS)
		html_put(f, "p class=\"remedy\"", reason_get(id)->remedy);
	reason_machines(f, fleet, group, id);
	(void)fputs("</div>\n</li>\n", f);
}

/* The reasons of a group, the most frequent first. */
static void
reasons_of(FILE *f, const struct fleet *fleet, enum fleet_group group)
{
	size_t count[REASON_COUNT] = { 0 }, all = 0;

	for (size_t i = 0; i < fleet->nmachines; i++) {
		const struct machine *m = &fleet->machines[i];

		if (m->group != group ||
		    (group == FLEET_SET_UP && m->reason == REASON_NONE))
			continue;
		count[m->reason]++;
		all++;
	}
	if (all == 0)
		return;
	(void)fprintf(f,
	    "<h3 class=\"t-%s\">%s <span>%zu</span></h3>\n"
	    "<ol class=\"reasons\">\n",
	    html_group_class(group),
	    group == FLEET_SET_UP ? "set up, and something to look at"
	                          : fleet_group_name(group),
	    all);
	for (;;) {
		int most = 0;

		for (int id = 0; id < REASON_COUNT; id++)
			if (count[id] > count[most])
				most = id;
		if (count[most] == 0)
			break;
		reason_item(f, fleet, group, (enum reason_id)most, count[most]);
		count[most] = 0;
	}
	(void)fputs("</ol>\n", f);
}

void
html_reasons(FILE *f, const struct fleet *fleet)
{
	static const enum fleet_group order[] = { FLEET_PERSON, FLEET_SET_UP,
		FLEET_RETRIES, FLEET_WAITS, FLEET_UNSEEN, FLEET_TAKEN_BACK };

	if (fleet->nmachines == 0)
		return;
	html_begin(f, "reasons", "Why machines are not set up");
	if (fleet->in_group[FLEET_SET_UP] == fleet->nmachines)
		(void)fputs("<p>All machines are set up.</p>\n", f);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		reasons_of(f, fleet, order[i]);
	html_end(f);
}
