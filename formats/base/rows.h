#ifndef ROWS_H
#define ROWS_H

/*
 * rows - the rows of a CSV file, as its bytes come in.
 *
 * RFC 4180 by libcsv, held to it strictly, with what spreadsheets do around
 * it: a UTF-8 byte order mark is skipped, lines end in LF, CRLF or CR, and
 * the separator (comma, semicolon or tab) is the one that the first line has
 * most of outside quotes, or that a line "sep=;" above it names.  What
 * spreadsheets, PowerShell and sqlcmd write around the rows is skipped, and the
 * ="x" by which they protect a value is x (rowdecor.h).  Blanks around an
 * unquoted field are dropped.  Lines without a field that has text are
 * skipped, and the byte order mark may be below such lines.
 *
 * A bad row is refused and reading goes on at the line after its first: so a
 * quote that is never closed costs one row, not the rest of the file.  No
 * fault shows the content of a field: it may be a secret.
 */
#include <stddef.h>

#include "base/fault.h"

/* Longest key or inventory rows seen are under 2 kB with 30 columns. */
#define ROWS_FIELD_MAX 4096
#define ROWS_FIELDS_MAX 64
#define ROWS_ROW_MAX 65536 /* bytes of the file, with its line end */

/* A longer line is not skipped: what has such a line is no list. */
#define ROWS_LINE_MAX (16 << 20)

struct row {
	size_t line; /* where it begins, from 1 */
	size_t nfields;
	/* UTF-8 with a NUL at the end and none before; borrowed for the call */
	const char *field[ROWS_FIELDS_MAX];
};

/*
 * A row; or with bad why one is refused, bad->at its first line and row the
 * fields that were read before what is wrong, if any: to say whose row it is.
 */
typedef void rows_fn(void *arg, const struct row *row, const struct fault *bad);

struct rows; /* opaque; holds secrets, wiped by rows_free */

/* NULL when out of memory. */
struct rows *rows_new(rows_fn *fn, void *arg);
void rows_free(struct rows *r);

/*
 * Takes the next len bytes of the file; rows_end tells that there are no more.
 * 0, or -1 with *f filled when the file cannot be read on: it is UTF-16, has a
 * line beyond ROWS_LINE_MAX, or memory ran out.  Then only rows_free may
 * follow.
 */
int rows_feed(struct rows *r, const void *buf, size_t len, struct fault *f);
int rows_end(struct rows *r, struct fault *f);

/* What separates fields, known with the first row; 0 before. */
char rows_separator(struct rows *r);

/* 0, or -1 with *f filled when the row has not n fields. */
int row_expect(const struct row *row, size_t n, struct fault *f);

#endif
