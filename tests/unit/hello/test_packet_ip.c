#include "hello/packet_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packet_maker.h"

/* --- TCP ------------------------------------------------------------------ */

static void
options_are_stepped_over_and_the_rest_is_data(void **state)
{
	(void)state;
	for (size_t options = 0; options <= 40; options += 4) {
		struct made m = { 0 };

		tcp(&m, "hello", options);
		ipv4(&m, 6);
		assert_segment(&m, 5);
	}
}

static void
a_header_that_is_too_short_or_longer_than_the_segment_is_cut(void **state)
{
	struct packet p;

	(void)state;
	for (int words = 0; words < 16; words++) {
		struct made m = { 0 };

		tcp(&m, "12345678", 0);
		m.room[ROOM - m.len + 12] = (uint8_t)(words << 4);
		ipv4(&m, 6);
		/* 20 bytes of header and 8 that may be options */
		assert_int_equal(got(&p, &m, ROOM),
		    words >= 5 && words <= 7 ? PACKET_TCP : PACKET_CUT);
		if (words >= 5 && words <= 7)
			assert_int_equal(p.len, 28 - 4 * (size_t)words);
	}
}

static void
what_the_capture_left_out_is_counted_and_padding_is_not_data(void **state)
{
	struct made m = { 0 }, padded = { 0 };
	struct packet p;

	(void)state;
	tcp(&m, "hello", 0);
	ipv4(&m, 6);
	for (size_t n = 0; n <= m.len; n++) {
		enum packet_is is = got(&p, &m, n);

		assert_int_equal(is, n < 40 ? PACKET_CUT : PACKET_TCP);
		if (is != PACKET_TCP)
			continue;
		assert_int_equal(p.len, n - 40);
		assert_int_equal(p.missing, m.len - n);
	}
	before(&padded, "\0\0\0\0\0\0", 6);
	tcp(&padded, "hello", 0);
	ipv4_of(&padded, 6, padded.len + 20 - 6, 0);
	assert_segment(&padded, 5);
}

/* --- IPv4 ----------------------------------------------------------------- */

static void
addresses_of_ipv4_are_four_bytes_and_the_rest_is_zero(void **state)
{
	static const uint8_t from[16] = { 10, 9, 0, 2 },
	                     to[16] = { 10, 9, 0, 1 };
	struct made m = { 0 };
	struct packet p;

	(void)state;
	tcp(&m, "", 0);
	ipv4(&m, 6);
	assert_int_equal(got(&p, &m, ROOM), PACKET_TCP);
	assert_false(p.ipv6);
	assert_memory_equal(p.from.address, from, 16);
	assert_memory_equal(p.to.address, to, 16);
}

static void
a_length_of_zero_means_all_that_was_captured(void **state)
{
	struct made m = { 0 };

	(void)state;
	tcp(&m, "hello", 0);
	ipv4_of(&m, 6, 0, 0);
	assert_segment(&m, 5);
}

static void
lengths_and_fragments_decide_what_an_ipv4_packet_is(void **state)
{
	static const struct {
		int protocol;
		size_t total;
		unsigned fragment;
		enum packet_is is;
	} rows[] = {
		{ 6, 45, 0, PACKET_TCP },
		{ 6, 45, 0x4000, PACKET_TCP },      /* do not fragment */
		{ 6, 45, 0x8000, PACKET_TCP },      /* reserved */
		{ 6, 45, 0x2000, PACKET_FRAGMENT }, /* more follow */
		{ 6, 45, 1, PACKET_FRAGMENT },
		{ 6, 45, 0x1fff, PACKET_FRAGMENT },
		{ 6, 19, 0, PACKET_CUT }, /* less than its header */
		{ 6, 20, 0, PACKET_CUT }, /* without a TCP header */
		{ 17, 20, 0, PACKET_OTHER }, { 6, 39, 0, PACKET_CUT },
		{ 1, 45, 0, PACKET_OTHER }, /* ICMP */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made m = { 0 };
		struct packet p;

		tcp(&m, "hello", 0);
		ipv4_of(&m, rows[i].protocol, rows[i].total, rows[i].fragment);
		assert_int_equal(got(&p, &m, ROOM), rows[i].is);
	}
}

static void
options_of_ipv4_are_stepped_over(void **state)
{
	struct packet p;

	(void)state;
	for (size_t words = 0; words < 16; words++) {
		struct made m = { 0 };

		tcp(&m, "hello", 0);
		for (size_t i = 5; i < words; i++)
			before(&m, "\1\1\1\1", 4);
		ipv4(&m, 6);
		m.room[ROOM - m.len] = (uint8_t)(0x40 | words);
		assert_int_equal(got(&p, &m, ROOM),
		    words < 5 ? PACKET_CUT : PACKET_TCP);
		if (words >= 5)
			assert_int_equal(p.len, 5);
	}
}

/* --- IPv6 ----------------------------------------------------------------- */

static void
addresses_of_ipv6_are_sixteen_bytes(void **state)
{
	struct made m = { 0 };
	struct packet p;

	(void)state;
	tcp(&m, "hello", 0);
	ipv6(&m, 6, m.len);
	assert_segment(&m, 5);
	assert_int_equal(got(&p, &m, ROOM), PACKET_TCP);
	assert_true(p.ipv6);
	assert_int_equal(p.from.address[15], 2);
	assert_int_equal(p.to.address[15], 1);
	for (size_t n = 0; n < 60; n++)
		assert_int_equal(got(&p, &m, n), PACKET_CUT);
}

/* Of each kind its header of so many bytes; next is what follows it. */
static void
extension(struct made *m, int kind, int next, size_t len)
{
	for (size_t i = 2; i < len; i++)
		before_byte(m, 0);
	before_byte(m,
	    kind == 44
	        ? 0
	        : (int)(len / (kind == 51 ? 4 : 8)) - (kind == 51 ? 2 : 1));
	before_byte(m, next);
}

static void
extensions_of_ipv6_are_stepped_over(void **state)
{
	static const struct {
		int kind;
		size_t len;
	} rows[] = { { 0, 8 }, { 0, 24 }, { 43, 8 }, { 43, 16 }, { 60, 8 },
		{ 135, 16 }, { 44, 8 }, { 51, 12 }, { 51, 24 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made m = { 0 };

		tcp(&m, "hello", 0);
		extension(&m, rows[i].kind, 6, rows[i].len);
		extension(&m, 60, rows[i].kind, 8);
		ipv6(&m, 60, m.len);
		assert_segment(&m, 5);
	}
}

static void
fragments_and_lengths_that_contradict_are_told(void **state)
{
	struct packet p;

	(void)state;
	for (unsigned bits = 0; bits < 16; bits++) {
		struct made m = { 0 };

		tcp(&m, "hello", 0);
		extension(&m, 44, 6, 8);
		m.room[ROOM - m.len + 3] = (uint8_t)bits;
		ipv6(&m, 44, m.len);
		/* the two bits between are reserved */
		assert_int_equal(got(&p, &m, ROOM),
		    (bits & 9) != 0 ? PACKET_FRAGMENT : PACKET_TCP);
	}
	for (size_t left = 0; left < 40; left++) {
		struct made m = { 0 };

		tcp(&m, "hello", 0);
		extension(&m, 60, 6, 8);
		ipv6(&m, 60, left);
		/* 0: a jumbogram, or a card that cuts it itself */
		assert_int_equal(got(&p, &m, ROOM),
		    left == 0 || left >= 28 ? PACKET_TCP : PACKET_CUT);
		if (left != 0 && left <= 33 && left >= 28)
			assert_int_equal(p.len, left - 28);
	}
}

static void
more_extensions_than_any_packet_has_are_not_followed(void **state)
{
	(void)state;
	for (size_t n = 1; n <= PACKET_EXTENSIONS_MAX + 1; n++) {
		struct made m = { 0 };
		struct packet p;

		tcp(&m, "hello", 0);
		for (size_t i = 0; i < n; i++)
			extension(&m, 60, i == 0 ? 6 : 60, 8);
		ipv6(&m, 60, m.len);
		assert_int_equal(got(&p, &m, ROOM),
		    n <= PACKET_EXTENSIONS_MAX ? PACKET_TCP : PACKET_OTHER);
	}
}

static void
neither_version_is_something_else(void **state)
{
	struct packet p;

	(void)state;
	for (int version = 0; version < 16; version++) {
		struct made m = { 0 };

		tcp(&m, "hello", 0);
		ipv4(&m, 6);
		m.room[ROOM - m.len] = (uint8_t)(version << 4 | 5);
		if (version == 4 || version == 6)
			continue;
		assert_int_equal(got(&p, &m, ROOM), PACKET_OTHER);
	}
	assert_int_equal(got(&p, &(struct made){ 0 }, 0), PACKET_CUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_stepped_over_and_the_rest_is_data),
		cmocka_unit_test(
		    a_header_that_is_too_short_or_longer_than_the_segment_is_cut),
		cmocka_unit_test(
		    what_the_capture_left_out_is_counted_and_padding_is_not_data),
		cmocka_unit_test(
		    addresses_of_ipv4_are_four_bytes_and_the_rest_is_zero),
		cmocka_unit_test(a_length_of_zero_means_all_that_was_captured),
		cmocka_unit_test(
		    lengths_and_fragments_decide_what_an_ipv4_packet_is),
		cmocka_unit_test(options_of_ipv4_are_stepped_over),
		cmocka_unit_test(addresses_of_ipv6_are_sixteen_bytes),
		cmocka_unit_test(extensions_of_ipv6_are_stepped_over),
		cmocka_unit_test(
		    fragments_and_lengths_that_contradict_are_told),
		cmocka_unit_test(
		    more_extensions_than_any_packet_has_are_not_followed),
		cmocka_unit_test(neither_version_is_something_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
