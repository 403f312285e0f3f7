/*
 * mute - a machine that hangs, on every local address at once: takes
 * connections and says nothing, or (-f) lets no connection come about at all,
 * as its queue is full.
 *
 *	mute [-f] port
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

static struct sockaddr *
address(struct sockaddr_in *a, in_addr_t host, uint16_t port)
{
	*a = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(host) };
	return (struct sockaddr *)(void *)a;
}

/* Connections that nobody accepts: with a backlog of 0 one fits, and Linux
 * drops what comes then. */
static void
fill(uint16_t port)
{
	struct sockaddr_in a;

	for (int i = 0; i < 4; i++) {
		int fd = socket(AF_INET,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		(void)connect(fd, address(&a, INADDR_LOOPBACK, port),
		    sizeof(a));
	}
}

int
main(int argc, char *argv[])
{
	bool full = argc == 3 && strcmp(argv[1], "-f") == 0;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a;
	uint16_t port;
	int on = 1;

	if (argc != 2 + full)
		errx(EX_USAGE, "usage: mute [-f] port");
	port = (uint16_t)strtoul(argv[argc - 1], NULL, 10);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, address(&a, INADDR_ANY, port), sizeof(a)) == -1 ||
	    listen(fd, full ? 0 : SOMAXCONN) == -1)
		err(EX_OSERR, "port %u", port);
	if (full)
		fill(port);
	for (;;)
		if (full || accept(fd, NULL, NULL) == -1)
			(void)pause();
}
