#ifndef DB_H
#define DB_H

/*
 * db - SQLite as the store uses it; only db_parts.h includes sqlite3.h.
 *
 * Nothing here answers an error: a database that cannot be read or written
 * ends the program, and what was not committed is as if it had never been.
 * Statuses: 66 cannot be opened, 74 disk full or failing, damaged file, 75
 * locked by another program for too long.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct query;

/*
 * path must exist (an empty file is an empty database).  dir is where large
 * sorts put their unnamed temporary files.  One at a time in a process; an
 * exit of any kind closes it and rolls back.  lock_ms: how long to wait for
 * another writer; and until_ms by which moment of clock_ms that ends anyway, 0
 * for none.  Both strings are borrowed.
 */
struct db *db_open(const char *path, const char *dir, int lock_ms,
    int64_t until_ms);
/* What is written goes into a log beside it, from now on and for others too. */
void db_use_log(struct db *db);
void db_close(struct db *db);
/* An empty one in memory beside the one that is open: for comparing. */
struct db *db_memory(void);
void db_memory_close(struct db *db);
/*
 * From here on db is a copy in memory of what the file had, and the file is
 * closed: whatever is done to it, nobody else sees it and nothing stays.
 * Before the first query.
 */
void db_to_memory(struct db *db);

void db_exec(struct db *db, const char *sql);
int64_t db_number(struct db *db, const char *sql); /* first column, or 0 */
int64_t db_changes(struct db *db); /* rows changed by the last statement */

/* The same as db_exec, but false when another program has the database, without
 * waiting for it. */
bool db_try(struct db *db, const char *sql);

/* Prepared once, run often.  Parameters and columns count from 0. */
struct query *query_new(struct db *db, const char *sql);
void query_free(struct query *q); /* accepts NULL */

/* Texts and bytes are borrowed until the query was run or reset. */
void query_text(struct query *q, int at, const char *text); /* NULL: null */
void query_number(struct query *q, int at, int64_t n);
void query_bytes(struct query *q, int at, const void *p, size_t len);
void query_null(struct query *q, int at);

/* True with a row to look at; false at the end, and then it is reset. */
bool query_row(struct query *q);
void query_run(struct query *q); /* to its end; answers no rows */
void query_reset(struct query *q);

/*
 * Many rows for one run of a statement, without a binding for each value: the
 * statement reads a table "fed" with the columns c0 to c8, as in
 *
 *	INSERT INTO keys (pid, batch) SELECT c0, c1 FROM fed
 *
 * and db_feed runs it on nrows rows; fn sets each row's values, and what it
 * borrows there stays until the next row.
 */
#define DB_FED_COLUMNS 9
struct fed {
	enum { FED_NULL, FED_NUMBER, FED_TEXT, FED_BYTES } type;
	int64_t n;     /* the number */
	const void *p; /* the text (its NUL is not needed) or the bytes */
	size_t len;
};
typedef void fed_fn(void *arg, size_t row, struct fed value[DB_FED_COLUMNS]);
void db_feed(struct db *db, struct query *q, size_t nrows, fed_fn *fn,
    void *arg);
/* The same in steps, for a statement that answers rows: until the end every
 * query reads those rows there.  Their rowid counts from 0. */
void db_feed_begin(struct db *db, size_t nrows, fed_fn *fn, void *arg);
void db_feed_end(struct db *db);

/* For fn: value as a text or NULL, or as a number. */
void fed_text(struct fed *value, const char *text);
void fed_number(struct fed *value, int64_t n);

/*
 * Gives queries a function: name(a, b, ...), nargs of them; the same arguments
 * always give the same answer.  Texts among them end in a NUL; a text that it
 * answers is static.  with is borrowed.
 */
typedef void db_fn(struct fed *answer, const struct fed *args,
    const void *with);
void db_function(struct db *db, const char *name, int nargs, db_fn *fn,
    const void *with);
#define DB_ARGS 4      /* nargs at most */
#define DB_FUNCTIONS 8 /* of one store, at most */

/* Of the row; valid until the next call with the same query. */
const char *query_get_text(struct query *q, int at); /* null: "" */
int64_t query_get_number(struct query *q, int at);   /* null: 0 */
const void *query_get_bytes(struct query *q, int at, size_t *len);
bool query_is_null(struct query *q, int at);

#endif
