#include "report/report_html.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/outputs.h"

static const char *
group_means(enum fleet_group g)
{
	static const char *const means[FLEET_GROUPS] = {
		[FLEET_SET_UP] = "seen to work with their name and password",
		[FLEET_PERSON] =
		    "somebody has to do what their reason asks for",
		[FLEET_RETRIES] = "tried again automatically",
		[FLEET_WAITS] = "the next sweep takes them",
		[FLEET_UNSEEN] = "expected, no hello yet",
		[FLEET_TAKEN_BACK] = "were set up, and taken back",
	};

	return means[g];
}

/* What an admin wants to know first, as a sentence. */
static void
overview_sentence(FILE *f, const struct fleet *fleet)
{
	size_t person = fleet->in_group[FLEET_PERSON];

	if (fleet->nmachines == 0) {
		(void)fputs("<p class=\"headline\">No machine is known yet."
		            "</p>\n<p>Read your inventory with amt-map, and "
		            "leave amt-hello running.</p>\n",
		    f);
		return;
	}
	(void)fprintf(f, "<p class=\"headline\"><b>%zu</b> of %zu %s set up. ",
	    fleet->in_group[FLEET_SET_UP], fleet->nmachines,
	    html_plural(fleet->nmachines, "machine is", "machines are"));
	if (person != 0)
		(void)fprintf(f, "<b class=\"t-action-needed\">%zu</b> %s.",
		    person, html_plural(person, "needs action", "need action"));
	else
		(void)fputs("Nothing needs action.", f);
	(void)fputs("</p>\n", f);
}

void
html_overview(FILE *f, const struct fleet *fleet)
{
	html_begin(f, "overview", "Where the machines are");
	overview_sentence(f, fleet);
	html_trend(f, fleet);
	if (fleet->nmachines == 0) {
		html_end(f);
		return;
	}
	html_bar(f, fleet->in_group);
	(void)fputs("<ul class=\"cards\">\n", f);
	for (int i = 0; i < FLEET_GROUPS; i++) {
		enum fleet_group g = (enum fleet_group)i;

		/* Few sites ever have one. */
		if (g == FLEET_TAKEN_BACK && fleet->in_group[g] == 0)
			continue;
		(void)fprintf(f,
		    "<li class=\"card g-%s\" data-status=\"%s\">"
		    "<span class=\"name\">%s</span> <b>%zu</b> "
		    "<span class=\"dim\">%s</span></li>\n",
		    html_group_class(g), fleet_group_name(g),
		    fleet_group_name(g), fleet->in_group[g], group_means(g));
	}
	(void)fputs("</ul>\n", f);
	html_end(f);
}

/* --- batches ------------------------------------------------------------- */

struct batch_count {
	const struct batch *batch; /* NULL: machines without one */
	size_t machines;
	size_t in_group[FLEET_GROUPS];
};

static int
count_by_name(const void *a, const void *b)
{
	const struct batch_count *x = a, *y = b;

	return strcmp(x->batch->name, y->batch->name);
}

static int
count_find(const void *name, const void *count)
{
	const struct batch_count *c = count;

	return strcmp(name, c->batch->name);
}

/* One for each batch of keys, and the last for machines without one. */
static struct batch_count *
count_batches(const struct fleet *fleet)
{
	struct batch_count *all = calloc(fleet->nbatches + 1, sizeof(*all));

	if (all == NULL)
		err(EX_OSERR, "report");
	for (size_t i = 0; i < fleet->nbatches; i++)
		all[i].batch = &fleet->batches[i];
	qsort(all, fleet->nbatches, sizeof(*all), count_by_name);
	for (size_t i = 0; i < fleet->nmachines; i++) {
		const struct machine *m = &fleet->machines[i];
		struct batch_count *c = bsearch(m->field[DEVICES_BATCH], all,
		    fleet->nbatches, sizeof(*all), count_find);

		if (c == NULL)
			c = &all[fleet->nbatches];
		c->machines++;
		c->in_group[m->group]++;
	}
	return all;
}

static void
batch_row(FILE *f, const struct batch_count *c)
{
	const uint64_t *keys = c->batch != NULL ? c->batch->keys : NULL;

	if (keys != NULL) {
		(void)fputs("<tr data-batch=\"", f);
		output_html(f, c->batch->name);
		(void)fputs("\"><th scope=\"row\">", f);
		html_name(f, c->batch->name);
	} else
		(void)fputs("<tr><th scope=\"row\"><i>no batch of keys</i>", f);
	(void)fputs("</th><td class=\"wide\">", f);
	html_bar(f, c->in_group);
	(void)fprintf(f,
	    "</td><td>%zu</td><td>%zu</td><td>%zu</td><td>%zu</td>",
	    c->machines, c->machines - c->in_group[FLEET_UNSEEN],
	    c->in_group[FLEET_SET_UP], c->in_group[FLEET_PERSON]);
	if (keys != NULL)
		(void)fprintf(f, "<td>%llu</td><td>%llu</td></tr>\n",
		    (unsigned long long)keys[BATCHES_NEW],
		    (unsigned long long)(keys[BATCHES_ISSUED] +
		        keys[BATCHES_CONSUMED]));
	else
		(void)fputs("<td></td><td></td></tr>\n", f);
}

void
html_batches(FILE *f, const struct fleet *fleet)
{
	struct batch_count *all = count_batches(fleet);

	if (fleet->nmachines != 0 || fleet->nbatches != 0) {
		html_begin(f, "batches", "Batches and keys");
		(void)fputs("<div class=\"scroll\" tabindex=\"0\" "
		            "role=\"region\" aria-labelledby=\"batches-title\">"
		            "<table class=\"figures\">\n<thead><tr>"
		            "<th scope=\"col\">Batch</th>"
		            "<th scope=\"col\">How far</th>"
		            "<th scope=\"col\">Machines</th>"
		            "<th scope=\"col\">Heard</th>"
		            "<th scope=\"col\">Set up</th>"
		            "<th scope=\"col\">Action needed</th>"
		            "<th scope=\"col\">Keys left</th>"
		            "<th scope=\"col\">Keys given out, never seen</th>"
		            "</tr></thead>\n<tbody>\n",
		    f);
		for (size_t i = 0; i < fleet->nbatches; i++)
			batch_row(f, &all[i]);
		if (all[fleet->nbatches].machines != 0)
			batch_row(f, &all[fleet->nbatches]);
		(void)fputs("</tbody>\n</table></div>\n", f);
		html_end(f);
	}
	free(all);
}
