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
#include "lib/wipe.h"
#include "store/store.h"
#include "store/issue.h"

enum { OPT_RETURN = 1, OPT_PROFILE };

struct issuing {
	struct store store;
	const char *dir, *stick, *profile_path;
	const char *export; /* path of the file that they are for, or NULL */
	char export_name[EXPORT_NAME];
	const char *returned; /* stick whose keys come back, or NULL */
	struct profiles profiles;
	const char *profile_name; /* or NULL */
	bool make, reveal, all;   /* all: every unused key of the batch */
	struct issue take;
};

static void
issue_keys(struct issuing *s)
{
	struct issue *t = &s->take;

	store_begin(&s->store);
	t->store = &s->store;
	t->profile =
	    profile_for_keys(&s->profiles, s->profile_path, s->profile_name);
	t->now = clock_seconds();
	if (s->export != NULL) {
		export_begin(&s->store, s->export_name, NULL, t->batch,
		    s->export, t->now);
		s->stick = s->export_name;
	}
	if (issue_stick_known(&s->store, s->stick))
		stage_fail(EX_DATAERR, s->dir, 0,
		    "keys were issued to a stick \"%s\" before; give this one "
		    "another name",
		    s->stick);
	if (s->all)
		issue_count(t);
	if (s->make)
		issue_room(t);
	else
		issue_unused(t, s->all);
	for (size_t i = 0; i < t->n; i++) {
		if (s->make)
			issue_make(t, i, s->stick);
		issue_mark(t, i, s->stick, s->export == NULL);
		stage_progress(s->store.path, i + 1, "keys made ready");
	}
	store_commit(&s->store);
}

static void
issue_emit(const struct issuing *s)
{
	struct stream_out out;

	stream_begin(&out, &kind_keys, s->reveal);
	for (size_t i = 0; i < s->take.n; i++)
		issue_write(&out, &s->take.keys[i], s->take.batch);
	stream_end(&out, 0);
}

/* Keys of a stick that never came to be: those that nothing was heard of. */
static void
return_stick(struct issuing *s)
{
	uint64_t n;

	store_begin(&s->store);
	n = issue_return(&s->store, s->returned, clock_seconds());
	if (n == 0 && !issue_stick_returned(&s->store, s->returned))
		stage_fail(EX_DATAERR, s->dir, 0,
		    "no key was ever issued to a stick \"%s\"", s->returned);
	store_commit(&s->store);
	if (stage_verbose())
		stage_say(s->dir, 0,
		    "%" PRIu64 " keys of stick %s are unused again", n,
		    s->returned);
}

static void
parse_args(struct issuing *s, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "profile", required_argument, NULL, OPT_PROFILE },
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
			s->take.n = stage_number("-n", optarg, 1, ISSUE_MAX);
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
		case OPT_PROFILE:
			s->profile_name = optarg;
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
	struct issuing s = { 0 };

	stage_begin(
	    "-d site -b batch -n count [-g] -s stick -p profile.xml "
	    "[--profile name] [-r]\n       store-issue -d site -b batch [-n count] [-g] "
	    "-x "
	    "file -p profile.xml [--profile name] [-r]\n"
	    "       store-issue -d site --return stick",
	    MAY_READ_FILES | MAY_USE_STORE | EMITS_SECRETS);
	wipe_openssl();
	wipe_libxml();
	parse_args(&s, argc, argv);
	if (s.returned == NULL)
		stage_guard_secrets(s.reveal); /* before a key is taken */
	stage_uses_folder(s.dir);
	stage_reads(s.profile_path);
	stage_confine();
	if (s.returned == NULL)
		profile_file(&s.profiles, s.profile_path);
	store_open(&s.store, s.dir);
	if (s.returned != NULL)
		return_stick(&s);
	else
		issue_keys(&s);
	store_close(&s.store);
	profiles_free(&s.profiles);
	if (s.returned == NULL) {
		issue_emit(&s);
		issue_free(&s.take);
	}
	return stage_end();
}
