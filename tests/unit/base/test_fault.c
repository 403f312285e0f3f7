#include "base/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
a_fault_keeps_place_and_reason_and_answers_minus_one(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(fault_set(&f, 14, "got %d, expected %s", 7, "8"), -1);
	assert_int_equal(f.at, 14);
	assert_string_equal(f.why, "got 7, expected 8");
}

static void
nobody_has_to_want_it(void **state)
{
	(void)state;
	assert_int_equal(fault_set(NULL, 1, "%s", "why"), -1);
}

static void
a_reason_that_does_not_fit_is_cut_and_ended(void **state)
{
	char fits[sizeof(((struct fault *)0)->why)];
	char over[sizeof(fits) + 1];
	struct fault f;

	(void)state;
	memset(fits, 'x', sizeof(fits) - 1);
	fits[sizeof(fits) - 1] = '\0';
	assert_int_equal(fault_set(&f, 0, "%s", fits), -1);
	assert_string_equal(f.why, fits);
	memset(over, 'x', sizeof(over) - 1);
	over[sizeof(over) - 1] = '\0';
	assert_int_equal(fault_set(&f, 0, "%s", over), -1);
	assert_string_equal(f.why, fits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_fault_keeps_place_and_reason_and_answers_minus_one),
		cmocka_unit_test(nobody_has_to_want_it),
		cmocka_unit_test(a_reason_that_does_not_fit_is_cut_and_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
