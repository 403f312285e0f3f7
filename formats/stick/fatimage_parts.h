#ifndef FATIMAGE_PARTS_H
#define FATIMAGE_PARTS_H

/*
 * fatimage_parts - where on a stick a FAT volume may begin: the partitions of
 * its MBR or GPT.
 *
 * Source: UEFI 2.10, section 5 (MBR, GPT); integers little-endian.  Logical
 * partitions of an extended one are not looked for, and the checksums of a GPT
 * are not: what is no FAT volume is found out where it begins.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* What a stick has is 1, or 2 when a Mac formatted it. */
#define FATIMAGE_PARTS_MAX 16

struct fatimage_parts {
	uint32_t npartitions; /* of any kind */
	size_t n;             /* those that may be FAT, and fit here */
	uint64_t block[FATIMAGE_PARTS_MAX]; /* where they begin */
	/* Bytes that these are blocks of; 0 unknown, as an MBR does not say. */
	uint32_t size;
	uint64_t table; /* bytes from 0 on that tell all this */
};

/* As fatimage_read_fn. */
typedef int fatimage_parts_read_fn(void *arg, uint64_t at, void *buf,
    size_t len);

/* sector is the first one, of 512 bytes.  -1 with *f filled when it is no MBR,
 * or nothing in it may be FAT. */
int fatimage_parts_find(struct fatimage_parts *p, const uint8_t *sector,
    fatimage_parts_read_fn *read, void *arg, struct fault *f);

#endif
