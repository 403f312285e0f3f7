#ifndef MACHINESTATE_H
#define MACHINESTATE_H

/*
 * machinestate - the life of a machine: its states and which may follow which,
 * in one table.  The store's programs and its SQL ask here; states(5) says the
 * same, and a test compares them.
 */
#include <stdbool.h>

/* In the order of a machine's life; the store has their names. */
enum machine_state {
	MACHINE_EXPECTED,      /* the inventory has it, no hello has come */
	MACHINE_HEARD,         /* its hello came */
	MACHINE_PLANNED,       /* a sweep has a job for it */
	MACHINE_REACHED,       /* its key proved that it is the machine */
	MACHINE_CONFIGURED,    /* it took its admin password */
	MACHINE_COMMITTED,     /* it left setup mode */
	MACHINE_VERIFIED,      /* it answered with what it was given */
	MACHINE_UNPROVISIONED, /* somebody had it taken back */
	MACHINE_DELAYED,       /* a job failed; retried automatically */
	MACHINE_REFUSED,       /* a person has to do something */
	MACHINE_STATES
};

const char *machine_state_name(enum machine_state s);
/* By name; MACHINE_STATES if not found. */
enum machine_state machine_state_find(const char *name);

/* May a machine go from one state to the other?  To stay is no step: true. */
bool machine_state_may(enum machine_state from, enum machine_state to);

#endif
