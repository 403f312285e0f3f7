/* packet_ip: what travels in UDP, GRE and other IP packets. */
#include "hello/packet_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packet_maker.h"

/* --- one in the other ----------------------------------------------------- */

static void
ip_in_ip_is_looked_through_up_to_its_limit(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= PACKET_DEPTH_MAX + 1; n++) {
		struct made m = { 0 };

		tcp(&m, "hello", 0);
		ipv4(&m, 6);
		for (unsigned i = 1; i < n; i++)
			if (i % 2 != 0)
				ipv6(&m, 4, m.len);
			else
				ipv4(&m, 41);
		if (n <= PACKET_DEPTH_MAX)
			assert_segment(&m, 5);
		else
			assert_unread(&m, PACKET_NESTED);
	}
}

static void
of_two_packets_the_inner_one_has_the_addresses(void **state)
{
	struct made m = { 0 };
	struct packet p;

	(void)state;
	tcp(&m, "hello", 0);
	ipv4(&m, 6);
	ipv6(&m, 4, m.len);
	assert_int_equal(got(&p, &m, ROOM), PACKET_TCP);
	assert_false(p.ipv6);
	assert_int_equal(p.from.address[0], 10);
	assert_int_equal(p.from.address[15], 0);
}

static void
vxlan_is_looked_through_on_both_ports(void **state)
{
	static const unsigned ports[] = { 4789, 8472 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct made m = { 0 }, other;
		struct packet p;

		tcp(&m, "hello", 0);
		ipv4(&m, 6);
		ethernet(&m);
		before(&m, "\0\0\0\0\0\7\0", 7);
		other = m;
		before_byte(&m, 8);
		udp(&m, ports[i]);
		ipv4(&m, 17);
		assert_segment(&m, 5);
		assert_int_equal(got(&p, &m, 20 + 8 + 7), PACKET_CUT);
		/* without its network's number; with a header more */
		before_byte(&other, i == 0 ? 0 : 0x0c);
		udp(&other, ports[i]);
		ipv4(&other, 17);
		assert_unread(&other, PACKET_VXLAN);
	}
}

static void
geneve_is_looked_through_with_its_options(void **state)
{
	(void)state;
	for (int first = 0; first < 256; first++) {
		struct made m = { 0 };

		tcp(&m, "hello", 0);
		ipv4(&m, 6);
		for (int i = 0; i < (first & 63); i++)
			before(&m, "\0\0\0\0", 4);
		before(&m, "\0\0\7\0", 4);
		before_u16(&m, TYPE_IPV4);
		before_byte(&m, 0);
		before_byte(&m, first);
		udp(&m, 6081);
		ipv4(&m, 17);
		if (first < 64)
			assert_segment(&m, 5);
		else /* another version */
			assert_unread(&m, PACKET_GENEVE);
	}
}

static void
tunnels_that_are_not_read_have_their_names(void **state)
{
	static const struct {
		int protocol;
		unsigned port;
		enum packet_shell shell;
	} rows[] = {
		{ 17, 4790, PACKET_VXLAN },
		{ 17, 1701, PACKET_L2TP },
		{ 17, 4500, PACKET_IPSEC },
		{ 17, 5247, PACKET_CAPWAP },
		{ 17, 37008, PACKET_TZSP },
		{ 50, 0, PACKET_IPSEC },
		{ 51, 0, PACKET_IPSEC },
		{ 115, 0, PACKET_L2TP },
	};
	struct made m = { 0 };
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		m = (struct made){ 0 };
		before(&m, "12345678", 8);
		if (rows[i].port != 0)
			udp(&m, rows[i].port);
		ipv4(&m, rows[i].protocol);
		assert_unread(&m, rows[i].shell);
	}
	m = (struct made){ 0 };
	udp(&m, 53);
	ipv4(&m, 17);
	assert_int_equal(got(&p, &m, ROOM), PACKET_OTHER);
	assert_int_equal(got(&p, &m, 27), PACKET_CUT);
}

/* --- GRE ------------------------------------------------------------------ */

static void
gre_is_looked_through_with_each_of_its_fields(void **state)
{
	(void)state;
	for (unsigned flags = 0; flags < 16; flags++) {
		struct made m = { 0 };

		tcp(&m, "hello", 0);
		ipv4(&m, 6);
		/* checksum, key and number, 4 bytes each */
		for (unsigned bit = 8; bit != 0; bit >>= 1)
			if ((flags & bit & 11) != 0)
				before(&m, "\0\0\0\0", 4);
		before_u16(&m, TYPE_IPV4);
		before_u16(&m, flags << 12);
		ipv4(&m, 47);
		if ((flags & 4) == 0)
			assert_segment(&m, 5);
		else /* with source routes */
			assert_unread(&m, PACKET_GRE);
	}
}

static void
gre_of_pptp_and_of_other_contents_is_not_read(void **state)
{
	static const struct {
		unsigned flags, type;
	} rows[] = { { 1, TYPE_IPV4 }, { 0x2001, 0x880b }, { 0, 0x0806 },
		{ 0, TYPE_PPP }, { 0x4000, TYPE_IPV4 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made m = { 0 };

		tcp(&m, "hello", 0);
		ipv4(&m, 6);
		before(&m, "\0\0\0\0", (rows[i].flags & 0x2000) != 0 ? 4 : 0);
		before_u16(&m, rows[i].type);
		before_u16(&m, rows[i].flags);
		ipv4(&m, 47);
		assert_unread(&m, PACKET_GRE);
	}
}

/* Type I has neither number nor header, II both, III a longer header and
 * perhaps 8 bytes more. */
static void
each_type_of_erspan_is_looked_through(void **state)
{
	static const struct {
		unsigned flags, type;
		size_t head;
		int last;
	} rows[] = { { 0, TYPE_ERSPAN, 0, 0 }, { 0x1000, TYPE_ERSPAN, 8, 0 },
		{ 0x1000, TYPE_ERSPAN_3, 12, 0 },
		{ 0x1000, TYPE_ERSPAN_3, 20, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made m = { 0 };
		struct packet p;

		tcp(&m, "hello", 0);
		ipv4(&m, 6);
		ethernet(&m);
		for (size_t n = 0; n < rows[i].head; n++)
			before_byte(&m,
			    rows[i].head - n == 12 ? rows[i].last : 0);
		before(&m, "\0\0\0\7", rows[i].flags != 0 ? 4 : 0);
		before_u16(&m, rows[i].type);
		before_u16(&m, rows[i].flags);
		ipv4(&m, 47);
		assert_segment(&m, 5);
		if (rows[i].head != 0)
			assert_int_equal(got(&p, &m, 20 + 4 + 4 + 7),
			    PACKET_CUT);
	}
}

static void
etherip_and_mpls_in_ip_are_looked_through(void **state)
{
	struct made m = { 0 };

	(void)state;
	tcp(&m, "hello", 0);
	ipv4(&m, 6);
	ethernet(&m);
	before_u16(&m, 0x3000);
	ipv4(&m, 97);
	assert_segment(&m, 5);
	m = (struct made){ 0 };
	tcp(&m, "hello", 0);
	ipv4(&m, 6);
	before(&m, "\0\0\x11\x40", 4); /* a label, the last of them */
	ipv4(&m, 137);
	assert_segment(&m, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ip_in_ip_is_looked_through_up_to_its_limit),
		cmocka_unit_test(
		    of_two_packets_the_inner_one_has_the_addresses),
		cmocka_unit_test(vxlan_is_looked_through_on_both_ports),
		cmocka_unit_test(geneve_is_looked_through_with_its_options),
		cmocka_unit_test(tunnels_that_are_not_read_have_their_names),
		cmocka_unit_test(gre_is_looked_through_with_each_of_its_fields),
		cmocka_unit_test(gre_of_pptp_and_of_other_contents_is_not_read),
		cmocka_unit_test(each_type_of_erspan_is_looked_through),
		cmocka_unit_test(etherip_and_mpls_in_ip_are_looked_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
