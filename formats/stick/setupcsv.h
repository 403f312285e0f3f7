#ifndef SETUPCSV_H
#define SETUPCSV_H

/*
 * setupcsv - what the records of a stick set, one row a machine: setupcsv(5).
 *
 * The first row names the columns: machine, and variables as setupvars.h names
 * them.  A field that is empty sets nothing.  PID and PPS are no columns:
 * keys come from a stream, so that the store has them before a stick.
 */
#include <stdbool.h>

#include "base/fault.h"
#include "base/rows.h"
#include "stick/setupbin.h"
#include "stick/setupvars.h"

#define SETUPCSV_MACHINE_MAX 255 /* bytes */

struct setupcsv {
	size_t nfields;
	int machine;                                      /* its field, or -1 */
	const struct setupvar *variable[ROWS_FIELDS_MAX]; /* or NULL */
};

/* 0, or -1 with *f filled: a column is unknown, named twice or no column. */
int setupcsv_header(struct setupcsv *c, const struct row *row, struct fault *f);

struct setupcsv_row {
	const char *machine; /* borrowed from the row; "" when it has none */
	bool random; /* the new MEBx password is the one of a key: it said
	                "random" or nothing */
};

/*
 * Adds the variables of a row to *r.  0, or -1 with *f filled (at is the line)
 * and *r wiped.  No fault shows a secret.
 */
int setupcsv_read(struct setupcsv_row *to, struct setupbin_record *r,
    const struct setupcsv *c, const struct row *row, struct fault *f);

/*
 * One variable from text, as a column or an option gives it: passwords keep
 * the MEBx's rules, which setupvar_parse does not know.
 */
int setupcsv_put(struct setupbin_record *r, const struct setupvar *v,
    const char *text, struct fault *f);

#endif
