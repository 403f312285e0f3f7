#ifndef MAPSAMPLE_H
#define MAPSAMPLE_H

/*
 * mapsample - copies of an inventory file's first rows, by which its columns
 * are found.  They may hold passwords: whoever owns one wipes it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "rows.h"

#define MAPSAMPLE_ROWS 64 /* with the header row */
#define MAPSAMPLE_TEXT 65536

struct mapsample {
	size_t nrows;
	struct row row[MAPSAMPLE_ROWS];
	size_t len;
	char text[MAPSAMPLE_TEXT];
};

/* What values a column has below the header. */
struct mapsample_column {
	size_t nfilled;               /* not empty */
	size_t nuuids, nnames, nmacs; /* those that read so */
	size_t nagain;                /* not empty, and there before */
	bool distinct;                /* all filled, and no two the same */
};

/* Takes a copy; false when it has enough. */
bool mapsample_take(struct mapsample *s, const struct row *row);

/* A header row never has a UUID in it: then the first row is none. */
bool mapsample_headless(const struct mapsample *s);

/* Column at of the rows from first on. */
void mapsample_look(struct mapsample_column *c, const struct mapsample *s,
    size_t first, size_t at);

#endif
