#include "report/report_html.h"

#include <stdlib.h>
#include <string.h>

#include "lib/outputs.h"

/* So many are seen without opening the list. */
#define OPEN_MAX 10

/* --- windows ------------------------------------------------------------- */

static void
soon_list(FILE *f, const struct fleet *fleet, enum window which,
    const char *title, const char *what)
{
	size_t n;
	const struct machine **list = report_in_window(fleet, which, &n);

	if (n != 0) {
		(void)fprintf(f, "<h3>%s <span>%zu</span></h3>\n", title, n);
		html_put(f, "p", what);
		(void)fprintf(f,
		    "<details%s><summary>%zu %s</summary>\n"
		    "<ul class=\"lines\">\n",
		    n <= OPEN_MAX ? " open" : "", n,
		    html_plural(n, "machine", "machines"));
	}
	for (size_t i = 0; i < n && i < REPORT_LIST; i++) {
		(void)fputs("<li>", f);
		html_time(f, list[i]->field[DEVICES_CLOSES]);
		(void)fputs(" ", f);
		html_name(f, machine_name(list[i]));
		(void)fputs(" <span class=\"dim\">", f);
		html_name(f, list[i]->field[DEVICES_ADDRESS]);
		(void)fputs("</span></li>\n", f);
	}
	if (n > REPORT_LIST)
		(void)fprintf(f, "<li>and %zu more: see report.csv</li>\n",
		    n - REPORT_LIST);
	if (n != 0)
		(void)fputs("</ul>\n</details>\n", f);
	free(list);
}

static bool
any_in(const struct fleet *fleet, enum window which)
{
	size_t n;

	free(report_in_window(fleet, which, &n));
	return n != 0;
}

void
html_soon(FILE *f, const struct fleet *fleet)
{
	if (!any_in(fleet, WINDOW_SOON) && !any_in(fleet, WINDOW_OVER))
		return;
	html_begin(f, "windows", "Windows that close");
	soon_list(f, fleet, WINDOW_SOON, "Stop listening within 2 hours",
	    "After this time these take no setup until they are started "
	    "again.");
	soon_list(f, fleet, WINDOW_OVER, "Have stopped listening",
	    reason_get(REASON_WINDOW_CLOSED)->remedy);
	html_end(f);
}

/* --- hellos that nobody proved ------------------------------------------- */

static void
unproven_row(FILE *f, const struct claimant *c)
{
	static const int columns[] = { CALLERS_ADDRESS, CALLERS_FQDN,
		CALLERS_PID, CALLERS_HELLOS, CALLERS_TRIES, CALLERS_DETAIL };
	const char *name = c->field[CALLERS_FQDN];

	(void)fputs("<tr>", f);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		html_put(f, "td",
		    columns[i] == CALLERS_FQDN && name[0] == '\0'
		        ? c->field[CALLERS_UUID]
		        : c->field[columns[i]]);
	(void)fputs("<td>", f);
	html_time(f, c->field[CALLERS_LAST_HEARD]);
	(void)fputs("</td></tr>\n", f);
}

static void
unproven_table(FILE *f, const struct fleet *fleet)
{
	size_t shown = 0;

	(void)fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
	            "aria-labelledby=\"unproven-title\"><table>\n<thead><tr>"
	            "<th scope=\"col\">Sender</th>"
	            "<th scope=\"col\">Says it is</th>"
	            "<th scope=\"col\">PID</th><th scope=\"col\">Hellos</th>"
	            "<th scope=\"col\">Tried</th>"
	            "<th scope=\"col\">What was met</th>"
	            "<th scope=\"col\">Last hello</th></tr></thead>\n<tbody>\n",
	    f);
	for (size_t i = 0; i < fleet->nclaimants && shown < REPORT_LIST; i++)
		if (fleet->claimants[i].reason == REASON_HELLO_UNPROVEN) {
			unproven_row(f, &fleet->claimants[i]);
			shown++;
		}
	(void)fputs("</tbody>\n</table></div>\n", f);
}

void
html_unproven(FILE *f, const struct fleet *fleet)
{
	const struct reason *reason = reason_get(REASON_HELLO_UNPROVEN);
	size_t n = 0;

	for (size_t i = 0; i < fleet->nclaimants; i++)
		n += fleet->claimants[i].reason == REASON_HELLO_UNPROVEN;
	if (n == 0 && fleet->dropped == 0)
		return;
	html_begin(f, "unproven", "Hellos not proved");
	if (n != 0) {
		html_put(f, "p", reason->cause);
		html_put(f, "p class=\"remedy\"", reason->remedy);
		unproven_table(f, fleet);
	}
	if (n > REPORT_LIST)
		(void)fprintf(f, "<p>%zu more: see report.json</p>\n",
		    n - REPORT_LIST);
	if (fleet->dropped != 0)
		(void)fprintf(f,
		    "<p>%llu senders of hellos with unexpected UUIDs and PIDs "
		    "were dropped: there were too many, or they were silent "
		    "for 30 days.</p>\n",
		    (unsigned long long)fleet->dropped);
	html_end(f);
}

/* --- certificates that machines showed ----------------------------------- */

static void
shown_machines(FILE *f, const struct machine **list, size_t n)
{
	(void)fputs("<ul>\n", f);
	for (size_t i = 0; i < n && i < REPORT_LIST; i++) {
		(void)fputs("<li>", f);
		html_name(f, machine_name(list[i]));
		(void)fputs(" <code>SHA-256 ", f);
		output_html(f, list[i]->field[DEVICES_DEVICE_CERT]);
		(void)fputs("</code></li>\n", f);
	}
	(void)fputs("</ul>\n", f);
}

void
html_shown(FILE *f, const struct fleet *fleet)
{
	bool begun = false;

	for (const struct report_certificate *c = report_certificates;
	     c->kind != NULL; c++) {
		size_t n;
		const struct machine **list =
		    report_of_kind(fleet, c->kind, &n);

		if (n != 0 && !begun)
			html_begin(f, "shown", "Certificates of machines");
		begun |= n != 0;
		if (n != 0)
			(void)fprintf(f, "<p><b>%zu</b> %s, %s.</p>\n", n,
			    c->kind, c->means);
		if (c->listed && n != 0)
			shown_machines(f, list, n);
		free(list);
	}
	if (begun)
		html_end(f);
}
