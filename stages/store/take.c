#include "store/take.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/password.h"
#include "lib/random.h"
#include "lib/stage.h"

static void
copy(char *to, size_t cap, const char *from)
{
	(void)snprintf(to, cap, "%s", from);
}

bool
take_row(struct store *s, struct query *q, int at, struct taken *k)
{
	copy(k->pid, sizeof(k->pid), query_get_text(q, at));
	copy(k->origin, sizeof(k->origin), query_get_text(q, at + 2));
	copy(k->place, sizeof(k->place), query_get_text(q, at + 3));
	copy(k->note, sizeof(k->note), query_get_text(q, at + 4));
	if (store_get_key(s, q, at + 1, k->pid, &k->secret) == 0)
		return true;
	stage_refuse(s->path, 0,
	    "KEY-DAMAGED: a secret of PID %s does not open; passed over",
	    k->pid);
	return false;
}

static void
too_few(const struct take *t, size_t n, bool all)
{
	struct query *q = query_new(t->store->db,
	    "SELECT EXISTS (SELECT 1 FROM keys WHERE batch = ?)");
	bool known;

	query_text(q, 0, t->batch);
	known = query_row(q) && query_get_number(q, 0) != 0;
	query_free(q);
	if (!known)
		stage_fail(EX_DATAERR, t->store->dir, 0,
		    "no key of a batch \"%s\" is in the store; import its "
		    "list, or make keys with -g",
		    t->batch);
	if (all)
		stage_fail(EX_DATAERR, t->store->dir, 0,
		    "batch %s has 0 unused keys left; import more, or make new "
		    "ones with -g",
		    t->batch);
	stage_fail(EX_DATAERR, t->store->dir, 0,
	    "batch %s has %zu unused keys (asked for %zu); none was taken: "
	    "ask for fewer, import more, or make new ones with -g",
	    t->batch, n, t->n);
}

void
take_count(struct take *t)
{
	struct query *q = query_new(t->store->db,
	    "SELECT count(*) FROM keys WHERE batch = ? AND state = ? "
	    "AND stick IS NULL");

	query_text(q, 0, t->batch);
	query_number(q, 1, KEY_NEW);
	if (query_row(q))
		t->n = (size_t)query_get_number(q, 0);
	query_free(q);
	if (t->n > TAKE_MAX)
		stage_fail(EX_DATAERR, t->store->dir, 0,
		    "batch %s has %zu unused keys, more than one file may "
		    "have; ask for at most %d with -n",
		    t->batch, t->n, TAKE_MAX);
	if (t->n == 0)
		t->n = 1; /* one too many: take_unused says so */
}

void
take_none(struct take *t)
{
	t->keys = calloc(t->n, sizeof(*t->keys));
	if (t->keys == NULL)
		err(EX_OSERR, "keys");
}

void
take_unused(struct take *t, bool all)
{
	struct query *q = query_new(t->store->db,
	    "SELECT pid, sealed, origin, place, note FROM keys "
	    "WHERE batch = ? AND state = ? AND stick IS NULL "
	    "ORDER BY rowid");
	size_t n = 0;

	take_none(t);
	query_text(q, 0, t->batch);
	query_number(q, 1, KEY_NEW);
	while (n < t->n && query_row(q)) {
		if (take_row(t->store, q, 0, &t->keys[n]))
			n++;
		stage_progress(t->store->path, n, "keys read");
	}
	query_free(q);
	if (all && n > 0)
		t->n = n; /* without the damaged ones */
	if (n < t->n)
		too_few(t, n, all);
}

/* A pair whose PID the store does not have yet. */
void
take_make(struct take *t, size_t i, const char *stick)
{
	struct taken *k = &t->keys[i];
	uint8_t sealed[STORE_KEY_SEALED];
	struct query *q = store_query(t->store,
	    "INSERT INTO keys (pid, sealed, batch, origin, state, place, "
	    "added, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) "
	    "ON CONFLICT DO NOTHING");

	copy(k->secret.text[KEY_MEBX_NOW], STORE_SECRET, PASSWORD_FACTORY);
	copy(k->origin, sizeof(k->origin), "made here");
	(void)snprintf(k->place, sizeof(k->place), "made for %s", stick);
	do {
		random_pidpps(k->pid, k->secret.text[KEY_PPS]);
		query_text(q, 0, k->pid);
		store_bind_key(t->store, q, 1, k->pid, &k->secret, sealed);
		query_text(q, 2, t->batch);
		query_text(q, 3, k->origin);
		query_number(q, 4, KEY_NEW);
		query_text(q, 5, k->place);
		query_number(q, 6, t->now);
		query_run(q);
	} while (db_changes(t->store->db) == 0);
}

/* What the stick sets the machine's MEBx password to: never the factory's. */
void
take_mark(struct take *t, size_t i, const char *stick, bool issued)
{
	struct taken *k = &t->keys[i];
	char *mebx_next = k->secret.text[KEY_MEBX_NEXT];
	uint8_t sealed[STORE_KEY_SEALED];
	char cause[320];
	struct query *q;

	if (mebx_next[0] != '\0') {
		/* Nothing to seal again: that is a third of the work. */
		q = store_query(t->store,
		    "UPDATE keys SET stick = ?1, changed = ?3 WHERE pid = ?4");
	} else {
		q = store_query(t->store,
		    "UPDATE keys SET stick = ?1, sealed = ?2, changed = ?3 "
		    "WHERE pid = ?4");
		if (k->given[0] != '\0')
			copy(mebx_next, STORE_SECRET, k->given);
		else if (t->profile->mebx_mode == PROFILE_MEBX_FIXED)
			copy(mebx_next, STORE_SECRET, t->profile->mebx_fixed);
		else
			random_password(mebx_next);
		store_bind_key(t->store, q, 1, k->pid, &k->secret, sealed);
	}
	query_text(q, 0, stick);
	query_number(q, 2, t->now);
	query_text(q, 3, k->pid);
	query_run(q);
	if (!issued)
		return; /* reserved */
	(void)snprintf(cause, sizeof(cause), "stick %s", stick);
	(void)store_key_on(t->store, k->pid, KEY_ISSUED, t->now, cause);
}

void
take_write(struct stream_out *out, const struct taken *k, const char *batch)
{
	const char *fields[KEYS_NCOLUMNS] = {
		[KEYS_PID] = k->pid,
		[KEYS_PPS] = k->secret.text[KEY_PPS],
		[KEYS_MEBX_NOW] = k->secret.text[KEY_MEBX_NOW],
		[KEYS_MEBX_NEXT] = k->secret.text[KEY_MEBX_NEXT],
		[KEYS_BATCH] = batch,
		[KEYS_ORIGIN] = k->origin,
		[KEYS_STATE] = key_state_name(KEY_ISSUED),
		[KEYS_NOTE] = k->note,
		[KEYS_FROM] = k->place,
	};

	stream_write(out, fields);
}

void
take_free(struct take *t)
{
	if (t->keys != NULL)
		explicit_bzero(t->keys, t->n * sizeof(*t->keys));
	free(t->keys);
	t->keys = NULL;
}
