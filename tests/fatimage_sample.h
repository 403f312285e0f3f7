#ifndef FATIMAGE_SAMPLE_H
#define FATIMAGE_SAMPLE_H

/* fatimage_sample - an image with SETUP.BIN in memory, for tests of its parts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fat16.h"
#include "stick/fatimage.h"

/* An image in memory, 5 MB with clusters of 1024 bytes. */
struct image {
	struct fatimage_plan plan;
	uint8_t *bytes;
	size_t len;
};

#define FILE_LEN 3000 /* three clusters */

static struct image whole;

static uint8_t content[FILE_LEN];

static inline int
read_memory(void *arg, uint64_t at, void *buf, size_t len)
{
	const struct image *m = arg;

	if (at > m->len || len > m->len - at)
		return -1;
	memcpy(buf, m->bytes + at, len);
	return 0;
}

static inline int
make_whole(void **state)
{
	struct fault f;

	(void)state;
	for (size_t i = 0; i < FILE_LEN; i++)
		content[i] = (uint8_t)(i * 7 + 1);
	/* 2026-11-22 14:20:30 UTC */
	if (plan16(&whole.plan, 5, FILE_LEN, 1795357230, &f) == -1)
		return -1;
	whole.len = (size_t)whole.plan.nsectors * FATIMAGE_SECTOR;
	whole.bytes = calloc(1, whole.len);
	if (whole.bytes == NULL)
		return -1;
	for (uint32_t i = 0; i < whole.plan.nhead; i++)
		(void)fatimage_head(&whole.plan, i,
		    whole.bytes + i * FATIMAGE_SECTOR);
	memcpy(whole.bytes + (size_t)whole.plan.nhead * FATIMAGE_SECTOR,
	    content, FILE_LEN);
	return 0;
}

static inline int
free_whole(void **state)
{
	(void)state;
	free(whole.bytes);
	return 0;
}

static inline size_t
fat_at(uint32_t cluster)
{
	return FATIMAGE_SECTOR + (size_t)cluster * 2;
}

static inline size_t
root_at(size_t entry)
{
	return (1 + 2 * (size_t)whole.plan.fat) * FATIMAGE_SECTOR + entry * 32;
}

static inline void
put16(size_t at, uint16_t v)
{
	whole.bytes[at] = (uint8_t)v;
	whole.bytes[at + 1] = (uint8_t)(v >> 8);
}

/* Opens and finds; "" or why not, with the offset in *at. */
static inline const char *
why(struct fatimage_file *file, size_t *at)
{
	static struct fault f;
	static struct fatimage img;

	if (fatimage_open(&img, read_memory, &whole, &f) == 0 &&
	    fatimage_find(&img, file, &f) == 0)
		return "";
	*at = f.at;
	return f.why;
}

#endif
