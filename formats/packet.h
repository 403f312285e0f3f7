#ifndef PACKET_H
#define PACKET_H

/*
 * packet - the TCP segment in a captured packet.
 *
 * Sources: the link-layer header types of the tcpdump group (Ethernet, raw IP,
 * loopback, Linux cooked v1 and v2); IEEE 802.1Q and 802.1ad tags; RFC 791
 * (IPv4), RFC 8200 (IPv6 and its extension headers), RFC 9293 (TCP).  Network
 * byte order, but for the loopback header, which has the capturing machine's.
 *
 * Checksums are not looked at: where the network card computes them, a capture
 * has them wrong.  Keeps no pointer but into its input, allocates none.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_TAGS_MAX 4 /* VLAN tags, one in the other */
#define PACKET_EXTENSIONS_MAX 16

/* The link-layer header types we know, by their numbers in capture files. */
enum packet_link {
	PACKET_NULL = 0,
	PACKET_ETHERNET = 1,
	PACKET_RAW_BSD = 12, /* the number of raw IP in some systems */
	PACKET_RAW_OPENBSD = 14,
	PACKET_RAW = 101,
	PACKET_LOOP = 108,
	PACKET_SLL = 113,
	PACKET_IPV4 = 228,
	PACKET_IPV6 = 229,
	PACKET_SLL2 = 276
};

enum { PACKET_FIN = 1, PACKET_SYN = 2, PACKET_RST = 4 };

struct packet_end {
	uint8_t address[16]; /* of IPv4 the first four, the others 0 */
	uint16_t port;
};

struct packet {
	bool ipv6;
	struct packet_end from, to;
	uint32_t seq;
	uint8_t flags;
	const uint8_t *data; /* borrowed from the packet's bytes */
	size_t len;
	size_t missing; /* bytes after these that the capture left out */
};

enum packet_is {
	PACKET_TCP,
	PACKET_OTHER,    /* something else, and whole */
	PACKET_FRAGMENT, /* a part of an IP packet: not put together */
	PACKET_CUT,      /* its headers are not all there, or contradict */
};

bool packet_link_known(int link);

/* *p is filled for PACKET_TCP only. */
enum packet_is packet_get(struct packet *p, int link, const uint8_t *bytes,
    size_t len);

#endif
