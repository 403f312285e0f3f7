#include "store/site.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/confine.h"
#include "lib/random.h"
#include "lib/sitefile.h"
#include "store/store.h"

#include "profile.xml.h"
#include "site.conf.h"

#define MADE_MAX 16

/* What is there because of us, until all of it does. */
static char made[MADE_MAX][STORE_PATH + 16];
static size_t nmade;

static void
site_undo(void)
{
	/* Not remove(3), which gives up when a folder may not be unlinked. */
	while (nmade > 0)
		if (unlink(made[--nmade]) == -1)
			(void)rmdir(made[nmade]);
}

static void
site_made(const char *path)
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

static const char *
site_path(const char *dir, const char *name)
{
	static char path[STORE_PATH + 16];

	if (strlen(dir) >= STORE_PATH)
		errx(EX_USAGE, "-d: path is too long");
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

/* Is it there?  Anything but a clear no is a yes: it is not ours then. */
static bool
is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || errno != ENOENT;
}

/* Folders of the site; parents first. */
static void
make_folder(const char *dir, const char *name)
{
	bool there = is_there(site_path(dir, name));
	int fd = sitefile_make_folder(dir, name);

	if (fd == -1)
		errx(EX_CANTCREAT, "%s: %s", site_path(dir, name),
		    sitefile_why());
	close(fd);
	if (!there)
		site_made(site_path(dir, name));
}

static void
make_folders(const char *dir)
{
	static const char *const names[] = { "reports", "sticks", "certs",
		"certs/partners" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		make_folder(dir, names[i]);
}

static void
make_file(const char *path, const char *text, size_t len, mode_t mode)
{
	int fd = sitefile_create(path, mode);
	ssize_t n;

	if (fd == -1)
		errx(EX_CANTCREAT, "%s: %s", path, sitefile_why());
	site_made(path);
	n = write(fd, text, len);
	if (n != (ssize_t)len || fsync(fd) == -1 || close(fd) == -1)
		errx(EX_IOERR, "%s: %s", path,
		    n == -1 || n == (ssize_t)len ? strerror(errno)
		                                 : "the disk is full");
}

static void
make_settings(const char *dir)
{
	make_file(site_path(dir, "site.conf"), site_conf, sizeof(site_conf) - 1,
	    0644);
}

static void
make_profile(const char *dir)
{
	/* It may come to hold a password. */
	make_file(site_path(dir, "profile.xml"), profile_xml,
	    sizeof(profile_xml) - 1, 0600);
}

static void
make_store(const char *dir)
{
	struct store s;
	uint8_t key[SEAL_KEY];

	random_bytes(key, sizeof(key));
	if (seal_key_write(site_path(dir, "site.key"), key) == -1)
		err(errno == EEXIST ? EX_CANTCREAT : EX_IOERR, "%s",
		    site_path(dir, "site.key"));
	site_made(site_path(dir, "site.key"));
	/* From here SQLite may end the program before it answers; on a full
	 * disk it leaves its log behind. */
	site_made(site_path(dir, "site.db"));
	site_made(site_path(dir, "site.db-wal"));
	site_made(site_path(dir, "site.db-shm"));
	site_made(site_path(dir, "site.db-journal"));
	if (store_make(&s, dir, key) == -1)
		err(EX_CANTCREAT, "%s", site_path(dir, "site.db"));
	explicit_bzero(key, sizeof(key));
	store_close(&s);
}

/* A signal comes when all of it stands, or nothing. */
static void
hold_signals(int how)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(how, &set, NULL);
}

void
site_begin(const char *dir)
{
	char parent[STORE_PATH + 16];

	hold_signals(SIG_BLOCK);
	(void)atexit(site_undo);
	if (!there_and_empty(dir)) {
		if (mkdir(dir, 0700) == -1)
			err(EX_CANTCREAT, "%s", dir);
		site_made(dir);
		(void)snprintf(parent, sizeof(parent), "%s",
		    site_path(dir, ".."));
		confine_path(CONFINE_EMPTY, parent); /* to undo it */
	}
	confine_path(CONFINE_SITE, dir);
}

void
site_make(const char *dir)
{
	sitefile_site(dir);
	make_settings(dir);
	make_profile(dir);
	make_folders(dir);
	make_store(dir);
	nmade = 0;
	hold_signals(SIG_UNBLOCK);
}

void
site_complete_begin(const char *dir)
{
	static const char *const kept[] = { "site.db", "site.key" };

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (!is_there(site_path(dir, kept[i])))
			errx(EX_NOINPUT,
			    "%s: is missing, and only a backup has it",
			    site_path(dir, kept[i]));
	confine_path(CONFINE_SITE, dir);
}

void
site_complete(const char *dir)
{
	hold_signals(SIG_BLOCK);
	(void)atexit(site_undo);
	sitefile_site(dir);
	if (!is_there(site_path(dir, "site.conf")))
		make_settings(dir);
	if (!is_there(site_path(dir, "profile.xml")))
		make_profile(dir);
	make_folders(dir);
	for (size_t i = 0; i < nmade; i++)
		(void)printf("%s: made\n", made[i]);
	nmade = 0;
	hold_signals(SIG_UNBLOCK);
}
