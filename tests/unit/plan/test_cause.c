#include "plan/cause.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW (INT64_C(1795357200))
#define HOUR 3600

/* A remedy that names what a person changes on the server, and planning does
 * not look at that anyway: he need not go to the machine, too. */
static void
each_reason_whose_remedy_is_in_the_profile_has_it_as_its_cause(void **state)
{
	(void)state;
	for (unsigned id = REASON_CONNECT_REFUSED; id < REASON_COUNT; id++) {
		const struct reason *r = reason_get((enum reason_id)id);
		bool profile = strstr(r->remedy, "profile") != NULL;

		if (profile != cause_is_profile((enum reason_id)id) &&
		    !cause_is_signer((enum reason_id)id) &&
		    id != REASON_SIGNER_TIMEOUT &&
		    id != REASON_CONSOLE_NONE) /* amt-cert(1) mends it */
			fail_msg("%s", r->code);
	}
	assert_true(cause_is_profile(REASON_SIGNER_REFUSED));
}

static void
what_changed_since_is_the_cause_of_some_reasons_only(void **state)
{
	static const struct {
		enum reason_id met;
		bool profile, conf, signer, certs;
	} rows[] = {
		{ REASON_DOMAIN_OUTSIDE, .profile = true },
		{ REASON_MEBX_REFUSED, .profile = true },
		{ REASON_OTP_WRONG, .profile = true },
		{ REASON_DEVICE_NOT_GENUINE, .conf = true },
		{ REASON_SIGNER_REFUSED, true, true, true, true },
		{ REASON_SIGNER_TIMEOUT, true, true, true, true },
		{ REASON_AUTH_REFUSED, false, false, false, false },
		{ REASON_CONNECT_TIMEOUT, false, false, false, false },
	};
	const int64_t then = NOW - HOUR;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cause_facts f = { .now = NOW,
			.failed_at = then,
			.conf_at = then - 1,
			.signer_at = then - 1,
			.certs_at = then - 1 };

		assert_false(cause_changed(rows[i].met, &f));
		f.profile_changed = true;
		assert_int_equal(cause_changed(rows[i].met, &f),
		    rows[i].profile);
		f.profile_changed = false;
		f.conf_at = then;
		assert_int_equal(cause_changed(rows[i].met, &f), rows[i].conf);
		f.conf_at = NOW + 1; /* another clock */
		assert_false(cause_changed(rows[i].met, &f));
		f.signer_at = NOW;
		assert_int_equal(cause_changed(rows[i].met, &f),
		    rows[i].signer);
		f.signer_at = 0;
		f.certs_at = NOW;
		assert_int_equal(cause_changed(rows[i].met, &f), rows[i].certs);
	}
}

/* The program may be a file that something writes again and again. */
static void
a_change_of_the_signer_counts_once_in_ten_minutes(void **state)
{
	struct cause_facts f = { .now = NOW };

	(void)state;
	f.signer_at = NOW;
	f.failed_at = NOW - 599;
	assert_false(cause_changed(REASON_SIGNER_REFUSED, &f));
	f.conf_at = NOW; /* what a person has done is seen at once */
	assert_true(cause_changed(REASON_SIGNER_REFUSED, &f));
	f.conf_at = 0;
	f.failed_at = NOW - 600;
	assert_true(cause_changed(REASON_SIGNER_REFUSED, &f));
	f.signer_at = f.failed_at; /* since then it has stayed */
	assert_true(cause_changed(REASON_SIGNER_REFUSED, &f));
	f.signer_at = f.failed_at - 1;
	assert_false(cause_changed(REASON_SIGNER_REFUSED, &f));
}

static void
without_a_change_a_signer_is_asked_hourly_and_a_person_daily(void **state)
{
	(void)state;
	assert_int_equal(cause_wait(REASON_SIGNER_REFUSED, 1), HOUR);
	assert_int_equal(cause_wait(REASON_SIGNER_MISSING, 9), HOUR);
	assert_int_equal(cause_wait(REASON_SIGNER_TIMEOUT, 1), 60);
	assert_int_equal(cause_wait(REASON_AUTH_REFUSED, 1), 24 * HOUR);
	assert_int_equal(cause_wait(REASON_DRIFT, 2), 120);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_reason_whose_remedy_is_in_the_profile_has_it_as_its_cause),
		cmocka_unit_test(
		    what_changed_since_is_the_cause_of_some_reasons_only),
		cmocka_unit_test(
		    a_change_of_the_signer_counts_once_in_ten_minutes),
		cmocka_unit_test(
		    without_a_change_a_signer_is_asked_hourly_and_a_person_daily),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
