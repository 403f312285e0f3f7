#include "store/db_parts.h"

#include <err.h>
#include <stdlib.h>
#include <sysexits.h>

static sqlite3 *
memory_open(struct db *db)
{
	sqlite3 *memory;

	db_must(db,
	    sqlite3_open_v2(":memory:", &memory,
	        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
	return memory;
}

struct db *
db_memory(void)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db == NULL)
		err(EX_OSERR, "database in memory");
	db->sql = memory_open(db);
	return db;
}

void
db_memory_close(struct db *db)
{
	(void)sqlite3_close(db->sql);
	free(db);
}

void
db_to_memory(struct db *db)
{
	sqlite3 *memory = memory_open(db);
	sqlite3_backup *copy;
	int rc;

	/* The copy takes one state: whoever writes meanwhile waits for nothing,
	 * and before it begins we wait as for every read. */
	db_exec(db, "BEGIN");
	(void)db_number(db, "PRAGMA schema_version");
	copy = sqlite3_backup_init(memory, "main", db->sql, "main");
	if (copy == NULL)
		db_must(db, sqlite3_errcode(memory));
	rc = sqlite3_backup_step(copy, -1);
	(void)sqlite3_backup_finish(copy);
	db_must(db, rc);
	db_exec(db, "COMMIT");
	(void)sqlite3_close(db->sql);
	db->sql = memory;
	(void)sqlite3_extended_result_codes(db->sql, 1);
	db_must(db, db_extend(db));
	db_exec(db, "PRAGMA foreign_keys = ON");
	db_exec(db, "PRAGMA trusted_schema = OFF");
	/* Sorts may be large; they are no more than what is copied. */
	db_exec(db, "PRAGMA temp_store = MEMORY");
}
