#ifndef DB_PARTS_H
#define DB_PARTS_H

/*
 * db_parts - what the files of db share, and the one place that includes
 * sqlite3.h; nobody else includes it.
 *
 *	db.c         the database that is open, its queries, the table "fed"
 *	db_memory.c  databases in memory
 */
#include <sqlite3.h>

#include "store/db.h"

/* What the table "fed" has for the statement that runs. */
struct feeding {
	size_t nrows;
	fed_fn *fn;
	void *arg;
};

struct db {
	sqlite3 *sql;
	const char *path; /* borrowed */
	int lock_ms;
	int64_t busy_ms;  /* since when it waits for another writer */
	int64_t until_ms; /* and never longer than this; 0: no such moment */
	struct function { /* what db_function gave */
		db_fn *fn;
		const void *with;
	} functions[DB_FUNCTIONS];
	size_t nfunctions;
	struct feeding feeding;
};

/* Ends the program as rc says, unless it is good. */
void db_must(struct db *db, int rc);

/* The table "fed", for a connection that has just been opened. */
int db_extend(struct db *db);

#endif
