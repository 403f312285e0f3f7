#ifndef HEADING_H
#define HEADING_H

/*
 * heading - which field of a CSV file's rows holds what, by its header row.
 *
 * Of a column's name only ASCII letters and digits count, in either case:
 * "Current_Password", "current password" and "CurrentPassword" are one.  A 0 at
 * the end is dropped where the name is in the table without it only.
 */
#include <stddef.h>

#include "base/fault.h"
#include "base/rows.h"

#define HEADING_COLUMNS_MAX 16

struct heading_name {
	const char *name; /* lower-case letters and digits only */
	size_t column;    /* below HEADING_COLUMNS_MAX */
};

struct heading {
	size_t nfields;
	int at[HEADING_COLUMNS_MAX];    /* the field of a column, or -1 */
	int again[HEADING_COLUMNS_MAX]; /* another one for it, or -1 */
	char ignored[160]; /* names of the other columns, for a message */
};

/* The column that a name means, or -1. */
int heading_find(const char *name, const struct heading_name *names,
    size_t nnames);

/* Looks up the fields of row in names. */
void heading_read(struct heading *h, const struct row *row,
    const struct heading_name *names, size_t nnames);

/* 0, or -1 with *f filled when two fields of row name this column. */
int heading_check(const struct heading *h, size_t column, const struct row *row,
    struct fault *f);

/* That column's field in a row below, borrowed; NULL if not found. */
const char *heading_field(const struct heading *h, size_t column,
    const struct row *row);

#endif
