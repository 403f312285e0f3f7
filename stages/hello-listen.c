/*
 * hello-listen - takes the hellos of machines in setup mode from TCP and
 * writes them as a stream of hello records.
 *
 * Nothing is ever sent to a machine, so nothing tells it that its hello was
 * taken: what is whole goes out with the batch of events it came with.  All
 * else that connects to the port (scanners, browsers, peers that trickle) is
 * bounded in bytes, time, number and lines of complaint.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <netinet/in.h>
#include <sysexits.h>
#include <unistd.h>

#include "address.h"
#include "clock.h"
#include "hello.h"
#include "quota.h"
#include "stage.h"
#include "stream.h"
#include "text.h"

#define PORTS_MAX 16
#define CONNS_DEFAULT 4096
#define CONNS_MAX 1000000
#define IDLE_DEFAULT 10 /* seconds; a whole hello has three times that */
#define BACKLOG 4096
#define EVENTS 256
#define ACCEPTS 256         /* in a row, then the open ones have a turn */
#define ACCEPT_PAUSE_MS 100 /* when the system has no room for one more */
#define FULL_GRACE_MS 500   /* at the cap: how quiet is too quiet */
#define COMPLAINTS 20       /* lines a minute */
#define HARD_SECONDS 10     /* from the end of time to the end of process */
#define FINISH_MS 1000      /* for the callers that wait when it ends */
#define FDS_OURS 32
#define OUT_CAP (1024 * 1024)

struct conn {
	TAILQ_ENTRY(conn) age;  /* the one that is open longest first */
	TAILQ_ENTRY(conn) idle; /* the one not heard of for longest first */
	int fd;
	struct address peer;
	int64_t since_ms, heard_ms;
	bool taken;   /* its hello is out, only its close is awaited */
	size_t after; /* bytes that came after the end of its hello */
	uint8_t *buf; /* what came so far, when not yet whole */
	size_t len, cap;
};

TAILQ_HEAD(conns, conn);

struct server {
	int epoll;
	int port[PORTS_MAX];
	size_t nports;
	struct conns by_age, by_idle;
	size_t nconns, max;
	int64_t idle_ms, total_ms;
	int64_t now_ms;
	int64_t end_ms;    /* 0: never */
	int64_t resume_ms; /* when to accept again; 0: accepting */
	bool full;         /* until then, or until one closes */
	char received[TEXT_TIME];
	struct stream_out out;
	uint64_t in_hand; /* written since stdout was last flushed */
	uint64_t refused;
	struct quota quota; /* of messages about strangers */
};

static volatile sig_atomic_t stopping;
static int wake_fd;

/* Should stdout be stuck, the alarm ends what the flag cannot. */
static void
on_stop(int sig)
{
	const uint64_t one = 1;
	int keep = errno;

	(void)sig;
	stopping = 1;
	alarm(HARD_SECONDS);
	if (write(wake_fd, &one, sizeof(one)) == -1)
		errno = keep; /* full is awake too */
	errno = keep;
}

static void
on_alarm(int sig)
{
	static const char why[] =
	    "hello-listen: standard output takes no more: "
	    "ended by the alarm, without @end\n";

	(void)sig;
	if (write(STDERR_FILENO, why, sizeof(why) - 1) == -1)
		_exit(EX_IOERR);
	_exit(EX_IOERR);
}

static void
handle(int sig, void (*handler)(int))
{
	struct sigaction a = { .sa_handler = handler, .sa_flags = SA_RESTART };

	sigaction(sig, &a, NULL);
}

/* --- what is written --------------------------------------------------- */

static _Noreturn void
output_lost(const struct server *s, const char *why)
{
	errx(EX_IOERR,
	    "standard output: %s; %llu hello%s in hand not passed on (the "
	    "machines will repeat them, at most 14 times)",
	    why, (unsigned long long)s->in_hand, s->in_hand == 1 ? "" : "s");
}

static void
flush(struct server *s)
{
	if (fflush(stdout) != 0)
		output_lost(s, strerror(errno));
	s->in_hand = 0;
}

static void
emit(struct server *s, const struct conn *c, const struct hello *h)
{
	static struct hello_text text;
	const char *fields[HELLO_NCOLUMNS] = { 0 };
	char host[ADDRESS_HOST], from[ADDRESS_TEXT];

	address_host(host, &c->peer);
	address_format(from, &c->peer);
	fields[HELLO_RECEIVED] = s->received;
	fields[HELLO_ADDRESS] = host;
	fields[HELLO_FROM] = from;
	hello_put(&text, fields, h);
	/* stdio writes of its own accord only when its buffer is full. */
	if (__fpending(stdout) + RECORD_LINE_MAX > OUT_CAP)
		flush(s);
	s->in_hand++;
	stream_write(&s->out, fields);
	if (!stage_verbose())
		return;
	if (h->version == HELLO_PSK)
		stage_say(from, 0, "hello of %s, PSK, PID %s, retry %s",
		    text.uuid, text.pid, text.retries);
	else
		stage_say(from, 0, "hello of %s, PKI, %zu hashes, retry %s",
		    text.uuid, h->nhashes, text.retries);
}

/* --- connections ----------------------------------------------------- */

static void
conn_close(struct server *s, struct conn *c)
{
	char from[ADDRESS_TEXT];

	if (c->after != 0 && stage_verbose()) {
		address_format(from, &c->peer);
		stage_say(from, 0, "%zu byte%s after the hello", c->after,
		    c->after == 1 ? "" : "s");
	}
	TAILQ_REMOVE(&s->by_age, c, age);
	TAILQ_REMOVE(&s->by_idle, c, idle);
	s->nconns--;
	if (s->full)
		s->resume_ms = s->now_ms;
	close(c->fd);
	free(c->buf);
	free(c);
}

static void
conn_refuse(struct server *s, struct conn *c, const char *why)
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
refuse_noise(struct server *s, struct conn *c, const uint8_t *buf, size_t len,
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
refuse_cut(struct server *s, struct conn *c, const char *how)
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
conn_took(struct server *s, struct conn *c, const uint8_t *bytes, size_t n)
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
		emit(s, c, &h);
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

/* Reads what there is.  false when the connection is closed and gone. */
static bool
conn_read(struct server *s, struct conn *c)
{
	static uint8_t bytes[HELLO_MAX];

	for (;;) {
		/* With HELLO_MAX bytes a hello is whole or noise. */
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

/* Nobody is dropped whose hello is already here. */
static void
drop_quietest(struct server *s)
{
	struct conn *c = TAILQ_FIRST(&s->by_idle);
	char why[80];

	if (c == NULL || !conn_read(s, c))
		return;
	(void)snprintf(why, sizeof(why),
	    "dropped: %zu connections are open and this was idle for longest",
	    s->nconns);
	conn_refuse(s, c, why);
}

static void
expire(struct server *s)
{
	struct conn *c;

	while ((c = TAILQ_FIRST(&s->by_idle)) != NULL &&
	    s->now_ms - c->heard_ms >= s->idle_ms)
		if (conn_read(s, c) && s->now_ms - c->heard_ms >= s->idle_ms)
			refuse_cut(s, c, "gone quiet");
	while ((c = TAILQ_FIRST(&s->by_age)) != NULL &&
	    s->now_ms - c->since_ms >= s->total_ms)
		if (conn_read(s, c))
			refuse_cut(s, c, "too slow");
}

static void
conn_new(struct server *s, int fd, const struct address *peer)
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
	s->nconns++;
	/* Most hellos are here at once, many with the close behind them. */
	if (!conn_read(s, c))
		return;
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) == -1)
		conn_refuse(s, c, strerror(errno));
}

/* --- ports ------------------------------------------------------------- */

static void
watch_ports(struct server *s, bool accepting)
{
	struct epoll_event e = { .events = accepting ? EPOLLIN : 0 };

	for (size_t i = 0; i < s->nports; i++)
		if (epoll_ctl(s->epoll, EPOLL_CTL_MOD, s->port[i], &e) == -1)
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
}

static void
resume_ports(struct server *s)
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
	const struct conn *c = TAILQ_FIRST(&s->by_idle);
	int64_t quiet_ms = c->heard_ms + FULL_GRACE_MS;

	if (!c->taken && quiet_ms > s->now_ms) {
		pause_ports(s, quiet_ms, true);
		return false;
	}
	drop_quietest(s);
	return true;
}

/* false when there is nobody to accept for now. */
static bool
accept_one(struct server *s, int port)
{
	struct address peer = { .len = sizeof(peer.at) };
	int fd;

	if (s->nconns >= s->max && !make_place(s))
		return false;
	fd = accept4(port, (struct sockaddr *)&peer.at, &peer.len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd != -1) {
		conn_new(s, fd, &peer);
		return true;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return false;
	if (one_connection_failed(errno))
		return true;
	if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
	    errno != ENOMEM)
		err(EX_OSERR, "accept");
	quota_say(&s->quota, "accept", "%s; waiting %d ms, one connection goes",
	    strerror(errno), ACCEPT_PAUSE_MS);
	pause_ports(s, s->now_ms + ACCEPT_PAUSE_MS, false);
	drop_quietest(s);
	return false;
}

static void
accept_some(struct server *s, size_t most)
{
	for (size_t i = 0; i < s->nports && s->resume_ms == 0; i++)
		for (size_t n = 0; n < most; n++)
			if (!accept_one(s, s->port[i]))
				break;
}

static int
bind_status(int e)
{
	if (e == EACCES || e == EPERM)
		return EX_NOPERM;
	if (e == EADDRINUSE || e == EADDRNOTAVAIL)
		return EX_UNAVAILABLE;
	return EX_OSERR;
}

/*
 * [::] takes IPv4 as well, except when an IPv4 address with the same port was
 * asked for: then the two would collide.
 */
static int
open_port(const struct address *a, const char *name, bool only_v6)
{
	const int on = 1, v6 = only_v6;
	int fd = socket(a->at.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		err(EX_OSERR, "cannot listen on %s", name);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    (a->at.ss_family == AF_INET6 &&
	        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6, sizeof(v6)) ==
	            -1) ||
	    bind(fd, (const struct sockaddr *)&a->at, a->len) == -1 ||
	    listen(fd, BACKLOG) == -1)
		err(bind_status(errno), "cannot listen on %s", name);
	return fd;
}

static void
say_port(int fd)
{
	struct address a = { .len = sizeof(a.at) };
	char text[ADDRESS_TEXT];

	if (getsockname(fd, (struct sockaddr *)&a.at, &a.len) == -1)
		err(EX_OSERR, "getsockname");
	address_format(text, &a);
	(void)fprintf(stderr, "%s: listening on %s\n", stage_name(), text);
}

static void
open_ports(struct server *s, const struct address *at, const char **names,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct epoll_event e = { .events = EPOLLIN };
		bool twin = false;

		for (size_t k = 0; k < n; k++)
			twin |= at[k].at.ss_family == AF_INET &&
			    address_port(&at[k]) == address_port(&at[i]);
		s->port[i] = open_port(&at[i], names[i], twin);
		s->nports++;
		if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->port[i], &e) == -1)
			err(EX_OSERR, "epoll");
		if (stage_verbose())
			say_port(s->port[i]);
	}
}

/* --- the loop ---------------------------------------------------------- */

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Milliseconds until the nearest deadline; -1 when there is none. */
static int
sleep_ms(const struct server *s)
{
	const struct conn *idle = TAILQ_FIRST(&s->by_idle);
	const struct conn *old = TAILQ_FIRST(&s->by_age);
	int64_t at = quota_deadline(&s->quota);

	if (s->end_ms != 0)
		at = earlier(at, s->end_ms);
	if (s->resume_ms != 0)
		at = earlier(at, s->resume_ms);
	if (idle != NULL)
		at = earlier(at, idle->heard_ms + s->idle_ms);
	if (old != NULL)
		at = earlier(at, old->since_ms + s->total_ms);
	if (at == INT64_MAX)
		return -1;
	at -= s->now_ms;
	return at < 0 ? 0 : at > 3600000 ? 3600000 : (int)at;
}

static void
look_at_clock(struct server *s)
{
	s->now_ms = clock_ms();
	text_time(s->received, clock_seconds());
}

/* One sleep and what it brought.  Connections first: accepting may close
 * others, whose events would then point nowhere. */
static void
turn(struct server *s)
{
	struct epoll_event e[EVENTS];
	bool callers = false;
	int n = epoll_wait(s->epoll, e, EVENTS, sleep_ms(s));

	if (n == -1 && errno != EINTR)
		err(EX_OSERR, "epoll");
	look_at_clock(s);
	for (int i = 0; i < n; i++) {
		if (e[i].data.ptr == NULL)
			callers = true;
		else if (e[i].data.ptr == stdout)
			output_lost(s, "nobody reads it any more");
		else if (e[i].data.ptr != &wake_fd)
			(void)conn_read(s, e[i].data.ptr);
	}
	if (s->resume_ms != 0 && s->now_ms >= s->resume_ms) {
		resume_ports(s);
		callers = true;
	}
	if (callers)
		accept_some(s, ACCEPTS);
	expire(s);
	quota_turn(&s->quota, s->now_ms, false);
	if (s->in_hand != 0)
		flush(s);
}

/* Reads all connections once and closes them.  How many were not whole. */
static size_t
close_all(struct server *s)
{
	struct conn *c;
	size_t cut = 0;

	while ((c = TAILQ_FIRST(&s->by_age)) != NULL) {
		if (!conn_read(s, c))
			continue;
		cut += !c->taken;
		conn_close(s, c);
	}
	return cut;
}

/* Takes what is already here, then ends the stream. */
static void
finish(struct server *s)
{
	int64_t limit_ms = clock_ms() + FINISH_MS;
	size_t cut = 0;

	do {
		look_at_clock(s);
		resume_ports(s);
		accept_some(s, s->max);
		cut += close_all(s);
	} while (s->resume_ms != 0 && s->now_ms < limit_ms);
	quota_turn(&s->quota, s->now_ms, true);
	flush(s);
	stream_end(&s->out, s->refused);
	if (cut != 0)
		(void)fprintf(stderr,
		    "%s: %zu connection%s without a whole hello yet "
		    "closed\n",
		    stage_name(), cut, cut == 1 ? "" : "s");
	if (s->refused != 0 || stage_verbose())
		(void)fprintf(stderr,
		    "%s: %llu hello%s taken, %llu connection%s refused\n",
		    stage_name(), (unsigned long long)s->out.passed,
		    s->out.passed == 1 ? "" : "s",
		    (unsigned long long)s->refused, s->refused == 1 ? "" : "s");
}

/* --- the start ----------------------------------------------------------- */

/* Room for max connections, or as many as the system lets us have. */
static void
make_room(struct server *s)
{
	const rlim_t want = s->max + FDS_OURS;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1)
		err(EX_OSERR, "getrlimit");
	if (r.rlim_cur >= want)
		return;
	r.rlim_cur = want < r.rlim_max ? want : r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) == -1)
		err(EX_OSERR, "setrlimit");
	if (r.rlim_cur >= want)
		return;
	if (r.rlim_cur <= FDS_OURS)
		errx(EX_OSERR, "RLIMIT_NOFILE is too low (got %llu)",
		    (unsigned long long)r.rlim_cur);
	s->max = r.rlim_cur - FDS_OURS;
	warnx("at most %zu connections at once: RLIMIT_NOFILE is %llu", s->max,
	    (unsigned long long)r.rlim_cur);
}

static void
watch_events(struct server *s)
{
	struct epoll_event wake = { .events = EPOLLIN, .data.ptr = &wake_fd };
	struct epoll_event gone = { .events = 0, .data.ptr = stdout };

	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake_fd == -1 ||
	    epoll_ctl(s->epoll, EPOLL_CTL_ADD, wake_fd, &wake) == -1)
		err(EX_OSERR, "eventfd");
	/* A reader that ends is known before the next hello is taken.  Files
	 * cannot be watched and need not be. */
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, STDOUT_FILENO, &gone) == -1 &&
	    errno != EPERM)
		err(EX_OSERR, "epoll");
	handle(SIGTERM, on_stop);
	handle(SIGINT, on_stop);
	handle(SIGALRM, on_alarm);
	handle(SIGPIPE, SIG_IGN);
}

static void
serve(struct server *s, unsigned seconds)
{
	static char out[OUT_CAP];

	(void)setvbuf(stdout, out, _IOFBF, sizeof(out));
	stream_begin(&s->out, &kind_hello, false);
	flush(s);
	look_at_clock(s);
	quota_turn(&s->quota, s->now_ms, false);
	if (seconds != 0) {
		s->end_ms = s->now_ms + (int64_t)seconds * 1000;
		alarm(seconds + HARD_SECONDS);
	}
	while (!stopping && (s->end_ms == 0 || s->now_ms < s->end_ms))
		turn(s);
	finish(s);
}

int
main(int argc, char *argv[])
{
	static struct server s = { .max = CONNS_DEFAULT,
		.quota = { .lines = COMPLAINTS } };
	struct address at[PORTS_MAX];
	const char *names[PORTS_MAX];
	unsigned seconds = 0;
	int64_t idle = IDLE_DEFAULT;
	struct fault f;
	size_t n = 0;
	int ch;

	stage_begin("[-v] [-c connections] [-i seconds] [-t seconds] -l "
	            "address:port [-l ...]",
	    MAY_LISTEN);
	while ((ch = stage_getopt(argc, argv, "c:i:l:t:", NULL)) != -1)
		switch (ch) {
		case 'c':
			s.max = stage_number("-c", optarg, 1, CONNS_MAX);
			break;
		case 'i':
			idle = (int64_t)stage_number("-i", optarg, 1, 3600);
			break;
		case 'l':
			if (n == PORTS_MAX)
				errx(EX_USAGE, "-l: at most %d", PORTS_MAX);
			if (address_parse(&at[n], optarg, false, &f) == -1)
				errx(EX_USAGE, "-l: %s", f.why);
			names[n++] = optarg;
			break;
		case 't':
			seconds = (unsigned)stage_number("-t", optarg, 1,
			    366 * 86400);
			break;
		default:
			stage_usage();
		}
	if (n == 0 || optind != argc)
		stage_usage();
	TAILQ_INIT(&s.by_age);
	TAILQ_INIT(&s.by_idle);
	s.idle_ms = idle * 1000;
	s.total_ms = 3 * s.idle_ms;
	make_room(&s);
	s.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s.epoll == -1)
		err(EX_OSERR, "epoll");
	watch_events(&s);
	open_ports(&s, at, names, n);
	stage_confine();
	serve(&s, seconds);
	return stage_end();
}
