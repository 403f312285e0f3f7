#include "store/issue.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "store/keys.h"
#include "base/password.h"
#include "lib/random.h"
#include "lib/stage.h"

static void
text_copy(char *to, size_t cap, const char *from)
{
	(void)snprintf(to, cap, "%s", from);
}

bool
issue_row(struct store *s, struct query *q, int at, struct issued *k)
{
	text_copy(k->pid, sizeof(k->pid), query_get_text(q, at));
	text_copy(k->origin, sizeof(k->origin), query_get_text(q, at + 2));
	text_copy(k->place, sizeof(k->place), query_get_text(q, at + 3));
	text_copy(k->note, sizeof(k->note), query_get_text(q, at + 4));
	if (store_get_key(s, q, at + 1, k->pid, &k->secret) == 0)
		return true;
	stage_refuse(s->path, 0,
	    "KEY-DAMAGED: a secret of PID %s does not open; skipped", k->pid);
	return false;
}

static void
issue_too_few(const struct issue *t, size_t n, bool all)
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
issue_count(struct issue *t)
{
	struct query *q = query_new(t->store->db,
	    "SELECT count(*) FROM keys WHERE batch = ? AND state = ?"
	    " AND stick IS NULL");

	query_text(q, 0, t->batch);
	query_number(q, 1, KEY_NEW);
	if (query_row(q))
		t->n = (size_t)query_get_number(q, 0);
	query_free(q);
	if (t->n > ISSUE_MAX)
		stage_fail(EX_DATAERR, t->store->dir, 0,
		    "batch %s has %zu unused keys, more than one file may "
		    "have; ask for at most %d with -n",
		    t->batch, t->n, ISSUE_MAX);
	if (t->n == 0)
		t->n = 1; /* one too many: issue_unused says so */
}

void
issue_room(struct issue *t)
{
	t->keys = calloc(t->n, sizeof(*t->keys));
	if (t->keys == NULL)
		err(EX_OSERR, "keys");
}

void
issue_unused(struct issue *t, bool all)
{
	struct query *q = query_new(t->store->db,
	    "SELECT pid, sealed, origin, place, note FROM keys WHERE batch = ?"
	    " AND state = ? AND stick IS NULL ORDER BY rowid");
	size_t n = 0;

	issue_room(t);
	query_text(q, 0, t->batch);
	query_number(q, 1, KEY_NEW);
	while (n < t->n && query_row(q)) {
		if (issue_row(t->store, q, 0, &t->keys[n]))
			n++;
		stage_progress(t->store->path, n, "keys read");
	}
	query_free(q);
	if (all && n > 0)
		t->n = n; /* without the damaged ones */
	if (n < t->n)
		issue_too_few(t, n, all);
}

/* A pair whose PID the store does not have yet. */
void
issue_make(struct issue *t, size_t i, const char *stick)
{
	struct issued *k = &t->keys[i];
	uint8_t sealed[STORE_KEY_SEALED];
	struct query *q = store_query(t->store,
	    "INSERT INTO keys (pid, sealed, batch, origin, state, place,"
	    " added, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)"
	    " ON CONFLICT DO NOTHING");

	text_copy(k->secret.text[KEY_MEBX_NOW], STORE_SECRET, PASSWORD_FACTORY);
	text_copy(k->origin, sizeof(k->origin), "made here");
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
issue_mark(struct issue *t, size_t i, const char *stick, bool issued)
{
	struct issued *k = &t->keys[i];
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
		    "UPDATE keys SET stick = ?1, sealed = ?2, changed = ?3"
		    " WHERE pid = ?4");
		if (k->given[0] != '\0')
			text_copy(mebx_next, STORE_SECRET, k->given);
		else if (t->profile->mebx_mode == PROFILE_MEBX_FIXED)
			text_copy(mebx_next, STORE_SECRET,
			    t->profile->mebx_fixed);
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
	(void)keys_move(t->store, k->pid, KEY_ISSUED, t->now, cause);
}

/* --- the way back --------------------------------------------------------- */

bool
issue_stick_known(struct store *s, const char *stick)
{
	struct query *q =
	    store_query(s, "SELECT 1 FROM keys WHERE stick = ? LIMIT 1");
	bool known;

	query_text(q, 0, stick);
	known = query_row(q);
	query_reset(q);
	return known;
}

#define ISSUE_CAUSE 320

static void
return_cause(char cause[ISSUE_CAUSE], const char *stick)
{
	(void)snprintf(cause, ISSUE_CAUSE, "back from stick %s", stick);
}

bool
issue_stick_returned(struct store *s, const char *stick)
{
	struct query *q = store_query(s,
	    "SELECT 1 FROM keys WHERE stick = ?1"
	    " UNION ALL SELECT 1 FROM key_history WHERE cause = ?2 LIMIT 1");
	char cause[ISSUE_CAUSE];
	bool any;

	return_cause(cause, stick);
	query_text(q, 0, stick);
	query_text(q, 1, cause);
	any = query_row(q);
	query_reset(q);
	return any;
}

uint64_t
issue_return(struct store *s, const char *stick, int64_t now)
{
	/* The sorter holds them while they change. */
	struct query *q = store_query(s,
	    "SELECT pid FROM keys WHERE stick = ?"
	    " AND state = key_state('issued') ORDER BY +pid");
	struct query *back = store_query(s,
	    "UPDATE keys SET state = key_state('new'), stick = NULL"
	    " WHERE pid = ?");
	char cause[ISSUE_CAUSE];
	uint64_t n = 0;

	return_cause(cause, stick);
	query_text(q, 0, stick);
	while (query_row(q)) {
		query_text(back, 0, query_get_text(q, 0));
		query_run(back);
		keys_log(s, query_get_text(q, 0), KEY_NEW, now, cause);
		n++;
	}
	return n;
}

/* --- what goes out -------------------------------------------------------- */

void
issue_write(struct stream_out *out, const struct issued *k, const char *batch)
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
issue_free(struct issue *t)
{
	if (t->keys != NULL)
		explicit_bzero(t->keys, t->n * sizeof(*t->keys));
	free(t->keys);
	t->keys = NULL;
}
