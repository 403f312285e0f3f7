#include "lib/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *
fitted(const char *text, size_t columns)
{
	static char to[64];

	progress_fit(to, sizeof(to), text, columns);
	return to;
}

static void
what_fits_stays_as_it_is(void **state)
{
	(void)state;
	assert_string_equal(fitted("12 of 40 done", 13), "12 of 40 done");
	assert_string_equal(fitted("", 13), "");
	assert_string_equal(fitted("", 0), "");
	/* Two bytes, a column. */
	assert_string_equal(fitted("b\xc3\xbcro", 4), "b\xc3\xbcro");
}

static void
what_does_not_is_cut(void **state)
{
	(void)state;
	assert_string_equal(fitted("12 of 40 done", 12), "12 of 40 ...");
	assert_string_equal(fitted("12 of 40 done", 3), "...");
	assert_string_equal(fitted("12 of 40 done", 2), "");
	assert_string_equal(fitted("12 of 40 done", 0), "");
}

static void
wide_characters_take_two_columns(void **state)
{
	(void)state;
	assert_string_equal(fitted("\xe7\x94\xb5\xe8\x84\x91", 4),
	    "\xe7\x94\xb5\xe8\x84\x91");
	assert_string_equal(fitted("\xe7\x94\xb5\xe8\x84\x91", 3), "...");
	assert_string_equal(fitted("\xf0\x9f\x98\x80x", 2), "");
	assert_string_equal(fitted("\xf0\x9f\x98\x80x", 3),
	    "\xf0\x9f\x98\x80x");
}

static void
what_would_move_the_cursor_is_a_question_mark(void **state)
{
	(void)state;
	assert_string_equal(fitted("a\x1b[2Jb\rc\nd\x7f", 20), "a?[2Jb?c?d?");
	/* CSI as one character, a change of direction, a joiner. */
	assert_string_equal(fitted("\xc2\x9b"
	                           "31m\xe2\x80\xae\xe2\x80\x8d",
	                        20),
	    "?31m??");
	/* No UTF-8: alone, too long for what it is, cut, beyond the last. */
	assert_string_equal(fitted("\x9b\xc0\x9b\xe2\x80", 20), "???");
	assert_string_equal(fitted("\xf4\x90\x80\x80", 20), "?");
	assert_string_equal(fitted("\xff", 20), "?");
}

/* Nothing is written behind cap, and no character is cut in two. */
static void
a_short_buffer_is_never_overrun(void **state)
{
	char to[64];

	(void)state;
	for (size_t cap = 9; cap < sizeof(to); cap++) {
		memset(to, '#', sizeof(to));
		progress_fit(to, cap,
		    "\xe7\x94\xb5\xe7\x94\xb5\xe7\x94\xb5\xe7\x94\xb5\xe7\x94"
		    "\xb5\xe7\x94\xb5\xe7\x94\xb5\xe7\x94\xb5\xe7\x94\xb5",
		    200);
		assert_true(strlen(to) < cap);
		assert_int_equal(to[cap], '#');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_stays_as_it_is),
		cmocka_unit_test(what_does_not_is_cut),
		cmocka_unit_test(wide_characters_take_two_columns),
		cmocka_unit_test(what_would_move_the_cursor_is_a_question_mark),
		cmocka_unit_test(a_short_buffer_is_never_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
