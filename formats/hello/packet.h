#ifndef PACKET_H
#define PACKET_H

/*
 * packet - the TCP segment in a captured packet.
 *
 * Sources: the link-layer header types of the tcpdump group (Ethernet, raw IP,
 * loopback, PPP, Linux cooked v1 and v2); IEEE 802.1Q and 802.1ad tags, 802.2
 * LLC with SNAP (RFC 1042); RFC 3032 (MPLS) and 4385 (Ethernet over it), RFC
 * 2516 and 1661 (PPPoE, PPP), RFC 2784, 2890 and 7637 (GRE, Ethernet in it),
 * ERSPAN as draft-foschiano-erspan has it, RFC 7348 (VXLAN), RFC 8926 (GENEVE),
 * RFC 2003 and 4213 (IP in IP); RFC 791 (IPv4), RFC 8200 (IPv6 and its
 * extension headers), RFC 9293 (TCP).  Network byte order, but for the loopback
 * header, which has the capturing machine's.
 *
 * Checksums are not looked at: where the network card computes them, a capture
 * has them wrong.  Keeps no pointer but into its input, allocates none.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_TAGS_MAX 4 /* VLAN tags, one in the other */
#define PACKET_EXTENSIONS_MAX 16
#define PACKET_LABELS_MAX 8 /* of MPLS, one after the other */
#define PACKET_DEPTH_MAX 8  /* headers of packets, one in the other */

/* The link-layer header types we know, by their numbers in capture files. */
enum packet_link {
	PACKET_NULL = 0,
	PACKET_ETHERNET = 1,
	PACKET_PPP = 9,
	PACKET_RAW_BSD = 12, /* the number of raw IP in some systems */
	PACKET_RAW_OPENBSD = 14,
	PACKET_PPP_SERIAL = 50,
	PACKET_PPPOE = 51,
	PACKET_RAW = 101,
	PACKET_LOOP = 108,
	PACKET_SLL = 113,
	PACKET_IPV4 = 228,
	PACKET_IPV6 = 229,
	PACKET_SLL2 = 276
};

enum { PACKET_FIN = 1, PACKET_SYN = 2, PACKET_RST = 4 };

/* What may carry a segment that we cannot get at. */
enum packet_shell {
	PACKET_NESTED, /* too many headers, one in the other */
	PACKET_MPLS,   /* with something else than IP or Ethernet */
	PACKET_PPP_IN, /* compressed, encrypted or in several links */
	PACKET_GRE,
	PACKET_ERSPAN,
	PACKET_VXLAN,
	PACKET_GENEVE,
	PACKET_MACSEC,
	PACKET_IPSEC,
	PACKET_L2TP,
	PACKET_CAPWAP,
	PACKET_TZSP,
	PACKET_BRIDGED, /* provider backbone, FabricPath, TRILL */
	PACKET_NSHELLS
};

struct packet_end {
	uint8_t address[16]; /* of IPv4 the first four, the others 0 */
	uint16_t port;
};

struct packet {
	enum packet_shell shell; /* for PACKET_UNREAD */
	unsigned depth;          /* headers looked through so far */
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
	PACKET_UNREAD,   /* it may be inside, but we cannot look there */
	PACKET_FRAGMENT, /* a part of an IP packet: not put together */
	PACKET_CUT,      /* its headers are not all there, or contradict */
};

bool packet_link_known(int link);

/* As people call it. */
const char *packet_shell_name(enum packet_shell shell);

/* *p is filled for PACKET_TCP only; its shell for PACKET_UNREAD. */
enum packet_is packet_get(struct packet *p, int link, const uint8_t *bytes,
    size_t len);

#endif
