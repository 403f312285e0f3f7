#include "setup/setup_own.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
