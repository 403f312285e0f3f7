/*
 * What can be told about a site without its store: whose its files are, whether
 * its settings and its profile are good, its key file, its spool, its disk.
 */
#include "check/site_check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/text.h"
#include "check/checkout.h"
#include "lib/heartbeat.h"
#include "lib/sitefile.h"
#include "plan/profiles.h"
#include "plan/siteconf.h"

/* --- the system ----------------------------------------------------------- */

void
site_system_read(struct site_system *sys, const char *dir)
{
	struct timex t = { .modes = 0 };
	int state = adjtimex(&t);

	sys->disk_known = statvfs(dir, &sys->disk) == 0;
	sys->clock_known = state != -1;
	sys->clock_synced = state != TIME_ERROR && (t.status & STA_UNSYNC) == 0;
}

#define MB UINT64_C(1000000)
#define DISK_FULL_MB 32
#define DISK_LOW_MB 256

void
site_system_check(const struct site_system *sys, const char *dir)
{
	char path[PATH_MAX];
	struct stat st = { .st_size = 0 };
	uint64_t left, low;

	if (sys->clock_known && !sys->clock_synced)
		checkout_found(CHECKCODE_CLOCK_UNSYNCED,
		    "the kernel says that the clock is not synchronised");
	else if (sys->clock_known)
		checkout_passed(CHECK_CLOCK, "the clock is synchronised");
	if (!sys->disk_known)
		return;
	/* A backup, or an upgrade, is as large as the store. */
	(void)snprintf(path, sizeof(path), "%s/site.db", dir);
	(void)stat(path, &st);
	left = (uint64_t)sys->disk.f_bavail * sys->disk.f_frsize;
	low = DISK_LOW_MB * MB + (uint64_t)st.st_size;
	if (left < DISK_FULL_MB * MB)
		checkout_found(CHECKCODE_DISK_FULL,
		    "%" PRIu64 " MB free (expected %" PRIu64 " MB)", left / MB,
		    low / MB);
	else if (left < low)
		checkout_found(CHECKCODE_DISK_LOW,
		    "%" PRIu64 " MB free (expected %" PRIu64 " MB)", left / MB,
		    low / MB);
	else
		checkout_passed(CHECK_DISK, "%" PRIu64 " MB free", left / MB);
}

/* --- the folder ----------------------------------------------------------- */

static bool
site_has(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return lstat(path, &st) == 0;
}

bool
site_folder_check(const char *dir)
{
	char db[PATH_MAX];
	struct stat st;

	if (stat(dir, &st) == -1) {
		checkout_found(errno == EACCES ? CHECKCODE_SITE_DENIED
		                               : CHECKCODE_SITE_NONE,
		    "%s: %s", dir, strerror(errno));
		return false;
	}
	if (access(dir, R_OK | X_OK) == -1) {
		checkout_found(S_ISDIR(st.st_mode) ? CHECKCODE_SITE_DENIED
		                                   : CHECKCODE_SITE_NONE,
		    "%s: %s", dir, strerror(errno));
		return false;
	}
	if (!site_has(dir, "site.db") && !site_has(dir, "site.key") &&
	    !site_has(dir, "site.conf")) {
		checkout_found(CHECKCODE_SITE_NONE,
		    "%s: no site.db, no site.key and no site.conf", dir);
		return false;
	}
	(void)snprintf(db, sizeof(db), "%s/site.db", dir);
	if (access(db, R_OK | W_OK) == -1 && errno == EACCES) {
		checkout_found(CHECKCODE_SITE_DENIED, "%s: %s", db,
		    strerror(EACCES));
		return false;
	}
	if ((st.st_mode & S_IWOTH) == 0)
		return true;
	checkout_found(CHECKCODE_SITE_OPEN, "%s has mode %03o (expected %03o)",
	    dir, (unsigned)(st.st_mode & 0777), (unsigned)(st.st_mode & 0775));
	return true;
}

/* --- whose the files are -------------------------------------------------- */

/* Rights that nobody but the owner may have, or nobody but his group. */
static const struct {
	const char *name;
	mode_t wrong;
} site_files[] = {
	{ "site.db", S_IRWXO | S_IWGRP },
	{ "site.db-wal", S_IRWXO | S_IWGRP },
	{ "site.db-shm", S_IRWXO | S_IWGRP },
	{ "site.key", 0 }, /* has codes of its own */
	{ "key-copied", S_IRWXO | S_IWGRP },
	{ "site.conf", S_IWGRP | S_IWOTH },
	{ "profile.xml", S_IRWXO | S_IWGRP },
	{ "certs", S_IWOTH },
	{ "reports", S_IWOTH },
	{ "sticks", S_IWOTH },
	{ "spool", S_IWOTH },
};

/* As people know him. */
static void
user_name(char to[64], uid_t uid)
{
	const struct passwd *pw = getpwuid(uid);

	if (pw != NULL)
		(void)snprintf(to, 64, "%s", pw->pw_name);
	else
		(void)snprintf(to, 64, "user number %u", (unsigned)uid);
}

static bool
owner_check(const char *path, const char *name, const struct stat *st,
    uid_t owner)
{
	char whose[64], site[64];

	/* amt-hello -u gives the spool to the listener's user. */
	if (st->st_uid == owner ||
	    (strcmp(name, "spool") == 0 && st->st_uid != 0))
		return true;
	user_name(whose, st->st_uid);
	user_name(site, owner);
	checkout_found(CHECKCODE_SITE_OWNER,
	    "%s belongs to %s, the site to %s: chown %s %s", path, whose, site,
	    site, path);
	return false;
}

void
site_owners_check(const char *dir)
{
	char path[PATH_MAX], site[64];
	struct stat of_site, st;
	bool good = true;

	if (stat(dir, &of_site) == -1)
		return;
	for (size_t i = 0; i < sizeof(site_files) / sizeof(site_files[0]);
	     i++) {
		mode_t wrong = site_files[i].wrong;

		(void)snprintf(path, sizeof(path), "%s/%s", dir,
		    site_files[i].name);
		if (lstat(path, &st) == -1)
			continue;
		good &=
		    owner_check(path, site_files[i].name, &st, of_site.st_uid);
		if (S_ISLNK(st.st_mode) || (st.st_mode & wrong) == 0)
			continue;
		good = false;
		checkout_found(CHECKCODE_SITE_MODE,
		    "%s has mode %03o: chmod %03o %s", path,
		    (unsigned)(st.st_mode & 0777),
		    (unsigned)(st.st_mode & 0777 & ~wrong), path);
	}
	user_name(site, of_site.st_uid);
	if (good && (of_site.st_mode & S_IWOTH) == 0)
		checkout_passed(CHECK_SITE, "%s belongs to %s", dir, site);
}

/* --- settings, profile, key ------------------------------------------------
 */

/* Opens and reads a file of the site as commands do: its bytes, the caller's
 * to free; or NULL and *id of missing or refused. */
static char *
site_read(const char *dir, const char *name, size_t max, size_t *len,
    enum checkcode_id missing, enum checkcode_id refused)
{
	char path[PATH_MAX];
	char *text;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = sitefile_open(path, O_RDONLY, SITEFILE_STRICT | SITEFILE_TRUSTED);
	if (fd == -1) {
		checkout_found(errno == ENOENT ? missing : refused, "%s: %s",
		    path, sitefile_why());
		return NULL;
	}
	text = malloc(max + 1);
	*len = 0;
	do {
		n = text == NULL ? -1 : read(fd, text + *len, max + 1 - *len);
		*len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && *len <= max);
	if (n != -1 && *len <= max) {
		close(fd);
		return text;
	}
	if (n == -1)
		checkout_found(refused, "%s: %s", path, strerror(errno));
	else
		checkout_found(refused, "%s: larger than %zu bytes", path, max);
	close(fd);
	free(text);
	return NULL;
}

void
site_conf_check(struct site_files *files, const char *dir)
{
	static struct siteconf c;
	struct fault f;
	uint64_t days = 0;
	size_t len;
	char *text = site_read(dir, "site.conf", SITECONF_MAX, &len,
	    CHECKCODE_CONF_MISSING, CHECKCODE_CONF_REFUSED);

	if (text == NULL)
		return;
	files->conf_read = siteconf_decode(&c, text, len, dir, &f) == 0;
	if (!files->conf_read)
		checkout_found(CHECKCODE_CONF_INVALID, "%s/site.conf:%zu: %s",
		    dir, f.at, f.why);
	else
		checkout_passed(CHECK_CONF, "site.conf: every setting is good");
	free(text);
	(void)text_number(&days, c.value[SITECONF_MAP_DAYS], INT32_MAX);
	files->map_days = (int64_t)days;
	(void)snprintf(files->signer, sizeof(files->signer), "%s",
	    c.value[SITECONF_SIGNER]);
}

/* Who issues certificates to its machines?  The first one of each is named. */
static void
signs_note(struct site_files *files, const struct profile *p)
{
	const char *by = settings_value(&p->settings, "certificate");
	char *to;

	if (by == NULL)
		return;
	if (strcmp(by, "local") == 0)
		to = files->wants_ca;
	else if (strcmp(by, "signer") == 0)
		to = files->wants_signer;
	else
		return;
	if (to[0] == '\0')
		(void)snprintf(to, SETTINGS_PROFILE, "%s", p->name);
}

/* As sign-run finds it: what it does is not known before it is run. */
static void
signer_check(const struct site_files *files)
{
	struct stat st;
	int bad;

	if (files->wants_signer[0] == '\0' || !files->conf_read)
		return;
	if (files->signer[0] == '\0') {
		checkout_found(CHECKCODE_SIGNER_NONE, "profile %s",
		    files->wants_signer);
		return;
	}
	if (stat(files->signer, &st) == -1)
		bad = errno;
	else if (!S_ISREG(st.st_mode))
		bad = EACCES;
	else
		bad = access(files->signer, X_OK) == -1 ? errno : 0;
	if (bad != 0)
		checkout_found(CHECKCODE_SIGNER_UNUSABLE, "%s: %s (profile %s)",
		    files->signer, strerror(bad), files->wants_signer);
}

void
site_profile_check(struct site_files *files, const char *dir)
{
	struct profiles all;
	struct fault f;
	size_t len;
	char *text = site_read(dir, "profile.xml", PROFILE_MAX, &len,
	    CHECKCODE_PROFILE_MISSING, CHECKCODE_PROFILE_REFUSED);

	if (text == NULL)
		return;
	if (profiles_decode(&all, text, len, &f) == -1)
		checkout_found(CHECKCODE_PROFILE_INVALID,
		    "%s/profile.xml:%zu: %s", dir, f.at, f.why);
	else if (all.n == 1)
		checkout_passed(CHECK_PROFILE, "profile.xml: profile %s",
		    all.list[0].name);
	else
		checkout_passed(CHECK_PROFILE,
		    "profile.xml: %zu profiles, assigned by %zu rule%s", all.n,
		    all.rules.n, all.rules.n == 1 ? "" : "s");
	for (size_t i = 0; i < all.n; i++) {
		signs_note(files, &all.list[i]);
		site_console_note(files, &all.list[i]);
	}
	signer_check(files);
	profiles_free(&all);
	explicit_bzero(text, len); /* it may hold passwords */
	free(text);
}

bool
site_key_check(const char *dir, uint8_t key[SEAL_KEY])
{
	char path[PATH_MAX];
	struct stat st;
	bool good = false;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/site.key", dir);
	fd = sitefile_open(path, O_RDONLY, SITEFILE_STRICT);
	if (fd == -1) {
		checkout_found(errno == ENOENT ? CHECKCODE_KEY_FILE_MISSING
		                               : CHECKCODE_KEY_FILE_REFUSED,
		    "%s: %s", path, sitefile_why());
		return false;
	}
	if (fstat(fd, &st) == -1 || st.st_size != SEAL_KEY ||
	    read(fd, key, SEAL_KEY) != SEAL_KEY)
		checkout_found(CHECKCODE_KEY_FILE_REFUSED,
		    "%s: got %lld bytes (expected %d)", path,
		    (long long)st.st_size, SEAL_KEY);
	else if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		checkout_found(CHECKCODE_KEY_FILE_OPEN,
		    "%s has mode %03o (expected 600)", path,
		    (unsigned)(st.st_mode & 0777));
	else
		good = true;
	close(fd);
	return good;
}

/* --- the listener's spool --------------------------------------------------
 */

/* A loader takes a file within seconds of its end, and a listener ends one
 * within seconds: so many are long. */
#define SPOOL_SECONDS 600

static void
listener_check(int spool, int64_t now)
{
	char text[HEARTBEAT_TEXT], age[CHECKOUT_AGE];
	struct heartbeat h;
	int64_t at;

	if (heartbeat_read(&h, &at, spool, text) == -1) {
		checkout_found(CHECKCODE_LISTENER_NONE, "%s",
		    errno == ENOENT ? "no listener has left a heartbeat"
		                    : "its heartbeat cannot be read");
		return;
	}
	checkout_age(age, now - at);
	if (strcmp(h.state, "ended") == 0)
		checkout_found(CHECKCODE_LISTENER_ENDED, "it ended %s ago (%s)",
		    age, h.at);
	else if (now - at > HEARTBEAT_STALE)
		checkout_found(CHECKCODE_LISTENER_SILENT,
		    "its last sign of life is %s old (%s)", age, h.at);
	else if (h.trouble[0] != '\0')
		checkout_found(CHECKCODE_LISTENER_TROUBLE,
		    "%s; %" PRIu64 " hellos wait", h.trouble, h.waiting);
	else
		checkout_passed(CHECK_LISTENER,
		    "it listens since %s; at %s it had taken %" PRIu64
		    " hello%s",
		    h.since, h.at, h.taken, h.taken == 1 ? "" : "s");
}

static void
spool_check(int spool, int64_t now)
{
	DIR *d = fdopendir(spool);
	int64_t oldest = now;
	const struct dirent *e;
	char age[CHECKOUT_AGE];
	struct stat st;
	size_t n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' ||
		    strcmp(e->d_name, HEARTBEAT_FILE) == 0 ||
		    fstatat(spool, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
		    now - st.st_mtime < SPOOL_SECONDS)
			continue;
		n++;
		if (st.st_mtime < oldest)
			oldest = st.st_mtime;
	}
	checkout_age(age, now - oldest);
	if (n != 0)
		checkout_found(CHECKCODE_SPOOL_WAITING,
		    "%zu file%s, the oldest from %s ago", n, n == 1 ? "" : "s",
		    age);
	else
		checkout_passed(CHECK_SPOOL, "nothing waits in it");
	if (d != NULL)
		(void)closedir(d);
	else
		(void)close(spool);
}

void
site_spool_check(const char *dir, int64_t now)
{
	char path[PATH_MAX];
	int spool;

	(void)snprintf(path, sizeof(path), "%s/spool", dir);
	spool = sitefile_folder(path);
	if (spool == -1) {
		if (errno == ENOENT)
			checkout_found(CHECKCODE_LISTENER_NONE,
			    "there is no %s yet", path);
		else
			checkout_found(CHECKCODE_SITE_DENIED, "%s: %s", path,
			    sitefile_why());
		return;
	}
	listener_check(spool, now);
	spool_check(spool, now);
}
