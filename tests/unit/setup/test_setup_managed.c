#include "setup/setup_managed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "setup_run_managed.h"

static void
the_plain_port_is_asked_first_and_then_once_the_other(void **state)
{
	struct setup_job j = kept_job(SETUP_CHECK);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_int_equal(o.route, SETUP_PLAIN);
	assert_string_equal(o.milestones, "reached clock-set in-order ");
	d = kept_device();
	d.tls_stays = true;
	d.on_tls_only = true;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_int_equal(o.route, SETUP_TLS_OWN);
	d = kept_device();
	d.plain_port = SETUP_CONNECT_TIMEOUT;
	o = run(&j, &d);
	ends(&o, REASON_CONNECT_TIMEOUT, "; port 16993: CONNECT-REFUSED");
	assert_int_equal(d.connections, 2);
}

static void
a_machine_that_had_tls_is_asked_there_first(void **state)
{
	struct setup_job j = kept_job(SETUP_CHECK);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	d.tls_stays = true;
	j.tls_known = true;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_int_equal(o.route, SETUP_TLS_OWN);
	/* old stacks like no version but their own */
	d.lowest = SETUP_TLS_1_0;
	d.rung[0] = d.rung[1] = SETUP_TLS_CLOSED;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_int_equal(o.tls, SETUP_TLS_1_0);
	d.tls_stays = false;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_int_equal(o.route, SETUP_PLAIN);
}

/* Who stands between could speak for it at the other port. */
static void
with_a_known_certificate_there_is_no_other_and_no_other_port(void **state)
{
	struct setup_job j = kept_job(SETUP_KEEP);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	strcpy(j.leaf, LEAF_A);
	d.leaf = LEAF_A;
	d.tls_stays = true;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_int_equal(o.route, SETUP_TLS_OWN);
	d.leaf = LEAF_B;
	d.requests = 0;
	o = run(&j, &d);
	ends(&o, REASON_LEAF_CHANGED, "nothing sent");
	assert_int_equal(d.requests, 0);
	d.tls_stays = false;
	o = run(&j, &d);
	ends(&o, REASON_CONNECT_REFUSED, "read-state: ");
	assert_int_equal(d.requests, 0);
}

static void
another_realm_gets_no_password_at_either_port(void **state)
{
	struct setup_job j = kept_job(SETUP_KEEP);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	strcpy(d.realm, "Digest:B4000000000000000000000000000002");
	for (int tls = 0; tls < 2; tls++) {
		d.tls_stays = tls;
		j.tls_known = tls;
		d.connections = d.strangers = 0;
		o = run(&j, &d);
		ends(&o, REASON_REALM_CHANGED, "no password sent");
		assert_int_equal(d.connections, 1);
		assert_int_equal(d.strangers, 1);
	}
}

static void
passwords_are_tried_one_a_connection_and_20_seconds_apart(void **state)
{
	struct setup_job j = kept_job(SETUP_CHECK);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	strcpy(j.tries[0], "Pending-Pw1!");
	strcpy(j.tries[1], OLD);
	strcpy(j.tries[2], NEXT);
	j.ntries = 3;
	j.attempt = 3;
	strcpy(j.mebx_next, MEBX); /* is not among those */
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_int_equal(o.waited_ms, 40000);
	assert_int_equal(d.connections, 3);
	assert_int_equal(d.refusals, 2);
	strcpy(j.tries[2], "Other-Pw-1!");
	d = kept_device();
	o = run(&j, &d);
	ends(&o, REASON_LOGIN_REFUSED, "passwords refused: 3");
	assert_int_equal(d.refusals, 3);
}

static void
what_is_not_the_machine_or_not_set_up_is_left_alone(void **state)
{
	struct setup_job j = kept_job(SETUP_KEEP);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	d.uuid[0] ^= 1;
	o = run(&j, &d);
	ends(&o, REASON_UUID_MISMATCH, "");
	d = kept_device();
	d.state = 1;
	d.open_in_setup = true;
	o = run(&j, &d);
	ends(&o, REASON_STATE_UNEXPECTED,
	    "ProvisioningState 1, the machine is not set up");
	d = kept_device();
	d.pki.control_mode = 7;
	o = run(&j, &d);
	ends(&o, REASON_STATE_UNEXPECTED, "CurrentControlMode 7");
	assert_false(wrote(&d));
	/* before 6.2 there is no such class */
	d = kept_device();
	d.pki.no_ips = true;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_plain_port_is_asked_first_and_then_once_the_other),
		cmocka_unit_test(a_machine_that_had_tls_is_asked_there_first),
		cmocka_unit_test(
		    with_a_known_certificate_there_is_no_other_and_no_other_port),
		cmocka_unit_test(another_realm_gets_no_password_at_either_port),
		cmocka_unit_test(
		    passwords_are_tried_one_a_connection_and_20_seconds_apart),
		cmocka_unit_test(
		    what_is_not_the_machine_or_not_set_up_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
