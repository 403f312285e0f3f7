#ifndef SETUPBIN_SAMPLE_H
#define SETUPBIN_SAMPLE_H

/* setupbin_sample - a setup.bin of three records, for tests of its parts. */
#include <stdlib.h>
#include <string.h>

#include "read_file.h"
#include "stick/setupbin.h"

static uint8_t sample[8 * SETUPBIN_CHUNK];
static size_t sample_len;

/* The setup of a group of tests. */
static inline int
read_sample(void **state)
{
	(void)state;
	sample_len = read_file("stick", "v2.bin", sample, sizeof(sample));
	return sample_len == 4 * (size_t)SETUPBIN_CHUNK ? 0 : -1;
}

/* A plain header for records made here. */
static inline struct setupbin_header
header(uint8_t major, uint8_t minor)
{
	return (struct setupbin_header){ .major = major,
		.minor = minor,
		.nrecords = 1,
		.nmodules = 2,
		.modules = { 1, 2 } };
}

/* Encodes r and says why not, or "" when it went. */
static inline const char *
encode_why(const struct setupbin_record *r, const struct setupbin_header *h)
{
	static struct fault f;
	uint8_t out[SETUPBIN_CHUNK];

	return setupbin_record_encode(out, r, h, &f) == 0 ? "" : f.why;
}

#endif
