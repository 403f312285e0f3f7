#ifndef DUMP_H
#define DUMP_H

/*
 * dump - what the store has, as rows of a kind; store-dump's working part.
 * A row whose secret does not open is refused by name and left out.
 */
#include "base/uuid.h"
#include "plan/machinefind.h"
#include "store/sink.h"
#include "store/store.h"

/* What a dump is limited to. */
struct dump_only {
	const char *key; /* batch of keystates, PID of history; NULL: all */
	/* Of devices and events: the machines that fit best what a person typed
	 * (machinefind.h); NULL: all. */
	const char *machine;
	/* How well they do, how many, and the first; dump_find sets them. */
	enum machine_match fit;
	size_t nmachines;
	char uuid[UUID_TEXT];
};

/* Looks for only->machine, which is given. */
void dump_find(struct store *s, struct dump_only *only, int64_t now);

/*
 * now: which leases are over.  False when this kind cannot be dumped.  Events
 * are those of the machine that fits, and none when several do.
 */
bool dump_kind(struct store *s, const struct kind *k, struct sink *to,
    int64_t now, const struct dump_only *only);

/* Is there any key of this batch (keystates) or PID (history)? */
bool dump_has(struct store *s, const struct kind *k, const char *only);

#endif
