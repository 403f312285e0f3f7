#ifndef PACKET_PARTS_H
#define PACKET_PARTS_H

/*
 * packet_parts - what packet.c, which knows the links, and packet_ip.c, which
 * knows what IP carries, have of each other: a tunnel has a whole packet in it.
 */
#include "base/cursor.h"
#include "hello/packet.h"

/* EtherTypes that both meet. */
enum {
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_ETHERNET = 0x6558, /* in GRE and GENEVE */
	TYPE_MPLS = 0x8847,
	TYPE_MPLS_MULTICAST = 0x8848,
	TYPE_PPPOE = 0x8864,
	TYPE_PPP = 0x880b,
	TYPE_ERSPAN = 0x88be, /* I and II */
	TYPE_ERSPAN_3 = 0x22eb,
};

enum packet_is packet_get_ip(struct packet *p, struct cursor *c);
enum packet_is packet_get_ethernet(struct packet *p, struct cursor *c);
/* What follows an EtherType, over any VLAN tags. */
enum packet_is packet_get_typed(struct packet *p, struct cursor *c,
    unsigned type);

static inline enum packet_is
packet_is_unread(struct packet *p, enum packet_shell shell)
{
	p->shell = shell;
	return PACKET_UNREAD;
}

static inline uint16_t
packet_u16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	return p != NULL ? (uint16_t)((unsigned)p[0] << 8 | p[1]) : 0;
}

static inline uint32_t
packet_u32(struct cursor *c)
{
	uint32_t high = packet_u16(c);

	return high << 16 | packet_u16(c);
}

#endif
