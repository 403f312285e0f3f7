#include "lib/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static int
look_up(struct address *a, const char *host, const char *port, int flags,
    struct fault *f)
{
	const struct addrinfo hints = { .ai_flags = flags | AI_NUMERICSERV,
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char shown[64];
	int rc = getaddrinfo(host, port, &hints, &found);

	if (rc == 0) {
		memcpy(&a->at, found->ai_addr, found->ai_addrlen);
		a->len = found->ai_addrlen;
		freeaddrinfo(found);
		return 0;
	}
	text_show(shown, sizeof(shown), host, strlen(host));
	if (flags & AI_NUMERICHOST)
		return fault_set(f, 0,
		    "not an IPv4 or IPv6 address (got \"%s\")", shown);
	return fault_set(f, 0, "cannot look up \"%s\": %s", shown,
	    gai_strerror(rc));
}

int
address_parse(struct address *a, const char *text, bool names, struct fault *f)
{
	const char *colon = strrchr(text, ':');
	char host[256], shown[64];
	uint64_t port;
	size_t n = colon != NULL ? (size_t)(colon - text) : 0;

	text_show(shown, sizeof(shown), text, strlen(text));
	if (n == 0 || n >= sizeof(host))
		return fault_set(f, 0,
		    "not an address with a port (got \"%s\", expected such "
		    "as 192.0.2.1:9971 or [::1]:9971)",
		    shown);
	if (text_number(&port, colon + 1, UINT16_MAX) == -1)
		return fault_set(f, 0,
		    "not a port (got \"%s\", expected 0 to 65535 after the "
		    "colon)",
		    shown);
	if (text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
		names = false;
	} else if (memchr(text, ':', n) != NULL)
		return fault_set(f, 0,
		    "an IPv6 address with a port must be in brackets (got "
		    "\"%s\", expected such as [::1]:9971)",
		    shown);
	memcpy(host, text, n);
	host[n] = '\0';
	return look_up(a, host, colon + 1, names ? 0 : AI_NUMERICHOST, f);
}

int
address_parse_host(struct address *a, const char *text, struct fault *f)
{
	return look_up(a, text, "0", AI_NUMERICHOST, f);
}

uint16_t
address_port(const struct address *a)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (a->at.ss_family == AF_INET) {
		memcpy(&in, &a->at, sizeof(in));
		return ntohs(in.sin_port);
	}
	memcpy(&in6, &a->at, sizeof(in6));
	return ntohs(in6.sin6_port);
}

void
address_host(char to[ADDRESS_HOST], const struct address *a)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	size_t n;

	if (a->at.ss_family == AF_INET) {
		memcpy(&in, &a->at, sizeof(in));
		(void)inet_ntop(AF_INET, &in.sin_addr, to, ADDRESS_HOST);
		return;
	}
	memcpy(&in6, &a->at, sizeof(in6));
	if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
		(void)inet_ntop(AF_INET, &in6.sin6_addr.s6_addr[12], to,
		    ADDRESS_HOST);
		return;
	}
	(void)inet_ntop(AF_INET6, &in6.sin6_addr, to, ADDRESS_HOST);
	/* A link-local address means nothing without its link. */
	n = strlen(to);
	if (in6.sin6_scope_id != 0)
		(void)snprintf(to + n, ADDRESS_HOST - n, "%%%lu",
		    (unsigned long)in6.sin6_scope_id);
}

void
address_format(char to[ADDRESS_TEXT], const struct address *a)
{
	char host[ADDRESS_HOST], port[TEXT_DECIMAL];
	bool six;

	address_host(host, a);
	(void)text_decimal(port, address_port(a));
	six = strchr(host, ':') != NULL;
	to = stpcpy(stpcpy(to, six ? "[" : ""), host);
	(void)stpcpy(stpcpy(to, six ? "]:" : ":"), port);
}
