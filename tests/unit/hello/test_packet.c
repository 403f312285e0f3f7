#include "hello/packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* From 10.9.0.2:40002 to 10.9.0.1:9971, with "hey". */
static const uint8_t ipv4[] = { 0x45, 0, 0, 43, 0, 0, 0x40, 0, 64, 6, 0, 0, 10,
	9, 0, 2, 10, 9, 0, 1,
	/* TCP */
	0x9c, 0x42, 0x26, 0xf3, 0x01, 0x02, 0x03, 0x04, 0, 0, 0, 0, 0x50, 0x19,
	0x20, 0, 0, 0, 0, 0, 'h', 'e', 'y' };
enum { IP = 20, HEADS = 40, ALL = sizeof(ipv4) };

static const uint8_t ipv6[] = { 0x60, 0, 0, 0, 0, 23, 6, 64, 0x20, 1, 0xd, 0xb8,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 1 };

/* A frame of pieces, in a buffer that ends where it does. */
static uint8_t *
join(const void *a, size_t na, const void *b, size_t nb, size_t *len)
{
	uint8_t *all = malloc(na + nb + 1);

	assert_non_null(all);
	memcpy(all, a, na);
	memcpy(all + na, b, nb);
	*len = na + nb;
	return all;
}

static void
assert_hey(int link, const void *head, size_t n)
{
	struct packet p;
	size_t len;
	uint8_t *all = join(head, n, ipv4, ALL, &len);

	assert_int_equal(packet_get(&p, link, all, len), PACKET_TCP);
	assert_false(p.ipv6);
	assert_memory_equal(p.from.address, "\12\11\0\2\0\0\0\0", 8);
	assert_int_equal(p.from.port, 40002);
	assert_int_equal(p.to.port, 9971);
	assert_int_equal(p.seq, 0x01020304);
	assert_int_equal(p.flags & (PACKET_FIN | PACKET_SYN | PACKET_RST),
	    PACKET_FIN);
	assert_int_equal(p.len, 3);
	assert_memory_equal(p.data, "hey", 3);
	assert_int_equal(p.missing, 0);
	free(all);
}

static void
every_link_type_gives_the_segment(void **state)
{
	static const uint8_t ethernet[14] = { [12] = 8 };
	static const uint8_t sll[16] = { [14] = 8 };
	static const uint8_t sll2[20] = { 8 };

	(void)state;
	assert_hey(PACKET_ETHERNET, ethernet, sizeof(ethernet));
	assert_hey(PACKET_SLL, sll, sizeof(sll));
	assert_hey(PACKET_SLL2, sll2, sizeof(sll2));
	assert_hey(PACKET_NULL, "\2\0\0\0", 4);
	assert_hey(PACKET_NULL, "\0\0\0\2", 4);
	assert_hey(PACKET_LOOP, "\0\0\0\2", 4);
	assert_hey(PACKET_RAW, "", 0);
	assert_hey(PACKET_RAW_BSD, "", 0);
	assert_hey(PACKET_RAW_OPENBSD, "", 0);
	assert_hey(PACKET_IPV4, "", 0);
	assert_true(packet_link_known(PACKET_SLL2));
	assert_false(packet_link_known(105)); /* 802.11 */
}

static void
four_vlan_tags_are_looked_through_and_not_five(void **state)
{
	static const unsigned types[] = { 0x8100, 0x88a8, 0x9100 };
	uint8_t head[14 + 5 * 4] = { 0 };
	struct packet p;
	uint8_t *all;
	size_t len;

	(void)state;
	for (size_t n = 0; n <= 5; n++) {
		for (size_t i = 0; i < n; i++) {
			head[12 + 4 * i] = (uint8_t)(types[i % 3] >> 8);
			head[13 + 4 * i] = (uint8_t)types[i % 3];
		}
		head[12 + 4 * n] = 8;
		head[13 + 4 * n] = 0;
		if (n <= PACKET_TAGS_MAX) {
			assert_hey(PACKET_ETHERNET, head, 14 + 4 * n);
			continue;
		}
		all = join(head, 14 + 4 * n, ipv4, ALL, &len);
		assert_int_equal(packet_get(&p, PACKET_ETHERNET, all, len),
		    PACKET_UNREAD);
		assert_int_equal(p.shell, PACKET_NESTED);
		free(all);
	}
}

static void
a_packet_cut_in_its_headers_is_cut_and_in_its_data_is_short(void **state)
{
	struct packet p;

	(void)state;
	for (size_t n = 0; n < ALL; n++) {
		uint8_t *tight = malloc(n + (n == 0));

		memcpy(tight, ipv4, n);
		if (n < HEADS)
			assert_int_equal(packet_get(&p, PACKET_RAW, tight, n),
			    PACKET_CUT);
		else {
			assert_int_equal(packet_get(&p, PACKET_RAW, tight, n),
			    PACKET_TCP);
			assert_int_equal(p.len, n - HEADS);
			assert_int_equal(p.missing, ALL - n);
		}
		free(tight);
	}
}

/* A copy of the IPv4 packet with one byte changed. */
static enum packet_is
changed(struct packet *p, size_t at, int value)
{
	uint8_t copy[ALL];

	memcpy(copy, ipv4, ALL);
	copy[at] = (uint8_t)value;
	return packet_get(p, PACKET_RAW, copy, ALL);
}

static void
lengths_that_contradict_are_cut_and_other_protocols_are_other(void **state)
{
	struct packet p;

	(void)state;
	assert_int_equal(changed(&p, 0, 0x44), PACKET_CUT); /* IP header 16 */
	assert_int_equal(changed(&p, 0, 0x4f), PACKET_CUT);
	assert_int_equal(changed(&p, 0, 0x55), PACKET_OTHER);
	assert_int_equal(changed(&p, 3, 19), PACKET_CUT); /* total */
	assert_int_equal(changed(&p, 3, 20), PACKET_CUT); /* no TCP header */
	assert_int_equal(changed(&p, 3, 39), PACKET_CUT);
	assert_int_equal(changed(&p, 3, 40), PACKET_TCP);
	assert_int_equal(p.len, 0); /* the rest fills the frame up */
	assert_int_equal(changed(&p, 3, 0), PACKET_TCP);
	assert_int_equal(p.len, 3); /* the card cuts it: all is it */
	assert_int_equal(changed(&p, 9, 17), PACKET_OTHER); /* UDP */
	assert_int_equal(changed(&p, 6, 0x20), PACKET_FRAGMENT);
	assert_int_equal(changed(&p, 7, 1), PACKET_FRAGMENT);
	assert_int_equal(changed(&p, IP + 12, 0x40), PACKET_CUT);
	assert_int_equal(changed(&p, IP + 12, 0xf0), PACKET_CUT);
}

static void
ipv6_is_read_over_its_extension_headers(void **state)
{
	/* hop-by-hop, destination options, a fragment that is complete */
	static const uint8_t extensions[] = { 60, 0, 0, 0, 0, 0, 0, 0, 44, 1, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 9 };
	uint8_t head[sizeof(ipv6) + sizeof(extensions)];
	struct packet p;
	uint8_t *all;
	size_t len;

	(void)state;
	all = join(ipv6, sizeof(ipv6), ipv4 + IP, ALL - IP, &len);
	assert_int_equal(packet_get(&p, PACKET_RAW, all, len), PACKET_TCP);
	assert_true(p.ipv6);
	assert_int_equal(p.from.address[15], 2);
	assert_int_equal(p.len, 3);
	free(all);

	memcpy(head, ipv6, sizeof(ipv6));
	memcpy(head + sizeof(ipv6), extensions, sizeof(extensions));
	head[5] = 23 + sizeof(extensions);
	head[6] = 0;
	all = join(head, sizeof(head), ipv4 + IP, ALL - IP, &len);
	assert_int_equal(packet_get(&p, PACKET_IPV6, all, len), PACKET_TCP);
	assert_int_equal(p.len, 3);
	for (size_t n = 0; n < sizeof(head) + 20; n++)
		assert_int_equal(packet_get(&p, PACKET_IPV6, all, n),
		    PACKET_CUT);
	all[sizeof(head) - 8 + 3] = 1; /* more fragments */
	assert_int_equal(packet_get(&p, PACKET_IPV6, all, len),
	    PACKET_FRAGMENT);
	all[5] = sizeof(extensions) - 8; /* ends within its headers */
	assert_int_equal(packet_get(&p, PACKET_IPV6, all, len), PACKET_CUT);
	free(all);
}

/* From 10.8.0.1 to 10.8.0.2, its length left to the card. */
#define OUTER(protocol)                                                        \
	0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, protocol, 0, 0, 10, 8, 0, 1, 10, 8,  \
	    0, 2
#define MACS 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2

static void
shells_are_looked_into_and_every_shorter_one_is_cut(void **state)
{
	static const struct {
		int link;
		size_t len;
		uint8_t bytes[80];
	} shells[] = {
		{ PACKET_PPP, 4, { 0xff, 3, 0, 0x21 } },
		{ PACKET_PPP_SERIAL, 1, { 0x21 } },
		{ PACKET_PPPOE, 8, { 0x11, 0, 0, 1, 0, 45, 0, 0x21 } },
		{ PACKET_ETHERNET, 22,
		    { MACS, 0, 51, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0 } },
		{ PACKET_ETHERNET, 17, { MACS, 0, 46, 6, 6, 3 } },
		{ PACKET_ETHERNET, 22,
		    { MACS, 0x88, 0x47, 0, 1, 0, 64, 0, 2, 1, 64 } },
		{ PACKET_ETHERNET, 36,
		    { MACS, 0x88, 0x47, 0, 1, 1, 64, 0, 0, 0, 0, MACS, 8, 0 } },
		{ PACKET_RAW, 20, { OUTER(4) } },
		{ PACKET_RAW, 24, { OUTER(47), 0, 0, 8, 0 } },
		{ PACKET_RAW, 50,
		    { OUTER(47), 0xb0, 0, 0x65, 0x58, 0, 0, 0, 0, 0, 0, 0, 1, 0,
		        0, 0, 2, MACS, 8, 0 } },
		{ PACKET_RAW, 50,
		    { OUTER(17), 0xc0, 0, 0x12, 0xb5, 0, 0, 0, 0, 8, 0, 0, 0, 0,
		        0, 5, 0, MACS, 8, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		assert_hey(shells[i].link, shells[i].bytes, shells[i].len);
		for (size_t n = 0; n < shells[i].len; n++) {
			uint8_t *tight = malloc(n + (n == 0));
			struct packet p;
			enum packet_is is;

			memcpy(tight, shells[i].bytes, n);
			is = packet_get(&p, shells[i].link, tight, n);
			/* half of a PPP address is a protocol */
			if (shells[i].link == PACKET_PPP && n == 1)
				assert_int_equal(is, PACKET_UNREAD);
			else
				assert_int_equal(is, PACKET_CUT);
			free(tight);
		}
	}
}

static void
shells_one_in_the_other_have_an_end(void **state)
{
	static const uint8_t outer[] = { OUTER(4) };
	uint8_t frame[(PACKET_DEPTH_MAX + 1) * 20 + ALL];
	struct packet p;

	(void)state;
	for (size_t n = 0; n <= PACKET_DEPTH_MAX; n++) {
		for (size_t i = 0; i < n; i++)
			memcpy(frame + i * 20, outer, 20);
		memcpy(frame + n * 20, ipv4, ALL);
		assert_int_equal(packet_get(&p, PACKET_RAW, frame,
		                     n * 20 + ALL),
		    n < PACKET_DEPTH_MAX ? PACKET_TCP : PACKET_UNREAD);
	}
	assert_int_equal(p.shell, PACKET_NESTED);
}

static void
an_ipv4_packet_within_ipv6_has_its_own_addresses(void **state)
{
	uint8_t head[sizeof(ipv6)];
	struct packet p;
	uint8_t *all;
	size_t len;

	(void)state;
	memcpy(head, ipv6, sizeof(ipv6));
	head[5] = ALL;
	head[6] = 4;
	all = join(head, sizeof(head), ipv4, ALL, &len);
	assert_int_equal(packet_get(&p, PACKET_RAW, all, len), PACKET_TCP);
	assert_false(p.ipv6);
	assert_int_equal(p.from.address[0], 10);
	for (size_t i = 4; i < 16; i++)
		assert_int_equal(p.from.address[i], 0);
	free(all);
}

static void
every_shell_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < PACKET_NSHELLS; i++)
		assert_non_null(packet_shell_name((enum packet_shell)i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_link_type_gives_the_segment),
		cmocka_unit_test(
		    four_vlan_tags_are_looked_through_and_not_five),
		cmocka_unit_test(
		    a_packet_cut_in_its_headers_is_cut_and_in_its_data_is_short),
		cmocka_unit_test(
		    lengths_that_contradict_are_cut_and_other_protocols_are_other),
		cmocka_unit_test(
		    shells_are_looked_into_and_every_shorter_one_is_cut),
		cmocka_unit_test(shells_one_in_the_other_have_an_end),
		cmocka_unit_test(
		    an_ipv4_packet_within_ipv6_has_its_own_addresses),
		cmocka_unit_test(every_shell_has_a_name),
		cmocka_unit_test(ipv6_is_read_over_its_extension_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
