#include "check/checkcode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/likeness.h"
#include "base/reason.h"

static void
every_code_has_a_cause_a_remedy_and_a_grade(void **state)
{
	(void)state;
	for (enum checkcode_id id = 0; id < CHECKCODE_COUNT; id++) {
		const struct checkcode *c = checkcode_get(id);
		size_t len;

		assert_non_null(c->code);
		len = strlen(c->code);
		assert_in_range(len, 4, LIKENESS_MAX);
		assert_int_equal(strspn(c->code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-"),
		    len);
		assert_int_not_equal(c->grade, CHECKGRADE_PASS);
		assert_in_range(c->check, 0, CHECK_COUNT - 1);
		assert_int_equal(c->cause[strlen(c->cause) - 1], '.');
		assert_int_equal(c->remedy[strlen(c->remedy) - 1], '.');
		assert_int_equal(checkcode_find(c->code), id);
	}
	assert_int_equal(checkcode_find("store-damaged"),
	    CHECKCODE_STORE_DAMAGED);
	assert_int_equal(checkcode_find(""), CHECKCODE_COUNT);
	assert_int_equal(checkcode_find("STORE"), CHECKCODE_COUNT);
}

/* amt-explain looks into both tables. */
static void
no_code_is_a_reason_too(void **state)
{
	(void)state;
	for (enum checkcode_id id = 0; id < CHECKCODE_COUNT; id++)
		assert_int_equal(reason_find(checkcode_get(id)->code),
		    REASON_COUNT);
}

static void
checks_and_grades_are_found_by_their_names(void **state)
{
	(void)state;
	for (enum checkpart i = 0; i < CHECK_COUNT; i++)
		assert_int_equal(check_find(check_name(i)), i);
	for (enum checkgrade i = 0; i < CHECKGRADE_COUNT; i++)
		assert_int_equal(checkgrade_find(checkgrade_name(i)), i);
	assert_int_equal(check_find("nothing"), CHECK_COUNT);
	assert_int_equal(checkgrade_find("PASS"), CHECKGRADE_COUNT);
}

static void
the_nearest_is_a_hint_and_nonsense_gets_none(void **state)
{
	(void)state;
	assert_int_equal(checkcode_nearest("STORE-DAMGED"),
	    CHECKCODE_STORE_DAMAGED);
	assert_int_equal(checkcode_nearest("dns-noen"), CHECKCODE_DNS_NONE);
	assert_int_equal(checkcode_nearest("xyzzy-plugh"), CHECKCODE_COUNT);
	assert_int_equal(checkcode_nearest(""), CHECKCODE_COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_cause_a_remedy_and_a_grade),
		cmocka_unit_test(no_code_is_a_reason_too),
		cmocka_unit_test(checks_and_grades_are_found_by_their_names),
		cmocka_unit_test(the_nearest_is_a_hint_and_nonsense_gets_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
