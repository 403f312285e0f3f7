/*
 * store-load - takes record streams into a site's store.
 */
#include <err.h>
#include <limits.h>
#include <string.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/findings.h"
#include "store/load.h"
#include "lib/confine.h"
#include "store/loadspool.h"
#include "lib/stage.h"
#include "lib/wipe.h"

static const struct {
	const struct kind *kind;
	int (*load)(struct store *s, struct stream_in *in);
} loaders[] = {
	{ &kind_keys, load_keys },
	{ &kind_map, load_map },
	{ &kind_hello, load_hello },
	{ &kind_results, load_results },
	{ &kind_lookups, load_lookups },
};
#define NLOADERS (sizeof(loaders) / sizeof(loaders[0]))

static int
load_stream(struct store *s, struct stream_in *in)
{
	const struct kind *wanted[NLOADERS];

	for (size_t i = 0; i < NLOADERS; i++) {
		if (loaders[i].kind == in->kind) {
			if (s->dry && in->kind != &kind_keys)
				stage_fail(EX_USAGE, "-n", 0,
				    "a stream of %s cannot be tried (expected "
				    "keys)",
				    in->kind->name);
			return loaders[i].load(s, in);
		}
		wanted[i] = loaders[i].kind;
	}
	stream_wrong_kind(in, wanted, NLOADERS);
}

struct load_args {
	const char *dir, *findings, *spool;
	bool dry, follow, cut;
	struct store store;
};

static void
load_input(int fd, const char *name, void *arg)
{
	struct load_args *a = arg;
	struct stream_in in;
	int got;

	stream_open(&in, fd, name);
	in.may_be_empty = a->cut;
	while ((got = stream_header(&in)) == 1) {
		in.may_be_cut = a->cut && !in.kind->whole;
		if (load_stream(&a->store, &in) == -1)
			stage_fail(EX_DATAERR, name, 0,
			    in.kind->whole
			        ? "nothing of this %s stream was kept"
			        : "what came of this %s stream was kept",
			    in.kind->name);
	}
	if (in.empty)
		exit(stage_status(EX_DATAERR)); /* empty; said by the reader */
	if (got == -1)
		stage_fail(EX_DATAERR, name, 0, "nothing of it was kept");
	stream_close(&in);
}

static void
parse_args(struct load_args *a, int argc, char *argv[])
{
	int ch;

	while ((ch = stage_getopt(argc, argv, "cd:F:fns:", NULL)) != -1)
		switch (ch) {
		case 'c':
			a->cut = true;
			break;
		case 'd':
			a->dir = optarg;
			break;
		case 'F':
			a->findings = optarg;
			break;
		case 'f':
			a->follow = true;
			break;
		case 'n':
			a->dry = true;
			break;
		case 's':
			a->spool = optarg;
			break;
		default:
			stage_usage();
		}
	if (a->dir == NULL ||
	    (a->spool != NULL && (a->dry || a->cut || optind != argc)) ||
	    (a->spool == NULL && a->follow))
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct load_args a;
	struct store *s = &a.store;
	struct loadspool l;

	stage_begin("-d site [-cnv] [-F file] [file ...]\n"
	            "       store-load -d site [-fv] -s spool",
	    MAY_READ_FILES | MAY_USE_STORE);
	wipe_openssl();
	parse_args(&a, argc, argv);
	/* A loader holds no port that its starter hands down to others. */
	if (a.follow && close_range(STDERR_FILENO + 1, UINT_MAX, 0) == -1)
		err(EX_OSERR, "close_range");
	findings_begin(a.findings);
	if (a.spool != NULL)
		loadspool_open(&l, a.spool);
	stage_uses_folder(a.dir);
	if (a.spool != NULL)
		confine_path(CONFINE_SPOOL, a.spool);
	stage_confine();
	store_open(s, a.dir);
	s->dry = a.dry;
	if (a.spool == NULL)
		stage_each_input(argc, argv, load_input, &a);
	else if (a.follow)
		loadspool_follow(&l, s);
	else
		(void)loadspool_take(&l, s);
	store_close(s);
	findings_end();
	return stage_end();
}
