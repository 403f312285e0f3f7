#include "hello/server.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/text.h"
#include "hello/hellosink.h"
#include "hello/quota.h"
#include "hello/spool.h"
#include "lib/clock.h"
#include "lib/stage.h"

#define EVENTS 256
#define ACCEPTS 256     /* in a row, then the open ones have a turn */
#define HARD_SECONDS 10 /* from the end of time to the end of process */
#define FINISH_MS 1000  /* for the callers that wait when it ends */

static volatile sig_atomic_t stopping, leaving;
static int wake_fd;

static void
server_wake(void)
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
	server_wake();
}

/* Another one has taken over the ports. */
static void
on_leave(int sig)
{
	(void)sig;
	leaving = 1;
	server_wake();
}

static void
on_alarm(int sig)
{
	static const char why[] = "hello-listen: its output is blocked: "
	                          "ended by the alarm, without @end\n";

	(void)sig;
	if (write(STDERR_FILENO, why, sizeof(why) - 1) == -1)
		_exit(EX_IOERR);
	_exit(EX_IOERR);
}

static void
signal_handle(int sig, void (*handler)(int))
{
	struct sigaction a = { .sa_handler = handler, .sa_flags = SA_RESTART };

	sigaction(sig, &a, NULL);
}

static int64_t
server_earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Milliseconds until the nearest deadline; -1 without one. */
static int
sleep_ms(const struct server *s)
{
	int64_t at = server_earlier(quota_deadline(&s->in.quota),
	    hellosink_deadline(&s->in.sink));

	if (s->quiet_ms != 0)
		at = server_earlier(at, s->caller_ms + s->quiet_ms);
	if (s->beat_ms != 0)
		at = server_earlier(at, s->beat_ms);
	if (s->end_ms != 0)
		at = server_earlier(at, s->end_ms);
	if (s->resume_ms != 0)
		at = server_earlier(at, s->resume_ms);
	if (s->full && s->in.one_left)
		return 0;
	at = server_earlier(at, callers_deadline(&s->in));
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
server_read_clock(struct server *s)
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
server_beat(struct server *s, const char *state)
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
server_pass_on(struct server *s)
{
	uint64_t taken = s->in.sink.taken;

	hellosink_flush(&s->in.sink, s->in.now_ms, &s->in.quota);
	if (hellosink_waiting(&s->in.sink) == 0)
		callers_release(&s->in);
	if (s->in.sink.taken != taken)
		(void)memcpy(s->beat.last_hello, s->in.received,
		    sizeof(s->in.received));
	if (s->beat_ms != 0 && s->in.now_ms >= s->beat_ms)
		server_beat(s, "listening");
}

/* One sleep and what it brought.  Connections first: accepting may close
 * others, whose events would then point nowhere. */
static void
server_turn(struct server *s)
{
	struct epoll_event e[EVENTS];
	bool callers = false;
	int n = epoll_wait(s->in.epoll, e, EVENTS, sleep_ms(s));

	if (n == -1 && errno != EINTR)
		err(EX_OSERR, "epoll");
	server_read_clock(s);
	for (int i = 0; i < n; i++) {
		if (e[i].data.ptr == NULL)
			callers = true;
		else if (e[i].data.ptr == stdout)
			hellosink_lost(&s->in.sink, "nobody reads it any more");
		else if (e[i].data.ptr != &wake_fd)
			(void)callers_listen_to(&s->in, e[i].data.ptr);
	}
	if (s->resume_ms != 0 &&
	    (s->in.now_ms >= s->resume_ms || (s->full && s->in.one_left))) {
		server_resume_ports(s);
		callers = true;
	}
	if (callers)
		server_accept(s, ACCEPTS);
	callers_expire(&s->in);
	quota_turn(&s->in.quota, s->in.now_ms, false);
	server_pass_on(s);
}

/* Takes what is already here, then ends the stream. */
static void
server_finish(struct server *s)
{
	int64_t limit_ms = clock_ms() + FINISH_MS;
	size_t cut = 0;

	do {
		server_read_clock(s);
		server_resume_ports(s);
		server_accept(s, s->max);
		cut += callers_close(&s->in);
	} while (s->resume_ms != 0 && s->in.now_ms < limit_ms);
	quota_turn(&s->in.quota, s->in.now_ms, true);
	hellosink_end(&s->in.sink, s->in.refused);
	callers_release(&s->in);
	if (!leaving)
		server_beat(s, "ended");
	if (cut != 0)
		(void)fprintf(stderr,
		    "%s: %zu connection%s without a whole hello yet closed\n",
		    stage_name(), cut, cut == 1 ? "" : "s");
	if (s->in.refused != 0 || stage_verbose())
		(void)fprintf(stderr,
		    "%s: %llu hello%s taken, %llu connection%s refused\n",
		    stage_name(), (unsigned long long)s->in.sink.taken,
		    s->in.sink.taken == 1 ? "" : "s",
		    (unsigned long long)s->in.refused,
		    s->in.refused == 1 ? "" : "s");
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
	signal_handle(SIGTERM, on_stop);
	signal_handle(SIGINT, on_stop);
	signal_handle(SIGHUP, on_leave);
	signal_handle(SIGALRM, on_alarm);
	signal_handle(SIGPIPE, SIG_IGN);
	signal_handle(SIGXFSZ, SIG_IGN); /* then it is an error of write(2) */
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

void
server_watch(struct server *s)
{
	watch_events(s);
	watch_new_ports(s);
}

/* Whether to go on; when others have the ports, until the last one is done. */
static bool
server_goes_on(struct server *s)
{
	if (leaving && s->ports.n != 0)
		server_leave_ports(s);
	if (s->ports.n == 0 && s->in.n == 0)
		return false;
	if (s->quiet_ms != 0 && s->in.n == 0 &&
	    s->in.now_ms - s->caller_ms >= s->quiet_ms)
		return false;
	return !stopping && (s->end_ms == 0 || s->in.now_ms < s->end_ms);
}

void
server_run(struct server *s, unsigned seconds, int caller)
{
	struct address peer = { .len = sizeof(peer.at) };

	hellosink_begin(&s->in.sink);
	server_read_clock(s);
	quota_turn(&s->in.quota, s->in.now_ms, false);
	s->caller_ms = s->in.now_ms;
	(void)memcpy(s->beat.since, s->in.received, sizeof(s->in.received));
	server_beat(s, "listening");
	if (seconds != 0) {
		s->end_ms = s->in.now_ms + (int64_t)seconds * 1000;
		alarm(seconds + HARD_SECONDS);
	}
	if (caller != -1 &&
	    getpeername(caller, (struct sockaddr *)&peer.at, &peer.len) == 0)
		callers_add(&s->in, caller, &peer);
	while (server_goes_on(s))
		server_turn(s);
	server_finish(s);
}
