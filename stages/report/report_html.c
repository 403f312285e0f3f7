#include "report/report_html.h"

#include <err.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/evp.h>

#include "lib/outputs.h"
#include "report/report.css.h"
#include "report/report.js.h"

#define BAR_WIDTH 10000 /* in the units of its picture */

void
html_put(FILE *f, const char *element, const char *s)
{
	(void)fprintf(f, "<%s>", element);
	output_html(f, s);
	(void)fprintf(f, "</%.*s>", (int)strcspn(element, " "), element);
}

void
html_name(FILE *f, const char *s)
{
	html_put(f, "bdi", s);
}

void
html_time(FILE *f, const char *iso)
{
	int64_t seconds;

	if (text_untime(&seconds, iso) == 0)
		(void)fprintf(f, "<time datetime=\"%s\">%.10s %.5s UTC</time>",
		    iso, iso, iso + 11);
	else
		html_name(f, iso);
}

const char *
html_plural(size_t n, const char *one, const char *more)
{
	return n == 1 ? one : more;
}

const char *
html_group_class(enum fleet_group g)
{
	static const char *const classes[FLEET_GROUPS] = {
		[FLEET_SET_UP] = "set-up",
		[FLEET_PERSON] = "action-needed",
		[FLEET_RETRIES] = "retrying",
		[FLEET_WAITS] = "waiting",
		[FLEET_UNSEEN] = "not-seen",
		[FLEET_TAKEN_BACK] = "unprovisioned",
	};

	return classes[g];
}

void
html_bar(FILE *f, const size_t n[FLEET_GROUPS])
{
	const char *comma = "";
	size_t all = 0, at = 0;

	for (int g = 0; g < FLEET_GROUPS; g++)
		all += n[g];
	if (all == 0)
		return;
	(void)fprintf(f,
	    "<svg class=\"bar\" viewBox=\"0 0 %d 10\" "
	    "preserveAspectRatio=\"none\" role=\"img\" aria-label=\"",
	    BAR_WIDTH);
	for (int g = 0; g < FLEET_GROUPS; g++) {
		if (n[g] == 0)
			continue;
		(void)fprintf(f, "%s%s %zu", comma,
		    fleet_group_name((enum fleet_group)g), n[g]);
		comma = ", ";
	}
	(void)fputs("\">", f);
	for (int g = 0; g < FLEET_GROUPS; g++) {
		size_t from = at * BAR_WIDTH / all,
		       to = (at + n[g]) * BAR_WIDTH / all;

		at += n[g];
		if (to > from)
			(void)fprintf(f,
			    "<rect class=\"g-%s\" x=\"%zu\" y=\"0\" "
			    "width=\"%zu\" height=\"10\"/>",
			    html_group_class((enum fleet_group)g), from,
			    to - from);
	}
	(void)fputs("</svg>", f);
}

void
html_begin(FILE *f, const char *id, const char *title)
{
	(void)fprintf(f,
	    "<section id=\"%s\" aria-labelledby=\"%s-title\">\n"
	    "<h2 id=\"%s-title\">%s</h2>\n",
	    id, id, id, title);
}

void
html_end(FILE *f)
{
	(void)fputs("</section>\n", f);
}

/* 'sha256-...' of what is built in, as the policy names it. */
static void
html_hash(FILE *f, const char *text)
{
	unsigned char sum[32], base64[48];

	if (EVP_Digest(text, strlen(text), sum, NULL, EVP_sha256(), NULL) != 1)
		errx(EX_SOFTWARE, "report.html: no SHA-256");
	EVP_EncodeBlock(base64, sum, sizeof(sum));
	(void)fprintf(f, "'sha256-%s'", (const char *)base64);
}

/* Content Security Policy Level 3: nothing is fetched, and nothing runs but
 * what is built in; the icon is in the page. */
static void
html_head(FILE *f, const struct fleet *fleet)
{
	(void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	            "<meta charset=\"utf-8\">\n"
	            "<meta http-equiv=\"Content-Security-Policy\" "
	            "content=\"default-src 'none'; script-src ",
	    f);
	html_hash(f, report_js);
	(void)fputs("; style-src ", f);
	html_hash(f, report_css);
	(void)fputs("; img-src data:; base-uri 'none'; form-action 'none'; "
	            "require-trusted-types-for 'script'; trusted-types "
	            "'none'\">\n"
	            "<meta name=\"viewport\" content=\"width=device-width, "
	            "initial-scale=1\">\n"
	            "<meta name=\"color-scheme\" content=\"light dark\">\n"
	            "<meta name=\"referrer\" content=\"no-referrer\">\n"
	            "<meta name=\"robots\" content=\"noindex\">\n"
	            "<link rel=\"icon\" href=\"data:,\">\n",
	    f);
	(void)fprintf(f,
	    "<title>amtbatch: %zu of %zu machines set up</title>\n<style>",
	    fleet->in_group[FLEET_SET_UP], fleet->nmachines);
	(void)fputs(report_css, f);
	(void)fputs("</style>\n</head>\n", f);
}

static void
html_notice(FILE *f, const char *line, bool fine)
{
	html_put(f, fine ? "p class=\"quiet\"" : "p class=\"notice\"", line);
	(void)fputc('\n', f);
}

/* What is to be known before anything else on the page. */
static void
html_notices(FILE *f, const struct fleet *fleet)
{
	const struct listener *l = &fleet->listener;
	char line[REPORT_SENTENCE];

	if (report_limits(line, sizeof(line), fleet))
		html_notice(f, line, false);
	if (report_cut(line, sizeof(line), fleet))
		html_notice(f, line, false);
	if (report_missing(line, sizeof(line), fleet))
		html_notice(f, line, false);
	if (report_listener(line, sizeof(line), l))
		html_notice(f, line, l->state == LISTENER_LISTENING);
	if (report_unsafe(line, sizeof(line), l))
		html_notice(f, line, false);
}

void
report_html(FILE *f, const struct fleet *fleet)
{
	html_head(f, fleet);
	(void)fputs("<body>\n<a class=\"skip\" href=\"#machines\">"
	            "Go to the table of machines</a>\n"
	            "<header>\n<h1>amtbatch report</h1>\n<p>",
	    f);
	html_time(f, fleet->made_at);
	(void)fputs("</p>\n</header>\n<main>\n", f);
	html_notices(f, fleet);
	html_overview(f, fleet);
	html_totals(f, fleet);
	html_reasons(f, fleet);
	html_soon(f, fleet);
	html_certificates(f, fleet);
	html_days(f, fleet);
	html_runs(f, fleet);
	html_unproven(f, fleet);
	html_shown(f, fleet);
	html_table(f, fleet);
	(void)fputs("</main>\n<footer><p>Times are UTC. report.csv has this "
	            "table for spreadsheets, report.json all of it for "
	            "programs.</p></footer>\n<script>",
	    f);
	(void)fputs(report_js, f);
	(void)fputs("</script>\n</body>\n</html>\n", f);
}
