#ifndef SETUPROWS_H
#define SETUPROWS_H

/*
 * setuprows - all rows of a setupcsv(5) in memory, as small as they are: what
 * a stick is made of must be known whole before its first byte is written.
 */
#include <stdbool.h>

#include "stick/setupbin.h"

struct setuprow {
	char *machine; /* "" when it has none */
	size_t line;
	bool random; /* its new MEBx password is that of a key */
	/* its own: */
	size_t nentries;
	struct setupbin_entry *entry;
	uint8_t *body;
	size_t len;
};

struct setuprows {
	const char *name; /* borrowed: of the file */
	struct setuprow *row;
	uint32_t n, cap;
	bool gaps; /* some were refused: no key can be told its row */
};

/*
 * Reads the file; a bad row is refused (stage_refuse).  Ends the program when
 * it cannot be read, has no columns, or more than max rows.
 */
void setuprows_read(struct setuprows *rows, const char *path, uint32_t max);

/* Adds the variables of a row to *r.  -1 when they do not fit. */
int setuprows_add(const struct setuprow *row, struct setupbin_record *r,
    struct fault *f);

/* Its value of a variable, not NUL-terminated, or NULL. */
const uint8_t *setuprows_find(const struct setuprow *row, uint16_t module,
    uint16_t id, size_t *len);

/* Keeps n rows, at most, from the one of that index on; wipes the others. */
void setuprows_keep(struct setuprows *rows, uint32_t from, uint32_t n);

void setuprows_free(struct setuprows *rows); /* wipes them */

#endif
