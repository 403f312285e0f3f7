#include "base/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t seven[] = { 1, 2, 3, 4, 5, 6, 7 };

static void
integers_are_little_endian(void **state)
{
	struct cursor c = { .base = seven, .len = sizeof(seven) };
	struct fault f;

	(void)state;
	assert_int_equal(cursor_u8(&c), 1);
	assert_int_equal(cursor_u16le(&c), 0x0302);
	assert_int_equal(cursor_u32le(&c), 0x07060504);
	assert_int_equal(cursor_left(&c), 0);
	assert_int_equal(cursor_done(&c, &f), 0);
}

static void
the_highest_bit_stays_positive(void **state)
{
	static const uint8_t high[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct cursor c = { .base = high, .len = sizeof(high) };

	(void)state;
	assert_int_equal(cursor_u16le(&c), 0xffff);
	assert_true(cursor_u32le(&c) == 0xffffffffu);
}

static void
reading_too_far_gives_zero_and_moves_nothing(void **state)
{
	struct cursor c = { .base = seven, .len = 3 };
	uint8_t four[4] = { 9, 9, 9, 9 };
	static const uint8_t zero[4];
	struct fault f;

	(void)state;
	assert_int_equal(cursor_u8(&c), 1);
	cursor_copy(&c, four, sizeof(four));
	assert_memory_equal(four, zero, sizeof(zero));
	assert_int_equal(cursor_left(&c), 2);
	assert_int_equal(cursor_check(&c, &f), -1);
	assert_int_equal(f.at, 1);
	assert_string_equal(f.why, "input ends early");
}

static void
the_first_fault_sticks(void **state)
{
	struct cursor c = { .base = seven, .len = sizeof(seven) };
	struct fault f;

	(void)state;
	(void)cursor_u16le(&c);
	cursor_fail(&c, "first");
	(void)cursor_take(&c, 1);
	cursor_fail(&c, "second");
	assert_int_equal(cursor_u8(&c), 0); /* although there are bytes */
	assert_int_equal(cursor_done(&c, &f), -1);
	assert_int_equal(f.at, 2);
	assert_string_equal(f.why, "first");
}

static void
a_huge_length_cannot_wrap_around(void **state)
{
	struct cursor c = { .base = seven, .len = sizeof(seven) };

	(void)state;
	(void)cursor_u8(&c);
	assert_null(cursor_take(&c, SIZE_MAX));
	assert_null(cursor_take(&c, SIZE_MAX - 1));
	assert_non_null(c.why);
}

static void
a_part_ends_where_it_says_and_keeps_its_place(void **state)
{
	struct cursor c = { .base = seven, .len = sizeof(seven) };
	struct cursor part;
	struct fault f;

	(void)state;
	(void)cursor_u16le(&c);
	part = cursor_part(&c, 3);
	assert_int_equal(cursor_u16le(&part), 0x0403);
	assert_int_equal(cursor_u16le(&part), 0);
	assert_int_equal(cursor_check(&part, &f), -1);
	assert_int_equal(f.at, 4);          /* in the whole input */
	assert_int_equal(cursor_u8(&c), 6); /* the outer one goes on behind */
	assert_int_equal(cursor_check(&c, &f), 0);
}

static void
a_part_that_is_not_there_is_empty_and_a_fault(void **state)
{
	struct cursor c = { .base = seven, .len = sizeof(seven) };
	struct cursor part = cursor_part(&c, sizeof(seven) + 1);
	struct fault f;

	(void)state;
	assert_int_equal(part.len, 0);
	assert_null(cursor_take(&part, 1));
	assert_int_equal(cursor_check(&c, &f), -1);
	assert_int_equal(f.at, 0);
}

static void
bytes_left_over_are_a_fault_only_when_done(void **state)
{
	struct cursor c = { .base = seven, .len = sizeof(seven) };
	struct fault f;

	(void)state;
	(void)cursor_u32le(&c);
	assert_int_equal(cursor_check(&c, &f), 0);
	assert_int_equal(cursor_done(&c, &f), -1);
	assert_int_equal(f.at, 4);
	assert_string_equal(f.why, "bytes left over after the end");
}

static void
nothing_at_all_is_a_whole_input(void **state)
{
	struct cursor c = { .base = seven, .len = 0 };
	struct fault f;

	(void)state;
	assert_non_null(cursor_take(&c, 0));
	assert_int_equal(cursor_done(&c, &f), 0);
	assert_int_equal(cursor_u8(&c), 0);
	assert_int_equal(cursor_done(&c, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_little_endian),
		cmocka_unit_test(the_highest_bit_stays_positive),
		cmocka_unit_test(reading_too_far_gives_zero_and_moves_nothing),
		cmocka_unit_test(the_first_fault_sticks),
		cmocka_unit_test(a_huge_length_cannot_wrap_around),
		cmocka_unit_test(a_part_ends_where_it_says_and_keeps_its_place),
		cmocka_unit_test(a_part_that_is_not_there_is_empty_and_a_fault),
		cmocka_unit_test(bytes_left_over_are_a_fault_only_when_done),
		cmocka_unit_test(nothing_at_all_is_a_whole_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
