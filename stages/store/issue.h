#ifndef ISSUE_H
#define ISSUE_H

/*
 * issue - keys of a batch for a stick or for a partner's file: unused ones, or
 * new ones.  All of it inside one write transaction of the caller.
 *
 * What a key's machine will be given is settled here and is in the store
 * before anything has it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/keyrow.h"
#include "keys/pidpps.h"
#include "lib/profilefile.h"
#include "store/store.h"
#include "lib/stream.h"

/* 100 sticks of 1,000, or a file of 51 MB. */
#define ISSUE_MAX 100000

struct issued {
	char pid[PID_LEN + 1];
	struct key_secrets secret;
	char origin[64], note[KEYROW_NOTE_MAX + 1], place[256];
	char given[STORE_SECRET]; /* MEBx password that it shall get, or "" */
};

struct issue {
	struct store *store;
	const char *batch;
	const struct profile *profile;
	int64_t now;
	size_t n;
	struct issued *keys; /* n of them; secret */
};

/* Sets t->n to the count of the batch's unused keys; ends the program when
 * they are more than ISSUE_MAX. */
void issue_count(struct issue *t);

/* Fills t->keys with t->n unused keys in the order of their coming; all: with
 * those of them that open.  Ends the program when there are fewer. */
void issue_unused(struct issue *t, bool all);

/* The same with room for t->n keys that issue_make makes one by one. */
void issue_room(struct issue *t);
void issue_make(struct issue *t, size_t i, const char *stick);

/*
 * The key goes to that stick; issued: and is issued with it.  Its next MEBx
 * password is what it has, else what was given, else the profile's.
 */
void issue_mark(struct issue *t, size_t i, const char *stick, bool issued);

/* A row of a store's keys: pid, sealed, origin, place, note from column at on.
 * False, said, when a secret of it does not open. */
bool issue_row(struct store *s, struct query *q, int at, struct issued *k);

/* Has a stick of that name a key? */
bool issue_stick_known(struct store *s, const char *stick);

/* The way back: its keys that are issued and of which nothing was heard are new
 * again; how many.  Were there any before? */
uint64_t issue_return(struct store *s, const char *stick, int64_t now);
bool issue_stick_returned(struct store *s, const char *stick);

/* As a record of @keys. */
void issue_write(struct stream_out *out, const struct issued *k,
    const char *batch);

void issue_free(struct issue *t); /* wipes */

#endif
