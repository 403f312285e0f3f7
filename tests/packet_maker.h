#ifndef PACKET_MAKER_H
#define PACKET_MAKER_H

/*
 * packet_maker - IP packets, one in the other, for cmocka tests; include it
 * after cmocka.h, stdlib.h and string.h.
 */
#include "hello/packet_parts.h"

/* A packet that is put together from behind: what travels first, then the
 * headers before it. */
enum { ROOM = 2048 };
struct made {
	uint8_t room[ROOM];
	size_t len; /* at the end of room */
};

static inline void
before(struct made *m, const void *bytes, size_t len)
{
	assert_true(len <= ROOM - m->len);
	m->len += len;
	memcpy(m->room + ROOM - m->len, bytes, len);
}

static inline void
before_byte(struct made *m, int byte)
{
	const uint8_t one = (uint8_t)byte;

	before(m, &one, 1);
}

static inline void
before_u16(struct made *m, size_t value)
{
	before_byte(m, (int)(value & 255));
	before_byte(m, (int)(value >> 8));
}

/* Ports 40002 and 9971, sequence number 0x01020304, FIN, options of whole
 * words. */
static inline void
tcp(struct made *m, const char *data, size_t options)
{
	static const uint8_t head[] = { 0x9c, 0x42, 0x26, 0xf3, 1, 2, 3, 4, 0,
		0, 0, 0 };
	static const uint8_t tail[] = { 0x20, 0, 0, 0, 0, 0 };

	before(m, data, strlen(data));
	for (size_t i = 0; i < options; i++)
		before_byte(m, 1);
	before(m, tail, sizeof(tail));
	before_byte(m, 0x19);
	before_byte(m, (int)((20 + options) / 4 << 4));
	before(m, head, sizeof(head));
}

static inline void
udp(struct made *m, unsigned port)
{
	before_u16(m, 0);
	before_u16(m, m->len + 6);
	before_u16(m, port);
	before_u16(m, 12345);
}

/* total 0: as the card does that cuts it itself */
static inline void
ipv4_of(struct made *m, int protocol, size_t total, unsigned fragment)
{
	static const uint8_t addresses[] = { 10, 9, 0, 2, 10, 9, 0, 1 };

	before(m, addresses, sizeof(addresses));
	before_u16(m, 0);
	before_byte(m, protocol);
	before_byte(m, 64);
	before_u16(m, fragment);
	before_u16(m, 0);
	before_u16(m, total);
	before_byte(m, 0);
	before_byte(m, 0x45);
}

static inline void
ipv4(struct made *m, int protocol)
{
	ipv4_of(m, protocol, m->len + 20, 0x4000);
}

static inline void
ipv6(struct made *m, int next, size_t left)
{
	static const uint8_t addresses[32] = { 0x20, 1, 0xd,
		0xb8, [15] = 2, [16] = 0x20, 1, 0xd, 0xb8, [31] = 1 };

	before(m, addresses, sizeof(addresses));
	before_byte(m, 64);
	before_byte(m, next);
	before_u16(m, left);
	before(m, "\x60\0\0\0", 4);
}

/* Its first n bytes, in a buffer that ends there; cap ROOM: all. */
static inline enum packet_is
got(struct packet *p, const struct made *m, size_t n)
{
	size_t len = n < m->len ? n : m->len;
	uint8_t *tight = malloc(len + (len == 0));
	struct cursor c = { .base = tight, .len = len };
	enum packet_is is;

	assert_non_null(tight);
	memcpy(tight, m->room + ROOM - m->len, len);
	*p = (struct packet){ 0 };
	is = packet_get_ip(p, &c);
	if (is == PACKET_TCP) { /* data points into tight */
		assert_true(p->data >= tight && p->data <= tight + len);
		assert_int_equal(p->len <= len, 1);
	}
	free(tight);
	return is;
}

static inline void
assert_segment(const struct made *m, size_t len)
{
	struct packet p;

	assert_int_equal(got(&p, m, ROOM), PACKET_TCP);
	assert_int_equal(p.from.port, 40002);
	assert_int_equal(p.to.port, 9971);
	assert_int_equal(p.seq, 0x01020304);
	assert_int_equal(p.flags, 0x19);
	assert_int_equal(p.len, len);
	assert_int_equal(p.missing, 0);
}

static inline void
assert_unread(const struct made *m, enum packet_shell shell)
{
	struct packet p;

	assert_int_equal(got(&p, m, ROOM), PACKET_UNREAD);
	assert_int_equal(p.shell, shell);
}

/* Ethernet with an IPv4 packet in it. */
static inline void
ethernet(struct made *m)
{
	before_u16(m, TYPE_IPV4);
	before(m, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
}

#endif
