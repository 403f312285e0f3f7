#include "store/store.h"

#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/sitefile.h"
#include "store/lives.h"
#include "store/upgrade.h"
#include "base/text.h"
#include "base/writer.h"

bool
store_key_fits(struct store *s, const uint8_t key[SEAL_KEY])
{
	struct query *q =
	    query_new(s->db, "SELECT value FROM meta WHERE name = 'site_key'");
	char print[SEAL_PRINT];
	bool fits;

	seal_print(print, key);
	fits = query_row(q) && strcmp(query_get_text(q, 0), print) == 0;
	query_free(q);
	return fits;
}

static void
check_key(struct store *s, const uint8_t key[SEAL_KEY])
{
	if (!store_key_fits(s, key))
		errx(EX_CONFIG,
		    "%s/site.key: the key file of another site; put back the "
		    "one that was made together with %s",
		    s->dir, s->path);
}

static void
set_paths(struct store *s, const char *dir)
{
	memset(s, 0, sizeof(*s));
	if (snprintf(s->dir, sizeof(s->dir), "%s", dir) >= (int)sizeof(s->dir))
		errx(EX_USAGE, "-d: path is too long");
	(void)snprintf(s->path, sizeof(s->path), "%s/site.db", dir);
}

/* SQLite follows no link, but would wait for a FIFO.  What is beside the
 * store belongs to it: a log from somebody else were somebody else's store. */
static void
check_files(const struct store *s)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	char path[sizeof(s->path) + 16];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		int fd;

		(void)snprintf(path, sizeof(path), "%s%s", s->path, ends[i]);
		fd = sitefile_open(path, O_RDWR, SITEFILE_STRICT);
		if (fd != -1)
			(void)close(fd);
		else if (i == 0 || errno != ENOENT)
			errx(EX_NOINPUT, "%s: %s", path, sitefile_why());
	}
}

/* Who has to end by a moment says so (bin/sweep-time.sh): then nothing waits
 * longer than that for another writer.  0: there is no such moment. */
static int64_t
lock_until(void)
{
	const char *until = getenv("AMT_LOCK_UNTIL");
	uint64_t n = 0;

	if (until == NULL)
		return 0;
	if (text_number(&n, until, INT64_MAX) == -1)
		errx(EX_CONFIG,
		    "AMT_LOCK_UNTIL is not milliseconds of uptime (got \"%s\")",
		    until);
	return (int64_t)n - clock_uptime_ms() + clock_ms();
}

static int
lock_ms(void)
{
	const char *asked = getenv("AMT_LOCK_SECONDS");
	uint64_t n = STORE_LOCK_SECONDS;

	if (asked != NULL &&
	    text_number(&n, asked, STORE_LOCK_SECONDS_MAX) == -1)
		errx(EX_CONFIG,
		    "AMT_LOCK_SECONDS is not a number of seconds "
		    "(got \"%s\", expected 0 to %d)",
		    asked, STORE_LOCK_SECONDS_MAX);
	return (int)n * 1000;
}

void
store_open_bare(struct store *s, const char *dir)
{
	set_paths(s, dir);
	sitefile_site(s->dir);
	check_files(s);
	s->db = db_open(s->path, s->dir, lock_ms(), lock_until());
}

static void
open_with_key(struct store *s, const char *dir, bool copy)
{
	char path[STORE_PATH + 16];
	uint8_t key[SEAL_KEY];

	set_paths(s, dir);
	sitefile_site(s->dir);
	check_files(s);
	(void)snprintf(path, sizeof(path), "%s/site.key", s->dir);
	seal_key_read(key, path);
	s->db = db_open(s->path, s->dir, lock_ms(), lock_until());
	if (!copy)
		db_use_log(s->db);
	upgrade_check(s);
	check_key(s, key);
	if (copy)
		db_to_memory(s->db);
	s->seal = seal_new(key);
	explicit_bzero(key, sizeof(key));
	upgrade_run(s);
	lives_guard(s->db);
}

void
store_open(struct store *s, const char *dir)
{
	open_with_key(s, dir, false);
}

void
store_open_copy(struct store *s, const char *dir)
{
	open_with_key(s, dir, true);
}

static void
closes_answer(struct fed *answer, const struct fed *args, const void *with)
{
	/* What a store of ours cannot hold gives what it likes. */
	fed_number(answer,
	    hellotime_closes(with, (unsigned)args[0].n, args[1].n,
	        (uint32_t)args[2].n));
}

void
store_timing(struct store *s, const struct hellotime *t)
{
	db_function(s->db, "closes", 3, closes_answer, t);
}

void
store_close(struct store *s)
{
	db_close(s->db);
	seal_free(s->seal);
	s->db = NULL;
	s->seal = NULL;
}

int
store_make(struct store *s, const char *dir, const uint8_t key[SEAL_KEY])
{
	char print[SEAL_PRINT];
	struct query *q;
	int fd;

	set_paths(s, dir);
	fd = sitefile_create(s->path, 0600);
	if (fd == -1)
		return -1;
	close(fd);
	s->db = db_open(s->path, s->dir, lock_ms(), lock_until());
	db_use_log(s->db);
	seal_print(print, key);
	store_begin(s);
	upgrade_make(s->db);
	q = query_new(s->db, "INSERT INTO meta VALUES ('site_key', ?)");
	query_text(q, 0, print);
	query_run(q);
	query_free(q);
	store_commit(s);
	s->seal = seal_new(key);
	return 0;
}

int
store_copy(struct store *s, const char *path)
{
	int fd = sitefile_create(path, 0600);
	struct query *q;

	if (fd == -1)
		return -1;
	q = query_new(s->db, "VACUUM INTO ?");
	query_text(q, 0, path);
	query_run(q);
	query_free(q);
	if (fsync(fd) == -1) /* SQLite does not wait for the disk here */
		err(EX_IOERR, "%s", path);
	close(fd);
	return 0;
}

#define IDENTITY 128

/* Without printf: a large import makes three of them a key. */
static void
set_identity(char identity[IDENTITY], const char *table, const char *row,
    const char *column)
{
	struct writer w = { .base = (uint8_t *)identity, .cap = IDENTITY };

	writer_text(&w, table);
	writer_u8(&w, '/');
	writer_text(&w, row);
	writer_u8(&w, '/');
	writer_text(&w, column);
	writer_u8(&w, '\0');
	assert(writer_done(&w) == 0);
}

void
store_bind_sealed(struct store *s, struct query *q, int at, const char *text,
    const char *table, const char *row, const char *column,
    uint8_t sealed[STORE_SEALED])
{
	char identity[IDENTITY];
	size_t len = strlen(text);

	if (len == 0) {
		query_null(q, at);
		return;
	}
	if (len >= STORE_SECRET)
		errx(EX_SOFTWARE, "%s: secret is too long", row);
	set_identity(identity, table, row, column);
	seal_shut(s->seal, sealed, text, len, identity);
	query_bytes(q, at, sealed, len + SEAL_MORE);
}

int
store_get_sealed(struct store *s, struct query *q, int at, const char *table,
    const char *row, const char *column, char text[STORE_SECRET])
{
	char identity[IDENTITY];
	const void *sealed;
	size_t n;

	text[0] = '\0';
	if (query_is_null(q, at))
		return 0;
	set_identity(identity, table, row, column);
	sealed = query_get_bytes(q, at, &n);
	return seal_open(s->seal, text, STORE_SECRET, sealed, n, identity);
}

static const char keys[] = "keys";
static const char secrets[] = "secrets";

void
store_shut_key(struct store *s, uint8_t sealed[STORE_KEY_SEALED], size_t *n,
    const char *pid, const struct key_secrets *k)
{
	char identity[IDENTITY], all[sizeof(k->text)];
	struct writer w = { .base = (uint8_t *)all, .cap = sizeof(all) };

	for (int i = 0; i < KEY_NSECRETS; i++)
		writer_bytes(&w, k->text[i], strlen(k->text[i]) + 1);
	set_identity(identity, keys, pid, secrets);
	seal_shut(s->seal, sealed, all, w.len, identity);
	*n = w.len + SEAL_MORE;
	explicit_bzero(all, w.len);
}

void
store_bind_key(struct store *s, struct query *q, int at, const char *pid,
    const struct key_secrets *k, uint8_t sealed[STORE_KEY_SEALED])
{
	size_t n;

	store_shut_key(s, sealed, &n, pid, k);
	query_bytes(q, at, sealed, n);
}

/* What opened was shut by us; it is looked at all the same. */
static int
split_secrets(struct key_secrets *k, const char *all, size_t len)
{
	for (int i = 0; i < KEY_NSECRETS; i++) {
		size_t n = strnlen(all, len) + 1;

		if (n > len || n > STORE_SECRET)
			return -1;
		memcpy(k->text[i], all, n);
		all += n;
		len -= n;
	}
	return len == 0 ? 0 : -1;
}

int
store_open_key(struct store *s, const void *sealed, size_t n, const char *pid,
    struct key_secrets *k)
{
	char identity[IDENTITY], all[sizeof(k->text) + 1];
	int rc;

	memset(k, 0, sizeof(*k));
	set_identity(identity, keys, pid, secrets);
	rc = seal_open(s->seal, all, sizeof(all), sealed, n, identity);
	if (rc == 0)
		rc = split_secrets(k, all, n - SEAL_MORE);
	explicit_bzero(all, sizeof(all));
	if (rc == -1)
		explicit_bzero(k, sizeof(*k));
	return rc;
}

int
store_get_key(struct store *s, struct query *q, int at, const char *pid,
    struct key_secrets *k)
{
	const void *sealed;
	size_t n;

	memset(k, 0, sizeof(*k));
	if (query_is_null(q, at))
		return 0;
	sealed = query_get_bytes(q, at, &n);
	return store_open_key(s, sealed, n, pid, k);
}

struct query *
store_query(struct store *s, const char *sql)
{
	size_t i = 0;

	while (i < STORE_QUERIES && s->cached[i].sql != NULL &&
	    s->cached[i].sql != sql)
		i++;
	assert(i < STORE_QUERIES);
	if (s->cached[i].sql == NULL) {
		s->cached[i].query = query_new(s->db, sql);
		s->cached[i].sql = sql;
	}
	return s->cached[i].query;
}

int64_t
store_count(struct store *s, const char *name, int64_t more)
{
	struct query *q = store_query(s,
	    "UPDATE counters SET n = n + ?2 WHERE name = ?1 RETURNING n");
	int64_t n = 0;

	query_text(q, 0, name);
	query_number(q, 1, more);
	if (query_row(q))
		n = query_get_number(q, 0);
	query_run(q);
	return n;
}
