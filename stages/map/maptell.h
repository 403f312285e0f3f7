#ifndef MAPTELL_H
#define MAPTELL_H

/*
 * maptell - what map-parse understood of its files, and what a person can do
 * about the rest.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/encoding.h"
#include "map/mapcols.h"
#include "map/mapcsv.h"
#include "map/mapjoin.h"
#include "map/sharednames.h"

#define MAPTELL_EXAMPLES 3

struct maptell_file {
	const char *name;
	enum encoding encoding;
	bool dmidecode; /* else rows, with */
	char separator;
	size_t line;    /* of its first row */
	uint64_t nread; /* with the header */
	uint64_t nrows; /* without it; machines of dmidecode */
	uint64_t nrefused;
};

struct maptell {
	struct maptell_file file[MAPJOIN_FILES];
	bool joined;
	struct mapjoin_count count;
	uint64_t ncauses[MAPCSV_CAUSES]; /* MAPCSV_FINE: not even a row */
	uint64_t norders[3];             /* UUIDs by enum uuid_order */
	uint64_t nidna, ncompleted;
	char idna[DOMAIN_TEXT];   /* the first of them */
	struct sharednames names; /* seed: random */
	size_t nexamples;
	struct maptell_example {
		char spelled[UUID_TEXT], uuid[UUID_TEXT], fqdn[DOMAIN_TEXT];
	} example[MAPTELL_EXAMPLES];
};

/* A row that said something, and a pair that came out with the UUID as it was
 * spelled and as it is read. */
void maptell_row(struct maptell *t, const struct maprow *said);
void maptell_pair(struct maptell *t, const uint8_t spelled[UUID_LEN],
    const char *uuid, const char *fqdn);

/*
 * Are the UUIDs of these files byte-swapped?  When some must be and none
 * speaks against it.  Otherwise they are taken as written; either way hellos
 * settle it (byteorder.h).
 */
bool maptell_swapped(const struct maptell *t);

/* That a file's columns of passwords are not read: always said. */
void maptell_passwords(const struct maptell *t, uint32_t file,
    const struct mapcols *m);

/* The rest, for -v. */
void maptell_all(const struct maptell *t, const struct mapcols *cols,
    uint32_t nfiles);

#endif
