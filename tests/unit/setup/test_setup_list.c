#include "setup/setup_apply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "setup_lamp.h"

static struct plain_machine
with_guests(void)
{
	struct plain_machine m = lamp_machine();

	strcpy(m.guests[0].of, "ann");
	strcpy(m.guests[0].is, "reader");
	strcpy(m.guests[1].of, "bob");
	strcpy(m.guests[1].is, "writer");
	strcpy(m.guests[2].of, "cid");
	strcpy(m.guests[2].is, "reader");
	m.nguests = 3;
	return m;
}

static void
as_asked(struct plain_machine *m)
{
	assert_int_equal(m->nguests, 3);
	assert_string_equal(plain_guest(m, "ann")->is, "reader");
	assert_string_equal(plain_guest(m, "bob")->is, "reader");
	assert_string_equal(plain_guest(m, "dot")->is, "owner");
}

static int
ask(void **state)
{
	(void)lamp_begin(state);
	lamp_ask("guest", "ann", "reader");
	lamp_ask("guest", "bob", "reader");
	lamp_ask("guest", "dot", "owner");
	return 0;
}

static void
entries_are_removed_changed_and_added_and_listed_again(void **state)
{
	struct plain_machine m = with_guests();
	struct plain_end e;

	(void)state;
	e = lamp_run(&m, &lamp_rules);
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(m.said,
	    "GET AMT_Lamp, LIST AMT_Guests, LIST AMT_Guests 2, "
	    "CALL AMT_Guests RemoveGuest, CALL AMT_Guests ChangeGuest, "
	    "CALL AMT_Guests AddGuest, LIST AMT_Guests, LIST AMT_Guests 2, ");
	as_asked(&m);
	/* and once more: nothing to do */
	e = lamp_run(&m, &lamp_rules);
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(m.said,
	    "GET AMT_Lamp, LIST AMT_Guests, LIST AMT_Guests 2, ");
}

static void
an_entry_that_stays_is_named(void **state)
{
	struct plain_machine m = with_guests();
	struct plain_end e;

	(void)state;
	m.deaf = "RemoveGuest";
	e = lamp_run(&m, &lamp_rules);
	assert_int_equal(e.reason, REASON_VERIFY_FAILED);
	assert_non_null(strstr(e.detail, "guest of cid stays as it was"));
}

/* Each call lost before and after it took effect: nothing is doubled. */
static void
a_call_without_an_answer_is_found_in_the_list(void **state)
{
	static const char *const calls[] = { "RemoveGuest", "ChangeGuest",
		"AddGuest" };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct plain_machine m = with_guests();

		m.lost = calls[i / 2];
		m.lost_before = i % 2 != 0;
		assert_int_equal(lamp_run(&m, &lamp_rules).reason, REASON_NONE);
		as_asked(&m);
	}
}

/* Or what comes in it is taken for missing, and added a second time. */
static void
a_list_whose_part_got_lost_is_read_from_its_beginning(void **state)
{
	(void)state;
	for (int goes_on = 0; goes_on < 2; goes_on++) {
		struct plain_machine m = with_guests();

		m.lost = "2";
		m.goes_on = goes_on != 0;
		assert_int_equal(lamp_run(&m, &lamp_rules).reason, REASON_NONE);
		assert_non_null(strstr(m.said,
		    "LIST AMT_Guests, LIST AMT_Guests 2, "
		    "LIST AMT_Guests, LIST AMT_Guests 2, "
		    "CALL AMT_Guests RemoveGuest, "));
		as_asked(&m);
	}
}

static void
a_list_that_nobody_asks_for_is_left_alone(void **state)
{
	struct plain_machine m = with_guests();

	(void)lamp_begin(state);
	assert_int_equal(lamp_run(&m, &lamp_rules).reason, REASON_NONE);
	assert_string_equal(m.said, "GET AMT_Lamp, ");
	assert_int_equal(m.nguests, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    entries_are_removed_changed_and_added_and_listed_again,
		    ask),
		cmocka_unit_test_setup(an_entry_that_stays_is_named, ask),
		cmocka_unit_test_setup(
		    a_call_without_an_answer_is_found_in_the_list, ask),
		cmocka_unit_test_setup(
		    a_list_whose_part_got_lost_is_read_from_its_beginning, ask),
		cmocka_unit_test_setup(
		    a_list_that_nobody_asks_for_is_left_alone, ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
