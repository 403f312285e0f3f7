/*
 * check-site - whether a site can be worked with: its files, its settings, its
 * store, and whether what is in it is enough for the machines that are to come.
 */
#include <stdio.h>
#include <string.h>

#include "check/checkout.h"
#include "check/site_check.h"
#include "lib/clock.h"
#include "lib/sitefile.h"
#include "lib/stage.h"
#include "lib/wipe.h"

static void
site_check(const char *dir, const struct site_system *sys)
{
	uint8_t key[SEAL_KEY];
	struct site_files files = { .map_days = 0 };
	int64_t now = clock_seconds();
	bool has_key;

	site_conf_check(&files, dir);
	site_profile_check(&files, dir);
	site_system_check(sys, dir);
	has_key = site_key_check(dir, key);
	site_spool_check(dir, now);
	site_rehearsals_check(dir);
	site_store_check(dir, has_key ? key : NULL, now, &files);
	site_console_free(&files);
	explicit_bzero(key, sizeof(key));
}

int
main(int argc, char *argv[])
{
	struct site_system sys;
	const char *dir = NULL;
	bool is_site;
	int ch;

	stage_begin("-d site", MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	wipe_libxml();
	while ((ch = stage_getopt(argc, argv, "d:", NULL)) != -1)
		if (ch == 'd')
			dir = optarg;
		else
			stage_usage();
	if (dir == NULL || optind != argc)
		stage_usage();
	sitefile_site(dir);
	site_system_read(&sys, dir);
	checkout_begin();
	is_site = site_folder_check(dir);
	if (is_site) {
		site_owners_check(dir);
		stage_uses_folder(dir);
	}
	stage_confine();
	if (is_site)
		site_check(dir, &sys);
	checkout_end();
	site_facts_write();
	return stage_end();
}
