#ifndef MAPPARTS_H
#define MAPPARTS_H

/*
 * mapparts - joins inventory files of any size: mapjoin.h on one part of the
 * rows after the other.
 *
 * Few rows are joined as they stand.  Of more, each goes into the part that
 * its resource belongs to (when nothing is joined: its UUID), so that all that
 * meet are in one; parts that do not fit into memory go to a scratch file.
 * Pairs come part by part then, and one that is said by way of two resources
 * may come twice.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "map/mapjoin.h"

struct mapparts;

/*
 * seed as for mapjoin_new.  memory: bytes for rows, at least 8 MB; joining one
 * part takes some more.  fd: a scratch file (scratch.h), which is kept open
 * until mapparts_free; dir names it in messages.  Programs end with 71 when
 * memory runs out and with 74 when the file cannot be used.
 */
struct mapparts *mapparts_new(const uint8_t seed[16], size_t memory, int fd,
    const char *dir);
void mapparts_free(struct mapparts *p); /* accepts NULL */

/* Before the first row: are rows joined by their resources? */
void mapparts_joined(struct mapparts *p, bool joined);

/* A row of file 0 or 1.  0, or -1 with *f filled when it cannot be kept. */
int mapparts_add(struct mapparts *p, const struct maprow *row, uint32_t file,
    uint32_t line, struct fault *f);

/* Calls fn for each pair.  0, or -1 with *f filled. */
int mapparts_run(struct mapparts *p, mapjoin_fn *fn, void *arg,
    struct mapjoin_count *count, struct fault *f);

#endif
