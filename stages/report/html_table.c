#include "report/report_html.h"

#include "lib/outputs.h"
#include "report/columns.h"

/*
 * All machines.  To lay out 20,000 rows at once is much for a browser, so the
 * script shows a page of them at a time.  It finds the rows in the noscript
 * element, which a browser that runs scripts reads as text and any other as the
 * table that it is: the page has each machine once.
 *
 * report.js relies on this: one row a line, which begins with "<tr>", and
 * "<td>" before every field.  Fields have neither line breaks nor tabs, which
 * output_html replaces.
 */

static const char *
type_word(enum column_type t)
{
	return t == COLUMN_NUMBER ? "number"
	    : t == COLUMN_TIME    ? "time"
	                          : "text";
}

static void
table_columns(FILE *f)
{
	for (size_t i = 0; i < report_ncolumns; i++) {
		const struct report_column *c = &report_columns[i];

		if ((c->in & IN_HTML) == 0)
			continue;
		(void)fprintf(f,
		    "<th scope=\"col\" data-name=\"%s\" data-type=\"%s\"%s>"
		    "%s</th>\n",
		    report_column_name(c), type_word(report_column_type(c)),
		    c->folded ? " data-folded" : "", c->label);
	}
}

static void
table_row(FILE *f, const struct machine *m)
{
	(void)fputs("<tr>", f);
	for (size_t i = 0; i < report_ncolumns; i++) {
		const struct report_column *c = &report_columns[i];

		if ((c->in & IN_HTML) == 0)
			continue;
		(void)fputs("<td>", f);
		output_html(f, report_column_value(c, m));
	}
	(void)fputc('\n', f);
}

void
html_table(FILE *f, const struct fleet *fleet)
{
	html_begin(f, "machines", "All machines");
	if (fleet->nmachines == 0) {
		(void)fputs("<p>None yet.</p>\n", f);
		html_end(f);
		return;
	}
	(void)fputs("<div id=\"view\" hidden></div>\n"
	            "<p id=\"blocked\">If no table follows, the script of this "
	            "page was blocked, perhaps by the policy of a web server: "
	            "report.csv has all machines.</p>\n"
	            "<noscript>\n<div class=\"scroll\" tabindex=\"0\" "
	            "role=\"region\" aria-labelledby=\"machines-title\">\n"
	            "<table>\n<thead>\n<tr>\n",
	    f);
	table_columns(f);
	(void)fputs("</tr>\n</thead>\n<tbody>\n", f);
	for (size_t i = 0; i < fleet->nmachines; i++)
		table_row(f, &fleet->machines[i]);
	(void)fputs("</tbody>\n</table>\n</div>\n</noscript>\n", f);
	html_end(f);
}
