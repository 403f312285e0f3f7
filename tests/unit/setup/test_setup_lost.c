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

/* --- answers ------------------------------------------------------------- */

static void
codes_that_pass_are_waited_for(void **state)
{
	static const unsigned codes[] = { 2, 0x2f, 0x30, 0x31, 0x80d, 2082 };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.method = "CommitChanges";
		d.mishap = RETURNS;
		d.mishap_code = codes[i];
		d.times = 5;
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_int_equal(o.waited_ms, 2000 + 5000 + 3 * 10000 + 1000);
		d = device();
		d.method = "CommitChanges";
		d.mishap = RETURNS;
		d.mishap_code = codes[i];
		o = run(&j, &d);
		ends(&o, REASON_NOT_READY, "commit: CommitChanges returned ");
		assert_int_equal(o.waited_ms, 37000);
	}
}

static void
each_code_that_stays_has_its_reason(void **state)
{
	static const struct {
		const char *method;
		unsigned code;
		enum reason_id reason;
		const char *detail;
	} cases[] = {
		{ "SetAdminAclEntryEx", 38, REASON_FLASH_LIMIT,
		    "set-admin: SetAdminAclEntryEx returned 38" },
		{ "CommitChanges", 38, REASON_FLASH_LIMIT, "commit: " },
		{ "CommitChanges", 2057, REASON_COMMIT_REFUSED,
		    "commit: CommitChanges returned 2057 (data missing)" },
		{ "CommitChanges", 1, REASON_RETURN_CODE,
		    "commit: CommitChanges returned 1 (internal error)" },
		{ "SetHighAccuracyTimeSynch", 36, REASON_RETURN_CODE,
		    "set-clock: SetHighAccuracyTimeSynch returned 36 (invalid "
		    "parameter)" },
		{ "SetAdminAclEntryEx", 2057, REASON_RETURN_CODE,
		    "set-admin: " },
		{ "SetAdminAclEntryEx", 77777, REASON_RETURN_CODE,
		    "returned 77777 (unknown code)" },
		{ "GetLowAccuracyTimeSynch", 1, REASON_RETURN_CODE,
		    "read-clock: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.method = cases[i].method;
		d.mishap = RETURNS;
		d.mishap_code = cases[i].code;
		o = run(&j, &d);
		ends(&o, cases[i].reason, cases[i].detail);
	}
}

static void
a_fault_is_told_with_its_subcode(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.method = "Put";
	d.mishap = SOAP_FAULT;
	d.mishap_text = "c:AccessDenied";
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "put-names: AccessDenied: ");
	d = device();
	d.method = "Put";
	d.mishap = SOAP_FAULT;
	d.mishap_text = "b:EndpointUnavailable";
	o = run(&j, &d);
	ends(&o, REASON_NOT_READY, "put-names: EndpointUnavailable: ");
	/* the same name of another namespace means something else */
	d = device();
	d.method = "Put";
	d.mishap = SOAP_FAULT;
	d.mishap_text = "c:EndpointUnavailable";
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "put-names: EndpointUnavailable: ");
}

static void
a_secret_that_the_machine_repeats_is_left_out(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX);
	d.method = "SetMEBxPassword";
	d.mishap = SOAP_FAULT;
	d.mishap_text = "c:SchemaValidationError is not " MEBX " at all";
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "it repeats a secret");
	d.mishap_text = "c:X \xc3\xbc\n" NEXT;
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "it repeats a secret");
	d.mishap_text = "c:X two\nlines\x7f";
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "two\\x0alines\\x7f");
}

static void
what_is_no_answer_is_told_apart(void **state)
{
	static const struct {
		enum mishap mishap;
		enum reason_id reason;
		const char *detail;
	} cases[] = {
		{ PAGE_500, REASON_HTTP_STATUS, "HTTP status 500" },
		{ PAGE_200, REASON_HTTP_STATUS, "HTTP status 200" },
		{ GARBAGE, REASON_REPLY_BAD, "line 1: not well-formed XML" },
		{ WRONG_RELATES, REASON_REPLY_BAD, "got RelatesTo 4711" },
		{ WRONG_CLASS, REASON_REPLY_BAD, "got Other, expected " },
		{ HANG_AFTER, REASON_HTTP_TIMEOUT, "no answer in time" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (unsigned at = 1; at <= 8; at++) {
			struct setup_job j = job();
			struct device d = device();
			struct outcome o;

			d.at = at;
			d.mishap = cases[i].mishap;
			o = run(&j, &d);
			ends(&o, cases[i].reason, cases[i].detail);
		}
}

static void
a_set_method_without_returnvalue_has_not_answered(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.method = "SetHighAccuracyTimeSynch";
	d.mishap = NO_RETURN;
	o = run(&j, &d);
	ends(&o, REASON_REPLY_BAD,
	    "set-clock: SetHighAccuracyTimeSynch answered without a "
	    "ReturnValue");
	/* where it cannot be sent again blindly, the state is read back */
	d = device();
	d.method = "SetAdminAclEntryEx";
	d.mishap = NO_RETURN;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.admins, 1);
	d = device();
	d.method = "CommitChanges";
	d.mishap = NO_RETURN;
	o = run(&j, &d);
	is_set_up(&o, &d);
}

/* --- lost replies -------------------------------------------------------- */

/* Requests of a conversation that goes well. */
static unsigned
happy_requests(const struct setup_job *j, unsigned model)
{
	struct device d = device();

	d.password_model = model;
	(void)run(j, &d);
	return d.requests;
}

static void
one_cut_anywhere_is_survived(void **state)
{
	static const enum mishap cuts[] = { CUT_BEFORE, CUT_AFTER };
	struct setup_job j = job();

	(void)state;
	for (int mebx = 0; mebx < 3; mebx++) {
		unsigned model = mebx == 2 ? 0 : 1, n;

		strcpy(j.mebx_next, mebx == 0 ? "" : MEBX);
		n = happy_requests(&j, model);
		assert_true(n >= 14);
		for (unsigned k = 1; k <= n; k++)
			for (int c = 0; c < 2; c++) {
				struct device d = device();
				struct outcome o;

				d.password_model = model;
				d.at = k;
				d.mishap = cuts[c];
				o = run(&j, &d);
				is_set_up(&o, &d);
				assert_int_equal(d.admins, 1);
				if (mebx != 0)
					assert_string_equal(d.mebx, MEBX);
			}
	}
}

/* As when the sweep is killed, or the cable pulled, after request k. */
static void
a_second_run_finishes_what_the_first_left_anywhere(void **state)
{
	struct setup_job j = job();

	(void)state;
	for (int mebx = 0; mebx < 3; mebx++) {
		unsigned model = mebx == 2 ? 0 : 1, n;

		strcpy(j.mebx_next, mebx == 0 ? "" : MEBX);
		n = happy_requests(&j, model);
		for (unsigned k = 1; k <= n; k++)
			for (int after = 0; after < 2; after++) {
				struct device d = device();
				struct setup *s;
				struct setup_ask ask;
				struct setup_reply r, *in = NULL;
				struct talk t = { .open = false };
				int64_t wait;
				struct outcome o;

				d.password_model = model;
				d.at = k;
				d.mishap = after ? CUT_AFTER : CUT_BEFORE;
				j.attempt = 1;
				s = setup_new(&j);
				while (d.requests < k)
					switch (setup_step(s, in, 1800000000, 0,
					    &ask, &wait)) {
					case SETUP_ASK:
						r = device_talk(&d, &t, &ask,
						    1800000000);
						in = &r;
						break;
					case SETUP_WAIT:
						in = NULL;
						break;
					default:
						fail();
					}
				/* As it was recorded, if it was. */
				strcpy(j.realm,
				    setup_milestone(s) == SETUP_REACHED
				        ? setup_realm(s)
				        : "");
				setup_free(s);
				d.mishap = FINE;
				j.attempt = 2;
				o = run(&j, &d);
				is_set_up(&o, &d);
				if (mebx != 0)
					assert_string_equal(d.mebx, MEBX);
			}
	}
}

static void
a_lost_commit_is_looked_for_before_it_is_sent_again(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.cuts_at_commit = true;
	d.restart = 3;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(strstr(d.said, "CommitChanges"),
	    "CommitChanges Get Get ");
	/* a page in its place, and it was carried out all the same */
	d = device();
	d.method = "CommitChanges";
	d.mishap = PAGE_500_AFTER;
	o = run(&j, &d);
	is_set_up(&o, &d);
	/* never carried out: seen on the setup port, and sent once more */
	d = device();
	d.method = "CommitChanges";
	d.mishap = CUT_BEFORE;
	d.times = 1;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(strstr(d.said, "CommitChanges"),
	    "CommitChanges Get CommitChanges Get Get ");
	/* seen on the open port: it is sent under the key again */
	d = device();
	d.method = "CommitChanges";
	d.mishap = CUT_BEFORE;
	d.times = 1;
	d.open_in_setup = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(strstr(d.said, "CommitChanges"),
	    "CommitChanges Get CommitChanges Get Get ");
	d = device();
	d.method = "CommitChanges";
	d.mishap = CUT_BEFORE;
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_FAILED, "ProvisioningState stays 1");
}

static void
the_look_after_the_commit_is_bounded(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.deaf_after_commit = true;
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_UNREACHED,
	    "not seen again; last: verify-state: connection refused");
	assert_int_equal(o.waited_ms, 40000);
	assert_non_null(strstr(o.milestones, "committed "));
	assert_null(strstr(o.milestones, "verified"));
	/* looks that hang count as well */
	d = device();
	d.mishap = DEAD;
	d.at = 12; /* after the commit */
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_UNREACHED, "no answer to the connection");
	assert_in_range(o.waited_ms, 1000, 20000);
}

static void
a_machine_that_closes_after_each_reply_is_set_up(void **state)
{
	static const char *const mebx[] = { "", "Mebx!pw2" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		(void)snprintf(j.mebx_next, sizeof(j.mebx_next), "%s", mebx[i]);
		d.closes = true;
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_int_equal(d.commits, 1);
	}
}

static void
a_401_that_asks_for_no_digest_refuses_no_password(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.at = 1;
	d.mishap = NO_DIGEST;
	o = run(&j, &d);
	ends(&o, REASON_HTTP_STATUS, "read-state: HTTP status 401, and no");
	assert_int_equal(d.refusals, 1);
	/* one that comes once after the commit is looked past */
	d = device();
	d.at = 13;
	d.mishap = NO_DIGEST;
	o = run(&j, &d);
	is_set_up(&o, &d);
}

static void
after_the_commit_the_password_is_offered_twice_at_most(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.at = 13; /* the first look after the commit */
	d.mishap = REFUSED_401;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.refusals, 1);
	assert_int_equal(o.waited_ms, 3000);
}

static void
a_fault_in_the_look_after_the_commit_is_looked_past(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.at = 13;
	d.mishap = SOAP_FAULT;
	d.mishap_text = "c:InternalError";
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(o.waited_ms, 3000);
}

static void
a_machine_that_shows_another_name_is_not_verified(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.method = "Put";
	d.mishap = RETURNS; /* answered, and not carried out */
	strcpy(d.host, "other");
	strcpy(d.domain, "example.com");
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_FAILED,
	    "HostName is other, DomainName "
	    "example.com");
}

static void
what_is_too_large_to_put_back_is_not_cut(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.bulk = 14000;
	o = run(&j, &d);
	is_set_up(&o, &d);
	d = device();
	d.bulk = SETUP_BODY_MAX;
	o = run(&j, &d);
	ends(&o, REASON_REPLY_BAD,
	    "put-names: what the machine keeps is too large");
	assert_int_equal(d.puts, 0);
}

static void
a_400_with_an_ordinary_output_is_an_output(void **state)
{
	struct setup_job j = job();
	struct setup *s = setup_new(&j);
	struct device d = device();
	struct setup_reply r, *in = NULL;
	struct setup_ask ask;
	struct talk t = { .open = false };
	int64_t wait;

	(void)state;
	while (setup_step(s, in, 1800000000, 0, &ask, &wait) == SETUP_ASK) {
		r = device_talk(&d, &t, &ask, 1800000000);
		r.status = 400;
		in = &r;
	}
	assert_int_equal(d.state, 2); /* it came to the wait after commit */
	setup_free(s);
	setup_free(NULL);
}

static void
a_write_that_hangs_is_read_back(void **state)
{
	static const char *const methods[] = { "SetMEBxPassword",
		"SetAdminAclEntryEx", "CommitChanges" };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (unsigned model = 0; model < 2; model++) {
			struct setup_job j = job();
			struct device d = device();
			struct outcome o;

			strcpy(j.mebx_next, MEBX);
			d.password_model = model;
			d.method = methods[i];
			d.mishap = HANG_AFTER;
			d.times = 1;
			o = run(&j, &d);
			is_set_up(&o, &d);
			assert_string_equal(d.mebx, MEBX);
			assert_int_equal(d.admins, 1);
		}
}

static void
a_write_that_always_hangs_has_its_reason(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	/* carried out, never answered: what it did is seen all the same */
	d.method = "SetAdminAclEntryEx";
	d.mishap = HANG_AFTER;
	o = run(&j, &d);
	is_set_up(&o, &d);
	/* not carried out: sent twice, then given up */
	d = device();
	d.method = "SetAdminAclEntryEx";
	d.mishap = CUT_BEFORE;
	o = run(&j, &d);
	ends(&o, REASON_HTTP_CLOSED, "set-admin: closed before");
	strcpy(j.mebx_next, MEBX);
	d = device();
	d.method = "SetMEBxPassword";
	d.mishap = CUT_BEFORE;
	o = run(&j, &d);
	ends(&o, REASON_HTTP_CLOSED, "set-mebx: closed before");
	assert_string_equal(d.mebx, OLD);
	/* the clock starts over with a new reading, once */
	j = job();
	d = device();
	d.method = "SetHighAccuracyTimeSynch";
	d.mishap = CUT_AFTER;
	o = run(&j, &d);
	ends(&o, REASON_HTTP_CLOSED, "set-clock: closed before");
	assert_non_null(
	    strstr(o.steps, "read-clock set-clock read-clock set-clock "));
	assert_null(strstr(o.steps,
	    "set-clock read-clock set-clock "
	    "read-clock"));
}

static void
an_mebx_password_of_default_only_policy_is_not_in_the_way(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	/* our own request went unanswered, and is refused the second time */
	strcpy(j.mebx_next, MEBX);
	strcpy(j.tries[0], FACTORY_WORD);
	d.mebx_once = true;
	strcpy(d.mebx, FACTORY_WORD);
	device_hash(&d, FACTORY_WORD, d.ha1);
	d.method = "SetMEBxPassword";
	d.mishap = CUT_AFTER;
	d.times = 1;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(d.mebx, MEBX);
	assert_string_equal(o.detail,
	    "the MEBx password could not be set again");
	/* an earlier run had got as far as the admin password */
	d = device();
	d.mebx_once = true;
	strcpy(d.mebx, MEBX);
	device_hash(&d, NEXT, d.ha1);
	j.attempt = 2;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_null(strstr(o.milestones, "mebx-set"));
}

static void
bad_values_in_a_reply_are_named(void **state)
{
	static const struct {
		const char *method, *detail;
	} cases[] = {
		{ "GetUuid", "read-uuid: UUID is not base64 of 16 bytes" },
		{ "GetLowAccuracyTimeSynch",
		    "read-clock: Ta0 is not a number" },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.method = cases[i].method;
		d.mishap = RETURNS; /* 0 and nothing else */
		o = run(&j, &d);
		ends(&o, REASON_REPLY_BAD, cases[i].detail);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_that_pass_are_waited_for),
		cmocka_unit_test(each_code_that_stays_has_its_reason),
		cmocka_unit_test(a_fault_is_told_with_its_subcode),
		cmocka_unit_test(a_secret_that_the_machine_repeats_is_left_out),
		cmocka_unit_test(what_is_no_answer_is_told_apart),
		cmocka_unit_test(
		    a_set_method_without_returnvalue_has_not_answered),
		cmocka_unit_test(one_cut_anywhere_is_survived),
		cmocka_unit_test(
		    a_second_run_finishes_what_the_first_left_anywhere),
		cmocka_unit_test(
		    a_lost_commit_is_looked_for_before_it_is_sent_again),
		cmocka_unit_test(the_look_after_the_commit_is_bounded),
		cmocka_unit_test(
		    a_machine_that_closes_after_each_reply_is_set_up),
		cmocka_unit_test(
		    a_401_that_asks_for_no_digest_refuses_no_password),
		cmocka_unit_test(
		    after_the_commit_the_password_is_offered_twice_at_most),
		cmocka_unit_test(
		    a_fault_in_the_look_after_the_commit_is_looked_past),
		cmocka_unit_test(
		    a_machine_that_shows_another_name_is_not_verified),
		cmocka_unit_test(what_is_too_large_to_put_back_is_not_cut),
		cmocka_unit_test(a_400_with_an_ordinary_output_is_an_output),
		cmocka_unit_test(a_write_that_hangs_is_read_back),
		cmocka_unit_test(a_write_that_always_hangs_has_its_reason),
		cmocka_unit_test(
		    an_mebx_password_of_default_only_policy_is_not_in_the_way),
		cmocka_unit_test(bad_values_in_a_reply_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
