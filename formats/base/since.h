#ifndef SINCE_H
#define SINCE_H

/*
 * since - a time in the past as people write it: today, yesterday, a number of
 * days, a date, or a date and a time of day.  All in UTC, as in the reports.
 */
#include <stdint.h>

#include "base/fault.h"

/* What may be written, for messages. */
#define SINCE_EXPECTED                                                         \
	"today, yesterday, a number of days from 1 to 36500, 2026-11-22, or "  \
	"2026-11-22T14:20, in UTC"

/* *at: seconds since 1970, not after now.  0, or -1 with *f filled. */
int since_parse(int64_t *at, const char *text, int64_t now, struct fault *f);

#endif
