/*
 * hellopeer - the awkward peers of hello-listen, for its tests.
 *
 *	hellopeer cuts PORT file ...	each file once for each place where it
 *					can be cut in two segments
 *	hellopeer crowd PORT n file	n connections from n addresses, all
 *					open before the first byte is sent;
 *					i is in the bytes 8 - 11
 *	hellopeer trickle PORT n ms file	n connections, a byte of the
 *					file each ms, until all are dropped
 *	hellopeer idle PORT n		n silent ones, until all are dropped
 *	hellopeer reset PORT n		n that reset at once
 *
 * All to 127.0.0.1.  trickle and idle print how many were dropped within
 * how many milliseconds.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"

#define GATHER_MS 30 /* for the listener to read what was sent so far */
#define GIVE_UP_MS 60000

static uint16_t port;

static struct sockaddr_in
ipv4(uint32_t address, uint16_t p)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(p),
		.sin_addr = { htonl(address) } };
}

/* Connected, from the i-th address of 127.16.0.0 onwards. */
static int
caller(uint32_t i)
{
	const int on = 1;
	struct sockaddr_in from = ipv4(0x7f100001 + i, 0);
	struct sockaddr_in to = ipv4(INADDR_LOOPBACK, port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == -1 ||
	    bind(fd, (struct sockaddr *)&from, sizeof(from)) == -1 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1)
		err(1, "caller %lu", (unsigned long)i);
	return fd;
}

static int *
callers(uint32_t n)
{
	int *fds = calloc(n, sizeof(*fds));

	if (fds == NULL)
		err(1, NULL);
	for (uint32_t i = 0; i < n; i++)
		fds[i] = caller(i);
	return fds;
}

/* A listener that has heard enough may be gone already. */
static bool
put(int fd, const uint8_t *bytes, size_t n)
{
	return n == 0 || send(fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static size_t
slurp(const char *name, uint8_t *to, size_t cap)
{
	FILE *f = fopen(name, "rb");
	size_t n;

	if (f == NULL)
		err(1, "%s", name);
	n = fread(to, 1, cap, f);
	if (ferror(f) || n == cap)
		errx(1, "%s: cannot read", name);
	(void)fclose(f);
	return n;
}

static void
rest(int ms)
{
	(void)poll(NULL, 0, ms);
}

static void
cuts(const char *name)
{
	static uint8_t bytes[20000];
	size_t len = slurp(name, bytes, sizeof(bytes));
	uint32_t n = len > 1 ? (uint32_t)len - 1 : 0;
	int *fds = callers(n);

	for (uint32_t i = 0; i < n; i++)
		if (!put(fds[i], bytes, i + 1))
			err(1, "%s", name);
	rest(GATHER_MS);
	for (uint32_t i = 0; i < n; i++) {
		(void)put(fds[i], bytes + i + 1, len - i - 1);
		close(fds[i]);
	}
	free(fds);
}

static void
crowd(uint32_t n, const char *name)
{
	uint8_t bytes[20000];
	size_t len = slurp(name, bytes, sizeof(bytes));
	int *fds = callers(n);

	for (uint32_t i = 0; i < n; i++) {
		memcpy(bytes + 8, &i, sizeof(i));
		if (!put(fds[i], bytes, len))
			err(1, "caller %lu", (unsigned long)i);
	}
	for (uint32_t i = 0; i < n; i++)
		close(fds[i]);
	free(fds);
}

/* Has the listener closed it?  What it sends would be a fault of its own. */
static bool
dropped(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, MSG_DONTWAIT);

	if (n > 0)
		errx(1, "the listener said something");
	return n == 0 || (errno != EAGAIN && errno != EINTR);
}

/* step_ms 0: silent. */
static void
linger(uint32_t n, int step_ms, const char *name)
{
	static uint8_t bytes[20000] = { 0 };
	size_t len = name != NULL ? slurp(name, bytes, sizeof(bytes)) : 0;
	int64_t start = clock_ms(), turn = start;
	int *fds = callers(n);
	uint32_t gone = 0;

	for (size_t at = 0; gone < n; rest(10)) {
		bool now = step_ms != 0 && at < len && clock_ms() >= turn;

		if (clock_ms() - start > GIVE_UP_MS)
			errx(1, "%lu of %lu are still connected",
			    (unsigned long)(n - gone), (unsigned long)n);
		for (uint32_t i = 0; i < n; i++) {
			if (fds[i] == -1 ||
			    (!dropped(fds[i]) &&
			        (!now || put(fds[i], bytes + at, 1))))
				continue;
			close(fds[i]);
			fds[i] = -1;
			gone++;
		}
		if (!now)
			continue;
		at++;
		turn += step_ms;
	}
	(void)printf("%lu dropped within %lld ms\n", (unsigned long)gone,
	    (long long)(clock_ms() - start));
	free(fds);
}

static void
reset(uint32_t n)
{
	const struct linger at_once = { .l_onoff = 1 };
	int *fds = callers(n);

	for (uint32_t i = 0; i < n; i++) {
		setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &at_once,
		    sizeof(at_once));
		close(fds[i]);
	}
	free(fds);
}

int
main(int argc, char *argv[])
{
	struct rlimit r;
	uint32_t n;

	if (argc < 4)
		errx(1, "usage: see the source");
	(void)getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &r);
	port = (uint16_t)atoi(argv[2]);
	n = (uint32_t)atoi(argv[3]);
	if (strcmp(argv[1], "cuts") == 0)
		for (int i = 3; i < argc; i++)
			cuts(argv[i]);
	else if (strcmp(argv[1], "crowd") == 0 && argc == 5)
		crowd(n, argv[4]);
	else if (strcmp(argv[1], "trickle") == 0 && argc == 6)
		linger(n, atoi(argv[4]), argv[5]);
	else if (strcmp(argv[1], "idle") == 0)
		linger(n, 0, NULL);
	else if (strcmp(argv[1], "reset") == 0)
		reset(n);
	else
		errx(1, "usage: see the source");
	return 0;
}
