#include "store/strangers.h"

#include "store/names.h"

/* So many lists of hashes may be left over. */
#define LISTS_SPARE 1000

/* clang-format off */
/* Of callers l: nothing that its key proved, and no job was planned for it. */
#define UNPROVEN \
	"l.proved_life = 0 AND NOT EXISTS (SELECT 1 FROM machines " \
	"WHERE uuid = l.uuid AND caller = l.id AND jobs > 0)"
#define IN_NO_MAP "NOT " NAMES_KNOWN("l.uuid")
#define NO_KEY \
	"NOT EXISTS (SELECT 1 FROM keys WHERE pid = l.pid)"

/* How many UUIDs each address speaks for; who may be dropped, and why. */
static const char sql_begin[] =
	"CREATE TEMP TABLE speaking (address TEXT PRIMARY KEY, n) "
	"WITHOUT ROWID;"
	"INSERT INTO speaking SELECT address, count(DISTINCT uuid) "
	"FROM callers GROUP BY address;"
	"CREATE TEMP TABLE dropping (id INTEGER PRIMARY KEY);";

static const char sql_end[] =
	"DROP TABLE speaking; DROP TABLE dropping;";

/* Of those alike: how far is each from both ends of their order?  First stay
 * those with a key of ours. */
#define ALIKE(column, which) \
	"INSERT OR IGNORE INTO dropping SELECT id FROM (SELECT id, " \
	"row_number() OVER (PARTITION BY alike ORDER BY keyless, failures, " \
	"speaks, min(a, z), id) AS at FROM (SELECT l.id, " \
	"l." column " AS alike, " NO_KEY " AS keyless, " \
	"failures, n AS speaks, " \
	"row_number() OVER (PARTITION BY l." column " ORDER BY l.id) AS a, " \
	"row_number() OVER (PARTITION BY l." column " ORDER BY l.heard DESC) " \
	"AS z FROM callers l JOIN speaking USING (address) WHERE l." column \
	" IN (SELECT " column " FROM callers WHERE " column " <> '' " \
	"GROUP BY " column " HAVING count(*) > ?1) AND " which ")) " \
	"WHERE at > ?1"

static const char sql_uuid[] = ALIKE("uuid", UNPROVEN);
static const char sql_pid[] = ALIKE("pid",
	UNPROVEN " AND " IN_NO_MAP " AND NOT " NO_KEY);

static const char sql_strangers[] =
	"INSERT OR IGNORE INTO dropping SELECT id FROM (SELECT l.id, "
	"row_number() OVER (ORDER BY failures, n, l.heard DESC) AS at "
	"FROM callers l JOIN speaking USING (address) "
	"WHERE " UNPROVEN " AND " IN_NO_MAP " AND " NO_KEY
	" AND l.id NOT IN (SELECT id FROM dropping)) WHERE at > ?1";

/* What has a name or a key and is all that speaks for its machine stays. */
static const char sql_old[] =
	"INSERT OR IGNORE INTO dropping SELECT l.id FROM callers l "
	"WHERE l.last_heard < ?1 AND " UNPROVEN " AND ((" IN_NO_MAP " AND "
	NO_KEY ") OR NOT EXISTS (SELECT 1 FROM machines "
	"WHERE uuid = l.uuid AND caller = l.id))";

/* Most plans find none, and what makes tables for them makes SQLite prepare
 * every query anew. */
static const char sql_any_old[] =
	"SELECT EXISTS (SELECT 1 FROM callers WHERE last_heard < ?1)";

/* Of those after a row. */
static const char sql_since[] =
	"SELECT count(*) FROM callers l WHERE l.id > ?1 AND ("
	"(" IN_NO_MAP " AND " NO_KEY ") "
	"OR EXISTS (SELECT 1 FROM callers WHERE uuid = l.uuid AND id <> l.id) "
	"OR (l.pid <> '' AND EXISTS "
	"(SELECT 1 FROM callers WHERE pid = l.pid AND id <> l.id)))";

/* Their hellos, and machines that nobody speaks for any more. */
static const char sql_drop[] =
	"DELETE FROM hellos WHERE (uuid, address, version, pid) IN "
	"(SELECT uuid, address, version, pid FROM callers "
	"WHERE id IN (SELECT id FROM dropping));"
	"CREATE TEMP TABLE bereft (uuid TEXT PRIMARY KEY) WITHOUT ROWID;"
	"INSERT OR IGNORE INTO bereft SELECT l.uuid FROM dropping d "
	"JOIN callers l USING (id) JOIN machines m ON m.uuid = l.uuid "
	"AND m.caller = l.id;"
	"DELETE FROM callers WHERE id IN (SELECT id FROM dropping);"
	"UPDATE machines SET caller = ifnull((SELECT min(id) FROM callers "
	"WHERE uuid = machines.uuid), 0) "
	"WHERE uuid IN (SELECT uuid FROM bereft);"
	"DELETE FROM lookups WHERE uuid IN (SELECT uuid FROM machines "
	"WHERE caller = 0 AND uuid IN (SELECT uuid FROM bereft));"
	"DELETE FROM machines WHERE caller = 0 "
	"AND uuid IN (SELECT uuid FROM bereft);"
	"DROP TABLE bereft;";

/* Lists of hashes that are still there: more than callers have by far? */
static const char sql_many_lists[] =
	"SELECT (SELECT count(*) FROM hash_lists "
	"WHERE hashes NOT LIKE 'dropped %') > ?1 + 2 * "
	"(SELECT count(DISTINCT hash_list) FROM callers)";

/* Their rows stay: to delete one, SQLite would look for it in every hello. */
static const char sql_drop_lists[] =
	"UPDATE hash_lists SET hashes = 'dropped ' || id "
	"WHERE hashes NOT LIKE 'dropped %' "
	"AND id NOT IN (SELECT hash_list FROM callers "
	"WHERE hash_list IS NOT NULL) "
	"AND id NOT IN (SELECT hash_list FROM hellos "
	"WHERE hash_list IS NOT NULL)";
/* clang-format on */

/* The answer of a query with one argument, a number. */
static int64_t
strangers_ask(struct store *s, const char *sql, int64_t with)
{
	struct query *q = store_query(s, sql);
	int64_t n;

	query_number(q, 0, with);
	n = query_row(q) ? query_get_number(q, 0) : 0;
	query_reset(q);
	return n;
}

int64_t
strangers_since(struct store *s, int64_t row)
{
	return strangers_ask(s, sql_since, row);
}

static void
strangers_mark(struct store *s, const char *sql, int64_t most)
{
	struct query *q = query_new(s->db, sql);

	query_number(q, 0, most);
	query_run(q);
	query_free(q);
}

static void
drop_marked(struct store *s)
{
	int64_t n = db_number(s->db, "SELECT count(*) FROM dropping");

	if (n != 0)
		db_exec(s->db, sql_drop);
	(void)store_count(s, "dropped", n);
	db_exec(s->db, sql_end);
}

/* A list has up to 25 kB, and a stranger can make one up each time. */
static void
drop_lists(struct store *s)
{
	if (strangers_ask(s, sql_many_lists, LISTS_SPARE) != 0)
		db_exec(s->db, sql_drop_lists);
}

void
strangers_limit(struct store *s)
{
	int64_t since = store_count(s, "callers", 0);

	if (since < STRANGERS_EVERY)
		return;
	(void)store_count(s, "callers", -since);
	db_exec(s->db, sql_begin);
	strangers_mark(s, sql_uuid, STRANGERS_ALIKE);
	strangers_mark(s, sql_pid, STRANGERS_ALIKE);
	strangers_mark(s, sql_strangers, STRANGERS_MAX);
	drop_marked(s);
	drop_lists(s);
}

void
strangers_age(struct store *s, int64_t now)
{
	int64_t before = now - STRANGERS_DAYS * (int64_t)86400;

	if (strangers_ask(s, sql_any_old, before) != 0) {
		db_exec(s->db, sql_begin);
		strangers_mark(s, sql_old, before);
		drop_marked(s);
	}
	drop_lists(s);
}

void
strangers_prune(struct store *s, const struct heard *h)
{
	struct query *q = store_query(s,
	    "DELETE FROM hellos"
	    " WHERE uuid = ?1 AND address = ?2 AND version = ?3 AND pid = ?4"
	    "  AND received > (SELECT min(received) FROM hellos"
	    "   WHERE uuid = ?1 AND address = ?2 AND version = ?3 AND pid = ?4)"
	    "  AND received < (SELECT received FROM hellos"
	    "   WHERE uuid = ?1 AND address = ?2 AND version = ?3 AND pid = ?4"
	    "   ORDER BY received DESC LIMIT 1 OFFSET ?5)");

	query_text(q, 0, h->uuid);
	query_text(q, 1, h->address);
	query_number(q, 2, (int64_t)h->version);
	query_text(q, 3, h->pid);
	query_number(q, 4, STRANGERS_HELLOS);
	query_run(q);
	q = store_query(s,
	    "UPDATE callers SET pruned = hellos"
	    " WHERE uuid = ?1 AND address = ?2 AND version = ?3 AND pid = ?4");
	query_text(q, 0, h->uuid);
	query_text(q, 1, h->address);
	query_number(q, 2, (int64_t)h->version);
	query_text(q, 3, h->pid);
	query_run(q);
}
