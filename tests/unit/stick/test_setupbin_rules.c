#include "stick/setupbin_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
every_rule_has_an_id_of_its_own_a_text_and_a_source(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NRULES; i++) {
		const struct setupbin_rule_row *row = setupbin_rule_row(i);

		assert_non_null(row->id);
		assert_true(row->what[0] != '\0' && row->source[0] != '\0');
		assert_int_equal(strspn(row->id,
		                     "abcdefghijklmnopqrstuvwxyz0123456789-"),
		    strlen(row->id));
		for (unsigned n = 0; n < i; n++)
			assert_string_not_equal(setupbin_rule_row(n)->id,
			    row->id);
	}
}

static void
vendors_are_found_by_name_in_either_case(void **state)
{
	(void)state;
	assert_int_equal(setupbin_rule_vendor("hp"), VENDOR_HP);
	assert_int_equal(setupbin_rule_vendor("Dell"), VENDOR_DELL);
	assert_int_equal(setupbin_rule_vendor("lenovo"), VENDOR_LENOVO);
	assert_int_equal(setupbin_rule_vendor("any"), VENDOR_ANY);
	assert_int_equal(setupbin_rule_vendor(""), VENDOR_ANY);
	assert_string_equal(setupbin_rule_vendor_name(VENDOR_HP), "hp");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_rule_has_an_id_of_its_own_a_text_and_a_source),
		cmocka_unit_test(vendors_are_found_by_name_in_either_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
