#ifndef SINK_H
#define SINK_H

/*
 * sink - rows of one kind on stdout: as a record stream for our own programs,
 * as CSV (RFC 4180, with a header line, LF) or as a JSON array of objects for
 * everybody else's; or row by row, for a function.  In CSV a field that a
 * spreadsheet would run as a formula is guarded (output_csv_guarded), but for
 * secrets; JSON follows the type of its column (output_json_field).
 */
#include <stdbool.h>
#include <stdio.h>

#include "lib/stream.h"

enum sink_form { SINK_STREAM, SINK_CSV, SINK_JSON, SINK_CALLS };

struct sink {
	enum sink_form form;
	bool masked; /* secret columns that are not empty become ******** */
	FILE *f;     /* of CSV and JSON; NULL: stdout */
	/* Of SINK_CALLS: gets each row, and no field is NULL. */
	void (*fn)(void *arg, const char *const *fields);
	void *arg;
	/* its own: */
	const struct kind *kind;
	bool any;
	struct stream_out stream;
};

void sink_begin(struct sink *s, const struct kind *k);
void sink_row(struct sink *s, const char *const *fields); /* NULL is empty */
void sink_end(struct sink *s);

#endif
