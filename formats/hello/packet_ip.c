/*
 * packet_ip - what an IP packet carries: a TCP segment, or another packet in a
 * tunnel.
 */
#include "hello/packet_parts.h"

enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

/* --- TCP ----------------------------------------------------------------- */

/* c is over what was captured of the segment, whole of its length. */
static enum packet_is
get_tcp(struct packet *p, struct cursor *c, size_t whole)
{
	size_t head;

	p->from.port = packet_u16(c);
	p->to.port = packet_u16(c);
	p->seq = packet_u32(c);
	(void)packet_u32(c); /* acknowledgement */
	head = (size_t)(cursor_u8(c) >> 4) * 4;
	p->flags = cursor_u8(c);
	(void)cursor_take(c, 6); /* window, checksum, urgent pointer */
	if (head < 20)
		return PACKET_CUT;
	(void)cursor_take(c, head - 20); /* options */
	if (c->why != NULL || head > whole)
		return PACKET_CUT;
	p->len = cursor_left(c);
	p->data = cursor_take(c, p->len);
	p->missing = whole - head - p->len;
	return PACKET_TCP;
}

/* --- what travels in UDP and IP ------------------------------------------ */

/* RFC 7348, 5: a flag, reserved bits, the network's number. */
static enum packet_is
get_vxlan(struct packet *p, struct cursor *c)
{
	unsigned flags = cursor_u8(c);

	(void)cursor_take(c, 7);
	if (c->why != NULL)
		return PACKET_CUT;
	return flags == 8 ? packet_get_ethernet(p, c)
	                  : packet_is_unread(p, PACKET_VXLAN);
}

/* RFC 8926, 3.4 */
static enum packet_is
get_geneve(struct packet *p, struct cursor *c)
{
	unsigned first = cursor_u8(c), type;

	(void)cursor_u8(c);
	type = packet_u16(c);
	(void)packet_u32(c);
	(void)cursor_take(c, (size_t)(first & 63) * 4);
	if (c->why != NULL)
		return PACKET_CUT;
	if (first >> 6 != 0)
		return packet_is_unread(p, PACKET_GENEVE);
	return packet_get_typed(p, c, type);
}

static enum packet_is
get_udp(struct packet *p, struct cursor *c)
{
	unsigned port;

	(void)packet_u16(c);
	port = packet_u16(c);
	(void)packet_u32(c); /* length, checksum */
	if (c->why != NULL)
		return PACKET_CUT;
	switch (port) {
	case 4789:
	case 8472: /* Linux' own, from before there was a number */
		return get_vxlan(p, c);
	case 4790: /* with another header */
		return packet_is_unread(p, PACKET_VXLAN);
	case 6081:
		return get_geneve(p, c);
	case 1701:
		return packet_is_unread(p, PACKET_L2TP);
	case 4500:
		return packet_is_unread(p, PACKET_IPSEC);
	case 5247:
		return packet_is_unread(p, PACKET_CAPWAP);
	case 37008:
		return packet_is_unread(p, PACKET_TZSP);
	default:
		return PACKET_OTHER;
	}
}

/* A header of 8 or 12 bytes before the frame; version I has none, and then GRE
 * has no sequence number. */
static enum packet_is
get_erspan(struct packet *p, struct cursor *c, unsigned type, bool numbered)
{
	size_t left = type == TYPE_ERSPAN_3 ? 12 : numbered ? 8 : 0;
	const uint8_t *head = cursor_take(c, left);

	if (head == NULL && left != 0)
		return PACKET_CUT;
	if (type == TYPE_ERSPAN_3 && (head[11] & 1) != 0)
		(void)cursor_take(c, 8); /* of the platform */
	return packet_get_ethernet(p, c);
}

static enum packet_is
get_gre(struct packet *p, struct cursor *c)
{
	unsigned flags = packet_u16(c), type = packet_u16(c);

	if ((flags & 0x8000) != 0)
		(void)packet_u32(c); /* checksum */
	if ((flags & 0x2000) != 0)
		(void)packet_u32(c); /* key */
	if ((flags & 0x1000) != 0)
		(void)packet_u32(c); /* sequence number */
	if (c->why != NULL)
		return PACKET_CUT;
	/* source routes (RFC 1701), and the GRE of PPTP (RFC 2637) */
	if ((flags & 0x4007) != 0)
		return packet_is_unread(p, PACKET_GRE);
	if (type == TYPE_ERSPAN || type == TYPE_ERSPAN_3)
		return get_erspan(p, c, type, (flags & 0x1000) != 0);
	if (type == TYPE_IPV4 || type == TYPE_IPV6 || type == TYPE_ETHERNET ||
	    type == TYPE_MPLS)
		return packet_get_typed(p, c, type);
	return packet_is_unread(p, PACKET_GRE);
}

static enum packet_is
get_other(struct packet *p, struct cursor *c, int protocol)
{
	switch (protocol) {
	case 4: /* IPv4 and IPv6 in IP */
	case 41:
		return packet_get_ip(p, c);
	case PROTOCOL_UDP:
		return get_udp(p, c);
	case 47:
		return get_gre(p, c);
	case 50: /* encrypted */
	case 51: /* in IPv4; IPv6 steps over it */
		return packet_is_unread(p, PACKET_IPSEC);
	case 97: /* EtherIP, RFC 3378 */
		(void)packet_u16(c);
		return packet_get_ethernet(p, c);
	case 115:
		return packet_is_unread(p, PACKET_L2TP);
	case 137:
		return packet_get_typed(p, c, TYPE_MPLS);
	default:
		return PACKET_OTHER;
	}
}

/*
 * c is over what was captured of an IP packet, behind its headers; whole is
 * how much there was, 0 when the card was left to cut it (then what was
 * captured is all).  What comes after whole fills up the frame.
 */
static enum packet_is
get_payload(struct packet *p, struct cursor *c, int protocol, size_t whole)
{
	struct cursor part;

	if (whole == 0)
		whole = cursor_left(c);
	part = cursor_part(c, whole < cursor_left(c) ? whole : cursor_left(c));
	return protocol == PROTOCOL_TCP ? get_tcp(p, &part, whole)
	                                : get_other(p, &part, protocol);
}

/* --- IP ------------------------------------------------------------------ */

static enum packet_is
get_ipv4(struct packet *p, struct cursor *c)
{
	size_t head = (size_t)(cursor_u8(c) & 15) * 4;
	size_t total, fragment;
	int protocol;

	(void)cursor_u8(c); /* type of service */
	total = packet_u16(c);
	(void)packet_u16(c);               /* identification */
	fragment = packet_u16(c) & 0x3fff; /* offset, and whether more follow */
	(void)cursor_u8(c);                /* time to live */
	protocol = cursor_u8(c);
	(void)packet_u16(c); /* checksum */
	cursor_copy(c, p->from.address, 4);
	cursor_copy(c, p->to.address, 4);
	if (head < 20 || (total != 0 && total < head))
		return PACKET_CUT;
	(void)cursor_take(c, head - 20); /* options */
	if (c->why != NULL)
		return PACKET_CUT;
	if (fragment != 0)
		return PACKET_FRAGMENT;
	/* A packet without anything in it has no TCP header either. */
	if (total == head)
		return protocol == PROTOCOL_TCP ? PACKET_CUT : PACKET_OTHER;
	return get_payload(p, c, protocol, total != 0 ? total - head : 0);
}

/*
 * Steps over one extension header, and *next is what follows it.  How long it
 * was, or 0 if *next is not an extension header.  *fragment is set by the
 * header of a fragment.
 */
static size_t
skip_extension(struct cursor *c, int *next, bool *fragment)
{
	int this = *next;
	size_t len;

	switch (this) {
	case 0:   /* hop-by-hop options */
	case 43:  /* routing */
	case 60:  /* destination options */
	case 135: /* mobility */
		*next = cursor_u8(c);
		len = ((size_t)cursor_u8(c) + 1) * 8;
		(void)cursor_take(c, len - 2);
		return len;
	case 44: /* fragment */
		*next = cursor_u8(c);
		(void)cursor_u8(c);
		*fragment = (packet_u16(c) & 0xfff9) != 0; /* offset, more */
		(void)packet_u32(c);
		return 8;
	case 51: /* authentication */
		*next = cursor_u8(c);
		len = ((size_t)cursor_u8(c) + 2) * 4;
		(void)cursor_take(c, len - 2);
		return len;
	default:
		return 0;
	}
}

static enum packet_is
get_ipv6(struct packet *p, struct cursor *c)
{
	bool fragment = false;
	size_t left, len;
	int next;

	p->ipv6 = true;
	(void)packet_u32(c); /* version, class, flow */
	left = packet_u16(c);
	next = cursor_u8(c);
	(void)cursor_u8(c); /* hop limit */
	cursor_copy(c, p->from.address, 16);
	cursor_copy(c, p->to.address, 16);
	for (int i = 0; i < PACKET_EXTENSIONS_MAX; i++) {
		len = skip_extension(c, &next, &fragment);
		if (len == 0)
			break;
		if (c->why != NULL || (left != 0 && len >= left))
			return PACKET_CUT;
		if (fragment)
			return PACKET_FRAGMENT;
		if (left != 0)
			left -= len;
	}
	if (c->why != NULL)
		return PACKET_CUT;
	return get_payload(p, c, next, left);
}

enum packet_is
packet_get_ip(struct packet *p, struct cursor *c)
{
	if (c->why != NULL || cursor_left(c) == 0)
		return PACKET_CUT;
	if (++p->depth > PACKET_DEPTH_MAX)
		return packet_is_unread(p, PACKET_NESTED);
	switch (c->base[c->at] >> 4) {
	case 4:
		p->ipv6 = false; /* may be within the other */
		memset(&p->from, 0, sizeof(p->from));
		memset(&p->to, 0, sizeof(p->to));
		return get_ipv4(p, c);
	case 6:
		return get_ipv6(p, c);
	default:
		return PACKET_OTHER;
	}
}
