#ifndef ADDRESS_H
#define ADDRESS_H

/*
 * address - an IP address with a port, as text on command lines, in messages
 * and in records: 192.0.2.7:9971, [2001:db8::7]:9971.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/fault.h"

#define ADDRESS_HOST 80 /* an IPv6 address with its zone, and the NUL */
#define ADDRESS_TEXT (ADDRESS_HOST + 8)

struct address {
	struct sockaddr_storage at;
	socklen_t len;
};

/*
 * Reads ADDRESS:PORT, the port 0 - 65535.  names: a host name may stand for
 * the address; it is looked up, so before stage_confine.  0, or -1 with *f
 * filled.
 */
int address_parse(struct address *a, const char *text, bool names,
    struct fault *f);

/* An address alone, port 0; never a name. */
int address_parse_host(struct address *a, const char *text, struct fault *f);

/* The address alone.  IPv4 mapped into IPv6 is shown as IPv4. */
void address_host(char to[ADDRESS_HOST], const struct address *a);

/* With its port. */
void address_format(char to[ADDRESS_TEXT], const struct address *a);

uint16_t address_port(const struct address *a);

#endif
