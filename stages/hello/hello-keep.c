/*
 * hello-keep - keeps a listener and a loader of hellos alive, on ports that
 * were handed down to it (socket-bind, systemd).
 *
 * It holds the ports, so that a caller waits in the queue while a listener is
 * begun in the place of another; and everything below it ends when it does, so
 * that no port stays open where nobody reads.  The loader has a keeper of its
 * own, a second process of this program: what happens to one of the two does
 * not stop the other.
 */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "hello/ports.h"
#include "lib/stage.h"

#define LISTENERS_MAX 64 /* old ones that still finish their callers */
#define AGAIN_MS 1000
#define PAUSE_MIN_MS 2000
#define PAUSE_MAX_MS 32000
#define STARTS_MAX 6 /* in a row that the system refuses: then it ends */

struct keep {
	const char *dir, *spool, *user, *name;
	int64_t end_ms; /* 0: never */
	struct ports ports;
	pid_t self;
	pid_t listeners[LISTENERS_MAX]; /* the newest last */
	size_t nlisteners;
	pid_t loader;      /* its keeper; 0: none at present */
	int64_t loader_ms; /* when to begin the next one; 0: not */
	int64_t listen_ms; /* the same of a listener */
	unsigned nrefused; /* starts */
	int status;        /* of the listener that ended it all */
	bool ending;
};

static sigset_t ours, before;

static int
status_of(int wait_status)
{
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
	                              : 128 + WTERMSIG(wait_status);
}

/* Killed, or the system had no room. */
static bool
is_passing(int status)
{
	return status == EX_SOFTWARE || status == EX_OSERR || status >= 128;
}

/*
 * fork, and the child ends (TERM) when its parent does, by whatever.  -1 when
 * the system has no room.
 */
static pid_t
child_begin_of(pid_t parent)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1)
		err(EX_OSERR, "prctl");
	if (getppid() != parent)
		_exit(EX_SOFTWARE); /* it was quicker */
	return 0;
}

_Noreturn static void
keeper_become(char *const argv[])
{
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	(void)execvp(argv[0], argv);
	err(errno == ENOENT ? EX_UNAVAILABLE : EX_OSERR, "%s", argv[0]);
}

/* --- the loader's keeper -------------------------------------------------- */

static pid_t
store_load_begin(const struct keep *k, bool follow)
{
	char *argv[8];
	size_t n = 0;
	pid_t pid = child_begin_of(getpid());

	if (pid != 0)
		return pid;
	argv[n++] = (char *)(uintptr_t) "store-load";
	argv[n++] = (char *)(uintptr_t) "-d";
	argv[n++] = (char *)(uintptr_t)k->dir;
	argv[n++] = (char *)(uintptr_t) "-s";
	argv[n++] = (char *)(uintptr_t)k->spool;
	if (follow)
		argv[n++] = (char *)(uintptr_t) "-f";
	if (stage_verbose())
		argv[n++] = (char *)(uintptr_t) "-v";
	argv[n] = NULL;
	keeper_become(argv);
}

/* Waits for the child; a TERM on the way is passed on and sets *ending. */
static int
child_await(pid_t pid, bool *ending)
{
	int status;

	for (;;) {
		siginfo_t info;

		if (waitpid(pid, &status, WNOHANG) == pid)
			return status_of(status);
		if (sigwaitinfo(&ours, &info) == SIGTERM) {
			*ending = true;
			(void)kill(pid, SIGTERM);
		}
	}
}

/* Sleeps; a TERM ends it and sets *ending. */
static void
pause_for(int64_t ms, bool *ending)
{
	int64_t until_ms = clock_ms() + ms;

	while (!*ending && clock_ms() < until_ms) {
		int64_t left = until_ms - clock_ms();
		struct timespec t = { .tv_sec = (time_t)(left / 1000),
			.tv_nsec = (long)(left % 1000) * 1000000 };

		if (left > 0 && sigtimedwait(&ours, NULL, &t) == SIGTERM)
			*ending = true;
	}
}

/* What is in the spool, once; for the end. */
static int
load_rest(const struct keep *k)
{
	bool ending = true;
	pid_t pid = store_load_begin(k, false);
	int status = pid == -1 ? EX_OSERR : child_await(pid, &ending);

	if (status != 0 && status != EX_DATAERR)
		(void)fprintf(stderr,
		    "%s: hellos that are not in the store are in %s, for the "
		    "next amt-hello or amt-sweep\n",
		    k->name, k->spool);
	return status;
}

/*
 * The loader is begun again when it ends early: the store was locked for long,
 * or the disk is full.  TERM is the end.
 */
_Noreturn static void
loader_keep(const struct keep *k)
{
	int64_t pause_ms = PAUSE_MIN_MS;
	bool ending = false;

	while (!ending) {
		pid_t pid = store_load_begin(k, true);
		int status = pid == -1 ? EX_OSERR : child_await(pid, &ending);

		/* What it refused, 65, was told and put aside. */
		if (status == 0 || status == EX_DATAERR)
			_exit(status);
		if (ending)
			break;
		(void)fprintf(stderr,
		    "%s: the loader ended with status %d; hellos wait in %s, "
		    "it restarts in %d s\n",
		    k->name, status, k->spool, (int)(pause_ms / 1000));
		pause_for(pause_ms, &ending);
		if (pause_ms < PAUSE_MAX_MS)
			pause_ms *= 2;
	}
	_exit(load_rest(k));
}

/* --- the two -------------------------------------------------------------- */

/* The system refused one more process: later, but not for ever, as the port
 * is open meanwhile. */
static int64_t
start_later(struct keep *k, const char *what)
{
	warn("%s cannot be started", what);
	if (++k->nrefused == STARTS_MAX)
		errx(EX_OSERR,
		    "%s could not be started %d times: the ports are closed",
		    what, STARTS_MAX);
	return clock_ms() + ((int64_t)AGAIN_MS << (k->nrefused - 1));
}

static void
loader_begin(struct keep *k)
{
	pid_t pid = child_begin_of(k->self);

	k->loader_ms = 0;
	if (pid == -1) {
		k->loader_ms = start_later(k, "the loader");
		return;
	}
	if (pid == 0) {
		if (close_range(STDERR_FILENO + 1, UINT_MAX, 0) == -1)
			err(EX_OSERR, "close_range");
		/* What the terminal sends is for the listener to answer. */
		(void)signal(SIGINT, SIG_IGN);
		(void)signal(SIGHUP, SIG_IGN);
		loader_keep(k);
	}
	k->nrefused = 0;
	k->loader = pid;
}

/* In the child: the ports are for LISTEN_PID. */
_Noreturn static void
listener_become(struct keep *k)
{
	char *argv[10], left[24];
	int64_t ms = k->end_ms - clock_ms();
	size_t n = 0;

	argv[n++] = (char *)(uintptr_t) "hello-listen";
	argv[n++] = (char *)(uintptr_t) "-s";
	argv[n++] = (char *)(uintptr_t)k->spool;
	if (k->end_ms != 0) {
		(void)snprintf(left, sizeof(left), "%lld",
		    (long long)(ms > 1000 ? ms / 1000 : 1));
		argv[n++] = (char *)(uintptr_t) "-t";
		argv[n++] = left;
	}
	if (k->user != NULL) {
		argv[n++] = (char *)(uintptr_t) "-u";
		argv[n++] = (char *)(uintptr_t)k->user;
	}
	if (stage_verbose())
		argv[n++] = (char *)(uintptr_t) "-v";
	argv[n] = NULL;
	ports_hand_down(&k->ports);
	keeper_become(argv);
}

static void
listener_begin(struct keep *k)
{
	pid_t pid;

	k->listen_ms = 0;
	if (k->nlisteners == LISTENERS_MAX) { /* and all finish: later */
		k->listen_ms = clock_ms() + AGAIN_MS;
		return;
	}
	pid = child_begin_of(k->self);
	if (pid == 0)
		listener_become(k);
	if (pid == -1) {
		k->listen_ms = start_later(k, "the listener");
		return;
	}
	k->nrefused = 0;
	k->listeners[k->nlisteners++] = pid;
}

/* Another listener in the place of the newest, which finishes its callers. */
static void
listener_change(struct keep *k)
{
	size_t n = k->nlisteners;
	pid_t old = n != 0 ? k->listeners[n - 1] : 0;

	listener_begin(k);
	if (old != 0 && k->nlisteners > n)
		(void)kill(old, SIGHUP);
}

static void
listener_ended(struct keep *k, size_t i, int status)
{
	bool newest = i + 1 == k->nlisteners;

	k->nlisteners--;
	memmove(k->listeners + i, k->listeners + i + 1,
	    (k->nlisteners - i) * sizeof(k->listeners[0]));
	if (!newest || k->ending)
		return;
	if (is_passing(status)) {
		(void)fprintf(stderr,
		    "%s: the listener ended with status %d; starting "
		    "another one\n",
		    k->name, status);
		k->listen_ms = clock_ms() + AGAIN_MS;
		return;
	}
	k->status = status;
	k->ending = true;
}

static void
loader_ended(struct keep *k)
{
	k->loader = 0;
	(void)fprintf(stderr, "%s: the loader was ended; it is restarted\n",
	    k->name);
	k->loader_ms = clock_ms() + AGAIN_MS;
}

/* Everything that has ended by now. */
static void
look_at_children(struct keep *k)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == k->loader) {
			loader_ended(k);
			continue;
		}
		for (size_t i = 0; i < k->nlisteners; i++)
			if (k->listeners[i] == pid) {
				listener_ended(k, i, status_of(status));
				break;
			}
	}
}

static void
take_signal(struct keep *k, int sig)
{
	if (sig == SIGHUP && !k->ending)
		listener_change(k);
	if (sig != SIGTERM && sig != SIGINT)
		return;
	k->ending = true;
	for (size_t i = 0; i < k->nlisteners; i++)
		(void)kill(k->listeners[i], SIGTERM);
}

static int64_t
keeper_earlier(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

static void
keeper_turn(struct keep *k)
{
	int64_t at_ms = keeper_earlier(k->listen_ms, k->loader_ms), now_ms;
	int64_t left;
	struct timespec t;
	int sig;

	left = at_ms - clock_ms();
	if (left < 0)
		left = 0;
	t.tv_sec = (time_t)(left / 1000);
	t.tv_nsec = (long)(left % 1000) * 1000000;
	sig = at_ms == 0 ? sigwaitinfo(&ours, NULL)
	                 : sigtimedwait(&ours, NULL, &t);
	look_at_children(k);
	take_signal(k, sig);
	now_ms = clock_ms();
	if (!k->ending && k->listen_ms != 0 && now_ms >= k->listen_ms)
		listener_begin(k);
	if (k->loader_ms != 0 && now_ms >= k->loader_ms)
		loader_begin(k);
}

/* The listeners finish, then the loader takes what they wrote. */
static int
keeper_finish(struct keep *k)
{
	bool ending = false;
	int status = 0;

	while (k->nlisteners != 0)
		keeper_turn(k);
	if (k->loader != 0) {
		(void)kill(k->loader, SIGTERM);
		status = child_await(k->loader, &ending);
	}
	if (k->loader == 0 || status >= 128) /* killed at the very end */
		status = load_rest(k);
	return status != 0 ? status : k->status;
}

static void
parse_args(struct keep *k, int argc, char *argv[])
{
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:n:s:t:u:", NULL)) != -1)
		switch (ch) {
		case 'd':
			k->dir = optarg;
			break;
		case 'n':
			k->name = optarg;
			break;
		case 's':
			k->spool = optarg;
			break;
		case 't':
			k->end_ms = clock_ms() +
			    (int64_t)stage_number("-t", optarg, 1,
			        366 * 86400) *
			        1000;
			break;
		case 'u':
			k->user = optarg;
			break;
		default:
			stage_usage();
		}
	if (k->dir == NULL || k->spool == NULL || optind != argc)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct keep k;

	/* Not confined: it would confine what it begins. */
	stage_begin("-d site -s spool [-v] [-n name] [-t seconds] [-u user]",
	    MAY_LISTEN | BECOMES_PROGRAM);
	k.name = stage_name();
	k.self = getpid();
	parse_args(&k, argc, argv);
	if (!ports_inherit(&k.ports))
		errx(EX_CONFIG,
		    "no ports were handed down (LISTEN_FDS and "
		    "LISTEN_PID; see socket-bind)");
	(void)sigemptyset(&ours);
	(void)sigaddset(&ours, SIGCHLD);
	(void)sigaddset(&ours, SIGTERM);
	(void)sigaddset(&ours, SIGINT);
	(void)sigaddset(&ours, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &ours, &before) == -1)
		err(EX_OSERR, "signals");
	loader_begin(&k);
	listener_begin(&k);
	while (!k.ending)
		keeper_turn(&k);
	return keeper_finish(&k);
}
