#ifndef LIVES_H
#define LIVES_H

/*
 * lives - the tables of keystate.h and machinestate.h for SQL, so that no
 * statement says them again, and a guard: a statement that would lead a key or
 * a machine where states(5) has no way ends the program, and nothing of its
 * transaction is kept.
 *
 *	key_state('used')          the number of a key's state
 *	key_state_name(state)      its name
 *	key_may(from, to)          may a key go that way?  Numbers
 *	machine_may(from, to)      may a machine?  Names
 */
#include "store/db.h"

/* The functions and the guard, for a store of today's schema. */
void lives_guard(struct db *db);

#endif
