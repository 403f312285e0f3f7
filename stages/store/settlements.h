#ifndef SETTLEMENTS_H
#define SETTLEMENTS_H

/*
 * settlements - what people settled about the map of a store: either this
 * machine has this name, or this source takes precedence over all others.
 * Never deleted, only undone.  The map itself stays as its sources had it.
 */
#include "store/store.h"

/* Texts are borrowed. */
struct settlement {
	const char *who, *why;
	const char *uuid, *fqdn; /* or NULL */
	const char *source;      /* or NULL */
};

/* The one in force for that value, or 0. */
int64_t settlements_of_uuid(struct store *s, const char *uuid);
int64_t settlements_of_fqdn(struct store *s, const char *fqdn);
int64_t settlements_of_source(struct store *s, const char *source);
bool settlements_in_force(struct store *s, int64_t id);

/* Adds one, which replaces old unless that is 0; its id. */
int64_t settlements_add(struct store *s, const struct settlement *t,
    int64_t old, int64_t now);
void settlements_undo(struct store *s, int64_t id, const char *by, int64_t now);

/* Does any source of the map, or any hello, have this UUID? */
bool map_knows_machine(struct store *s, const char *uuid);
bool map_knows_source(struct store *s, const char *source);

#endif
