#ifndef TCPFLOW_H
#define TCPFLOW_H

/*
 * tcpflow - what one side of each TCP connection in a capture said, put
 * together from segments in any order, repeated and overlapping (RFC 9293).
 * Of bytes that came twice the first ones count.
 *
 * A flow is told when it ended: by its FIN with all bytes before it, by a
 * reset, by a new connection between the same two ports, by the end of the
 * capture, or when there is no more room and it was quiet for longest.  The
 * memory has a ceiling, whatever the capture has.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hello/packet.h"

/* Segments of one flow that are kept until it is put together. */
#define TCPFLOW_SEGMENTS 1024

enum tcpflow_how {
	TCPFLOW_CLOSED,  /* its FIN came, and all before it */
	TCPFLOW_RESET,   /* either side ended it */
	TCPFLOW_REFUSED, /* the other side did not take the connection */
	TCPFLOW_OPEN,    /* no end of it was seen */
};

struct tcpflow {
	bool ipv6;
	struct packet_end from, to;
	enum tcpflow_how how;
	bool began;           /* its SYN was captured */
	bool hole;            /* more came, behind bytes that did not */
	bool contradicted;    /* bytes that came twice were not the same */
	const uint8_t *bytes; /* from the beginning to the first hole */
	size_t len;
	/* Of the packet that brought the last of these bytes, or of the first
	 * packet when there are none: when, and which one. */
	int64_t at_us;
	uint64_t number;
};

/* Everything it points to is valid during the call only. */
typedef void tcpflow_fn(const struct tcpflow *f, void *arg);

struct tcpflows;

/*
 * At most nflows at a time with keep bytes each, and memory bytes for all of
 * them; what a flow says beyond that is a hole.  memory is 2 * keep or more.
 * seed is random: nobody can foresee which flows share a chain.
 * fn is called from tcpflows_take and tcpflows_end.  NULL out of memory.
 */
struct tcpflows *tcpflows_new(size_t nflows, size_t keep, size_t memory,
    uint64_t seed, tcpflow_fn *fn, void *arg);
void tcpflows_free(struct tcpflows *t); /* accepts NULL */

/*
 * One segment of the side that is listened to.  0, or -1 out of memory and
 * the segment is forgotten.
 */
int tcpflows_take(struct tcpflows *t, const struct packet *p, int64_t at_us,
    uint64_t number);

/* One of the other side: a reset ends the flow. */
void tcpflows_reply(struct tcpflows *t, const struct packet *p);

/* The capture is over: tells all flows that are left, oldest first. */
void tcpflows_end(struct tcpflows *t);

#endif
