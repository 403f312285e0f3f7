#include "report/report_html.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* amt-sweep renews a certificate this long before its end, when it reaches the
 * machine. */
#define SOON_SECONDS (30 * (int64_t)DAY_SECONDS)

static int
ends_first(const void *a, const void *b)
{
	const struct certificate *const *x = a, *const *y = b;

	if ((*x)->until != (*y)->until)
		return (*x)->until < (*y)->until ? -1 : 1;
	return strcmp((*x)->field[CERTIFICATES_UUID],
	    (*y)->field[CERTIFICATES_UUID]);
}

/* Those that have ended or will within the time, the first first.  The caller
 * frees the list. */
static const struct certificate **
certificates_ending(const struct fleet *fleet, int64_t now, size_t *n)
{
	const struct certificate **list =
	    calloc(fleet->ncertificates + 1, sizeof(struct certificate *));

	if (list == NULL)
		err(EX_OSERR, "report");
	*n = 0;
	for (size_t i = 0; i < fleet->ncertificates; i++)
		if (fleet->certificates[i].until <= now + SOON_SECONDS)
			list[(*n)++] = &fleet->certificates[i];
	qsort(list, *n, sizeof(*list), ends_first);
	return list;
}

static void
certificate_row(FILE *f, const struct certificate *c, int64_t now)
{
	const char *fqdn = c->field[CERTIFICATES_FQDN];

	(void)fputs("<tr><th scope=\"row\">", f);
	html_name(f, fqdn[0] != '\0' ? fqdn : c->field[CERTIFICATES_UUID]);
	(void)fputs("</th><td>", f);
	html_time(f, c->field[CERTIFICATES_UNTIL]);
	(void)fputs(c->until <= now ? " <b>has ended</b></td>" : "</td>", f);
	html_put(f, "td", c->field[CERTIFICATES_ISSUER]);
	(void)fputs("</tr>\n", f);
}

void
html_certificates(FILE *f, const struct fleet *fleet)
{
	const struct certificate **list;
	int64_t now;
	size_t n;

	if (text_untime(&now, fleet->made_at) == -1)
		return;
	list = certificates_ending(fleet, now, &n);
	if (n != 0) {
		html_begin(f, "certificates", "Certificates that end soon");
		(void)fprintf(f,
		    "<p><b>%zu</b> of %zu end within 30 days. amt-sweep "
		    "renews them when it reaches the machines.</p>\n"
		    "<table>\n<thead><tr><th scope=\"col\">Machine</th>"
		    "<th scope=\"col\">Ends</th><th scope=\"col\">Issuer</th>"
		    "</tr></thead>\n<tbody>\n",
		    n, fleet->ncertificates);
		for (size_t i = 0; i < n && i < REPORT_LIST; i++)
			certificate_row(f, list[i], now);
		(void)fputs("</tbody>\n</table>\n", f);
		if (n > REPORT_LIST)
			(void)fprintf(f,
			    "<p>and %zu more: amt-report --certificates</p>\n",
			    n - REPORT_LIST);
		html_end(f);
	}
	free(list);
}
