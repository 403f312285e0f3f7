#include "store/upgrade.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "store/schema.sql.h"

#define SQL_MAX 4096

/* --- the steps ----------------------------------------------------------- */

/* The next "-- step N" line of the schema, or NULL. */
static const char *
step_next(const char *sql)
{
	return strstr(sql, "\n-- step ");
}

static int
step_last(void)
{
	int n = 0;

	for (const char *s = schema_sql; (s = step_next(s)) != NULL; s++)
		n++;
	return n;
}

/* Runs the steps after version from up to version to. */
static void
steps_run(struct db *db, int from, int to)
{
	const char *s = step_next(schema_sql);

	for (int n = 1; s != NULL && n <= to; n++) {
		const char *end = step_next(s + 1);
		char *sql;

		if (n > from) {
			sql = end == NULL ? strdup(s)
			                  : strndup(s, (size_t)(end - s));
			if (sql == NULL)
				err(EX_OSERR, "schema");
			db_exec(db, sql);
			free(sql);
		}
		s = end;
	}
}

/* The store is as the steps up to the last one make it. */
static void
mark_done(struct db *db)
{
	char set[128];

	(void)snprintf(set, sizeof(set),
	    "PRAGMA user_version = %d; "
	    "INSERT OR REPLACE INTO meta VALUES ('schema', '%d')",
	    step_last(), step_last());
	db_exec(db, set);
}

void
upgrade_make(struct db *db)
{
	steps_run(db, 0, step_last());
	mark_done(db);
}

/* --- what differs -------------------------------------------------------- */

/* Without comments, blanks and the quotes of names: for comparing. */
static void
sql_plain(char to[SQL_MAX], const char *sql)
{
	bool quoted = false;
	size_t n = 0;

	for (; *sql != '\0' && n + 1 < SQL_MAX; sql++) {
		if (*sql == '\'')
			quoted = !quoted;
		if (!quoted && strncmp(sql, "--", 2) == 0)
			sql += strcspn(sql, "\n") - 1;
		else if (quoted || strchr(" \t\n\"", *sql) == NULL)
			to[n++] = *sql;
	}
	to[n] = '\0';
}

/* What db has of that name as type, or "". */
static void
object_sql(struct db *db, const char *type, const char *name, char to[SQL_MAX])
{
	struct query *q = query_new(db,
	    "SELECT sql FROM sqlite_master WHERE type = ? AND name = ?");

	query_text(q, 0, type);
	query_text(q, 1, name);
	to[0] = '\0';
	if (query_row(q))
		sql_plain(to, query_get_text(q, 0));
	query_free(q);
}

static bool
is_same(struct db *db, const char *type, const char *name, const char *sql)
{
	char wanted[SQL_MAX], has[SQL_MAX];

	sql_plain(wanted, sql);
	object_sql(db, type, name, has);
	return strcmp(wanted, has) == 0;
}

/* --- a table made anew --------------------------------------------------- */

/* Columns that an older text of a step had instead of today's. */
static const struct {
	const char *table, *column;
} gone[] = {
	{ "keys", "pps_sealed" },
	{ "keys", "mebx_now_sealed" },
	{ "keys", "mebx_next_sealed" },
};

/* Columns that it had not, and what of the row says the same.  join_secrets
 * makes sealed. */
static const struct {
	const char *table, *column, *from;
} filled[] = {
	{ "keys", "sealed", "sealed" },
	{ "machines", "stirred_at", "last_heard" },
};

/* Rows of a table without a rowid are in the order of its key.  Those of keys
 * go back to the order of the list that they came in: place is file:line. */
static const char keys_order[] =
    " ORDER BY added, rtrim(place, '0123456789'), CAST(substr(place, "
    "1 + length(rtrim(place, '0123456789'))) AS INTEGER)";

_Noreturn static void
cannot_repair(const struct store *s, const char *table, const char *what,
    const char *column)
{
	errx(EX_CONFIG,
	    "%s: table %s %s column \"%s\"; it was changed by hand or by "
	    "another program: put the store back from a backup; nothing "
	    "changed",
	    s->path, table, what, column);
}

static bool
has_column(struct db *db, const char *table, const char *column)
{
	struct query *q =
	    query_new(db, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?");
	bool has;

	query_text(q, 0, table);
	query_text(q, 1, column);
	has = query_row(q);
	query_free(q);
	return has;
}

static bool
is_gone(const char *table, const char *column)
{
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		if (strcmp(gone[i].table, table) == 0 &&
		    strcmp(gone[i].column, column) == 0)
			return true;
	return false;
}

/* Nothing that somebody keeps there may get lost. */
static void
check_nothing_lost(const struct store *s, struct db *wanted, const char *table)
{
	struct query *q =
	    query_new(s->db, "SELECT name FROM pragma_table_info(?)");
	char unknown[64] = "";

	query_text(q, 0, table);
	while (query_row(q)) {
		const char *column = query_get_text(q, 0);

		if (!has_column(wanted, table, column) &&
		    !is_gone(table, column))
			(void)snprintf(unknown, sizeof(unknown), "%s", column);
	}
	/* The end of the program would end that statement's own twice. */
	query_free(q);
	if (unknown[0] != '\0')
		cannot_repair(s, table, "has an unknown", unknown);
}

/* What gives a column of today its value in an old row; NULL: its default. */
static const char *
column_from(const struct store *s, const char *table, const char *column,
    bool optional)
{
	if (has_column(s->db, table, column))
		return column;
	for (size_t i = 0; i < sizeof(filled) / sizeof(filled[0]); i++)
		if (strcmp(filled[i].table, table) == 0 &&
		    strcmp(filled[i].column, column) == 0)
			return filled[i].from;
	if (!optional)
		cannot_repair(s, table, "has no", column);
	return NULL;
}

/* The statement that puts the rows back: every column by name. */
static void
copy_statement(const struct store *s, struct db *wanted, const char *table,
    char to[SQL_MAX])
{
	struct query *q = query_new(wanted,
	    "SELECT name, \"notnull\" = 0 OR dflt_value IS NOT NULL "
	    "FROM pragma_table_info(?)");
	char columns[SQL_MAX / 4] = "", values[SQL_MAX / 4] = "";
	size_t nc = 0, nv = 0;

	query_text(q, 0, table);
	while (query_row(q)) {
		const char *column = query_get_text(q, 0);
		const char *from =
		    column_from(s, table, column, query_get_number(q, 1) != 0);

		if (from == NULL)
			continue;
		nc += (size_t)snprintf(columns + nc, sizeof(columns) - nc,
		    "%s\"%s\"", nc == 0 ? "" : ", ", column);
		nv += (size_t)snprintf(values + nv, sizeof(values) - nv,
		    "%s\"%s\"", nv == 0 ? "" : ", ", from);
		if (nc >= sizeof(columns) || nv >= sizeof(values))
			errx(EX_SOFTWARE, "%s: too many columns", table);
	}
	query_free(q);
	(void)snprintf(to, SQL_MAX,
	    "INSERT INTO main.\"%s\" (%s) SELECT %s FROM temp.moved "
	    "ORDER BY rowid",
	    table, columns, values);
}

/* The three secrets of a key had a column each: one sealed value of them.  One
 * that does not open stays what it is, damaged: who needs it says so. */
static void
join_secrets(struct store *s)
{
	static const char *const names[KEY_NSECRETS] = { "pps", "mebx_now",
		"mebx_next" };
	struct query *all = query_new(s->db,
	    "SELECT rowid, pid, pps_sealed, mebx_now_sealed, mebx_next_sealed "
	    "FROM temp.moved");
	struct query *one = query_new(s->db,
	    "UPDATE temp.moved SET sealed = ? WHERE rowid = ?");

	while (query_row(all)) {
		const char *pid = query_get_text(all, 1);
		uint8_t sealed[STORE_KEY_SEALED];
		struct key_secrets k = { 0 };
		int bad = 0;

		for (int i = 0; i < KEY_NSECRETS; i++)
			bad |= store_get_sealed(s, all, 2 + i, "keys", pid,
			    names[i], k.text[i]);
		if (bad == 0)
			store_bind_key(s, one, 0, pid, &k, sealed);
		else
			query_bytes(one, 0, "", 0);
		query_number(one, 1, query_get_number(all, 0));
		query_run(one);
		explicit_bzero(&k, sizeof(k));
	}
	query_free(one);
	query_free(all);
}

static void
rebuild_table(struct store *s, struct db *wanted, const char *table,
    const char *sql)
{
	bool keys = strcmp(table, "keys") == 0;
	char copy[SQL_MAX], move[512];
	bool split = keys && has_column(s->db, table, "pps_sealed");

	check_nothing_lost(s, wanted, table);
	copy_statement(s, wanted, table, copy);
	(void)snprintf(move, sizeof(move),
	    "CREATE TEMP TABLE moved AS SELECT * FROM main.\"%s\"%s", table,
	    keys ? keys_order : "");
	db_exec(s->db, move);
	(void)snprintf(move, sizeof(move), "DROP TABLE main.\"%s\"", table);
	db_exec(s->db, move);
	db_exec(s->db, sql);
	if (split) {
		db_exec(s->db, "ALTER TABLE temp.moved ADD COLUMN sealed BLOB");
		join_secrets(s);
	}
	db_exec(s->db, copy);
	db_exec(s->db, "DROP TABLE temp.moved");
}

/* --- the whole store ----------------------------------------------------- */

static void
repair_object(struct store *s, struct db *wanted, const char *type,
    const char *name, const char *sql)
{
	char has[SQL_MAX], drop[128];

	if (is_same(s->db, type, name, sql))
		return;
	object_sql(s->db, type, name, has);
	if (has[0] != '\0' && strcmp(type, "table") == 0) {
		rebuild_table(s, wanted, name, sql);
		return;
	}
	if (has[0] != '\0') {
		(void)snprintf(drop, sizeof(drop), "DROP %s main.\"%s\"", type,
		    name);
		db_exec(s->db, drop);
	}
	db_exec(s->db, sql);
}

/* Each thing of that type that a store of this version has.  What else is
 * there is not ours, and stays. */
static void
repair_type(struct store *s, struct db *wanted, const char *type)
{
	struct query *q = query_new(wanted,
	    "SELECT name, sql FROM sqlite_master WHERE type = ? AND "
	    "sql IS NOT NULL ORDER BY rowid");

	query_text(q, 0, type);
	while (query_row(q))
		repair_object(s, wanted, type, query_get_text(q, 0),
		    query_get_text(q, 1));
	query_free(q);
}

/* Makes the store what the steps up to its version make today. */
static void
upgrade_repair(struct store *s, int version)
{
	struct db *wanted = db_memory();

	steps_run(wanted, 0, version);
	repair_type(s, wanted, "table");
	repair_type(s, wanted, "index");
	repair_type(s, wanted, "view");
	db_memory_close(wanted);
}

static int
version_of(struct db *db)
{
	return (int)db_number(db, "PRAGMA user_version");
}

/* Was it compared with the steps up to its own version? */
static bool
is_done(struct db *db)
{
	return version_of(db) == step_last() &&
	    db_number(db, "SELECT value FROM meta WHERE name = 'schema'") ==
	    step_last();
}

enum upgrade_fit
upgrade_fit(struct db *db, int *version, int *wanted)
{
	*version = version_of(db);
	*wanted = step_last();
	if (*version > *wanted)
		return UPGRADE_NEWER;
	if (*version == 0 || !has_column(db, "meta", "value"))
		return UPGRADE_FOREIGN;
	return is_done(db) ? UPGRADE_FITS : UPGRADE_OLDER;
}

void
upgrade_check(struct store *s)
{
	int version = version_of(s->db);

	if (version > step_last())
		errx(EX_CONFIG,
		    "%s: made by a newer amtbatch (store version %d, this "
		    "program knows up to %d); install that one",
		    s->path, version, step_last());
	if (version == 0)
		errx(EX_NOINPUT, "%s: not a store; make one with store-init",
		    s->path);
}

void
upgrade_run(struct store *s)
{
	if (is_done(s->db))
		return;
	/* While tables are made anew, their rows are away; inside a
	 * transaction this would change nothing. */
	db_exec(s->db, "PRAGMA foreign_keys = OFF");
	store_begin(s);
	/* Another program may have done it while we waited. */
	if (!is_done(s->db)) {
		int version = version_of(s->db);

		upgrade_repair(s, version);
		steps_run(s->db, version, step_last());
		mark_done(s->db);
	}
	store_commit(s);
	db_exec(s->db, "PRAGMA foreign_keys = ON");
}
