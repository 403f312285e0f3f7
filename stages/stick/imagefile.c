#include "stick/imagefile.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/filekind.h"
#include "stick/layout.h"
#include "lib/stage.h"

void
imagefile_open(struct imagefile *s, int fd, const char *name)
{
	*s = (struct imagefile){ .fd = fd, .name = name };
	s->pipe = lseek(fd, 0, SEEK_SET) == -1;
}

void
imagefile_close(struct imagefile *s)
{
	if (s->kept != NULL)
		explicit_bzero(s->kept, s->len);
	free(s->kept);
	s->kept = NULL;
}

/* As read(2), but whole, short only at the end; errors end the program. */
static size_t
read_all(const struct imagefile *s, uint8_t *to, size_t len, off_t at)
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
keep_to(struct imagefile *s, size_t end)
{
	if (end > s->cap) {
		size_t cap =
		    end < IMAGEFILE_KEPT_MAX / 2 ? 2 * end : IMAGEFILE_KEPT_MAX;
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

int
imagefile_read(void *arg, uint64_t at, void *buf, size_t len)
{
	struct imagefile *s = arg;

	if (at > INT64_MAX - len)
		return -1;
	if (!s->pipe)
		return read_all(s, buf, len, (off_t)at) == len ? 0 : -1;
	if (at + len > IMAGEFILE_KEPT_MAX)
		stage_fail(EX_DATAERR, s->name, at,
		    "too far behind for a pipe (expected at most %u bytes); "
		    "name the image as a file",
		    IMAGEFILE_KEPT_MAX);
	if (at + len > s->len)
		keep_to(s, (size_t)(at + len));
	if (at + len > s->len)
		return -1;
	memcpy(buf, s->kept + at, len);
	return 0;
}

size_t
imagefile_more(struct imagefile *s, uint8_t *to, size_t len)
{
	return read_all(s, to, len, 0);
}

bool
imagefile_whole(struct imagefile *s, uint64_t end)
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

static size_t
start_of_short(struct imagefile *s, uint8_t *to, size_t cap)
{
	size_t n = s->len < cap ? s->len : cap;

	if (!s->pipe)
		return read_all(s, to, cap, 0);
	memcpy(to, s->kept, n);
	return n;
}

void
imagefile_refuse(struct imagefile *s, const struct fault *why)
{
	uint8_t start[FATIMAGE_SECTOR];
	size_t n = sizeof(start);
	char holds[LAYOUT_TEXT];
	const char *known;

	/* A pipe has kept them.  A file may be smaller than a sector. */
	if (imagefile_read(s, 0, start, n) == -1)
		n = start_of_short(s, start, n);
	known = filekind_refusal(filekind_of(start, n), 0);
	if (known != NULL)
		stage_fail(EX_DATAERR, s->name, 0, "%s", known);
	layout_text(holds, FATIMAGE_SECTOR, imagefile_read, s);
	known = layout_refusal(holds);
	if (known != NULL)
		stage_fail(EX_DATAERR, s->name, 0, "%s (it has %s)", known,
		    holds);
	stage_fail(EX_DATAERR, s->name, why->at, "%s", why->why);
}

/* --- SETUP.BIN ----------------------------------------------------------- */

static _Noreturn void
is_cut(const struct setupfile *s)
{
	stage_fail(EX_DATAERR, s->from.name, 0,
	    "image is cut (its volume ends at %llu)",
	    (unsigned long long)s->img.end);
}

static void
imagefile_find(struct setupfile *s)
{
	struct fault f;

	if (fatimage_open(&s->img, imagefile_read, &s->from, &f) == -1)
		imagefile_refuse(&s->from, &f);
	if (fatimage_find(&s->img, &s->file, &f) == -1)
		stage_fail(EX_DATAERR, s->from.name, f.at, "%s", f.why);
	if (!s->from.pipe && !imagefile_whole(&s->from, s->img.end))
		is_cut(s);
}

static bool
all_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

static void
take_header(struct setupfile *s)
{
	uint8_t chunk[SETUPBIN_CHUNK];
	struct fault f;
	uint64_t want;

	setupfile_read(s, 0, chunk, sizeof(chunk));
	s->wiped = all_zero(chunk, sizeof(chunk));
	if (s->wiped)
		return;
	if (setupbin_header_decode(&s->header, chunk, sizeof(chunk), &s->notes,
	        &f) == -1)
		stage_fail(EX_DATAERR, s->from.name, f.at, "SETUP.BIN: %s",
		    f.why);
	want = ((uint64_t)s->header.nrecords + 1) * SETUPBIN_CHUNK;
	if (!s->bare && s->file.len < want)
		stage_fail(EX_DATAERR, s->from.name, s->file.len,
		    "SETUP.BIN is cut (has %u bytes, expected %llu for %u "
		    "records)",
		    s->file.len, (unsigned long long)want, s->header.nrecords);
}

void
setupfile_open(struct setupfile *s, int fd, const char *name)
{
	uint8_t start[16];

	memset(s, 0, sizeof(*s));
	imagefile_open(&s->from, fd, name);
	if (imagefile_read(&s->from, 0, start, sizeof(start)) == -1)
		stage_fail(EX_DATAERR, name, 0,
		    "neither a stick's image nor a setup.bin: it has hardly a "
		    "byte");
	s->bare = setupbin_is(start, sizeof(start));
	if (!s->bare)
		imagefile_find(s);
	take_header(s);
}

void
setupfile_close(struct setupfile *s)
{
	imagefile_close(&s->from);
}

void
setupfile_read(struct setupfile *s, uint64_t at, void *buf, size_t len)
{
	uint8_t *to = buf;
	size_t i = 0;

	if (s->bare && imagefile_read(&s->from, at, buf, len) == -1)
		stage_fail(EX_DATAERR, s->from.name, at,
		    "setup.bin is cut (expected %zu bytes more)", len);
	while (!s->bare && len != 0) {
		uint64_t run, from;
		size_t n;

		if (i == s->file.nruns)
			stage_fail(EX_DATAERR, s->from.name, at,
			    "SETUP.BIN is cut (expected %zu bytes more)", len);
		from = fatimage_run(&s->img, &s->file, i++, &run);
		if (at >= run) {
			at -= run;
			continue;
		}
		n = run - at < len ? (size_t)(run - at) : len;
		if (imagefile_read(&s->from, from + at, to, n) == -1)
			stage_fail(EX_DATAERR, s->from.name, from + at,
			    "image ends early, within SETUP.BIN");
		to += n;
		len -= n;
		at = 0;
	}
}

void
setupfile_end(struct setupfile *s)
{
	if (!s->bare && s->from.pipe && !imagefile_whole(&s->from, s->img.end))
		is_cut(s);
}
