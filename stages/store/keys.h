#ifndef KEYS_H
#define KEYS_H

/*
 * keys - the keys of a store: their life (keystate.h) with its history, and
 * what else is asked of one.
 */
#include "plan/keystate.h"
#include "store/store.h"

/*
 * Moves a key on, never back to new, and keeps when and why.  False when it
 * stays: there is no such key, it is there already, or keystate.h has no such
 * way.
 */
bool keys_move(struct store *s, const char *pid, enum key_state to, int64_t at,
    const char *cause);

/* Only the line of its history: of a state that it has already. */
void keys_log(struct store *s, const char *pid, enum key_state to, int64_t at,
    const char *cause);

/* It set up that machine. */
void keys_used(struct store *s, const char *pid, const char *uuid, int64_t at);

/* KEY_NSTATES: there is no such key. */
enum key_state keys_state(struct store *s, const char *pid);

/* The secrets of a key, all "" when there is no such key; -1: damaged. */
int keys_secrets(struct store *s, const char *pid, struct key_secrets *k);

#endif
