#ifndef HASH_H
#define HASH_H

/*
 * hash - a keyed sum for tables in memory.  With a random seed no input can be
 * made to collide on purpose by who does not see the table; it hides nothing
 * and never leaves the process.  The constants are those of SplitMix64.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t
hash_bytes(uint64_t seed, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t h = seed;

	while (len != 0) {
		uint64_t part = 0;
		size_t n = len < sizeof(part) ? len : sizeof(part);

		memcpy(&part, p, n);
		h = (h ^ part) * 0xbf58476d1ce4e5b9;
		h = (h ^ h >> 27) * 0x94d049bb133111eb;
		h ^= h >> 31;
		p += n;
		len -= n;
	}
	return h;
}

#endif
