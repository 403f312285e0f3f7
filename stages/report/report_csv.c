#include "report/report_formats.h"

#include "lib/outputs.h"
#include "report/columns.h"

/*
 * One row of the CSV: of a machine, of the names (m is NULL), or the one
 * that says why the report was cut short.
 */
static void
csv_row(FILE *f, const struct machine *m, const char *cut)
{
	const char *comma = "";

	for (size_t i = 0; i < report_ncolumns; i++) {
		const struct report_column *c = &report_columns[i];

		if ((c->in & IN_CSV) == 0)
			continue;
		(void)fputs(comma, f);
		comma = ",";
		output_csv_guarded(f,
		    m != NULL         ? report_column_value(c, m)
		        : cut != NULL ? report_column_cut(c, cut)
		                      : report_column_name(c));
	}
	(void)fputc('\n', f);
}

void
report_csv(FILE *f, const struct fleet *fleet)
{
	char text[512];

	csv_row(f, NULL, NULL);
	for (size_t n = 0; n < fleet->nmachines; n++)
		csv_row(f, &fleet->machines[n], NULL);
	if (fleet->cut == NULL)
		return;
	/* A last row without a UUID: CSV has no other place to say it. */
	(void)snprintf(text, sizeof(text),
	    "The sweep was cut short: %s; this report is what was known at "
	    "%s.",
	    fleet->cut, fleet->made_at);
	csv_row(f, NULL, text);
}
