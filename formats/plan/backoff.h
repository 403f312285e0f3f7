#ifndef BACKOFF_H
#define BACKOFF_H

/*
 * backoff - how long a machine waits after its n-th failure in a row: one
 * minute, doubled each time, at most an hour.
 */
#include <stdint.h>

#define BACKOFF_FIRST 60
#define BACKOFF_MOST 3600

static inline int64_t
backoff_seconds(int64_t failures)
{
	int64_t s = BACKOFF_FIRST;

	while (--failures > 0 && s < BACKOFF_MOST)
		s *= 2;
	return s < BACKOFF_MOST ? s : BACKOFF_MOST;
}

#endif
