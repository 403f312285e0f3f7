#include "lib/clock.h"

#include <err.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

#include "base/text.h"

int64_t
clock_seconds(void)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	uint64_t n;

	if (fixed == NULL)
		return (int64_t)time(NULL);
	if (text_number(&n, fixed, INT32_MAX) == -1)
		errx(EX_CONFIG,
		    "SOURCE_DATE_EPOCH is not a number of seconds (got \"%s\")",
		    fixed);
	return (int64_t)n;
}

static int64_t
clock_read(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_ms(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

int64_t
clock_uptime_ms(void)
{
	return clock_read(CLOCK_BOOTTIME);
}
