/*
 * store-dump - what a site's store has, as records, CSV or JSON.
 */
#include <err.h>
#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/text.h"
#include "lib/clock.h"
#include "store/dump.h"
#include "lib/option.h"
#include "lib/outfile.h"
#include "lib/stage.h"
#include "lib/wipe.h"

enum { OPT_CSV = 1, OPT_JSON };

#define KINDS_MAX 8

struct dump_args {
	const char *dir;
	struct dump_only only;
	const struct kind *kinds[KINDS_MAX];
	size_t nkinds;
	struct hellotime timing;
	struct sink to;
	const char *path; /* of the output; NULL: standard output */
};

static void
add_kind(struct dump_args *a, const char *name)
{
	const struct kind *k = kind_find(name);

	if (k == NULL || a->nkinds == KINDS_MAX)
		stage_fail(EX_USAGE, "-k", 0,
		    "%s (got \"%s\", expected devices, batches, keys, "
		    "keystates, history, sticks, records, map, settlements, "
		    "unnamed, lookups, hello, results, drift, "
		    "certificates, events, runs, handover or passwords)",
		    k == NULL ? "no such kind" : "too many kinds", name);
	a->kinds[a->nkinds++] = k;
}

/* Each of the kinds has to be one that can be limited so. */
static void
check_only(const struct dump_args *a)
{
	const struct dump_only *o = &a->only;

	if (o->key != NULL && a->nkinds != 1)
		stage_usage();
	for (size_t i = 0; i < a->nkinds; i++) {
		const struct kind *k = a->kinds[i];

		if ((o->key != NULL && k != &kind_keystates &&
		        k != &kind_history) ||
		    (o->machine != NULL && k != &kind_devices &&
		        k != &kind_events) ||
		    (o->machine == NULL && k == &kind_events))
			stage_usage();
	}
}

/* The batch or PID that it is limited to is there. */
static void
check_key(const struct dump_args *a, struct store *s)
{
	const char *key = a->only.key;
	char shown[128];

	if (key == NULL || dump_has(s, a->kinds[0], key))
		return;
	text_show(shown, sizeof(shown), key, strlen(key));
	stage_fail(EX_DATAERR, a->dir, 0, "there is no key of %s %s",
	    a->kinds[0] == &kind_history ? "PID" : "batch", shown);
}

static void
parse_args(struct dump_args *a, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "csv", no_argument, NULL, OPT_CSV },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "reveal", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	a->to.masked = true;
	hellotime_usual(&a->timing);
	while ((ch = stage_getopt(argc, argv,
	            "b:d:k:m:o:p:rR:w:W:", longopts)) != -1)
		switch (ch) {
		case 'd':
			a->dir = optarg;
			break;
		case 'b':
		case 'p':
			a->only.key = optarg;
			break;
		case 'm':
			a->only.machine = optarg;
			break;
		case 'k':
			add_kind(a, optarg);
			break;
		case 'o':
			a->path = outfile_option(optarg);
			break;
		case OPT_CSV:
			a->to.form = SINK_CSV;
			break;
		case OPT_JSON:
			a->to.form = SINK_JSON;
			break;
		case 'r':
			a->to.masked = false;
			break;
		case 'w':
		case 'W':
		case 'R':
			option_hellotime(&a->timing, ch, optarg);
			break;
		default:
			stage_usage();
		}
	if (a->dir == NULL || optind != argc)
		stage_usage();
	if (a->nkinds == 0)
		add_kind(a, "devices");
	check_only(a);
	if (a->nkinds > 1 && a->to.form != SINK_STREAM)
		stage_fail(EX_USAGE, "-k", 0,
		    "CSV and JSON hold one kind (got %zu)", a->nkinds);
}

int
main(int argc, char *argv[])
{
	static char buffer[1 << 16];
	struct dump_args a = { 0 };
	struct outfile o;
	struct store s;
	int64_t now;
	int status;

	stage_begin(
	    "-d site [-k kind ...] [-b batch | -p pid | -m machine] [--csv | --json]\n"
	    "       [-o file] [-r] [-w hours] [-W hours] [-R schedule]",
	    MAY_USE_STORE | EMITS_SECRETS);
	wipe_openssl();
	(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	parse_args(&a, argc, argv);
	stage_uses_folder(a.dir);
	stage_makes(a.path);
	/* Nobody but the owner, from the first byte on. */
	if (a.path != NULL &&
	    (outfile_open(&o, a.path, 0600) == -1 ||
	        outfile_as_stdout(&o) == -1))
		errx(EX_CANTCREAT, "%s: %s", a.path, outfile_why());
	stage_confine();
	store_open(&s, a.dir);
	store_timing(&s, &a.timing);
	now = clock_seconds();
	store_begin_read(&s); /* all kinds show one moment */
	check_key(&a, &s);
	if (a.only.machine != NULL)
		dump_find(&s, &a.only, now);
	for (size_t i = 0; i < a.nkinds; i++)
		if (!dump_kind(&s, a.kinds[i], &a.to, now, &a.only))
			stage_fail(EX_USAGE, "-k", 0,
			    "%s are not kept in the store", a.kinds[i]->name);
	store_commit(&s);
	store_close(&s);
	status = stage_end();
	if (a.path != NULL && outfile_commit(&o) == -1)
		errx(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s: %s", a.path, outfile_why());
	return status;
}
