#ifndef REPORT_HTML_H
#define REPORT_HTML_H

/*
 * report_html - what the files that write report.html share: report_html.c has
 * the page and its head, html_overview.c the totals, and those of batches,
 * profiles and releases, html_reasons.c the machines by what is to be done about
 * them, html_lists.c what is soon or odd, html_certificates.c those that end,
 * html_days.c the chart of days, html_runs.c that of sweeps, html_table.c the
 * table of all machines.
 *
 * Strings come from strangers: every one goes through output_html, in an
 * element of its own that keeps its direction of writing to itself (bdi, or a
 * cell).  The page's policy allows the one script and the one style that are
 * built in, and no attribute may hold a style: widths are those of SVG.
 */
#include "report/report_formats.h"
#include "report/report_text.h"

/* --- report_html.c ------------------------------------------------------- */

/* Text in an element: "td", "p class=\"quiet\"". */
void html_put(FILE *f, const char *element, const char *s);

/* A name of a machine or what else strangers chose. */
void html_name(FILE *f, const char *s);

/* 2026-11-22 14:20 UTC, as a time; other text as it is. */
void html_time(FILE *f, const char *iso);

/* One machine, no 1 machine, 2 machines. */
const char *html_plural(size_t n, const char *one, const char *more);

/* Of a group, for classes: "action-needed". */
const char *html_group_class(enum fleet_group g);

/* The groups side by side; nothing when all are 0. */
void html_bar(FILE *f, const size_t n[FLEET_GROUPS]);

/* Begins a section with a heading; the caller ends it with html_end. */
void html_begin(FILE *f, const char *id, const char *title);
void html_end(FILE *f);

/* --- the parts ----------------------------------------------------------- */

void html_overview(FILE *f, const struct fleet *fleet);
void html_totals(FILE *f, const struct fleet *fleet);
void html_reasons(FILE *f, const struct fleet *fleet);
void html_soon(FILE *f, const struct fleet *fleet);
void html_certificates(FILE *f, const struct fleet *fleet);
void html_unproven(FILE *f, const struct fleet *fleet);
void html_shown(FILE *f, const struct fleet *fleet);
void html_trend(FILE *f, const struct fleet *fleet);
void html_runs(FILE *f, const struct fleet *fleet);
void html_days(FILE *f, const struct fleet *fleet);
void html_table(FILE *f, const struct fleet *fleet);

#endif
