/*
 * store-settle - issues the keys of exports whose file is there, and frees
 * those of exports whose file is not.
 */
#include <inttypes.h>
#include <stdio.h>

#include "lib/clock.h"
#include "store/export.h"
#include "lib/stage.h"
#include "lib/wipe.h"

static void
settle_report(const struct export_end *e)
{
	if (e->nkeys != 0 && e->any)
		(void)printf("%s: stick %s, one record for any number of "
		             "machines\n",
		    e->path, e->stick);
	else if (e->nkeys != 0 && e->stick[0] != '\0')
		(void)printf("%s: stick %s, %" PRId64
		             " keys of batch %s, each good for one machine\n",
		    e->path, e->stick, e->nkeys, e->batch);
	else if (e->nkeys != 0)
		(void)printf("%s: %" PRId64 " keys of batch %s, issued\n",
		    e->path, e->nkeys, e->batch);
	else if (stage_verbose())
		stage_say(e->path, 0,
		    "not there; the keys of batch %s are unused again",
		    e->batch);
}

int
main(int argc, char *argv[])
{
	const char *dir = NULL;
	struct store s;
	int ch;

	stage_begin("-d site", MAY_USE_STORE);
	wipe_openssl();
	while ((ch = stage_getopt(argc, argv, "d:", NULL)) != -1)
		if (ch == 'd')
			dir = optarg;
		else
			stage_usage();
	if (dir == NULL || optind != argc)
		stage_usage();
	stage_uses_folder(dir);
	store_open(&s, dir);
	export_paths(&s, stage_reads); /* it alone knows them */
	stage_confine();
	export_settle(&s, clock_seconds(), settle_report);
	store_close(&s);
	return stage_end();
}
