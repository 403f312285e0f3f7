#include "peer/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/tlsset.h"

#define SLOW_BYTES 64 /* of a reply with slow-body at once */

/* --- beginning and end --------------------------------------------------- */

void
conn_wait(struct server *s, struct conn *c, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = c };

	if (c->events == events)
		return;
	c->events = events;
	epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->source.fd, &ev);
}

static void
idle(struct conn *c)
{
	if (c->busy)
		c->m->in_flight--;
	c->busy = false;
}

void
conn_close(struct server *s, struct conn *c)
{
	if (c->dead)
		return;
	idle(c);
	timer_set(s, c, INT64_MAX);
	if (c->ssl != NULL) {
		if (SSL_is_init_finished(c->ssl))
			SSL_shutdown(c->ssl);
		SSL_free(c->ssl);
		ERR_clear_error();
	}
	close(c->source.fd);
	bytes_free(&c->in);
	bytes_free(&c->out);
	c->dead = true;
	*c->prev = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	c->next = s->dead;
	s->dead = c;
	s->nconns--;
}

static void
set_reset(int fd)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

void
conn_reset(struct server *s, struct conn *c)
{
	set_reset(c->source.fd);
	conn_close(s, c);
}

void
conn_bury(struct server *s)
{
	while (s->dead != NULL) {
		struct conn *c = s->dead;

		s->dead = c->next;
		free(c);
	}
}

void
conn_close_all(struct server *s)
{
	for (size_t i = 0; i < s->fleet->n; i++)
		while (s->fleet->machines[i].conns != NULL)
			conn_close(s, s->fleet->machines[i].conns);
	conn_bury(s);
}

static enum phase
first_phase(const struct machine *m, bool tls)
{
	if (!tls)
		return PHASE_READ;
	if (m->faults.hang_tls)
		return PHASE_HANG;
	if (m->faults.close_tls)
		return PHASE_DROP;
	return m->faults.intolerant ? PHASE_PEEK : PHASE_TLS;
}

static void
conn_new(struct server *s, struct machine *m, int fd, bool tls)
{
	struct conn *c = calloc(1, sizeof(*c));
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP,
		.data.ptr = c };

	if (c == NULL) {
		close(fd);
		return;
	}
	c->source.kind = SOURCE_CONN;
	c->source.fd = fd;
	c->m = m;
	c->cred = m->admin;
	c->phase = first_phase(m, tls);
	if (c->phase == PHASE_HANG)
		ev.events = EPOLLRDHUP;
	c->events = ev.events;
	if (tls)
		c->ssl = tls_new(s->ctx, m, fd);
	c->next = m->conns;
	if (c->next != NULL)
		c->next->prev = &c->next;
	c->prev = &m->conns;
	m->conns = c;
	s->nconns++;
	journal(m, "connect", "%s", tls ? "tls" : "plain");
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) == -1)
		conn_close(s, c);
}

/* A device that was set up answers on the ports that it was told to, once it
 * has come up again. */
static bool
port_open(const struct server *s, struct machine *m, bool tls)
{
	if (m->closed)
		return false;
	if (m->state == STATE_POST && now_ms() < m->up_ms)
		return false;
	if (tls && m->state == STATE_POST && tlsset_on(m))
		return true;
	if (tls)
		return m->faults.pki ? pki_tls_open(m) : m->state != STATE_POST;
	if (pki_keeps_tls(m))
		return false;
	if (m->state != STATE_POST)
		return s->options.plain_setup;
	return !tlsset_on(m) || tlsset_plain_too(m);
}

static void
greet(struct server *s, int fd, bool tls)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);
	struct machine *m = NULL;

	if (getsockname(fd, (struct sockaddr *)&at, &len) == 0)
		m = fleet_find(s->fleet, at.sin_addr);
	if (m == NULL) {
		close(fd);
	} else if (m->faults.close_connect) {
		journal(m, "connect-reset", "%s", tls ? "tls" : "plain");
		set_reset(fd);
		close(fd);
	} else if (!port_open(s, m, tls) || machine_outside(m)) {
		journal(m, "connect-closed", "%s", tls ? "tls" : "plain");
		close(fd);
	} else {
		conn_new(s, m, fd, tls);
	}
}

void
conn_accept(struct server *s, const struct source *listener)
{
	for (int i = 0; i < 64; i++) {
		int fd = accept4(listener->fd, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd == -1)
			return;
		greet(s, fd, listener->kind == SOURCE_TLS);
	}
}

/* --- writing ------------------------------------------------------------- */

static void conn_read(struct server *s, struct conn *c);

/* Bytes written; 0 when the socket is full, -1 when it is gone. */
static ssize_t
conn_put(struct conn *c, const char *from, size_t n)
{
	ssize_t got;

	if (c->ssl == NULL) {
		got = send(c->source.fd, from, n, MSG_NOSIGNAL);
		return got == -1 && errno == EAGAIN ? 0 : got;
	}
	ERR_clear_error();
	got = SSL_write(c->ssl, from, (int)n);
	if (got > 0)
		return got;
	return SSL_get_error(c->ssl, (int)got) == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static void
written(struct server *s, struct conn *c)
{
	idle(c);
	if (c->close_after) {
		conn_close(s, c);
		return;
	}
	c->out.len = 0;
	c->phase = PHASE_READ;
	conn_wait(s, c, EPOLLIN | EPOLLRDHUP);
	conn_read(s, c);
}

static void
conn_write(struct server *s, struct conn *c)
{
	while (c->sent < c->allowed) {
		ssize_t n =
		    conn_put(c, c->out.at + c->sent, c->allowed - c->sent);

		if (n == -1) {
			conn_close(s, c);
			return;
		}
		if (n == 0) {
			conn_wait(s, c, EPOLLOUT | EPOLLRDHUP);
			return;
		}
		c->sent += (size_t)n;
	}
	if (c->sent == c->out.len) {
		written(s, c);
		return;
	}
	conn_wait(s, c, EPOLLRDHUP);
	timer_set(s, c, now_ms() + c->m->faults.slow_body);
}

static void
write_more(struct server *s, struct conn *c)
{
	c->phase = PHASE_WRITE;
	c->allowed = c->out.len;
	if (c->m->faults.slow_body > 0 && c->sent + SLOW_BYTES < c->out.len)
		c->allowed = c->sent + SLOW_BYTES;
	conn_write(s, c);
}

void
conn_reply(struct server *s, struct conn *c)
{
	const struct faults *f = &c->m->faults;
	int64_t wait = f->latency >= 0 ? f->latency : s->options.latency_ms;

	if (f->jitter > 0)
		wait += random() % (f->jitter + 1);
	c->sent = 0;
	c->phase = PHASE_DELAY;
	if (wait == 0) {
		write_more(s, c);
		return;
	}
	conn_wait(s, c, EPOLLRDHUP);
	timer_set(s, c, now_ms() + wait);
}

int64_t
conn_next_due(const struct server *s)
{
	return s->nheap == 0 ? INT64_MAX : s->heap[0]->due_ms;
}

void
conn_timers(struct server *s, int64_t now)
{
	while (s->nheap > 0 && s->heap[0]->due_ms <= now) {
		struct conn *c = s->heap[0];

		timer_set(s, c, INT64_MAX);
		write_more(s, c);
	}
}

/* --- reading ------------------------------------------------------------- */

/* As recv: 0 at the end, -1 with nothing there now, -2 when it is gone. */
static ssize_t
get(struct conn *c, char *to, size_t cap)
{
	ssize_t n;

	if (c->ssl == NULL) {
		n = recv(c->source.fd, to, cap, 0);
		return n != -1 ? n : errno == EAGAIN ? -1 : -2;
	}
	ERR_clear_error();
	n = SSL_read(c->ssl, to, (int)cap);
	if (n > 0)
		return n;
	switch (SSL_get_error(c->ssl, (int)n)) {
	case SSL_ERROR_WANT_READ:
		return -1;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		return -2;
	}
}

/* Requests that are whole; one at a time, each after the reply before it. */
static void
feed(struct server *s, struct conn *c)
{
	struct http_request rq;
	const char *why;
	int got;

	if (c->phase != PHASE_READ || c->in.len == 0)
		return;
	got = http_take(&rq, &c->in, &why);
	if (got == -1)
		talk_refuse(s, c, why);
	else if (got == 1)
		talk_answer(s, c, &rq);
	http_request_free(&rq);
}

static void
conn_read(struct server *s, struct conn *c)
{
	char buf[16384];
	ssize_t n = 0;

	feed(s, c);
	while (!c->dead && c->phase == PHASE_READ) {
		n = get(c, buf, sizeof(buf));
		if (n <= 0)
			break;
		bytes_add(&c->in, buf, (size_t)n);
		feed(s, c);
	}
	if (c->dead || c->phase != PHASE_READ || n == -1)
		return;
	if (c->in.len > 0)
		journal(c->m, "gone", "in the middle of a request");
	conn_close(s, c);
}

/* A close with bytes of the client unread would be a reset, and that can
 * overtake the alert: waits until the client has closed. */
static void
finish_alert(struct server *s, struct conn *c)
{
	shutdown(c->source.fd, SHUT_WR);
	c->phase = PHASE_HANG;
	conn_wait(s, c, EPOLLRDHUP);
}

static void
handshake(struct server *s, struct conn *c)
{
	unsigned long why;
	int n;

	ERR_clear_error();
	n = SSL_do_handshake(c->ssl);
	if (n == 1) {
		journal(c->m, "tls-ok", "%s %s", SSL_get_version(c->ssl),
		    SSL_get_cipher_name(c->ssl));
		c->phase = PHASE_READ;
		conn_wait(s, c, EPOLLIN | EPOLLRDHUP);
		conn_read(s, c);
		return;
	}
	switch (SSL_get_error(c->ssl, n)) {
	case SSL_ERROR_WANT_READ:
		conn_wait(s, c, EPOLLIN | EPOLLRDHUP);
		return;
	case SSL_ERROR_WANT_WRITE:
		conn_wait(s, c, EPOLLOUT | EPOLLRDHUP);
		return;
	}
	why = ERR_peek_error();
	journal(c->m, "tls-fail", "%s",
	    why != 0 ? ERR_reason_error_string(why) : "closed by the client");
	if ((c->m->faults.pki || c->m->state == STATE_POST) && why != 0)
		finish_alert(s, c);
	else
		conn_close(s, c);
}

static void
drop(struct server *s, struct conn *c, const char *why)
{
	char buf[16384];

	/* what is left unread would make a reset of it */
	while (recv(c->source.fd, buf, sizeof(buf), 0) > 0)
		;
	journal(c->m, "tls-fail", "%s", why);
	conn_close(s, c);
}

/* Record type, its version and length, message type and length, and then
 * the version that the client offers: bytes 9 and 10. */
static void
peek(struct server *s, struct conn *c)
{
	uint8_t b[11];
	ssize_t n = recv(c->source.fd, b, sizeof(b), MSG_PEEK);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n == sizeof(b) && (b[9] << 8 | b[10]) <= tls_highest(c->m)) {
		c->phase = PHASE_TLS;
		handshake(s, c);
	} else if (n == sizeof(b)) {
		drop(s, c, "offered too high a version");
	} else {
		drop(s, c, "no ClientHello");
	}
}

void
conn_event(struct server *s, struct source *src, uint32_t events)
{
	struct conn *c = (struct conn *)src;

	if (c->dead)
		return;
	switch (c->phase) {
	case PHASE_HANG:
		conn_close(s, c);
		break;
	case PHASE_DROP:
		drop(s, c, "closed on purpose");
		break;
	case PHASE_PEEK:
		peek(s, c);
		break;
	case PHASE_TLS:
		handshake(s, c);
		break;
	case PHASE_READ:
		conn_read(s, c);
		break;
	case PHASE_DELAY:
		journal(c->m, "gone", "before its reply");
		conn_close(s, c);
		break;
	case PHASE_WRITE:
		if ((events & EPOLLOUT) != 0) {
			conn_write(s, c);
		} else {
			journal(c->m, "gone", "in the middle of its reply");
			conn_close(s, c);
		}
		break;
	}
}
