/*
 * stick-wipe - overwrites SETUP.BIN and reads back that nothing is left.
 *
 * A named file is overwritten in place: the whole clusters of SETUP.BIN in an
 * image, all of a setup.bin alone.  Without a name it is a filter, for sticks
 * that usb-read and usb-write reach.  The folder's entry and the chain stay:
 * they hold a length and a time, and the volume stays sound.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "stick/imagefile.h"
#include "lib/outfile.h"
#include "lib/sitefile.h"
#include "lib/stage.h"

struct extent {
	uint64_t at, len;
};

struct wipe {
	struct setupfile file;
	struct extent extent[FATIMAGE_RUNS_MAX];
	size_t n;
	bool sparse; /* standard output is a new file: it gets holes */
};

static const uint8_t zero[1U << 16];

/* What is to be overwritten; all of it lies within the input. */
static void
find_extents(struct wipe *w, int fd, const char *name)
{
	setupfile_open(&w->file, fd, name);
	w->n = w->file.bare ? 1 : w->file.file.nruns;
	for (size_t i = 0; i < w->n && !w->file.bare; i++)
		w->extent[i].at = fatimage_space(&w->file.img, &w->file.file, i,
		    &w->extent[i].len);
	if (w->file.bare)
		w->extent[0] = (struct extent){ 0, UINT64_MAX };
}

/* --- in place ------------------------------------------------------------ */

static void
write_zeroes(int fd, const char *name, struct extent e)
{
	while (e.len != 0) {
		size_t n = e.len < sizeof(zero) ? (size_t)e.len : sizeof(zero);
		ssize_t done = pwrite(fd, zero, n, (off_t)e.at);

		if (done == -1 && errno == EINTR)
			continue;
		if (done <= 0)
			err(EX_IOERR, "%s: at %llu", name,
			    (unsigned long long)e.at);
		e.at += (uint64_t)done;
		e.len -= (uint64_t)done;
	}
}

static void
verify_zeroes(int fd, const char *name, struct extent e)
{
	static uint8_t buf[sizeof(zero)];

	while (e.len != 0) {
		size_t n = e.len < sizeof(buf) ? (size_t)e.len : sizeof(buf);
		ssize_t got = pread(fd, buf, n, (off_t)e.at);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			err(EX_IOERR, "%s: at %llu", name,
			    (unsigned long long)e.at);
		if (got == 0 || memcmp(buf, zero, (size_t)got) != 0)
			stage_fail(EX_IOERR, name, e.at,
			    "not wiped: what was written does not read back");
		e.at += (uint64_t)got;
		e.len -= (uint64_t)got;
	}
}

static void
wipe_in_place(const char *name)
{
	static struct wipe w;
	int fd = sitefile_open(name, O_RDWR, 0);
	off_t size;

	if (fd == -1)
		errx(EX_NOINPUT, "%s: %s", name, sitefile_why());
	size = lseek(fd, 0, SEEK_END);
	if (size == -1)
		err(EX_IOERR, "%s", name);
	find_extents(&w, fd, name);
	if (w.file.bare)
		w.extent[0].len = (uint64_t)size;
	setupfile_close(&w.file);
	for (size_t i = 0; i < w.n; i++)
		write_zeroes(fd, name, w.extent[i]);
	if (fsync(fd) == -1)
		err(EX_IOERR, "%s", name);
	/* From the disk, not from memory; where that cannot be had, so be
	 * it. */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	for (size_t i = 0; i < w.n; i++)
		verify_zeroes(fd, name, w.extent[i]);
	if (close(fd) == -1)
		err(EX_IOERR, "%s", name);
	if (stage_verbose())
		stage_say(name, 0, "SETUP.BIN overwritten and read back");
}

/* --- as a filter --------------------------------------------------------- */

static bool
all_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

static void
wipe_emit(const struct wipe *w, const uint8_t *buf, size_t len)
{
	while (len != 0) {
		size_t n = len < sizeof(zero) ? len : sizeof(zero);

		if (w->sparse && all_zero(buf, n)) {
			if (fseeko(stdout, (off_t)n, SEEK_CUR) == -1)
				stage_output_failed("standard output");
		} else if (fwrite(buf, 1, n, stdout) != n)
			stage_output_failed("standard output");
		buf += n;
		len -= n;
	}
}

/* Writes what stands at that offset, zeroes where it is to be wiped. */
static void
wipe_put(const struct wipe *w, uint8_t *buf, size_t len, uint64_t at)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct extent *e = &w->extent[i];
		uint64_t from = e->at > at ? e->at : at;
		uint64_t end =
		    e->len > UINT64_MAX - e->at ? UINT64_MAX : e->at + e->len;

		if (end > at + len)
			end = at + len;
		if (from < end)
			memset(buf + (from - at), 0, (size_t)(end - from));
	}
	wipe_emit(w, buf, len);
}

static void
wipe_through(int fd, const char *name, void *arg)
{
	static uint8_t buf[sizeof(zero)];
	static struct wipe w;
	struct imagefile *from = &w.file.from;
	uint64_t at;
	size_t n;

	(void)arg;
	find_extents(&w, fd, name);
	w.sparse = outfile_is_new(STDOUT_FILENO);
	if (!from->pipe && lseek(fd, 0, SEEK_SET) == -1)
		err(EX_IOERR, "%s", name);
	from->pipe = true; /* from here on it is read in order */
	if (from->len != 0)
		wipe_put(&w, from->kept, from->len, 0);
	for (at = from->len; (n = imagefile_more(from, buf, sizeof(buf))) != 0;
	     at += n)
		wipe_put(&w, buf, n, at);
	explicit_bzero(buf, sizeof(buf));
	if (!w.file.bare && at < w.file.img.end)
		stage_fail(EX_DATAERR, name, at,
		    "image is cut (its volume ends at %llu)",
		    (unsigned long long)w.file.img.end);
	if (fflush(stdout) == EOF ||
	    (w.sparse && ftruncate(STDOUT_FILENO, (off_t)at) == -1))
		stage_output_failed("standard output");
	imagefile_close(from);
}

int
main(int argc, char *argv[])
{
	const char *path = NULL;
	struct outfile o;
	int ch, status;

	stage_begin("[-v] [image | setup.bin ...]\n       stick-wipe -o image",
	    MAY_READ_FILES | MAY_WRITE_FILES | USES_SECRETS);
	while ((ch = stage_getopt(argc, argv, "o:", NULL)) != -1) {
		if (ch != 'o')
			stage_usage();
		path = outfile_option(optarg);
	}
	if (path != NULL && optind != argc)
		stage_usage();
	if (path != NULL &&
	    (outfile_open(&o, path, 0600) == -1 || outfile_as_stdout(&o) == -1))
		errx(EX_CANTCREAT, "%s: %s", path, outfile_why());
	stage_makes(path);
	if (optind == argc && isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "an image is binary; it does not go to a terminal");
	for (int i = optind; i < argc; i++)
		stage_changes(argv[i]);
	stage_confine();
	if (optind == argc)
		stage_each_input(argc, argv, wipe_through, NULL);
	for (int i = optind; i < argc; i++)
		wipe_in_place(argv[i]);
	status = stage_end();
	if (path != NULL && outfile_place(&o) == -1)
		errx(EX_IOERR, "%s: %s", path, outfile_why());
	return status;
}
