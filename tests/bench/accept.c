/*
 * accept - the least a hello listener can do: accept, read, close.  What
 * bench measures the real one against.  Ends after count
 * connections, or after 60 seconds.
 *
 *	accept port count
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int
listen_on(uint16_t port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == -1 ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1 ||
	    listen(fd, 4096) == -1)
		err(1, "port %u", port);
	return fd;
}

int
main(int argc, char *argv[])
{
	char buf[1024];
	int listener;
	long count;

	if (argc != 3)
		errx(64, "usage: accept port count");
	listener = listen_on((uint16_t)strtoul(argv[1], NULL, 10));
	count = strtol(argv[2], NULL, 10);
	alarm(60);
	(void)printf("ready\n");
	(void)fflush(stdout);
	for (long n = 0; n < count; n++) {
		int fd = accept(listener, NULL, NULL);

		if (fd == -1)
			err(1, "accept");
		while (read(fd, buf, sizeof(buf)) > 0)
			;
		close(fd);
	}
	return 0;
}
