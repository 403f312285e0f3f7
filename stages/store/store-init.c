/*
 * store-init - makes the folder of a site.
 */
#include <unistd.h>

#include "store/site.h"
#include "lib/stage.h"
#include "lib/wipe.h"

int
main(int argc, char *argv[])
{
	const char *dir = NULL;
	int ch;

	stage_begin("-d site", MAY_WRITE_FILES | MAY_USE_STORE);
	wipe_openssl();
	while ((ch = stage_getopt(argc, argv, "d:", NULL)) != -1)
		switch (ch) {
		case 'd':
			dir = optarg;
			break;
		default:
			stage_usage();
		}
	if (dir == NULL || optind != argc)
		stage_usage();
	site_begin(dir);
	stage_confine();
	site_make(dir);
	return stage_end();
}
