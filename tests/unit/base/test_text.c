#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A copy of exactly its length: a sanitizer guards its end. */
static int
utf8_tight(const char *s, size_t len, struct fault *f)
{
	char *tight = malloc(len + (len == 0));
	int rc;

	assert_non_null(tight);
	memcpy(tight, s, len);
	rc = text_utf8(tight, len, f);
	free(tight);
	return rc;
}

/* RFC 3629: the first and last code point of each length and their rims. */
static void
well_formed_utf8_is_taken(void **state)
{
	static const char *const good[] = { "", "a~\t\n", "\x7f", "\xc2\x80",
		"\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
		"b\xc3\xbcro \xe2\x82\xac \xf0\x9f\x98\x80" };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_int_equal(utf8_tight(good[i], strlen(good[i]), &f), 0);
	assert_int_equal(utf8_tight("a\0b", 3, &f), 0);
}

static void
overlong_surrogate_and_too_high_forms_are_refused(void **state)
{
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80",
		"\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80",
		"\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff", "\xc3(",
		"\xe2\x82(", "\xf0\x9f\x98(" };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(utf8_tight(bad[i], strlen(bad[i]), &f), -1);
		assert_int_equal(f.at, 0);
	}
}

static void
a_sequence_cut_by_the_end_is_named_by_its_start(void **state)
{
	static const char text[] = "ab\xf0\x9f\x98\x80";
	struct fault f;

	(void)state;
	for (size_t n = 3; n < sizeof(text) - 1; n++) {
		assert_int_equal(utf8_tight(text, n, &f), -1);
		assert_int_equal(f.at, 2);
		assert_non_null(strstr(f.why, "0xf0"));
	}
	assert_int_equal(utf8_tight(text, sizeof(text) - 1, &f), 0);
}

static void
case_is_folded_for_ascii_letters_only(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		bool upper = c >= 'A' && c <= 'Z';
		bool lower = c >= 'a' && c <= 'z';

		assert_int_equal(text_lower((char)c),
		    (char)(upper ? c + 32 : c));
		assert_int_equal(text_upper((char)c),
		    (char)(lower ? c - 32 : c));
	}
	assert_true(text_same("KEY-Used", "key-uSED"));
	assert_true(text_same("", ""));
	assert_false(text_same("key", "keys"));
	assert_false(text_same("keys", "key"));
	assert_false(text_same("k@y", "k`y"));
}

static void
untrusted_bytes_are_shown_printable_and_cut(void **state)
{
	char shown[16];

	(void)state;
	text_show(shown, sizeof(shown), "plain~", 6);
	assert_string_equal(shown, "plain~");
	text_show(shown, sizeof(shown), "\x1b[\0\\", 4);
	assert_string_equal(shown, "\\x1b[\\x00...");
	text_show(shown, sizeof(shown), "\\\xff", 2);
	assert_string_equal(shown, "\\x5c\\xff");
	text_show(shown, sizeof(shown), "", 0);
	assert_string_equal(shown, "");
	text_show(shown, sizeof(shown), "a long line that does not fit", 29);
	assert_string_equal(shown, "a long line ...");
}

static void
a_shown_text_never_leaves_its_buffer(void **state)
{
	static const char from[] = "ab\xff\xff"
	                           "cd\xff";

	(void)state;
	for (size_t cap = 8; cap < 40; cap++)
		for (size_t len = 0; len < sizeof(from); len++) {
			char *to = malloc(cap); /* guarded by ASan */

			assert_non_null(to);
			text_show(to, cap, from, len);
			assert_true(strlen(to) < cap);
			free(to);
		}
}

static void
a_number_is_written_as_it_is_read(void **state)
{
	static const char *const good[] = { "0", "9", "10", "65535",
		"18446744073709551615" };
	char text[TEXT_DECIMAL];
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(text_number(&n, good[i], UINT64_MAX), 0);
		assert_int_equal(text_decimal(text, n), strlen(good[i]));
		assert_string_equal(text, good[i]);
	}
}

static void
numbers_are_whole_decimal_and_bounded(void **state)
{
	static const char *const bad[] = { "", " 1", "1 ", "+1", "-1", "0x1",
		"1.0", "1e3", "18446744073709551616", "99999999999999999999" };
	uint64_t n = 77;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(text_number(&n, bad[i], UINT64_MAX), -1);
	assert_int_equal(n, 77); /* untouched by a failure */
	assert_int_equal(text_number(&n, "0", UINT64_MAX), 0);
	assert_int_equal(n, 0);
	assert_int_equal(text_number(&n, "007", 7), 0);
	assert_int_equal(n, 7);
	assert_int_equal(text_number(&n, "18446744073709551615", UINT64_MAX),
	    0);
	assert_true(n == UINT64_MAX);
	assert_int_equal(text_number(&n, "65535", 65535), 0);
	assert_int_equal(text_number(&n, "65536", 65535), -1);
	assert_int_equal(text_number(&n, "0", 0), 0);
	assert_int_equal(text_number(&n, "1", 0), -1);
	assert_int_equal(text_number(&n, "9", 3), -1);
}

static void
hexadecimal_goes_both_ways(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x9f, 0xa0, 0xff };
	uint8_t back[4];
	char text[9];
	size_t len;

	(void)state;
	text_hex(text, bytes, sizeof(bytes));
	assert_string_equal(text, "009fa0ff");
	assert_int_equal(text_unhex(back, sizeof(back), &len, text), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(back, bytes, 4);
	assert_int_equal(text_unhex(back, sizeof(back), &len, "9FA0"), 0);
	assert_memory_equal(back, bytes + 1, 2);
	assert_int_equal(text_unhex(back, sizeof(back), &len, ""), 0);
	assert_int_equal(len, 0);
	assert_int_equal(text_unhex(back, sizeof(back), &len, "9"), -1);
	assert_int_equal(text_unhex(back, sizeof(back), &len, "9g"), -1);
	assert_int_equal(text_unhex(back, sizeof(back), &len, "0011223344"),
	    -1);
}

static void
times_go_both_ways(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} times[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 1795357200, "2026-11-22T14:20:00Z" },
		{ INT64_C(4102444799), "2099-12-31T23:59:59Z" },
		{ INT64_C(253402300799), "9999-12-31T23:59:59Z" },
	};
	char text[TEXT_TIME];
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		text_time(text, times[i].seconds);
		assert_string_equal(text, times[i].text);
		assert_int_equal(text_untime(&seconds, text), 0);
		assert_true(seconds == times[i].seconds);
	}
	text_time(text, -1);
	assert_string_equal(text, "?");
	text_time(text, INT64_C(253402300800));
	assert_string_equal(text, "?");
}

static void
a_time_of_any_other_form_is_refused(void **state)
{
	static const char *const bad[] = { "", "?", "2026-11-22",
		"2026-11-22 14:20:00Z", "2026-11-22T14:20:00",
		"2026-11-22T14:20:00z", "2026-11-22T14:20:00Z ",
		"2026-02-31T00:00:00Z", "2025-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-11-22T24:00:00Z", "2026-11-22T23:60:00Z",
		"2026-11-22T+1:00:00Z", "2026-11-22T 1:00:00Z",
		"1969-12-31T23:59:59Z", "-026-11-22T14:20:00Z",
		"2026-1-22T14:20:00ZZ" };
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(text_untime(&seconds, bad[i]), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed_utf8_is_taken),
		cmocka_unit_test(
		    overlong_surrogate_and_too_high_forms_are_refused),
		cmocka_unit_test(
		    a_sequence_cut_by_the_end_is_named_by_its_start),
		cmocka_unit_test(case_is_folded_for_ascii_letters_only),
		cmocka_unit_test(untrusted_bytes_are_shown_printable_and_cut),
		cmocka_unit_test(a_shown_text_never_leaves_its_buffer),
		cmocka_unit_test(a_number_is_written_as_it_is_read),
		cmocka_unit_test(numbers_are_whole_decimal_and_bounded),
		cmocka_unit_test(hexadecimal_goes_both_ways),
		cmocka_unit_test(times_go_both_ways),
		cmocka_unit_test(a_time_of_any_other_form_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
