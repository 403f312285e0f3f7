/*
 * device_loop - all machines that are asked something, in one thread.
 */
#include "sweep/device_parts.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/wipe.h"

#define EVENTS_MAX 256

/* libcurl: watch this socket for what. */
static int
loop_on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct device_loop *l = arg;
	struct epoll_event e = { .data.fd = fd };
	int op = EPOLL_CTL_MOD;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, &e);
		return 0;
	}
	if (what & CURL_POLL_IN)
		e.events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		e.events |= EPOLLOUT;
	if (known == NULL) {
		op = EPOLL_CTL_ADD;
		(void)curl_multi_assign(l->multi, fd, l);
	}
	if (epoll_ctl(l->epoll, op, fd, &e) == -1 &&
	    (errno != EEXIST ||
	        epoll_ctl(l->epoll, EPOLL_CTL_MOD, fd, &e) == -1))
		err(EX_OSERR, "epoll_ctl");
	return 0;
}

static int
loop_on_timer(CURLM *multi, long ms, void *arg)
{
	struct device_loop *l = arg;

	(void)multi;
	l->curl_ms = ms < 0 ? -1 : clock_ms() + ms;
	return 0;
}

struct device_loop *
device_loop_new(size_t in_flight, uint16_t tls_port, uint16_t plain_port)
{
	struct device_loop *l = calloc(1, sizeof(*l));
	const char *lacks;

	/* A request or a handshake, and a record of it. */
	wipe_pool(2 * in_flight + 16);
	/* It copies the Authorization line into its headers and buffers. */
	if (l == NULL ||
	    curl_global_init_mem(CURL_GLOBAL_DEFAULT, wipe_malloc, wipe_free,
	        wipe_realloc, wipe_strdup, wipe_calloc) != CURLE_OK)
		errx(EX_OSERR, "libcurl does not start");
	lacks = psk_lacks();
	if (lacks == NULL)
		lacks = pki_lacks();
	if (lacks != NULL)
		errx(EX_CONFIG, "this OpenSSL has no %s", lacks);
	l->tls_port = tls_port;
	l->plain_port = plain_port;
	l->curl_ms = -1;
	l->watched.fd = -1;
	l->wake = -1;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->multi = curl_multi_init();
	if (l->epoll == -1 || l->multi == NULL ||
	    timers_init(&l->limits, in_flight) == -1)
		errx(EX_OSERR, "no memory for connections");
	(void)curl_multi_setopt(l->multi, CURLMOPT_SOCKETFUNCTION,
	    loop_on_socket);
	(void)curl_multi_setopt(l->multi, CURLMOPT_SOCKETDATA, l);
	(void)curl_multi_setopt(l->multi, CURLMOPT_TIMERFUNCTION,
	    loop_on_timer);
	(void)curl_multi_setopt(l->multi, CURLMOPT_TIMERDATA, l);
	(void)curl_multi_setopt(l->multi, CURLMOPT_PIPELINING,
	    CURLPIPE_NOTHING);
	return l;
}

void
device_loop_free(struct device_loop *l)
{
	if (l == NULL)
		return;
	(void)curl_multi_cleanup(l->multi);
	timers_free(&l->limits);
	close(l->epoll);
	free(l);
	curl_global_cleanup();
}

void
device_loop_want_on_die(struct device_loop *l)
{
	l->on_die = true;
}

void
device_loop_want_loopback(struct device_loop *l)
{
	l->loopback = true;
}

void
device_loop_watch(struct device_loop *l, int fd, device_watch_fn *fn, void *arg)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	if (l->watched.fd != -1)
		(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->watched.fd, &e);
	l->watched.fd = fd;
	l->watched.fn = fn;
	l->watched.arg = arg;
	if (fd != -1 && epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) == -1)
		err(EX_OSERR, "epoll_ctl");
}

void
device_loop_wake(struct device_loop *l, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	if (fd == l->wake)
		return;
	if (l->wake != -1)
		(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->wake, &e);
	l->wake = fd;
	if (fd != -1 && epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) == -1)
		err(EX_OSERR, "epoll_ctl");
}

static void
loop_expire(struct device_loop *l)
{
	int64_t now = clock_ms();
	struct timer *t;

	while ((t = timers_first(&l->limits)) != NULL && t->at_ms <= now) {
		device_expire(t->of, now);
	}
}

static void
loop_collect(struct device_loop *l)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(l->multi, &left)) != NULL) {
		CURLcode code = m->data.result;
		char *d = NULL;

		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &d);
		device_finish((struct device *)(void *)d, code);
	}
}

static int64_t
time_sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
loop_on_event(struct device_loop *l, const struct epoll_event *e)
{
	int mask = (e->events & EPOLLIN ? CURL_CSELECT_IN : 0) |
	    (e->events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
	    (e->events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
	int running;

	if (e->data.fd == l->watched.fd)
		l->watched.fn(l->watched.arg);
	else if (e->data.fd != l->wake)
		(void)curl_multi_socket_action(l->multi, e->data.fd, mask,
		    &running);
}

void
device_loop_turn(struct device_loop *l, int64_t until_ms)
{
	struct epoll_event events[EVENTS_MAX];
	const struct timer *t = timers_first(&l->limits);
	int running, n;
	int64_t now = clock_ms();

	l->turn++;
	if (t != NULL)
		until_ms = time_sooner(until_ms, t->at_ms);
	if (l->curl_ms != -1)
		until_ms = time_sooner(until_ms, l->curl_ms);
	n = epoll_wait(l->epoll, events, EVENTS_MAX,
	    until_ms <= now ? 0 : (int)time_sooner(until_ms - now, 60000));
	if (n == -1 && errno != EINTR)
		err(EX_OSERR, "epoll_wait");
	for (int i = 0; i < n; i++)
		loop_on_event(l, &events[i]);
	if (l->curl_ms != -1 && l->curl_ms <= clock_ms()) {
		l->curl_ms = -1; /* loop_on_timer may set it anew */
		(void)curl_multi_socket_action(l->multi, CURL_SOCKET_TIMEOUT, 0,
		    &running);
	}
	loop_collect(l);
	loop_expire(l);
}
