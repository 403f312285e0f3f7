#ifndef CLOCKS_H
#define CLOCKS_H

/* Seconds that two clocks may be apart before one of them is wrong: what is
 * dated later than that was dated by a clock that was set back since. */
#define CLOCKS_APART 60

#endif
