/*
 * server_ports - accepts callers, and at the cap makes a place for them.
 */
#include <err.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sysexits.h>
#include <unistd.h>

#include "hello/quota.h"
#include "hello/server.h"

#define ACCEPT_PAUSE_MS 100 /* when the system has no room for one more */
#define FULL_GRACE_MS 500   /* at the cap: how quiet is too quiet */

static void
watch_ports(struct server *s, bool accepting)
{
	struct epoll_event e = { .events = accepting ? EPOLLIN : 0 };

	for (size_t i = 0; i < s->ports.n; i++)
		if (epoll_ctl(s->in.epoll, EPOLL_CTL_MOD, s->ports.fd[i], &e) ==
		    -1)
			err(EX_OSERR, "epoll");
}

/* Errors of accept that are one connection's, accept(2). */
static bool
one_connection_failed(int e)
{
	return e == EINTR || e == ECONNABORTED || e == EPROTO || e == EPERM ||
	    e == ENETDOWN || e == ENOPROTOOPT || e == EHOSTDOWN ||
	    e == ENONET || e == EHOSTUNREACH || e == EOPNOTSUPP ||
	    e == ENETUNREACH;
}

/* A port with callers stays readable: to ask again at once would be a spin. */
static void
pause_ports(struct server *s, int64_t until_ms, bool full)
{
	watch_ports(s, false);
	s->resume_ms = until_ms;
	s->full = full;
	s->in.one_left = false;
}

void
server_resume_ports(struct server *s)
{
	watch_ports(s, true);
	s->resume_ms = 0;
	s->full = false;
}

/*
 * At the cap.  In a rush the open ones are fresh and will be gone in a moment:
 * then callers wait in the port's queue.  false when they have to.
 */
static bool
make_place(struct server *s)
{
	const struct conn *c = TAILQ_FIRST(&s->in.by_idle);
	int64_t quiet_ms;

	if (!TAILQ_EMPTY(&s->in.held)) {
		callers_release(&s->in);
		return true;
	}
	quiet_ms = c->heard_ms + FULL_GRACE_MS;
	if (!c->taken && quiet_ms > s->in.now_ms) {
		pause_ports(s, quiet_ms, true);
		return false;
	}
	callers_drop_quietest(&s->in);
	return true;
}

/* false when there is nobody to accept for now. */
static bool
accept_one(struct server *s, int port)
{
	struct address peer = { .len = sizeof(peer.at) };
	int fd;

	/* What the kernel keeps for us is not lost. */
	if (!hellosink_room(&s->in.sink)) {
		pause_ports(s, s->in.now_ms + ACCEPT_PAUSE_MS, false);
		return false;
	}
	if (s->in.n >= s->max && !make_place(s))
		return false;
	fd = accept4(port, (struct sockaddr *)&peer.at, &peer.len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd != -1) {
		s->caller_ms = s->in.now_ms;
		callers_add(&s->in, fd, &peer);
		return true;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return false;
	if (one_connection_failed(errno))
		return true;
	if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
	    errno != ENOMEM)
		err(EX_OSERR, "accept");
	quota_say(&s->in.quota, "accept",
	    "%s; waiting %d ms, one connection goes", strerror(errno),
	    ACCEPT_PAUSE_MS);
	pause_ports(s, s->in.now_ms + ACCEPT_PAUSE_MS, false);
	callers_drop_quietest(&s->in);
	return false;
}

void
server_accept(struct server *s, size_t most)
{
	for (size_t i = 0; i < s->ports.n && s->resume_ms == 0; i++)
		for (size_t n = 0; n < most; n++)
			if (!accept_one(s, s->ports.fd[i]))
				break;
}

void
server_leave_ports(struct server *s)
{
	for (size_t i = 0; i < s->ports.n; i++)
		close(s->ports.fd[i]);
	s->ports.n = 0;
}
