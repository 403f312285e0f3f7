#ifndef CLOCK_H
#define CLOCK_H

/* clock - the one place where a clock is read. */
#include <stdint.h>

#include "base/clocks.h"

/* Seconds since 1970; SOURCE_DATE_EPOCH replaces it when it is set, so
 * that equal input gives equal bytes. */
int64_t clock_seconds(void);

/* Milliseconds since some start, never backwards: for deadlines. */
int64_t clock_ms(void);

/* Milliseconds since the machine was started, as /proc/uptime has it: for
 * moments that two programs agree on. */
int64_t clock_uptime_ms(void);

#endif
