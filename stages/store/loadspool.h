#ifndef LOADSPOOL_H
#define LOADSPOOL_H

/*
 * loadspool - the loader's end of a spool (spool.h): takes finished files of
 * hellos into the store, the oldest first, and removes each one after its
 * last record was committed.  A file loaded twice changes nothing.
 *
 * Ends the program when the folder or the store fails; what was not removed is
 * there for the next run.
 */
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct loadspool {
	const char *name; /* borrowed */
	int dir;
	int changes;      /* inotify, or -1 */
	uint64_t records; /* met so far */
};

/* Before stage_confine. */
void loadspool_open(struct loadspool *l, const char *dir);

/* Takes the files that are finished now; how many. */
size_t loadspool_take(struct loadspool *l, struct store *s);

/* Takes them as they come, until a SIGTERM; then those that are there. */
void loadspool_follow(struct loadspool *l, struct store *s);

#endif
