#ifndef CLOCK_H
#define CLOCK_H

/* clock - the one place where a clock is read. */
#include <stdint.h>

/* Seconds since 1970; SOURCE_DATE_EPOCH stands in for it when it is set, so
 * that equal input gives equal bytes. */
int64_t clock_seconds(void);

/* Seconds that two clocks may be apart before one of them is wrong: what is of
 * a later time than that was dated by a clock that was set back since. */
#define CLOCKS_APART 60

/* Milliseconds since some start, never backwards: for deadlines. */
int64_t clock_ms(void);

#endif
