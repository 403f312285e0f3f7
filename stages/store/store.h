#ifndef STORE_H
#define STORE_H

/*
 * store - a site's folder: site.db under schema.sql, and site.key.
 *
 * Like db.h it ends the program when something is wrong with the site: 78 for
 * a key file that is missing, open to others or another site's, 78 for a
 * store of a newer version, 66 for no site there.  A single value that does
 * not open is the caller's to report: that row is damaged, the site is not.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/db.h"
#include "hello/hellotime.h"
#include "store/seal.h"

/* The longest secret is an AMT password; a PPS has 32 characters too. */
#define STORE_SECRET 33 /* with its NUL */
#define STORE_PATH 4096
#define STORE_QUERIES 96
/* How long to wait for another writer, unless AMT_LOCK_SECONDS is set. */
#define STORE_LOCK_SECONDS 30
#define STORE_LOCK_SECONDS_MAX 3600

struct store {
	struct db *db;
	struct seal *seal;
	bool bulk; /* its transaction leaves the log out */
	bool dry;  /* whole streams: say what would be, change nothing */
	char dir[STORE_PATH];
	char path[STORE_PATH + 16]; /* of site.db */
	/* its own: what store_query prepared */
	struct {
		const char *sql;
		struct query *query;
	} cached[STORE_QUERIES];
};

/* Opens, checks the key file against the store, upgrades the schema. */
void store_open(struct store *s, const char *dir);
void store_close(struct store *s);
/* The same, but what *s has is a copy in memory: the site stays as it is, its
 * schema too, whatever is written. */
void store_open_copy(struct store *s, const char *dir);

/* For a check of a store that may be damaged (integrity.h): its database
 * alone, as it is, without its key. */
void store_open_bare(struct store *s, const char *dir);
bool store_key_fits(struct store *s, const uint8_t key[SEAL_KEY]);

/*
 * Makes site.db (0600) in dir, empty but for the schema and the fingerprint
 * of key; *s is open then.  The file must not be there: -1 with errno.
 */
int store_make(struct store *s, const char *dir, const uint8_t key[SEAL_KEY]);

/*
 * SQLite's own copy of a store that others read and write (VACUUM INTO): one
 * state of it, and without what was deleted, so that no old secret goes along.
 * The file must not be there: -1 with sitefile_why.  It is on the disk then.
 */
int store_copy(struct store *s, const char *path);

/* --- transactions (transaction.c) ---------------------------------------- */

/* A write transaction: waits for other writers at its beginning. */
void store_begin(struct store *s);
/*
 * The same for very much: when nobody else has the database open, what is
 * written goes to the file at once instead of by way of the log, which is
 * half of the writing.  Others then wait until the commit, readers too.
 */
void store_begin_bulk(struct store *s);
/* A read transaction: everything until store_commit sees one state. */
void store_begin_read(struct store *s);
void store_commit(struct store *s);
void store_rollback(struct store *s);
/* A number that is another one once another program has committed. */
int64_t store_changes(struct store *s);

/* --- queries -------------------------------------------------------------- */

/*
 * The query for sql, a string literal: prepared at the first call from that
 * place, the same one after that.
 */
struct query *store_query(struct store *s, const char *sql);

/* Gives queries closes(version, received, retries), see hellotime.h.  t is
 * borrowed. */
void store_timing(struct store *s, const struct hellotime *t);

/*
 * Identities of sealed values: "keys/PID/secrets", "secrets/UUID/admin",
 * "secrets/UUID/mebx".
 */
#define STORE_SEALED (STORE_SECRET - 1 + SEAL_MORE)

/* Binds text sealed; an empty text as NULL.  sealed is where the bytes stay
 * until the query has run. */
void store_bind_sealed(struct store *s, struct query *q, int at,
    const char *text, const char *table, const char *row, const char *column,
    uint8_t sealed[STORE_SEALED]);

/* Opens a sealed column; NULL gives "".  -1 when it is damaged. */
int store_get_sealed(struct store *s, struct query *q, int at,
    const char *table, const char *row, const char *column,
    char text[STORE_SECRET]);

/*
 * The secrets of a key, sealed as one value: that is a third of the work and
 * of the space, and what a key has comes and goes together.  In it they stand
 * one after the other, each with its NUL.
 */
enum key_secret { KEY_PPS, KEY_MEBX_NOW, KEY_MEBX_NEXT, KEY_NSECRETS };
struct key_secrets {
	char text[KEY_NSECRETS][STORE_SECRET]; /* "": unknown, or none yet */
};
#define STORE_KEY_SEALED (KEY_NSECRETS * STORE_SECRET + SEAL_MORE)

void store_shut_key(struct store *s, uint8_t sealed[STORE_KEY_SEALED],
    size_t *n, const char *pid, const struct key_secrets *k);
/* The same, bound to a query; sealed stays until that has run. */
void store_bind_key(struct store *s, struct query *q, int at, const char *pid,
    const struct key_secrets *k, uint8_t sealed[STORE_KEY_SEALED]);
/* Opens them; NULL gives three times "".  -1 when they are damaged. */
int store_get_key(struct store *s, struct query *q, int at, const char *pid,
    struct key_secrets *k);
int store_open_key(struct store *s, const void *sealed, size_t n,
    const char *pid, struct key_secrets *k);

/* Adds to a counter of the store (schema.sql); what it has come to. */
int64_t store_count(struct store *s, const char *name, int64_t more);

#endif
