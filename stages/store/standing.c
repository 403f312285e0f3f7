#include "store/standing.h"

#include <string.h>

#include "store/machines.h"

#define KEY_LEFT                                                               \
	"state IN (key_state('new'), key_state('issued'),"                     \
	" key_state('consumed'))"

static const char sql_map[] =
    "SELECT count(*), count(*) FILTER"
    "  (WHERE uuid NOT IN (SELECT uuid FROM machines))"
    " FROM (SELECT DISTINCT uuid FROM claims)";

static const char sql_keys[] =
    "SELECT count(*), count(*) FILTER (WHERE " KEY_LEFT ") FROM keys";

static const char sql_batches[] =
    "SELECT batch, count(*), count(*) FILTER (WHERE " KEY_LEFT ")"
    " FROM keys GROUP BY batch ORDER BY batch";

static const char sql_machines[] =
    "SELECT count(*) FILTER (WHERE c.version = 3"
    "   AND m.state NOT IN ('committed', " ENDS_A_LIFE ")),"
    "  count(*) FILTER (WHERE m.state IN ('committed', 'verified'))"
    " FROM machines m JOIN callers c ON c.id = m.caller";

/* No plan has looked at it, or its pause is over; no run has it. */
static const char sql_due[] =
    "SELECT count(*), min(since) FROM (SELECT"
    "  CASE m.state WHEN 'delayed' THEN ifnull(c.not_before, c.stirred_at)"
    "   ELSE c.stirred_at END AS since"
    "  FROM machines m JOIN callers c ON c.id = m.caller"
    "  WHERE m.state IN ('heard', 'delayed') AND ifnull(m.lease, 0) <= ?1)"
    " WHERE since <= ?1";

static const char sql_planned[] = "SELECT ifnull(max(planned_at), 0) FROM jobs";

/* The two numbers of the one row that sql gives. */
static void
standing_two(struct query *q, int64_t *one, int64_t *two)
{
	*one = 0;
	*two = 0;
	if (query_row(q)) {
		*one = query_get_number(q, 0);
		*two = query_get_number(q, 1);
	}
	query_free(q);
}

void
standing_read(struct store *s, struct standing *st, int64_t now)
{
	struct query *due = query_new(s->db, sql_due);

	memset(st, 0, sizeof(*st));
	standing_two(query_new(s->db, sql_map), &st->mapped, &st->expected);
	standing_two(query_new(s->db, sql_keys), &st->keys, &st->keys_left);
	standing_two(query_new(s->db, sql_machines), &st->asking, &st->set_up);
	query_number(due, 0, now);
	standing_two(due, &st->due, &st->due_since);
	st->planned_at = db_number(s->db, sql_planned);
}

void
standing_batches(struct store *s, standing_fn *fn, void *arg)
{
	struct query *q = query_new(s->db, sql_batches);

	while (query_row(q))
		fn(arg, query_get_text(q, 0), query_get_number(q, 1),
		    query_get_number(q, 2));
	query_free(q);
}
