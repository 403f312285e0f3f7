#include "hello/ports.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/stage.h"
#include "base/text.h"

#define BACKLOG 4096
#define FIRST_FD 3 /* SD_LISTEN_FDS_START */

static int
bind_status(int e)
{
	if (e == EACCES || e == EPERM)
		return EX_NOPERM;
	if (e == EADDRINUSE || e == EADDRNOTAVAIL)
		return EX_UNAVAILABLE;
	return EX_OSERR;
}

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

void
ports_open(struct ports *p, const struct address *at, const char *const *names,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool twin = false;

		for (size_t k = 0; k < n; k++)
			twin |= at[k].at.ss_family == AF_INET &&
			    address_port(&at[k]) == address_port(&at[i]);
		p->fd[p->n++] = open_port(&at[i], names[i], twin);
	}
}

/* -1 when fd is no socket. */
static int
ports_option(int fd, int name)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) == 0 ? value : -1;
}

enum port_is
port_is(int fd)
{
	int family = ports_option(fd, SO_DOMAIN);

	if (ports_option(fd, SO_TYPE) != SOCK_STREAM ||
	    (family != AF_INET && family != AF_INET6))
		return PORT_NOT;
	return ports_option(fd, SO_ACCEPTCONN) == 1 ? PORT_LISTENS
	                                            : PORT_CONNECTED;
}

/* A number of the environment, 0 when it is not there or none. */
static uint64_t
ports_number(const char *name)
{
	const char *text = getenv(name);
	uint64_t n;

	return text != NULL && text_number(&n, text, INT32_MAX) == 0 ? n : 0;
}

static void
ports_take(struct ports *p, int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (port_is(fd) != PORT_LISTENS)
		errx(EX_CONFIG,
		    "LISTEN_FDS: descriptor %d is no listening TCP socket", fd);
	if (fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		err(EX_OSERR, "descriptor %d", fd);
	p->fd[p->n++] = fd;
}

bool
ports_inherit(struct ports *p)
{
	uint64_t n = ports_number("LISTEN_FDS");

	if (n == 0 || ports_number("LISTEN_PID") != (uint64_t)getpid())
		return false;
	if (n > PORTS_MAX)
		errx(EX_CONFIG, "LISTEN_FDS: at most %d (got %llu)", PORTS_MAX,
		    (unsigned long long)n);
	for (int fd = FIRST_FD; fd < FIRST_FD + (int)n; fd++)
		ports_take(p, fd);
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDNAMES");
	return true;
}

void
ports_hand_down(struct ports *p)
{
	char text[24];

	/* Out of the way first: one may be where another has to go. */
	for (size_t i = 0; i < p->n; i++) {
		int fd = fcntl(p->fd[i], F_DUPFD_CLOEXEC, FIRST_FD + PORTS_MAX);

		if (fd == -1)
			err(EX_OSERR, "dup");
		close(p->fd[i]);
		p->fd[i] = fd;
	}
	for (size_t i = 0; i < p->n; i++) {
		int to = FIRST_FD + (int)i;

		if (dup2(p->fd[i], to) == -1)
			err(EX_OSERR, "dup");
		close(p->fd[i]);
		p->fd[i] = to;
	}
	(void)snprintf(text, sizeof(text), "%zu", p->n);
	if (setenv("LISTEN_FDS", text, 1) == -1)
		err(EX_OSERR, "environment");
	(void)snprintf(text, sizeof(text), "%ld", (long)getpid());
	if (setenv("LISTEN_PID", text, 1) == -1)
		err(EX_OSERR, "environment");
	(void)unsetenv("LISTEN_FDNAMES");
}

void
ports_say(const struct ports *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct address a = { .len = sizeof(a.at) };
		char text[ADDRESS_TEXT];

		if (getsockname(p->fd[i], (struct sockaddr *)&a.at, &a.len) ==
		    -1)
			err(EX_OSERR, "getsockname");
		address_format(text, &a);
		(void)fprintf(stderr, "%s: listening on %s\n", stage_name(),
		    text);
	}
}
