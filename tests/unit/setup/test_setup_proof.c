/*
 * Whom the conversation believes: the key, and the plain port only as far as a
 * key has spoken for it; what a refused login and a clock that is set mean.
 */
#include "setup/setup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "setup_run.h"

#define OTHER "Digest:B0000000000000000000000000000002"

/* A machine of ours that finished, and the news of it was lost. */
static struct device
finished(const struct setup_job *j)
{
	struct device d = device();

	d.state = 2;
	strcpy(d.host, j->host);
	strcpy(d.domain, j->domain);
	device_hash(&d, NEXT, d.ha1);
	return d;
}

/* --- the plain port ------------------------------------------------------ */

static void
without_a_proof_the_plain_port_is_never_asked(void **state)
{
	static const enum setup_outcome outcomes[] = { SETUP_CONNECT_REFUSED,
		SETUP_CONNECT_TIMEOUT, SETUP_TLS_TIMEOUT, SETUP_TLS_CLOSED };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct setup_job j = job();
		struct device d = finished(&j);
		struct outcome o;

		j.attempt = 2 + (unsigned)i;
		d.tls_port = outcomes[i];
		o = run(&j, &d); /* which checks each request's port */
		ends(&o,
		    outcomes[i] == SETUP_CONNECT_REFUSED
		        ? REASON_CONNECT_REFUSED
		        : o.reason,
		    "port 16992 is not used, as no key has proved who "
		    "answers here: unplug");
		assert_int_equal(d.requests, 0);
		assert_string_equal(o.milestones, "");
		assert_string_equal(o.realm, "");
	}
}

static void
a_stranger_of_another_realm_gets_no_password(void **state)
{
	struct setup_job j = job();
	struct device d = finished(&j);
	struct outcome o;

	(void)state;
	j.attempt = 2;
	strcpy(j.realm, REALM);
	d.plain_realm = OTHER;
	o = run(&j, &d);
	ends(&o, REASON_REALM_CHANGED,
	    "no password sent (got realm " OTHER ", expected " REALM ")");
	assert_int_equal(d.strangers, 1);
	assert_int_equal(d.refusals, 0);
	assert_string_equal(o.milestones, "");
}

static void
a_stranger_that_asks_for_no_login_is_not_believed(void **state)
{
	struct setup_job j = job();
	struct device d = finished(&j);
	struct outcome o;

	(void)state;
	j.attempt = 2;
	strcpy(j.realm, REALM);
	d.plain_realm = "";
	o = run(&j, &d);
	ends(&o, REASON_REALM_CHANGED, "got realm none, expected " REALM);
	assert_string_equal(o.milestones, "");
}

/* It took the commit, and someone else is at its address when it is looked
 * for. */
static void
a_stranger_after_the_commit_verifies_nothing(void **state)
{
	static const char *const realms[] = { OTHER, "" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.plain_realm = realms[i];
		o = run(&j, &d);
		ends(&o, REASON_VERIFY_UNREACHED,
		    "last: verify-state: port 16992 is not the machine's");
		assert_non_null(strstr(o.milestones, "committed "));
		assert_null(strstr(o.milestones, "verified"));
		assert_int_equal(d.refusals, 0);
	}
}

static void
the_realm_is_the_one_named_under_the_key(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.realm, OTHER); /* of an earlier life, say */
	j.attempt = 2;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.realm, REALM);
	/* found at the plain port: the key has said nothing */
	strcpy(j.realm, REALM);
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.realm, "");
}

/* --- proofs -------------------------------------------------------------- */

static void
a_proof_changes_nothing(void **state)
{
	struct setup_job j = job();
	struct device d = device(), before;
	struct outcome o;

	(void)state;
	j.wish = SETUP_PROVE;
	strcpy(j.mebx_next, MEBX);
	before = d;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_string_equal(o.milestones, "reached proved ");
	assert_string_equal(o.realm, REALM);
	assert_string_equal(d.said, "Get GetUuid ");
	assert_int_equal(d.puts + d.admins + d.mebxs + d.commits, 0);
	assert_int_equal(d.clock, before.clock);
	opens_with(&d, OLD);
}

static void
what_is_no_proof_has_its_reason(void **state)
{
	struct setup_job j = job();
	struct device d = finished(&j);
	struct outcome o;

	(void)state;
	/* not even the planned password and a realm lead to the plain port */
	j.wish = SETUP_PROVE;
	j.attempt = 5;
	strcpy(j.realm, REALM);
	o = run(&j, &d);
	ends(&o, REASON_CONNECT_REFUSED, "read-state: connection refused");
	assert_int_equal(o.asks, 1);
	d.tls_stays = true;
	o = run(&j, &d);
	ends(&o, REASON_STATE_UNEXPECTED, "ProvisioningState 2");
	assert_string_equal(o.milestones, "reached ");
	d = device();
	d.uuid[3] ^= 1;
	o = run(&j, &d);
	ends(&o, REASON_UUID_MISMATCH, "here answers");
	assert_string_equal(o.milestones, "");
	d = device();
	d.tls_port = SETUP_TLS_KEY_REFUSED;
	o = run(&j, &d);
	ends(&o, REASON_TLS_KEY_REFUSED, "");
	assert_string_equal(o.milestones, "");
}

/* --- the clock ----------------------------------------------------------- */

static void
a_clock_that_is_set_changes_no_verification(void **state)
{
	static const int64_t steps[] = { 60, 3600, 86400, -15, -60, -86400 };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.restart = 4;
		clock_step = steps[i];
		o = run(&j, &d);
		is_set_up(&o, &d);
		/* and one that stays away is not awaited for a day */
		d = device();
		d.deaf_after_commit = true;
		o = run(&j, &d);
		ends(&o, REASON_VERIFY_UNREACHED, "not seen again");
		assert_int_equal(o.waited_ms, 40000);
		clock_step = 0;
	}
}

static void
a_clock_that_is_set_between_its_reading_and_its_setting(void **state)
{
	static const int64_t steps[] = { 60, 86400, -60, -86400 };

	(void)state;
	clock_step_at = "read-clock";
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		clock_step = steps[i];
		o = run(&j, &d);
		is_set_up(&o, &d);
	}
	clock_step = 0;
	clock_step_at = "commit";
}

/* --- logins -------------------------------------------------------------- */

static void
an_account_that_is_locked_for_a_time_is_waited_for(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.locked = 1;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.refusals, 1);
	assert_int_equal(o.waited_ms, 5000 + 1000);
	/* where the right one is the second of three */
	strcpy(j.tries[0], "Wrong-1-pass");
	strcpy(j.tries[1], OLD);
	strcpy(j.tries[2], "Wrong-2-pass");
	j.ntries = 3;
	d = device();
	d.locked = 3;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.refusals, 4);
	/* one that stays locked has other runs for it */
	d = device();
	d.locked = 99;
	o = run(&j, &d);
	ends(&o, REASON_LOGIN_REFUSED, "passwords refused: 3");
	assert_int_equal(d.refusals, 6);
}

static void
one_refusal_anywhere_ends_no_conversation(void **state)
{
	struct setup_job j = job();

	(void)state;
	strcpy(j.mebx_next, MEBX);
	for (unsigned k = 1; k <= 14; k++) {
		struct device d = device();
		struct outcome o;

		d.at = k;
		d.mishap = REFUSED_401;
		o = run(&j, &d);
		is_set_up(&o, &d);
		/* others may be tried in between */
		assert_in_range(d.refusals, 1, 3);
		assert_string_equal(d.mebx, MEBX);
	}
}

static void
a_stale_nonce_is_no_refused_password(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.stale = true;
	d.locked = 1;
	o = run(&j, &d);
	is_set_up(&o, &d);
	d = device();
	d.stale = true;
	d.locked = 99;
	o = run(&j, &d);
	ends(&o, REASON_NONCE_STALE,
	    "read-state: HTTP status 401, and it calls every nonce stale");
	assert_int_equal(d.refusals, 2);
	assert_int_equal(o.waited_ms, 5000);
}

/* --- secrets ------------------------------------------------------------- */

static void
a_secret_is_not_repeated_however_it_is_dressed(void **state)
{
	static const char *const dressed[] = { "c:X got N3xt&< Admin>",
		"c:X got n3XT&lt;aDMIN>", "c:N3xtAdmin x",
		"c:X TjN4dCY8QWRtaW4+", "c:X 4e 33 78 74 26 3c 41 64" };
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;
	char ha1[64];

	(void)state;
	for (size_t i = 0; i < sizeof(dressed) / sizeof(dressed[0]); i++) {
		d = device();
		d.method = "SetAdminAclEntryEx";
		d.mishap = SOAP_FAULT;
		d.mishap_text = dressed[i];
		o = run(&j, &d);
		ends(&o, REASON_SOAP_FAULT, "it repeats a secret");
	}
	/* what it was sent is as good as the password */
	d = device();
	strcpy(ha1, "c:X ");
	device_hash(&d, NEXT, ha1 + 4);
	d.method = "SetAdminAclEntryEx";
	d.mishap = SOAP_FAULT;
	d.mishap_text = ha1;
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "it repeats a secret");
	/* as its name, its version or its realm */
	d = device();
	d.method = "Put";
	d.mishap = RETURNS;
	strcpy(d.host, "n3xt-admin");
	strcpy(d.domain, j.domain);
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_FAILED, "it repeats a secret");
	strcpy(j.tries[0], "9.12345678");
	d = device();
	device_hash(&d, "9.12345678", d.ha1);
	d.version = "9.12345678";
	d.server = "";
	o = run(&j, &d);
	assert_string_equal(o.firmware, "");
	d = device();
	d.method = "CommitChanges";
	d.mishap = RETURNS;
	d.mishap_code = 12345678;
	strcpy(j.tries[0], "12345678");
	device_hash(&d, "12345678", d.ha1);
	o = run(&j, &d);
	ends(&o, REASON_RETURN_CODE, "it repeats a secret");
	strcpy(d.realm, "Digest:12345678");
	device_hash(&d, "12345678", d.ha1);
	d.method = "none";
	j.wish = SETUP_PROVE;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_string_equal(o.realm, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_proof_the_plain_port_is_never_asked),
		cmocka_unit_test(a_stranger_of_another_realm_gets_no_password),
		cmocka_unit_test(
		    a_stranger_that_asks_for_no_login_is_not_believed),
		cmocka_unit_test(a_stranger_after_the_commit_verifies_nothing),
		cmocka_unit_test(the_realm_is_the_one_named_under_the_key),
		cmocka_unit_test(a_proof_changes_nothing),
		cmocka_unit_test(what_is_no_proof_has_its_reason),
		cmocka_unit_test(a_clock_that_is_set_changes_no_verification),
		cmocka_unit_test(
		    a_clock_that_is_set_between_its_reading_and_its_setting),
		cmocka_unit_test(
		    an_account_that_is_locked_for_a_time_is_waited_for),
		cmocka_unit_test(one_refusal_anywhere_ends_no_conversation),
		cmocka_unit_test(a_stale_nonce_is_no_refused_password),
		cmocka_unit_test(
		    a_secret_is_not_repeated_however_it_is_dressed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
