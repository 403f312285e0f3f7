#include "setup/setup_talk.h"

#include "setup/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct setup_step read_state = { .name = "read-state" };
static const struct setup_step commit = { .name = "commit" };

static struct setup s;

static int
begin(void **state)
{
	(void)state;
	s = (struct setup){ .npool = 3 };
	(void)setup_enter(&s, &read_state);
	strcpy(s.pool[0], "admin");
	strcpy(s.pool[1], "Old-Passw0rd");
	strcpy(s.pool[2], "New-Passw0rd");
	return 0;
}

static void
passwords_are_tried_in_order_and_none_twice(void **state)
{
	(void)state;
	trial_begin(&s);
	assert_true(s.fresh);
	trial_add(&s, 2);
	trial_add(&s, 0);
	trial_add(&s, 2);
	trial_add(&s, 3); /* there is no such password */
	assert_int_equal(s.trial.n, 2);
	assert_int_equal(setup_password(&s), 2);
	s.trial.at = 1;
	assert_int_equal(setup_password(&s), 0);
}

static void
a_milestone_is_told_once(void **state)
{
	(void)state;
	setup_reached(&s, SETUP_REACHED);
	setup_reached(&s, SETUP_NAMED);
	setup_reached(&s, SETUP_REACHED);
	assert_int_equal(s.nqueue, 2);
	assert_int_equal(s.queue[0], SETUP_REACHED);
	assert_int_equal(s.queue[1], SETUP_NAMED);
}

static void
a_secret_is_never_quoted_but_the_factorys_word_is(void **state)
{
	char to[64];

	(void)state;
	assert_string_equal(setup_quote(&s, to, sizeof(to), "admin\n"),
	    "admin\\x0a");
	assert_string_equal(setup_quote(&s, to, sizeof(to),
	                        "bad New-Passw0rd given"),
	    "(left out: it repeats a secret)");
	assert_string_equal(setup_quote(&s, to, sizeof(to),
	                        "bad NEW-Pass w0rd"),
	    "(left out: it repeats a secret)");
	/* what a digest is made of, too */
	strcpy(s.ha1, "3hZIahw1G1hIqetPB0FcPg==");
	strcpy(s.ha1_hex, "de16486a1c351b5848a9eb4f07415c3e");
	assert_string_equal(setup_quote(&s, to, sizeof(to),
	                        "x3hZIahw1G1hIqetPB0FcPg"),
	    "(left out: it repeats a secret)");
	assert_string_equal(setup_quote(&s, to, sizeof(to),
	                        "DE:16:48:6A:1C:35:1B:58"),
	    "(left out: it repeats a secret)");
	/* and the key, which a machine knows */
	strcpy(s.job.pps, "A1B0C2D5E3FAG4HFJ5KML6MRN7PXQ8R3");
	assert_string_equal(setup_quote(&s, to, sizeof(to),
	                        "no key c2d5-e3fa-g4hf"),
	    "(left out: it repeats a secret)");
	s.pool[1][0] = '\0'; /* an empty one is in every text */
	assert_string_equal(setup_quote(&s, to, sizeof(to), "fine"), "fine");
}

static void
what_went_wrong_names_its_step(void **state)
{
	(void)state;
	(void)setup_enter(&s, &commit);
	setup_went_wrong(&s, REASON_REPLY_BAD, "got %d", 7);
	assert_string_equal(s.why.detail, "commit: got 7");
	assert_false(s.ended);
	assert_int_equal(setup_give_up(&s), SETUP_END);
	assert_true(s.ended);
	assert_int_equal(s.end.reason, REASON_REPLY_BAD);
	assert_string_equal(s.end.detail, "commit: got 7");
}

static void
a_good_end_tells_how_the_machine_was_found(void **state)
{
	(void)state;
	strcpy(s.noted, "was set up before");
	assert_int_equal(setup_end(&s, REASON_NONE, "done"), SETUP_END);
	assert_string_equal(s.end.detail, "was set up before");
}

static void
a_machine_that_is_not_ready_is_asked_five_times_more(void **state)
{
	static const int64_t waits[] = { 2000, 5000, 10000, 10000, 10000 };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(setup_not_ready(&s, "busy"), SETUP_WAIT);
		assert_int_equal(s.wait_ms, waits[i]);
	}
	/* each step alone */
	(void)setup_enter(&s, &commit);
	assert_int_equal(setup_not_ready(&s, "busy"), SETUP_WAIT);
	(void)setup_enter(&s, &read_state);
	assert_int_equal(setup_not_ready(&s, "busy"), SETUP_END);
	assert_int_equal(s.end.reason, REASON_NOT_READY);
	assert_string_equal(s.end.detail, "read-state: busy");
}

static void
only_a_closed_connection_is_tried_again_and_once(void **state)
{
	(void)state;
	assert_int_equal(setup_again_once(&s), SETUP_END);
	(void)begin(NULL);
	s.dropped = true;
	assert_int_equal(setup_again_once(&s), SETUP_ASK);
	assert_true(s.fresh);
	assert_int_equal(setup_again_once(&s), SETUP_END);
}

static void
a_version_is_old_before_3_2(void **state)
{
	static const struct {
		const char *text, *kept; /* NULL: no version */
		bool old;
	} rows[] = {
		{ "2.0", "2.0", true },
		{ "3.1.9", "3.1.9", true },
		{ "3.2", "3.2", false },
		{ "3.10", "3.10", false },
		{ "11.8.50.3425", "11.8.50.3425", false },
		{ "9.1.20-build", "9.1.20", false },
		{ "", NULL, false },
		{ "next", NULL, false },
		{ "9", NULL, false },
		{ "9.", NULL, false },
		{ ".9", NULL, false },
		{ "-9.1", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)begin(NULL);
		assert_int_equal(setup_version(&s, rows[i].text),
		    rows[i].kept != NULL);
		assert_int_equal(s.version_known, rows[i].kept != NULL);
		assert_string_equal(s.firmware,
		    rows[i].kept != NULL ? rows[i].kept : "");
		assert_int_equal(s.version_old, rows[i].old);
	}
}

static void
a_secret_of_the_profile_is_not_quoted_either(void **state)
{
	char item[] = "", value[] = "Once-Upon-1";
	struct settings_value one = { "one-time-password", item, value };
	const struct settings asked = { .list = &one, .n = 1 };
	char to[64];

	(void)state;
	assert_string_equal(setup_quote(&s, to, sizeof(to), "got Once-Upon-1"),
	    "got Once-Upon-1");
	s.job.settings = &asked;
	assert_string_equal(setup_quote(&s, to, sizeof(to), "got Once-Upon-1"),
	    "(left out: it repeats a secret)");
	assert_string_equal(setup_quote(&s, to, sizeof(to), "got another"),
	    "got another");
}

/* The rounds of each step, however many there are; the oldest ones are over. */
static void
as_many_steps_are_counted_as_there_may_be(void **state)
{
	static struct setup_step steps[SETUP_COUNTS_MAX + 1];

	(void)state;
	for (size_t i = 0; i <= SETUP_COUNTS_MAX; i++) {
		setup_counted(&s, &steps[i])->lost = (unsigned)i;
		for (size_t j = i == SETUP_COUNTS_MAX; j <= i; j++)
			assert_int_equal(setup_counted(&s, &steps[j])->lost, j);
	}
	assert_int_equal(s.ncounts, SETUP_COUNTS_MAX);
	assert_null(setup_count_of(&s, &steps[0]));
	free(s.counts_many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    passwords_are_tried_in_order_and_none_twice, begin),
		cmocka_unit_test_setup(a_milestone_is_told_once, begin),
		cmocka_unit_test_setup(
		    a_secret_is_never_quoted_but_the_factorys_word_is, begin),
		cmocka_unit_test_setup(
		    a_secret_of_the_profile_is_not_quoted_either, begin),
		cmocka_unit_test_setup(what_went_wrong_names_its_step, begin),
		cmocka_unit_test_setup(
		    a_good_end_tells_how_the_machine_was_found, begin),
		cmocka_unit_test_setup(
		    a_machine_that_is_not_ready_is_asked_five_times_more,
		    begin),
		cmocka_unit_test_setup(
		    only_a_closed_connection_is_tried_again_and_once, begin),
		cmocka_unit_test_setup(a_version_is_old_before_3_2, begin),
		cmocka_unit_test_setup(
		    as_many_steps_are_counted_as_there_may_be, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
