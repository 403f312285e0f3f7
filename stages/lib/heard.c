#include "heard.h"

#include <assert.h>
#include <stdio.h>

#include "clock.h"

/* Some of the hellos that heard_keep was given. */
struct some {
	struct store *store;
	const struct heard *heard;
	size_t n;
};

static void
keep_hashes(struct some *t)
{
	struct query *q = store_query(t->store,
	    "INSERT INTO hash_lists (hashes) VALUES (?) "
	    "ON CONFLICT DO NOTHING");

	for (size_t i = 0; i < t->n; i++) {
		if (t->heard[i].hashes[0] == '\0')
			continue;
		query_text(q, 0, t->heard[i].hashes);
		query_run(q);
	}
}

/* The columns of hellos, in their order. */
static void
feed_hello(void *arg, size_t row, struct fed value[DB_FED_COLUMNS])
{
	const struct heard *h = ((struct some *)arg)->heard + row;

	fed_text(&value[0], h->uuid);
	fed_number(&value[1], h->received);
	fed_text(&value[2], h->address);
	fed_number(&value[3], (int64_t)h->version);
	fed_number(&value[4], (int64_t)h->creds_set);
	fed_number(&value[5], (int64_t)h->retries);
	fed_text(&value[6], h->pid);
	fed_text(&value[7], h->hashes[0] != '\0' ? h->hashes : NULL);
	fed_text(&value[8], h->place);
}

/* Runs it on all of them; did it write a row for each? */
static bool
writes_all(struct some *t, struct query *q)
{
	db_feed(t->store->db, q, t->n, feed_hello, t);
	return (size_t)db_changes(t->store->db) == t->n;
}

/* Keeps those that are not there already; was none? */
static bool
all_new(struct some *t)
{
	return writes_all(t,
	    store_query(t->store,
	        "INSERT INTO hellos SELECT c0, c1, c2, c3, c4, c5, c6, "
	        "CASE WHEN c7 IS NOT NULL THEN "
	        "  (SELECT id FROM hash_lists WHERE hashes = c7) END, c8 "
	        "FROM fed WHERE true ON CONFLICT DO NOTHING"));
}

/*
 * The newest hello tells where the machine is.  One with another content, or
 * that begins a series (its retry count is not higher), says that somebody
 * did something: what a sweep gave up on is looked at again.  A hello from
 * the future was dated by a clock that was set back since: it is not newer
 * than one of now.  Was each its machine's newest?
 */
static bool
all_newest(struct some *t)
{
	struct query *q = store_query(t->store,
	    "INSERT INTO machines SELECT c0, c2, c3, c4, c5, c6, c8, c1, c1, "
	    "c1, 1, 'heard', '', '', '', '', 1, 0, 0, 0, NULL, NULL, NULL, "
	    "NULL, NULL FROM fed WHERE true "
	    "ON CONFLICT DO UPDATE SET hellos = hellos + 1, "
	    "first_heard = min(first_heard, excluded.first_heard), "
	    "stirred_at = CASE WHEN excluded.address <> address OR "
	    "  excluded.version <> version OR "
	    "  excluded.creds_set <> creds_set OR "
	    "  excluded.retries <= retries OR excluded.pid <> pid "
	    "  THEN excluded.last_heard ELSE stirred_at END, "
	    "address = excluded.address, version = excluded.version, "
	    "creds_set = excluded.creds_set, retries = excluded.retries, "
	    "pid = excluded.pid, place = excluded.place, "
	    "last_heard = excluded.last_heard "
	    "WHERE last_heard <= excluded.last_heard OR "
	    "  (last_heard > ?1 AND excluded.last_heard <= ?1)");

	query_number(q, 0, clock_seconds() + CLOCKS_APART);
	return writes_all(t, q);
}

/* An older hello of a machine than its newest. */
static void
count_late(struct store *s, const struct heard *h)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET hellos = hellos + 1, "
	    "first_heard = min(first_heard, ?2) WHERE uuid = ?1");

	query_text(q, 0, h->uuid);
	query_number(q, 1, h->received);
	query_run(q);
}

/* Of which of them does q, over fed, tell the rowid?  Few, as a rule. */
static void
find(struct some *t, struct query *q, bool found[HEARD_MAX])
{
	for (size_t i = 0; i < t->n; i++)
		found[i] = false;
	db_feed_begin(t->store->db, t->n, feed_hello, t);
	while (query_row(q))
		found[query_get_number(q, 0)] = true;
	db_feed_end(t->store->db);
}

/* Machines that were set up and say hello again. */
static void
begin_again(struct some *t)
{
	bool again[HEARD_MAX];

	find(t,
	    store_query(t->store,
	        "SELECT fed.rowid FROM fed CROSS JOIN machines m "
	        "ON m.uuid = c0 WHERE m.state = 'verified'"),
	    again);
	for (size_t i = 0; i < t->n; i++)
		if (again[i])
			store_machine_again(t->store, t->heard[i].uuid);
}

static void
keys_seen(struct some *t)
{
	struct query *q = store_query(t->store,
	    "SELECT fed.rowid FROM fed CROSS JOIN keys k "
	    "ON k.pid = c6 WHERE k.state < ?");
	bool seen[HEARD_MAX];
	char cause[128];

	query_number(q, 0, KEY_SEEN);
	find(t, q, seen);
	for (size_t i = 0; i < t->n; i++) {
		const struct heard *h = &t->heard[i];

		if (!seen[i])
			continue;
		(void)snprintf(cause, sizeof(cause), "hello of %s from %s",
		    h->uuid, h->address);
		(void)store_key_on(t->store, h->pid, KEY_SEEN, h->received,
		    cause);
	}
}

static bool
keep_together(struct some *t)
{
	keep_hashes(t);
	if (!all_new(t) || !all_newest(t))
		return false;
	begin_again(t);
	keys_seen(t);
	return true;
}

/* False when it is there already. */
static bool
keep_one(struct some *t)
{
	keep_hashes(t);
	if (!all_new(t))
		return false;
	if (!all_newest(t))
		count_late(t->store, t->heard);
	begin_again(t);
	keys_seen(t);
	return true;
}

void
heard_keep(struct store *s, const struct heard *heard, size_t n,
    struct load_count *count)
{
	struct some all = { s, heard, n };

	assert(n <= HEARD_MAX);
	db_begin(s->db);
	if (keep_together(&all)) {
		count->n[LOAD_NEW] += n;
		db_commit(s->db);
		return;
	}
	/* Some repeat, or come late: one by one, from the beginning. */
	db_rollback(s->db);
	db_begin(s->db);
	for (size_t i = 0; i < n; i++) {
		struct some one = { s, heard + i, 1 };

		count->n[keep_one(&one) ? LOAD_NEW : LOAD_SAME]++;
	}
	db_commit(s->db);
}
