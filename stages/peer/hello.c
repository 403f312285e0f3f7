#include "peer/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer/journal.h"
#include "peer/pki.h"
#include "base/writer.h"

struct greeting {
	struct source source; /* first */
	struct machine *m;
};

/* 1 byte of count, entries of up to 50 */
#define HELLO_MAX (25 + ROOTS_MAX * 50)

static void
put_roots(struct writer *w, const struct machine *m)
{
	struct root_hash roots[ROOTS_MAX];
	size_t n = roots_list(roots, m);

	writer_u8(w, (uint8_t)n);
	for (size_t i = 0; i < n; i++) {
		writer_u8(w, roots[i].type);
		writer_u8(w, roots[i].len);
		writer_bytes(w, roots[i].hash, roots[i].len);
	}
}

/*
 * Intel AMT Implementation and Reference Guide, "Setup Mode Hello Messages":
 * little-endian; version 2 ends with the PID, version 3 with a list of root
 * hashes (one of type 2, SHA-256, 32 bytes, for a device that only says it).
 */
static size_t
encode(uint8_t to[HELLO_MAX], const struct machine *m)
{
	struct writer w = { .base = to, .cap = HELLO_MAX };
	uint32_t retries = m->hellos < 14 ? m->hellos : 14;

	writer_u16le(&w, m->creds_set);
	writer_u16le(&w, (uint16_t)m->faults.hello);
	writer_u32le(&w, retries);
	writer_bytes(&w, m->uuid, sizeof(m->uuid));
	if (m->faults.hello == 2) {
		writer_bytes(&w, m->pid, 8);
	} else if (m->faults.pki) {
		put_roots(&w, m);
	} else {
		writer_u8(&w, 1);
		writer_u8(&w, 2);
		writer_u8(&w, 32);
		writer_fill(&w, 0xA5, 32);
	}
	return w.len;
}

static void
end(struct greeting *g)
{
	close(g->source.fd);
	free(g);
}

void
hello_event(struct server *s, struct source *src)
{
	struct greeting *g = (struct greeting *)src;
	uint8_t bytes[HELLO_MAX];
	size_t len = encode(bytes, g->m);
	int bad = 0;
	socklen_t size = sizeof(bad);

	(void)s;
	getsockopt(src->fd, SOL_SOCKET, SO_ERROR, &bad, &size);
	if (bad == 0 && send(src->fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
		bad = errno;
	if (bad != 0)
		journal(g->m, "hello-failed", "%s", strerror(bad));
	else
		journal(g->m, "hello-sent", "%u", g->m->hellos);
	g->m->hellos += bad == 0;
	end(g);
}

/* From the device's own address: it is how the server finds it. */
static void
start(struct server *s, struct machine *m)
{
	struct sockaddr_in from = { .sin_family = AF_INET,
		.sin_addr = m->address };
	struct greeting *g = calloc(1, sizeof(*g));
	struct epoll_event ev = { .events = EPOLLOUT, .data.ptr = g };

	if (g == NULL)
		return;
	g->m = m;
	g->source.kind = SOURCE_HELLO;
	g->source.fd =
	    socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (g->source.fd == -1 ||
	    bind(g->source.fd, (struct sockaddr *)&from, sizeof(from)) == -1 ||
	    (connect(g->source.fd, (struct sockaddr *)&s->options.hello_to,
	         sizeof(s->options.hello_to)) == -1 &&
	        errno != EINPROGRESS) ||
	    epoll_ctl(s->epoll, EPOLL_CTL_ADD, g->source.fd, &ev) == -1) {
		journal(m, "hello-failed", "%s", strerror(errno));
		end(g);
	}
}

/* Those that came into the setup state again; ms until the next, -1 none. */
static int64_t
pump_again(struct server *s, int64_t now)
{
	int64_t next = -1;

	for (size_t i = 0; i < s->fleet->n && s->hellos_due > 0; i++) {
		struct machine *m = &s->fleet->machines[i];

		if (m->hello_ms == 0)
			continue;
		if (m->hello_ms > now) {
			if (next == -1 || m->hello_ms - now < next)
				next = m->hello_ms - now;
			continue;
		}
		m->hello_ms = 0;
		s->hellos_due--;
		if (m->faults.hello != 0)
			start(s, m);
	}
	return next;
}

static int64_t
pump_turn(struct server *s, int64_t now)
{
	const struct options *o = &s->options;
	int64_t due;

	if (s->hello_next == s->fleet->n && o->hello_again_ms > 0 &&
	    now >= s->hello_start_ms + o->hello_again_ms) {
		s->hello_next = 0;
		s->hello_start_ms = now;
	}
	for (; s->hello_next < s->fleet->n; s->hello_next++) {
		struct machine *m = &s->fleet->machines[s->hello_next];

		due = s->hello_start_ms +
		    (int64_t)s->hello_next * 1000 / o->hello_rate;
		if (due > now)
			return due - now;
		if (m->state == STATE_IN && m->faults.hello != 0 &&
		    (!m->faults.pki || pki_tls_open(m)))
			start(s, m);
	}
	if (o->hello_again_ms == 0)
		return -1;
	due = s->hello_start_ms + o->hello_again_ms;
	return due > now ? due - now : 0;
}

int64_t
hello_pump(struct server *s, int64_t now)
{
	int64_t again, turn;

	if (s->options.hello_to.sin_port == 0)
		return -1;
	again = pump_again(s, now);
	turn = pump_turn(s, now);
	return again == -1 || (turn != -1 && turn < again) ? turn : again;
}
