/*
 * store-sticks - plans sticks: which keys go on which, in which record.
 *
 * All sticks of a run are reserved in one transaction, with every value that
 * they will plant; export.h says how their keys come to be issued.  What is
 * reserved can then be read as often as it is needed, so that it can be shown
 * before it is written.
 */
#include <ctype.h>
#include <err.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "store/export.h"
#include "lib/profilefile.h"
#include "stick/setupbin_rows.h"
#include "lib/option.h"
#include "lib/stage.h"
#include "stick/stick_name.h"
#include "store/store.h"
#include "lib/stream.h"
#include "lib/wipe.h"
#include "store/issue.h"
#include "store/sticks.h"

/* A machine searches 1,000 records for 15 seconds at its start. */
#define RECORDS 1000

/* One stick of the plan. */
struct planned {
	char prefix[STICK_NAME_PREFIX + 1];
	uint32_t number;
	char name[STICK_NAME_MAX + 1];
	size_t nrecords;
	char image[PATH_MAX];
};

struct plan {
	struct store store;
	const char *dir, *profile_path;
	const char *path;  /* of the image; a folder ends in a slash */
	const char *stick; /* whose keys are asked for, or NULL */
	struct profiles profiles;
	const char *profile_name; /* or NULL */
	const char *csv; /* one key for each of its machines, or NULL */
	struct setupbin_rows rows;
	bool make, reveal, all;
	bool any;   /* its one record is for any number of machines */
	size_t max; /* records of one */
	struct issue take;
	struct stream_out out;
};

/* --- names --------------------------------------------------------------- */

/*
 * Where the image of a stick goes: /a/lab7.img, or with its number when it is
 * not the only one, /a/lab7-3.img; in a folder by its name, /a/lab7-3.img.
 */
static void
image_path(char path[PATH_MAX], const struct plan *p, const char *name,
    uint32_t number, bool only)
{
	const char *slash = strrchr(p->path, '/');
	const char *dot = strrchr(slash, '.');
	int stem =
	    (int)(dot == NULL || dot == slash + 1 ? strlen(p->path)
	                                          : (size_t)(dot - p->path));
	char lower[EXPORT_NAME];
	size_t i = 0;
	int n;

	if (slash[1] != '\0' && only)
		n = snprintf(path, PATH_MAX, "%s", p->path);
	else if (slash[1] != '\0')
		n = snprintf(path, PATH_MAX, "%.*s-%" PRIu32 "%s", stem,
		    p->path, number, p->path + stem);
	else {
		do
			lower[i] = (char)tolower((unsigned char)name[i]);
		while (name[i++] != '\0');
		n = snprintf(path, PATH_MAX, "%s%s.img", p->path, lower);
	}
	if (n >= PATH_MAX)
		errx(EX_USAGE, "-o: path is too long");
}

static void
refuse_old(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		errx(EX_CANTCREAT,
		    "%s: is there already; it may hold keys, so it is not "
		    "replaced",
		    path);
}

/* --- the plan ------------------------------------------------------------ */

static void
add_record(struct plan *p, const char *name, size_t record, size_t i)
{
	sticks_add_record(&p->store, name, record, p->take.keys[i].pid,
	    p->csv != NULL ? p->rows.row[i].machine
	        : p->any   ? STICK_NAME_ANY
	                   : "");
}

/* The password that a machine's row asks for.  A key that came with another
 * one is not for it: the list that it came from is somebody's, too. */
static void
give_password(struct plan *p, size_t i)
{
	struct issued *k = &p->take.keys[i];
	const char *has = k->secret.text[KEY_MEBX_NEXT];
	const uint8_t *value;
	size_t len;

	if (p->csv == NULL)
		return;
	value = setupbin_row_password(&p->rows.row[i], &len);
	if (value == NULL)
		return;
	if (has[0] != '\0' &&
	    (strlen(has) != len || memcmp(has, value, len) != 0))
		stage_fail(EX_DATAERR, p->csv, p->rows.row[i].line,
		    "its key (PID %s) came with another new MEBx password; "
		    "leave it random, or take keys that have none (-g); "
		    "nothing was taken",
		    k->pid);
	if (len >= sizeof(k->given))
		errx(EX_DATAERR, "%s:%zu: new MEBx password is too long",
		    p->csv, p->rows.row[i].line);
	memcpy(k->given, value, len);
	k->given[len] = '\0';
}

/* Keys first to first + k->nrecords go on it. */
static void
fill_stick(struct plan *p, const struct planned *k, size_t first)
{
	const struct stick_row row = { .name = k->name,
		.prefix = k->prefix,
		.number = k->number,
		.batch = p->take.batch,
		.image = k->image,
		.nrecords = k->nrecords };
	char name[EXPORT_NAME];

	export_begin(&p->store, name, k->name, p->take.batch, k->image,
	    p->take.now);
	sticks_add(&p->store, &row);
	for (size_t i = 0; i < k->nrecords; i++) {
		if (p->make)
			issue_make(&p->take, first + i, name);
		give_password(p, first + i);
		issue_mark(&p->take, first + i, name, false);
		add_record(p, name, i + 1, first + i);
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Machines of the list that have a record on a stick already. */
struct again {
	const char **names; /* of the list, sorted */
	size_t nnames, n;
	char first[512];
};

static void
note_again(void *arg, const char *machine, const char *stick, int64_t record)
{
	struct again *a = arg;

	if (bsearch(&machine, a->names, a->nnames, sizeof(*a->names),
	        by_name) != NULL &&
	    a->n++ == 0)
		(void)snprintf(a->first, sizeof(a->first),
		    "%s in record %" PRId64 " of %s", machine, record, stick);
}

/* Run twice, a list gives each of its machines two keys. */
static void
warn_again(struct plan *p)
{
	struct again a = { .nnames = p->rows.n };

	a.names = calloc(a.nnames + 1U, sizeof(*a.names));
	if (a.names == NULL)
		err(EX_OSERR, "machines");
	for (size_t i = 0; i < a.nnames; i++)
		a.names[i] = p->rows.row[i].machine;
	qsort(a.names, a.nnames, sizeof(*a.names), by_name);
	sticks_each_machine(&p->store, note_again, &a);
	free(a.names);
	if (a.n != 0)
		stage_say(p->csv, 0,
		    "warning: machines of it have a record on a stick already "
		    "(%zu, the first %s), and get another key",
		    a.n, a.first);
}

static void
put_stick(struct plan *p, const struct planned *k)
{
	char records[24];
	const char *fields[STICKS_NCOLUMNS] = { [STICKS_STICK] = k->name,
		[STICKS_BATCH] = p->take.batch,
		[STICKS_RECORDS] = records,
		[STICKS_TAKEN] = "0",
		[STICKS_IMAGE] = k->image };

	(void)snprintf(records, sizeof(records), "%zu", k->nrecords);
	stream_write(&p->out, fields);
}

static void
next_stick(struct plan *p, struct planned *k, size_t first)
{
	size_t left = p->take.n - first;

	do
		stick_name_make(k->name, k->prefix, ++k->number);
	while (sticks_known(&p->store, k->name));
	k->nrecords = left < p->max ? left : p->max;
	image_path(k->image, p, k->name, k->number, p->take.n <= p->max);
	refuse_old(k->image);
}

static void
sticks_reserve(struct plan *p)
{
	struct issue *t = &p->take;
	struct planned k;

	stream_begin(&p->out, &kind_sticks, false);
	store_begin(&p->store);
	t->store = &p->store;
	t->profile =
	    profile_for_keys(&p->profiles, p->profile_path, p->profile_name);
	t->now = clock_seconds();
	stick_name_prefix(k.prefix, t->batch);
	k.number = sticks_last_number(&p->store, k.prefix);
	if (p->csv != NULL)
		warn_again(p);
	if (p->all)
		issue_count(t);
	if (p->make)
		issue_room(t);
	else
		issue_unused(t, p->all);
	for (size_t first = 0; first < t->n; first += k.nrecords) {
		next_stick(p, &k, first);
		fill_stick(p, &k, first);
		put_stick(p, &k);
	}
	/* The plan may be lost on its way; then its sticks have no image, and
	 * their keys are free again. */
	store_commit(&p->store);
	issue_free(t);
	stream_end(&p->out, 0);
}

/* --- the keys of one ----------------------------------------------------- */

static void
check_pending(struct plan *p)
{
	char image[PATH_MAX];

	switch (sticks_made(&p->store, p->stick, image, sizeof(image))) {
	case STICK_UNKNOWN:
		stage_fail(EX_DATAERR, p->dir, 0, "no stick \"%s\"", p->stick);
	case STICK_MADE:
		stage_fail(EX_DATAERR, p->dir, 0,
		    "stick %s is made; a second one like it would give keys "
		    "to two machines each (its image was %s)",
		    p->stick, image);
	case STICK_PENDING:
		break;
	}
}

static void
emit_key(void *arg, const struct issued *k, const char *batch)
{
	issue_write(arg, k, batch);
}

static void
sticks_emit(struct plan *p)
{
	check_pending(p);
	stream_begin(&p->out, &kind_keys, p->reveal);
	sticks_each_key(&p->store, p->stick, emit_key, &p->out);
	stream_end(&p->out, 0);
}

/* --- options ------------------------------------------------------------- */

static void
check_options(struct plan *p, int argc)
{
	p->all = p->take.n == 0 && p->csv == NULL;
	if (p->take.n != 0 && p->csv != NULL)
		errx(EX_USAGE, "-n: the list of machines says how many (-c)");
	if (p->dir == NULL || optind != argc ||
	    (p->stick == NULL &&
	        (p->take.batch == NULL || p->profile_path == NULL ||
	            p->path == NULL || (p->all && p->make))))
		stage_usage();
	if (p->any && p->take.n != 1)
		errx(EX_USAGE, "--any: one record is for all machines (-n 1)");
	if (p->make && p->take.batch != NULL)
		(void)option_batch("-b", p->take.batch); /* it may be new */
	if (p->path != NULL && p->path[0] != '/')
		errx(EX_USAGE, "-o: not an absolute path (got \"%s\")",
		    p->path);
}

static void
parse_args(struct plan *p, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "any", no_argument, NULL, 'a' },
		{ "profile", required_argument, NULL, 'P' },
		{ "reveal", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	p->max = RECORDS;
	while ((ch = stage_getopt(argc, argv, "b:c:d:gk:m:n:o:p:r",
	            longopts)) != -1)
		switch (ch) {
		case 'a':
			p->any = true;
			break;
		case 'b':
			p->take.batch = optarg;
			break;
		case 'c':
			p->csv = optarg;
			break;
		case 'd':
			p->dir = optarg;
			break;
		case 'g':
			p->make = true;
			break;
		case 'k':
			p->stick = optarg;
			break;
		case 'm':
			p->max = stage_number("-m", optarg, 1, ISSUE_MAX);
			break;
		case 'n':
			p->take.n = stage_number("-n", optarg, 1, ISSUE_MAX);
			break;
		case 'o':
			p->path = optarg;
			break;
		case 'p':
			p->profile_path = optarg;
			break;
		case 'P':
			p->profile_name = optarg;
			break;
		case 'r':
			p->reveal = true;
			break;
		default:
			stage_usage();
		}
	check_options(p, argc);
}

/* What is wrong in them is told before the store is opened. */
static void
read_files(struct plan *p)
{
	profile_file(&p->profiles, p->profile_path);
	if (p->csv == NULL)
		return;
	setupbin_rows_read(&p->rows, p->csv, ISSUE_MAX);
	if (stage_refused() != 0)
		errx(EX_DATAERR, "%s: nothing was taken", p->csv);
	if (p->rows.n == 0)
		stage_fail(EX_DATAERR, p->csv, 0, "no machines");
	p->take.n = p->rows.n;
}

int
main(int argc, char *argv[])
{
	static struct plan p;

	stage_begin(
	    "-d site -b batch [-n count [--any] | -c machines.csv] "
	    "[-g] [-m records] -o image\n"
	    "       -p profile.xml [--profile name]\n       store-sticks -d site -k "
	    "stick [-r]",
	    MAY_READ_FILES | MAY_USE_STORE | EMITS_SECRETS);
	wipe_openssl();
	wipe_libxml();
	parse_args(&p, argc, argv);
	if (p.stick != NULL)
		stage_guard_secrets(p.reveal);
	stage_uses_folder(p.dir);
	stage_reads(p.profile_path);
	stage_reads(p.csv);
	stage_confine();
	if (p.stick == NULL)
		read_files(&p);
	store_open(&p.store, p.dir);
	if (p.stick != NULL)
		sticks_emit(&p);
	else
		sticks_reserve(&p);
	store_close(&p.store);
	profiles_free(&p.profiles);
	setupbin_rows_free(&p.rows);
	return stage_end();
}
