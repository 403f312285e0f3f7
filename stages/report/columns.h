#ifndef COLUMNS_H
#define COLUMNS_H

/*
 * columns - what report.csv, report.json and report.html have of a machine.
 * One more column is one more row of the table in columns.c; the three files,
 * and every value in them, follow it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/kinds.h"
#include "report/fleet.h"

/* Which of the files have a column. */
enum { IN_CSV = 1, IN_JSON = 2, IN_HTML = 4, IN_ALL = 7 };

struct report_column {
	/* Of a column of @devices, which gives name and type ... */
	int device;
	/* ... or, where value is set, made from the machine. */
	const char *name;
	enum column_type type;
	const char *(*value)(const struct machine *m);
	unsigned in;
	const char *label; /* as report.html calls it */
	bool folded;       /* there it is shown when a machine is opened */
};

#define REPORT_COLUMNS_MAX 64
extern const struct report_column report_columns[];
extern const size_t report_ncolumns;

const char *report_column_name(const struct report_column *c);
enum column_type report_column_type(const struct report_column *c);
/* As the stream would have it; "" for none. */
const char *report_column_value(const struct report_column *c,
    const struct machine *m);
/* What it has in the last row of a report that was cut short. */
const char *report_column_cut(const struct report_column *c, const char *why);

#endif
