#include "hello/packet_parts.h"

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
		bottom = (packet_u32(c) & 0x100) != 0;
	if (c->why != NULL || cursor_left(c) == 0)
		return PACKET_CUT;
	if (!bottom)
		return packet_is_unread(p, PACKET_NESTED);
	first = c->base[c->at] >> 4;
	if (first == 4 || first == 6)
		return packet_get_ip(p, c);
	if (first != 0)
		return packet_is_unread(p, PACKET_MPLS);
	(void)packet_u32(c);
	return packet_get_ethernet(p, c);
}

/* RFC 1661, 2: address and control may be left out, and so may the first byte
 * of the protocol. */
static enum packet_is
get_ppp(struct packet *p, struct cursor *c)
{
	unsigned protocol;

	if (cursor_left(c) >= 2 && c->base[c->at] == 0xff &&
	    c->base[c->at + 1] == 3)
		(void)packet_u16(c);
	protocol = cursor_u8(c);
	if ((protocol & 1) == 0)
		protocol = protocol << 8 | cursor_u8(c);
	if (c->why != NULL)
		return PACKET_CUT;
	switch (protocol) {
	case 0x0021:
	case 0x0057:
		return packet_get_ip(p, c);
	case 0x0281:
		return get_mpls(p, c);
	default:
		/* from 0x8000 on they only set up and supervise the link */
		return protocol >= 0x8000 ? PACKET_OTHER
		                          : packet_is_unread(p, PACKET_PPP_IN);
	}
}

/* RFC 2516, 4: version and type, code 0 of a session, its number, length. */
static enum packet_is
get_pppoe(struct packet *p, struct cursor *c)
{
	unsigned code;

	(void)cursor_u8(c);
	code = cursor_u8(c);
	(void)packet_u32(c);
	if (c->why != NULL)
		return PACKET_CUT;
	return code == 0 ? get_ppp(p, c) : PACKET_OTHER;
}

/* IEEE 802.2: what has a length where others have a type.  Spanning trees and
 * the like carry nobody's packets. */
static enum packet_is
get_llc(struct packet *p, struct cursor *c)
{
	unsigned sap = packet_u16(c);
	uint32_t organisation;

	(void)cursor_u8(c); /* control */
	if (c->why != NULL)
		return PACKET_CUT;
	if (sap == 0x0606)
		return packet_get_ip(p, c);
	if (sap != 0xaaaa)
		return PACKET_OTHER;
	organisation = (uint32_t)packet_u16(c) << 8 | cursor_u8(c);
	if (c->why == NULL && organisation != 0)
		return PACKET_OTHER; /* the maker's own */
	return packet_get_typed(p, c, packet_u16(c));
}

enum packet_is
packet_get_typed(struct packet *p, struct cursor *c, unsigned type)
{
	for (int i = 0; is_tag(type) && i < PACKET_TAGS_MAX; i++) {
		(void)packet_u16(c);
		type = packet_u16(c);
	}
	if (c->why != NULL)
		return PACKET_CUT;
	if (type <= 1500)
		return get_llc(p, c);
	switch (type) {
	case TYPE_IPV4:
	case TYPE_IPV6:
		return packet_get_ip(p, c);
	case TYPE_ETHERNET:
		return packet_get_ethernet(p, c);
	case TYPE_MPLS:
	case TYPE_MPLS_MULTICAST:
		return get_mpls(p, c);
	case TYPE_PPPOE:
		return get_pppoe(p, c);
	case TYPE_PPP:
		return get_ppp(p, c);
	case 0x88e5:
		return packet_is_unread(p, PACKET_MACSEC);
	case 0x88e7: /* IEEE 802.1ah */
	case 0x8903: /* FabricPath */
	case 0x22f3: /* TRILL */
		return packet_is_unread(p, PACKET_BRIDGED);
	default:
		return is_tag(type) ? packet_is_unread(p, PACKET_NESTED)
		                    : PACKET_OTHER;
	}
}

enum packet_is
packet_get_ethernet(struct packet *p, struct cursor *c)
{
	if (++p->depth > PACKET_DEPTH_MAX)
		return packet_is_unread(p, PACKET_NESTED);
	(void)cursor_take(c, 12);
	return packet_get_typed(p, c, packet_u16(c));
}

/* Type of the packet, of the device, address length and address: then the
 * EtherType. */
static enum packet_is
get_sll(struct packet *p, struct cursor *c)
{
	(void)cursor_take(c, 14);
	return packet_get_typed(p, c, packet_u16(c));
}

static enum packet_is
get_sll2(struct packet *p, struct cursor *c)
{
	unsigned type = packet_u16(c);

	(void)cursor_take(c, 18);
	return packet_get_typed(p, c, type);
}

/* Four bytes of address family, in whatever order: the packet tells itself. */
static enum packet_is
get_loop(struct packet *p, struct cursor *c)
{
	(void)cursor_take(c, 4);
	return c->why != NULL ? PACKET_CUT : packet_get_ip(p, c);
}

static const struct {
	enum packet_link link;
	enum packet_is (*get)(struct packet *p, struct cursor *c);
} links[] = {
	{ PACKET_NULL, get_loop },
	{ PACKET_ETHERNET, packet_get_ethernet },
	{ PACKET_PPP, get_ppp },
	{ PACKET_RAW_BSD, packet_get_ip },
	{ PACKET_RAW_OPENBSD, packet_get_ip },
	{ PACKET_PPP_SERIAL, get_ppp },
	{ PACKET_PPPOE, get_pppoe },
	{ PACKET_RAW, packet_get_ip },
	{ PACKET_LOOP, get_loop },
	{ PACKET_SLL, get_sll },
	{ PACKET_IPV4, packet_get_ip },
	{ PACKET_IPV6, packet_get_ip },
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
