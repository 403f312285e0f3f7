#include "setup/setup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "setup_run_pki.h"

/* --- a machine as it should be -------------------------------------------- */

#define FIRST                                                                  \
	"read-state read-uuid list-version pull-version pull-version "         \
	"read-settings extend-window read-clock set-clock set-admin "          \
	"check-admin "
#define LAST                                                                   \
	"put-names commit verify-state verify-names verify-control "           \
	"verify-records verify-record "

static void
a_factory_new_machine_is_set_up_without_a_login(void **state)
{
	struct setup_job j = pki_job();
	struct device d = pki_device("9.1.20");
	struct outcome o = run(&j, &d);

	(void)state;
	is_set_up(&o, &d);
	assert_string_equal(o.steps, FIRST LAST);
	assert_string_equal(o.milestones,
	    "reached clock-set admin-set named committed verified ");
	assert_string_equal(o.detail, "");
	assert_string_equal(d.pki.tried, ""); /* at the setup port */
	assert_string_equal(d.pki.offered, "0 ");
	assert_int_equal(d.connections, 2);
	assert_int_equal(d.pki.window, 24);
	assert_string_equal(o.realm, REALM);
}

/* The one that locks out comes first (pki-setup.md, 6). */
static void
the_admin_password_comes_before_that_of_the_mebx(void **state)
{
	struct setup_job j = pki_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX);
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.steps, FIRST "set-mebx " LAST);
	assert_string_equal(d.mebx, MEBX);
	assert_string_equal(o.milestones,
	    "reached clock-set admin-set "
	    "mebx-set named committed verified ");
}

static void
from_16_1_on_it_is_looked_for_behind_tls(void **state)
{
	static const struct {
		const char *version;
		bool on_tls;
	} rows[] = { { "16.0.15", false }, { "16.1.25", true },
		{ "19.0.5", true } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct setup_job j = pki_job();
		struct device d = pki_device(rows[i].version);
		struct outcome o;

		d.pki.on_tls = rows[i].on_tls;
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_string_equal(o.steps, FIRST LAST);
		assert_int_equal(o.route,
		    rows[i].on_tls ? SETUP_TLS_OWN : SETUP_PLAIN);
	}
}

/* --- a login is asked for all the same ------------------------------------ */

static struct setup_job
login_job(void)
{
	struct setup_job j = pki_job();

	strcpy(j.mebx_next, MEBX);
	return j;
}

static void
begins_with(const char *text, const char *start)
{
	if (strncmp(text, start, strlen(start)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", text, start);
}

/* pki-setup.md, 5: pending, old, MEBx, the factory's, none. */
static void
a_login_is_answered_from_the_list_each_once_and_apart(void **state)
{
	static const char *const right[] = { NEXT, OLD, MEBX, FACTORY_WORD,
		"" };
	static const char list[] = NEXT "|" OLD "|" MEBX "|" FACTORY_WORD "||";

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		struct setup_job j = login_job();
		struct device d = pki_device("9.1.20");
		struct outcome o;
		const char *end = list;

		for (unsigned k = 0; k <= i; k++)
			end = strchr(end, '|') + 1;
		d.pki.login = ALWAYS_ASKS;
		device_hash(&d, right[i], d.ha1);
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_int_equal(strncmp(d.pki.tried, list,
		                     (size_t)(end - list)),
		    0);
		assert_int_equal(d.pki.bare, 1);
		assert_int_equal(d.refusals, 1 + i);
		assert_int_equal(o.waited_ms, 20000 * i + 1000);
	}
}

static void
no_password_is_offered_twice(void **state)
{
	struct setup_job j = login_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	d.pki.login = ALWAYS_ASKS;
	device_hash(&d, "Theirs-0", d.ha1);
	o = run(&j, &d);
	ends(&o, REASON_LOGIN_REFUSED, "read-state: passwords refused: 5");
	assert_string_equal(d.pki.tried,
	    NEXT "|" OLD "|" MEBX "|" FACTORY_WORD "||");
	assert_int_equal(o.waited_ms, 80000);
	assert_int_equal(d.admins + d.mebxs + d.puts + d.pki.windows, 0);
}

static void
only_a_realm_that_machines_have_gets_an_answer(void **state)
{
	static const char *const realms[] = { "Digest:A", "printer",
		"Digest:A400000000000000000000000000000G",
		"Digest:A40000000000000000000000000000001" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct setup_job j = login_job();
		struct device d = pki_device("9.1.20");
		struct outcome o;

		d.pki.login = ALWAYS_ASKS;
		strcpy(d.realm, realms[i]);
		o = run(&j, &d);
		ends(&o, REASON_HTTP_STATUS, "no password sent");
		assert_string_equal(d.pki.tried, "");
	}
}

/* The same where the realm comes as a property, before a hash with it goes
 * out. */
static void
a_hash_is_made_of_a_machines_realm_alone(void **state)
{
	struct setup_job j = login_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	strcpy(d.realm, "Digest:mine");
	o = run(&j, &d);
	ends(&o, REASON_HTTP_STATUS, "read-settings: no realm of a machine");
	assert_int_equal(d.admins + d.mebxs + d.puts, 0);
}

static void
the_new_password_answers_once_it_is_in_force(void **state)
{
	struct setup_job j = login_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	d.pki.login = ASKS_AFTER_ADMIN;
	o = run(&j, &d);
	is_set_up(&o, &d);
	begins_with(d.pki.tried, NEXT "|");
	assert_int_equal(d.refusals, 1);
	assert_int_equal(d.admins, 1);
	assert_int_equal(d.connections, 2); /* asked and answered on one */
	assert_int_equal(o.waited_ms, 1000);
}

/* AMT 20 and 21. */
static void
a_session_closed_after_the_admin_change_is_gone_on_with(void **state)
{
	static const enum device_login logins[] = { CERTIFICATE_IS_LOGIN,
		ASKS_AFTER_ADMIN, ALWAYS_ASKS };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct setup_job j = login_job();
		struct device d = pki_device("20.0.5");
		struct outcome o;

		d.pki.on_tls = true;
		d.pki.closes_admin = true;
		d.pki.login = logins[i];
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_int_equal(d.admins, 1);
		assert_string_equal(d.mebx, MEBX);
		assert_true(d.connections >= 3);
	}
}

static void
a_proof_answers_no_login(void **state)
{
	struct setup_job j = login_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	j.wish = SETUP_PROVE;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_string_equal(o.steps, "read-state read-uuid ");
	assert_string_equal(o.milestones, "reached proved ");
	d = pki_device("9.1.20");
	d.pki.login = ALWAYS_ASKS;
	o = run(&j, &d);
	ends(&o, REASON_LOGIN_REFUSED, "a proof sends none");
	assert_string_equal(d.pki.tried, "");
}

/* --- who it is, and in which state ---------------------------------------- */

static void
what_is_not_this_machine_in_setup_gets_no_secret(void **state)
{
	static const struct {
		unsigned state, mode;
		uint8_t first; /* of its UUID */
		const char *version, *server;
		enum reason_id reason;
		const char *detail;
	} rows[] = {
		{ 2, 1, 1, "16.1.25", "AMT", REASON_ALREADY_SET_UP,
		    "somebody else has set it up" },
		{ 0, 1, 1, "16.1.25", "AMT", REASON_STATE_UNEXPECTED,
		    "ProvisioningState 0, its setup window is closed" },
		{ 1, 4, 1, "7.1.20", "AMT", REASON_STATE_UNEXPECTED,
		    "client control mode" },
		{ 1, 1, 9, "16.1.25", "AMT", REASON_UUID_MISMATCH, "" },
		{ 1, 1, 1, "3.1.20", "AMT", REASON_VERSION_UNSUPPORTED,
		    "firmware 3.1.20" },
		{ 1, 1, 1, NULL, "Intel(R) Active Management Technology 2.2.20",
		    REASON_VERSION_UNSUPPORTED, "read-state: firmware 2.2.20" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned asks = 0; asks < 2; asks++) {
			struct setup_job j = login_job();
			struct device d = pki_device(rows[i].version);
			struct outcome o;

			d.state = rows[i].state;
			d.mode = rows[i].mode;
			d.uuid[0] = rows[i].first;
			d.server = rows[i].server;
			d.pki.still_asks = true;
			o = run(&j, &d);
			ends(&o, rows[i].reason, rows[i].detail);
			assert_int_equal(d.admins + d.mebxs + d.puts, 0);
			assert_string_equal(d.pki.tried, "");
		}
}

/* An old one that asks for a login shows its age before it gets one. */
static void
no_login_goes_to_a_release_that_speaks_no_ws_management(void **state)
{
	struct setup_job j = login_job();
	struct device d = pki_device("2.2.20");
	struct outcome o;

	(void)state;
	d.server = "Intel(R) Active Management Technology 2.2.20";
	d.pki.login = ALWAYS_ASKS;
	o = run(&j, &d);
	ends(&o, REASON_VERSION_UNSUPPORTED, "firmware 2.2.20");
	assert_string_equal(d.pki.tried, "");
}

static void
a_one_time_password_of_the_profile_must_be_the_machines(void **state)
{
	static const struct {
		const char *otp; /* base64 */
		enum reason_id reason;
		const char *detail;
	} rows[] = {
		{ "T25lLXRpbWUtMQ==", REASON_NONE, "" }, /* One-time-1 */
		{ "T25lLXRpbWUtMg==", REASON_OTP_WRONG,
		    "read-otp: it has another one-time password" },
		{ "T25lLXRpbWUt", REASON_OTP_WRONG, "another" },
		{ "", REASON_OTP_WRONG, "it has no one-time password" },
		{ NULL, REASON_OTP_WRONG, "it has no one-time password" },
	};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct setup_job j = login_job();
		struct device d = pki_device("9.1.20");
		struct outcome o;

		asks_for(&j, "one-time-password", "One-time-1");
		d.pki.otp = rows[i].otp;
		o = run(&j, &d);
		ends(&o, rows[i].reason, rows[i].detail);
		if (rows[i].reason == REASON_NONE)
			is_set_up(&o, &d);
		else
			assert_int_equal(d.admins + d.mebxs + d.pki.windows, 0);
		assert_null(strstr(o.detail, "One-time"));
	}
}

/* A machine with a PID has none. */
static void
a_one_time_password_is_no_matter_of_a_key(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	asks_for(&j, "one-time-password", "One-time-1");
	o = run(&j, &d);
	is_set_up(&o, &d);
	settings_free(&profile);
}

/* --- the handshake -------------------------------------------------------- */

static void
who_asks_for_no_certificate_hears_nothing(void **state)
{
	(void)state;
	for (unsigned attempt = 1; attempt <= 2; attempt++) {
		struct setup_job j = login_job();
		struct device d = pki_device("16.1.25");
		struct outcome o;

		j.attempt = attempt;
		d.pki.asks_nobody = true;
		o = run(&j, &d);
		ends(&o, REASON_CERT_NOT_ASKED, "read-state: no certificate");
		assert_int_equal(d.requests, 0);
		assert_int_equal(d.connections, 1);
	}
}

static void
who_is_not_genuine_hears_nothing(void **state)
{
	struct setup_job j = login_job();
	struct device d = pki_device("16.1.25");
	struct outcome o;

	(void)state;
	d.pki.not_genuine = true;
	o = run(&j, &d);
	ends(&o, REASON_DEVICE_NOT_GENUINE, "read-state: ");
	assert_int_equal(d.requests, 0);
	assert_int_equal(d.connections, 1);
}

static void
each_chain_is_offered_once_and_the_last_refusal_is_named(void **state)
{
	struct setup_job j = login_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	d.pki.takes = 1;
	strcpy(d.pki.cn, CN_NEXT);
	strcpy(d.pki.root, ROOT_NEXT);
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(d.pki.offered, "0 1 ");
	d = pki_device("9.1.20");
	d.pki.takes = 7;
	o = run(&j, &d);
	ends(&o, REASON_CERT_REFUSED,
	    "2 refused, the last is of " CN_NEXT " with the root " ROOT_NEXT);
	assert_string_equal(d.pki.offered, "0 1 ");
	assert_int_equal(d.requests, 0);
	j.nchains = 1;
	d.pki.offered[0] = '\0';
	o = run(&j, &d);
	ends(&o, REASON_CERT_REFUSED,
	    "refused: " CN_BEST " with the root " ROOT_BEST);
	assert_string_equal(d.pki.offered, "0 ");
}

static void
a_handshake_that_is_only_closed_is_begun_anew_three_times(void **state)
{
	struct setup_job j = login_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	d.pki.closed = 3; /* the ladder, once */
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(o.waited_ms, 10000 + 1000);
	d = pki_device("9.1.20");
	d.pki.closed = 1000;
	o = run(&j, &d);
	ends(&o, REASON_TLS_CLOSED, "read-state: ");
	assert_int_equal(o.waited_ms, 30000);
	assert_int_equal(d.connections, 12);
	assert_int_equal(d.requests, 0);
}

/* Alert 20 is that of an old stack here, which goes down the ladder. */
static void
the_ladder_begins_where_it_ended_the_last_time(void **state)
{
	struct setup_job j = login_job();
	struct device d = pki_device("6.1.20");
	struct outcome o;

	(void)state;
	d.lowest = SETUP_TLS_1_0;
	d.rung[0] = SETUP_TLS_KEY_REFUSED;
	d.rung[1] = SETUP_TLS_FAILED;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.connections, 4);
	d = pki_device("6.1.20");
	d.lowest = SETUP_TLS_1_0;
	j.tls = SETUP_TLS_1_0;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.connections, 2);
	/* what was remembered does not hold for ever */
	d = pki_device("6.1.20");
	d.lowest = SETUP_TLS_1_0 + 1;
	for (size_t i = 0; i < 3; i++)
		d.rung[i] = SETUP_TLS_KEY_REFUSED;
	o = run(&j, &d);
	ends(&o, REASON_TLS_FAILED, "read-state: ");
	assert_int_equal(d.connections, 3);
}

/* versions.md, 1. */
static void
who_speaks_older_tls_than_his_release_gets_no_secret(void **state)
{
	static const struct {
		const char *version;
		enum setup_tls tls;
		bool good;
	} rows[] = {
		{ "11.8.50", SETUP_TLS_1_0, true },
		{ "12.0.45", SETUP_TLS_1_0, false },
		{ "12.0.45", SETUP_TLS_1_1, true },
		{ "15.0.23", SETUP_TLS_1_1, true },
		{ "16.0.15", SETUP_TLS_1_1, false },
		{ "16.0.15", SETUP_TLS_BEST, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct setup_job j = login_job();
		struct device d = pki_device(rows[i].version);
		struct outcome o;

		d.pki.tls = rows[i].tls;
		o = run(&j, &d);
		if (rows[i].good) {
			is_set_up(&o, &d);
			continue;
		}
		ends(&o, REASON_TLS_DOWNGRADED, rows[i].version);
		assert_int_equal(d.admins + d.mebxs + d.puts, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_factory_new_machine_is_set_up_without_a_login),
		cmocka_unit_test(
		    the_admin_password_comes_before_that_of_the_mebx),
		cmocka_unit_test(from_16_1_on_it_is_looked_for_behind_tls),
		cmocka_unit_test(
		    a_login_is_answered_from_the_list_each_once_and_apart),
		cmocka_unit_test(no_password_is_offered_twice),
		cmocka_unit_test(
		    only_a_realm_that_machines_have_gets_an_answer),
		cmocka_unit_test(a_hash_is_made_of_a_machines_realm_alone),
		cmocka_unit_test(the_new_password_answers_once_it_is_in_force),
		cmocka_unit_test(
		    a_session_closed_after_the_admin_change_is_gone_on_with),
		cmocka_unit_test(a_proof_answers_no_login),
		cmocka_unit_test(
		    what_is_not_this_machine_in_setup_gets_no_secret),
		cmocka_unit_test(
		    no_login_goes_to_a_release_that_speaks_no_ws_management),
		cmocka_unit_test(
		    a_one_time_password_of_the_profile_must_be_the_machines),
		cmocka_unit_test(a_one_time_password_is_no_matter_of_a_key),
		cmocka_unit_test(who_asks_for_no_certificate_hears_nothing),
		cmocka_unit_test(who_is_not_genuine_hears_nothing),
		cmocka_unit_test(
		    each_chain_is_offered_once_and_the_last_refusal_is_named),
		cmocka_unit_test(
		    a_handshake_that_is_only_closed_is_begun_anew_three_times),
		cmocka_unit_test(
		    the_ladder_begins_where_it_ended_the_last_time),
		cmocka_unit_test(
		    who_speaks_older_tls_than_his_release_gets_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
