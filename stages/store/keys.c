#include "store/keys.h"

#include <stdio.h>
#include <string.h>

bool
keys_move(struct store *s, const char *pid, enum key_state to, int64_t at,
    const char *cause)
{
	struct query *q = store_query(s,
	    "UPDATE keys SET state = ?1"
	    " WHERE pid = ?2 AND state <> ?1 AND key_may(state, ?1)");

	if (to == KEY_NEW)
		return false;
	query_number(q, 0, to);
	query_text(q, 1, pid);
	query_run(q);
	if (db_changes(s->db) == 0)
		return false;
	keys_log(s, pid, to, at, cause);
	return true;
}

void
keys_log(struct store *s, const char *pid, enum key_state to, int64_t at,
    const char *cause)
{
	struct query *q = store_query(s,
	    "INSERT INTO key_history (pid, state, at, cause)"
	    " VALUES (?, ?, ?, ?)");

	query_text(q, 0, pid);
	query_number(q, 1, to);
	query_number(q, 2, at);
	query_text(q, 3, cause);
	query_run(q);
}

void
keys_used(struct store *s, const char *pid, const char *uuid, int64_t at)
{
	struct query *q = store_query(s,
	    "UPDATE keys SET used_by = ? WHERE pid = ? AND used_by IS NULL");
	char cause[64];

	query_text(q, 0, uuid);
	query_text(q, 1, pid);
	query_run(q);
	(void)snprintf(cause, sizeof(cause), "set up %s", uuid);
	(void)keys_move(s, pid, KEY_USED, at, cause);
}

enum key_state
keys_state(struct store *s, const char *pid)
{
	struct query *q =
	    store_query(s, "SELECT state FROM keys WHERE pid = ?");
	enum key_state is = KEY_NSTATES;

	query_text(q, 0, pid);
	if (query_row(q))
		is = (enum key_state)query_get_number(q, 0);
	query_reset(q);
	return is;
}

int
keys_secrets(struct store *s, const char *pid, struct key_secrets *k)
{
	struct query *q =
	    store_query(s, "SELECT sealed FROM keys WHERE pid = ?");
	int rc = 0;

	memset(k, 0, sizeof(*k));
	query_text(q, 0, pid);
	if (query_row(q))
		rc = store_get_key(s, q, 0, pid, k);
	query_reset(q);
	return rc;
}
