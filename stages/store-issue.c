/*
 * store-issue - takes unused keys of a batch for a stick or for a partner's
 * file, or makes new ones.
 *
 * A file's keys are reserved; export.h says how they come to be issued.  A
 * stick's keys are marked and everything that the stick will set is in the
 * store before the first one is written: a stick that was cut short costs keys,
 * it never gives one out twice.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "clock.h"
#include "export.h"
#include "keyrow.h"
#include "password.h"
#include "pidpps.h"
#include "profilefile.h"
#include "random.h"
#include "stage.h"
#include "store.h"
#include "stream.h"

/* A stick with 1,000 records holds a machine up for 15 seconds. */
#define KEYS_MAX 100000

enum { OPT_RETURN = 1 };

struct key {
	char pid[PID_LEN + 1];
	struct key_secrets secret;
	char origin[64], note[KEYROW_NOTE_MAX + 1], place[256];
};

struct issue {
	struct store store;
	const char *dir, *batch, *stick, *profile_path;
	const char *export; /* path of the file that they are for, or NULL */
	char export_name[EXPORT_NAME];
	const char *returned; /* stick whose keys come back, or NULL */
	struct profile profile;
	bool make, reveal, all; /* all: every unused key of the batch */
	size_t n;
	struct key *keys; /* n of them */
	int64_t now;
};

static void
copy(char *to, size_t cap, const char *from)
{
	(void)snprintf(to, cap, "%s", from);
}

/* --- which keys -------------------------------------------------------- */

/* False, said, when a secret of it does not open. */
static bool
take_row(struct issue *s, struct query *q, struct key *k)
{
	copy(k->pid, sizeof(k->pid), query_get_text(q, 0));
	copy(k->origin, sizeof(k->origin), query_get_text(q, 2));
	copy(k->place, sizeof(k->place), query_get_text(q, 3));
	copy(k->note, sizeof(k->note), query_get_text(q, 4));
	if (store_get_key(&s->store, q, 1, k->pid, &k->secret) == 0)
		return true;
	stage_refuse(s->store.path, 0,
	    "KEY-DAMAGED: a secret of PID %s does not open; passed over",
	    k->pid);
	return false;
}

static void
too_few(struct issue *s, size_t n)
{
	struct query *q = query_new(s->store.db,
	    "SELECT EXISTS (SELECT 1 FROM keys WHERE batch = ?)");
	bool known;

	query_text(q, 0, s->batch);
	known = query_row(q) && query_get_number(q, 0) != 0;
	query_free(q);
	if (!known)
		stage_fail(EX_DATAERR, s->dir, 0,
		    "no key of a batch \"%s\" is in the store; import its "
		    "list, or make keys with -g",
		    s->batch);
	stage_fail(EX_DATAERR, s->dir, 0,
	    "batch %s has %zu unused keys (asked for %zu); none was taken: "
	    "ask for fewer, import more, or make new ones with -g",
	    s->batch, n, s->n);
}

static void
take_unused(struct issue *s)
{
	struct query *q = query_new(s->store.db,
	    "SELECT pid, sealed, origin, place, note FROM keys "
	    "WHERE batch = ? AND state = ? AND stick IS NULL "
	    "ORDER BY rowid");
	size_t n = 0;

	query_text(q, 0, s->batch);
	query_number(q, 1, KEY_NEW);
	while (n < s->n && query_row(q))
		if (take_row(s, q, &s->keys[n]))
			n++;
	query_free(q);
	if (s->all && n > 0)
		s->n = n; /* without the damaged ones */
	if (n < s->n)
		too_few(s, n);
}

static void
count_unused(struct issue *s)
{
	struct query *q = query_new(s->store.db,
	    "SELECT count(*) FROM keys WHERE batch = ? AND state = ? "
	    "AND stick IS NULL");

	query_text(q, 0, s->batch);
	query_number(q, 1, KEY_NEW);
	if (query_row(q))
		s->n = (size_t)query_get_number(q, 0);
	query_free(q);
	if (s->n > KEYS_MAX)
		stage_fail(EX_DATAERR, s->dir, 0,
		    "batch %s has %zu unused keys, more than one file may "
		    "have; ask for at most %d with -n",
		    s->batch, s->n, KEYS_MAX);
	if (s->n == 0)
		s->n = 1; /* one too many: take_unused says so */
}

static void
random_password(char to[STORE_SECRET])
{
	uint8_t random[PASSWORD_RANDOM];

	do
		random_bytes(random, sizeof(random));
	while (password_generate(to, random, sizeof(random)) == 0);
	explicit_bzero(random, sizeof(random));
}

/* A pair whose PID the store does not have yet. */
static void
make_key(struct issue *s, struct key *k)
{
	uint8_t random[PIDPPS_RANDOM], sealed[STORE_KEY_SEALED];
	struct query *q = store_query(&s->store,
	    "INSERT INTO keys (pid, sealed, batch, origin, state, place, "
	    "added, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) "
	    "ON CONFLICT DO NOTHING");

	copy(k->secret.text[KEY_MEBX_NOW], STORE_SECRET, PASSWORD_FACTORY);
	copy(k->origin, sizeof(k->origin), "made here");
	(void)snprintf(k->place, sizeof(k->place), "made for %s", s->stick);
	do {
		do
			random_bytes(random, sizeof(random));
		while (pidpps_generate(k->pid, k->secret.text[KEY_PPS], random,
		           sizeof(random)) == 0);
		query_text(q, 0, k->pid);
		store_bind_key(&s->store, q, 1, k->pid, &k->secret, sealed);
		query_text(q, 2, s->batch);
		query_text(q, 3, k->origin);
		query_number(q, 4, KEY_NEW);
		query_text(q, 5, k->place);
		query_number(q, 6, s->now);
		query_run(q);
	} while (db_changes(s->store.db) == 0);
	explicit_bzero(random, sizeof(random));
}

/* --- marking ----------------------------------------------------------- */

/* What the stick sets the machine's MEBx password to: never the factory's. */
static void
mark(struct issue *s, struct key *k)
{
	char *mebx_next = k->secret.text[KEY_MEBX_NEXT];
	uint8_t sealed[STORE_KEY_SEALED];
	char cause[320];
	struct query *q;

	if (mebx_next[0] != '\0') {
		/* Nothing to seal again: that is a third of the work. */
		q = store_query(&s->store,
		    "UPDATE keys SET stick = ?1, changed = ?3 WHERE pid = ?4");
	} else {
		q = store_query(&s->store,
		    "UPDATE keys SET stick = ?1, sealed = ?2, changed = ?3 "
		    "WHERE pid = ?4");
		if (s->profile.mebx_mode == PROFILE_MEBX_FIXED)
			copy(mebx_next, STORE_SECRET, s->profile.mebx_fixed);
		else
			random_password(mebx_next);
		store_bind_key(&s->store, q, 1, k->pid, &k->secret, sealed);
	}
	query_text(q, 0, s->stick);
	query_number(q, 2, s->now);
	query_text(q, 3, k->pid);
	query_run(q);
	if (s->export != NULL)
		return; /* reserved */
	(void)snprintf(cause, sizeof(cause), "stick %s", s->stick);
	(void)store_key_on(&s->store, k->pid, KEY_ISSUED, s->now, cause);
}

static void
check_stick(struct issue *s)
{
	struct query *q = query_new(s->store.db,
	    "SELECT 1 FROM keys WHERE stick = ? LIMIT 1");

	query_text(q, 0, s->stick);
	if (query_row(q))
		stage_fail(EX_DATAERR, s->dir, 0,
		    "keys were issued to a stick \"%s\" before; give this one "
		    "another name",
		    s->stick);
	query_free(q);
}

static void
issue(struct issue *s)
{
	db_begin(s->store.db);
	s->now = clock_seconds();
	if (s->export != NULL) {
		export_begin(&s->store, s->export_name, s->batch, s->export,
		    s->now);
		s->stick = s->export_name;
	}
	check_stick(s);
	if (s->all)
		count_unused(s);
	s->keys = calloc(s->n, sizeof(*s->keys));
	if (s->keys == NULL)
		err(EX_OSERR, "keys");
	if (!s->make)
		take_unused(s);
	for (size_t i = 0; i < s->n; i++) {
		if (s->make)
			make_key(s, &s->keys[i]);
		mark(s, &s->keys[i]);
	}
	db_commit(s->store.db);
}

static void
emit(const struct issue *s)
{
	struct stream_out out;

	stream_begin(&out, &kind_keys, s->reveal);
	for (size_t i = 0; i < s->n; i++) {
		const struct key *k = &s->keys[i];
		const char *fields[KEYS_NCOLUMNS] = {
			[KEYS_PID] = k->pid,
			[KEYS_PPS] = k->secret.text[KEY_PPS],
			[KEYS_MEBX_NOW] = k->secret.text[KEY_MEBX_NOW],
			[KEYS_MEBX_NEXT] = k->secret.text[KEY_MEBX_NEXT],
			[KEYS_BATCH] = s->batch,
			[KEYS_ORIGIN] = k->origin,
			[KEYS_STATE] = key_state_name(KEY_ISSUED),
			[KEYS_NOTE] = k->note,
			[KEYS_FROM] = k->place,
		};

		stream_write(&out, fields);
	}
	stream_end(&out, 0);
}

/* --- the way back ------------------------------------------------------ */

/* Keys of a stick that never came to be: those that nothing was heard of. */
static void
take_back(struct issue *s)
{
	struct query *q, *back;
	char cause[320];
	uint64_t n = 0;

	db_begin(s->store.db);
	s->now = clock_seconds();
	(void)snprintf(cause, sizeof(cause), "back from stick %s", s->returned);
	/* The sorter holds them while they change. */
	q = query_new(s->store.db,
	    "SELECT pid FROM keys WHERE stick = ? AND "
	    "state = ? ORDER BY +pid");
	back = query_new(s->store.db,
	    "UPDATE keys SET state = ?, stick = NULL WHERE pid = ?");
	query_text(q, 0, s->returned);
	query_number(q, 1, KEY_ISSUED);
	while (query_row(q)) {
		query_number(back, 0, KEY_NEW);
		query_text(back, 1, query_get_text(q, 0));
		query_run(back);
		store_key_note(&s->store, query_get_text(q, 0), KEY_NEW, s->now,
		    cause);
		n++;
	}
	query_free(q);
	query_free(back);
	db_commit(s->store.db);
	if (stage_verbose())
		stage_say(s->dir, 0,
		    "%" PRIu64 " keys of stick %s are unused again", n,
		    s->returned);
}

static void
parse_args(struct issue *s, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "return", required_argument, NULL, OPT_RETURN },
		{ "reveal", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while (
	    (ch = stage_getopt(argc, argv, "b:d:gn:p:rs:x:", longopts)) != -1)
		switch (ch) {
		case 'b':
			s->batch = optarg;
			break;
		case 'd':
			s->dir = optarg;
			break;
		case 'g':
			s->make = true;
			break;
		case 'n':
			s->n = stage_number("-n", optarg, 1, KEYS_MAX);
			break;
		case 'p':
			s->profile_path = optarg;
			break;
		case 's':
			s->stick = optarg;
			break;
		case 'x':
			s->export = optarg;
			break;
		case OPT_RETURN:
			s->returned = optarg;
			break;
		case 'r':
			s->reveal = true;
			break;
		default:
			stage_usage();
		}
	if (s->dir == NULL || optind != argc)
		stage_usage();
	s->all = s->n == 0 && s->export != NULL && !s->make;
	if (s->returned == NULL &&
	    (s->batch == NULL || s->profile_path == NULL ||
	        (s->n == 0 && !s->all) ||
	        (s->stick == NULL) == (s->export == NULL)))
		stage_usage();
	if (s->export != NULL && s->export[0] != '/')
		errx(EX_USAGE, "-x: not an absolute path (got \"%s\")",
		    s->export);
}

int
main(int argc, char *argv[])
{
	struct issue s = { 0 };

	stage_begin("-d site -b batch -n count [-g] -s stick -p profile.xml "
	            "[-r]\n       store-issue -d site -b batch [-n count] [-g] "
	            "-x "
	            "file -p profile.xml [-r]\n"
	            "       store-issue -d site --return stick",
	    MAY_READ_FILES | MAY_USE_STORE | EMITS_SECRETS);
	parse_args(&s, argc, argv);
	if (s.returned == NULL)
		stage_guard_secrets(s.reveal); /* before a key is taken */
	stage_confine();
	if (s.returned == NULL)
		profile_file(&s.profile, s.profile_path);
	store_open(&s.store, s.dir);
	if (s.returned != NULL)
		take_back(&s);
	else
		issue(&s);
	store_close(&s.store);
	profile_wipe(&s.profile);
	if (s.returned == NULL) {
		emit(&s);
		explicit_bzero(s.keys, s.n * sizeof(*s.keys));
		free(s.keys);
	}
	return stage_end();
}
