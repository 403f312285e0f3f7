#include "lib/outfile.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/sitefile.h"

static char why[256];

const char *
outfile_why(void)
{
	return why;
}

/* Always -1. */
static int
outfile_fail(int e, const char *text)
{
	(void)snprintf(why, sizeof(why), "%s", text);
	errno = e;
	return -1;
}

static int
fail_errno(void)
{
	return outfile_fail(errno, strerror(errno));
}

/* --- standard output ----------------------------------------------------- */

static bool
is_stdout(const char *path)
{
	return strcmp(path, "-") == 0;
}

const char *
outfile_option(const char *arg)
{
	return is_stdout(arg) ? NULL : arg;
}

const char *
outfile_no_stdout(const char *arg, const char *reason)
{
	if (is_stdout(arg))
		errx(EX_USAGE,
		    "-o: \"-\" is standard output: %s (./- is a file of that "
		    "name)",
		    reason);
	return arg;
}

/* By fcntl, which is allowed after stage_confine. */
static int
open_stdout(struct outfile *o, mode_t mode)
{
	bool secret = (mode & (S_IRGRP | S_IROTH)) == 0;
	int fd;

	*o = (struct outfile){ .path = "standard output",
		.dir = -1,
		.standard = true };
	/* stage_begin has put what cannot be written in its place. */
	if ((fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) == O_RDONLY)
		return outfile_fail(EBADF, "standard output is closed");
	if (secret && isatty(STDOUT_FILENO))
		return outfile_fail(ENOTSUP,
		    "this has secrets, which do not go to a terminal: name a "
		    "file or a pipe");
	fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (fd == -1 || (o->f = fdopen(fd, "w")) == NULL)
		return fail_errno();
	(void)fflush(stdout);
	(void)close(STDOUT_FILENO);
	return fcntl(STDERR_FILENO, F_DUPFD, STDOUT_FILENO) == STDOUT_FILENO
	    ? 0
	    : fail_errno();
}

/* --- a file -------------------------------------------------------------- */

/* May what has the name now be replaced? */
static int
check_place(const struct outfile *o)
{
	struct stat st;

	if (fstatat(o->dir, o->name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : fail_errno();
	switch (st.st_mode & S_IFMT) {
	case S_IFREG:
		return 0;
	case S_IFDIR:
		return outfile_fail(EISDIR, strerror(EISDIR));
	case S_IFLNK:
		return outfile_fail(ENOTSUP,
		    "is a symbolic link, which is not replaced: name the file "
		    "itself");
	default:
		return outfile_fail(ENOTSUP,
		    "is a device, a pipe or a socket, which is not replaced: "
		    "name a file");
	}
}

static int
open_unnamed(struct outfile *o, mode_t mode, int how, bool below)
{
	int fd = openat(o->dir, ".", O_TMPFILE | how | O_CLOEXEC, mode);

	if (fd == -1)
		return fail_errno();
	if (below && sitefile_give(fd, o->dir) == -1)
		(void)outfile_fail(errno, sitefile_why());
	else if (fchmod(fd, mode) == -1 ||
	    (o->f = fdopen(fd, how == O_RDWR ? "w+" : "w")) == NULL)
		(void)fail_errno();
	else
		return 0;
	return sitefile_close(fd);
}

static int
open_to(struct outfile *o, const char *path, mode_t mode, int how)
{
	bool below;

	*o = (struct outfile){ .path = path };
	o->dir = sitefile_parent(path, &o->name, &below);
	if (o->dir == -1)
		return outfile_fail(errno, sitefile_why());
	/* The name is used between link and rename only. */
	if (snprintf(o->temporary, sizeof(o->temporary), ".%s.%ld", o->name,
	        (long)getpid()) >= (int)sizeof(o->temporary))
		(void)outfile_fail(ENAMETOOLONG, strerror(ENAMETOOLONG));
	/* A folder is refused when it comes to that. */
	else if ((check_place(o) == 0 || errno == EISDIR) &&
	    open_unnamed(o, mode, how, below) == 0)
		return 0;
	outfile_abandon(o);
	return -1;
}

int
outfile_open(struct outfile *o, const char *path, mode_t mode)
{
	if (is_stdout(path))
		return open_stdout(o, mode);
	return open_to(o, path, mode, O_WRONLY);
}

int
outfile_open_both(struct outfile *o, const char *path, mode_t mode)
{
	return open_to(o, path, mode, O_RDWR);
}

void
outfile_abandon(struct outfile *o)
{
	int error = errno;

	if (o->f != NULL)
		(void)fclose(o->f);
	o->f = NULL;
	if (o->dir > 0) /* 0: never opened */
		(void)close(o->dir);
	o->dir = -1;
	errno = error;
}

static int
sync_folder(const struct outfile *o)
{
	int fd = openat(o->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	if (fd == -1)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

static int
give_name(const struct outfile *o, const char *name)
{
	char self[64];

	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", fileno(o->f));
	return linkat(AT_FDCWD, self, o->dir, name, AT_SYMLINK_FOLLOW);
}

static int
put_in_place(const struct outfile *o)
{
	if (check_place(o) == -1)
		return -1;
	(void)unlinkat(o->dir, o->temporary, 0); /* of who had our number */
	if (give_name(o, o->temporary) == -1)
		return fail_errno();
	if (renameat(o->dir, o->temporary, o->dir, o->name) == 0)
		return 0;
	(void)fail_errno();
	(void)unlinkat(o->dir, o->temporary, 0);
	return -1;
}

/* Never in the place of anything: EEXIST. */
static int
put_new(const struct outfile *o)
{
	return give_name(o, o->name) == 0 ? 0 : fail_errno();
}

enum { REPLACE = 1, SYNC = 2 };

static int
write_out(struct outfile *o, int how)
{
	if (fflush(o->f) == 0 && !ferror(o->f) &&
	    (!(how & SYNC) || fsync(fileno(o->f)) == 0))
		return 0;
	return fail_errno();
}

static int
commit(struct outfile *o, int how)
{
	int rc;

	if (o->standard)
		how = 0;
	rc = write_out(o, how);
	if (rc == 0 && !o->standard)
		rc = how & REPLACE ? put_in_place(o) : put_new(o);
	if (rc == 0 && (how & SYNC) && sync_folder(o) == -1)
		rc = fail_errno();
	outfile_abandon(o);
	return rc;
}

int
outfile_commit(struct outfile *o)
{
	return commit(o, REPLACE | SYNC);
}

int
outfile_place(struct outfile *o)
{
	return commit(o, REPLACE);
}

int
outfile_commit_new(struct outfile *o)
{
	return commit(o, SYNC);
}

int
outfile_as_stdout(const struct outfile *o)
{
	return dup2(fileno(o->f), STDOUT_FILENO) == -1 ? fail_errno() : 0;
}

bool
outfile_is_new(int fd)
{
	struct stat st;
	int flags = fcntl(fd, F_GETFL);

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 &&
	    flags != -1 && !(flags & O_APPEND) && lseek(fd, 0, SEEK_CUR) == 0;
}
