#include "base/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
everything_is_written_little_endian_and_in_order(void **state)
{
	static const uint8_t want[] = { 7, 0x34, 0x12, 0x78, 0x56, 0x34, 0x12,
		'h', 'i', 0, 0 };
	uint8_t got[sizeof(want)];
	struct writer w = { .base = got, .cap = sizeof(got) };

	(void)state;
	writer_u8(&w, 7);
	writer_u16le(&w, 0x1234);
	writer_u32le(&w, 0x12345678);
	writer_text(&w, "hi");
	writer_fill(&w, 0, 2);
	assert_int_equal(writer_done(&w), 0);
	assert_int_equal(w.len, sizeof(want));
	assert_memory_equal(got, want, sizeof(want));
}

static void
what_does_not_fit_changes_nothing_and_is_remembered(void **state)
{
	uint8_t got[4] = { 9, 9, 9, 9 };
	static const uint8_t want[4] = { 'a', 9, 9, 9 };
	struct writer w = { .base = got, .cap = 3 };

	(void)state;
	writer_text(&w, "a");
	writer_u32le(&w, 0);
	assert_int_equal(w.len, 1);
	writer_text(&w, "b"); /* would fit, but a hole is worse */
	writer_fill(&w, 0, 1);
	assert_int_equal(w.len, 1);
	assert_int_equal(writer_done(&w), -1);
	assert_memory_equal(got, want, sizeof(want));
}

static void
the_last_byte_fits_and_one_more_does_not(void **state)
{
	uint8_t got[2];
	struct writer w = { .base = got, .cap = sizeof(got) };

	(void)state;
	writer_u16le(&w, 1);
	assert_int_equal(writer_done(&w), 0);
	writer_bytes(&w, "", 0);
	writer_text(&w, "");
	assert_int_equal(writer_done(&w), 0);
	writer_u8(&w, 1);
	assert_int_equal(writer_done(&w), -1);
}

static void
a_huge_length_cannot_wrap_around(void **state)
{
	uint8_t got[2];
	struct writer w = { .base = got, .cap = sizeof(got) };

	(void)state;
	writer_u8(&w, 1);
	writer_fill(&w, 0, SIZE_MAX);
	assert_int_equal(writer_done(&w), -1);
	assert_int_equal(w.len, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    everything_is_written_little_endian_and_in_order),
		cmocka_unit_test(
		    what_does_not_fit_changes_nothing_and_is_remembered),
		cmocka_unit_test(the_last_byte_fits_and_one_more_does_not),
		cmocka_unit_test(a_huge_length_cannot_wrap_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
