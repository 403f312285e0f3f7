#include "hello/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/sitefile.h"
#include "base/text.h"

/* What the store takes in one commit or ten; and how long a record waits for
 * others before the loader may have it: less when none comes. */
#define FILE_RECORDS 10000
#define FILE_MS 100
#define QUIET_MS 20
#define TRIES 10

int
spool_open(struct spool *s, const char *dir, const struct kind *k)
{
	s->kind = k;
	s->fd = -1;
	s->dir = sitefile_folder(dir);
	return s->dir == -1 ? -1 : 0;
}

bool
spool_room(const struct spool *s)
{
	return s->len + RECORD_LINE_MAX + 1 <= sizeof(s->buf);
}

void
spool_put(struct spool *s, const char *const *fields)
{
	struct writer w = { .base = s->buf,
		.cap = sizeof(s->buf),
		.len = s->len };

	record_put(&w, s->kind, fields);
	if (writer_done(&w) == -1 || w.len - s->len > RECORD_LINE_MAX)
		return; /* longer than any of its kind can be */
	s->len = w.len;
	s->waiting++;
}

/* n bytes at the end of the file; 0, or -1 and it is as long as before. */
static int
spool_append(struct spool *s, const uint8_t *from, size_t n)
{
	off_t at = s->good;
	int keep;

	while (n != 0) {
		ssize_t put = pwrite(s->fd, from, n, at);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			goto failed;
		from += put;
		n -= (size_t)put;
		at += put;
	}
	if (fdatasync(s->fd) == -1)
		goto failed;
	s->good = at;
	return 0;
failed:
	keep = errno;
	if (ftruncate(s->fd, s->good) == -1)
		keep = errno; /* a line that is cut: the loader refuses it */
	errno = keep;
	return -1;
}

static void
set_name(struct spool *s)
{
	char at[TEXT_TIME], digits[TEXT_TIME];
	int64_t now = clock_seconds();
	size_t n = 0;

	if (now > s->named)
		s->named = now;
	text_time(at, s->named);
	for (const char *p = at; *p != '\0'; p++)
		if (*p != '-' && *p != ':')
			digits[n++] = *p;
	digits[n] = '\0';
	(void)snprintf(s->name, sizeof(s->name), ".%s.%06u.%ld.%s", digits,
	    s->made++ % 1000000, (long)getpid(), s->kind->name);
}

static void
give_up(struct spool *s)
{
	int keep = errno;

	close(s->fd);
	(void)unlinkat(s->dir, s->name, 0);
	s->fd = -1;
	errno = keep;
}

/*
 * A new file with its first line.  Under its own name it has its lock: before
 * that a loader might take it for finished.
 */
static int
spool_begin(struct spool *s)
{
	uint8_t line[1024];
	struct writer w = { .base = line, .cap = sizeof(line) };

	for (int i = 0; i < TRIES; i++) {
		set_name(s);
		s->fd = sitefile_open_at(s->dir, s->name,
		    O_RDWR | O_CREAT | O_EXCL, 0600);
		if (s->fd != -1 || errno != EEXIST)
			break;
	}
	if (s->fd == -1)
		return -1;
	record_put_header(&w, s->kind);
	s->good = 0;
	s->passed = 0;
	if (flock(s->fd, LOCK_EX | LOCK_NB) == -1 ||
	    spool_append(s, line, w.len) == -1 ||
	    renameat(s->dir, s->name, s->dir, s->name + 1) == -1) {
		give_up(s);
		return -1;
	}
	(void)fsync(s->dir); /* not every file system can */
	return 0;
}

int
spool_sync(struct spool *s, int64_t now_ms)
{
	if (s->waiting == 0)
		return 0;
	if (s->fd == -1) {
		if (spool_begin(s) == -1)
			return -1;
		s->since_ms = now_ms;
	}
	if (spool_append(s, s->buf, s->len) == -1)
		return -1;
	s->len = 0;
	s->passed += s->waiting;
	s->safe += s->waiting;
	s->waiting = 0;
	s->synced_ms = now_ms;
	return 0;
}

int64_t
spool_deadline(const struct spool *s)
{
	int64_t old = s->since_ms + FILE_MS;
	int64_t quiet = s->synced_ms + QUIET_MS;

	if (s->fd == -1)
		return INT64_MAX;
	return s->waiting == 0 && quiet < old ? quiet : old;
}

void
spool_turn(struct spool *s, int64_t now_ms, bool now)
{
	uint8_t line[64];
	struct writer w = { .base = line, .cap = sizeof(line) };

	if (s->fd == -1 ||
	    (!now && s->passed < FILE_RECORDS && now_ms < spool_deadline(s)))
		return;
	record_put_end(&w, s->passed, 0);
	/* Without its last line it is one whose writer was killed. */
	(void)spool_append(s, line, w.len);
	/* The loader is woken by the close: it finds the lock free. */
	(void)flock(s->fd, LOCK_UN);
	close(s->fd);
	s->fd = -1;
}
