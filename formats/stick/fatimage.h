#ifndef FATIMAGE_H
#define FATIMAGE_H

/*
 * fatimage - a FAT volume with SETUP.BIN in its root, both ways.
 *
 * Source: Microsoft, "FAT: General Overview of On-Disk Format", 1.03.  All
 * integers little-endian.  Written is what old firmware reads most surely:
 * FAT16 without a partition table, 512-byte sectors, SETUP.BIN the first
 * directory entry and its data in one piece from the first cluster on; FAT32
 * and an MBR with one partition for machines that want them.  Read is more:
 * FAT12, FAT16 and FAT32 of any geometry, alone or in a partition of an MBR or
 * GPT.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define FATIMAGE_SECTOR 512

/* Mebibytes of an image.  Below 5 it would be FAT12; FAT16 ends at 2 GB.
 * More than 16 is advised and at most 512, so 32 is a good choice. */
#define FATIMAGE_MB_MIN 5
#define FATIMAGE_MB_MAX 2048
#define FATIMAGE_MB 32
/* FAT32 is recognised by its count of clusters, and they have a sector at
 * least. */
#define FATIMAGE_MB_MIN32 33

/* Where the partition of an MBR begins: at 1 MB, as all tools have it. */
#define FATIMAGE_START 2048

#define FATIMAGE_LABEL 11

/* What an image shall be.  An MBR takes 1 MB of it. */
struct fatimage_shape {
	uint32_t mb;
	unsigned bits; /* 16 or 32 */
	bool mbr;
	char label[FATIMAGE_LABEL + 1]; /* "": none */
	uint32_t volume_id;
	int64_t time; /* seconds since 1970; in the image as UTC */
};

/* Fills label from text: capital letters, digits and what FAT allows besides.
 * -1 with *f filled when it is too long or has another character. */
int fatimage_label(char label[FATIMAGE_LABEL + 1], const char *text,
    struct fault *f);

/*
 * Layout of an image to write: nhead sectors that fatimage_head makes one by
 * one, then the file's bytes, then zeroes up to nsectors.
 */
struct fatimage_plan {
	struct fatimage_shape shape;
	uint32_t nsectors;
	uint32_t nhead;
	uint32_t len; /* of the file */
	/* of the volume: */
	uint32_t start;   /* its first sector */
	uint32_t volume;  /* its sectors; the image may have a few more */
	uint32_t cluster; /* sectors of one */
	uint32_t reserved;
	uint32_t fat; /* sectors of each of the two */
	uint32_t nclusters;
	uint32_t first; /* cluster of the file */
};

/* -1 with *f filled when the size is out of range, or the file empty or larger
 * than the volume. */
int fatimage_plan(struct fatimage_plan *p, const struct fatimage_shape *shape,
    uint32_t len, struct fault *f);

/* sector < p->nhead.  False when it is all zeroes: a hole does. */
bool fatimage_head(const struct fatimage_plan *p, uint32_t sector,
    uint8_t out[FATIMAGE_SECTOR]);

/* Reads len bytes at that offset of the image: 0, or -1 when they are not
 * there. */
typedef int fatimage_read_fn(void *arg, uint64_t at, void *buf, size_t len);

struct fatimage {
	unsigned bits;            /* of a FAT entry: 12, 16 or 32 */
	uint64_t volume;          /* offset of its boot sector */
	uint64_t table;           /* bytes of what says so; 0: it is at 0 */
	uint32_t npartitions;     /* of any kind; 0: there is no table */
	uint64_t end;             /* of the volume */
	uint64_t fat, root, data; /* offsets; root not for FAT32 */
	uint32_t nroot;           /* entries of a FAT12 or FAT16 root folder */
	uint32_t root_cluster;    /* of FAT32 */
	uint32_t cluster;         /* bytes of one */
	uint32_t nclusters;       /* numbered from 2 */
	/* of the root folder, else of the boot sector; "" none */
	char label[FATIMAGE_LABEL + 1];
	/* its own: */
	fatimage_read_fn *read;
	void *arg;
	uint64_t window_at;
	size_t window_len;
	uint8_t window[FATIMAGE_SECTOR];
};

/*
 * Opens the volume that the image is; of several in partitions the first that
 * has SETUP.BIN.  -1 with *f filled (an offset in the image).  Keeps read and
 * arg.
 */
int fatimage_open(struct fatimage *img, fatimage_read_fn *read, void *arg,
    struct fault *f);

/* A setup.bin in more pieces than this could not be read by any BIOS. */
#define FATIMAGE_RUNS_MAX 64

struct fatimage_run {
	uint32_t first, n; /* clusters */
};

struct fatimage_file {
	uint64_t entry; /* offset of its directory entry */
	uint32_t len;
	uint32_t before; /* files and folders that stand before it */
	uint32_t others; /* and in all, besides it */
	size_t nruns;    /* 1: contiguous */
	struct fatimage_run run[FATIMAGE_RUNS_MAX];
};

/*
 * Finds SETUP.BIN and follows it through the FAT.  -1 with *f filled when the
 * image has no SETUP.BIN, or two, and when its chain leaves the volume, does
 * not fit its length, loops, or shares a cluster with the chain of something
 * else or the first cluster of something in the root folder.
 */
int fatimage_find(struct fatimage *img, struct fatimage_file *file,
    struct fault *f);

/* The whole clusters of a run, with the bytes in them behind the file. */
uint64_t fatimage_space(const struct fatimage *img,
    const struct fatimage_file *file, size_t i, uint64_t *len);

/* Where the bytes of a run stand; *len ends with the file. */
uint64_t fatimage_run(const struct fatimage *img,
    const struct fatimage_file *file, size_t i, uint64_t *len);

#endif
