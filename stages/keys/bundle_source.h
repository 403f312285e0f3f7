#ifndef BUNDLE_SOURCE_H
#define BUNDLE_SOURCE_H

/*
 * bundle_source - where a container's bytes come from: memory, a file, or a
 * pipe, of which only the start is looked at before it is read.
 */
#include <archive.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* Where a container's bytes come from: held, or read from fd. */
struct bundle_source {
	int fd;
	const uint8_t *held; /* NULL: fd */
	size_t len;          /* of held */
	size_t at;           /* in held */
	bool can_seek;
	uint64_t ntaken;   /* how much of it was read, for the ratio */
	uint64_t size;     /* of a file; UINT64_MAX: unknown */
	uint8_t start[64]; /* the first bytes of a pipe, not given out yet */
	size_t nstart;
	uint8_t tail[1024]; /* the last bytes given out: a tar ends in 0s */
	size_t ntail;
	uint8_t buf[65536];
};

/* Fills start, by which the container is recognised.  -1 with errno. */
int bundle_source_peek(struct bundle_source *s);

/* Reads all of a pipe into *held, at most BUNDLE_HELD bytes; the caller frees
 * it.  -1 with *f filled. */
int bundle_source_hold(struct bundle_source *s, uint8_t **held,
    struct fault *f);

/* A zip may have something before it, a program that unpacks it or anything
 * else: then its end says what it is (APPNOTE 4.1.9). */
bool bundle_source_ends_as_zip(struct bundle_source *s);

/* For libarchive's callbacks: the next bytes, and another place. */
la_ssize_t bundle_source_next(struct bundle_source *s, struct archive *a,
    const void **buf);
la_int64_t bundle_source_seek(struct bundle_source *s, struct archive *a,
    la_int64_t to, int whence);

#endif
