#include "keys/bundle_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys/bundle.h"
#include "keys/bundle_form.h"
#include "base/filekind.h"
#include "lib/wipe.h"

static ssize_t
source_read_fd(int fd, void *buf, size_t cap)
{
	ssize_t n;

	do
		n = read(fd, buf, cap);
	while (n == -1 && errno == EINTR);
	return n;
}

static void
source_keep_tail(struct bundle_source *s, const uint8_t *p, size_t n)
{
	size_t cap = sizeof(s->tail), keep;

	if (n >= cap) {
		memcpy(s->tail, p + n - cap, cap);
		s->ntail = cap;
		return;
	}
	keep = s->ntail < cap - n ? s->ntail : cap - n;
	memmove(s->tail, s->tail + s->ntail - keep, keep);
	memcpy(s->tail + keep, p, n);
	s->ntail = keep + n;
}

la_ssize_t
bundle_source_next(struct bundle_source *s, struct archive *a, const void **buf)
{
	ssize_t n;

	if (s->held != NULL) {
		n = (ssize_t)(s->len - s->at);
		if (n > (ssize_t)sizeof(s->buf))
			n = sizeof(s->buf);
		*buf = s->held + s->at;
		s->at += (size_t)n;
	} else if (s->nstart > 0) {
		n = (ssize_t)s->nstart;
		*buf = s->start;
		s->nstart = 0;
	} else {
		n = source_read_fd(s->fd, s->buf, sizeof(s->buf));
		*buf = s->buf;
	}
	if (n == -1) {
		archive_set_error(a, errno, "%s", strerror(errno));
		return -1;
	}
	s->ntaken += (uint64_t)n;
	source_keep_tail(s, *buf, (size_t)n);
	return n;
}

la_int64_t
bundle_source_seek(struct bundle_source *s, struct archive *a, la_int64_t to,
    int whence)
{
	off_t at;

	if (s->held == NULL) {
		at = lseek(s->fd, to, whence);
		if (at == -1)
			archive_set_error(a, errno, "%s", strerror(errno));
		return at == -1 ? ARCHIVE_FATAL : at;
	}
	if (whence == SEEK_CUR)
		to += (la_int64_t)s->at;
	else if (whence == SEEK_END)
		to += (la_int64_t)s->len;
	if (to < 0 || (uint64_t)to > s->len) {
		archive_set_error(a, EINVAL, "points outside the container");
		return ARCHIVE_FATAL;
	}
	s->at = (size_t)to;
	return to;
}

int
bundle_source_hold(struct bundle_source *s, uint8_t **held, struct fault *f)
{
	size_t cap = 1 << 16, len = s->nstart;
	uint8_t *buf = malloc(cap), *more;
	ssize_t n = 1;

	if (buf != NULL)
		memcpy(buf, s->start, len);
	while (buf != NULL && n > 0) {
		if (len == cap) {
			more = wipe_realloc(buf, cap *= 2);
			if (more == NULL)
				wipe_free(buf);
			buf = more;
			continue;
		}
		n = source_read_fd(s->fd, buf + len, cap - len);
		len += n > 0 ? (size_t)n : 0;
		if (len > BUNDLE_HELD) {
			wipe_free(buf);
			return fault_set(f, 0,
			    "container from a pipe is too large (expected at "
			    "most %d bytes; name the file instead)",
			    BUNDLE_HELD);
		}
	}
	if (buf == NULL)
		return fault_set(f, 0, "out of memory");
	if (n == -1) {
		wipe_free(buf);
		return fault_set(f, 0, "%s", strerror(errno));
	}
	s->held = *held = buf;
	s->len = s->size = len;
	s->can_seek = true;
	return 0;
}

int
bundle_source_peek(struct bundle_source *s)
{
	ssize_t n = 1;

	if (s->held != NULL) {
		s->nstart =
		    s->len < sizeof(s->start) ? s->len : sizeof(s->start);
		memcpy(s->start, s->held, s->nstart);
		return 0;
	}
	while (s->nstart < sizeof(s->start) && n > 0) {
		n = source_read_fd(s->fd, s->start + s->nstart,
		    sizeof(s->start) - s->nstart);
		if (n == -1)
			return -1;
		s->nstart += (size_t)n;
	}
	return 0;
}

bool
bundle_source_ends_as_zip(struct bundle_source *s)
{
	size_t cap = 1 << 14; /* as far as libarchive looks */
	size_t n = s->size < cap ? (size_t)s->size : cap;

	if (!s->can_seek || bundle_form_packed(s->start, s->nstart) ||
	    memcmp(s->start, "PK\3\4", 4) == 0)
		return false;
	if (s->held != NULL)
		return filekind_ends_as_zip(s->held + s->len - n, n);
	return pread(s->fd, s->buf, n, (off_t)(s->size - n)) == (ssize_t)n &&
	    filekind_ends_as_zip(s->buf, n);
}
