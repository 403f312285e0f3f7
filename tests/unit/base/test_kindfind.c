#include "base/kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* That each kind is found is in test_kinds.c, which has all of them. */
static void
only_a_whole_name_finds_a_kind(void **state)
{
	(void)state;
	assert_ptr_equal(kind_find("keys"), &kind_keys);
	assert_ptr_equal(kind_find("events"), &kind_events);
	assert_null(kind_find("event"));
	assert_null(kind_find("Events"));
	assert_null(kind_find("events/1"));
	assert_null(kind_find(""));
}

static void
a_column_is_found_in_its_kind_alone(void **state)
{
	(void)state;
	assert_int_equal(kind_column(&kind_events, "at"), EVENTS_AT);
	assert_int_equal(kind_column(&kind_events, "text"), EVENTS_TEXT);
	assert_int_equal(kind_column(&kind_events, "uuid"), -1);
	assert_int_equal(kind_column(&kind_events, ""), -1);
}

static void
one_secret_column_makes_a_kind_secret(void **state)
{
	(void)state;
	assert_true(kind_secret(&kind_passwords));
	assert_true(kind_secret(&kind_signed));
	assert_false(kind_secret(&kind_events));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_whole_name_finds_a_kind),
		cmocka_unit_test(a_column_is_found_in_its_kind_alone),
		cmocka_unit_test(one_secret_column_makes_a_kind_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
