#include "hello/packet.h"

#include "base/cursor.h"

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
enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

static enum packet_is get_ip(struct packet *p, struct cursor *c);
static enum packet_is get_ethernet(struct packet *p, struct cursor *c);
static enum packet_is get_typed(struct packet *p, struct cursor *c,
    unsigned type);

const char *
packet_shell_name(enum packet_shell shell)
{
	static const char *const names[PACKET_NSHELLS] = {
		[PACKET_NESTED] = "nested too deeply",
		[PACKET_MPLS] = "MPLS",
		[PACKET_PPP_IN] = "PPP",
		[PACKET_GRE] = "GRE",
		[PACKET_ERSPAN] = "ERSPAN",
		[PACKET_VXLAN] = "VXLAN",
		[PACKET_GENEVE] = "GENEVE",
		[PACKET_MACSEC] = "MACsec",
		[PACKET_IPSEC] = "IPsec",
		[PACKET_L2TP] = "L2TP",
		[PACKET_CAPWAP] = "CAPWAP",
		[PACKET_TZSP] = "TZSP",
		[PACKET_BRIDGED] = "bridged by a backbone",
	};

	return names[shell];
}

static enum packet_is
is_unread(struct packet *p, enum packet_shell shell)
{
	p->shell = shell;
	return PACKET_UNREAD;
}

static uint16_t
u16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	return p != NULL ? (uint16_t)((unsigned)p[0] << 8 | p[1]) : 0;
}

static uint32_t
u32(struct cursor *c)
{
	uint32_t high = u16(c);

	return high << 16 | u16(c);
}

/* --- TCP ----------------------------------------------------------------- */

/* c is over what was captured of the segment, whole of its length. */
static enum packet_is
get_tcp(struct packet *p, struct cursor *c, size_t whole)
{
	size_t head;

	p->from.port = u16(c);
	p->to.port = u16(c);
	p->seq = u32(c);
	(void)u32(c); /* acknowledgement */
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
	return flags == 8 ? get_ethernet(p, c) : is_unread(p, PACKET_VXLAN);
}

/* RFC 8926, 3.4 */
static enum packet_is
get_geneve(struct packet *p, struct cursor *c)
{
	unsigned first = cursor_u8(c), type;

	(void)cursor_u8(c);
	type = u16(c);
	(void)u32(c);
	(void)cursor_take(c, (size_t)(first & 63) * 4);
	if (c->why != NULL)
		return PACKET_CUT;
	if (first >> 6 != 0)
		return is_unread(p, PACKET_GENEVE);
	return get_typed(p, c, type);
}

static enum packet_is
get_udp(struct packet *p, struct cursor *c)
{
	unsigned port;

	(void)u16(c);
	port = u16(c);
	(void)u32(c); /* length, checksum */
	if (c->why != NULL)
		return PACKET_CUT;
	switch (port) {
	case 4789:
	case 8472: /* Linux' own, from before there was a number */
		return get_vxlan(p, c);
	case 4790: /* with another header */
		return is_unread(p, PACKET_VXLAN);
	case 6081:
		return get_geneve(p, c);
	case 1701:
		return is_unread(p, PACKET_L2TP);
	case 4500:
		return is_unread(p, PACKET_IPSEC);
	case 5247:
		return is_unread(p, PACKET_CAPWAP);
	case 37008:
		return is_unread(p, PACKET_TZSP);
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
	return get_ethernet(p, c);
}

static enum packet_is
get_gre(struct packet *p, struct cursor *c)
{
	unsigned flags = u16(c), type = u16(c);

	if ((flags & 0x8000) != 0)
		(void)u32(c); /* checksum */
	if ((flags & 0x2000) != 0)
		(void)u32(c); /* key */
	if ((flags & 0x1000) != 0)
		(void)u32(c); /* sequence number */
	if (c->why != NULL)
		return PACKET_CUT;
	/* source routes (RFC 1701), and the GRE of PPTP (RFC 2637) */
	if ((flags & 0x4007) != 0)
		return is_unread(p, PACKET_GRE);
	if (type == TYPE_ERSPAN || type == TYPE_ERSPAN_3)
		return get_erspan(p, c, type, (flags & 0x1000) != 0);
	if (type == TYPE_IPV4 || type == TYPE_IPV6 || type == TYPE_ETHERNET ||
	    type == TYPE_MPLS)
		return get_typed(p, c, type);
	return is_unread(p, PACKET_GRE);
}

static enum packet_is
get_other(struct packet *p, struct cursor *c, int protocol)
{
	switch (protocol) {
	case 4: /* IPv4 and IPv6 in IP */
	case 41:
		return get_ip(p, c);
	case PROTOCOL_UDP:
		return get_udp(p, c);
	case 47:
		return get_gre(p, c);
	case 50: /* encrypted */
	case 51: /* in IPv4; IPv6 steps over it */
		return is_unread(p, PACKET_IPSEC);
	case 97: /* EtherIP, RFC 3378 */
		(void)u16(c);
		return get_ethernet(p, c);
	case 115:
		return is_unread(p, PACKET_L2TP);
	case 137:
		return get_typed(p, c, TYPE_MPLS);
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
	total = u16(c);
	(void)u16(c);               /* identification */
	fragment = u16(c) & 0x3fff; /* offset, and whether more follow */
	(void)cursor_u8(c);         /* time to live */
	protocol = cursor_u8(c);
	(void)u16(c); /* checksum */
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
 * Steps over one extension header; *next is the one after it.  How long it
 * was, or 0 when it is none; *fragment when it says so.
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
		*fragment = (u16(c) & 0xfff9) != 0; /* offset, more */
		(void)u32(c);
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
	(void)u32(c); /* version, class, flow */
	left = u16(c);
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

static enum packet_is
get_ip(struct packet *p, struct cursor *c)
{
	if (c->why != NULL || cursor_left(c) == 0)
		return PACKET_CUT;
	if (++p->depth > PACKET_DEPTH_MAX)
		return is_unread(p, PACKET_NESTED);
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

/* --- links --------------------------------------------------------------- */

static bool
is_tag(unsigned type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100 ||
	    type == 0x9200;
}

/* RFC 3032, 2.1: labels to the one at the bottom.  They do not say what comes
 * then; IP shows its version, Ethernet mostly has a control word of 0 first
 * (RFC 4385, 3). */
static enum packet_is
get_mpls(struct packet *p, struct cursor *c)
{
	bool bottom = false;
	unsigned first;

	for (int i = 0; !bottom && i < PACKET_LABELS_MAX; i++)
		bottom = (u32(c) & 0x100) != 0;
	if (c->why != NULL || cursor_left(c) == 0)
		return PACKET_CUT;
	if (!bottom)
		return is_unread(p, PACKET_NESTED);
	first = c->base[c->at] >> 4;
	if (first == 4 || first == 6)
		return get_ip(p, c);
	if (first != 0)
		return is_unread(p, PACKET_MPLS);
	(void)u32(c);
	return get_ethernet(p, c);
}

/* RFC 1661, 2: address and control may be left out, and so may the first byte
 * of the protocol. */
static enum packet_is
get_ppp(struct packet *p, struct cursor *c)
{
	unsigned protocol;

	if (cursor_left(c) >= 2 && c->base[c->at] == 0xff &&
	    c->base[c->at + 1] == 3)
		(void)u16(c);
	protocol = cursor_u8(c);
	if ((protocol & 1) == 0)
		protocol = protocol << 8 | cursor_u8(c);
	if (c->why != NULL)
		return PACKET_CUT;
	switch (protocol) {
	case 0x0021:
	case 0x0057:
		return get_ip(p, c);
	case 0x0281:
		return get_mpls(p, c);
	default:
		/* from 0x8000 on they only set up and supervise the link */
		return protocol >= 0x8000 ? PACKET_OTHER
		                          : is_unread(p, PACKET_PPP_IN);
	}
}

/* RFC 2516, 4: version and type, code 0 of a session, its number, length. */
static enum packet_is
get_pppoe(struct packet *p, struct cursor *c)
{
	unsigned code;

	(void)cursor_u8(c);
	code = cursor_u8(c);
	(void)u32(c);
	if (c->why != NULL)
		return PACKET_CUT;
	return code == 0 ? get_ppp(p, c) : PACKET_OTHER;
}

/* IEEE 802.2: what has a length where others have a type.  Spanning trees and
 * the like carry nobody's packets. */
static enum packet_is
get_llc(struct packet *p, struct cursor *c)
{
	unsigned sap = u16(c);
	uint32_t organisation;

	(void)cursor_u8(c); /* control */
	if (c->why != NULL)
		return PACKET_CUT;
	if (sap == 0x0606)
		return get_ip(p, c);
	if (sap != 0xaaaa)
		return PACKET_OTHER;
	organisation = (uint32_t)u16(c) << 8 | cursor_u8(c);
	if (c->why == NULL && organisation != 0)
		return PACKET_OTHER; /* the maker's own */
	return get_typed(p, c, u16(c));
}

/* What follows an EtherType, over any VLAN tags. */
static enum packet_is
get_typed(struct packet *p, struct cursor *c, unsigned type)
{
	for (int i = 0; is_tag(type) && i < PACKET_TAGS_MAX; i++) {
		(void)u16(c);
		type = u16(c);
	}
	if (c->why != NULL)
		return PACKET_CUT;
	if (type <= 1500)
		return get_llc(p, c);
	switch (type) {
	case TYPE_IPV4:
	case TYPE_IPV6:
		return get_ip(p, c);
	case TYPE_ETHERNET:
		return get_ethernet(p, c);
	case TYPE_MPLS:
	case TYPE_MPLS_MULTICAST:
		return get_mpls(p, c);
	case TYPE_PPPOE:
		return get_pppoe(p, c);
	case TYPE_PPP:
		return get_ppp(p, c);
	case 0x88e5:
		return is_unread(p, PACKET_MACSEC);
	case 0x88e7: /* IEEE 802.1ah */
	case 0x8903: /* FabricPath */
	case 0x22f3: /* TRILL */
		return is_unread(p, PACKET_BRIDGED);
	default:
		return is_tag(type) ? is_unread(p, PACKET_NESTED)
		                    : PACKET_OTHER;
	}
}

static enum packet_is
get_ethernet(struct packet *p, struct cursor *c)
{
	if (++p->depth > PACKET_DEPTH_MAX)
		return is_unread(p, PACKET_NESTED);
	(void)cursor_take(c, 12);
	return get_typed(p, c, u16(c));
}

/* Type of the packet, of the device, address length and address: then the
 * EtherType. */
static enum packet_is
get_sll(struct packet *p, struct cursor *c)
{
	(void)cursor_take(c, 14);
	return get_typed(p, c, u16(c));
}

static enum packet_is
get_sll2(struct packet *p, struct cursor *c)
{
	unsigned type = u16(c);

	(void)cursor_take(c, 18);
	return get_typed(p, c, type);
}

/* Four bytes of address family, in whatever order: the packet tells itself. */
static enum packet_is
get_loop(struct packet *p, struct cursor *c)
{
	(void)cursor_take(c, 4);
	return c->why != NULL ? PACKET_CUT : get_ip(p, c);
}

static const struct {
	enum packet_link link;
	enum packet_is (*get)(struct packet *p, struct cursor *c);
} links[] = {
	{ PACKET_NULL, get_loop },
	{ PACKET_ETHERNET, get_ethernet },
	{ PACKET_PPP, get_ppp },
	{ PACKET_RAW_BSD, get_ip },
	{ PACKET_RAW_OPENBSD, get_ip },
	{ PACKET_PPP_SERIAL, get_ppp },
	{ PACKET_PPPOE, get_pppoe },
	{ PACKET_RAW, get_ip },
	{ PACKET_LOOP, get_loop },
	{ PACKET_SLL, get_sll },
	{ PACKET_IPV4, get_ip },
	{ PACKET_IPV6, get_ip },
	{ PACKET_SLL2, get_sll2 },
};
#define NLINKS (sizeof(links) / sizeof(links[0]))

bool
packet_link_known(int link)
{
	for (size_t i = 0; i < NLINKS; i++)
		if ((int)links[i].link == link)
			return true;
	return false;
}

enum packet_is
packet_get(struct packet *p, int link, const uint8_t *bytes, size_t len)
{
	struct cursor c = { .base = bytes, .len = len };

	memset(p, 0, sizeof(*p));
	for (size_t i = 0; i < NLINKS; i++)
		if ((int)links[i].link == link)
			return links[i].get(p, &c);
	return PACKET_OTHER;
}
