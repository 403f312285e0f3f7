#ifndef SETUPBIN_ROWS_H
#define SETUPBIN_ROWS_H

/*
 * setupbin_rows - all rows of a setupbin_csv(5) in memory, as small as they
 * are: what a stick is made of must be known whole before its first byte is
 * written.
 */
#include <stdbool.h>

#include "stick/setupbin.h"

struct setupbin_row {
	char *machine; /* "" when it has none */
	size_t line;
	bool random; /* its new MEBx password is that of a key */
	/* its own: */
	size_t nentries;
	struct setupbin_entry *entry;
	uint8_t *body;
	size_t len;
};

struct setupbin_rows {
	const char *name; /* borrowed: of the file */
	struct setupbin_row *row;
	uint32_t n, cap;
	bool gaps; /* some were refused: no key can be told its row */
};

/*
 * Reads the file; a bad row is refused (stage_refuse).  Ends the program when
 * it cannot be read, has no columns, or more than max rows.
 */
void setupbin_rows_read(struct setupbin_rows *rows, const char *path,
    uint32_t max);

/* Adds the variables of a row to *r.  -1 when they do not fit. */
int setupbin_rows_add(const struct setupbin_row *row, struct setupbin_record *r,
    struct fault *f);

/* The new MEBx password that it asks for, not NUL-terminated, or NULL. */
const uint8_t *setupbin_row_password(const struct setupbin_row *row,
    size_t *len);

/* Keeps n rows, at most, from the one of that index on; wipes the others. */
void setupbin_rows_keep(struct setupbin_rows *rows, uint32_t from, uint32_t n);

void setupbin_rows_free(struct setupbin_rows *rows); /* wipes them */

#endif
