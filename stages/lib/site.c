#include "site.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "confine.h"
#include "random.h"
#include "store.h"

#include "profile.xml.h"
#include "site.conf.h"

#define MADE_MAX 12

/* What stands there because of us, until all of it does. */
static char made[MADE_MAX][STORE_PATH + 16];
static size_t nmade;

static void
undo(void)
{
	/* Not remove(3), which gives up when a folder may not be unlinked. */
	while (nmade > 0)
		if (unlink(made[--nmade]) == -1)
			(void)rmdir(made[nmade]);
}

static void
note(const char *path)
{
	(void)snprintf(made[nmade++], sizeof(made[0]), "%s", path);
}

/* True when dir is there and empty, false when it is not there. */
static bool
there_and_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	if (d == NULL && errno == ENOENT)
		return false;
	if (d == NULL)
		err(EX_CANTCREAT, "%s", dir);
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			errx(EX_CANTCREAT,
			    "%s: not empty (it has %s); a site is made in a "
			    "folder of its own",
			    dir, e->d_name);
	(void)closedir(d);
	return true;
}

static void
make_folder(const char *path)
{
	if (mkdir(path, 0700) == -1)
		err(EX_CANTCREAT, "%s", path);
	note(path);
}

static void
make_file(const char *path, const char *text, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	ssize_t n;

	if (fd == -1)
		err(EX_CANTCREAT, "%s", path);
	note(path);
	n = write(fd, text, len);
	if (n != (ssize_t)len || fsync(fd) == -1 || close(fd) == -1)
		errx(EX_IOERR, "%s: %s", path,
		    n == -1 || n == (ssize_t)len ? strerror(errno)
		                                 : "the disk is full");
}

static void
make_store(const char *dir, const char *key_path, const char *db_path)
{
	struct store s;
	uint8_t key[SEAL_KEY];

	random_bytes(key, sizeof(key));
	if (seal_key_write(key_path, key) == -1)
		err(errno == EEXIST ? EX_CANTCREAT : EX_IOERR, "%s", key_path);
	note(key_path);
	/* From here SQLite may end the program before it answers. */
	note(db_path);
	if (store_make(&s, dir, key) == -1)
		err(EX_CANTCREAT, "%s", db_path);
	explicit_bzero(key, sizeof(key));
	store_close(&s);
}

static const char *
in(const char *dir, const char *name)
{
	static char path[STORE_PATH + 16];

	if (strlen(dir) >= STORE_PATH)
		errx(EX_USAGE, "-d: path is too long");
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

void
site_begin(const char *dir)
{
	char parent[STORE_PATH + 16];

	(void)atexit(undo);
	if (!there_and_empty(dir)) {
		make_folder(dir);
		(void)snprintf(parent, sizeof(parent), "%s", in(dir, ".."));
		confine_path(CONFINE_EMPTY, parent); /* to undo it */
	}
	confine_path(CONFINE_SITE, dir);
}

void
site_make(const char *dir)
{
	char db_path[STORE_PATH + 16];

	make_file(in(dir, "site.conf"), site_conf, sizeof(site_conf) - 1, 0644);
	/* It may come to hold a password. */
	make_file(in(dir, "profile.xml"), profile_xml, sizeof(profile_xml) - 1,
	    0600);
	make_folder(in(dir, "reports"));
	make_folder(in(dir, "sticks"));
	make_folder(in(dir, "certs"));
	make_folder(in(dir, "certs/partners"));
	(void)snprintf(db_path, sizeof(db_path), "%s", in(dir, "site.db"));
	make_store(dir, in(dir, "site.key"), db_path);
	nmade = 0;
}
