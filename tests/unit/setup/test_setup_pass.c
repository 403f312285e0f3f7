#include "setup/setup_pass.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "setup_run_managed.h"

static int
begin(void **state)
{
	(void)state;
	settings_free(&profile);
	return 0;
}

/* After the commit, under the planned password. */
static void
a_set_up_is_read_back_whole(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	asks_for(&j, "rmcp-ping", "off");
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.findings,
	    "changed host ->pc-0001, "
	    "changed domain ->example.com, changed rmcp-ping on->off, ");
	d = device();
	d.keeps_rmcp = true;
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_FAILED,
	    "rmcp-ping is another than was set (got on, expected off)");
	assert_int_equal(d.state, 2);
	assert_null(strstr(o.milestones, "verified"));
	assert_non_null(strstr(o.findings, "differs rmcp-ping on->off, "));
	assert_null(strstr(o.findings, "changed rmcp-ping"));
}

static void
what_the_machine_lacks_is_reported_once_and_fails_nothing(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	asks_for(&j, "ping", "off");
	d.no_ping_property = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_non_null(strstr(o.findings, "lacks ping ->off, "));
	assert_null(strstr(strstr(o.findings, "lacks ping") + 1, "lacks"));
}

/* Found by reading, before anything is written. */
static void
a_profile_that_insists_refuses_what_the_firmware_left_out(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;
	struct fault f;

	(void)state;
	asks_for(&j, "ping", "off");
	assert_int_equal(settings_add(&profile, "unsupported", "", "refuse",
	                     &f),
	    0);
	d.no_ping_property = true;
	o = run(&j, &d);
	ends(&o, REASON_PROFILE_UNSUPPORTED,
	    "nothing was written; AMT 9.1.20 "
	    "has none of: ping");
	assert_int_equal(d.puts + d.admins + d.mebxs, 0);
	assert_false(d.clock_set);
	d = device();
	o = run(&j, &d);
	is_set_up(&o, &d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_set_up_is_read_back_whole, begin),
		cmocka_unit_test_setup(
		    what_the_machine_lacks_is_reported_once_and_fails_nothing,
		    begin),
		cmocka_unit_test_setup(
		    a_profile_that_insists_refuses_what_the_firmware_left_out,
		    begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
