#include "store/heard.h"

#include <assert.h>
#include <stdio.h>

#include "store/keys.h"
#include "lib/clock.h"
#include "store/strangers.h"

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
	    "INSERT INTO hash_lists (hashes) VALUES (?) ON CONFLICT DO NOTHING");

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

/* Keeps those that are not there already; was each of them new? */
static bool
all_new(struct some *t)
{
	struct query *q = store_query(t->store,
	    "INSERT INTO hellos"
	    " SELECT c0, c1, c2, c3, c4, c5, c6, CASE WHEN c7 IS NOT NULL THEN"
	    "  (SELECT id FROM hash_lists WHERE hashes = c7) END, c8"
	    " FROM fed WHERE true ON CONFLICT DO NOTHING");

	db_feed(t->store->db, q, t->n, feed_hello, t);
	return (size_t)db_changes(t->store->db) == t->n;
}

/*
 * A hello is a claim of its caller and changes nothing else.  One that begins
 * a series (its retry count is not higher), or says another thing of the
 * password, says that somebody did something: what was given up is tried
 * again.  An older hello than the newest only counts; one from the future was
 * dated by a clock that was set back since, and is not newer than one of now.
 */
/* clang-format off */
#define NEWER \
	"(last_heard <= excluded.last_heard OR " \
	"(last_heard > ?1 AND excluded.last_heard <= ?1))"
#define STIRS \
	"(excluded.creds_set <> creds_set OR excluded.retries <= retries)"
#define IF_NEWER(column) \
	column " = CASE WHEN " NEWER " THEN excluded." column \
	" ELSE " column " END"

static const char sql_callers[] =
	"INSERT INTO callers (uuid, address, version, pid, creds_set, "
	"retries, hash_list, place, first_heard, last_heard, stirred_at, "
	"hellos, arrived, heard, stirred) "
	"SELECT c0, c2, c3, c6, c4, c5, CASE WHEN c7 IS NOT NULL THEN "
	"(SELECT id FROM hash_lists WHERE hashes = c7) END, c8, c1, c1, c1, 1, "
	"?2 + fed.rowid, ?2 + fed.rowid, ?2 + fed.rowid FROM fed WHERE true "
	"ON CONFLICT (uuid, address, version, pid) DO UPDATE SET "
	"hellos = hellos + 1, heard = excluded.heard, "
	"first_heard = min(first_heard, excluded.first_heard), "
	"stirred = CASE WHEN " NEWER " AND " STIRS
	" THEN excluded.stirred ELSE stirred END, "
	"stirred_at = CASE WHEN " NEWER " AND " STIRS
	" THEN excluded.stirred_at ELSE stirred_at END, "
	IF_NEWER("creds_set") ", " IF_NEWER("retries") ", "
	IF_NEWER("hash_list") ", " IF_NEWER("place") ", "
	IF_NEWER("last_heard");
/* clang-format on */

/* The first that speaks for a machine makes its row. */
static const char sql_machines[] =
    "INSERT INTO machines (uuid, caller, state, reason, detail, fqdn,"
    "  firmware, life, jobs, job, attempts, settled)"
    " SELECT c0, (SELECT id FROM callers"
    "   WHERE uuid = c0 AND address = c2 AND version = c3 AND pid = c6),"
    "  'heard', '', '', '', '', 1, 0, 0, 0, 0"
    " FROM fed WHERE true ON CONFLICT DO NOTHING";

static void
keep_callers(struct some *t)
{
	int64_t first = store_count(t->store, "arrivals", (int64_t)t->n) -
	    (int64_t)t->n + 1;
	int64_t before = db_number(t->store->db, "SELECT max(id) FROM callers");
	struct query *q = store_query(t->store, sql_callers);

	query_number(q, 0, clock_seconds() + CLOCKS_APART);
	query_number(q, 1, first);
	db_feed(t->store->db, q, t->n, feed_hello, t);
	db_feed(t->store->db, store_query(t->store, sql_machines), t->n,
	    feed_hello, t);
	(void)store_count(t->store, "callers",
	    strangers_since(t->store, before));
}

/* Of which of them does q, over fed, tell the rowid?  Few, as a rule. */
static void
heard_find(struct some *t, struct query *q, bool found[HEARD_MAX])
{
	for (size_t i = 0; i < t->n; i++)
		found[i] = false;
	db_feed_begin(t->store->db, t->n, feed_hello, t);
	while (query_row(q))
		found[query_get_number(q, 0)] = true;
	db_feed_end(t->store->db);
}

/* Callers that have said hello very often: the old ones go. */
static void
heard_prune(struct some *t)
{
	struct query *q = store_query(t->store,
	    "SELECT fed.rowid FROM fed CROSS JOIN callers l ON l.uuid = c0"
	    " AND l.address = c2 AND l.version = c3 AND l.pid = c6"
	    " WHERE l.hellos - l.pruned > ?");
	bool often[HEARD_MAX];

	query_number(q, 0, 2 * STRANGERS_HELLOS);
	heard_find(t, q, often);
	for (size_t i = 0; i < t->n; i++)
		if (often[i])
			strangers_prune(t->store, &t->heard[i]);
}

static void
keys_seen(struct some *t)
{
	struct query *q = store_query(t->store,
	    "SELECT fed.rowid FROM fed CROSS JOIN keys k ON k.pid = c6"
	    " WHERE k.state < ?");
	bool seen[HEARD_MAX];
	char cause[128];

	query_number(q, 0, KEY_SEEN);
	heard_find(t, q, seen);
	for (size_t i = 0; i < t->n; i++) {
		const struct heard *h = &t->heard[i];

		if (!seen[i])
			continue;
		(void)snprintf(cause, sizeof(cause), "hello of %s from %s",
		    h->uuid, h->address);
		(void)keys_move(t->store, h->pid, KEY_SEEN, h->received, cause);
	}
}

/* False when one of them is there already. */
static bool
heard_add(struct some *t)
{
	keep_hashes(t);
	if (!all_new(t))
		return false;
	keep_callers(t);
	keys_seen(t);
	heard_prune(t);
	return true;
}

void
heard_keep(struct store *s, const struct heard *heard, size_t n,
    struct load_count *count)
{
	struct some all = { s, heard, n };

	assert(n <= HEARD_MAX);
	store_begin(s);
	if (heard_add(&all)) {
		count->n[LOAD_NEW] += n;
		strangers_limit(s);
		store_commit(s);
		return;
	}
	/* Some repeat: one by one, from the beginning. */
	store_rollback(s);
	store_begin(s);
	for (size_t i = 0; i < n; i++) {
		struct some one = { s, heard + i, 1 };

		count->n[heard_add(&one) ? LOAD_NEW : LOAD_SAME]++;
	}
	strangers_limit(s);
	store_commit(s);
}

void
heard_hashes(struct store *s, int64_t hash_list, char text[HELLO_HASHES_TEXT])
{
	struct query *q =
	    store_query(s, "SELECT hashes FROM hash_lists WHERE id = ?");

	text[0] = '\0';
	query_number(q, 0, hash_list);
	if (query_row(q))
		(void)snprintf(text, HELLO_HASHES_TEXT, "%s",
		    query_get_text(q, 0));
	query_reset(q);
}
