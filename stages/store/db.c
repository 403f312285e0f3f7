#include "store/db_parts.h"

#include <assert.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "lib/clock.h"
#include "store/dbfail.h"

/* A query is a statement and nothing else. */
static sqlite3_stmt *
query_stmt(struct query *q)
{
	return (sqlite3_stmt *)(void *)q;
}

static struct db *opened; /* for the end of the program */

static enum db_trouble
trouble_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return DB_FULL;
	case SQLITE_IOERR:
	case SQLITE_READONLY:
		return DB_IO;
	case SQLITE_BUSY:
		return DB_BUSY;
	case SQLITE_CANTOPEN:
		return DB_NO_OPEN;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return DB_DAMAGED;
	case SQLITE_NOMEM:
		return DB_NO_MEMORY;
	default:
		return DB_MISTAKE;
	}
}

_Noreturn static void
db_end(sqlite3 *sql, int rc)
{
	db_fail(opened->path, trouble_of(rc), sqlite3_errmsg(sql),
	    sqlite3_system_errno(sql), rc);
}

void
db_must(struct db *db, int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		db_end(db->sql, rc);
}

/* Rolls back, and leaves no log behind when nobody else has it open. */
static void
close_opened(void)
{
	sqlite3_stmt *s;

	if (opened == NULL)
		return;
	/* SQLite takes no NULL there: the program may end before it opened. */
	while (opened->sql != NULL &&
	    (s = sqlite3_next_stmt(opened->sql, NULL)) != NULL)
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

/* The library's way of inheriting: base is first. */
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

static void
db_answer(sqlite3_context *to, const struct fed *v)
{
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
}

static int
fed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *to, int column)
{
	db_answer(to, &cursor_of(cursor)->value[column]);
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
db_feed_begin(struct db *db, size_t nrows, fed_fn *fn, void *arg)
{
	db->feeding = (struct feeding){ nrows, fn, arg };
}

void
db_feed_end(struct db *db)
{
	db->feeding = (struct feeding){ 0 };
}

/* --- opening --------------------------------------------------------------*/

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

int
db_extend(struct db *db)
{
	return sqlite3_create_module(db->sql, "fed", &fed_module, db);
}

/* As SQLite's own, but with a second limit. */
static int
wait_busy(void *arg, int tries)
{
	static const long pauses[] = { 1, 2, 5, 10, 15, 20, 25, 25, 25, 50 };
	const int last = sizeof(pauses) / sizeof(pauses[0]) - 1;
	const struct timespec pause = { .tv_nsec = 1000000 *
		    pauses[tries < last ? tries : last] };
	struct db *db = arg;
	int64_t now = clock_ms();

	if (tries == 0)
		db->busy_ms = now;
	if (now >= db->busy_ms + db->lock_ms ||
	    (db->until_ms != 0 && now >= db->until_ms))
		return 0;
	(void)nanosleep(&pause, NULL);
	return 1;
}

struct db *
db_open(const char *path, const char *dir, int lock_ms, int64_t until_ms)
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
	db_must(opened, open_file(path, dir));
	(void)sqlite3_extended_result_codes(opened->sql, 1);
	db_must(opened, db_extend(opened));
	sqlite3_temp_directory = sqlite3_mprintf("%s", dir);
	opened->lock_ms = lock_ms;
	opened->until_ms = until_ms;
	db_must(opened, sqlite3_busy_handler(opened->sql, wait_busy, opened));
	db_exec(opened, "PRAGMA synchronous = FULL");
	db_exec(opened, "PRAGMA foreign_keys = ON");
	db_exec(opened, "PRAGMA trusted_schema = OFF");
	/* 32 MB: one import's hot pages; all that memory grows by. */
	db_exec(opened, "PRAGMA cache_size = -32768");
	db_exec(opened, "PRAGMA temp_store = FILE");
	return opened;
}

void
db_use_log(struct db *db)
{
	db_exec(db, "PRAGMA journal_mode = WAL");
}

void
db_close(struct db *db)
{
	if (db != NULL)
		close_opened();
}

void
db_exec(struct db *db, const char *sql)
{
	db_must(db, sqlite3_exec(db->sql, sql, NULL, NULL, NULL));
}

int64_t
db_changes(struct db *db)
{
	return sqlite3_changes(db->sql);
}

bool
db_try(struct db *db, const char *sql)
{
	int rc, wait_ms = db->lock_ms;

	db->lock_ms = 0;
	rc = sqlite3_exec(db->sql, sql, NULL, NULL, NULL);
	db->lock_ms = wait_ms;
	if ((rc & 0xff) != SQLITE_BUSY)
		db_must(db, rc);
	return rc == SQLITE_OK;
}

static void
call_function(sqlite3_context *to, int n, sqlite3_value **values)
{
	const struct function *f = sqlite3_user_data(to);
	struct fed args[DB_ARGS], result = { 0 };

	for (int i = 0; i < n; i++)
		if (sqlite3_value_type(values[i]) == SQLITE_INTEGER)
			fed_number(&args[i], sqlite3_value_int64(values[i]));
		else
			fed_text(&args[i],
			    (const char *)sqlite3_value_text(values[i]));
	f->fn(&result, args, f->with);
	db_answer(to, &result);
}

void
db_function(struct db *db, const char *name, int nargs, db_fn *fn,
    const void *with)
{
	struct function *f = &db->functions[db->nfunctions++];

	assert(db->nfunctions <= DB_FUNCTIONS && nargs <= DB_ARGS);
	f->fn = fn;
	f->with = with;
	db_must(db,
	    sqlite3_create_function_v2(db->sql, name, nargs,
	        SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, f,
	        call_function, NULL, NULL, NULL));
}

struct query *
query_new(struct db *db, const char *sql)
{
	sqlite3_stmt *s;

	db_must(db,
	    sqlite3_prepare_v3(db->sql, sql, -1, SQLITE_PREPARE_PERSISTENT, &s,
	        NULL));
	return (struct query *)(void *)s;
}

void
query_free(struct query *q)
{
	(void)sqlite3_finalize(query_stmt(q));
}

static void
query_bound(struct query *q, int rc)
{
	if (rc != SQLITE_OK)
		db_end(sqlite3_db_handle(query_stmt(q)), rc);
}

void
query_text(struct query *q, int at, const char *text)
{
	query_bound(q,
	    sqlite3_bind_text(query_stmt(q), at + 1, text, -1, SQLITE_STATIC));
}

void
query_number(struct query *q, int at, int64_t n)
{
	query_bound(q, sqlite3_bind_int64(query_stmt(q), at + 1, n));
}

void
query_bytes(struct query *q, int at, const void *p, size_t len)
{
	query_bound(q,
	    sqlite3_bind_blob(query_stmt(q), at + 1, p, (int)len,
	        SQLITE_STATIC));
}

void
query_null(struct query *q, int at)
{
	query_bound(q, sqlite3_bind_null(query_stmt(q), at + 1));
}

bool
query_row(struct query *q)
{
	int rc = sqlite3_step(query_stmt(q));

	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		db_end(sqlite3_db_handle(query_stmt(q)), rc);
	query_reset(q);
	return false;
}

void
query_reset(struct query *q)
{
	(void)sqlite3_reset(query_stmt(q));
}

const char *
query_get_text(struct query *q, int at)
{
	const char *text = (const char *)sqlite3_column_text(query_stmt(q), at);

	return text != NULL ? text : "";
}

int64_t
query_get_number(struct query *q, int at)
{
	return sqlite3_column_int64(query_stmt(q), at);
}

const void *
query_get_bytes(struct query *q, int at, size_t *len)
{
	const void *p = sqlite3_column_blob(query_stmt(q), at);

	*len = (size_t)sqlite3_column_bytes(query_stmt(q), at);
	return p;
}

bool
query_is_null(struct query *q, int at)
{
	return sqlite3_column_type(query_stmt(q), at) == SQLITE_NULL;
}
