#ifndef MAPJOIN_H
#define MAPJOIN_H

/*
 * mapjoin - connects what one or two inventory files say: UUID to name, at
 * once or by way of a resource.
 *
 * Everything is kept until the end: two files of a million rows each take
 * 180 MB (mapparts of stages/lib does with less).  The order of what comes out
 * is the order of the rows with UUIDs.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "map/mapcsv.h"

#define MAPJOIN_FILES 2
#define MAPJOIN_ROWS_MAX 50000000
#define MAPJOIN_LINE_MAX (UINT32_MAX >> 3)
/* More names for one resource than any inventory has by mistake; two already
 * make its machine ambiguous. */
#define MAPJOIN_NAMES_MAX 16

struct mapjoin;

/* seed: random bytes, so that no export can be made to collide.  NULL when
 * out of memory. */
struct mapjoin *mapjoin_new(const uint8_t seed[16]);
void mapjoin_free(struct mapjoin *j);

/* A row of file 0 or 1.  0, or -1 with *f filled when it cannot be kept. */
int mapjoin_add(struct mapjoin *j, const struct maprow *row, uint32_t file,
    uint32_t line, struct fault *f);

/* Forgets all rows, to begin anew; memory is kept. */
void mapjoin_reset(struct mapjoin *j);

/* One machine with a name, and where that name stood; a NULL name: none was
 * found for it, and the place is where its UUID stood. */
struct mapjoin_pair {
	const uint8_t *uuid; /* borrowed for the call, as are the texts */
	const char *fqdn;
	/* "" not known: of the row with the UUID, else of its resource */
	const char *model, *serial;
	uint32_t file;
	uint32_t line;
};
typedef void mapjoin_fn(void *arg, const struct mapjoin_pair *pair);

struct mapjoin_count {
	uint64_t npairs;   /* different ones */
	uint64_t ndoubles; /* said again in agreement, left out */
	uint64_t nunnamed; /* UUIDs without a name */
	uint64_t nunused;  /* rows with a resource that no UUID has */
	uint64_t ncrowded; /* names beyond MAPJOIN_NAMES_MAX, left out */
};

/* Calls fn for each.  0, or -1 with *f filled when out of memory. */
int mapjoin_run(struct mapjoin *j, mapjoin_fn *fn, void *arg,
    struct mapjoin_count *count, struct fault *f);

#endif
