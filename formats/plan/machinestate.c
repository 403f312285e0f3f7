#include "plan/machinestate.h"

#include <string.h>

#define TO(state) (1U << (MACHINE_##state))

/* Where a plan, a failed job and a person's decision lead. */
#define PLANS (TO(PLANNED) | TO(DELAYED) | TO(REFUSED))
/* Results may be late: their job was given up, and had done its work. */
#define DONE (TO(COMMITTED) | TO(VERIFIED))

/*
 * What is set up stays so: from verified one way leads on to the next life,
 * when the machine's key has proved that it is in setup again; the other is
 * that a person has it unprovisioned, and from there it is the same one way.
 * Reached and configured are steps of a job: they follow planned alone.
 */
static const struct {
	const char *name;
	unsigned next;
} states[MACHINE_STATES] = {
	[MACHINE_EXPECTED] = { "expected", TO(HEARD) },
	[MACHINE_HEARD] = { "heard", PLANS | DONE },
	[MACHINE_PLANNED] = { "planned",
	    TO(HEARD) | TO(REACHED) | TO(CONFIGURED) | PLANS | DONE },
	[MACHINE_REACHED] = { "reached",
	    TO(HEARD) | TO(CONFIGURED) | PLANS | DONE },
	[MACHINE_CONFIGURED] = { "configured", TO(HEARD) | PLANS | DONE },
	[MACHINE_COMMITTED] = { "committed", TO(HEARD) | PLANS | DONE },
	[MACHINE_VERIFIED] = { "verified", TO(HEARD) | TO(UNPROVISIONED) },
	[MACHINE_UNPROVISIONED] = { "unprovisioned", TO(HEARD) },
	[MACHINE_DELAYED] = { "delayed", TO(HEARD) | PLANS | DONE },
	[MACHINE_REFUSED] = { "refused", TO(HEARD) | PLANS | DONE },
};

const char *
machine_state_name(enum machine_state s)
{
	return states[s].name;
}

enum machine_state
machine_state_find(const char *name)
{
	int s = MACHINE_EXPECTED;

	while (s < MACHINE_STATES && strcmp(states[s].name, name) != 0)
		s++;
	return (enum machine_state)s;
}

bool
machine_state_may(enum machine_state from, enum machine_state to)
{
	return from == to || (states[from].next & (1U << to)) != 0;
}
