#ifndef FAT16_H
#define FAT16_H

/*
 * fat16 - the plan of a FAT16 image with one file, for cmocka tests.
 */
#include "stick/fatimage.h"

static inline int
plan16(struct fatimage_plan *p, uint32_t mb, uint32_t len, int64_t time,
    struct fault *f)
{
	const struct fatimage_shape shape = { .mb = mb,
		.bits = 16,
		.volume_id = 0x12345678,
		.time = time };

	return fatimage_plan(p, &shape, len, f);
}

#endif
