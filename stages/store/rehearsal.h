#ifndef REHEARSAL_H
#define REHEARSAL_H

/*
 * rehearsal - for each machine that was heard, what a simulated one in its
 * place needs, and the address of that.  amt-sweep --rehearse works on a copy
 * of the store; nothing is changed here.
 */
#include "base/uuid.h"
#include "store/store.h"

#define REHEARSAL_ADDRESS 16

/* 127.16.0.0 and up: of the caller with that number (callers.id). */
void rehearsal_address(char to[REHEARSAL_ADDRESS], int64_t caller);

struct rehearsal_row {
	const char *uuid, *pid;
	const char *hashes;   /* "sha256:HEX,sha1:HEX"; "": none */
	const char *firmware; /* "": not known */
	const char *fqdn;     /* of the highest rank; "": none */
	int64_t caller, version;
	bool creds_set;
};
typedef void rehearsal_fn(void *arg, const struct rehearsal_row *r);

/* One caller of each machine, the newest one that is most likely it: anybody may
 * say hello for it, with a PID that no list has or another machine's, or with
 * roots of his own. */
void rehearsal_each(struct store *s, rehearsal_fn *fn, void *arg);

#endif
