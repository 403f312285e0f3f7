#ifndef SETUPBIN_CHUNKS_H
#define SETUPBIN_CHUNKS_H

/*
 * setupbin_chunks - the chunks of a setup.bin from a file descriptor, one after
 * another, so that files of any length need the memory of one buffer.
 */
#include <stddef.h>
#include <stdint.h>

#include "stick/setupbin.h"

/* Large: make it static.  Holds secrets. */
struct setupbin_chunks {
	int fd;
	const char *name; /* borrowed; for messages */
	/* its own: */
	size_t at, len;
	uint8_t buf[128 * SETUPBIN_CHUNK];
};

void setupbin_chunks_begin(struct setupbin_chunks *c, int fd, const char *name);

/*
 * The next chunk, valid until the next call; *len is less than SETUPBIN_CHUNK
 * only at the end.  Ends the program (74) when it cannot be read.
 */
const uint8_t *setupbin_chunks_next(struct setupbin_chunks *c, size_t *len);

void setupbin_chunks_end(struct setupbin_chunks *c); /* wipes it */

#endif
