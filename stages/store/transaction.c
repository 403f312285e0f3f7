#include "store/store.h"

void
store_begin(struct store *s)
{
	db_exec(s->db, "BEGIN IMMEDIATE");
}

/* A rollback journal that is emptied, not unlinked: SQLite syncs that, so a
 * commit that was reported holds even when the power fails right after it. */
void
store_begin_bulk(struct store *s)
{
	s->bulk = db_try(s->db, "PRAGMA journal_mode = TRUNCATE");
	db_exec(s->db, s->bulk ? "BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE");
}

/* Back to the log.  When others came meanwhile, who opens it next does it. */
static void
end_bulk(struct store *s)
{
	if (s->bulk)
		(void)db_try(s->db, "PRAGMA journal_mode = WAL");
	s->bulk = false;
}

void
store_begin_read(struct store *s)
{
	/* What is read once, in order, need not be kept: new memory costs more
	 * than to read a page again. */
	db_exec(s->db, "PRAGMA cache_size = -8192");
	db_exec(s->db, "BEGIN");
}

void
store_commit(struct store *s)
{
	db_exec(s->db, "COMMIT");
	end_bulk(s);
}

void
store_rollback(struct store *s)
{
	db_exec(s->db, "ROLLBACK");
	end_bulk(s);
}

int64_t
store_changes(struct store *s)
{
	return db_number(s->db, "PRAGMA data_version");
}
