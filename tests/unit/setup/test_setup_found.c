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

/* --- found half-done ----------------------------------------------------- */

static void
a_machine_found_half_done_is_finished(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	j.attempt = 2;
	strcpy(j.realm, REALM);
	strcpy(j.tries[0], NEXT);
	strcpy(j.tries[1], OLD);
	j.ntries = 2;
	device_hash(&d, NEXT, d.ha1);
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.admins, 0);
	assert_string_equal(o.milestones,
	    "reached admin-set clock-set named committed verified ");
	assert_string_equal(o.detail, "the admin password was set already");
	/* names too */
	d.state = 1;
	d.commits = 0;
	d.puts = 0;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.puts, 0);
	/* all of it: only the news was lost */
	d.commits = 1;
	d.said[0] = '\0';
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(d.said, "Get GetUuid Get ");
	assert_string_equal(o.milestones,
	    "reached admin-set named committed verified ");
	assert_non_null(strstr(o.detail, "found committed"));
	/* also where the setup port still takes connections, to close them */
	d.tls_port = SETUP_HTTP_CLOSED;
	o = run(&j, &d);
	is_set_up(&o, &d);
}

static void
a_machine_set_up_by_others_is_not_touched(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	j.attempt = 2;
	strcpy(j.realm, REALM);
	d.state = 2;
	strcpy(d.host, "theirs");
	o = run(&j, &d);
	ends(&o, REASON_LOGIN_REFUSED, "refuses the planned password");
	assert_int_equal(d.refusals, 2); /* five seconds apart */
	/* where it talks behind its key no password was refused */
	d.tls_port = SETUP_HTTP_CLOSED;
	o = run(&j, &d);
	ends(&o, REASON_HTTP_CLOSED,
	    "read-state: closed before the answer was complete; port 16992 "
	    "refuses the planned password");
	d.tls_port = SETUP_ANSWERED;
	device_hash(&d, NEXT, d.ha1);
	/* it opens, but no earlier try can have set it up */
	j.attempt = 1;
	strcpy(j.tries[0], NEXT);
	d.tls_stays = true;
	o = run(&j, &d);
	ends(&o, REASON_ALREADY_SET_UP, "HostName is theirs");
	assert_int_equal(d.puts + d.admins + d.commits, 0);
}

/* --- found set up, and otherwise than wanted now -------------------------- */

static int
adopts_begin(void **state)
{
	(void)state;
	adopts = true;
	return 0;
}

static int
adopts_end(void **state)
{
	(void)state;
	adopts = false;
	settings_free(&profile);
	return 0;
}

static struct setup_job
later_job(void)
{
	struct setup_job j = job();

	j.attempt = 2;
	strcpy(j.realm, REALM);
	return j;
}

static struct device
earlier_device(void)
{
	struct device d = device();

	d.state = 2;
	d.commits = 1;
	d.clock_set = true;
	strcpy(d.host, "pc-0001");
	strcpy(d.domain, "example.com");
	device_hash(&d, NEXT, d.ha1);
	return d;
}

/* The profile or the map has changed since. */
static void
an_earlier_setup_is_put_right(void **state)
{
	struct setup_job j = later_job();
	struct device d = earlier_device();
	struct outcome o;

	(void)state;
	asks_for(&j, "ping", "off");
	strcpy(d.host, "pc-other");
	o = run(&j, &d);
	ends(&o, REASON_NONE, "put right");
	assert_string_equal(d.host, "pc-0001");
	assert_string_equal(d.ping, "false");
	assert_string_equal(o.milestones,
	    "reached admin-set named committed clock-set verified ");
	assert_int_equal(d.commits, 1);
	assert_non_null(strstr(o.findings, "differs host "));
	assert_non_null(strstr(o.findings, "changed host "));
	assert_non_null(strstr(o.findings, "changed ping "));
	/* a machine that keeps names in other letters has no other name */
	d = earlier_device();
	strcpy(d.host, "PC-0001");
	strcpy(d.domain, "old.example.com");
	o = run(&j, &d);
	ends(&o, REASON_NONE, "put right");
	assert_non_null(strstr(o.findings, "changed domain "));
	assert_null(strstr(o.findings, "host"));
}

/* Also where setup is talked, by whoever the key or a login shows. */
static void
one_that_stays_where_setup_is_talked_is_put_right_there(void **state)
{
	(void)state;
	for (unsigned pki = 0; pki < 2; pki++) {
		struct setup_job j = pki ? pki_job() : later_job();
		struct device d =
		    pki ? pki_device("11.8.50") : earlier_device();
		struct outcome o;

		j.attempt = 2;
		j.commit = true;
		d.state = 2;
		d.clock_set = true;
		d.tls_stays = d.pki.still_asks = true;
		d.pki.login = ALWAYS_ASKS;
		device_hash(&d, NEXT, d.ha1);
		strcpy(d.host, "pc-other");
		o = run(&j, &d);
		ends(&o, REASON_NONE, "put right");
		assert_string_equal(d.host, "pc-0001");
	}
}

/* One that does not let itself be set ends so, and not well. */
static void
what_it_does_not_take_fails(void **state)
{
	struct setup_job j = later_job();
	struct device d = earlier_device();
	struct outcome o;

	(void)state;
	asks_for(&j, "rmcp-ping", "off");
	d.keeps_rmcp = true;
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_FAILED,
	    "rmcp-ping is another than was set (got on, expected off)");
	assert_null(strstr(o.milestones, "verified"));
}

/* A try that was cut while it put the machine right may have missed its commit:
 * nothing shows that. */
static void
a_commit_that_may_be_missing_is_made(void **state)
{
	struct setup_job j = later_job();
	struct device d = earlier_device();
	struct outcome o;

	(void)state;
	j.commit = true;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "put right");
	assert_int_equal(d.commits, 2);
	/* in setup it is committed anyway, and once */
	j = later_job();
	d = device();
	j.commit = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.commits, 1);
}

/* Wherever the connection is lost, the next try ends well. */
static void
putting_right_is_cut_anywhere(void **state)
{
	bool more = true;

	(void)state;
	for (unsigned at = 1; more; at++) {
		struct setup_job j = later_job();
		struct device d = earlier_device();
		struct outcome o;

		asks_for(&j, "ping", "off");
		d.at = at;
		d.mishap = CUT_AFTER;
		o = run(&j, &d);
		assert_int_equal(d.admins + d.mebxs, 0);
		more = d.requests >= at;
		if (o.reason != REASON_NONE) {
			d.at = 0;
			j.commit = true;
			o = run(&j, &d);
		}
		ends(&o, REASON_NONE, "");
		assert_string_equal(d.ping, "false");
	}
}

/* Most machines take one only while they are being set up (profile.5), and it
 * is not hidden at port 16992. */
static void
a_mebx_password_is_not_sent_to_one_that_is_set_up(void **state)
{
	struct setup_job j = later_job();
	struct device d = earlier_device();
	struct outcome o;

	(void)state;
	asks_for(&j, "ping", "off");
	strcpy(j.mebx_next, MEBX);
	o = run(&j, &d);
	ends(&o, REASON_NONE, "put right");
	assert_string_equal(d.ping, "false");
	assert_null(strstr(d.said, "SetMEBxPassword"));
}

/* Whatever gets lost, it is put right once, and what a certificate has set up
 * is not verified without its record. */
static void
putting_right_over_a_certificate_is_cut_anywhere(void **state)
{
	bool more = true;

	(void)state;
	for (unsigned at = 1; more; at++) {
		struct setup_job j = pki_job();
		struct device d = pki_device("11.8.50");
		struct outcome o;

		j.attempt = 2;
		j.commit = true;
		strcpy(j.realm, REALM);
		d.state = 2;
		d.clock = 0;
		d.clock_set = true;
		device_hash(&d, NEXT, d.ha1);
		d.at = at;
		d.mishap = HANG_AFTER;
		o = run(&j, &d);
		more = d.requests >= at;
		assert_true(times(o.steps, "list-version ") <= 1);
		assert_true(times(o.steps, "commit ") <= 2);
		if (o.reason == REASON_NONE)
			assert_non_null(strstr(o.steps, "verify-records "));
	}
}

static void
a_machine_set_up_that_still_answers_where_setup_is_talked(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.state = 2;
	d.tls_stays = true;
	o = run(&j, &d);
	ends(&o, REASON_ALREADY_SET_UP,
	    "read-uuid: ProvisioningState 2, with a password that is not the "
	    "planned one");
	/* ours, and the connection drops on the way to its names */
	device_hash(&d, NEXT, d.ha1);
	strcpy(d.host, j.host);
	strcpy(d.domain, j.domain);
	j.attempt = 2;
	strcpy(j.realm, REALM);
	d.requests = 0;
	d.at = 4; /* the first is refused, the fourth is for the names */
	d.mishap = CUT_BEFORE;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "found committed");
	assert_non_null(strstr(o.steps, "verify-names verify-names "));
}

static void
a_machine_that_restarts_after_an_earlier_commit_is_awaited(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	j.attempt = 2;
	strcpy(j.realm, REALM);
	d.state = 2;
	device_hash(&d, NEXT, d.ha1);
	strcpy(d.host, j.host);
	strcpy(d.domain, j.domain);
	d.restart = 2;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "found committed");
	assert_int_equal(o.waited_ms, 7000);
	/* closed in the handshake, and each look has the whole ladder */
	d.tls_port = SETUP_TLS_CLOSED;
	d.restart = 1;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "found committed");
	assert_int_equal(o.waited_ms, 2000);
	assert_int_equal(o.asks, 3 + 1 + 3 + 3);
	/* one that stays away is not awaited for ever */
	d.restart = 99;
	o = run(&j, &d);
	ends(&o, REASON_TLS_CLOSED, "read-state: ");
	assert_int_equal(o.waited_ms, 7000);
	/* nor is silence: that has cost time enough */
	d.tls_port = SETUP_CONNECT_TIMEOUT;
	o = run(&j, &d);
	ends(&o, REASON_CONNECT_TIMEOUT, "read-state: ");
	assert_int_equal(o.waited_ms, 0);
	/* back in setup mode: the passwords are tried from the first again */
	d = device();
	d.lowest = SETUP_TLS_1_0 + 1;
	d.rung[0] = d.rung[1] = d.rung[2] = SETUP_TLS_CLOSED;
	d.heals_after = 4;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(o.waited_ms, 3000);
}

/* What failed where it wants its key says nothing about the versions that it
 * takes with its own certificate. */
static void
a_machine_that_serves_tls_is_found_with_the_version_it_takes(void **state)
{
	(void)state;
	for (int rung = SETUP_TLS_BEST; rung <= SETUP_TLS_1_0; rung++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		asks_for(&j, "tls", "server");
		j.attempt = 2;
		strcpy(j.realm, REALM);
		d.state = 2;
		d.commits = 1;
		d.has_own_cert = d.on_tls_only = true;
		d.own_rung = (enum setup_tls)rung;
		device_hash(&d, NEXT, d.ha1);
		strcpy(d.host, j.host);
		strcpy(d.domain, j.domain);
		o = run(&j, &d);
		assert_int_equal(o.route, SETUP_TLS_OWN);
		assert_non_null(strstr(o.detail, "found committed"));
	}
}

static void
a_first_attempt_does_not_look_at_the_other_port(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.state = 2;
	o = run(&j, &d);
	ends(&o, REASON_CONNECT_REFUSED, "read-state: connection refused");
	assert_int_equal(o.asks, 1);
}

static void
with_nobody_on_the_other_port_the_first_reason_stands(void **state)
{
	static const enum setup_outcome outcomes[] = { SETUP_CONNECT_REFUSED,
		SETUP_CONNECT_TIMEOUT, SETUP_TLS_TIMEOUT, SETUP_TLS_CLOSED,
		SETUP_TLS_FAILED };
	static const enum reason_id reasons[] = { REASON_CONNECT_REFUSED,
		REASON_CONNECT_TIMEOUT, REASON_TLS_TIMEOUT, REASON_TLS_CLOSED,
		REASON_TLS_FAILED };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		j.attempt = 3;
		strcpy(j.realm, REALM);
		d.tls_port = outcomes[i];
		d.plain_port = SETUP_CONNECT_NO_ROUTE;
		o = run(&j, &d);
		ends(&o, reasons[i], "read-state: ");
		d.plain_port = SETUP_HTTP_CLOSED;
		o = run(&j, &d);
		ends(&o, reasons[i], "read-state: ");
	}
}

static void
a_password_that_fits_by_chance_is_set_when_the_commit_asks(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.tries[0], NEXT);
	device_hash(&d, NEXT, d.ha1);
	d.needs_admin_call = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.admins, 1);
}

#define adopting(test)                                                         \
	cmocka_unit_test_setup_teardown(test, adopts_begin, adopts_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_found_half_done_is_finished),
		cmocka_unit_test(a_machine_set_up_by_others_is_not_touched),
		adopting(an_earlier_setup_is_put_right),
		adopting(
		    one_that_stays_where_setup_is_talked_is_put_right_there),
		adopting(what_it_does_not_take_fails),
		adopting(a_commit_that_may_be_missing_is_made),
		adopting(putting_right_is_cut_anywhere),
		adopting(a_mebx_password_is_not_sent_to_one_that_is_set_up),
		adopting(putting_right_over_a_certificate_is_cut_anywhere),
		cmocka_unit_test(
		    a_machine_set_up_that_still_answers_where_setup_is_talked),
		cmocka_unit_test(
		    a_machine_that_restarts_after_an_earlier_commit_is_awaited),
		cmocka_unit_test(
		    a_machine_that_serves_tls_is_found_with_the_version_it_takes),
		cmocka_unit_test(
		    a_first_attempt_does_not_look_at_the_other_port),
		cmocka_unit_test(
		    with_nobody_on_the_other_port_the_first_reason_stands),
		cmocka_unit_test(
		    a_password_that_fits_by_chance_is_set_when_the_commit_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
