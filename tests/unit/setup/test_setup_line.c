#include "setup/setup_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "setup/setup_way.h"

static void
every_failure_has_a_reason_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(setup_outcome_reason(SETUP_ANSWERED), REASON_NONE);
	for (int a = SETUP_CONNECT_REFUSED; a <= SETUP_HTTP_BROKEN; a++) {
		enum reason_id reason =
		    setup_outcome_reason((enum setup_outcome)a);

		assert_int_not_equal(reason, REASON_NONE);
		for (int b = a + 1; b <= SETUP_HTTP_BROKEN; b++)
			assert_int_not_equal(reason,
			    setup_outcome_reason((enum setup_outcome)b));
	}
}

static struct setup s;
static unsigned lost;

static enum setup_next
count_lost(struct setup *unused)
{
	(void)unused;
	lost++;
	return SETUP_END;
}

static const struct setup_step step = { .name = "step", .lost = count_lost };

static int
begin(void **state)
{
	(void)state;
	lost = 0;
	s = (struct setup){ .rules = { .way = &setup_way_psk },
		.route = SETUP_TLS_PSK,
		.realm = "Digest:A" };
	(void)setup_enter(&s, &step);
	trial_add(&s, pool_add(&s, "One-pass1"));
	trial_add(&s, pool_add(&s, "Two-pass2"));
	return 0;
}

static void
a_handshake_that_fails_goes_down_the_ladder_and_then_is_lost(void **state)
{
	const struct setup_reply in = { .outcome = SETUP_TLS_FAILED };

	(void)state;
	assert_int_equal(setup_unanswered(&s, &in), SETUP_ASK);
	assert_int_equal(s.tls, SETUP_TLS_1_1);
	assert_int_equal(setup_unanswered(&s, &in), SETUP_ASK);
	assert_int_equal(s.tls, SETUP_TLS_1_0);
	assert_int_equal(setup_unanswered(&s, &in), SETUP_END);
	assert_int_equal(lost, 1);
	assert_int_equal(s.why.reason, REASON_TLS_FAILED);
	assert_string_equal(s.why.detail, "step: the TLS handshake failed");
}

static void
a_refused_password_makes_room_for_the_next_then_for_a_pause(void **state)
{
	const struct setup_reply in = { .status = 401, .realm = "Digest:A" };

	(void)state;
	assert_int_equal(setup_login_failed(&s, &in), SETUP_ASK);
	assert_int_equal(setup_password(&s), 1);
	assert_true(s.fresh);
	assert_int_equal(setup_login_failed(&s, &in), SETUP_WAIT);
	assert_int_equal(setup_password(&s), 0);
	assert_int_equal(setup_login_failed(&s, &in), SETUP_ASK);
	assert_int_equal(setup_login_failed(&s, &in), SETUP_END);
	assert_int_equal(s.end.reason, REASON_LOGIN_REFUSED);
	assert_string_equal(s.end.detail, "step: passwords refused: 2");
}

/* At the plain port anyone may answer; under the key only the machine. */
static void
who_names_another_realm_at_the_plain_port_is_foreign(void **state)
{
	struct setup_reply in = { .status = 200, .realm = "Digest:B" };

	(void)state;
	assert_false(setup_is_foreign(&s, &in));
	s.route = SETUP_PLAIN;
	assert_true(setup_is_foreign(&s, &in));
	in.realm = "";
	assert_true(setup_is_foreign(&s, &in));
	in.realm = "Digest:A";
	assert_false(setup_is_foreign(&s, &in));
	in.foreign = true;
	assert_true(setup_is_foreign(&s, &in));
	assert_int_equal(setup_foreign(&s, &in), SETUP_END);
	assert_int_equal(s.why.reason, REASON_REALM_CHANGED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_failure_has_a_reason_of_its_own,
		    begin),
		cmocka_unit_test_setup(
		    a_handshake_that_fails_goes_down_the_ladder_and_then_is_lost,
		    begin),
		cmocka_unit_test_setup(
		    a_refused_password_makes_room_for_the_next_then_for_a_pause,
		    begin),
		cmocka_unit_test_setup(
		    who_names_another_realm_at_the_plain_port_is_foreign,
		    begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
