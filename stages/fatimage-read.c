/*
 * fatimage-read - the image of a stick on stdin, its setup.bin on stdout.
 *
 * A file is read where it is needed; a pipe is kept as far as it is needed
 * (our own images: to the end of setup.bin) and then read to its end.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "fatimage.h"
#include "stage.h"

/* Of a pipe.  Room for the largest setup.bin behind the FATs of a large
 * stick. */
#define KEPT_MAX (128U << 20)

struct source {
	int fd;
	const char *name;
	bool pipe;
	uint8_t *kept; /* of a pipe: all that came so far */
	size_t len, cap;
};

/* As read(2), but whole, short only at the end; errors end the program. */
static size_t
read_all(const struct source *s, uint8_t *to, size_t len, off_t at)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = s->pipe
		    ? read(s->fd, to + got, len - got)
		    : pread(s->fd, to + got, len - got, at + (off_t)got);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(EX_IOERR, "%s", s->name);
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return got;
}

/* Keeps the pipe up to that offset; less when it ends before. */
static void
keep_to(struct source *s, size_t end)
{
	if (end > s->cap) {
		size_t cap = end < KEPT_MAX / 2 ? 2 * end : KEPT_MAX;
		/* Not realloc, which may leave secrets behind. */
		uint8_t *more = malloc(cap);

		if (more == NULL)
			err(EX_OSERR, "%s", s->name);
		if (s->len != 0) {
			memcpy(more, s->kept, s->len);
			explicit_bzero(s->kept, s->len);
		}
		free(s->kept);
		s->kept = more;
		s->cap = cap;
	}
	s->len += read_all(s, s->kept + s->len, end - s->len, 0);
}

static int
read_at(void *arg, uint64_t at, void *buf, size_t len)
{
	struct source *s = arg;

	if (at > INT64_MAX - len)
		return -1;
	if (!s->pipe)
		return read_all(s, buf, len, (off_t)at) == len ? 0 : -1;
	if (at + len > KEPT_MAX)
		stage_fail(EX_DATAERR, s->name, at,
		    "too far behind for a pipe (expected at most %u bytes); "
		    "name the image as a file",
		    KEPT_MAX);
	if (at + len > s->len)
		keep_to(s, (size_t)(at + len));
	if (at + len > s->len)
		return -1;
	memcpy(buf, s->kept + at, len);
	return 0;
}

/* Is the volume there as a whole? */
static bool
is_whole(struct source *s, uint64_t end)
{
	static uint8_t rest[1U << 16];
	uint64_t len = s->len;
	size_t n;

	if (!s->pipe)
		return lseek(s->fd, 0, SEEK_END) >= (off_t)end;
	while ((n = read_all(s, rest, sizeof(rest), 0)) != 0)
		len += n;
	explicit_bzero(rest, sizeof(rest));
	return len >= end;
}

static void
write_file(struct source *s, const struct fatimage *img,
    const struct fatimage_file *file)
{
	static uint8_t buf[1U << 16];

	for (size_t i = 0; i < file->nruns; i++) {
		uint64_t left;
		uint64_t at = fatimage_run(img, file, i, &left);

		while (left != 0) {
			size_t n =
			    left < sizeof(buf) ? (size_t)left : sizeof(buf);

			if (read_at(s, at, buf, n) == -1)
				stage_fail(EX_DATAERR, s->name, at,
				    "image ends early, within SETUP.BIN");
			if (fwrite(buf, 1, n, stdout) != n)
				err(EX_IOERR, "standard output");
			at += n;
			left -= n;
		}
	}
	explicit_bzero(buf, sizeof(buf));
}

static void
warn_of(const struct source *s, const struct fatimage_file *file)
{
	if (file->nruns > 1)
		stage_say(s->name, (size_t)file->entry,
		    "warning: SETUP.BIN is in %zu pieces; a BIOS may read "
		    "only the first",
		    file->nruns);
	if (file->before != 0)
		stage_say(s->name, (size_t)file->entry,
		    "warning: SETUP.BIN is not the first file (%u before "
		    "it); a BIOS may not find it",
		    file->before);
	else if (file->others != 0 && stage_verbose())
		stage_say(s->name, (size_t)file->entry,
		    "SETUP.BIN is not alone (%u others in the root folder)",
		    file->others);
}

static void
read_image(int fd, const char *name, void *arg)
{
	struct source s = { .fd = fd, .name = name };
	struct fatimage_file file;
	struct fatimage img;
	struct fault f;

	(void)arg;
	s.pipe = lseek(fd, 0, SEEK_SET) == -1;
	if (fatimage_open(&img, read_at, &s, &f) == -1 ||
	    fatimage_find(&img, &file, &f) == -1)
		stage_fail(EX_DATAERR, name, f.at, "%s", f.why);
	if (!s.pipe && !is_whole(&s, img.end))
		stage_fail(EX_DATAERR, name, 0,
		    "image is cut (its volume ends at %llu)",
		    (unsigned long long)img.end);
	warn_of(&s, &file);
	write_file(&s, &img, &file);
	if (s.pipe && !is_whole(&s, img.end))
		stage_fail(EX_DATAERR, name, 0,
		    "image is cut (its volume ends at %llu)",
		    (unsigned long long)img.end);
	if (s.kept != NULL)
		explicit_bzero(s.kept, s.len);
	free(s.kept);
}

int
main(int argc, char *argv[])
{
	int ch;

	stage_begin("[-v] [image]", MAY_READ_FILES | EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "", NULL)) != -1)
		stage_usage();
	if (argc - optind > 1)
		stage_usage();
	if (isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "setup.bin is binary and holds secrets; it "
		    "does not go to a terminal");
	stage_confine();
	stage_each_input(argc, argv, read_image, NULL);
	return stage_end();
}
