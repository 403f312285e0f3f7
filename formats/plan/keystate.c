#include "plan/keystate.h"

#include <string.h>

#define TO(state) (1U << (state))
#define ON_FROM(state) (TO(KEY_NSTATES) - TO((state) + 1))

/*
 * A key goes on and never back, as what is known of it only grows: steps may be
 * left out, since a stick is not always read back and a hello may be lost.  One
 * way leads back: a stick that was never used gives its keys back.
 */
static const struct {
	const char *name;
	unsigned next;
} states[KEY_NSTATES] = {
	[KEY_NEW] = { "new", ON_FROM(KEY_NEW) },
	[KEY_ISSUED] = { "issued", ON_FROM(KEY_ISSUED) | TO(KEY_NEW) },
	[KEY_CONSUMED] = { "consumed", ON_FROM(KEY_CONSUMED) },
	[KEY_SEEN] = { "seen", ON_FROM(KEY_SEEN) },
	[KEY_USED] = { "used", ON_FROM(KEY_USED) },
	[KEY_REVOKED] = { "revoked", 0 },
};

const char *
key_state_name(enum key_state s)
{
	return states[s].name;
}

enum key_state
key_state_find(const char *name)
{
	int s = KEY_NEW;

	while (s < KEY_NSTATES && strcmp(states[s].name, name) != 0)
		s++;
	return (enum key_state)s;
}

bool
key_state_may(enum key_state from, enum key_state to)
{
	return from == to || (states[from].next & TO(to)) != 0;
}
