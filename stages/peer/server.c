#include "peer/server.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* The second best, where only root may filter: nobody else on the network finds
 * simulated machines, and those with hang-connect let callers in and say
 * nothing to them. */
static void
filter_without(int fd, struct fleet *fl)
{
	bool any = false;

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", sizeof("lo")) ==
	    -1)
		err(EX_OSERR, "the loopback interface, lo");
	for (size_t i = 0; i < fl->n; i++)
		if (fl->machines[i].faults.hang_connect) {
			fl->machines[i].faults.hang_connect = false;
			fl->machines[i].faults.hang_tls = any = true;
		}
	if (any)
		warnx("hang-connect is hang-tls here: the kernel lets only "
		      "root leave a SYN without an answer");
}

/* Makes the socket blind to packets for other addresses than those of loopback,
 * and for devices with hang-connect: a SYN gets no answer, as if nothing had
 * that address. */
static void
filter(int fd, struct fleet *fl)
{
	struct sock_filter code[BPF_MAXINSNS];
	struct sock_fprog prog = { .filter = code };
	unsigned short n = 0;

	/* destination address in the IP header */
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    (uint32_t)SKF_NET_OFF + 16);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 24);
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
	    IN_LOOPBACKNET, 1, 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	code[n++] = code[0];
	for (size_t i = 0; i < fl->n; i++) {
		if (!fl->machines[i].faults.hang_connect)
			continue;
		if (n + 3 > BPF_MAXINSNS)
			errx(EX_DATAERR, "more than 2045 hang-connect");
		code[n++] =
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
		        ntohl(fl->machines[i].address.s_addr), 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
	prog.len = n;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ==
	    0)
		return;
	if (errno != EPERM)
		err(EX_OSERR, "SO_ATTACH_FILTER");
	filter_without(fd, fl);
}

static void
listen_on(struct server *s, struct source *src, enum source_kind kind,
    uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = src };
	int on = 1;

	src->kind = kind;
	src->fd =
	    socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* REUSEPORT: flood, and a stranger, has the same port at addresses of
	 * its own. */
	if (src->fd == -1 ||
	    setsockopt(src->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ==
	        -1 ||
	    setsockopt(src->fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ==
	        -1)
		err(EX_OSERR, "socket");
	filter(src->fd, s->fleet);
	if (bind(src->fd, (struct sockaddr *)&to, sizeof(to)) == -1 ||
	    listen(src->fd, 4096) == -1)
		err(EX_UNAVAILABLE, "port %u", port);
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, src->fd, &ev) == -1)
		err(EX_OSERR, "epoll_ctl");
}

static unsigned
port_of(int fd)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) == -1)
		err(EX_OSERR, "getsockname");
	return ntohs(at.sin_port);
}

/* "16993 TAB 16992": the ports, which the kernel chose when they were 0. */
static void
write_ready(const struct server *s)
{
	FILE *out = fopen(s->options.ready, "w");

	if (out == NULL)
		err(EX_CANTCREAT, "%s", s->options.ready);
	fprintf(out, "%u\t%u\n", port_of(s->tls.fd), port_of(s->plain.fd));
	if (fclose(out) != 0)
		err(EX_IOERR, "%s", s->options.ready);
}

void
server_open(struct server *s)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll == -1)
		err(EX_OSERR, "epoll_create1");
	s->ctx = tls_context();
	listen_on(s, &s->tls, SOURCE_TLS, s->options.tls_port);
	listen_on(s, &s->plain, SOURCE_PLAIN, s->options.plain_port);
	s->hello_start_ms = now_ms();
	if (s->options.ready != NULL)
		write_ready(s);
}

static void
handle(struct server *s, const struct epoll_event *ev)
{
	struct source *src = ev->data.ptr;

	switch (src->kind) {
	case SOURCE_TLS:
	case SOURCE_PLAIN:
		conn_accept(s, src);
		break;
	case SOURCE_CONN:
		conn_event(s, src, ev->events);
		break;
	case SOURCE_HELLO:
		hello_event(s, src);
		break;
	}
}

/* Milliseconds until the next thing to do without an event. */
static int
sleep_time(struct server *s, int64_t end_ms, int64_t now)
{
	int64_t hello = hello_pump(s, now);
	int64_t due = conn_next_due(s) < end_ms ? conn_next_due(s) : end_ms;

	if (hello != -1 && now + hello < due)
		due = now + hello;
	return due <= now ? 0 : due - now > 60000 ? 60000 : (int)(due - now);
}

void
server_serve(struct server *s, int64_t end_ms,
    const volatile sig_atomic_t *stop, const volatile sig_atomic_t *tell)
{
	struct epoll_event events[256];
	sigset_t none;
	int64_t now;
	int n;

	sigemptyset(&none);
	while (!*stop && !*tell && (now = now_ms()) < end_ms) {
		n = epoll_pwait(s->epoll, events, 256,
		    sleep_time(s, end_ms, now), &none);
		if (n == -1 && errno != EINTR)
			err(EX_OSERR, "epoll_wait");
		for (int i = 0; i < n; i++)
			handle(s, &events[i]);
		conn_timers(s, now_ms());
		conn_bury(s);
	}
}

void
server_close(struct server *s)
{
	conn_close_all(s);
	close(s->tls.fd);
	close(s->plain.fd);
	close(s->epoll);
	SSL_CTX_free(s->ctx);
	free(s->heap);
}
