#include "lib/stream.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/stage.h"

#define BUFFER (2 * (RECORD_LINE_MAX + 1))

void
stream_open(struct stream_in *s, int fd, const char *name)
{
	*s = (struct stream_in){ .fd = fd, .name = name };
	s->buf = malloc(BUFFER);
	if (s->buf == NULL)
		err(EX_OSERR, "stream");
}

void
stream_close(struct stream_in *s)
{
	if (s->buf != NULL)
		explicit_bzero(s->buf, BUFFER);
	free(s->buf);
	s->buf = NULL;
}

/* Reads once; 1 when something came, 0 at the end.  Errors end the program. */
static int
stream_fill(struct stream_in *s)
{
	ssize_t n;

	if (s->at != 0) {
		memmove(s->buf, s->buf + s->at, s->len - s->at);
		s->len -= s->at;
		s->at = 0;
	}
	do
		n = read(s->fd, s->buf + s->len, BUFFER - s->len);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		err(EX_IOERR, "%s", s->name);
	s->len += (size_t)n;
	s->eof = n == 0;
	if (s->kind != NULL && s->kind->whole)
		stage_progress(s->name, s->rows, "records read");
	return n != 0;
}

/*
 * The next line in the buffer, NUL for its newline.  1; 0 at the end of the
 * input; -1 when the line is cut by it or too long.
 */
static int
next_line(struct stream_in *s, char **line, size_t *len)
{
	size_t seen = 0;
	char *end;

	for (;;) {
		end =
		    memchr(s->buf + s->at + seen, '\n', s->len - s->at - seen);
		seen = end != NULL ? (size_t)(end - s->buf) - s->at
		                   : s->len - s->at;
		if (seen > RECORD_LINE_MAX) {
			stage_say(s->name, s->line + 1,
			    "line is longer than %d bytes", RECORD_LINE_MAX);
			return -1;
		}
		if (end != NULL)
			break;
		if (stream_fill(s))
			continue;
		if (seen == 0 || s->may_be_cut)
			return 0;
		if (!stage_input_cut(s->fd))
			stage_say(s->name, s->line + 1,
			    "stream is cut in mid-line");
		return -1;
	}
	*line = s->buf + s->at;
	*len = (size_t)(end - *line);
	*end = '\0';
	s->at += *len + 1;
	s->line++;
	return 1;
}

int
stream_header(struct stream_in *s)
{
	struct fault f;
	char *line;
	size_t len;
	int got = next_line(s, &line, &len);

	s->empty = got == 0 && s->line == 0 && !s->may_be_empty;
	if (s->empty) {
		if (!stage_input_cut(s->fd))
			stage_say(s->name, 0,
			    "no stream in it (expected a line such as "
			    "@keys/2)");
		return -1;
	}
	if (got != 1)
		return got;
	s->rows = 0;
	s->refused = 0;
	s->kind = record_get_header(&s->ncolumns, line, &f);
	if (s->kind != NULL)
		return 1;
	stage_say(s->name, s->line, "%s", f.why);
	return -1;
}

static int
take_end(struct stream_in *s, const char *line)
{
	struct fault f;
	uint64_t passed;

	if (record_get_end(&passed, &s->refused, line, &f) == -1) {
		stage_say(s->name, s->line, "%s", f.why);
		return -1;
	}
	/* In a journal refusals are everyday: noise on the hello port. */
	if (s->kind->whole)
		stage_refused_before(s->refused);
	if (passed == s->rows)
		return 0;
	stage_say(s->name, s->line,
	    "records are missing (got %llu, @end says %llu)",
	    (unsigned long long)s->rows, (unsigned long long)passed);
	return -1;
}

int
stream_next(struct stream_in *s, struct record *r)
{
	struct fault f;
	char *line;
	size_t len;

	for (;;) {
		int got = next_line(s, &line, &len);

		if (got == 0 && s->may_be_cut)
			return 0;
		if (got == 0 && !stage_input_cut(s->fd))
			stage_say(s->name, s->line,
			    "stream is cut: it has no @end line");
		if (got != 1)
			return -1;
		switch (record_line(line)) {
		case RECORD_END:
			return take_end(s, line);
		case RECORD_HEADER:
			stage_say(s->name, s->line,
			    "stream is cut: another begins before @end");
			return -1;
		case RECORD_ROW:
			break;
		}
		s->rows++;
		if (record_get(r, s->kind, s->ncolumns, line, len, &f) == 0)
			return 1;
		stage_refuse(s->name, s->line, "%s", f.why);
	}
}

static bool
is_one_of(const struct kind *k, const struct kind *const *kinds, size_t nkinds)
{
	for (size_t i = 0; i < nkinds; i++)
		if (k == kinds[i])
			return true;
	return false;
}

/* One wording for all programs, in their two ways to end. */
#define WRONG_KIND "wrong kind of stream (got @%s, expected %s)"

/* "@map, @hello or @keys" */
static void
kinds_format(char *to, size_t cap, const struct kind *const *kinds,
    size_t nkinds)
{
	size_t len = 0;

	for (size_t i = 0; i < nkinds && len < cap; i++) {
		const char *before = i == 0 ? ""
		    : i + 1 < nkinds        ? ", "
		                            : " or ";

		len += (size_t)snprintf(to + len, cap - len, "%s@%s", before,
		    kinds[i]->name);
	}
}

void
stream_wrong_kind(const struct stream_in *s, const struct kind *const *kinds,
    size_t nkinds)
{
	char wanted[128];

	kinds_format(wanted, sizeof(wanted), kinds, nkinds);
	stage_fail(EX_DATAERR, s->name, s->line, WRONG_KIND, s->kind->name,
	    wanted);
}

void
stream_require(const struct stream_in *s, const struct kind *const *kinds,
    size_t nkinds)
{
	if (!is_one_of(s->kind, kinds, nkinds))
		stream_wrong_kind(s, kinds, nkinds);
}

bool
stream_is(const struct stream_in *s, const struct kind *const *kinds,
    size_t nkinds)
{
	char wanted[128];

	for (size_t i = 0; i < nkinds; i++)
		if (s->kind == kinds[i])
			return true;
	kinds_format(wanted, sizeof(wanted), kinds, nkinds);
	stage_say(s->name, s->line, WRONG_KIND, s->kind->name, wanted);
	return false;
}

uint64_t
stream_each(struct stream_in *s, const struct kind *const *kinds, size_t nkinds,
    stream_take_fn *take, void *arg)
{
	uint64_t before = 0;
	struct record r;
	int more;

	while ((more = stream_header(s)) == 1) {
		stream_require(s, kinds, nkinds);
		while ((more = stream_next(s, &r)) == 1)
			take(s, &r, arg);
		if (more == -1)
			break;
		before += s->refused;
	}
	if (more == 0)
		return before;
	stream_close(s);
	exit(stage_status(EX_DATAERR)); /* said by the reader */
}

/* A line, or more than one may be: nothing more need be read for it. */
static bool
has_line(const struct stream_in *s)
{
	return s->eof || s->len - s->at > RECORD_LINE_MAX ||
	    memchr(s->buf + s->at, '\n', s->len - s->at) != NULL;
}

bool
stream_ready(struct stream_in *s, int timeout_ms)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	while (!has_line(s)) {
		if (poll(&p, 1, timeout_ms) <= 0)
			return false; /* time is up, or a signal came */
		(void)stream_fill(s);
	}
	return true;
}

void
stream_place(const struct stream_in *s, char *to, size_t cap)
{
	(void)snprintf(to, cap, "%s:%zu", s->name, s->line);
}

static _Noreturn void
cannot_write(const struct stream_out *s)
{
	stage_output_failed(
	    s->to == stdout ? "standard output" : s->kind->name);
}

static void
stream_put(const struct stream_out *s, const struct writer *w)
{
	if (fwrite(w->base, 1, w->len, s->to) != w->len)
		cannot_write(s);
}

void
stream_begin(struct stream_out *s, const struct kind *k, bool reveal)
{
	if (kind_secret(k))
		stage_guard_secrets(reveal);
	stream_begin_to(s, k, stdout);
}

void
stream_begin_to(struct stream_out *s, const struct kind *k, FILE *to)
{
	uint8_t line[1024];
	struct writer w = { .base = line, .cap = sizeof(line) };

	*s = (struct stream_out){ .kind = k, .to = to };
	record_put_header(&w, k);
	stream_put(s, &w);
}

void
stream_write(struct stream_out *s, const char *const *fields)
{
	static uint8_t line[RECORD_LINE_MAX + 1];
	struct writer w = { .base = line, .cap = sizeof(line) };

	record_put(&w, s->kind, fields);
	if (writer_done(&w) == -1) {
		stage_refuse(s->kind->name, 0,
		    "record is longer than a stream's line may be (%d bytes)",
		    RECORD_LINE_MAX);
		return;
	}
	stream_put(s, &w);
	explicit_bzero(line, w.len);
	s->passed++;
	if (s->flush && fflush(s->to) != 0)
		cannot_write(s);
}

void
stream_end(struct stream_out *s, uint64_t refused_before)
{
	uint8_t line[64];
	struct writer w = { .base = line, .cap = sizeof(line) };

	record_put_end(&w, s->passed, refused_before + stage_refused());
	stream_put(s, &w);
	if (fflush(s->to) != 0)
		cannot_write(s);
}
