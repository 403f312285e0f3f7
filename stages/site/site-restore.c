/*
 * site-restore - a site out of a backup of it and its key, in an empty folder.
 */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/outfile.h"
#include "lib/sitefile.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "site/sitecopy.h"
#include "store/integrity.h"
#include "store/keycopy.h"
#include "store/seal.h"
#include "store/store.h"

static void
restored_check(const char *dir, const char *backup, const char *keyfile,
    const uint8_t key[SEAL_KEY])
{
	struct integrity i;

	integrity_check(&i, dir, key);
	if (i.nfaults != 0)
		errx(EX_DATAERR, "%s/site.db: is damaged: %s", backup, i.fault);
	if (i.fit == UPGRADE_FOREIGN)
		errx(EX_DATAERR, "%s/site.db: is not the store of a site",
		    backup);
	if (i.fit == UPGRADE_NEWER)
		errx(EX_CONFIG,
		    "%s/site.db: is of a newer version of amtbatch (got %d, "
		    "expected up to %d)",
		    backup, i.version, i.wanted);
	if (!i.key_fits)
		errx(EX_CONFIG,
		    "%s: is the key of another site; the one that was made "
		    "together with this store is needed",
		    keyfile);
}

int
main(int argc, char *argv[])
{
	const char *dir = "", *keyfile = "", *backup;
	char path[PATH_MAX];
	uint8_t key[SEAL_KEY];
	int ch;

	stage_begin("-d site -k file folder", MAY_WRITE_FILES | MAY_USE_STORE);
	wipe_openssl();
	while ((ch = stage_getopt(argc, argv, "d:k:", NULL)) != -1)
		switch (ch) {
		case 'd':
			dir = optarg;
			break;
		case 'k':
			keyfile = optarg;
			break;
		default:
			stage_usage();
		}
	if (dir[0] == '\0' || keyfile[0] == '\0' || optind != argc - 1)
		stage_usage();
	backup = argv[optind];
	stage_uses_folder(dir);
	stage_makes_folders(dir);
	stage_reads_folder(backup);
	stage_reads(keyfile);
	stage_confine();
	seal_key_read(key, keyfile);
	sitefile_site(dir);
	if (!sitecopy_file(backup, dir, "site.db"))
		errx(EX_NOINPUT, "%s: no backup of a site (site.db is missing)",
		    backup);
	restored_check(dir, backup, keyfile, key);
	sitecopy_all(backup, dir);
	/* Last: without it nothing works on the site. */
	if (snprintf(path, sizeof(path), "%s/site.key", dir) >=
	    (int)sizeof(path))
		errx(EX_USAGE, "-d: path is too long");
	if (seal_key_write(path, key) == -1)
		err(EX_CANTCREAT, "%s", path);
	/* It came from its copy. */
	if (keycopy_note(dir, key) == -1)
		errx(EX_CANTCREAT, "%s/" KEYCOPY_FILE ": %s", dir,
		    outfile_why());
	explicit_bzero(key, sizeof(key));
	sitecopy_sync(dir);
	return stage_end();
}
