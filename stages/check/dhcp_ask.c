#include "check/dhcp_ask.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/random.h"

#define AGAIN_MS 1000
#define OTHERS_MS 1000
#define SERVERS_MAX 16
#define DATAGRAMS_MAX 1000 /* whatever is sent to us */

/* Who has answered; one that answers each question does so once. */
struct asking {
	uint32_t server[SERVERS_MAX];
	unsigned n;
};

static int __attribute__((format(printf, 2, 3)))
ask_fail(struct dhcp_ask *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(a->why, sizeof(a->why), fmt, ap);
	va_end(ap);
	if (a->fd != -1)
		(void)close(a->fd);
	a->fd = -1;
	return -1;
}

/* Its address and its MAC. */
static int
interface_read(struct dhcp_ask *a)
{
	struct ifreq r = { 0 };
	struct sockaddr_in in;

	(void)snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", a->interface);
	if (ioctl(a->fd, SIOCGIFHWADDR, &r) == -1)
		return ask_fail(a, "%s: %s", a->interface, strerror(errno));
	if (r.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return ask_fail(a, "%s: is no Ethernet", a->interface);
	memcpy(a->inform.mac, r.ifr_hwaddr.sa_data, sizeof(a->inform.mac));
	if (ioctl(a->fd, SIOCGIFADDR, &r) == -1)
		return ask_fail(a, "%s: has no IPv4 address", a->interface);
	memcpy(&in, &r.ifr_addr, sizeof(in));
	memcpy(a->inform.address, &in.sin_addr, sizeof(a->inform.address));
	return 0;
}

int
dhcp_ask_open(struct dhcp_ask *a, const char *interface)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_port = htons(DHCP_CLIENT_PORT) };
	const int on = 1;

	*a = (struct dhcp_ask){ .fd = -1 };
	if (strlen(interface) >= sizeof(a->interface))
		return ask_fail(a,
		    "the name of an interface has at most 15 "
		    "characters");
	(void)strcpy(a->interface, interface);
	a->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (a->fd == -1)
		return ask_fail(a, "%s", strerror(errno));
	if (interface_read(a) == -1)
		return -1;
	/* Beside a DHCP client of this host, where that lets us. */
	if (setsockopt(a->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ==
	        -1 ||
	    setsockopt(a->fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) ==
	        -1 ||
	    setsockopt(a->fd, SOL_SOCKET, SO_BINDTODEVICE, a->interface,
	        (socklen_t)strlen(a->interface)) == -1)
		return ask_fail(a, "%s: %s", a->interface, strerror(errno));
	if (bind(a->fd, (const void *)&here, sizeof(here)) == -1)
		return ask_fail(a, "port %d: %s%s", DHCP_CLIENT_PORT,
		    strerror(errno),
		    errno == EACCES
		        ? "; DHCP is asked by root"
		        : "; name the lease of this host's client with --lease");
	random_bytes(&a->inform.xid, sizeof(a->inform.xid));
	return 0;
}

static void
inform_send(const struct dhcp_ask *a)
{
	const struct sockaddr_in all = { .sin_family = AF_INET,
		.sin_port = htons(DHCP_SERVER_PORT),
		.sin_addr.s_addr = htonl(INADDR_BROADCAST) };
	uint8_t data[DHCP_MAX];
	struct writer w = { .base = data, .cap = sizeof(data) };

	/* What does not get out is not answered, which is the finding. */
	if (dhcp_inform_encode(&w, &a->inform) == 0)
		(void)sendto(a->fd, data, w.len, 0, (const void *)&all,
		    sizeof(all));
}

/* Was it heard before?  Then not again. */
static bool
server_add(struct asking *k, uint32_t server)
{
	for (unsigned i = 0; i < k->n; i++)
		if (k->server[i] == server)
			return false;
	if (k->n == SERVERS_MAX)
		return false;
	k->server[k->n++] = server;
	return true;
}

static void
answer_take(const struct dhcp_ask *a, struct asking *k, dhcp_answered_fn *fn,
    void *arg)
{
	uint8_t data[DHCP_MAX];
	char server[INET_ADDRSTRLEN] = "";
	struct sockaddr_in from;
	socklen_t fromlen = sizeof(from);
	struct lease l;
	struct fault f;
	ssize_t n =
	    recvfrom(a->fd, data, sizeof(data), 0, (void *)&from, &fromlen);

	if (n <= 0 || fromlen < sizeof(from) ||
	    dhcp_reply_decode(&l, data, (size_t)n, &a->inform, &f) != 1 ||
	    !server_add(k, from.sin_addr.s_addr))
		return;
	(void)inet_ntop(AF_INET, &from.sin_addr, server, sizeof(server));
	fn(arg, server, &l);
}

unsigned
dhcp_ask(struct dhcp_ask *a, unsigned seconds, dhcp_answered_fn *fn, void *arg)
{
	int64_t now = clock_ms(), end = now + (int64_t)seconds * 1000;
	int64_t next = now;
	struct pollfd p = { .fd = a->fd, .events = POLLIN };
	struct asking k = { .n = 0 };

	for (int i = 0; i < DATAGRAMS_MAX && now < end; i++) {
		int64_t until;
		unsigned before = k.n;

		if (k.n == 0 && now >= next) {
			inform_send(a);
			next = now + AGAIN_MS;
		}
		until = k.n == 0 && next < end ? next : end;
		if (poll(&p, 1, (int)(until - now)) == 1)
			answer_take(a, &k, fn, arg);
		now = clock_ms();
		if (before == 0 && k.n != 0 && now + OTHERS_MS < end)
			end = now + OTHERS_MS;
	}
	(void)close(a->fd);
	a->fd = -1;
	return k.n;
}
