#include "setup/setup_own.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "setup/setup_talk.h"

static struct setup s;

static enum setup_next
applied(struct setup *unused)
{
	(void)unused;
	return SETUP_WAIT; /* told from a step */
}

static const struct setup_want writes = { .writes = true, .applied = applied };
static const struct setup_want looks = { .applied = applied };

/* A table of the one row. */
static int
begin(void **state)
{
	static const struct setting row = { .name = "one", .group = "one" };

	(void)state;
	s = (struct setup){
		.rules = { .want = &writes, .table = &row, .count = 1 },
		.row = &row
	};
	trial_add(&s, pool_add(&s, "Old-pass1"));
	s.admin = pool_add(&s, "Next-pw1");
	s.mebx = pool_add(&s, "Mebx-pw1");
	return 0;
}

static void
the_admin_password_is_sent_unless_it_opens_already(void **state)
{
	(void)state;
	assert_int_equal(setup_admin(&s), SETUP_ASK);
	assert_string_equal(s.step_name, "set-one");
	s.trial.order[0] = s.admin;
	assert_int_equal(setup_admin(&s), SETUP_WAIT);
	/* a commit may want it called, though it opens; once */
	s.commit_wants_admin = true;
	assert_int_equal(setup_admin(&s), SETUP_ASK);
	assert_string_equal(s.step_name, "set-one");
	assert_false(s.commit_wants_admin);
}

/* Where both passwords are one, the MEBx's may have replaced it. */
static void
after_the_mebx_password_the_admins_is_looked_at_again(void **state)
{
	(void)state;
	s.mebx_sends = 1;
	s.trial.order[0] = s.admin;
	assert_int_equal(setup_admin(&s), SETUP_ASK);
	assert_string_equal(s.step_name, "check-one");
	assert_int_equal(s.trial.n, 2);
	assert_int_equal(s.trial.order[0], s.admin);
	assert_int_equal(s.trial.order[1], s.mebx);
	(void)begin(NULL);
	s.mebx_sends = 1;
	assert_int_equal(setup_admin(&s), SETUP_ASK);
	assert_string_equal(s.step_name, "set-one");
	assert_int_equal(s.trial.n, 3); /* the old one, mebx, the old one */
}

static void
a_look_sends_neither_clock_nor_password(void **state)
{
	(void)state;
	s.rules.want = &looks;
	assert_int_equal(setup_clock(&s), SETUP_WAIT);
	assert_int_equal(setup_mebx(&s), SETUP_WAIT);
	assert_string_equal(s.noted, "");
	assert_int_equal(setup_admin(&s), SETUP_WAIT);
	assert_string_equal(s.noted, "one differs (got nothing)");
	free(s.findings.at);
}

/* --- the clock of a machine that is set up -------------------------------- */

/* What comes of an answer to the step that is due. */
static enum setup_next
hears(const char *name, const char *value)
{
	const struct message_node n = { .name = name,
		.ns = "",
		.value = value };
	struct message r = { .items = &n };

	return s.step->took(&s, &r);
}

static void
a_clock_that_is_right_is_not_written(void **state)
{
	static const char *const right[] = { "1800000000", "1800000010",
		"1799999990" };

	(void)state;
	s.machine_state = STATE_POST;
	s.unix_now = 1800000000;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(setup_clock(&s), SETUP_ASK);
		assert_string_equal(s.step_name, "read-one");
		assert_int_equal(hears("Ta0", right[i]), SETUP_WAIT);
	}
	assert_null(setup_finding(&s));
	free(s.findings.at);
}

static void
a_clock_that_is_off_is_set_and_read_back(void **state)
{
	const struct setup_finding *f;

	(void)state;
	s.machine_state = STATE_POST;
	s.unix_now = 1800000000;
	assert_int_equal(setup_clock(&s), SETUP_ASK);
	assert_int_equal(hears("Ta0", "1800000011"), SETUP_ASK);
	assert_string_equal(s.step_name, "set-one");
	assert_int_equal(hears("ReturnValue", "0"), SETUP_ASK);
	assert_string_equal(s.step_name, "read-one");
	assert_int_equal(hears("Ta0", "1800000001"), SETUP_WAIT);
	f = setup_finding(&s);
	assert_non_null(f);
	assert_int_equal(f->kind, SETUP_CHANGED);
	free(s.findings.at);
}

static void
a_clock_that_does_not_take_the_time_is_no_success(void **state)
{
	(void)state;
	s.machine_state = STATE_POST;
	s.unix_now = 1800000000;
	assert_int_equal(setup_clock(&s), SETUP_ASK);
	assert_int_equal(hears("Ta0", "1799999989"), SETUP_ASK);
	assert_int_equal(hears("ReturnValue", "0"), SETUP_ASK);
	assert_int_equal(hears("Ta0", "1799999989"), SETUP_END);
	assert_int_equal(setup_reason(&s), REASON_VERIFY_FAILED);
}

static void
a_look_tells_by_how_much_the_clock_is_off(void **state)
{
	struct setup_want keeps = looks;

	(void)state;
	keeps.keeps = true;
	s.rules.want = &keeps;
	s.machine_state = STATE_POST;
	s.unix_now = 1800000000;
	assert_int_equal(setup_clock(&s), SETUP_ASK);
	assert_int_equal(hears("Ta0", "1800003600"), SETUP_WAIT);
	assert_string_equal(s.noted, "one differs (got +3600 s)");
	assert_int_equal(setup_finding(&s)->kind, SETUP_DIFFERS);
	free(s.findings.at);
}

/* Its commit may want that it was set. */
static void
a_new_machines_clock_is_set_in_any_case(void **state)
{
	(void)state;
	s.machine_state = STATE_IN;
	s.unix_now = 1800000000;
	assert_int_equal(setup_clock(&s), SETUP_ASK);
	assert_int_equal(hears("Ta0", "1800000000"), SETUP_ASK);
	assert_string_equal(s.step_name, "set-one");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    the_admin_password_is_sent_unless_it_opens_already, begin),
		cmocka_unit_test_setup(
		    after_the_mebx_password_the_admins_is_looked_at_again,
		    begin),
		cmocka_unit_test_setup(a_look_sends_neither_clock_nor_password,
		    begin),
		cmocka_unit_test_setup(a_clock_that_is_right_is_not_written,
		    begin),
		cmocka_unit_test_setup(a_clock_that_is_off_is_set_and_read_back,
		    begin),
		cmocka_unit_test_setup(
		    a_clock_that_does_not_take_the_time_is_no_success, begin),
		cmocka_unit_test_setup(
		    a_look_tells_by_how_much_the_clock_is_off, begin),
		cmocka_unit_test_setup(a_new_machines_clock_is_set_in_any_case,
		    begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
