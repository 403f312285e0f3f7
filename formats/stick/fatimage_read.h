#ifndef FATIMAGE_READ_H
#define FATIMAGE_READ_H

/*
 * fatimage_read - what the files that read an image share: fatimage.c opens the
 * volume, fatimage_chain.c knows its FAT, fatimage_find.c its root folder.
 */
#include "stick/fatimage.h"

#define FATIMAGE_ENTRY 32 /* bytes of a directory entry */

/* --- fatimage.c ---------------------------------------------------------- */

/* Without its padding; what is not ASCII is of some codepage. */
void fatimage_set_label(struct fatimage *img, const uint8_t *label);

/* --- fatimage_chain.c ---------------------------------------------------- */

int fatimage_sector(struct fatimage *img, uint64_t at, uint8_t *s,
    struct fault *f);

/* A few bytes at an offset; two sectors may share them. */
int fatimage_peek(struct fatimage *img, uint64_t at, uint8_t *to, size_t len,
    struct fault *f);

/* What follows a cluster in its chain; -1 with *f filled when it cannot be
 * read. */
int fatimage_next(struct fatimage *img, uint32_t cluster, uint32_t *next,
    struct fault *f);

bool fatimage_is_cluster(const struct fatimage *img, uint32_t n);

bool fatimage_is_end(const struct fatimage *img, uint32_t n);

uint64_t fatimage_offset(const struct fatimage *img, uint32_t cluster);

/* Is the cluster one of the file's? */
bool fatimage_file_has(const struct fatimage_file *file, uint32_t cluster);

/*
 * Follows the chain for as many clusters as the length needs and finds its
 * end there: a chain that comes back to itself has none.
 */
int fatimage_follow(struct fatimage *img, struct fatimage_file *file,
    uint32_t first, struct fault *f);

/* No other chain may lead into the file. */
int fatimage_check_alone(struct fatimage *img, const struct fatimage_file *file,
    struct fault *f);

/* --- fatimage_find.c ----------------------------------------------------- */

/* Without a word: what is wrong is told when it is looked for. */
bool fatimage_has_setup(struct fatimage *img);

#endif
