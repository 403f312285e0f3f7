#include "hello/callers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "hello/hello.h"
#include "lib/stage.h"

static void
conn_free(struct callers *s, struct conn *c)
{
	s->n--;
	s->one_left = true;
	close(c->fd);
	free(c->buf);
	free(c);
}

/*
 * Who waits for our close may take it for a receipt: so it comes after the
 * hello is on the disk, with the group that is written next.
 */
static void
conn_close(struct callers *s, struct conn *c)
{
	char from[ADDRESS_TEXT];

	if (c->after != 0 && stage_verbose()) {
		address_format(from, &c->peer);
		stage_say(from, 0, "%zu byte%s after the hello", c->after,
		    c->after == 1 ? "" : "s");
	}
	TAILQ_REMOVE(&s->by_age, c, age);
	TAILQ_REMOVE(&s->by_idle, c, idle);
	if (!c->taken || hellosink_waiting(&s->sink) == 0) {
		conn_free(s, c);
		return;
	}
	/* Closed by the peer it would be ready for ever; it may not be there.
	 */
	(void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, c->fd, NULL);
	TAILQ_INSERT_TAIL(&s->held, c, age);
}

void
callers_release(struct callers *s)
{
	struct conn *c;

	while ((c = TAILQ_FIRST(&s->held)) != NULL) {
		TAILQ_REMOVE(&s->held, c, age);
		conn_free(s, c);
	}
}

static void
conn_refuse(struct callers *s, struct conn *c, const char *why)
{
	char from[ADDRESS_TEXT];

	if (!c->taken) {
		address_format(from, &c->peer);
		s->refused++;
		quota_say(&s->quota, from, "%s", why);
	}
	conn_close(s, c);
}

static void
refuse_noise(struct callers *s, struct conn *c, const uint8_t *buf, size_t len,
    const struct fault *f)
{
	char got[28], why[sizeof(f->why) + 32];

	text_show(got, sizeof(got), (const char *)buf, len);
	if (f->at == 0)
		(void)snprintf(why, sizeof(why), "not a hello (got \"%s\")",
		    got);
	else
		(void)snprintf(why, sizeof(why), "byte %zu: %s", f->at, f->why);
	conn_refuse(s, c, why);
}

static void
refuse_cut(struct callers *s, struct conn *c, const char *how)
{
	static struct hello h;
	struct fault f;
	char why[sizeof(f.why) + 128];

	if (c->len == 0)
		(void)snprintf(why, sizeof(why), "%s without a byte", how);
	else {
		(void)hello_decode(&h, c->buf, c->len, &f);
		(void)snprintf(why, sizeof(why),
		    "%s after %zu byte%s: byte %zu: %s", how, c->len,
		    c->len == 1 ? "" : "s", f.at, f.why);
	}
	conn_refuse(s, c, why);
}

/* Keeps n more bytes for later.  0, or -1 when there is no memory. */
static int
conn_keep(struct conn *c, const uint8_t *from, size_t n)
{
	if (n > c->cap - c->len) {
		size_t cap = c->cap != 0 ? c->cap : 64;
		uint8_t *bigger;

		while (cap < c->len + n)
			cap *= 2;
		bigger = realloc(c->buf, cap);
		if (bigger == NULL)
			return -1;
		c->buf = bigger;
		c->cap = cap;
	}
	memcpy(c->buf + c->len, from, n);
	c->len += n;
	return 0;
}

/*
 * n bytes came.  false when the connection is closed and gone.  After a whole
 * hello it stays open until the machine closes: a close of ours with bytes
 * unread would reset it.
 */
static bool
conn_took(struct callers *s, struct conn *c, const uint8_t *bytes, size_t n)
{
	static struct hello h;
	const uint8_t *all = bytes;
	size_t len = n, end;
	struct fault f;

	if (c->len != 0) {
		if (conn_keep(c, bytes, n) == -1)
			goto no_memory;
		all = c->buf;
		len = c->len;
	}
	switch (hello_complete(all, len, &end, &f)) {
	case HELLO_MORE:
		if (c->len == 0 && conn_keep(c, bytes, n) == -1)
			goto no_memory;
		return true;
	case HELLO_WHOLE:
		if (hello_decode(&h, all, len, &f) == -1)
			break;
		if (!hellosink_room(&s->sink)) {
			conn_refuse(s, c,
			    "dropped: the disk has taken no hello for long");
			return false;
		}
		hellosink_put(&s->sink, &h, s->received, &c->peer, s->now_ms);
		c->taken = true;
		c->after = h.trailing;
		free(c->buf);
		c->buf = NULL;
		c->len = c->cap = 0;
		return true;
	case HELLO_NOISE:
		break;
	}
	refuse_noise(s, c, all, len, &f);
	return false;
no_memory:
	conn_refuse(s, c, "dropped: out of memory");
	return false;
}

bool
callers_listen_to(struct callers *s, struct conn *c)
{
	static uint8_t bytes[HELLO_MAX];

	for (;;) {
		/* With HELLO_MAX bytes a hello is complete or noise. */
		size_t room = HELLO_MAX - c->len;
		ssize_t n = recv(c->fd, bytes, room, 0);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return true;
		if (n == -1) {
			refuse_cut(s, c, strerror(errno));
			return false;
		}
		if (n == 0) {
			refuse_cut(s, c, "closed");
			return false;
		}
		c->heard_ms = s->now_ms;
		TAILQ_REMOVE(&s->by_idle, c, idle);
		TAILQ_INSERT_TAIL(&s->by_idle, c, idle);
		if (!c->taken) {
			if (!conn_took(s, c, bytes, (size_t)n))
				return false;
			continue;
		}
		c->after += (size_t)n;
		if (c->after > HELLO_MAX) {
			conn_close(s, c);
			return false;
		}
	}
}

void
callers_drop_quietest(struct callers *s)
{
	struct conn *c = TAILQ_FIRST(&s->by_idle);
	char why[80];

	if (c == NULL || !callers_listen_to(s, c))
		return;
	(void)snprintf(why, sizeof(why),
	    "dropped: %zu connections are open and this was idle for longest",
	    s->n);
	conn_refuse(s, c, why);
}

void
callers_expire(struct callers *s)
{
	struct conn *c;

	while ((c = TAILQ_FIRST(&s->by_idle)) != NULL &&
	    s->now_ms - c->heard_ms >= s->idle_ms)
		if (callers_listen_to(s, c) &&
		    s->now_ms - c->heard_ms >= s->idle_ms)
			refuse_cut(s, c, "gone quiet");
	while ((c = TAILQ_FIRST(&s->by_age)) != NULL &&
	    s->now_ms - c->since_ms >= s->total_ms)
		if (callers_listen_to(s, c))
			refuse_cut(s, c, "too slow");
}

void
callers_add(struct callers *s, int fd, const struct address *peer)
{
	struct conn *c = calloc(1, sizeof(*c));
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
	char from[ADDRESS_TEXT];

	if (c == NULL) {
		address_format(from, peer);
		quota_say(&s->quota, from, "dropped: out of memory");
		s->refused++;
		close(fd);
		return;
	}
	c->fd = fd;
	c->peer = *peer;
	c->since_ms = c->heard_ms = s->now_ms;
	TAILQ_INSERT_TAIL(&s->by_age, c, age);
	TAILQ_INSERT_TAIL(&s->by_idle, c, idle);
	s->n++;
	/* Most hellos are here at once, many with the close behind them. */
	if (!callers_listen_to(s, c))
		return;
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) == -1)
		conn_refuse(s, c, strerror(errno));
}

size_t
callers_close(struct callers *s)
{
	struct conn *c;
	size_t cut = 0;

	while ((c = TAILQ_FIRST(&s->by_age)) != NULL) {
		if (!callers_listen_to(s, c))
			continue;
		cut += !c->taken;
		conn_close(s, c);
	}
	return cut;
}

int64_t
callers_deadline(const struct callers *s)
{
	const struct conn *idle = TAILQ_FIRST(&s->by_idle);
	const struct conn *old = TAILQ_FIRST(&s->by_age);
	int64_t a = INT64_MAX, b = INT64_MAX;

	if (idle != NULL)
		a = idle->heard_ms + s->idle_ms;
	if (old != NULL)
		b = old->since_ms + s->total_ms;
	return a < b ? a : b;
}
