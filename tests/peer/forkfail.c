/*
 * forkfail - runs a command, and the system refuses the nth new process that
 * it or anything below it asks for, with EAGAIN as at a limit.
 *
 * A seccomp filter hands each fork, vfork and clone over to us, so that shells
 * and what they begin have one count.  Threads are not counted.  n = 0 refuses
 * none.  With -a every one from the nth on.  The last line on descriptor 3 says
 * how many were asked for.  The status is the command's.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

struct forks {
	unsigned long n, refuse; /* so many so far; the one to be refused */
	bool all;                /* and all after it */
};

/* The filter; its listener. */
static int
filter_load(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int fd;

	if (ctx == NULL ||
	    seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, SCMP_SYS(fork), 0) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, SCMP_SYS(vfork), 0) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, SCMP_SYS(clone), 1,
	        SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) != 0 ||
	    /* Its flags are in memory; libc goes on with clone. */
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3),
	        0) != 0 ||
	    seccomp_load(ctx) != 0)
		errx(EX_OSERR, "no filter");
	fd = seccomp_notify_fd(ctx);
	if (fd == -1)
		errx(EX_OSERR, "no listener");
	return fd; /* ctx would close it */
}

static void
fd_send(int to, int fd)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 }, byte = 0;
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(to, &m, 0) == -1)
		err(EX_OSERR, "sendmsg");
}

static int
fd_receive(int from)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 }, byte;
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room) };
	int fd;

	if (recvmsg(from, &m, MSG_CMSG_CLOEXEC) != 1 ||
	    CMSG_FIRSTHDR(&m) == NULL)
		errx(EX_OSERR, "the command did not begin");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

static pid_t
command_begin(char *argv[], int pair[2])
{
	pid_t pid = fork();
	int fd;

	if (pid == -1)
		err(EX_OSERR, "fork");
	if (pid != 0)
		return pid;
	fd = filter_load();
	fd_send(pair[1], fd);
	close(fd);
	close(pair[0]);
	close(pair[1]);
	close(3);
	execvp(argv[0], argv);
	err(EX_UNAVAILABLE, "%s", argv[0]);
}

/* false when nobody with the filter is left. */
static bool
answer(int fd, struct forks *f, struct seccomp_notif *req,
    struct seccomp_notif_resp *resp)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (poll(&p, 1, -1) == -1)
		return errno == EINTR;
	if ((p.revents & POLLIN) == 0)
		return false;
	memset(req, 0, sizeof(*req));
	memset(resp, 0, sizeof(*resp));
	if (seccomp_notify_receive(fd, req) != 0)
		return true; /* killed before we looked */
	f->n++;
	resp->id = req->id;
	if (f->refuse != 0 &&
	    (f->n == f->refuse || (f->all && f->n > f->refuse)))
		resp->error = -EAGAIN;
	else
		resp->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	/* A signal came in between: it will ask again. */
	if (seccomp_notify_respond(fd, resp) != 0)
		f->n--;
	return true;
}

int
main(int argc, char *argv[])
{
	struct forks f = { 0 };
	struct seccomp_notif *req;
	struct seccomp_notif_resp *resp;
	int pair[2], fd, status, i = 1;
	pid_t pid;

	if (argc > 1 && strcmp(argv[1], "-a") == 0)
		f.all = ++i != 0;
	if (argc - i < 2) {
		(void)fputs("usage: forkfail [-a] n command [argument ...]\n",
		    stderr);
		return EX_USAGE;
	}
	f.refuse = strtoul(argv[i], NULL, 10);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1 ||
	    seccomp_notify_alloc(&req, &resp) != 0)
		err(EX_OSERR, "begin");
	pid = command_begin(argv + i + 1, pair);
	close(pair[1]);
	fd = fd_receive(pair[0]);
	while (answer(fd, &f, req, resp))
		;
	if (waitpid(pid, &status, 0) == -1)
		err(EX_OSERR, "wait");
	(void)dprintf(3, "%lu\n", f.n);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
