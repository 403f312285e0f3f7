/*
 * check-net - what machines meet on their way to the listener: its ports, and
 * the name ProvisionServer in their DNS domains.
 */
#include <err.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/domain.h"
#include "base/text.h"
#include "check/checkout.h"
#include "lib/address.h"
#include "lib/clock.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "map/resolver.h"

/* What machines ask for, in the domain that DHCP gives them: Intel AMT
 * Implementation and Reference Guide, "Provisioning Server". */
#define SERVER_NAME "provisionserver"

#define LISTEN_MAX 16 /* as site.conf */
#define LOCAL_MAX 256
#define ZONES_MAX 64
#define CONNECT_MS 2000
#define RESOLV_CONF "/etc/resolv.conf"

enum { OPT_SERVER = 1 };

struct net_check {
	struct address listen[LISTEN_MAX];
	size_t nlisten;
	struct address local[LOCAL_MAX]; /* of this host's interfaces */
	size_t nlocal;
	char zone[ZONES_MAX][DOMAIN_TEXT];
	size_t nzones;
	struct resolver *resolver; /* NULL: nobody to ask */
	int64_t deadline_ms;
	bool time_up;
	char swept[TEXT_TIME], until[TEXT_TIME]; /* for the next one, or "" */
};

struct zone_asked {
	struct net_check *n;
	char name[DOMAIN_TEXT + sizeof(SERVER_NAME)];
};

/* --- addresses ------------------------------------------------------------ */

static const void *
raw_of(const struct address *a, size_t *len)
{
	const void *in = &a->at;

	*len = a->at.ss_family == AF_INET6 ? 16 : 4;
	if (a->at.ss_family == AF_INET6)
		return &((const struct sockaddr_in6 *)in)->sin6_addr;
	return &((const struct sockaddr_in *)in)->sin_addr;
}

static bool
same_host(const struct address *a, const struct address *b)
{
	size_t len;
	const void *raw = raw_of(a, &len);

	return a->at.ss_family == b->at.ss_family &&
	    memcmp(raw, raw_of(b, &len), len) == 0;
}

static bool
is_any(const struct address *a)
{
	static const uint8_t none[16];
	size_t len;
	const void *raw = raw_of(a, &len);

	return memcmp(raw, none, len) == 0;
}

/* Machines are elsewhere: not 127.0.0.0/8, not ::1. */
static bool
is_loopback(const struct address *a)
{
	size_t len;
	const void *raw = raw_of(a, &len);

	return a->at.ss_family == AF_INET
	    ? ((const uint8_t *)raw)[0] == 127
	    : memcmp(raw, &in6addr_loopback, len) == 0;
}

/* Before the program is confined: the kernel is asked by another socket. */
static void
local_read(struct net_check *n)
{
	struct ifaddrs *all;

	if (getifaddrs(&all) == -1)
		err(EX_OSERR, "addresses of this host");
	for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		struct address *a = &n->local[n->nlocal];

		if (i->ifa_addr == NULL || n->nlocal == LOCAL_MAX ||
		    (i->ifa_addr->sa_family != AF_INET &&
		        i->ifa_addr->sa_family != AF_INET6))
			continue;
		a->len = i->ifa_addr->sa_family == AF_INET
		    ? sizeof(struct sockaddr_in)
		    : sizeof(struct sockaddr_in6);
		memcpy(&a->at, i->ifa_addr, a->len);
		if (!is_loopback(a))
			n->nlocal++;
	}
	freeifaddrs(all);
}

/* [::] takes IPv4 as well (ports.h). */
static bool
listens_on(const struct net_check *n, const struct address *at)
{
	for (size_t i = 0; i < n->nlisten; i++) {
		const struct address *l = &n->listen[i];

		if (!is_any(l) && same_host(l, at))
			return true;
		if (!is_any(l) ||
		    (l->at.ss_family == AF_INET && at->at.ss_family != AF_INET))
			continue;
		for (size_t k = 0; k < n->nlocal; k++)
			if (same_host(&n->local[k], at))
				return true;
	}
	return false;
}

/* --- the ports ------------------------------------------------------------ */

/* A connection that is closed at once; 0, or errno. */
static int
port_connect(const struct address *a)
{
	struct pollfd p = { .events = POLLOUT };
	socklen_t len = sizeof(int);
	int error = 0;

	p.fd = socket(a->at.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p.fd == -1)
		return errno;
	if (connect(p.fd, (const void *)&a->at, a->len) == -1)
		error = errno;
	if (error == EINPROGRESS) {
		error = ETIMEDOUT;
		if (poll(&p, 1, CONNECT_MS) == 1)
			(void)getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &error,
			    &len);
	}
	(void)close(p.fd);
	return error;
}

static void
port_check(const struct address *listen)
{
	struct address at = *listen;
	char text[ADDRESS_TEXT];
	void *in = &at.at;
	int error;

	address_format(text, listen);
	if (is_any(&at) && at.at.ss_family == AF_INET)
		((struct sockaddr_in *)in)->sin_addr.s_addr =
		    htonl(INADDR_LOOPBACK);
	else if (is_any(&at))
		((struct sockaddr_in6 *)in)->sin6_addr = in6addr_loopback;
	error = port_connect(&at);
	if (error != 0)
		checkout_found(CHECKCODE_PORT_CLOSED, "%s: %s", text,
		    strerror(error));
	else
		checkout_passed(CHECK_PORT, "%s takes connections", text);
}

/* --- DNS ------------------------------------------------------------------ */

/* Those of all, or of them only where this host listens. */
static void
hosts_text(const struct net_check *n, char *to, size_t cap,
    const struct address *all, size_t nall)
{
	size_t len = 0;

	to[0] = '\0';
	for (size_t i = 0; i < nall && len < cap; i++) {
		char host[ADDRESS_HOST];

		address_host(host, &all[i]);
		len += (size_t)snprintf(to + len, cap - len, "%s%s%s",
		    i == 0 ? "" : ", ", host,
		    listens_on(n, &all[i]) ? "" : " (not here)");
	}
}

/* resolver_addresses_fn */
static void
zone_answered(void *arg, enum resolver_end end, const struct address *all,
    size_t nall, const char *why)
{
	struct zone_asked *z = arg;
	char hosts[400];
	bool here = false;

	hosts_text(z->n, hosts, sizeof(hosts), all, nall);
	for (size_t i = 0; i < nall; i++)
		here |= listens_on(z->n, &all[i]);
	if (z->n->time_up)
		checkout_found(CHECKCODE_DNS_UNASKED, "%s: time is up",
		    z->name);
	else if (end == RESOLVER_SILENT)
		checkout_found(CHECKCODE_DNS_SILENT, "%s: %s", z->name, why);
	else if (end == RESOLVER_NONE)
		checkout_found(CHECKCODE_DNS_NONE, "%s: %s", z->name, why);
	else if (!here)
		checkout_found(CHECKCODE_DNS_OTHER, "%s has %s", z->name,
		    hosts);
	else
		checkout_passed(CHECK_DNS, "%s has %s", z->name, hosts);
	free(z);
}

static void
zone_ask(struct net_check *n, const char *zone)
{
	struct zone_asked *z = calloc(1, sizeof(*z));

	if (z == NULL)
		err(EX_OSERR, "memory");
	z->n = n;
	(void)snprintf(z->name, sizeof(z->name), "%s.%s", SERVER_NAME, zone);
	resolver_addresses(n->resolver, z->name, zone_answered, z);
}

static void
zones_check(struct net_check *n)
{
	if (n->resolver == NULL) {
		if (n->nzones != 0)
			checkout_found(CHECKCODE_DNS_UNASKED,
			    "there is no " RESOLV_CONF);
		return;
	}
	for (size_t i = 0; i < n->nzones; i++)
		zone_ask(n, n->zone[i]);
	while (resolver_busy(n->resolver) != 0 && !n->time_up) {
		int64_t left = n->deadline_ms - clock_ms();

		if (left > 0) {
			resolver_turn(n->resolver, (int)left);
			continue;
		}
		n->time_up = true;
		resolver_cancel(n->resolver);
	}
}

/* --- what came before us -------------------------------------------------- */

static void
fact_read(struct net_check *n, const char *fact, const char *value)
{
	if (strcmp(fact, "zone") == 0 && n->nzones < ZONES_MAX)
		(void)snprintf(n->zone[n->nzones++], DOMAIN_TEXT, "%s", value);
	else if (strcmp(fact, "swept") == 0)
		(void)snprintf(n->swept, sizeof(n->swept), "%s", value);
	else if (strcmp(fact, "until") == 0)
		(void)snprintf(n->until, sizeof(n->until), "%s", value);
}

/* Those that check-show shows. */
static void
facts_pass(const struct net_check *n)
{
	const char *const swept[] = { "swept", n->swept };
	const char *const until[] = { "until", n->until };
	struct stream_out out;

	stream_begin(&out, &kind_facts, false);
	if (n->swept[0] != '\0')
		stream_write(&out, swept);
	if (n->until[0] != '\0')
		stream_write(&out, until);
	stream_end(&out, 0);
}

static void
net_read(int fd, const char *name, void *arg)
{
	static const struct kind *const usual[] = { &kind_checks, &kind_facts };
	struct net_check *n = arg;
	struct stream_in in;
	struct record r;
	int got;

	stream_open(&in, fd, name);
	while ((got = stream_header(&in)) == 1) {
		stream_require(&in, usual, 2);
		while ((got = stream_next(&in, &r)) == 1)
			if (in.kind == &kind_checks)
				checkout_again(&r);
			else
				fact_read(n, r.field[FACTS_FACT],
				    r.field[FACTS_VALUE]);
		if (got == -1)
			break;
	}
	if (got == -1) /* said by the reader */
		exit(stage_status(EX_DATAERR));
	stream_close(&in);
}

static void
listen_option(struct net_check *n, const char *arg)
{
	struct fault f;

	if (n->nlisten == LISTEN_MAX)
		errx(EX_USAGE, "-l: more than %d addresses", LISTEN_MAX);
	if (address_parse(&n->listen[n->nlisten], arg, false, &f) == -1)
		errx(EX_USAGE, "-l: %s", f.why);
	stage_connects(address_port(&n->listen[n->nlisten++]));
}

/* Reads the system's settings: before the program is confined. */
static void
resolver_begin(struct net_check *n, const char *servers)
{
	struct fault f;

	if (servers == NULL && access(RESOLV_CONF, R_OK) == -1)
		return;
	n->resolver = resolver_new(servers, &f);
	if (n->resolver == NULL)
		stage_fail(servers != NULL ? EX_USAGE : EX_OSERR, "--server", 0,
		    "%s", f.why);
	resolver_ports(n->resolver, stage_connects);
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "server", required_argument, NULL, OPT_SERVER },
		{ NULL, 0, NULL, 0 },
	};
	static struct net_check n;
	const char *servers = NULL;
	uint64_t seconds = 10;
	int ch;

	stage_begin("[-l address:port ...] [--server address:port] "
	            "[-t seconds] [file ...]",
	    MAY_READ_FILES | MAY_CONNECT | MAY_USE_UDP);
	while ((ch = stage_getopt(argc, argv, "l:t:", longopts)) != -1)
		switch (ch) {
		case 'l':
			listen_option(&n, optarg);
			break;
		case 't':
			seconds = stage_number("-t", optarg, 1, 3600);
			break;
		case OPT_SERVER:
			servers = optarg;
			break;
		default:
			stage_usage();
		}
	local_read(&n);
	resolver_begin(&n, servers);
	stage_confine();
	checkout_begin();
	stage_each_input(argc, argv, net_read, &n);
	n.deadline_ms = clock_ms() + (int64_t)seconds * 1000;
	for (size_t i = 0; i < n.nlisten; i++)
		port_check(&n.listen[i]);
	/* Without LISTEN nobody knows where they should lead. */
	if (n.nlisten != 0)
		zones_check(&n);
	checkout_end();
	facts_pass(&n);
	resolver_free(n.resolver);
	return stage_end();
}
