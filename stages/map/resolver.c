#include "map/resolver.h"

#include <arpa/inet.h>
#include <err.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sysexits.h>

#include <ares.h>

#define NAMESERVER_PORT 53

/* A server that is there answers within this, twice at most. */
#define QUERY_MS 2000
#define QUERY_TRIES 2

/* RFC 1035 3.2 */
enum { CLASS_IN = 1, TYPE_PTR = 12 };

struct resolver {
	ares_channel channel;
	size_t busy;
};

struct lookup {
	struct resolver *resolver;
	struct address address;
	char fqdn[DOMAIN_TEXT];
	resolver_fn *fn;
	void *arg;
};

/* Ends the lookup; fqdn or why is NULL. */
static void
resolver_answer(struct lookup *l, const char *fqdn, const char *why)
{
	l->resolver->busy--;
	l->fn(l->arg, fqdn, why);
	free(l);
}

static const void *
raw_address(const struct sockaddr *sa)
{
	const void *in = sa;

	if (sa->sa_family == AF_INET6)
		return &((const struct sockaddr_in6 *)in)->sin6_addr;
	return &((const struct sockaddr_in *)in)->sin_addr;
}

static int
raw_len(int family)
{
	return family == AF_INET6 ? 16 : 4;
}

/* --- the way back: the name has the address ------------------------------ */

static bool
has_address(const struct ares_addrinfo *all, const struct address *a)
{
	const struct sockaddr *ours = (const void *)&a->at;

	for (const struct ares_addrinfo_node *n = all->nodes; n != NULL;
	     n = n->ai_next)
		if (n->ai_family == ours->sa_family &&
		    memcmp(raw_address(n->ai_addr), raw_address(ours),
		        (size_t)raw_len(n->ai_family)) == 0)
			return true;
	return false;
}

static void
took_forward(void *arg, int status, int timeouts, struct ares_addrinfo *all)
{
	struct lookup *l = arg;
	bool agrees = status == ARES_SUCCESS && has_address(all, &l->address);
	char why[DOMAIN_TEXT + 80];

	(void)timeouts;
	if (all != NULL)
		ares_freeaddrinfo(all);
	if (agrees) {
		resolver_answer(l, l->fqdn, NULL);
		return;
	}
	(void)snprintf(why, sizeof(why), "DNS names it %s, but %s%s", l->fqdn,
	    status == ARES_SUCCESS ? "that name has another address"
	                           : "does not answer for that name: ",
	    status == ARES_SUCCESS ? "" : ares_strerror(status));
	resolver_answer(l, NULL, why);
}

static void
ask_forward(struct lookup *l)
{
	const struct ares_addrinfo_hints hints = {
		.ai_family = l->address.at.ss_family,
		.ai_flags = ARES_AI_NOSORT,
	};

	ares_getaddrinfo(l->resolver->channel, l->fqdn, NULL, &hints,
	    took_forward, l);
}

/* --- the way there: the address has one name ------------------------------ */

/* Is it a name that DNS may vouch for?  "localhost" and what is below it is
 * answered without asking (RFC 6761 6.3). */
static int
take_name(struct lookup *l, const char *name, struct fault *f)
{
	static const char local[] = ".localhost";
	size_t len;

	if (domain_parse(l->fqdn, name, strlen(name), f) == -1)
		return -1;
	len = strlen(l->fqdn);
	if (len >= sizeof(local) - 1 &&
	    strcmp(l->fqdn + len - (sizeof(local) - 1), local) == 0)
		return fault_set(f, 0, "names every machine itself");
	return 0;
}

/* All PTR records in one answer: the first and its aliases. */
static bool
one_name(const struct hostent *h)
{
	for (char **alias = h->h_aliases; alias != NULL && *alias != NULL;
	     alias++)
		if (strcasecmp(*alias, h->h_name) != 0)
			return false;
	return true;
}

static void
took_names(struct lookup *l, const struct hostent *h)
{
	struct fault f;
	char why[sizeof(f.why) + 64];

	if (!one_name(h)) {
		resolver_answer(l, NULL, "DNS has several names for it");
	} else if (take_name(l, h->h_name, &f) == -1) {
		(void)snprintf(why, sizeof(why),
		    "DNS has no full name for it: %s", f.why);
		resolver_answer(l, NULL, why);
	} else {
		ask_forward(l);
	}
}

static void
took_reverse(void *arg, int status, int timeouts, unsigned char *reply, int len)
{
	struct lookup *l = arg;
	const struct sockaddr *sa = (const void *)&l->address.at;
	struct hostent *h = NULL;
	char why[128];

	(void)timeouts;
	if (status == ARES_SUCCESS)
		status = ares_parse_ptr_reply(reply, len, raw_address(sa),
		    raw_len(sa->sa_family), sa->sa_family, &h);
	if (status == ARES_SUCCESS) {
		took_names(l, h);
	} else if (status == ARES_ENOTFOUND || status == ARES_ENODATA) {
		resolver_answer(l, NULL, "DNS has no name for it");
	} else {
		(void)snprintf(why, sizeof(why), "DNS does not answer: %s",
		    ares_strerror(status));
		resolver_answer(l, NULL, why);
	}
	if (h != NULL)
		ares_free_hostent(h);
}

/* RFC 1035 3.5 and RFC 3596 2.5: the digits from the last to the first. */
#define REVERSE_NAME 80

static void
reverse_name(char to[REVERSE_NAME], const struct sockaddr *sa)
{
	const uint8_t *raw = raw_address(sa);
	size_t len = 0;

	if (sa->sa_family == AF_INET) {
		(void)snprintf(to, REVERSE_NAME, "%u.%u.%u.%u.in-addr.arpa",
		    raw[3], raw[2], raw[1], raw[0]);
		return;
	}
	for (int i = 15; i >= 0; i--)
		len += (size_t)snprintf(to + len, REVERSE_NAME - len, "%x.%x.",
		    raw[i] & 15, raw[i] >> 4);
	(void)snprintf(to + len, REVERSE_NAME - len, "ip6.arpa");
}

void
resolver_name(struct resolver *r, const struct address *a, resolver_fn *fn,
    void *arg)
{
	struct lookup *l = calloc(1, sizeof(*l));
	char name[REVERSE_NAME];

	if (l == NULL)
		err(EX_OSERR, "memory");
	l->resolver = r;
	l->address = *a;
	l->fn = fn;
	l->arg = arg;
	r->busy++;
	reverse_name(name, (const void *)&a->at);
	ares_query(r->channel, name, CLASS_IN, TYPE_PTR, took_reverse, l);
}

/* --- the addresses of a name ---------------------------------------------- */

struct addresses_lookup {
	struct resolver *resolver;
	resolver_addresses_fn *fn;
	void *arg;
};

static enum resolver_end
resolver_end_of(int status)
{
	if (status == ARES_SUCCESS)
		return RESOLVER_FOUND;
	return status == ARES_ENOTFOUND || status == ARES_ENODATA
	    ? RESOLVER_NONE
	    : RESOLVER_SILENT;
}

static void
took_addresses(void *arg, int status, int timeouts, struct ares_addrinfo *all)
{
	struct address found[RESOLVER_ADDRESSES];
	struct addresses_lookup *l = arg;
	size_t n = 0;

	(void)timeouts;
	for (const struct ares_addrinfo_node *i = all != NULL ? all->nodes
	                                                      : NULL;
	     i != NULL && n < RESOLVER_ADDRESSES; i = i->ai_next) {
		memset(&found[n], 0, sizeof(found[n]));
		memcpy(&found[n].at, i->ai_addr, i->ai_addrlen);
		found[n++].len = i->ai_addrlen;
	}
	if (all != NULL)
		ares_freeaddrinfo(all);
	if (status == ARES_SUCCESS && n == 0)
		status = ARES_ENODATA;
	l->resolver->busy--;
	l->fn(l->arg, resolver_end_of(status), found, n,
	    status != ARES_SUCCESS ? ares_strerror(status) : "");
	free(l);
}

void
resolver_addresses(struct resolver *r, const char *name,
    resolver_addresses_fn *fn, void *arg)
{
	const struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC,
		.ai_flags = ARES_AI_NOSORT };
	struct addresses_lookup *l = calloc(1, sizeof(*l));

	if (l == NULL)
		err(EX_OSERR, "memory");
	l->resolver = r;
	l->fn = fn;
	l->arg = arg;
	r->busy++;
	ares_getaddrinfo(r->channel, name, NULL, &hints, took_addresses, l);
}

/* --- the loop ------------------------------------------------------------- */

struct resolver *
resolver_new(const char *servers, struct fault *f)
{
	struct ares_options options = {
		.flags = ARES_FLAG_NOSEARCH,
		.timeout = QUERY_MS,
		.tries = QUERY_TRIES,
		.lookups = (char[]){ "b" },
		.ndomains = 0, /* ares_getaddrinfo minds no NOSEARCH */
	};
	struct resolver *r = calloc(1, sizeof(*r));
	int rc;

	if (r == NULL)
		err(EX_OSERR, "memory");
	rc = ares_library_init(ARES_LIB_INIT_ALL);
	if (rc == ARES_SUCCESS)
		rc = ares_init_options(&r->channel, &options,
		    ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
		        ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS);
	if (rc != ARES_SUCCESS) {
		(void)fault_set(f, 0, "%s", ares_strerror(rc));
		free(r);
		return NULL;
	}
	if (servers != NULL)
		rc = ares_set_servers_ports_csv(r->channel, servers);
	if (rc != ARES_SUCCESS) {
		(void)fault_set(f, 0,
		    "not an address of a name server: %s (expected such as "
		    "192.0.2.53:53)",
		    ares_strerror(rc));
		resolver_free(r);
		return NULL;
	}
	return r;
}

void
resolver_ports(const struct resolver *r, void (*fn)(uint16_t port))
{
	struct ares_addr_port_node *servers;

	if (ares_get_servers_ports(r->channel, &servers) != ARES_SUCCESS)
		err(EX_OSERR, "name servers");
	/* As the system has them, they come with port 0. */
	for (struct ares_addr_port_node *s = servers; s != NULL; s = s->next)
		fn(s->tcp_port != 0 ? (uint16_t)s->tcp_port : NAMESERVER_PORT);
	ares_free_data(servers);
}

void
resolver_free(struct resolver *r)
{
	if (r == NULL)
		return;
	ares_destroy(r->channel);
	ares_library_cleanup();
	free(r);
}

size_t
resolver_busy(const struct resolver *r)
{
	return r->busy;
}

/* What the channel waits for, as poll(2) wants it; how many. */
static nfds_t
sockets_of(struct resolver *r, struct pollfd fds[ARES_GETSOCK_MAXNUM])
{
	ares_socket_t socks[ARES_GETSOCK_MAXNUM];
	unsigned bits =
	    (unsigned)ares_getsock(r->channel, socks, ARES_GETSOCK_MAXNUM);
	nfds_t n = 0;

	for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
		bool reads = (bits >> i & 1) != 0;
		bool writes = (bits >> (i + ARES_GETSOCK_MAXNUM) & 1) != 0;

		if (!reads && !writes)
			continue;
		fds[n].fd = socks[i];
		fds[n].events =
		    (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
		n++;
	}
	return n;
}

void
resolver_turn(struct resolver *r, int timeout_ms)
{
	struct pollfd fds[ARES_GETSOCK_MAXNUM];
	struct timeval most = { timeout_ms / 1000, timeout_ms % 1000 * 1000 };
	struct timeval next, *wait = ares_timeout(r->channel, &most, &next);
	nfds_t n = sockets_of(r, fds);
	int ms = (int)(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000);

	if (poll(fds, n, ms) <= 0) {
		ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
		return;
	}
	for (nfds_t i = 0; i < n; i++)
		if (fds[i].revents != 0)
			ares_process_fd(r->channel,
			    fds[i].revents & (POLLIN | POLLERR | POLLHUP)
			        ? fds[i].fd
			        : ARES_SOCKET_BAD,
			    fds[i].revents & POLLOUT ? fds[i].fd
			                             : ARES_SOCKET_BAD);
}

void
resolver_cancel(struct resolver *r)
{
	ares_cancel(r->channel);
}
