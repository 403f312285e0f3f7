#ifndef HELLOCAP_H
#define HELLOCAP_H

/*
 * hellocap - the connections of a capture that are hellos, or should be.
 */
#include <stddef.h>
#include <stdint.h>

#include "hello/tcpflow.h"

struct hellocap_count {
	uint64_t packets;
	uint64_t segments;  /* to the port */
	uint64_t fragments; /* of IP packets, which are not put together */
	uint64_t cut;       /* packets whose headers are incomplete */
	uint64_t unknown;   /* packets of a link we cannot read */
	int link;           /* the last such */
	uint64_t unread[PACKET_NSHELLS]; /* they may have had hellos inside */
};

/* As capture_read, with the flows to this port (0: to any). */
void hellocap_read(int fd, const char *name, const uint8_t *start, size_t len,
    uint16_t port, struct hellocap_count *count, tcpflow_fn *fn, void *arg);

#endif
