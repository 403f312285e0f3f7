#include "plan/machinestate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/plan/states_page.h"

static void
every_name_finds_its_state_and_no_other_word_does(void **state)
{
	(void)state;
	for (int s = 0; s < MACHINE_STATES; s++)
		assert_int_equal(machine_state_find(
		                     machine_state_name((enum machine_state)s)),
		    s);
	assert_int_equal(machine_state_find(""), MACHINE_STATES);
	assert_int_equal(machine_state_find("lost"), MACHINE_STATES);
}

static void
what_is_set_up_stays_so_until_its_next_life(void **state)
{
	(void)state;
	for (int to = 0; to < MACHINE_STATES; to++) {
		assert_int_equal(machine_state_may(MACHINE_VERIFIED,
		                     (enum machine_state)to),
		    to == MACHINE_VERIFIED || to == MACHINE_UNPROVISIONED ||
		        to == MACHINE_HEARD);
		assert_int_equal(machine_state_may(MACHINE_UNPROVISIONED,
		                     (enum machine_state)to),
		    to == MACHINE_UNPROVISIONED || to == MACHINE_HEARD);
		assert_int_equal(machine_state_may((enum machine_state)to,
		                     MACHINE_UNPROVISIONED),
		    to == MACHINE_UNPROVISIONED || to == MACHINE_VERIFIED);
	}
}

static void
no_machine_becomes_expected_again(void **state)
{
	(void)state;
	for (int from = MACHINE_HEARD; from < MACHINE_STATES; from++)
		assert_false(machine_state_may((enum machine_state)from,
		    MACHINE_EXPECTED));
}

static void
only_a_hello_brings_in_what_was_expected(void **state)
{
	(void)state;
	for (int to = MACHINE_HEARD + 1; to < MACHINE_STATES; to++)
		assert_false(machine_state_may(MACHINE_EXPECTED,
		    (enum machine_state)to));
	assert_true(machine_state_may(MACHINE_EXPECTED, MACHINE_HEARD));
}

/* A milestone of a run that was given up tells nothing of the next one. */
static void
steps_of_a_job_follow_its_plan_alone(void **state)
{
	(void)state;
	for (int from = 0; from < MACHINE_STATES; from++) {
		assert_int_equal(machine_state_may((enum machine_state)from,
		                     MACHINE_REACHED),
		    from == MACHINE_PLANNED || from == MACHINE_REACHED);
		assert_int_equal(machine_state_may((enum machine_state)from,
		                     MACHINE_CONFIGURED),
		    from == MACHINE_PLANNED || from == MACHINE_REACHED ||
		        from == MACHINE_CONFIGURED);
	}
}

static void
the_manual_page_says_the_same(void **state)
{
	(void)state;
	assert_int_equal(states_page_count("Machines"), MACHINE_STATES);
	for (int from = 0; from < MACHINE_STATES; from++) {
		const char *name = machine_state_name((enum machine_state)from);
		char is[128] = "", says[128];
		size_t n = 0;

		for (int to = 0; to < MACHINE_STATES; to++)
			if (to != from &&
			    machine_state_may((enum machine_state)from,
			        (enum machine_state)to))
				n += (size_t)snprintf(is + n, sizeof(is) - n,
				    "%s%s", n != 0 ? ", " : "",
				    machine_state_name((enum machine_state)to));
		states_page_next("Machines", name, says);
		assert_string_equal(says, n != 0 ? is : "nothing");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_name_finds_its_state_and_no_other_word_does),
		cmocka_unit_test(what_is_set_up_stays_so_until_its_next_life),
		cmocka_unit_test(no_machine_becomes_expected_again),
		cmocka_unit_test(only_a_hello_brings_in_what_was_expected),
		cmocka_unit_test(steps_of_a_job_follow_its_plan_alone),
		cmocka_unit_test(the_manual_page_says_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
