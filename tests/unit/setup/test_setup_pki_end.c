/*
 * Over a certificate: what is lost or refused on the way to the commit, and
 * what must be so after it.
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

#include "setup_run_pki.h"

static struct setup_job
mebx_job(void)
{
	struct setup_job j = pki_job();

	strcpy(j.mebx_next, MEBX);
	return j;
}

/* --- refused -------------------------------------------------------------- */

static void
a_window_that_cannot_be_held_open_is_used_as_it_is(void **state)
{
	static const enum mishap how[] = { RETURNS, SOAP_FAULT };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct setup_job j = mebx_job();
		struct device d = pki_device("9.1.20");
		struct outcome o;

		d.method = "ExtendProvisioningPeriod";
		d.mishap = how[i];
		d.mishap_code = 1;
		d.mishap_text = "b:ActionNotSupported";
		o = run(&j, &d);
		is_set_up(&o, &d);
	}
}

static void
a_mebx_that_forbids_its_password_is_left_as_it_is(void **state)
{
	struct setup_job j = mebx_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	d.pki.mebx_forbidden = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(d.mebx, FACTORY_WORD);
	assert_null(strstr(o.milestones, "mebx-set"));
	assert_string_equal(o.detail,
	    "the MEBx password was left as it is: the MEBx forbids it");
}

static void
a_mebx_password_that_is_too_weak_needs_a_person(void **state)
{
	struct setup_job j = mebx_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, "weak");
	o = run(&j, &d);
	ends(&o, REASON_MEBX_REFUSED,
	    "set-mebx: SetMEBxPassword returned 2054 (invalid password)");
	assert_int_equal(d.commits, 0);
}

/* With a coupled PasswordModel it replaces the network's. */
static void
a_coupled_mebx_password_is_followed_by_the_admins(void **state)
{
	static const enum device_login logins[] = { CERTIFICATE_IS_LOGIN,
		ASKS_AFTER_ADMIN };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct setup_job j = mebx_job();
		struct device d = pki_device("6.1.20");
		struct outcome o;

		d.password_model = 0;
		d.pki.login = logins[i];
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_string_equal(d.mebx, MEBX);
		assert_int_equal(d.admins, 2);
	}
}

/* --- the commit lacks something (2057) ------------------------------------ */

static void
a_clock_that_was_lost_is_set_again(void **state)
{
	struct setup_job j = mebx_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	d.pki.forgets_clock = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.detail,
	    "its clock was wrong again before the commit");
	assert_int_equal(d.admins, 1);
	assert_int_equal(d.mebxs, 1);
	assert_int_equal(d.pki.windows, 1);
	assert_non_null(strstr(o.steps,
	    "commit read-clock set-clock read-names commit verify-state "));
}

static void
a_name_that_was_lost_is_put_again(void **state)
{
	struct setup_job j = mebx_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	d.pki.forgets_name = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.puts, 2);
	assert_non_null(strstr(o.steps,
	    "commit read-clock set-clock read-names put-names commit "));
}

/* 19 and later; rpc-go does the same (pki-setup.md, 6). */
static void
a_factory_mebx_password_that_is_in_the_way_becomes_the_admins(void **state)
{
	static const struct {
		const char *version;
		bool good;
	} rows[] = { { "19.0.5", true }, { "21.0.1", true },
		{ "18.0.5", false } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct setup_job j = pki_job();
		struct device d = pki_device(rows[i].version);
		struct outcome o;

		d.pki.on_tls = true;
		d.pki.wants_mebx = true;
		o = run(&j, &d);
		if (rows[i].good) {
			ends(&o, REASON_NONE, "");
			assert_string_equal(o.milestones,
			    "reached clock-set admin-set named mebx-wanted "
			    "mebx-set "
			    "committed verified ");
			assert_string_equal(d.mebx, NEXT);
			opens_with(&d, NEXT);
			assert_string_equal(o.detail,
			    "the commit wanted a MEBx password: it is the "
			    "admin's now");
		} else {
			ends(&o, REASON_COMMIT_REFUSED,
			    "commit: CommitChanges returned 2057 (data "
			    "missing), after what it may lack was looked at");
			assert_string_equal(d.mebx, FACTORY_WORD);
		}
	}
}

static void
a_commit_that_lacks_something_is_answered_once(void **state)
{
	struct setup_job j = mebx_job();
	struct device d = pki_device("19.0.5");
	struct outcome o;

	(void)state;
	d.pki.on_tls = true;
	d.pki.wants_mebx = true;
	d.pki.mebx_forbidden = true;
	o = run(&j, &d);
	ends(&o, REASON_COMMIT_REFUSED, "its MEBx password could not be set");
	assert_int_equal(times(o.steps, "commit "), 2);
	assert_int_equal(times(o.steps, "set-mebx "), 1);
}

/* --- lost ----------------------------------------------------------------- */

static void
one_cut_anywhere_is_survived(void **state)
{
	static const enum mishap how[] = { CUT_BEFORE, CUT_AFTER };
	static const enum device_login logins[] = { CERTIFICATE_IS_LOGIN,
		ASKS_AFTER_ADMIN, ALWAYS_ASKS };

	(void)state;
	for (unsigned at = 1; at <= 24; at++)
		for (size_t i = 0; i < 6; i++) {
			struct setup_job j = mebx_job();
			struct device d = pki_device("19.0.5");
			struct outcome o;

			d.pki.on_tls = true;
			d.pki.login = logins[i / 2];
			d.at = at;
			d.mishap = how[i % 2];
			o = run(&j, &d);
			is_set_up(&o, &d);
			assert_string_equal(d.mebx, MEBX);
		}
}

static void
a_second_run_finishes_what_the_first_left_anywhere(void **state)
{
	static const enum device_login logins[] = { CERTIFICATE_IS_LOGIN,
		ASKS_AFTER_ADMIN, ALWAYS_ASKS };

	(void)state;
	for (unsigned at = 1; at <= 24; at++)
		for (size_t i = 0; i < 6; i++) {
			struct setup_job j = mebx_job();
			struct device d =
			    pki_device(i < 3 ? "9.1.20" : "19.0.5");
			struct outcome o;

			d.pki.on_tls = i >= 3;
			d.pki.login = logins[i % 3];
			d.at = at;
			d.mishap = DEAD;
			o = run(&j, &d);
			d.mishap = FINE;
			j.attempt = 2;
			strcpy(j.realm, o.realm);
			o = run(&j, &d);
			is_set_up(&o, &d);
			assert_string_equal(d.mebx, MEBX);
		}
}

static void
a_password_whose_answer_was_lost_is_sent_once_more(void **state)
{
	static const char *const methods[] = { "SetAdminAclEntryEx",
		"SetMEBxPassword" };
	static const enum mishap how[] = { CUT_BEFORE, CUT_AFTER, HANG_AFTER };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct setup_job j = mebx_job();
		struct device d = pki_device("9.1.20");
		struct outcome o;

		d.method = methods[i / 3];
		d.mishap = how[i % 3];
		d.times = 1;
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_string_equal(d.mebx, MEBX);
		d = pki_device("9.1.20"); /* each time */
		d.method = methods[i / 3];
		d.mishap = how[i % 3];
		o = run(&j, &d);
		ends(&o,
		    how[i % 3] == HANG_AFTER ? REASON_HTTP_TIMEOUT
		                             : REASON_HTTP_CLOSED,
		    i / 3 == 0 ? "set-admin: " : "set-mebx: ");
		assert_int_equal(d.commits, 0);
	}
}

static void
a_commit_without_an_answer_is_found_out_by_reading(void **state)
{
	static const enum mishap how[] = { CUT_BEFORE, CUT_AFTER, HANG_AFTER };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct setup_job j = mebx_job();
		struct device d = pki_device(i < 3 ? "9.1.20" : "16.1.25");
		struct outcome o;

		d.pki.on_tls = i >= 3;
		d.method = "CommitChanges";
		d.mishap = how[i % 3];
		d.times = 1;
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_int_equal(times(d.said, "CommitChanges "),
		    how[i % 3] == CUT_BEFORE ? 2 : 1);
	}
}

/* Admin control mode and state 1 at once: a commit that halted midway. */
static void
a_halfway_machine_is_finished_over_the_certificate(void **state)
{
	static const enum device_login logins[] = { CERTIFICATE_IS_LOGIN,
		ASKS_AFTER_ADMIN, ALWAYS_ASKS };

	(void)state;
	for (unsigned attempt = 1; attempt <= 2; attempt++)
		for (size_t i = 0; i < 3; i++) {
			struct setup_job j = mebx_job();
			struct device d = pki_device("19.0.5");
			struct outcome o;

			j.attempt = attempt;
			if (attempt == 2)
				strcpy(j.realm, REALM);
			d.pki.on_tls = true;
			d.pki.login = logins[i];
			strcpy(d.host, "pc-0001");
			strcpy(d.domain, "example.com");
			strcpy(d.mebx, MEBX);
			device_hash(&d, NEXT, d.ha1);
			o = run(&j, &d);
			is_set_up(&o, &d);
			assert_int_equal(d.puts, 0);
		}
}

/* --- after the commit ----------------------------------------------------- */

static void
control_mode_and_record_must_be_ours(void **state)
{
	static const struct {
		unsigned control, tls_mode;
		const char *cn, *root;
		enum reason_id reason;
		const char *detail;
	} rows[] = {
		{ 2, 1, CN_BEST, ROOT_BEST, REASON_NONE, "" },
		{ 2, 1, "PROV.example.com", ROOT_BEST, REASON_NONE, "" },
		{ 2, 1, CN_NEXT, ROOT_NEXT, REASON_NONE, "" },
		{ 2, 1, "", "", REASON_NONE, "" },
		{ 2, 1, CN_BEST, "", REASON_NONE, "" },
		{ 1, 1, CN_BEST, ROOT_BEST, REASON_VERIFY_FAILED,
		    "verify-control: CurrentControlMode (got 1, expected 2)" },
		{ 0, 1, CN_BEST, ROOT_BEST, REASON_VERIFY_FAILED, "(got 0, " },
		{ 2, 2, CN_BEST, ROOT_BEST, REASON_VERIFY_FAILED,
		    "ProvisioningTLSMode of the record (got 2, expected 1)" },
		{ 2, 1, "theirs.example.com", ROOT_BEST, REASON_VERIFY_FAILED,
		    "the record's certificate (got theirs.example.com, "
		    "expected " CN_BEST ")" },
		{ 2, 1, CN_BEST, ROOT_NEXT, REASON_VERIFY_FAILED,
		    "the record's root (got " ROOT_NEXT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct setup_job j = pki_job();
		struct device d = pki_device("9.1.20");
		struct outcome o;

		d.pki.control_mode = rows[i].control;
		d.pki.tls_mode = rows[i].tls_mode;
		strcpy(d.pki.cn, rows[i].cn);
		strcpy(d.pki.root, rows[i].root);
		o = run(&j, &d);
		ends(&o, rows[i].reason, rows[i].detail);
		assert_non_null(strstr(o.milestones, "committed "));
		assert_int_equal(strstr(o.milestones, "verified ") != NULL,
		    rows[i].reason == REASON_NONE);
	}
}

/* Asked again it has nothing more, which is no record that is missing. */
static void
a_record_whose_answer_got_lost_is_looked_at_all_the_same(void **state)
{
	struct setup_job j = pki_job();
	struct device d = pki_device("9.1.20");
	struct outcome o = run(&j, &d);
	unsigned last = d.requests;

	(void)state;
	ends(&o, REASON_NONE, "");
	assert_string_equal(o.steps + strlen(o.steps) -
	        strlen("verify-record "),
	    "verify-record ");
	d = pki_device("9.1.20");
	d.at = last;
	d.mishap = CUT_AFTER;
	strcpy(d.pki.cn, "theirs.example.com");
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_FAILED, "the record's certificate (got theirs");
}

static void
firmware_without_control_mode_and_record_is_verified(void **state)
{
	static const struct {
		const char *version;
		bool asked;
	} rows[] = { { "5.2.0", false }, { "6.1.20", false }, { "6.2.0", true },
		{ "11.8.50", true } };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct setup_job j = pki_job();
		struct device d = pki_device(rows[i].version);
		struct outcome o;

		d.pki.no_ips = true;
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_int_equal(strstr(o.steps,
		                     "verify-control verify-records ") != NULL,
		    rows[i].asked);
	}
}

static void
a_certificate_out_of_date_is_noted(void **state)
{
	struct setup_job j = pki_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	d.pki.time_valid = "false";
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.detail,
	    "by its clock our certificate was out of date");
}

/* The certificate opens whatever the password is. */
static void
state_2_seen_over_the_certificate_is_no_proof(void **state)
{
	struct setup_job j = pki_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	d.pki.still_asks = true;
	d.deaf_after_commit = true;
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_UNREACHED, "not seen again");
	/* an earlier run of ours got as far */
	d = pki_device("9.1.20");
	d.pki.still_asks = true;
	d.state = 2;
	d.commits = 1;
	d.clock = 0;
	strcpy(d.host, "pc-0001");
	strcpy(d.domain, "example.com");
	device_hash(&d, NEXT, d.ha1);
	j.attempt = 2;
	strcpy(j.realm, REALM);
	o = run(&j, &d);
	is_set_up(&o, &d);
	d.state = 2;
	device_hash(&d, "Theirs-0", d.ha1);
	o = run(&j, &d);
	ends(&o, REASON_LOGIN_REFUSED, "");
	assert_int_equal(d.admins + d.puts, 0);
}

/* Behind TLS as on the plain port: whoever names another realm gets none. */
static void
no_login_goes_to_another_realm_after_the_commit(void **state)
{
	struct setup_job j = pki_job();
	struct device d = pki_device("16.1.25");
	struct outcome o;

	(void)state;
	d.pki.on_tls = true;
	d.pki.own_realm = "Digest:B4000000000000000000000000000002";
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_UNREACHED,
	    "port 16993 is not the machine's, no password sent");
	assert_int_equal(d.refusals, 0);
	assert_true(d.strangers > 0);
}

/* Found by a later run, which knows no release yet. */
static void
a_machine_found_committed_is_looked_for_on_both_ports(void **state)
{
	(void)state;
	for (unsigned on_tls = 0; on_tls < 2; on_tls++) {
		struct setup_job j = pki_job();
		struct device d = pki_device("16.1.25");
		struct outcome o;

		d.pki.on_tls = on_tls;
		d.state = 2;
		d.commits = 1;
		d.clock = 0;
		strcpy(d.host, "pc-0001");
		strcpy(d.domain, "example.com");
		device_hash(&d, NEXT, d.ha1);
		j.attempt = 2;
		strcpy(j.realm, REALM);
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_int_equal(o.route, on_tls ? SETUP_TLS_OWN : SETUP_PLAIN);
		assert_non_null(strstr(o.detail, "found committed"));
		assert_int_equal(d.admins + d.mebxs + d.puts, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_window_that_cannot_be_held_open_is_used_as_it_is),
		cmocka_unit_test(
		    a_mebx_that_forbids_its_password_is_left_as_it_is),
		cmocka_unit_test(
		    a_mebx_password_that_is_too_weak_needs_a_person),
		cmocka_unit_test(
		    a_coupled_mebx_password_is_followed_by_the_admins),
		cmocka_unit_test(a_clock_that_was_lost_is_set_again),
		cmocka_unit_test(a_name_that_was_lost_is_put_again),
		cmocka_unit_test(
		    a_factory_mebx_password_that_is_in_the_way_becomes_the_admins),
		cmocka_unit_test(
		    a_commit_that_lacks_something_is_answered_once),
		cmocka_unit_test(one_cut_anywhere_is_survived),
		cmocka_unit_test(
		    a_second_run_finishes_what_the_first_left_anywhere),
		cmocka_unit_test(
		    a_password_whose_answer_was_lost_is_sent_once_more),
		cmocka_unit_test(
		    a_commit_without_an_answer_is_found_out_by_reading),
		cmocka_unit_test(
		    a_halfway_machine_is_finished_over_the_certificate),
		cmocka_unit_test(control_mode_and_record_must_be_ours),
		cmocka_unit_test(
		    a_record_whose_answer_got_lost_is_looked_at_all_the_same),
		cmocka_unit_test(
		    firmware_without_control_mode_and_record_is_verified),
		cmocka_unit_test(a_certificate_out_of_date_is_noted),
		cmocka_unit_test(state_2_seen_over_the_certificate_is_no_proof),
		cmocka_unit_test(
		    no_login_goes_to_another_realm_after_the_commit),
		cmocka_unit_test(
		    a_machine_found_committed_is_looked_for_on_both_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
