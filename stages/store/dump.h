#ifndef DUMP_H
#define DUMP_H

/*
 * dump - what the store has, as rows of a kind; store-dump's working part.
 * A row whose secret does not open is refused by name and left out.
 */
#include "store/sink.h"
#include "store/store.h"

/* now: which leases are over.  only: the batch of keystates or the PID of
 * history, NULL for all.  False when this kind cannot be dumped. */
bool dump_kind(struct store *s, const struct kind *k, struct sink *to,
    int64_t now, const char *only);

/* Is there any key of this batch (keystates) or PID (history)? */
bool dump_has(struct store *s, const struct kind *k, const char *only);

#endif
