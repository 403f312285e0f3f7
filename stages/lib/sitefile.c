#include "lib/sitefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER (O_PATH | O_DIRECTORY | O_CLOEXEC)
#define UP_MAX 64 /* folders above the one we are in */

static const char *site;
static char why[256];

/* Always -1. */
static int
sitefile_fail(int e, const char *text)
{
	(void)snprintf(why, sizeof(why), "%s", text);
	errno = e;
	return -1;
}

static int
fail_errno(void)
{
	return sitefile_fail(errno,
	    errno == ELOOP ? "is a symbolic link, and none is "
	                     "followed in a site"
	                   : strerror(errno));
}

const char *
sitefile_why(void)
{
	return why;
}

void
sitefile_site(const char *dir)
{
	site = dir;
}

static bool
stat_site(struct stat *st)
{
	const char *dir = site != NULL ? site : getenv("AMT_SITE");

	return dir != NULL && dir[0] != '\0' && stat(dir, st) == 0 &&
	    S_ISDIR(st->st_mode);
}

bool
sitefile_owner(uid_t *uid, gid_t *gid)
{
	struct stat st;

	if (!stat_site(&st))
		return false;
	*uid = st.st_uid;
	*gid = st.st_gid;
	return true;
}

/* --- is it below the site? ----------------------------------------------- */

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Is the folder dir, AT_FDCWD for ours, the site or below it? */
static bool
is_below(int dir, const struct stat *of_site)
{
	char up[3 * UP_MAX + 2] = ".";
	struct stat st;

	for (int i = 0; i < UP_MAX; i++) {
		if (fstatat(dir, up, &st, 0) == 0 && is_same(&st, of_site))
			return true;
		(void)strcat(up, "/..");
	}
	return false;
}

static bool
goes_up(const char *parts)
{
	for (const char *p = parts; (p = strstr(p, "..")) != NULL; p += 2)
		if ((p == parts || p[-1] == '/') &&
		    (p[2] == '/' || p[2] == '\0'))
			return true;
	return false;
}

/*
 * How many bytes of path lead to the site or to a folder below it that is not
 * ours to choose: what follows is opened part by part.  -1: not below.
 */
static ssize_t
site_part(const char *path)
{
	struct stat of_site, st;
	char head[PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof(head) || !stat_site(&of_site))
		return -1;
	for (size_t n = len + 1; n-- > 1;) {
		if (path[n] != '/' && path[n] != '\0')
			continue;
		memcpy(head, path, n);
		head[n] = '\0';
		if (stat(head, &st) == 0 && is_same(&st, &of_site) &&
		    !goes_up(path + n))
			return (ssize_t)n;
	}
	return path[0] != '/' && !goes_up(path) && is_below(AT_FDCWD, &of_site)
	    ? 0
	    : -1;
}

/* --- part by part ----------------------------------------------------------
 */

/* The next part of *path without its slashes; NULL at the end. */
static const char *
next_part(const char **path, char part[NAME_MAX + 1])
{
	const char *from;
	size_t n;

	do {
		from = *path + strspn(*path, "/");
		n = strcspn(from, "/");
		*path = from + n;
	} while (n == 1 && from[0] == '.');
	if (n == 0)
		return NULL;
	(void)snprintf(part, NAME_MAX + 1, "%.*s", (int)n, from);
	return from;
}

/* The last part of a path; "." when it has none. */
static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	return name[0] != '\0' ? name : ".";
}

int
sitefile_close(int fd)
{
	int error = errno;

	(void)close(fd);
	errno = error;
	return -1;
}

static int
not_a_folder(int dir, const char *part)
{
	int e = errno;
	struct stat st;

	if (e == ENOTDIR && fstatat(dir, part, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISLNK(st.st_mode))
		e = ELOOP;
	errno = e;
	return fail_errno();
}

/* Takes dir; the folder parts[0, end) below it. */
static int
open_parts(int dir, const char *parts, const char *end)
{
	char part[NAME_MAX + 1];
	const char *from;

	while (dir != -1 && (from = next_part(&parts, part)) != NULL &&
	    from < end) {
		int next = openat(dir, part, FOLDER | O_NOFOLLOW);

		if (next == -1)
			(void)not_a_folder(dir, part);
		(void)sitefile_close(dir);
		dir = next;
	}
	return dir;
}

static int
open_head(const char *path, size_t n)
{
	char head[PATH_MAX];
	int fd;

	if (n >= sizeof(head))
		return sitefile_fail(ENAMETOOLONG, strerror(ENAMETOOLONG));
	memcpy(head, path, n);
	head[n] = '\0';
	fd = open(n != 0 ? head : ".", FOLDER);
	return fd != -1 ? fd : fail_errno();
}

int
sitefile_parent(const char *path, const char **name, bool *below)
{
	ssize_t n = site_part(path);
	struct stat of_site;
	size_t len;
	int dir;

	*name = last_part(path);
	len = strlen(path) - strlen(*name);
	/* The site itself is where it is: its own path may have links. */
	*below = n != -1 && (size_t)n <= len;
	if (*below)
		return open_parts(open_head(path, (size_t)n), path + n, *name);
	if (strcmp(*name, ".") == 0)
		return sitefile_fail(EISDIR, strerror(EISDIR));
	while (len > 1 && path[len - 1] == '/')
		len--;
	dir = open_head(path, len);
	*below = dir != -1 && stat_site(&of_site) && is_below(dir, &of_site);
	return dir;
}

int
sitefile_folder(const char *path)
{
	ssize_t n = site_part(path);
	int dir, fd;

	dir = n == -1 ? open_head(path, strlen(path))
	              : open_parts(open_head(path, (size_t)n), path + n,
	                    path + strlen(path));
	if (dir == -1)
		return -1;
	fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		(void)fail_errno();
	close(dir);
	return fd;
}

/* --- may it be opened? -----------------------------------------------------
 */

static const char *
kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFLNK:
		return "is a symbolic link, and none is followed in a site";
	case S_IFIFO:
		return "is a FIFO, not a file";
	case S_IFSOCK:
		return "is a socket, not a file";
	case S_IFDIR:
		return "is a folder, not a file";
	default:
		return "is a device, not a file";
	}
}

static int
sitefile_stranger(const struct stat *st)
{
	(void)snprintf(why, sizeof(why),
	    "belongs to user number %u, whom the site does not belong to",
	    (unsigned)st->st_uid);
	errno = EPERM;
	return -1;
}

bool
sitefile_is_ours(const struct stat *st, int dir)
{
	struct stat of;

	return st->st_uid == 0 || st->st_uid == geteuid() ||
	    (fstat(dir, &of) == 0 && st->st_uid == of.st_uid) ||
	    (stat_site(&of) && st->st_uid == of.st_uid);
}

/* Whoever may make names in the folder may have linked to a file from outside:
 * root would write it, or give it away.  What the folder's owner owns is his,
 * and a copy by links, as some backups are, is no harm. */
static bool
has_other_names(const struct stat *st, int dir)
{
	struct stat of;

	return st->st_nlink > 1 &&
	    (fstat(dir, &of) == -1 || st->st_uid != of.st_uid);
}

static int
sitefile_check(const struct stat *st, int dir, unsigned how)
{
	if (!S_ISREG(st->st_mode))
		return sitefile_fail(EINVAL, kind_of(st->st_mode));
	if (!sitefile_is_ours(st, dir))
		return sitefile_stranger(st);
	if (has_other_names(st, dir))
		return sitefile_fail(EPERM,
		    "has another name elsewhere (a hard link), and is not "
		    "the folder owner's: put a copy in its place");
	if ((how & SITEFILE_TRUSTED) && (st->st_mode & (S_IWGRP | S_IWOTH))) {
		(void)snprintf(why, sizeof(why),
		    "others may write it (mode %03o): take that right away, "
		    "chmod go-w",
		    (unsigned)(st->st_mode & 0777));
		errno = EPERM;
		return -1;
	}
	return 0;
}

static int
open_checked(int dir, const char *name, int flags, mode_t mode, unsigned how)
{
	struct stat st;
	int fd;

	/* Looked at first: to open a device may do something to it. */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    sitefile_check(&st, dir, how) == -1)
		return -1;
	fd = openat(dir, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
	    mode);
	if (fd == -1)
		return fail_errno();
	if (fstat(fd, &st) == -1 ? fail_errno() == 0
	                         : sitefile_check(&st, dir, how) == 0)
		return fd;
	return sitefile_close(fd);
}

int
sitefile_open(const char *path, int flags, unsigned how)
{
	const char *name;
	bool below;
	int dir = sitefile_parent(path, &name, &below), fd;

	if (dir == -1)
		return -1;
	if (below || (how & SITEFILE_STRICT))
		fd = open_checked(dir, name, flags, 0, how);
	else if ((fd = open(path, flags | O_CLOEXEC)) == -1)
		(void)fail_errno();
	(void)sitefile_close(dir);
	return fd;
}

int
sitefile_open_at(int dir, const char *name, int flags, mode_t mode)
{
	int fd = open_checked(dir, name, flags, mode, 0);

	if (fd == -1 || !(flags & O_CREAT) || sitefile_give(fd, dir) == 0)
		return fd;
	return sitefile_close(fd);
}

int
sitefile_create(const char *path, mode_t mode)
{
	const char *name;
	bool below;
	int dir = sitefile_parent(path, &name, &below), fd;

	if (dir == -1)
		return -1;
	fd = open_checked(dir, name, O_RDWR | O_CREAT | O_EXCL, mode, 0);
	if (fd != -1 && below && sitefile_give(fd, dir) == -1)
		fd = sitefile_close(fd);
	(void)sitefile_close(dir);
	return fd;
}

int
sitefile_give(int fd, int dir)
{
	struct stat to, of;

	if (geteuid() != 0)
		return 0;
	if (fstat(dir, &to) == -1 || fstat(fd, &of) == -1)
		return fail_errno();
	if ((of.st_uid != to.st_uid || of.st_gid != to.st_gid) &&
	    fchown(fd, to.st_uid, to.st_gid) == -1)
		return fail_errno();
	return 0;
}

/* Takes dir; the folder part in it, made unless it is there. */
static int
make_part(int dir, const char *part)
{
	struct stat st;
	int fd = -1;

	if (mkdirat(dir, part, 0700) == -1 && errno != EEXIST)
		(void)fail_errno();
	else if ((fd = openat(dir, part,
	              O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) == -1)
		(void)not_a_folder(dir, part);
	/* Root's are given, those of before too; amt-hello -u gives away the
	 * spool, which stays so. */
	if (fd != -1 && fstat(fd, &st) == 0 && st.st_uid == 0 &&
	    sitefile_give(fd, dir) == -1)
		fd = sitefile_close(fd);
	(void)sitefile_close(dir);
	return fd;
}

/* Takes dir. */
static int
make_parts(int dir, const char *parts)
{
	char part[NAME_MAX + 1];

	while (dir != -1 && next_part(&parts, part) != NULL)
		dir = make_part(dir, part);
	return dir;
}

int
sitefile_make_folder(const char *dir, const char *name)
{
	return make_parts(open_head(dir, strlen(dir)), name);
}

int
sitefile_make_path(const char *path)
{
	ssize_t n = site_part(path);
	char head[PATH_MAX];
	struct stat of_site;
	size_t len = strlen(path);
	int fd;

	if (n != -1)
		return make_parts(open_head(path, (size_t)n), path + n);
	if (len >= sizeof(head))
		return sitefile_fail(ENAMETOOLONG, strerror(ENAMETOOLONG));
	/* Links are followed here, and may come to the site. */
	for (size_t i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		fd = open_head(path, i);
		if (fd != -1 && stat_site(&of_site) && is_below(fd, &of_site))
			return make_parts(fd, path + i);
		memcpy(head, path, i);
		head[i] = '\0';
		if (fd == -1 && errno != ENOENT)
			return -1;
		if (fd != -1)
			close(fd);
		else if (mkdir(head, 0777) == -1 && errno != EEXIST)
			return fail_errno();
	}
	return open_head(path, len);
}
