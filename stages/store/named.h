#ifndef NAMED_H
#define NAMED_H

/*
 * named - a machine that was heard, by the name that a person gives it, and
 * what came of having it taken back.
 */
#include <stddef.h>

#include "base/domain.h"
#include "base/reason.h"
#include "base/uuid.h"
#include "plan/machinestate.h"
#include "store/store.h"

#define NAMED_DETAIL 512

struct named {
	char uuid[UUID_TEXT];
	char fqdn[DOMAIN_TEXT];                  /* as it was set up, or "" */
	char address[48], firmware[64], pid[12]; /* "" where not known */
	enum machine_state state;
	/* of its last job, where that was to take it back: */
	int64_t planned_at; /* 0: it was another one */
	bool partly;
	bool asked; /* in this life it was sent the call, or was about to be */
	bool ended;
	enum reason_id reason;
	char detail[NAMED_DETAIL];
	int64_t unprovisioned_at; /* 0: never, in this life */
};

/* The one of that UUID, as the store has it; false when there is none. */
bool named_read(struct store *s, const char *uuid, struct named *m);

/* Among whom a name is looked for.  First those that are set up, then those
 * that were, then all others: only the first of these kinds that there is
 * counts. */
enum named_among { NAMED_SET_UP_FIRST, NAMED_ALL };

/*
 * How many there are of that UUID, FQDN, first label of an FQDN or serial
 * number that the map has, in either case, and the UUIDs of up to max of them.
 */
size_t named_find(struct store *s, const char *name, enum named_among among,
    char (*uuids)[UUID_TEXT], size_t max);

/* For a message: the UUIDs of n, of which the first NAMED_SHOWN were found. */
#define NAMED_SHOWN 4
#define NAMED_LIST (NAMED_SHOWN * (UUID_TEXT + 2) + 8)
void named_list(char list[NAMED_LIST], char (*uuids)[UUID_TEXT], size_t n);

#endif
