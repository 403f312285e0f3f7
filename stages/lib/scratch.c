#include "lib/scratch.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

_Noreturn static void
scratch_fail(const char *dir)
{
	err(EX_IOERR, "%s: temporary file for sorting", dir);
}

int
scratch_open(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char path[4096];

	if (fd != -1)
		return fd;
	/* Not every file system makes files without a name. */
	if (snprintf(path, sizeof(path), "%s/sort.XXXXXX", dir) >=
	    (int)sizeof(path))
		errx(EX_IOERR, "%s: path is too long", dir);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd == -1 || unlink(path) == -1)
		scratch_fail(dir);
	return fd;
}

void
scratch_write(int fd, const char *dir, const void *p, size_t len)
{
	const uint8_t *from = p;

	while (len != 0) {
		ssize_t n = write(fd, from, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			scratch_fail(dir);
		from += n;
		len -= (size_t)n;
	}
}

void
scratch_read(int fd, const char *dir, void *p, size_t len, off_t at)
{
	uint8_t *to = p;

	while (len != 0) {
		ssize_t n = pread(fd, to, len, at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			scratch_fail(dir);
		to += n;
		at += n;
		len -= (size_t)n;
	}
}
