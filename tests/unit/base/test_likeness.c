#include "base/likeness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
letters_changed_added_and_left_out_are_counted(void **state)
{
	(void)state;
	assert_int_equal(likeness_distance("MAP-NONE", "MAP-NONE"), 0);
	assert_int_equal(likeness_distance("map-none", "MAP-NONE"), 0);
	assert_int_equal(likeness_distance("MAP-NOME", "MAP-NONE"), 1);
	assert_int_equal(likeness_distance("MAPNONE", "MAP-NONE"), 1);
	assert_int_equal(likeness_distance("MAP--NONE", "MAP-NONE"), 1);
	assert_int_equal(likeness_distance("PAM-NONE", "MAP-NONE"), 2);
	assert_int_equal(likeness_distance("", "MAP"), 1); /* it begins so */
	assert_int_equal(likeness_distance("XYZ", "MAP"), 3);
}

static void
a_beginning_is_as_near_as_one_letter(void **state)
{
	(void)state;
	assert_int_equal(likeness_distance("window", "WINDOW-CLOSED"), 1);
	assert_int_equal(likeness_distance("wimdow", "WINDOW-CLOSED"), 8);
}

static void
what_is_too_short_or_too_long_gets_no_hint(void **state)
{
	char typed[LIKENESS_MAX + 2];

	(void)state;
	assert_int_equal(likeness_limit(""), 0);
	assert_int_equal(likeness_limit("M"), 0);
	assert_int_equal(likeness_limit("MA"), 1);
	assert_int_equal(likeness_limit("MAP"), 2);
	memset(typed, 'A', sizeof(typed));
	typed[LIKENESS_MAX + 1] = '\0';
	assert_int_equal(likeness_limit(typed), 0);
	typed[LIKENESS_MAX] = '\0';
	assert_int_equal(likeness_limit(typed), LIKENESS_MAX / 3 + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    letters_changed_added_and_left_out_are_counted),
		cmocka_unit_test(a_beginning_is_as_near_as_one_letter),
		cmocka_unit_test(what_is_too_short_or_too_long_gets_no_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
