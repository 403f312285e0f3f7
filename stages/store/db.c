#include "store/db.h"

#include <assert.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <sqlite3.h>

#include "base/text.h"

/* What the table "fed" has for the statement that runs. */
struct feeding {
	size_t nrows;
	fed_fn *fn;
	void *arg;
};

struct db {
	sqlite3 *sql;
	const char *path; /* borrowed */
	struct {          /* what db_function gave */
		db_fn *fn;
		const void *with;
	} function;
	struct feeding feeding;
	bool bulk; /* without the log for now */
};

/* A query is a statement and nothing else. */
static sqlite3_stmt *
stmt(struct query *q)
{
	return (sqlite3_stmt *)(void *)q;
}

static struct db *opened; /* for the end of the program */

_Noreturn static void
fail_io(const char *path, int os, const char *what)
{
	errx(EX_IOERR, "%s: %s: %s; nothing unfinished was kept", path, what,
	    os != 0 ? strerror(os)
	            : "is the disk full, or a limit on file sizes reached?");
}

_Noreturn static void
fail(sqlite3 *sql, int rc)
{
	const char *path = opened->path;
	const char *why = sqlite3_errmsg(sql);
	int os = sqlite3_system_errno(sql);

	switch (rc & 0xff) {
	case SQLITE_FULL:
		fail_io(path, ENOSPC, why);
	case SQLITE_IOERR:
	case SQLITE_READONLY:
		fail_io(path, os, why);
	case SQLITE_BUSY:
		errx(EX_TEMPFAIL,
		    "%s: another program has been writing to the store for "
		    "too long; run this again",
		    path);
	case SQLITE_CANTOPEN:
		errx(EX_NOINPUT, "%s: cannot be opened: %s", path,
		    os != 0 ? strerror(os) : why);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		errx(EX_IOERR,
		    "%s: the file is damaged (%s); put it back from a backup",
		    path, why);
	case SQLITE_NOMEM:
		errx(EX_OSERR, "%s: out of memory", path);
	default:
		errx(EX_SOFTWARE, "%s: %s (SQLite code %d)", path, why, rc);
	}
}

static void
must(struct db *db, int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		fail(db->sql, rc);
}

/* Rolls back, and leaves no log behind when nobody else has it open. */
static void
close_opened(void)
{
	sqlite3_stmt *s;

	if (opened == NULL)
		return;
	while ((s = sqlite3_next_stmt(opened->sql, NULL)) != NULL)
		(void)sqlite3_finalize(s);
	(void)sqlite3_close(opened->sql);
	sqlite3_free(sqlite3_temp_directory);
	sqlite3_temp_directory = NULL;
	free(opened);
	opened = NULL;
}

/* --- the table "fed": a virtual one ------------------------------------- */

struct fed_table {
	sqlite3_vtab base;
	struct db *db;
};

struct fed_cursor {
	sqlite3_vtab_cursor base;
	const struct feeding *feeding;
	size_t row;
	struct fed value[DB_FED_COLUMNS];
};

/* The library's way of inheriting: base stands first. */
static struct fed_cursor *
cursor_of(sqlite3_vtab_cursor *base)
{
	return (struct fed_cursor *)(void *)base;
}

static int
fed_connect(sqlite3 *sql, void *db, int argc, const char *const *argv,
    sqlite3_vtab **table, char **why)
{
	struct fed_table *t = calloc(1, sizeof(*t));

	(void)argc;
	(void)argv;
	(void)why;
	if (t == NULL)
		return SQLITE_NOMEM;
	t->db = db;
	*table = &t->base;
	return sqlite3_declare_vtab(sql,
	    "CREATE TABLE fed (c0, c1, c2, c3, c4, c5, c6, c7, c8)");
}

static int
fed_disconnect(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

static int
fed_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	(void)info;
	return SQLITE_OK;
}

static int
fed_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
	struct fed_cursor *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return SQLITE_NOMEM;
	c->feeding = &((struct fed_table *)(void *)table)->db->feeding;
	*cursor = &c->base;
	return SQLITE_OK;
}

static int
fed_close(sqlite3_vtab_cursor *cursor)
{
	free(cursor);
	return SQLITE_OK;
}

static int
fed_at(struct fed_cursor *c, size_t row)
{
	c->row = row;
	if (row < c->feeding->nrows)
		c->feeding->fn(c->feeding->arg, row, c->value);
	return SQLITE_OK;
}

static int
fed_first(sqlite3_vtab_cursor *cursor, int plan, const char *name, int argc,
    sqlite3_value **argv)
{
	(void)plan;
	(void)name;
	(void)argc;
	(void)argv;
	return fed_at(cursor_of(cursor), 0);
}

static int
fed_next(sqlite3_vtab_cursor *cursor)
{
	return fed_at(cursor_of(cursor), cursor_of(cursor)->row + 1);
}

static int
fed_eof(sqlite3_vtab_cursor *cursor)
{
	return cursor_of(cursor)->row >= cursor_of(cursor)->feeding->nrows;
}

static int
fed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *to, int column)
{
	const struct fed *v = &cursor_of(cursor)->value[column];

	switch (v->type) {
	case FED_NULL:
		sqlite3_result_null(to);
		break;
	case FED_NUMBER:
		sqlite3_result_int64(to, v->n);
		break;
	case FED_TEXT:
		sqlite3_result_text(to, v->p, (int)v->len, SQLITE_STATIC);
		break;
	case FED_BYTES:
		sqlite3_result_blob(to, v->p, (int)v->len, SQLITE_STATIC);
	}
	return SQLITE_OK;
}

static int
fed_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id)
{
	*id = (sqlite3_int64)cursor_of(cursor)->row;
	return SQLITE_OK;
}

static const sqlite3_module fed_module = {
	.xConnect = fed_connect,
	.xBestIndex = fed_plan,
	.xDisconnect = fed_disconnect,
	.xOpen = fed_open,
	.xClose = fed_close,
	.xFilter = fed_first,
	.xNext = fed_next,
	.xEof = fed_eof,
	.xColumn = fed_column,
	.xRowid = fed_rowid,
};

void
fed_text(struct fed *value, const char *text)
{
	*value = (struct fed){ .type = text != NULL ? FED_TEXT : FED_NULL,
		.p = text,
		.len = text != NULL ? strlen(text) : 0 };
}

void
fed_number(struct fed *value, int64_t n)
{
	*value = (struct fed){ .type = FED_NUMBER, .n = n };
}

void
db_feed_begin(struct db *db, size_t nrows, fed_fn *fn, void *arg)
{
	db->feeding = (struct feeding){ nrows, fn, arg };
}

void
db_feed_end(struct db *db)
{
	db->feeding = (struct feeding){ 0 };
}

void
db_feed(struct db *db, struct query *q, size_t nrows, fed_fn *fn, void *arg)
{
	db_feed_begin(db, nrows, fn, arg);
	query_run(q);
	db_feed_end(db);
}

/* --- opening --------------------------------------------------------------*/

static int
lock_ms(void)
{
	const char *asked = getenv("AMT_LOCK_SECONDS");
	uint64_t n = DB_LOCK_SECONDS;

	if (asked != NULL && text_number(&n, asked, DB_LOCK_SECONDS_MAX) == -1)
		errx(EX_CONFIG,
		    "AMT_LOCK_SECONDS is not a number of seconds "
		    "(got \"%s\", expected 0 to %d)",
		    asked, DB_LOCK_SECONDS_MAX);
	return (int)n * 1000;
}

/* The path without links: SQLite refuses one that has any, so the last part is
 * not followed, and those before it are the site's own place. */
static int
open_file(const char *path, const char *dir)
{
	const int flags =
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	char *real = realpath(dir, NULL), *whole;
	int rc;

	if (real == NULL)
		err(EX_NOINPUT, "%s", dir);
	if (asprintf(&whole, "%s/%s", real, path + strlen(dir) + 1) == -1)
		err(EX_OSERR, "%s", path);
	rc = sqlite3_open_v2(whole, &opened->sql, flags, NULL);
	free(whole);
	free(real);
	return rc;
}

struct db *
db_open(const char *path, const char *dir)
{
	static bool registered;

	/* One thread, and nobody asks how much memory it has: without these
	 * two every allocation takes a lock.  Too late is no harm. */
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	opened = calloc(1, sizeof(*opened));
	if (opened == NULL)
		err(EX_OSERR, "%s", path);
	opened->path = path;
	if (!registered && atexit(close_opened) == 0)
		registered = true;
	/* A file size limit is then an error of write(2), not our end. */
	(void)signal(SIGXFSZ, SIG_IGN);
	must(opened, open_file(path, dir));
	(void)sqlite3_extended_result_codes(opened->sql, 1);
	must(opened,
	    sqlite3_create_module(opened->sql, "fed", &fed_module, opened));
	sqlite3_temp_directory = sqlite3_mprintf("%s", dir);
	must(opened, sqlite3_busy_timeout(opened->sql, lock_ms()));
	db_exec(opened, "PRAGMA journal_mode = WAL");
	db_exec(opened, "PRAGMA synchronous = FULL");
	db_exec(opened, "PRAGMA foreign_keys = ON");
	db_exec(opened, "PRAGMA trusted_schema = OFF");
	/* 32 MB: one import's hot pages; all that memory grows by. */
	db_exec(opened, "PRAGMA cache_size = -32768");
	db_exec(opened, "PRAGMA temp_store = FILE");
	return opened;
}

void
db_close(struct db *db)
{
	if (db != NULL)
		close_opened();
}

struct db *
db_memory(void)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db == NULL)
		err(EX_OSERR, "database in memory");
	must(db,
	    sqlite3_open_v2(":memory:", &db->sql,
	        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
	return db;
}

void
db_memory_close(struct db *db)
{
	(void)sqlite3_close(db->sql);
	free(db);
}

void
db_exec(struct db *db, const char *sql)
{
	must(db, sqlite3_exec(db->sql, sql, NULL, NULL, NULL));
}

int64_t
db_number(struct db *db, const char *sql)
{
	struct query *q = query_new(db, sql);
	int64_t n = query_row(q) ? query_get_number(q, 0) : 0;

	query_free(q);
	return n;
}

int64_t
db_changes(struct db *db)
{
	return sqlite3_changes(db->sql);
}

void
db_begin(struct db *db)
{
	db_exec(db, "BEGIN IMMEDIATE");
}

/* A rollback journal that is emptied, not unlinked: SQLite syncs that, so a
 * commit that was told holds even when the power fails right after it. */
void
db_begin_bulk(struct db *db)
{
	int rc;

	must(db, sqlite3_busy_timeout(db->sql, 0));
	rc = sqlite3_exec(db->sql, "PRAGMA journal_mode = TRUNCATE", NULL, NULL,
	    NULL);
	must(db, sqlite3_busy_timeout(db->sql, lock_ms()));
	if ((rc & 0xff) != SQLITE_BUSY)
		must(db, rc);
	db->bulk = rc == SQLITE_OK;
	db_exec(db, db->bulk ? "BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE");
}

/* Back to the log.  When others came meanwhile, who opens it next does it. */
static void
end_bulk(struct db *db)
{
	int rc;

	if (!db->bulk)
		return;
	db->bulk = false;
	rc = sqlite3_exec(db->sql, "PRAGMA journal_mode = WAL", NULL, NULL,
	    NULL);
	if ((rc & 0xff) != SQLITE_BUSY)
		must(db, rc);
}

void
db_begin_read(struct db *db)
{
	db_exec(db, "BEGIN");
}

void
db_commit(struct db *db)
{
	db_exec(db, "COMMIT");
	end_bulk(db);
}

void
db_rollback(struct db *db)
{
	db_exec(db, "ROLLBACK");
	end_bulk(db);
}

static void
call_function(sqlite3_context *ctx, int n, sqlite3_value **values)
{
	const struct db *db = sqlite3_user_data(ctx);
	int64_t args[DB_ARGS];

	for (int i = 0; i < n; i++)
		args[i] = sqlite3_value_int64(values[i]);
	sqlite3_result_int64(ctx, db->function.fn(args, db->function.with));
}

void
db_function(struct db *db, const char *name, int nargs, db_fn *fn,
    const void *with)
{
	assert(db->function.fn == NULL && nargs <= DB_ARGS);
	db->function.fn = fn;
	db->function.with = with;
	must(db,
	    sqlite3_create_function_v2(db->sql, name, nargs,
	        SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, db,
	        call_function, NULL, NULL, NULL));
}

struct query *
query_new(struct db *db, const char *sql)
{
	sqlite3_stmt *s;

	must(db,
	    sqlite3_prepare_v3(db->sql, sql, -1, SQLITE_PREPARE_PERSISTENT, &s,
	        NULL));
	return (struct query *)(void *)s;
}

void
query_free(struct query *q)
{
	(void)sqlite3_finalize(stmt(q));
}

static void
bound(struct query *q, int rc)
{
	if (rc != SQLITE_OK)
		fail(sqlite3_db_handle(stmt(q)), rc);
}

void
query_text(struct query *q, int at, const char *text)
{
	bound(q, sqlite3_bind_text(stmt(q), at + 1, text, -1, SQLITE_STATIC));
}

void
query_number(struct query *q, int at, int64_t n)
{
	bound(q, sqlite3_bind_int64(stmt(q), at + 1, n));
}

void
query_bytes(struct query *q, int at, const void *p, size_t len)
{
	bound(q,
	    sqlite3_bind_blob(stmt(q), at + 1, p, (int)len, SQLITE_STATIC));
}

void
query_null(struct query *q, int at)
{
	bound(q, sqlite3_bind_null(stmt(q), at + 1));
}

bool
query_row(struct query *q)
{
	int rc = sqlite3_step(stmt(q));

	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		fail(sqlite3_db_handle(stmt(q)), rc);
	query_reset(q);
	return false;
}

void
query_run(struct query *q)
{
	while (query_row(q))
		;
}

void
query_reset(struct query *q)
{
	(void)sqlite3_reset(stmt(q));
}

const char *
query_get_text(struct query *q, int at)
{
	const char *text = (const char *)sqlite3_column_text(stmt(q), at);

	return text != NULL ? text : "";
}

int64_t
query_get_number(struct query *q, int at)
{
	return sqlite3_column_int64(stmt(q), at);
}

const void *
query_get_bytes(struct query *q, int at, size_t *len)
{
	const void *p = sqlite3_column_blob(stmt(q), at);

	*len = (size_t)sqlite3_column_bytes(stmt(q), at);
	return p;
}

bool
query_is_null(struct query *q, int at)
{
	return sqlite3_column_type(stmt(q), at) == SQLITE_NULL;
}
