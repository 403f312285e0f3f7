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

/* --- the way through ----------------------------------------------------- */

static void
a_machine_in_setup_mode_ends_verified(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.milestones,
	    "reached clock-set admin-set named committed verified ");
	assert_string_equal(o.firmware, "9.1.20");
	assert_string_equal(o.detail, "");
	assert_string_equal(o.steps,
	    "read-state read-uuid list-version pull-version pull-version "
	    "read-settings read-clock set-clock set-admin check-admin "
	    "put-names commit verify-state verify-names ");
	assert_int_equal(o.waited_ms, 1000);
	assert_int_equal(d.puts, 1);
	assert_int_equal(d.admins, 1);
	assert_int_equal(d.refusals, 0);
	assert_int_equal(d.mebxs, 0);
}

static void
the_digest_is_base64_of_the_raw_md5(void **state)
{
	struct setup_job j = job();
	struct device d = device();

	(void)state;
	strcpy(j.admin_next, "P@ssw0rd");
	/* printf %s 'admin:Digest:A4...01:P@ssw0rd' | openssl md5 -binary |
	 * base64 */
	(void)run(&j, &d);
	assert_string_equal(d.last_digest, "0U47lqEbveOOxnHDtbsGAw==");
}

static void
a_realm_of_any_characters_is_taken_as_it_stands(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(d.realm, " Intel(R) AMT (ID:<1>) & \"x\": ");
	device_hash(&d, OLD, d.ha1);
	o = run(&j, &d);
	is_set_up(&o, &d);
	d = device();
	memset(d.realm, 'r', 255);
	d.realm[255] = '\0';
	device_hash(&d, OLD, d.ha1);
	o = run(&j, &d);
	is_set_up(&o, &d);
	d = device();
	d.realm[0] = '\0';
	device_hash(&d, OLD, d.ha1);
	o = run(&j, &d);
	ends(&o, REASON_REPLY_BAD, "read-settings: no DigestRealm");
}

static void
what_is_put_back_is_what_was_read(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	asks_for(&j, "ping", "off");
	asks_for(&j, "rmcp-ping", "on");
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(d.oem, "a & b <c> \"d\"");
	assert_string_equal(d.ping, "false");
	assert_string_equal(d.rmcp, "true");
	/* the repeated one, and in the order read */
	assert_non_null(strstr(d.put_body,
	    "<r:OemID>a &amp; b &lt;c&gt; &quot;d&quot;</r:OemID>"
	    "<r:OemID>2</r:OemID><r:PingResponseEnabled>false"
	    "</r:PingResponseEnabled><r:RmcpPingResponseEnabled>true"
	    "</r:RmcpPingResponseEnabled><r:SharedFQDN>true"));
}

static void
nothing_is_written_that_is_right_already(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(d.host, j.host);
	strcpy(d.domain, j.domain);
	asks_for(&j, "ping", "on");
	asks_for(&j, "rmcp-ping", "keep");
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.puts, 0);
	/* a switch the firmware does not know is not made up */
	d = device();
	d.no_ping_property = true;
	asks_for(&j, "ping", "off");
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_null(strstr(d.put_body, "Ping"));
}

static void
a_release_that_its_profile_refuses_is_left_as_it_was(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	settings_free(&profile);
	asks_for(&j, "unsupported", "refuse");
	asks_for(&j, "ping", "off");
	asks_for(&j, "mps-policy-from", "outside");
	o = run(&j, &d);
	ends(&o, REASON_PROFILE_UNSUPPORTED,
	    "AMT 9.1.20: mps-policy-from needs AMT 11.6 or later");
	assert_int_equal(d.puts, 0);
	assert_string_equal(o.milestones, "reached ");
	settings_free(&profile);
	asks_for(&j, "unsupported", "refuse");
	asks_for(&j, "ping", "off");
	d = device();
	o = run(&j, &d);
	is_set_up(&o, &d);
	settings_free(&profile);
}

static void
long_and_dotted_names_arrive(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	memset(j.host, 'h', 63);
	for (size_t i = 0; i < 255; i++)
		j.domain[i] = i % 50 == 49 ? '.' : 'd';
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_string_equal(d.host, j.host);
	assert_string_equal(d.domain, j.domain);
	/* names come back in another case, none has a domain */
	j = job();
	j.domain[0] = '\0';
	d = device();
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_string_equal(d.domain, "");
}

static void
the_mebx_password_is_set_when_the_job_says_so(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX "<&>");
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(d.mebx, MEBX "<&>");
	assert_string_equal(o.milestones,
	    "reached clock-set mebx-set admin-set named committed verified ");
}

static void
a_coupled_password_changes_with_the_mebx(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX);
	d.password_model = 0;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.refusals, 1);
	assert_int_equal(d.admins, 1);
}

static void
a_machine_may_refuse_to_set_the_mebx_password(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX);
	d.mebx_once = true;
	o = run(&j, &d);
	ends(&o, REASON_RETURN_CODE,
	    "set-mebx: SetMEBxPassword returned 16 (not permitted)");
	opens_with(&d, OLD);
	strcpy(j.mebx_next, "short");
	d = device();
	o = run(&j, &d);
	ends(&o, REASON_RETURN_CODE,
	    "set-mebx: SetMEBxPassword returned 2054 (invalid password)");
}

/* --- passwords ----------------------------------------------------------- */

static void
passwords_are_tried_in_order_and_once_more_later(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.tries[0], "Wrong-1-pass");
	strcpy(j.tries[1], "Wrong-2-pass");
	strcpy(j.tries[2], "Wrong-1-pass");
	strcpy(j.tries[3], OLD);
	strcpy(j.tries[4], FACTORY_WORD);
	j.ntries = 5;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.refusals, 2);
	d = device();
	strcpy(j.tries[3], "Wrong-3-pass");
	o = run(&j, &d);
	ends(&o, REASON_LOGIN_REFUSED, "read-state: passwords refused: 4");
	assert_int_equal(d.refusals, 4 + 4); /* and once more, later */
	assert_int_equal(o.asks, 4 + 4);
	assert_int_equal(o.waited_ms, 5000);
	assert_string_equal(o.milestones, "");
}

static void
a_later_attempt_also_tries_what_was_planned(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX);
	strcpy(j.tries[0], "Wrong-1-pass");
	device_hash(&d, MEBX, d.ha1);
	o = run(&j, &d);
	ends(&o, REASON_LOGIN_REFUSED, "passwords refused: 1");
	j.attempt = 2;
	o = run(&j, &d);
	is_set_up(&o, &d);
}

static void
a_password_refused_in_mid_talk_gets_one_fresh_connection(void **state)
{
	static const char *const methods[] = { "GetUuid", "Enumerate", "Pull",
		"GetLowAccuracyTimeSynch", "SetHighAccuracyTimeSynch",
		"SetAdminAclEntryEx", "Put", "CommitChanges" };

	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.method = methods[i];
		d.mishap = REFUSED_401;
		d.times = 1;
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_int_equal(d.refusals, 1);
		d = device();
		d.method = methods[i];
		d.mishap = REFUSED_401;
		o = run(&j, &d);
		ends(&o, REASON_LOGIN_REFUSED,
		    "accepted before and is refused now");
		assert_int_equal(d.refusals, 3);
		assert_int_equal(o.waited_ms, 5000);
	}
}

static void
a_password_that_did_not_take_is_set_once_more(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	/* answered with success, and not carried out */
	d.method = "SetAdminAclEntryEx";
	d.mishap = RETURNS;
	d.mishap_code = 0;
	d.times = 1;
	o = run(&j, &d);
	is_set_up(&o, &d);
	d = device();
	d.method = "SetAdminAclEntryEx";
	d.mishap = RETURNS;
	d.mishap_code = 0;
	o = run(&j, &d);
	ends(&o, REASON_AUTH_REFUSED,
	    "check-admin: SetAdminAclEntryEx was accepted twice");
	assert_int_equal(d.state, 1);
	assert_int_equal(d.commits, 0);
}

/* --- the connection ------------------------------------------------------ */

static void
each_way_not_to_connect_has_its_reason(void **state)
{
	static const struct {
		enum setup_outcome outcome;
		enum reason_id reason;
		unsigned asks;
	} ways[] = {
		{ SETUP_CONNECT_REFUSED, REASON_CONNECT_REFUSED, 1 },
		{ SETUP_CONNECT_TIMEOUT, REASON_CONNECT_TIMEOUT, 1 },
		{ SETUP_CONNECT_NO_ROUTE, REASON_CONNECT_NO_ROUTE, 1 },
		{ SETUP_TLS_KEY_REFUSED, REASON_TLS_KEY_REFUSED, 3 },
		{ SETUP_TLS_FAILED, REASON_TLS_FAILED, 3 },
		{ SETUP_TLS_CLOSED, REASON_TLS_CLOSED, 3 },
		{ SETUP_TLS_TIMEOUT, REASON_TLS_TIMEOUT, 1 },
		{ SETUP_HTTP_CLOSED, REASON_HTTP_CLOSED, 2 },
		{ SETUP_HTTP_TIMEOUT, REASON_HTTP_TIMEOUT, 1 },
		{ SETUP_HTTP_BROKEN, REASON_REPLY_BAD, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.tls_port = ways[i].outcome;
		d.note = "as the library puts it\n";
		o = run(&j, &d);
		ends(&o, ways[i].reason, " (as the library puts it\\x0a)");
		assert_int_equal(o.asks, ways[i].asks);
	}
}

static void
the_ladder_goes_down_once_and_keeps_the_rung_that_works(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.lowest = SETUP_TLS_1_0;
	d.rung[0] = SETUP_TLS_KEY_REFUSED;
	d.rung[1] = SETUP_TLS_CLOSED;
	o = run(&j, &d);
	is_set_up(&o, &d);
	/* three rungs, a fresh one for the new password, the look after it */
	assert_int_equal(d.connections, 5);
	assert_int_equal(o.tls, SETUP_TLS_1_0);
}

static void
of_the_ladders_failures_the_one_that_says_most_is_told(void **state)
{
	static const enum setup_outcome K = SETUP_TLS_KEY_REFUSED,
	                                F = SETUP_TLS_FAILED,
	                                C = SETUP_TLS_CLOSED,
	                                T = SETUP_CONNECT_TIMEOUT;
	const struct {
		enum setup_outcome rung[3];
		enum reason_id reason;
	} ladders[] = {
		{ { K, F, C }, REASON_TLS_KEY_REFUSED },
		{ { C, F, K }, REASON_TLS_KEY_REFUSED },
		{ { C, F, C }, REASON_TLS_FAILED },
		{ { C, C, C }, REASON_TLS_CLOSED },
		{ { F, T, C }, REASON_TLS_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ladders) / sizeof(ladders[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.lowest = SETUP_TLS_1_0 + 1;
		memcpy(d.rung, ladders[i].rung, sizeof(d.rung));
		o = run(&j, &d);
		ends(&o, ladders[i].reason, "read-state: ");
	}
}

/* --- the wrong machine or state ------------------------------------------ */

static void
another_machine_is_left_alone_and_both_are_named(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.uuid[0] = 0xff;
	o = run(&j, &d);
	ends(&o, REASON_UUID_MISMATCH,
	    "the hello came from 04030201-0605-0807-090a-0b0c0d0e0f10, here "
	    "answers 040302ff-0605-0807-090a-0b0c0d0e0f10");
	assert_string_equal(d.said, "Get GetUuid ");
	assert_string_equal(o.milestones, "");
	d.uuid_faults = true;
	o = run(&j, &d);
	ends(&o, REASON_UUID_MISMATCH, "040302ff-");
}

static void
a_uuid_comes_from_the_package_where_there_is_no_getuuid(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.uuid_faults = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	d = device();
	d.method = "GetUuid";
	d.mishap = NO_RETURN;
	o = run(&j, &d);
	is_set_up(&o, &d);
	d = device();
	d.method = "GetUuid";
	d.mishap = RETURNS;
	d.mishap_code = 1;
	o = run(&j, &d);
	is_set_up(&o, &d);
}

static void
old_firmware_is_known_by_header_or_identity(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.server = "Intel(R) Active Management Technology 3.1.9";
	d.mishap = PAGE_500;
	d.at = 1;
	o = run(&j, &d);
	ends(&o, REASON_VERSION_UNSUPPORTED, "firmware 3.1.9");
	assert_string_equal(o.firmware, "3.1.9");
	d = device();
	d.server = "AMT";
	d.version = "2.6.0";
	o = run(&j, &d);
	ends(&o, REASON_VERSION_UNSUPPORTED, "pull-version: firmware 2.6.0");
	d = device();
	d.server = "Intel(R) Active Management Technology 3.2.0";
	d.version = "3.2.0";
	o = run(&j, &d);
	is_set_up(&o, &d);
}

static void
the_header_will_do_where_the_identity_faults(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.version = NULL;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.firmware, "9.1.20.1035");
	d = device();
	d.version = NULL;
	d.server = "";
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "list-version: ActionNotSupported");
	d = device();
	d.version = "next";
	d.server = "";
	o = run(&j, &d);
	ends(&o, REASON_REPLY_BAD, "VersionString of AMT is no version");
	d = device();
	d.no_amt = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	d = device();
	d.no_amt = true;
	d.server = "Intel(R) Active Management Technology";
	o = run(&j, &d);
	ends(&o, REASON_REPLY_BAD, "pull-version: no instance is named AMT");
}

static void
other_states_are_left_to_a_person(void **state)
{
	static const struct {
		unsigned state, mode;
		const char *detail;
	} odd[] = {
		{ 0, 1, "ProvisioningState 0" },
		{ 3, 1, "ProvisioningState 3" },
		{ 1, 4, "ProvisioningMode 4" },
		{ 2, 4, "ProvisioningMode 4" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		j.attempt = 2;
		strcpy(j.realm, REALM);
		d.state = odd[i].state;
		d.mode = odd[i].mode;
		if (d.state == 2)
			device_hash(&d, NEXT, d.ha1);
		o = run(&j, &d);
		ends(&o, REASON_STATE_UNEXPECTED, odd[i].detail);
		assert_int_equal(d.puts + d.admins + d.commits, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_in_setup_mode_ends_verified),
		cmocka_unit_test(the_digest_is_base64_of_the_raw_md5),
		cmocka_unit_test(
		    a_realm_of_any_characters_is_taken_as_it_stands),
		cmocka_unit_test(what_is_put_back_is_what_was_read),
		cmocka_unit_test(nothing_is_written_that_is_right_already),
		cmocka_unit_test(
		    a_release_that_its_profile_refuses_is_left_as_it_was),
		cmocka_unit_test(long_and_dotted_names_arrive),
		cmocka_unit_test(the_mebx_password_is_set_when_the_job_says_so),
		cmocka_unit_test(a_coupled_password_changes_with_the_mebx),
		cmocka_unit_test(a_machine_may_refuse_to_set_the_mebx_password),
		cmocka_unit_test(
		    passwords_are_tried_in_order_and_once_more_later),
		cmocka_unit_test(a_later_attempt_also_tries_what_was_planned),
		cmocka_unit_test(
		    a_password_refused_in_mid_talk_gets_one_fresh_connection),
		cmocka_unit_test(a_password_that_did_not_take_is_set_once_more),
		cmocka_unit_test(each_way_not_to_connect_has_its_reason),
		cmocka_unit_test(
		    the_ladder_goes_down_once_and_keeps_the_rung_that_works),
		cmocka_unit_test(
		    of_the_ladders_failures_the_one_that_says_most_is_told),
		cmocka_unit_test(
		    another_machine_is_left_alone_and_both_are_named),
		cmocka_unit_test(
		    a_uuid_comes_from_the_package_where_there_is_no_getuuid),
		cmocka_unit_test(old_firmware_is_known_by_header_or_identity),
		cmocka_unit_test(the_header_will_do_where_the_identity_faults),
		cmocka_unit_test(other_states_are_left_to_a_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
