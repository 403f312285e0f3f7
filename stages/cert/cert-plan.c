/*
 * cert-plan - before a certificate is bought: which name to put into it, and
 * which public CAs reach how many of the machines heard so far.
 *
 * Needs no certificate.  Names come from the map, roots from the hellos; of
 * machines that were not heard it says what is known of their releases.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "cert/plannames.h"
#include "cert/planroots.h"
#include "lib/clock.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/store.h"

int
main(int argc, char *argv[])
{
	static struct store store;
	const char *dir = NULL;
	int ch;

	stage_begin("-d site", MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	while ((ch = stage_getopt(argc, argv, "d:", NULL)) != -1)
		if (ch == 'd')
			dir = optarg;
		else
			stage_usage();
	if (dir == NULL || optind != argc)
		stage_usage();
	stage_uses_folder(dir);
	stage_confine();
	store_open(&store, dir);
	store_begin_read(&store);
	plannames_show(&store, dir);
	(void)putchar('\n');
	planroots_show(&store, dir, clock_seconds());
	store_commit(&store);
	store_close(&store);
	return stage_end();
}
