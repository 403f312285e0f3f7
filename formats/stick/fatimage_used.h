#ifndef FATIMAGE_USED_H
#define FATIMAGE_USED_H

/*
 * fatimage_used - which bytes of an image its FAT volume refers to: the MBR or
 * GPT when there is one, all before the first cluster, and every cluster whose
 * entry in the FAT is neither free nor bad.  The rest may hold anything.
 *
 * Source: Microsoft, "FAT: General Overview of On-Disk Format", 1.03, 4.
 */
#include <stddef.h>
#include <stdint.h>

#include "stick/fatimage.h"
#include "base/fault.h"

/* 1,024 entries of a FAT12, 384 of a FAT32. */
#define FATIMAGE_USED_WINDOW 1536

struct fatimage_used {
	const struct fatimage *img; /* borrowed; an open one */
	uint32_t next;              /* cluster to look at */
	bool mbr, head;             /* were given */
	uint32_t from, n;           /* clusters whose entries are in fat */
	uint8_t fat[FATIMAGE_USED_WINDOW];
};

void fatimage_used_begin(struct fatimage_used *u, const struct fatimage *img);

/* The next range, in ascending order, none empty: 1; or 0 after the last, or
 * -1 with *f filled when the FAT cannot be read. */
int fatimage_used_next(struct fatimage_used *u, uint64_t *at, uint64_t *len,
    struct fault *f);

#endif
