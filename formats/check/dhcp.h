#ifndef DHCP_H
#define DHCP_H

/*
 * dhcp - a DHCPINFORM, which asks for what a network tells its machines and
 * leases nothing, and the answer to it.
 * Sources: RFC 2131 (messages, 4.3.5), RFC 2132 (options; 9.3 overload), RFC
 * 3396 (an option in several parts).  Network order.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/writer.h"
#include "check/lease.h"

#define DHCP_SERVER_PORT 67
#define DHCP_CLIENT_PORT 68
#define DHCP_MAX 1500 /* of a datagram */

struct dhcp_inform {
	uint32_t xid;
	uint8_t address[4]; /* of the interface, which it has */
	uint8_t mac[6];
};

/* 0, or -1 when it does not fit. */
int dhcp_inform_encode(struct writer *w, const struct dhcp_inform *q);

/*
 * An answer to it: its domain in l, or none.  1; 0 when it answers something
 * else; -1 with *f when it is no message of DHCP.
 */
int dhcp_reply_decode(struct lease *l, const uint8_t *data, size_t len,
    const struct dhcp_inform *q, struct fault *f);

#endif
