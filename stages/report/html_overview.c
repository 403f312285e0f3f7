#include "report/report_html.h"

#include "lib/outputs.h"
#include "report/totals.h"

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

/* --- batches, profiles, releases ----------------------------------------- */

static const struct {
	const char *id, *title, *head, *none;
} lists[TOTALS_BY] = {
	[TOTALS_BATCH] = { "batches", "Batches and keys", "Batch",
	    "no batch of keys" },
	[TOTALS_PROFILE] = { "profiles", "Profiles", "Profile",
	    "no profile yet" },
	[TOTALS_RELEASE] = { "releases", "Releases of AMT", "Release",
	    "not known yet" },
};

static void
totals_keys(FILE *f, const struct batch *batch)
{
	const uint64_t *keys = batch != NULL ? batch->keys : NULL;

	if (keys == NULL)
		(void)fputs("<td></td><td></td>", f);
	else
		(void)fprintf(f, "<td>%llu</td><td>%llu</td>",
		    (unsigned long long)keys[BATCHES_NEW],
		    (unsigned long long)(keys[BATCHES_ISSUED] +
		        keys[BATCHES_CONSUMED]));
}

static void
totals_row(FILE *f, const struct total *t, enum totals_by by)
{
	if (by == TOTALS_BATCH && t->name[0] != '\0') {
		(void)fputs("<tr data-batch=\"", f);
		output_html(f, t->name);
		(void)fputs("\">", f);
	} else
		(void)fputs("<tr>", f);
	(void)fputs("<th scope=\"row\">", f);
	if (t->name[0] != '\0')
		html_name(f, t->name);
	else
		html_put(f, "i", lists[by].none);
	(void)fputs("</th><td class=\"wide\">", f);
	html_bar(f, t->in_group);
	(void)fprintf(f,
	    "</td><td>%zu</td><td>%zu</td><td>%zu</td><td>%zu</td>",
	    t->machines, total_heard(t), t->in_group[FLEET_SET_UP],
	    t->in_group[FLEET_PERSON]);
	if (by == TOTALS_BATCH)
		totals_keys(f, t->batch);
	(void)fputs("</tr>\n", f);
}

static void
totals_table(FILE *f, const struct totals *t, enum totals_by by)
{
	html_begin(f, lists[by].id, lists[by].title);
	(void)fprintf(f,
	    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
	    "aria-labelledby=\"%s-title\"><table class=\"figures\">\n"
	    "<thead><tr><th scope=\"col\">%s</th>"
	    "<th scope=\"col\">How far</th><th scope=\"col\">Machines</th>"
	    "<th scope=\"col\">Heard</th><th scope=\"col\">Set up</th>"
	    "<th scope=\"col\">Action needed</th>",
	    lists[by].id, lists[by].head);
	if (by == TOTALS_BATCH)
		(void)fputs("<th scope=\"col\">Keys left</th><th scope=\"col\">"
		            "Keys given out, never seen</th>",
		    f);
	(void)fputs("</tr></thead>\n<tbody>\n", f);
	for (size_t i = 0; i < t->n; i++)
		totals_row(f, t->rows[i], by);
	(void)fputs("</tbody>\n</table></div>\n", f);
	html_end(f);
}

void
html_totals(FILE *f, const struct fleet *fleet)
{
	for (int by = 0; by < TOTALS_BY; by++) {
		const struct totals *t = &fleet->totals[by];

		if (by == TOTALS_BATCH ? t->n != 0 : totals_named(t))
			totals_table(f, t, (enum totals_by)by);
	}
}
