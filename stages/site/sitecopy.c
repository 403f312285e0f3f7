#include "site/sitecopy.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/sitefile.h"

static void
sitecopy_path(char path[PATH_MAX], const char *folder, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		errx(EX_USAGE, "%s/%s: path is too long", folder, name);
}

static void
sitecopy_bytes(int in, int out, const char *from, const char *to)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(in, buf, sizeof(buf))) > 0) {
		ssize_t w = write(out, buf, (size_t)n);

		if (w != n)
			errx(EX_IOERR, "%s: %s", to,
			    w == -1 ? strerror(errno) : "the disk is full");
	}
	if (n == -1)
		err(EX_NOINPUT, "%s", from);
	if (fsync(out) == -1)
		err(EX_IOERR, "%s", to);
	explicit_bzero(buf, sizeof(buf));
}

bool
sitecopy_file(const char *from, const char *to, const char *name)
{
	char source[PATH_MAX], target[PATH_MAX];
	struct stat st;
	int in, out;

	sitecopy_path(source, from, name);
	sitecopy_path(target, to, name);
	in = sitefile_open(source, O_RDONLY, SITEFILE_STRICT);
	if (in == -1 && errno == ENOENT)
		return false;
	if (in == -1 || fstat(in, &st) == -1)
		errx(EX_NOINPUT, "%s: %s", source, sitefile_why());
	/* What others may write is not believed when it is back. */
	out = sitefile_create(target, st.st_mode & 0755);
	if (out == -1)
		errx(EX_CANTCREAT, "%s: %s", target, sitefile_why());
	if (fchmod(out, st.st_mode & 0755) == -1) /* whatever the umask */
		err(EX_CANTCREAT, "%s", target);
	sitecopy_bytes(in, out, source, target);
	close(in);
	close(out);
	return true;
}

/* Folders in it are left out: each has its own call. */
static void
sitecopy_folder(const char *from, const char *to, const char *name)
{
	char source[PATH_MAX], file[PATH_MAX];
	struct dirent *e;
	DIR *d;
	int fd;

	sitecopy_path(source, from, name);
	fd = sitefile_folder(source);
	if (fd == -1 && errno == ENOENT)
		return;
	d = fd == -1 ? NULL : fdopendir(fd);
	if (d == NULL)
		errx(EX_NOINPUT, "%s: %s", source, sitefile_why());
	fd = sitefile_make_folder(to, name);
	if (fd == -1)
		errx(EX_CANTCREAT, "%s/%s: %s", to, name, sitefile_why());
	while ((e = readdir(d)) != NULL) {
		struct stat st;

		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
		        0 &&
		    S_ISDIR(st.st_mode))
			continue;
		sitecopy_path(file, name, e->d_name);
		(void)sitecopy_file(from, to, file);
	}
	(void)fsync(fd);
	close(fd);
	(void)closedir(d);
}

void
sitecopy_all(const char *from, const char *to)
{
	static const char *const files[] = { "site.conf", "profile.xml",
		"sweep.results" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)sitecopy_file(from, to, files[i]);
	sitecopy_folder(from, to, "certs");
	sitecopy_folder(from, to, "certs/partners");
	sitecopy_sync(to);
}

void
sitecopy_sync(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1 || fsync(fd) == -1)
		err(EX_IOERR, "%s", folder);
	close(fd);
}
