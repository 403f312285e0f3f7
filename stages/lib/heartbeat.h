#ifndef HEARTBEAT_H
#define HEARTBEAT_H

/*
 * heartbeat - what a hello listener says of itself, as a file "listener" in
 * its spool: one record of the kind listener, written anew every ten seconds
 * and when it ends.  A report tells by its age whether anybody listens.
 */
#include <stdint.h>

#include "base/record.h"
#include "base/text.h"

#define HEARTBEAT_FILE "listener"
#define HEARTBEAT_MS 10000
/* After so many seconds without one nobody listens. */
#define HEARTBEAT_STALE 60

struct heartbeat {
	const char *state; /* listening, or ended */
	char since[TEXT_TIME], at[TEXT_TIME], last_hello[TEXT_TIME];
	uint64_t taken, refused; /* since it was started */
	uint64_t waiting;        /* hellos that the disk does not take */
	uint64_t open;           /* connections */
	const char *trouble;     /* or "" */
};

/* In the folder dir.  0, or -1 with errno and the old one still there. */
int heartbeat_write(int dir, const struct heartbeat *h);

/* Reads such a record; state and trouble point into it.  *at_s is its at.  0,
 * or -1 with *f filled. */
int heartbeat_get(struct heartbeat *h, int64_t *at_s, const struct record *r,
    struct fault *f);

/* The one in the folder dir; state and trouble point into text.  0, or -1 with
 * errno: ENOENT without one. */
#define HEARTBEAT_TEXT 2048
int heartbeat_read(struct heartbeat *h, int64_t *at_s, int dir,
    char text[HEARTBEAT_TEXT]);

/* When the last one was written, in seconds since 1970; -1 when it is
 * missing or cannot be read. */
int64_t heartbeat_last(int dir);

#endif
