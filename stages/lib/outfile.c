#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of path, or -1 with errno; its name stands in *dir. */
static int
folder(const char *path, char *dir, size_t cap)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	if (n + 32 + strlen(slash == NULL ? path : slash) >= cap) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (slash == NULL)
		(void)strcpy(dir, ".");
	else if (n == 0)
		(void)strcpy(dir, "/");
	else {
		memcpy(dir, path, n);
		dir[n] = '\0';
	}
	return 0;
}

static int
open_to(struct outfile *o, const char *path, mode_t mode, int how)
{
	char dir[sizeof(o->temporary)];
	int fd, keep;

	*o = (struct outfile){ .path = path };
	if (folder(path, dir, sizeof(dir)) == -1)
		return -1;
	/* The name is used between link and rename only. */
	if (snprintf(o->temporary, sizeof(o->temporary), "%s/.%s.%ld", dir,
	        strrchr(path, '/') ? strrchr(path, '/') + 1 : path,
	        (long)getpid()) >= (int)sizeof(o->temporary)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(dir, O_TMPFILE | how | O_CLOEXEC, mode);
	if (fd == -1)
		return -1;
	o->f = fchmod(fd, mode) == 0 ? fdopen(fd, how == O_RDWR ? "w+" : "w")
	                             : NULL;
	if (o->f != NULL)
		return 0;
	keep = errno;
	close(fd);
	errno = keep;
	return -1;
}

int
outfile_open(struct outfile *o, const char *path, mode_t mode)
{
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
	if (o->f != NULL)
		(void)fclose(o->f);
	o->f = NULL;
}

static int
sync_folder(const char *path)
{
	char dir[4096];
	int fd, rc;

	if (folder(path, dir, sizeof(dir)) == -1)
		return -1;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

static int
give_name(struct outfile *o, const char *path)
{
	char self[64];

	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", fileno(o->f));
	return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

static int
put_in_place(struct outfile *o)
{
	(void)unlink(o->temporary); /* of a process that had our number */
	if (give_name(o, o->temporary) == -1)
		return -1;
	if (rename(o->temporary, o->path) == 0)
		return 0;
	(void)unlink(o->temporary);
	return -1;
}

enum { REPLACE = 1, SYNC = 2 };

static int
commit(struct outfile *o, int how)
{
	int keep;

	if (fflush(o->f) == 0 && !ferror(o->f) &&
	    (!(how & SYNC) || fsync(fileno(o->f)) == 0) &&
	    (how & REPLACE ? put_in_place(o) : give_name(o, o->path)) == 0 &&
	    (!(how & SYNC) || sync_folder(o->path) == 0)) {
		outfile_abandon(o);
		return 0;
	}
	keep = errno;
	outfile_abandon(o);
	errno = keep;
	return -1;
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

bool
outfile_is_new(int fd)
{
	struct stat st;
	int flags = fcntl(fd, F_GETFL);

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 &&
	    flags != -1 && !(flags & O_APPEND) && lseek(fd, 0, SEEK_CUR) == 0;
}
