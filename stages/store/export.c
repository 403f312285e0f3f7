#include "store/export.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "stick/stick_name.h"
#include "store/keys.h"

static void
set_name(char name[EXPORT_NAME], const char *stick, int64_t id)
{
	if (stick != NULL && stick[0] != '\0')
		(void)snprintf(name, EXPORT_NAME, "%s", stick);
	else
		(void)snprintf(name, EXPORT_NAME, "export %" PRId64, id);
}

void
export_begin(struct store *s, char name[EXPORT_NAME], const char *stick,
    const char *batch, const char *path, int64_t now)
{
	struct query *q = query_new(s->db,
	    "INSERT INTO exports (batch, path, begun, stick)"
	    " VALUES (?, ?, ?, ?)");

	query_text(q, 0, batch);
	query_text(q, 1, path);
	query_number(q, 2, now);
	query_text(q, 3, stick);
	query_run(q);
	query_free(q);
	set_name(name, stick, db_number(s->db, "SELECT max(id) FROM exports"));
}

static void
sync_path(const char *path, int flags)
{
	int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | flags);

	if (fd == -1 || fsync(fd) == -1)
		err(EX_TEMPFAIL, "%s: is there, but not surely on the disk",
		    path);
	(void)close(fd);
}

/* The folder of a path. */
static void
set_dir(char dir[PATH_MAX], const char *path)
{
	char *slash;

	(void)snprintf(dir, PATH_MAX, "%s", path);
	slash = strrchr(dir, '/');
	if (slash != NULL)
		slash[slash == dir] = '\0';
}

/* Anything but a clear no ends the program: keys must not come back because
 * a folder was not mounted or not readable. */
static bool
is_there(const char *path)
{
	char dir[PATH_MAX];
	struct stat st;

	set_dir(dir, path);
	if (lstat(path, &st) == 0) {
		if (S_ISREG(st.st_mode)) {
			sync_path(path, 0);
			sync_path(dir, O_DIRECTORY);
		}
		return true;
	}
	if (errno != ENOENT)
		err(EX_TEMPFAIL, "%s", path);
	if (stat(dir, &st) == -1)
		err(EX_TEMPFAIL,
		    "%s: the folder of an export that was cut short; put it "
		    "back, or make an empty one to give its keys free",
		    dir);
	return false;
}

/* Keys that a machine announced meanwhile have moved on already. */
static int64_t
issue_keys(struct store *s, const char *name, const struct export_end *e,
    int64_t now)
{
	const char *slash = strrchr(e->path, '/');
	char cause[320];
	struct query *q;
	int64_t n;

	(void)snprintf(cause, sizeof(cause), "%s%s, %s",
	    e->stick[0] != '\0' ? "stick " : "", name,
	    slash != NULL ? slash + 1 : e->path);
	q = query_new(s->db,
	    "INSERT INTO key_history (pid, state, at, cause)"
	    " SELECT pid, ?, ?, ? FROM keys WHERE stick = ? AND state = ?"
	    " ORDER BY pid");
	query_number(q, 0, KEY_ISSUED);
	query_number(q, 1, now);
	query_text(q, 2, cause);
	query_text(q, 3, name);
	query_number(q, 4, KEY_NEW);
	query_run(q);
	query_free(q);
	q = query_new(s->db,
	    "UPDATE keys SET state = ? WHERE stick = ? AND state = ?");
	query_number(q, 0, KEY_ISSUED);
	query_text(q, 1, name);
	query_number(q, 2, KEY_NEW);
	query_run(q);
	n = db_changes(s->db);
	query_free(q);
	return n;
}

/* Who made keys for a file that never was does not want to keep them. */
static void
free_keys(struct store *s, const char *name)
{
	struct query *q = query_new(s->db,
	    "DELETE FROM keys WHERE stick = ?1 AND state = ?2"
	    " AND place = 'made for ' || ?1");

	query_text(q, 0, name);
	query_number(q, 1, KEY_NEW);
	query_run(q);
	query_free(q);
	q = query_new(s->db,
	    "UPDATE keys SET stick = NULL WHERE stick = ? AND state = ?");
	query_text(q, 0, name);
	query_number(q, 1, KEY_NEW);
	query_run(q);
	query_free(q);
}

static void
run_for(struct store *s, const char *sql, const char *stick)
{
	struct query *q = query_new(s->db, sql);

	query_text(q, 0, stick);
	query_run(q);
	query_free(q);
}

/* A stick that never was gives its number back, too. */
static void
end_stick(struct store *s, const char *stick, bool there, int64_t now)
{
	struct query *q;

	if (!there) {
		run_for(s, "DELETE FROM stick_records WHERE stick = ?", stick);
		run_for(s, "DELETE FROM sticks WHERE name = ?", stick);
		return;
	}
	q = query_new(s->db, "UPDATE sticks SET made = ? WHERE name = ?");
	query_number(q, 0, now);
	query_text(q, 1, stick);
	query_run(q);
	query_free(q);
}

static void
end_one(struct store *s, struct export_end *e, int64_t now)
{
	struct query *q = query_new(s->db,
	    "UPDATE exports SET ended = ?, nkeys = ? WHERE id = ?");
	bool there = is_there(e->path);
	char name[EXPORT_NAME];

	set_name(name, e->stick, e->id);
	if (there)
		e->nkeys = issue_keys(s, name, e, now);
	else
		free_keys(s, name);
	if (e->stick[0] != '\0')
		end_stick(s, e->stick, there, now);
	query_number(q, 0, now);
	query_number(q, 1, e->nkeys);
	query_number(q, 2, e->id);
	query_run(q);
	query_free(q);
}

static char *
text_copy(const char *s)
{
	char *t = strdup(s);

	if (t == NULL)
		err(EX_OSERR, "memory");
	return t;
}

/* One export that has not ended; false if all have. */
static bool
settle_one(struct store *s, int64_t now,
    void (*tell)(const struct export_end *e))
{
	struct query *q = query_new(s->db,
	    "SELECT id, batch, path, stick, EXISTS (SELECT 1"
	    "  FROM stick_records r WHERE r.stick = e.stick"
	    "   AND r.machine = '" STICK_NAME_ANY "')"
	    " FROM exports e WHERE ended IS NULL ORDER BY id LIMIT 1");
	char *batch = NULL, *path = NULL, *stick = NULL;
	struct export_end e = { 0 };
	bool any;

	store_begin(s);
	any = query_row(q);
	if (any) {
		e.id = query_get_number(q, 0);
		e.batch = batch = text_copy(query_get_text(q, 1));
		e.path = path = text_copy(query_get_text(q, 2));
		e.stick = stick = text_copy(query_get_text(q, 3));
		e.any = query_get_number(q, 4) != 0;
		query_reset(q);
		end_one(s, &e, now);
	}
	query_free(q);
	store_commit(s);
	/* Not before: what is told is so. */
	if (any)
		tell(&e);
	free(batch);
	free(path);
	free(stick);
	return any;
}

void
export_paths(struct store *s, void (*fn)(const char *path))
{
	struct query *q =
	    query_new(s->db, "SELECT path FROM exports WHERE ended IS NULL");
	char dir[PATH_MAX];

	while (query_row(q)) {
		fn(query_get_text(q, 0));
		set_dir(dir, query_get_text(q, 0));
		fn(dir);
	}
	query_free(q);
}

void
export_settle(struct store *s, int64_t now,
    void (*tell)(const struct export_end *e))
{
	while (settle_one(s, now, tell))
		;
}
