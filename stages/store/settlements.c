#include "store/settlements.h"

#include <inttypes.h>
#include <stdio.h>

/* The number that q, whose one text is value, answers; 0 for none. */
static int64_t
settlements_ask(struct query *q, const char *value)
{
	int64_t n;

	query_text(q, 0, value);
	n = query_row(q) ? query_get_number(q, 0) : 0;
	query_reset(q);
	return n;
}

int64_t
settlements_of_uuid(struct store *s, const char *uuid)
{
	return settlements_ask(store_query(s,
	                           "SELECT id FROM settlements"
	                           " WHERE uuid = ?1 AND undone_at IS NULL"),
	    uuid);
}

int64_t
settlements_of_fqdn(struct store *s, const char *fqdn)
{
	return settlements_ask(store_query(s,
	                           "SELECT id FROM settlements"
	                           " WHERE fqdn = ?1 AND undone_at IS NULL"),
	    fqdn);
}

int64_t
settlements_of_source(struct store *s, const char *source)
{
	return settlements_ask(store_query(s,
	                           "SELECT id FROM settlements"
	                           " WHERE source = ?1 AND undone_at IS NULL"),
	    source);
}

bool
settlements_in_force(struct store *s, int64_t id)
{
	struct query *q = store_query(s,
	    "SELECT 1 FROM settlements WHERE id = ?1 AND undone_at IS NULL");
	bool is;

	query_number(q, 0, id);
	is = query_row(q);
	query_reset(q);
	return is;
}

int64_t
settlements_add(struct store *s, const struct settlement *t, int64_t old,
    int64_t now)
{
	struct query *q = store_query(s,
	    "INSERT INTO settlements (at, who, why, uuid, fqdn, source)"
	    " VALUES (?, ?, ?, ?, ?, ?) RETURNING id");
	int64_t id = 0;
	char by[48];

	query_number(q, 0, now);
	query_text(q, 1, t->who);
	query_text(q, 2, t->why);
	query_text(q, 3, t->uuid);
	query_text(q, 4, t->fqdn);
	query_text(q, 5, t->source);
	if (query_row(q))
		id = query_get_number(q, 0);
	query_run(q);
	if (old != 0) {
		(void)snprintf(by, sizeof(by), "settlement %" PRId64, id);
		settlements_undo(s, old, by, now);
	}
	return id;
}

void
settlements_undo(struct store *s, int64_t id, const char *by, int64_t now)
{
	struct query *q = store_query(s,
	    "UPDATE settlements SET undone_at = ?2, undone_by = ?3"
	    " WHERE id = ?1");

	query_number(q, 0, id);
	query_number(q, 1, now);
	query_text(q, 2, by);
	query_run(q);
}

bool
map_knows_machine(struct store *s, const char *uuid)
{
	return settlements_ask(
	           store_query(s,
	               "SELECT EXISTS (SELECT 1 FROM map WHERE uuid = ?1)"
	               " OR EXISTS (SELECT 1 FROM machines WHERE uuid = ?1)"),
	           uuid) != 0;
}

bool
map_knows_source(struct store *s, const char *source)
{
	return settlements_ask(
	           store_query(s,
	               "SELECT 1 FROM map WHERE source = ?1 LIMIT 1"),
	           source) != 0;
}
