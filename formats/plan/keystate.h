#ifndef KEYSTATE_H
#define KEYSTATE_H

/*
 * keystate - the life of a key: its states and which may follow which, in one
 * table.  The store's programs and its SQL ask here; states(5) says the same,
 * and a test compares them.
 */
#include <stdbool.h>

/* In the order in which a key's life goes; the store has these numbers. */
enum key_state {
	KEY_NEW,
	KEY_ISSUED,   /* on a stick, or sent to an OEM */
	KEY_CONSUMED, /* a machine took it from the stick */
	KEY_SEEN,     /* a hello announced it */
	KEY_USED,     /* it set up a machine */
	KEY_REVOKED,
	KEY_NSTATES
};

const char *key_state_name(enum key_state s);
/* By name; KEY_NSTATES if not found. */
enum key_state key_state_find(const char *name);

/* May a key go from one state to the other?  To stay is no step: true. */
bool key_state_may(enum key_state from, enum key_state to);

#endif
