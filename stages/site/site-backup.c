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

struct backup {
	const char *dir, *folder, *keyfile; /* the last two or NULL */
};

static void
parse_args(struct backup *b, int argc, char *argv[])
{
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:k:o:", NULL)) != -1)
		switch (ch) {
		case 'd':
			b->dir = optarg;
			break;
		case 'k':
			b->keyfile = optarg;
			break;
		case 'o':
			b->folder =
			    outfile_no_stdout(optarg, "a backup is a folder");
			break;
		default:
			stage_usage();
		}
	if (b->dir[0] == '\0' || optind != argc ||
	    (b->folder == NULL && b->keyfile == NULL))
		stage_usage();
}

int
main(int argc, char *argv[])
{
	char path[PATH_MAX];
	uint8_t key[SEAL_KEY];
	static struct store s;
	struct backup b = { .dir = "" };

	stage_begin("-d site [-k file] [-o folder]",
	    MAY_WRITE_FILES | MAY_USE_STORE);
	wipe_openssl();
	parse_args(&b, argc, argv);
	stage_uses_folder(b.dir);
	if (b.folder != NULL) {
		stage_uses_folder(b.folder);
		stage_makes_folders(b.folder);
	}
	stage_makes(b.keyfile);
	stage_confine();
	/* Opened, so that its key is the one that fits. */
	store_open(&s, b.dir);
	(void)snprintf(path, sizeof(path), "%s/site.key", b.dir);
	seal_key_read(key, path);
	if (b.folder != NULL) {
		if (snprintf(path, sizeof(path), "%s/site.db", b.folder) >=
		    (int)sizeof(path))
			errx(EX_USAGE, "-o: path is too long");
		/* Results first: what comes into the store meanwhile is in
		 * both, and loading it twice changes nothing. */
		sitecopy_all(b.dir, b.folder);
		if (store_copy(&s, path) == -1)
			errx(EX_CANTCREAT, "%s: %s", path, sitefile_why());
		store_close(&s);
		copy_check(b.folder, key);
		sitecopy_sync(b.folder);
	}
	if (b.keyfile != NULL)
		key_copy(b.keyfile, key);
	/* The copy is good without it. */
	if (b.keyfile != NULL && keycopy_note(b.dir, key) == -1)
		warnx("%s/" KEYCOPY_FILE ": %s; amt-check will not know of "
		      "the copy",
		    b.dir, outfile_why());
	explicit_bzero(key, sizeof(key));
	return stage_end();
}
