/*
 * hello-listen - takes the hellos of machines in setup mode from TCP and
 * writes them as a stream of hello records, or into a spool.
 *
 * Nothing is ever sent to a machine, so nothing tells it that its hello was
 * taken: what is whole goes out with the batch of events it came with, and
 * counts as taken when it is out.  All else that connects to the port
 * (scanners, browsers, peers that trickle) is bounded in bytes, time, number
 * and lines of complaint.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/address.h"
#include "hello/callers.h"
#include "lib/clock.h"
#include "lib/heartbeat.h"
#include "hello/hello.h"
#include "hello/hellosink.h"
#include "hello/ports.h"
#include "lib/privilege.h"
#include "hello/quota.h"
#include "lib/sitefile.h"
#include "hello/spool.h"
#include "lib/stage.h"
#include "base/text.h"

#define CONNS_DEFAULT 8192
#define CONNS_MAX 1000000
#define IDLE_DEFAULT 10 /* seconds; a whole hello has three times that */
#define EVENTS 256
#define ACCEPTS 256         /* in a row, then the open ones have a turn */
#define ACCEPT_PAUSE_MS 100 /* when the system has no room for one more */
#define FULL_GRACE_MS 500   /* at the cap: how quiet is too quiet */
#define COMPLAINTS 20       /* lines a minute */
#define HARD_SECONDS 10     /* from the end of time to the end of process */
#define FINISH_MS 1000      /* for the callers that wait when it ends */
#define FDS_OURS 32
#define QUIET_DEFAULT 60 /* seconds; when inetd gave the port */

struct server {
	struct ports ports;
	struct callers in;
	size_t max;
	int64_t end_ms;    /* 0: never */
	int64_t resume_ms; /* when to accept again; 0: accepting */
	bool full;         /* until then, or until one closes */
	int64_t quiet_ms;  /* end after so long without a caller; 0: never */
	int64_t caller_ms; /* when the last one came */
	int64_t beat_ms;   /* when to write the next heartbeat */
	int64_t seconds;   /* the clock, as it last stood */
	struct heartbeat beat;
};

static volatile sig_atomic_t stopping, leaving;
static int wake_fd;

static void
wake(void)
{
	const uint64_t one = 1;
	int keep = errno;

	if (write(wake_fd, &one, sizeof(one)) == -1)
		errno = keep; /* full is awake too */
	errno = keep;
}

/* Should stdout be stuck, the alarm ends what the flag cannot. */
static void
on_stop(int sig)
{
	(void)sig;
	stopping = 1;
	alarm(HARD_SECONDS);
	wake();
}

/* Another one has taken over the ports. */
static void
on_leave(int sig)
{
	(void)sig;
	leaving = 1;
	wake();
}

static void
on_alarm(int sig)
{
	static const char why[] =
	    "hello-listen: what it writes to takes no more: "
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

/* --- ports ------------------------------------------------------------- */

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

static void
accept_some(struct server *s, size_t most)
{
	for (size_t i = 0; i < s->ports.n && s->resume_ms == 0; i++)
		for (size_t n = 0; n < most; n++)
			if (!accept_one(s, s->ports.fd[i]))
				break;
}

/* They stay open where they came from. */
static void
leave_ports(struct server *s)
{
	for (size_t i = 0; i < s->ports.n; i++)
		close(s->ports.fd[i]);
	s->ports.n = 0;
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
	int64_t at = earlier(quota_deadline(&s->in.quota),
	    hellosink_deadline(&s->in.sink));

	if (s->quiet_ms != 0)
		at = earlier(at, s->caller_ms + s->quiet_ms);
	if (s->beat_ms != 0)
		at = earlier(at, s->beat_ms);
	if (s->end_ms != 0)
		at = earlier(at, s->end_ms);
	if (s->resume_ms != 0)
		at = earlier(at, s->resume_ms);
	if (s->full && s->in.one_left)
		return 0;
	at = earlier(at, callers_deadline(&s->in));
	if (at == INT64_MAX)
		return -1;
	at -= s->in.now_ms;
	return at < 0 ? 0 : at > 3600000 ? 3600000 : (int)at;
}

/*
 * The store takes a hello for newer by its date.  So dates stand still while a
 * clock that was set back a little comes to where it was; one that was set
 * back by more was wrong before, and heard.c knows that.
 */
static void
look_at_clock(struct server *s)
{
	int64_t seconds = clock_seconds(), back = s->seconds - seconds;

	s->in.now_ms = clock_ms();
	if (back > CLOCKS_APART)
		quota_say(&s->in.quota, "clock",
		    "was set back by %lld seconds; hellos are dated by it",
		    (long long)back);
	else if (back > 0)
		seconds = s->seconds;
	if (seconds != s->seconds || s->in.received[0] == '\0')
		text_time(s->in.received, seconds);
	s->seconds = seconds;
}

/* Says that it lives, in the spool.  A disk that takes none of it takes no
 * hello either, and that is said. */
static void
beat(struct server *s, const char *state)
{
	struct heartbeat *b = &s->beat;

	if (s->in.sink.spool == NULL)
		return;
	b->state = state;
	(void)memcpy(b->at, s->in.received, sizeof(b->at));
	b->taken = s->in.sink.taken;
	b->refused = s->in.refused;
	b->waiting = s->in.sink.spool->waiting;
	b->open = s->in.n;
	b->trouble = s->in.sink.error != 0 ? strerror(s->in.sink.error) : "";
	(void)heartbeat_write(s->in.sink.spool->dir, b);
	s->beat_ms = s->in.now_ms + HEARTBEAT_MS;
}

/* After each batch of events. */
static void
pass_on(struct server *s)
{
	uint64_t taken = s->in.sink.taken;

	hellosink_flush(&s->in.sink, s->in.now_ms, &s->in.quota);
	if (hellosink_waiting(&s->in.sink) == 0)
		callers_release(&s->in);
	if (s->in.sink.taken != taken)
		(void)memcpy(s->beat.last_hello, s->in.received,
		    sizeof(s->in.received));
	if (s->beat_ms != 0 && s->in.now_ms >= s->beat_ms)
		beat(s, "listening");
}

/* One sleep and what it brought.  Connections first: accepting may close
 * others, whose events would then point nowhere. */
static void
turn(struct server *s)
{
	struct epoll_event e[EVENTS];
	bool callers = false;
	int n = epoll_wait(s->in.epoll, e, EVENTS, sleep_ms(s));

	if (n == -1 && errno != EINTR)
		err(EX_OSERR, "epoll");
	look_at_clock(s);
	for (int i = 0; i < n; i++) {
		if (e[i].data.ptr == NULL)
			callers = true;
		else if (e[i].data.ptr == stdout)
			hellosink_lost(&s->in.sink, "nobody reads it any more");
		else if (e[i].data.ptr != &wake_fd)
			(void)callers_read(&s->in, e[i].data.ptr);
	}
	if (s->resume_ms != 0 &&
	    (s->in.now_ms >= s->resume_ms || (s->full && s->in.one_left))) {
		resume_ports(s);
		callers = true;
	}
	if (callers)
		accept_some(s, ACCEPTS);
	callers_expire(&s->in);
	quota_turn(&s->in.quota, s->in.now_ms, false);
	pass_on(s);
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
		cut += callers_close(&s->in);
	} while (s->resume_ms != 0 && s->in.now_ms < limit_ms);
	quota_turn(&s->in.quota, s->in.now_ms, true);
	hellosink_end(&s->in.sink, s->in.refused);
	callers_release(&s->in);
	if (!leaving)
		beat(s, "ended");
	if (cut != 0)
		(void)fprintf(stderr,
		    "%s: %zu connection%s without a whole hello yet "
		    "closed\n",
		    stage_name(), cut, cut == 1 ? "" : "s");
	if (s->in.refused != 0 || stage_verbose())
		(void)fprintf(stderr,
		    "%s: %llu hello%s taken, %llu connection%s refused\n",
		    stage_name(), (unsigned long long)s->in.sink.taken,
		    s->in.sink.taken == 1 ? "" : "s",
		    (unsigned long long)s->in.refused,
		    s->in.refused == 1 ? "" : "s");
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
	    epoll_ctl(s->in.epoll, EPOLL_CTL_ADD, wake_fd, &wake) == -1)
		err(EX_OSERR, "eventfd");
	/* A reader that ends is known before the next hello is taken.  Files
	 * cannot be watched and need not be. */
	if (s->in.sink.spool == NULL &&
	    epoll_ctl(s->in.epoll, EPOLL_CTL_ADD, STDOUT_FILENO, &gone) == -1 &&
	    errno != EPERM)
		err(EX_OSERR, "epoll");
	handle(SIGTERM, on_stop);
	handle(SIGINT, on_stop);
	handle(SIGHUP, on_leave);
	handle(SIGALRM, on_alarm);
	handle(SIGPIPE, SIG_IGN);
	handle(SIGXFSZ, SIG_IGN); /* then it is an error of write(2) */
}

/* Whether to go on; when others have the ports, until the last one is done. */
static bool
goes_on(struct server *s)
{
	if (leaving && s->ports.n != 0)
		leave_ports(s);
	if (s->ports.n == 0 && s->in.n == 0)
		return false;
	if (s->quiet_ms != 0 && s->in.n == 0 &&
	    s->in.now_ms - s->caller_ms >= s->quiet_ms)
		return false;
	return !stopping && (s->end_ms == 0 || s->in.now_ms < s->end_ms);
}

static void
serve(struct server *s, unsigned seconds, int caller)
{
	struct address peer = { .len = sizeof(peer.at) };

	hellosink_begin(&s->in.sink);
	look_at_clock(s);
	quota_turn(&s->in.quota, s->in.now_ms, false);
	s->caller_ms = s->in.now_ms;
	(void)memcpy(s->beat.since, s->in.received, sizeof(s->in.received));
	beat(s, "listening");
	if (seconds != 0) {
		s->end_ms = s->in.now_ms + (int64_t)seconds * 1000;
		alarm(seconds + HARD_SECONDS);
	}
	if (caller != -1 &&
	    getpeername(caller, (struct sockaddr *)&peer.at, &peer.len) == 0)
		callers_add(&s->in, caller, &peer);
	while (goes_on(s))
		turn(s);
	finish(s);
}

/* --- what it was started with -------------------------------------------- */

struct options {
	struct address at[PORTS_MAX];
	const char *names[PORTS_MAX];
	size_t nports;
	const char *spool, *user;
	unsigned seconds;
	int64_t idle;
};

/* inetd gives its socket as standard input and output. */
static bool
is_inetd(const struct options *o)
{
	return o->nports == 0 && port_is(STDIN_FILENO) != PORT_NOT;
}

/* The ports, from wherever they come.  Answers a caller that inetd has
 * accepted, or -1. */
static int
get_ports(struct server *s, const struct options *o)
{
	const int flags = fcntl(STDIN_FILENO, F_GETFL);

	if (o->nports != 0)
		ports_open(&s->ports, o->at, o->names, o->nports);
	else if (!ports_inherit(&s->ports)) {
		if (!is_inetd(o))
			stage_usage();
		if (fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) == -1)
			err(EX_OSERR, "standard input");
		if (port_is(STDIN_FILENO) == PORT_CONNECTED)
			return STDIN_FILENO;
		s->ports.fd[s->ports.n++] = STDIN_FILENO;
		if (s->quiet_ms == 0)
			s->quiet_ms = QUIET_DEFAULT * 1000;
	}
	if (stage_verbose())
		ports_say(&s->ports);
	return -1;
}

static void
watch_new_ports(struct server *s)
{
	for (size_t i = 0; i < s->ports.n; i++) {
		struct epoll_event e = { .events = EPOLLIN };

		if (epoll_ctl(s->in.epoll, EPOLL_CTL_ADD, s->ports.fd[i], &e) ==
		    -1)
			err(EX_OSERR, "epoll");
	}
}

static void
open_spool(struct server *s, const struct options *o)
{
	static struct spool spool;
	int64_t last;

	if (spool_open(&spool, o->spool, &kind_hello) == -1)
		errx(EX_NOINPUT, "%s: %s", o->spool, sitefile_why());
	s->in.sink.spool = &spool;
	stage_may_also(MAY_WRITE_FILES);
	stage_uses_folder(o->spool);
	last = heartbeat_last(spool.dir);
	if (last != -1)
		s->seconds = last; /* for look_at_clock */
}

static void
parse_args(struct server *s, struct options *o, int argc, char *argv[])
{
	struct fault f;
	int ch;

	while ((ch = stage_getopt(argc, argv, "c:i:l:q:s:t:u:", NULL)) != -1)
		switch (ch) {
		case 'c':
			s->max = stage_number("-c", optarg, 1, CONNS_MAX);
			break;
		case 'i':
			o->idle = (int64_t)stage_number("-i", optarg, 1, 3600);
			break;
		case 'l':
			if (o->nports == PORTS_MAX)
				errx(EX_USAGE, "-l: at most %d", PORTS_MAX);
			if (address_parse(&o->at[o->nports], optarg, false,
			        &f) == -1)
				errx(EX_USAGE, "-l: %s", f.why);
			o->names[o->nports++] = optarg;
			break;
		case 'q':
			s->quiet_ms =
			    (int64_t)stage_number("-q", optarg, 1, 86400) *
			    1000;
			break;
		case 's':
			o->spool = optarg;
			break;
		case 't':
			o->seconds = (unsigned)stage_number("-t", optarg, 1,
			    366 * 86400);
			break;
		case 'u':
			o->user = optarg;
			break;
		default:
			stage_usage();
		}
	if (optind != argc)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct server s = { .max = CONNS_DEFAULT,
		.in.quota = { .lines = COMPLAINTS } };
	static struct options o = { .idle = IDLE_DEFAULT };
	int caller;

	stage_begin("[-v] [-c connections] [-i seconds] [-q seconds] "
	            "[-s spool]\n       [-t seconds] [-u user] "
	            "[-l address:port ...]",
	    MAY_LISTEN);
	parse_args(&s, &o, argc, argv);
	TAILQ_INIT(&s.in.by_age);
	TAILQ_INIT(&s.in.held);
	TAILQ_INIT(&s.in.by_idle);
	s.in.idle_ms = o.idle * 1000;
	s.in.total_ms = 3 * s.in.idle_ms;
	make_room(&s);
	caller = get_ports(&s, &o);
	if (o.spool != NULL)
		open_spool(&s, &o);
	else if (caller != -1 || (s.ports.n != 0 && s.ports.fd[0] == 0))
		errx(EX_USAGE,
		    "-s: needed, as standard output is the network here");
	s.in.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s.in.epoll == -1)
		err(EX_OSERR, "epoll");
	watch_events(&s);
	watch_new_ports(&s);
	if (o.user != NULL)
		privilege_drop(o.user);
	stage_confine();
	serve(&s, o.seconds, caller);
	return stage_end();
}
