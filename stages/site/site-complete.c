/*
 * site-complete - makes what a site lacks that came back from a backup of its
 * store and its key alone.
 */
#include <unistd.h>

#include "store/site.h"
#include "lib/stage.h"
#include "lib/wipe.h"

int
main(int argc, char *argv[])
{
	const char *dir = "";
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
	if (dir[0] == '\0' || optind != argc)
		stage_usage();
	site_complete_begin(dir);
	stage_confine();
	site_complete(dir);
	return stage_end();
}
