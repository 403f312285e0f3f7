#include "store/issued.h"

#include <stdio.h>

/* Loaded late, its machine may have been unprovisioned since. */
void
issued_add(struct store *s, const char *uuid, const struct issuedcert *c,
    int64_t at, bool life)
{
	struct query *q = store_query(s,
	    "INSERT INTO issued (print, uuid, serial, subject, issuer,"
	    "  issued_at, until, pem, revoked_at)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, iif(?9,"
	    "  (SELECT unprovisioned_at FROM kept WHERE uuid = ?2"
	    "    AND unprovisioned_at >= ?6), ?6))"
	    " ON CONFLICT DO NOTHING");

	query_text(q, 0, c->print);
	query_text(q, 1, uuid);
	query_text(q, 2, c->serial);
	query_text(q, 3, c->subject);
	query_text(q, 4, c->issuer);
	query_number(q, 5, at);
	query_number(q, 6, c->until);
	query_text(q, 7, c->pem);
	query_number(q, 8, life);
	query_run(q);
}

void
issued_leaves(struct store *s, const char *uuid, const char *leaf,
    char to[SETUP_LEAVES])
{
	struct query *q = store_query(s,
	    "SELECT print FROM issued"
	    " WHERE uuid = ? AND print <> ? AND revoked_at IS NULL"
	    " ORDER BY issued_at DESC, print LIMIT ?");
	size_t len = (size_t)snprintf(to, SETUP_LEAVES, "%s", leaf);

	if (len == 0)
		return;
	query_text(q, 0, uuid);
	query_text(q, 1, leaf);
	query_number(q, 2, SETUP_LEAVES_MAX - 1);
	while (query_row(q) && len < SETUP_LEAVES)
		len += (size_t)snprintf(to + len, SETUP_LEAVES - len, ",%s",
		    query_get_text(q, 0));
	query_reset(q);
}

bool
issued_has(struct store *s, const char *uuid, const char *print)
{
	struct query *q = store_query(s,
	    "SELECT 1 FROM issued WHERE print = ? AND uuid = ?"
	    "  AND revoked_at IS NULL");
	bool has;

	query_text(q, 0, print);
	query_text(q, 1, uuid);
	has = query_row(q);
	query_reset(q);
	return has;
}

void
issued_revoke(struct store *s, const char *uuid, int64_t at)
{
	struct query *q = store_query(s,
	    "UPDATE issued SET revoked_at = ?2"
	    " WHERE uuid = ?1 AND revoked_at IS NULL");

	query_text(q, 0, uuid);
	query_number(q, 1, at);
	query_run(q);
}

void
issued_each_valid(struct store *s, int64_t now, issued_fn *fn, void *arg)
{
	struct query *q = store_query(s,
	    "SELECT uuid, pem, until, ifnull(revoked_at, 0) FROM issued"
	    " WHERE until > ? ORDER BY print");

	query_number(q, 0, now);
	while (query_row(q)) {
		const struct issued_row r = {
			.uuid = query_get_text(q, 0),
			.pem = query_get_text(q, 1),
			.until = query_get_number(q, 2),
			.revoked_at = query_get_number(q, 3),
		};

		fn(arg, &r);
	}
}
