#ifndef TAKE_H
#define TAKE_H

/*
 * take - keys of a batch for a stick or for a partner's file: unused ones, or
 * new ones.  All of it inside one write transaction of the caller.
 *
 * What a key's machine will be given is settled here and stands in the store
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
#define TAKE_MAX 100000

struct taken {
	char pid[PID_LEN + 1];
	struct key_secrets secret;
	char origin[64], note[KEYROW_NOTE_MAX + 1], place[256];
	char given[STORE_SECRET]; /* MEBx password that it shall get, or "" */
};

struct take {
	struct store *store;
	const char *batch;
	const struct profile *profile;
	int64_t now;
	size_t n;
	struct taken *keys; /* n of them; secret */
};

/* Sets t->n to the count of the batch's unused keys; ends the program when
 * they are more than TAKE_MAX. */
void take_count(struct take *t);

/* Fills t->keys with t->n unused keys in the order of their coming; all: with
 * those of them that open.  Ends the program when there are fewer. */
void take_unused(struct take *t, bool all);

/* The same with room for t->n keys that take_make makes one by one. */
void take_none(struct take *t);
void take_make(struct take *t, size_t i, const char *stick);

/*
 * The key goes to that stick; issued: and is issued with it.  Its next MEBx
 * password is what it has, else what was given, else the profile's.
 */
void take_mark(struct take *t, size_t i, const char *stick, bool issued);

/* A row of a store's keys: pid, sealed, origin, place, note from column at on.
 * False, said, when a secret of it does not open. */
bool take_row(struct store *s, struct query *q, int at, struct taken *k);

/* As a record of @keys. */
void take_write(struct stream_out *out, const struct taken *k,
    const char *batch);

void take_free(struct take *t); /* wipes */

#endif
