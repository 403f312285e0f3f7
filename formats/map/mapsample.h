#ifndef MAPSAMPLE_H
#define MAPSAMPLE_H

/*
 * mapsample - copies of an inventory file's first rows, by which its columns
 * are found.  They may hold passwords: whoever owns one wipes it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/rows.h"

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
	size_t nfilled; /* not empty */
	/* Those that read so; a UUID here is one in digits: what is Base64
	 * of sixteen bytes may be a password. */
	size_t nuuids, nnames, nmacs;
	size_t nbase64; /* would be UUIDs in Base64 */
	size_t nagain;  /* not empty, and there before */
	bool distinct;  /* all filled, and no two the same */
};

/* Takes a copy; false when it has enough. */
bool mapsample_take(struct mapsample *s, const struct row *row);

/*
 * Is the first row no header?  A header never has a UUID or a MAC address in
 * it, nor a host's name and then the same with its domain.
 */
bool mapsample_headless(const struct mapsample *s);

/* Values by what they look like; a UUID as above. */
bool mapsample_uuid(const char *text);
bool mapsample_mac(const char *text);
/* Are the first two fields pc1 and pc1.example.com? */
bool mapsample_host_and_name(const struct row *row);

/* Column at of the rows from first on. */
void mapsample_look(struct mapsample_column *c, const struct mapsample *s,
    size_t first, size_t at);

#endif
