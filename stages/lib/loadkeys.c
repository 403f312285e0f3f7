#include "load.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "keyrow.h"
#include "password.h"
#include "pidpps.h"
#include "stage.h"

/*
 * A bundle goes into a temporary table first, secrets sealed, and from there
 * in the order of its PIDs into the keys: PIDs are random, and a table of a
 * million rows takes rows in order five times as fast.  Nothing of it is in
 * memory at once.
 */
enum {
	STAGE_PID,
	STAGE_SEALED,
	STAGE_BATCH,
	STAGE_ORIGIN,
	STAGE_STATE,
	STAGE_NOTE,
	STAGE_PLACE,
	STAGE_WHOLE /* it has a PPS */
};

static const char *const spoken[KEY_NSECRETS] = { "PPS",
	"present MEBx password", "next MEBx password" };

struct bundle {
	struct store *store;
	struct query *put; /* into the stage */
	struct query *look;
	struct query *fill;
	struct load_count count;
	int64_t now;
	uint64_t staged;
	unsigned rebatched; /* records that name another batch */
};

struct key {
	const char *pid;
	struct key_secrets secret;
	bool damaged; /* they did not open */
};

static int
check_key(const struct record *r, char pid[PID_LEN + 1],
    struct key_secrets *secret, enum key_state *state, struct fault *f)
{
	char *const *field = r->field;

	memset(secret, 0, sizeof(*secret));
	if (pid_parse(pid, field[KEYS_PID], strlen(field[KEYS_PID]), f) == -1)
		return -1;
	/* A stick that was read back may have lost its PPS. */
	if (field[KEYS_PPS][0] != '\0' &&
	    pps_parse(secret->text[KEY_PPS], field[KEYS_PPS],
	        strlen(field[KEYS_PPS]), f) == -1)
		return -1;
	if (strlen(field[KEYS_NOTE]) > KEYROW_NOTE_MAX)
		return fault_set(f, 0, "note is longer than %d bytes",
		    KEYROW_NOTE_MAX);
	*state = key_state_find(field[KEYS_STATE]);
	if (*state == KEY_NSTATES)
		return fault_set(f, 0, "unknown state of a key");
	for (int i = KEY_MEBX_NOW; i <= KEY_MEBX_NEXT; i++) {
		const char *password = field[KEYS_PPS + i];
		size_t len = strlen(password);

		if (len > PASSWORD_MAX)
			return fault_set(f, 0,
			    "%s is longer than %d characters",
			    r->kind->columns[KEYS_PPS + i].name, PASSWORD_MAX);
		memcpy(secret->text[i], password, len + 1);
	}
	return 0;
}

static void
stage_put(struct bundle *b, struct stream_in *in, struct record *r)
{
	uint8_t sealed[STORE_KEY_SEALED];
	struct key_secrets secret;
	char pid[PID_LEN + 1], place[LOAD_PLACE];
	enum key_state state = KEY_NEW;
	struct fault f;

	load_place(in, r->field[KEYS_FROM], place);
	if (check_key(r, pid, &secret, &state, &f) == -1) {
		stage_refuse(place, 0, "%s", f.why);
		b->count.n[LOAD_REFUSED]++;
		return;
	}
	query_text(b->put, STAGE_PID, pid);
	store_bind_key(b->store, b->put, STAGE_SEALED, pid, &secret, sealed);
	query_text(b->put, STAGE_BATCH, r->field[KEYS_BATCH]);
	query_text(b->put, STAGE_ORIGIN, r->field[KEYS_ORIGIN]);
	query_number(b->put, STAGE_STATE, state);
	query_text(b->put, STAGE_NOTE, r->field[KEYS_NOTE]);
	query_text(b->put, STAGE_PLACE, place);
	query_number(b->put, STAGE_WHOLE, secret.text[KEY_PPS][0] != '\0');
	query_run(b->put);
	explicit_bzero(&secret, sizeof(secret));
	b->staged++;
}

/* The whole stream into the stage; -1 when it was broken. */
static int
stage_fill(struct bundle *b, struct stream_in *in)
{
	struct record r;
	int got;

	db_exec(b->store->db,
	    "CREATE TEMP TABLE IF NOT EXISTS stage_keys (pid TEXT, sealed "
	    "BLOB, batch TEXT, origin TEXT, state INTEGER, note TEXT, "
	    "place TEXT, whole INTEGER);"
	    "DELETE FROM stage_keys");
	b->put = query_new(b->store->db,
	    "INSERT INTO stage_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	db_begin_read(b->store->db); /* of the stage only: locks nobody out */
	while ((got = stream_next(in, &r)) == 1)
		stage_put(b, in, &r);
	db_commit(b->store->db);
	query_free(b->put);
	return got;
}

/* Which secret both know and do not agree on, or -1. */
static int
contradiction(const struct key *here, const struct key *there)
{
	for (int i = 0; i < KEY_NSECRETS; i++) {
		const char *a = here->secret.text[i];
		const char *b = there->secret.text[i];

		if (a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0)
			return i;
	}
	return -1;
}

/* Writes the secrets that are known here and were not there (or do not open
 * there).  Was there any?  A key without its PPS is none: one that does not
 * open stays so until a list has its PPS. */
static bool
fill_secrets(struct bundle *b, const struct key *here, const struct key *there)
{
	struct key_secrets all = there->secret;
	uint8_t sealed[STORE_KEY_SEALED];
	bool any = false;

	for (int i = 0; i < KEY_NSECRETS; i++)
		if (here->secret.text[i][0] != '\0' && all.text[i][0] == '\0') {
			memcpy(all.text[i], here->secret.text[i], STORE_SECRET);
			any = true;
		}
	any = any && all.text[KEY_PPS][0] != '\0';
	if (any) {
		store_bind_key(b->store, b->fill, 0, here->pid, &all, sealed);
		query_number(b->fill, 1, b->now);
		query_text(b->fill, 2, here->pid);
		query_run(b->fill);
	}
	explicit_bzero(&all, sizeof(all));
	return any;
}

/* A note where the store has none. */
static bool
fill_note(struct bundle *b, const char *pid, const char *note)
{
	struct query *q = store_query(b->store,
	    "UPDATE keys SET note = ?1 WHERE pid = ?2 AND note = ''");

	if (note[0] == '\0')
		return false;
	query_text(q, 0, note);
	query_text(q, 1, pid);
	query_run(q);
	return db_changes(b->store->db) != 0;
}

static enum load_verdict
compare(struct bundle *b, struct query *row, struct key *here,
    struct key *there)
{
	const char *place = query_get_text(row, STAGE_PLACE);
	enum key_state state =
	    (enum key_state)query_get_number(row, STAGE_STATE);
	bool filled;
	int differs;

	here->damaged = store_get_key(b->store, row, STAGE_SEALED, here->pid,
	                    &here->secret) == -1;
	there->damaged = store_get_key(b->store, b->look, 0, there->pid,
	                     &there->secret) == -1;
	differs = contradiction(here, there);
	if (differs != -1) {
		stage_refuse(place, 0,
		    "PID %s has another %s than in %s; the store keeps that "
		    "one",
		    here->pid, spoken[differs], query_get_text(b->look, 1));
		return LOAD_REFUSED;
	}
	if (strcmp(query_get_text(row, STAGE_BATCH),
	        query_get_text(b->look, 2)) != 0 &&
	    query_get_text(row, STAGE_BATCH)[0] != '\0')
		b->rebatched++;
	filled = fill_secrets(b, here, there);
	if (filled && there->damaged)
		stage_say(place, 0,
		    "PID %s did not open in the store and is whole again",
		    here->pid);
	filled =
	    fill_note(b, here->pid, query_get_text(row, STAGE_NOTE)) || filled;
	if (store_key_on(b->store, here->pid, state, b->now, place) || filled)
		return LOAD_CHANGED;
	return LOAD_SAME;
}

/* Is this the very row that was just added?  No two sealings are alike. */
static bool
same_row(struct query *row, struct query *look)
{
	size_t n, m;
	const void *here = query_get_bytes(row, STAGE_SEALED, &n);
	const void *there = query_get_bytes(look, 0, &m);

	return n != 0 && n == m && memcmp(here, there, n) == 0;
}

static void
merge_known(struct bundle *b, struct query *row)
{
	struct key here = { .pid = query_get_text(row, STAGE_PID) };
	struct key there = here;

	query_text(b->look, 0, here.pid);
	if (!query_row(b->look)) {
		/* Not added for want of a PPS, and not known either. */
		stage_refuse(query_get_text(row, STAGE_PLACE), 0,
		    "PID %s is not in the store and comes without a PPS",
		    here.pid);
		b->count.n[LOAD_REFUSED]++;
		return;
	}
	if (!same_row(row, b->look))
		b->count.n[compare(b, row, &here, &there)]++;
	query_reset(b->look);
	explicit_bzero(&here, sizeof(here));
	explicit_bzero(&there, sizeof(there));
}

/* Adds what is not there yet.  Of two records with one PID the first is
 * added: that is the order of rowid. */
static uint64_t
add_new(struct bundle *b)
{
	struct query *add = query_new(b->store->db,
	    "INSERT INTO keys (pid, sealed, batch, origin, state, note, "
	    "place, added, changed) SELECT pid, sealed, batch, origin, state, "
	    "note, place, ?1, ?1 FROM stage_keys WHERE whole "
	    "ORDER BY pid, rowid ON CONFLICT DO NOTHING");

	query_number(add, 0, b->now);
	query_run(add);
	query_free(add);
	return (uint64_t)db_changes(b->store->db);
}

static void
merge_rest(struct bundle *b)
{
	struct db *db = b->store->db;
	struct query *rows =
	    query_new(db, "SELECT * FROM stage_keys ORDER BY pid, rowid");

	b->look = query_new(db,
	    "SELECT sealed, place, batch FROM keys WHERE pid = ?");
	b->fill = query_new(db,
	    "UPDATE keys SET sealed = ?, changed = ? WHERE pid = ?");
	while (query_row(rows))
		merge_known(b, rows);
	query_free(rows);
	query_free(b->look);
	query_free(b->fill);
}

static void
merge(struct bundle *b)
{
	b->count.n[LOAD_NEW] = add_new(b);
	if (b->count.n[LOAD_NEW] != b->staged)
		merge_rest(b);
}

/* Machines may have been heard before their keys came. */
static void
note_seen(struct bundle *b)
{
	struct query *q = query_new(b->store->db,
	    "SELECT m.pid, m.uuid, m.address, m.last_heard "
	    "FROM machines m JOIN keys k USING (pid) WHERE k.state < ?");
	char cause[128];

	query_number(q, 0, KEY_SEEN);
	while (query_row(q)) {
		(void)snprintf(cause, sizeof(cause), "hello of %s from %s",
		    query_get_text(q, 1), query_get_text(q, 2));
		(void)store_key_on(b->store, query_get_text(q, 0), KEY_SEEN,
		    query_get_number(q, 3), cause);
	}
	query_free(q);
}

int
load_keys(struct store *s, struct stream_in *in)
{
	struct bundle b = { .store = s, .now = clock_seconds() };

	if (stage_fill(&b, in) == -1)
		return -1;
	db_begin(s->db);
	merge(&b);
	note_seen(&b);
	db_commit(s->db);
	db_exec(s->db, "DELETE FROM stage_keys");
	if (b.rebatched != 0)
		stage_say(in->name, 0,
		    "%u keys are in the store under another batch and stay "
		    "there",
		    b.rebatched);
	load_tell(in, &b.count);
	return 0;
}
