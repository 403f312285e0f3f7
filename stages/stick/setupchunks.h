#ifndef SETUPCHUNKS_H
#define SETUPCHUNKS_H

/*
 * setupchunks - the chunks of a setup.bin from a file descriptor, one after
 * another, so that files of any length need the memory of one buffer.
 */
#include <stddef.h>
#include <stdint.h>

#include "stick/setupbin.h"

/* Large: make it static.  Holds secrets. */
struct setupchunks {
	int fd;
	const char *name; /* borrowed; for messages */
	/* its own: */
	size_t at, len;
	uint8_t buf[128 * SETUPBIN_CHUNK];
};

void setupchunks_begin(struct setupchunks *c, int fd, const char *name);

/*
 * The next chunk, valid until the next call; *len is less than SETUPBIN_CHUNK
 * only at the end.  Ends the program (74) when it cannot be read.
 */
const uint8_t *setupchunks_next(struct setupchunks *c, size_t *len);

void setupchunks_end(struct setupchunks *c); /* wipes it */

#endif
