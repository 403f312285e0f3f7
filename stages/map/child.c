#include "map/child.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

/* What a script or a small program needs, and no more. */
#define FILES_MAX 256
#define DATA_MAX (1L << 30)  /* 1 GiB */
#define WRITE_MAX (64 << 20) /* a file: 64 MiB */

enum { FD_TO, FD_FROM, FD_SAID, FD_END };

void
child_begin(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* --- in the child ----------------------------------------------------------
 */

static void
child_limit(int resource, rlim_t n)
{
	struct rlimit l = { n, n };

	(void)setrlimit((__rlimit_resource_t)resource, &l);
}

_Noreturn static void
child_become(const struct child_wish *w, const int fds[3], int failed,
    pid_t parent)
{
	static char *const env[] = { "PATH=/usr/local/bin:/usr/bin:/bin",
		"LANG=C.UTF-8", "HOME=/", NULL };
	char *argv[CHILD_ARGS + 1] = { strdup(w->path) };
	sigset_t none;
	int error;

	for (int i = 0; i + 1 < CHILD_ARGS && w->args[i] != NULL; i++)
		argv[i + 1] = strdup(w->args[i]);
	(void)setsid();
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EX_TEMPFAIL); /* it ended before it was asked for */
	for (int i = 0; i < 3; i++)
		(void)dup2(fds[i], i);
	(void)close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	child_limit(RLIMIT_CORE, 0);
	child_limit(RLIMIT_CPU, w->seconds + 1);
	child_limit(RLIMIT_NOFILE, FILES_MAX);
	child_limit(RLIMIT_DATA, DATA_MAX);
	child_limit(RLIMIT_FSIZE, WRITE_MAX);
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (chdir("/") == 0)
		(void)execve(w->path, argv, env);
	error = errno;
	(void)!write(failed, &error, sizeof(error));
	_exit(EX_OSERR);
}

/* --- with us ----------------------------------------------------------------
 */

static void
make_pipe(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC) == -1)
		err(EX_OSERR, "pipe");
}

static void
child_shut(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* The descriptors of the parent's side; they never block. */
static void
child_keep(struct child *c, int at, int fd)
{
	c->fd[at] = fd;
	if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
		err(EX_OSERR, "pipe");
}

void
child_start(struct child *c, const struct child_wish *w, int64_t now_ms)
{
	int to[2], from[2], said[2], failed[2];
	pid_t us = getpid();

	memset(c, 0, sizeof(*c));
	memcpy(c->question, w->question, w->len);
	c->nquestion = w->len;
	c->answer_max = w->answer_max;
	c->deadline_ms = now_ms + (int64_t)w->seconds * 1000;
	make_pipe(to);
	make_pipe(from);
	make_pipe(said);
	make_pipe(failed);
	c->pid = fork();
	if (c->pid == -1)
		err(EX_OSERR, "fork");
	if (c->pid == 0)
		child_become(w, (const int[]){ to[0], from[1], said[1] },
		    failed[1], us);
	(void)close(to[0]);
	(void)close(from[1]);
	(void)close(said[1]);
	(void)close(failed[1]);
	child_keep(c, FD_TO, to[1]);
	child_keep(c, FD_FROM, from[0]);
	child_keep(c, FD_SAID, said[0]);
	c->fd[FD_END] = pidfd_open(c->pid, 0);
	if (c->fd[FD_END] == -1)
		err(EX_OSERR, "pidfd_open");
	/* Closed by the new program's start, or it says why there is none. */
	if (read(failed[0], &c->code, sizeof(c->code)) == sizeof(c->code)) {
		child_kill(c);
		c->end = CHILD_NOT_STARTED;
	}
	(void)close(failed[0]);
}

void
child_watch(const struct child *c, struct pollfd fds[CHILD_FDS])
{
	for (int i = 0; i < CHILD_FDS; i++)
		fds[i] = (struct pollfd){ .fd = c->fd[i],
			.events = i == FD_TO ? POLLOUT : POLLIN };
}

static void
child_feed(struct child *c)
{
	ssize_t n = write(c->fd[FD_TO], c->question + c->nsent,
	    c->nquestion - c->nsent);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n > 0)
		c->nsent += (size_t)n;
	/* Who does not want to know all of it need not read it. */
	if (n <= 0 || c->nsent == c->nquestion)
		child_shut(&c->fd[FD_TO]);
}

/* A pipe's whole content takes few; one that is refilled has to wait. */
#define READS_MAX 16

/* Up to a byte more than it may say. */
static void
child_answer(struct child *c, const char *from, size_t n)
{
	size_t room = c->answer_max + 1 - c->nanswer;

	if (n > room)
		n = room;
	memcpy(c->answer + c->nanswer, from, n);
	c->nanswer += n;
}

/* The first and the last of it. */
static void
child_said(struct child *c, const char *from, size_t n)
{
	size_t first = CHILD_SAID - c->nsaid, keep;

	if (first > n)
		first = n;
	memcpy(c->said + c->nsaid, from, first);
	c->nsaid += first;
	if (n > CHILD_SAID) {
		from += n - CHILD_SAID;
		n = CHILD_SAID;
	}
	keep = c->nlast + n > CHILD_SAID ? CHILD_SAID - n : c->nlast;
	memmove(c->last, c->last + c->nlast - keep, keep);
	memcpy(c->last + keep, from, n);
	c->nlast = keep + n;
}

/* Reads what is there; what is beyond its room is read and dropped. */
static void
child_drain(struct child *c, int at,
    void (*take)(struct child *, const char *, size_t))
{
	char some[4096];

	for (int i = 0; c->fd[at] != -1 && i < READS_MAX; i++) {
		ssize_t n = read(c->fd[at], some, sizeof(some));

		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0)
			child_shut(&c->fd[at]);
		else
			take(c, some, (size_t)n);
	}
}

/* While it is not waited for, its number and its group's are not reused. */
void
child_kill(struct child *c)
{
	if (c->pid > 0) {
		(void)kill(-c->pid, SIGKILL);
		(void)kill(c->pid, SIGKILL); /* it may not lead one yet */
		while (waitpid(c->pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	c->pid = 0;
	for (int i = 0; i < CHILD_FDS; i++)
		child_shut(&c->fd[i]);
}

static bool
child_ended(struct child *c)
{
	siginfo_t info = { 0 };

	if (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
	        -1 ||
	    info.si_pid == 0)
		return false;
	c->end = info.si_code == CLD_EXITED ? CHILD_EXITED : CHILD_KILLED;
	c->code = info.si_status;
	return true;
}

bool
child_turn(struct child *c, const struct pollfd fds[CHILD_FDS], int64_t now_ms)
{
	bool over = fds[FD_END].revents != 0 && child_ended(c);

	if (fds[FD_TO].revents != 0 && c->fd[FD_TO] != -1)
		child_feed(c);
	if (over || fds[FD_FROM].revents != 0)
		child_drain(c, FD_FROM, child_answer);
	if (over || fds[FD_SAID].revents != 0)
		child_drain(c, FD_SAID, child_said);
	if (c->nanswer > c->answer_max)
		c->end = CHILD_TOO_LONG;
	else if (!over && now_ms >= c->deadline_ms)
		c->end = CHILD_TIMED_OUT;
	if (c->end == CHILD_RUNS)
		return false;
	child_kill(c);
	return true;
}

void
child_end_strays(void)
{
	char path[64], list[4096];

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children",
	    (int)getpid());
	/* Those of one that is killed come to us in the next round. */
	for (int round = 0; round < 100; round++) {
		FILE *f = fopen(path, "re");
		char *at = list, *end;
		long pid;

		if (f == NULL)
			return;
		list[fread(list, 1, sizeof(list) - 1, f)] = '\0';
		(void)fclose(f);
		if (list[0] == '\0')
			return;
		for (; (pid = strtol(at, &end, 10)) > 0; at = end) {
			(void)kill((pid_t)pid, SIGKILL);
			(void)waitpid((pid_t)pid, NULL, 0);
		}
	}
}
