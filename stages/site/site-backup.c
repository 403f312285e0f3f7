/*
 * site-backup - a copy of a site that may be in use, without its key, into an
 * empty folder; and of its key into a file.
 */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <fcntl.h>
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

/* Looked at as it lies there: a copy that was never read is no backup. */
static void
copy_check(const char *folder, const uint8_t key[SEAL_KEY])
{
	struct integrity i;

	integrity_check(&i, folder, key);
	if (i.nfaults != 0)
		errx(EX_IOERR, "%s/site.db: the copy is damaged: %s", folder,
		    i.fault);
	if (!i.key_fits)
		errx(EX_CONFIG, "%s/site.db: the copy has another key", folder);
}

/* Never in the place of a file that is there: it may be another site's. */
static void
key_copy(const char *path, const uint8_t key[SEAL_KEY])
{
	struct outfile o;

	if (outfile_open(&o, path, 0600) == -1)
		errx(EX_CANTCREAT, "%s: %s", path, outfile_why());
	(void)fwrite(key, 1, SEAL_KEY, o.f);
	if (outfile_commit_new(&o) == -1)
		errx(errno == EEXIST ? EX_CANTCREAT : EX_IOERR, "%s: %s", path,
		    outfile_why());
}

int
main(int argc, char *argv[])
{
	const char *dir = "", *folder = NULL, *keyfile = NULL;
	char path[PATH_MAX];
	uint8_t key[SEAL_KEY];
	static struct store s;
	int ch;

	stage_begin("-d site [-k file] [-o folder]",
	    MAY_WRITE_FILES | MAY_USE_STORE);
	wipe_openssl();
	while ((ch = stage_getopt(argc, argv, "d:k:o:", NULL)) != -1)
		switch (ch) {
		case 'd':
			dir = optarg;
			break;
		case 'k':
			keyfile = optarg;
			break;
		case 'o':
			folder =
			    outfile_no_stdout(optarg, "a backup is a folder");
			break;
		default:
			stage_usage();
		}
	if (dir[0] == '\0' || optind != argc ||
	    (folder == NULL && keyfile == NULL))
		stage_usage();
	stage_uses_folder(dir);
	if (folder != NULL) {
		stage_uses_folder(folder);
		stage_makes_folders(folder);
	}
	stage_makes(keyfile);
	stage_confine();
	/* Opened, so that its key is the one that fits. */
	store_open(&s, dir);
	(void)snprintf(path, sizeof(path), "%s/site.key", dir);
	seal_key_read(key, path);
	if (folder != NULL) {
		if (snprintf(path, sizeof(path), "%s/site.db", folder) >=
		    (int)sizeof(path))
			errx(EX_USAGE, "-o: path is too long");
		/* Results first: what comes into the store meanwhile is in
		 * both, and loading it twice changes nothing. */
		sitecopy_all(dir, folder);
		if (store_copy(&s, path) == -1)
			errx(EX_CANTCREAT, "%s: %s", path, sitefile_why());
		store_close(&s);
		copy_check(folder, key);
		sitecopy_sync(folder);
	}
	if (keyfile != NULL)
		key_copy(keyfile, key);
	/* The copy is good without it. */
	if (keyfile != NULL && keycopy_note(dir, key) == -1)
		warnx("%s/" KEYCOPY_FILE ": %s; amt-check will not know of "
		      "the copy",
		    dir, outfile_why());
	explicit_bzero(key, sizeof(key));
	return stage_end();
}
