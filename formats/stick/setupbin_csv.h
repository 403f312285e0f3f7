#ifndef SETUPBIN_CSV_H
#define SETUPBIN_CSV_H

/*
 * setupbin_csv - what the records of a stick set, one row a machine:
 * setupbin_csv(5).
 *
 * The first row names the columns: machine, and variables as setupbin_vars.h
 * names them.  A field that is empty sets nothing.  PID and PPS are no columns:
 * keys come from a stream, so that the store has them before a stick.
 */
#include <stdbool.h>

#include "base/fault.h"
#include "base/rows.h"
#include "stick/setupbin.h"
#include "stick/setupbin_vars.h"

#define SETUPBIN_CSV_MACHINE_MAX 255 /* bytes */

struct setupbin_csv {
	size_t nfields;
	int machine; /* its field, or -1 */
	const struct setupbin_var *variable[ROWS_FIELDS_MAX]; /* or NULL */
};

/* 0, or -1 with *f filled: a column is unknown, named twice or no column. */
int setupbin_csv_header(struct setupbin_csv *c, const struct row *row,
    struct fault *f);

struct setupbin_csv_row {
	const char *machine; /* borrowed from the row; "" when it has none */
	bool random; /* the new MEBx password is the one of a key: it said
	                "random" or nothing */
};

/*
 * Adds the variables of a row to *r.  0, or -1 with *f filled (at is the line)
 * and *r wiped.  No fault shows a secret.
 */
int setupbin_csv_read(struct setupbin_csv_row *to, struct setupbin_record *r,
    const struct setupbin_csv *c, const struct row *row, struct fault *f);

/*
 * One variable from text, as a column or an option gives it: passwords keep
 * the MEBx's rules, which setupbin_var_parse does not know.
 */
int setupbin_csv_put(struct setupbin_record *r, const struct setupbin_var *v,
    const char *text, struct fault *f);

#endif
