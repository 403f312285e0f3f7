#include "hello/pcapng.h"

#include <string.h>

#include "base/cursor.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a, /* the same in both orders */
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2,
	BLOCK_SIMPLE = 3,
	BLOCK_PACKET = 6,
};
enum { OPTION_RESOLUTION = 9, OPTION_OFFSET = 14, OPTIONS_MAX = 1000 };

static uint16_t
pcapng_u16(const struct pcapng *p, struct cursor *c)
{
	const uint8_t *b = cursor_take(c, 2);

	if (b == NULL)
		return 0;
	return (uint16_t)(p->big ? b[0] << 8 | b[1] : b[1] << 8 | b[0]);
}

static uint32_t
pcapng_u32(const struct pcapng *p, struct cursor *c)
{
	uint32_t first = pcapng_u16(p, c), second = pcapng_u16(p, c);

	return p->big ? first << 16 | second : second << 16 | first;
}

static uint64_t
pcapng_u64(const struct pcapng *p, struct cursor *c)
{
	uint64_t first = pcapng_u32(p, c), second = pcapng_u32(p, c);

	return p->big ? first << 32 | second : second << 32 | first;
}

size_t
pcapng_size(struct pcapng *p, const uint8_t head[PCAPNG_HEAD], struct fault *f)
{
	struct cursor c = { .base = head, .len = PCAPNG_HEAD };
	uint32_t type, size;

	type = pcapng_u32(p, &c);
	if (type == BLOCK_SECTION) {
		/* 4.1: the byte-order magic comes behind the length */
		p->big = memcmp(head + 8, "\x1a\x2b\x3c\x4d", 4) == 0;
		if (!p->big && memcmp(head + 8, "\x4d\x3c\x2b\x1a", 4) != 0) {
			(void)fault_set(f, 0, "section without a byte order");
			return 0;
		}
		p->begun = true;
		p->n = 0;
	} else if (!p->begun) {
		(void)fault_set(f, 0, "does not begin with a section");
		return 0;
	}
	size = pcapng_u32(p, &c);
	if (size >= PCAPNG_HEAD && size % 4 == 0 && size <= PCAPNG_BLOCK_MAX)
		return size;
	(void)fault_set(f, 0,
	    "block of an impossible length (got %lu, expected 12 to %zu, a "
	    "multiple of 4)",
	    (unsigned long)size, PCAPNG_BLOCK_MAX);
	return 0;
}

static int
take_interface(struct pcapng *p, struct cursor *c, struct fault *f)
{
	struct pcapng_interface *i = &p->interfaces[p->n];

	if (p->n == PCAPNG_INTERFACES_MAX)
		return fault_set(f, 0,
		    "too many interfaces (expected at most %d)",
		    PCAPNG_INTERFACES_MAX);
	*i = (struct pcapng_interface){ .link = pcapng_u16(p, c),
		.resolution = 6 };
	(void)pcapng_u16(p, c); /* reserved */
	i->snap = pcapng_u32(p, c);
	for (int n = 0; n < OPTIONS_MAX && cursor_left(c) >= 4; n++) {
		unsigned code = pcapng_u16(p, c);
		size_t len = pcapng_u16(p, c), padded = (len + 3) & ~(size_t)3;
		struct cursor value = cursor_part(c, padded);

		if (code == 0)
			break;
		if (code == OPTION_RESOLUTION && len == 1)
			i->resolution = cursor_u8(&value);
		if (code == OPTION_OFFSET && len == 8)
			i->offset = (int64_t)pcapng_u64(p, &value);
	}
	if (c->why != NULL)
		return fault_set(f, 0, "interface is cut off");
	p->n++;
	return 0;
}

/* Units of an interface as microseconds; PCAPNG_NO_TIME when they pass what
 * can be counted so. */
static int64_t
time_of(const struct pcapng_interface *i, uint64_t units)
{
	unsigned power = i->resolution & 0x7f;
	const int64_t second = 1000000, limit = INT64_MAX / second / 4;
	uint64_t each = 1, seconds, rest;

	if ((i->resolution & 0x80) != 0) { /* powers of two */
		seconds = power < 64 ? units >> power : 0;
		rest = power < 64 ? units - (seconds << power) : units;
		if (power > 40)
			rest = power - 40 < 64 ? rest >> (power - 40) : 0;
		rest = rest * (uint64_t)second >> (power > 40 ? 40 : power);
	} else {
		if (power > 19) /* a day would be out of reach */
			return PCAPNG_NO_TIME;
		for (unsigned n = 0; n < power; n++)
			each *= 10;
		seconds = units / each;
		rest = units % each;
		for (; power > 6; power--)
			rest /= 10;
		for (; power < 6; power++)
			rest *= 10;
	}
	if (seconds > (uint64_t)limit || i->offset > limit ||
	    i->offset < -limit)
		return PCAPNG_NO_TIME;
	return ((int64_t)seconds + i->offset) * second + (int64_t)rest;
}

static int
take_bytes(struct pcapng_packet *packet, struct cursor *c, size_t len,
    struct fault *f)
{
	packet->len = len;
	packet->bytes = cursor_take(c, len);
	if (c->why != NULL)
		return fault_set(f, 0, "packet is longer than its block");
	return 1;
}

/* 4.3, and the older form of appendix A. */
static int
take_packet(const struct pcapng *p, struct pcapng_packet *packet,
    struct cursor *c, bool old, struct fault *f)
{
	size_t at = old ? pcapng_u16(p, c) : pcapng_u32(p, c);
	uint64_t units;
	size_t len;

	if (old)
		(void)pcapng_u16(p, c); /* drops */
	units = (uint64_t)pcapng_u32(p, c) << 32;
	units |= pcapng_u32(p, c);
	len = pcapng_u32(p, c);
	(void)pcapng_u32(p, c); /* length on the wire */
	if (c->why != NULL || at >= p->n)
		return fault_set(f, 0, "packet of no interface");
	packet->link = p->interfaces[at].link;
	packet->at_us = time_of(&p->interfaces[at], units);
	return take_bytes(packet, c, len, f);
}

/* 4.4: of the first interface, without a time. */
static int
take_simple(const struct pcapng *p, struct pcapng_packet *packet,
    struct cursor *c, struct fault *f)
{
	size_t len = pcapng_u32(p, c);

	if (c->why != NULL || p->n == 0)
		return fault_set(f, 0, "packet of no interface");
	if (p->interfaces[0].snap != 0 && len > p->interfaces[0].snap)
		len = p->interfaces[0].snap;
	if (len > cursor_left(c))
		len = cursor_left(c);
	packet->link = p->interfaces[0].link;
	packet->at_us = PCAPNG_NO_TIME;
	return take_bytes(packet, c, len, f);
}

int
pcapng_take(struct pcapng *p, struct pcapng_packet *packet,
    const uint8_t *block, size_t len, struct fault *f)
{
	struct cursor c = { .base = block, .len = len }, end = c, body;
	uint32_t type = pcapng_u32(p, &c), size = pcapng_u32(p, &c);

	(void)cursor_take(&end, len - 4);
	if (size != len || pcapng_u32(p, &end) != size)
		return fault_set(f, 0,
		    "block whose two lengths differ: the file is damaged");
	body = cursor_part(&c, len - 12);
	switch (type) {
	case BLOCK_INTERFACE:
		return take_interface(p, &body, f);
	case BLOCK_PACKET:
	case BLOCK_OLD_PACKET:
		return take_packet(p, packet, &body, type == BLOCK_OLD_PACKET,
		    f);
	case BLOCK_SIMPLE:
		return take_simple(p, packet, &body, f);
	default:
		return 0;
	}
}
