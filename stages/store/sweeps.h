#ifndef SWEEPS_H
#define SWEEPS_H

/*
 * sweeps - the history of amt-sweep's runs, of which there is one at a time:
 * what was planned and what came of it, counted in machines when it ends.
 */
#include "store/store.h"

/* A run begins.  One that never ended was killed: it ends here.  What is older
 * than so many days goes. */
void sweeps_begin(struct store *s, int64_t now, int64_t days);

/* It ends with this status; why: it was cut short, or "".  False when none has
 * begun. */
bool sweeps_end(struct store *s, int64_t now, int64_t status, const char *why);

#endif
