#include "store/byteorder.h"

#include <inttypes.h>

#include "lib/stage.h"

/* uuid_swap on the text of a column: 00112233-4455-6677-... has the bytes of
 * each of its first three groups the other way round. */
/* clang-format off */
#define PAIR(u, at) "substr(" u ", " at ", 2)"
#define SWAPPED(u) \
	PAIR(u, "7") "||" PAIR(u, "5") "||" PAIR(u, "3") "||" PAIR(u, "1") \
	"||'-'||" PAIR(u, "12") "||" PAIR(u, "10") \
	"||'-'||" PAIR(u, "17") "||" PAIR(u, "15") "||substr(" u ", 19)"

#define SQL_FROM(table) \
	" FROM (SELECT uuid, " SWAPPED("uuid") " AS other FROM machines) m" \
	" JOIN " table " e ON e.uuid = m.other" \
	" WHERE m.other <> m.uuid" \
	"  AND NOT EXISTS (SELECT 1 FROM machines WHERE uuid = m.other)"

/* Most plans find none, and what makes a table for them makes SQLite prepare
 * every query anew. */
#define SQL_ANY(table) \
	"SELECT EXISTS (SELECT 1 FROM machines)" \
	" AND EXISTS (SELECT 1" SQL_FROM(table) ")"

/* The machines that entries mean as they are not spelled. */
#define SQL_FIND(table) \
	"CREATE TEMP TABLE swapped AS" \
	" SELECT DISTINCT m.uuid AS uuid, e.uuid AS spelled," \
	"  min(e.place) AS place" SQL_FROM(table) " GROUP BY m.uuid"

/* What the machine's own spelling has already stays. */
#define SQL_MOVE(table) \
	"UPDATE OR IGNORE " table " SET uuid =" \
	"  (SELECT s.uuid FROM temp.swapped s WHERE s.spelled = " table ".uuid)" \
	" WHERE uuid IN (SELECT spelled FROM temp.swapped);" \
	"DELETE FROM " table \
	" WHERE uuid IN (SELECT spelled FROM temp.swapped)"
/* clang-format on */

static const struct {
	const char *any, *find, *move;
} sql[] = {
	[BYTEORDER_MAP] = { SQL_ANY("map"), SQL_FIND("map"), SQL_MOVE("map") },
	[BYTEORDER_STAGE] = { SQL_ANY("stage_map"), SQL_FIND("stage_map"),
	    SQL_MOVE("stage_map") },
};

static void
byteorder_report(struct store *s, int64_t n)
{
	struct query *q = query_new(s->db,
	    "SELECT uuid, spelled, place FROM temp.swapped "
	    "ORDER BY uuid LIMIT 1");

	if (query_row(q))
		stage_say(query_get_text(q, 2), 0,
		    "UUID %s is that of machine %s with its bytes swapped: its "
		    "hello came (such entries: %" PRId64 ")",
		    query_get_text(q, 1), query_get_text(q, 0), n);
	query_free(q);
}

void
byteorder_settle(struct store *s, enum byteorder_table table)
{
	struct query *q = store_query(s, sql[table].any);
	bool any = query_row(q) && query_get_number(q, 0) != 0;

	query_reset(q);
	if (!any)
		return;
	db_exec(s->db, sql[table].find);
	byteorder_report(s,
	    db_number(s->db, "SELECT count(*) FROM temp.swapped"));
	db_exec(s->db, sql[table].move);
	db_exec(s->db, "DROP TABLE temp.swapped");
}
