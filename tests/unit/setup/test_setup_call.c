#include "setup/setup_apply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "setup_lamp.h"

static void
a_method_is_called_where_the_property_differs_and_read_back(void **state)
{
	struct plain_machine m = lamp_machine();
	struct plain_end e;

	(void)state;
	lamp_ask("shining", "", "yes");
	e = lamp_run(&m, &lamp_rules);
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(e.steps,
	    "hello read-shining set-shining check-shining ");
	assert_string_equal(m.said,
	    "GET AMT_Lamp, GET AMT_Lamp, CALL AMT_Lamp Shine, GET AMT_Lamp, ");
	assert_string_equal(plain_has(&m, "AMT_Lamp.Shining"), "yes");
}

static void
a_call_that_changed_nothing_is_told(void **state)
{
	struct plain_machine m = lamp_machine();
	struct plain_end e;

	(void)state;
	m.deaf = "Shine";
	lamp_ask("shining", "", "yes");
	e = lamp_run(&m, &lamp_rules);
	assert_int_equal(e.reason, REASON_VERIFY_FAILED);
	assert_string_equal(e.detail, "check-shining: Shining is no");
}

/* Lost before or after it took effect: looked at first, never doubled. */
static void
a_call_without_an_answer_is_looked_at_before_it_is_repeated(void **state)
{
	(void)state;
	lamp_ask("shining", "", "yes");
	for (int before = 0; before < 2; before++) {
		struct plain_machine m = lamp_machine();
		struct plain_end e;

		m.lost = "Shine";
		m.lost_before = before;
		e = lamp_run(&m, &lamp_rules);
		assert_int_equal(e.reason, REASON_NONE);
		assert_string_equal(e.steps,
		    before ? "hello read-shining set-shining check-shining "
		             "set-shining check-shining "
		           : "hello read-shining set-shining check-shining ");
		assert_string_equal(plain_has(&m, "AMT_Lamp.Shining"), "yes");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    a_method_is_called_where_the_property_differs_and_read_back,
		    lamp_begin),
		cmocka_unit_test_setup(a_call_that_changed_nothing_is_told,
		    lamp_begin),
		cmocka_unit_test_setup(
		    a_call_without_an_answer_is_looked_at_before_it_is_repeated,
		    lamp_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
