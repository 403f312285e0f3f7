#include "report/report_formats.h"

#include <string.h>

#include "lib/outputs.h"
#include "report/report_text.h"
#include "report/totals.h"

/*
 * totals.csv: a row for all machines, then one for each batch, profile and
 * release.
 */
static void
totals_row(FILE *f, const char *by, const char *name, size_t machines,
    const size_t n[FLEET_GROUPS])
{
	(void)fprintf(f, "%s,", by);
	output_csv_guarded(f, name);
	(void)fprintf(f, ",%zu,%zu", machines, machines - n[FLEET_UNSEEN]);
	for (int g = 0; g < FLEET_GROUPS; g++)
		(void)fprintf(f, ",%zu", n[g]);
	(void)fputc('\n', f);
}

void
report_totals(FILE *f, const struct fleet *fleet)
{
	(void)fputs("by,name,machines,heard", f);
	for (int g = 0; g < FLEET_GROUPS; g++)
		(void)fprintf(f, ",%s", fleet_group_key((enum fleet_group)g));
	(void)fputc('\n', f);
	totals_row(f, "all", "", fleet->nmachines, fleet->in_group);
	for (int by = 0; by < TOTALS_BY; by++) {
		const struct totals *t = &fleet->totals[by];

		for (size_t i = 0; i < t->n; i++)
			totals_row(f, totals_by_name((enum totals_by)by),
			    t->rows[i]->name, t->rows[i]->machines,
			    t->rows[i]->in_group);
	}
}

/* --- report.txt ------------------------------------------------------------
 */

static const struct {
	const char *title, *none;
} lists[TOTALS_BY] = {
	[TOTALS_BATCH] = { "BATCHES", "no batch of keys" },
	[TOTALS_PROFILE] = { "PROFILES", "no profile yet" },
	[TOTALS_RELEASE] = { "RELEASES OF AMT", "not known yet" },
};

static void
totals_line(FILE *f, const char *name, const struct total *t)
{
	(void)fputs("    ", f);
	report_put_padded(f, name, 24);
	(void)fprintf(f, " %9zu %9zu %9zu %14zu\n", t->machines, total_heard(t),
	    t->in_group[FLEET_SET_UP], t->in_group[FLEET_PERSON]);
}

static void
totals_list(FILE *f, const struct totals *t, enum totals_by by)
{
	const struct total *last;
	size_t shown;

	/* Nothing that the totals of all do not say. */
	if (!totals_named(t))
		return;
	last = t->rows[t->n - 1];
	shown = last->name[0] == '\0' ? t->n - 1 : t->n;
	(void)fprintf(f, "\n\n%s\n\n    %-24s %9s %9s %9s %14s\n",
	    lists[by].title, totals_by_name(by), "machines", "heard", "set up",
	    "action needed");
	for (size_t i = 0; i < shown && i < REPORT_LIST; i++)
		totals_line(f, t->rows[i]->name, t->rows[i]);
	if (shown > REPORT_LIST)
		(void)fprintf(f, "    and %zu more: totals.csv\n",
		    shown - REPORT_LIST);
	if (last->name[0] == '\0')
		totals_line(f, lists[by].none, last);
}

void
report_totals_lists(FILE *f, const struct fleet *fleet)
{
	for (int by = 0; by < TOTALS_BY; by++)
		totals_list(f, &fleet->totals[by], (enum totals_by)by);
}
