#include "sweep/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>

#include <cmocka.h>

static void
a_refused_a_silent_and_an_unreachable_address_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(outcome_connect(ECONNREFUSED), SETUP_CONNECT_REFUSED);
	assert_int_equal(outcome_connect(ETIMEDOUT), SETUP_CONNECT_TIMEOUT);
	assert_int_equal(outcome_connect(EHOSTUNREACH), SETUP_CONNECT_NO_ROUTE);
	assert_int_equal(outcome_connect(ENETUNREACH), SETUP_CONNECT_NO_ROUTE);
	assert_int_equal(outcome_connect(ECONNRESET), SETUP_TLS_CLOSED);
}

static void
alerts_that_speak_of_the_key_are_told_from_the_others(void **state)
{
	static const int key[] = { 20, 21, 51, 115 };
	size_t nkey = 0;

	(void)state;
	for (int alert = 0; alert < 256; alert++) {
		enum setup_outcome want = SETUP_TLS_FAILED;

		if (nkey < 4 && key[nkey] == alert) {
			want = SETUP_TLS_KEY_REFUSED;
			nkey++;
		}
		assert_int_equal(outcome_alert(alert), want);
	}
	assert_int_equal(nkey, 4);
}

static void
alerts_that_speak_of_our_certificate_are_told_from_the_others(void **state)
{
	static const int cert[] = { 42, 43, 44, 45, 46, 48, 49 };
	size_t ncert = 0;

	(void)state;
	for (int alert = 0; alert < 256; alert++) {
		enum setup_outcome want = SETUP_TLS_FAILED;

		if (ncert < 7 && cert[ncert] == alert) {
			want = SETUP_TLS_CERT_REFUSED;
			ncert++;
		}
		assert_int_equal(outcome_cert_alert(alert), want);
	}
	assert_int_equal(ncert, 7);
}

static void
silence_is_named_by_how_far_the_request_was(void **state)
{
	(void)state;
	assert_int_equal(outcome_timeout(PHASE_CONNECT), SETUP_CONNECT_TIMEOUT);
	assert_int_equal(outcome_timeout(PHASE_TLS), SETUP_TLS_TIMEOUT);
	assert_int_equal(outcome_timeout(PHASE_HTTP), SETUP_HTTP_TIMEOUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_refused_a_silent_and_an_unreachable_address_are_told_apart),
		cmocka_unit_test(
		    alerts_that_speak_of_the_key_are_told_from_the_others),
		cmocka_unit_test(
		    alerts_that_speak_of_our_certificate_are_told_from_the_others),
		cmocka_unit_test(silence_is_named_by_how_far_the_request_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
