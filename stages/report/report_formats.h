#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

/*
 * report_formats - the files that a report is, each written by its own .c from
 * the same fleet.  One more: a function here, and a row of report.c's table.
 */
#include <stdio.h>

#include "report/fleet.h"

/* Columns of report_columns, for spreadsheets. */
void report_csv(FILE *f, const struct fleet *fleet);

/* All that is known, for programs; one machine a line. */
void report_json(FILE *f, const struct fleet *fleet);

/* For people who open it in a browser: totals, reasons, and a table of all
 * machines to search.  One file, which fetches nothing. */
void report_html(FILE *f, const struct fleet *fleet);

/* How far the machines of each batch, profile and release are, for
 * spreadsheets. */
void report_totals(FILE *f, const struct fleet *fleet);

/* What monitoring watches; written by every run with -o, a failed one too. */
void report_health(FILE *f, const struct fleet *fleet);

/*
 * For people: what needs somebody first, then what is retried automatically,
 * what is missing, what was done, and the keys that are left.  Plain text of at
 * most 80 columns but for long names.  Lists are cut at REPORT_LIST machines:
 * it goes out by mail, and report.csv has them all.
 */
#define REPORT_LIST 40
#define REPORT_LATEST 10
void report_text(FILE *f, const struct fleet *fleet);

#endif
