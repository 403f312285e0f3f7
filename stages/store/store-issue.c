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
#include <sysexits.h>

#include "lib/clock.h"
#include "store/export.h"
#include "lib/profilefile.h"
#include "lib/stage.h"
#include "store/store.h"
#include "store/take.h"

enum { OPT_RETURN = 1 };

struct issue {
	struct store store;
	const char *dir, *stick, *profile_path;
	const char *export; /* path of the file that they are for, or NULL */
	char export_name[EXPORT_NAME];
	const char *returned; /* stick whose keys come back, or NULL */
	struct profile profile;
	bool make, reveal, all; /* all: every unused key of the batch */
	struct take take;
};

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
	struct take *t = &s->take;

	db_begin(s->store.db);
	t->store = &s->store;
	t->profile = &s->profile;
	t->now = clock_seconds();
	if (s->export != NULL) {
		export_begin(&s->store, s->export_name, NULL, t->batch,
		    s->export, t->now);
		s->stick = s->export_name;
	}
	check_stick(s);
	if (s->all)
		take_count(t);
	if (s->make)
		take_none(t);
	else
		take_unused(t, s->all);
	for (size_t i = 0; i < t->n; i++) {
		if (s->make)
			take_make(t, i, s->stick);
		take_mark(t, i, s->stick, s->export == NULL);
		stage_progress(s->store.path, i + 1, "keys made ready");
	}
	db_commit(s->store.db);
}

static void
emit(const struct issue *s)
{
	struct stream_out out;

	stream_begin(&out, &kind_keys, s->reveal);
	for (size_t i = 0; i < s->take.n; i++)
		take_write(&out, &s->take.keys[i], s->take.batch);
	stream_end(&out, 0);
}

/* --- the way back ------------------------------------------------------ */

/* Has or had it a key? */
static bool
stick_is_known(struct issue *s, const char *cause)
{
	struct query *q = store_query(&s->store,
	    "SELECT 1 FROM keys WHERE stick = ?1 UNION ALL "
	    "SELECT 1 FROM key_history WHERE cause = ?2 LIMIT 1");
	bool any;

	query_text(q, 0, s->returned);
	query_text(q, 1, cause);
	any = query_row(q);
	query_reset(q);
	return any;
}

/* Keys of a stick that never came to be: those that nothing was heard of. */
static void
take_back(struct issue *s)
{
	struct query *q, *back;
	const int64_t now = clock_seconds();
	char cause[320];
	uint64_t n = 0;

	db_begin(s->store.db);
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
		store_key_note(&s->store, query_get_text(q, 0), KEY_NEW, now,
		    cause);
		n++;
	}
	query_free(q);
	query_free(back);
	if (n == 0 && !stick_is_known(s, cause))
		stage_fail(EX_DATAERR, s->dir, 0,
		    "no key was ever issued to a stick \"%s\"", s->returned);
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
			s->take.batch = optarg;
			break;
		case 'd':
			s->dir = optarg;
			break;
		case 'g':
			s->make = true;
			break;
		case 'n':
			s->take.n = stage_number("-n", optarg, 1, TAKE_MAX);
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
	s->all = s->take.n == 0 && s->export != NULL && !s->make;
	if (s->returned == NULL &&
	    (s->take.batch == NULL || s->profile_path == NULL ||
	        (s->take.n == 0 && !s->all) ||
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
	stage_uses_folder(s.dir);
	stage_reads(s.profile_path);
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
		take_free(&s.take);
	}
	return stage_end();
}
