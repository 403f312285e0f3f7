#include "packet.h"

#include "cursor.h"

enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd };
enum { PROTOCOL_TCP = 6 };

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

/*
 * c is over what was captured of an IP packet, behind its headers; whole is
 * how much there was, 0 when the card was left to cut it (then what was
 * captured is all).  What comes after whole fills up the frame.
 */
static enum packet_is
get_payload(struct packet *p, struct cursor *c, int protocol, size_t whole)
{
	struct cursor part;

	if (protocol != PROTOCOL_TCP)
		return PACKET_OTHER;
	if (whole == 0)
		whole = cursor_left(c);
	part = cursor_part(c, whole < cursor_left(c) ? whole : cursor_left(c));
	return get_tcp(p, &part, whole);
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
	if (cursor_left(c) == 0)
		return PACKET_CUT;
	switch (c->base[c->at] >> 4) {
	case 4:
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
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
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
	if (type != TYPE_IPV4 && type != TYPE_IPV6)
		return PACKET_OTHER;
	return get_ip(p, c);
}

static enum packet_is
get_ethernet(struct packet *p, struct cursor *c)
{
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
	{ PACKET_RAW_BSD, get_ip },
	{ PACKET_RAW_OPENBSD, get_ip },
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
