#include "setup/setup_keep.h"

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

static void
what_differs_is_written_once_and_then_nothing(void **state)
{
	struct setup_job j = kept_job(SETUP_KEEP);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	asks_for(&j, "ping", "off");
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_string_equal(o.findings, "changed ping on->off, ");
	assert_string_equal(o.milestones, "reached clock-set in-order ");
	assert_string_equal(d.ping, "false");
	assert_int_equal(d.puts, 1);
	assert_int_equal(d.commits, 0); /* none is due */
	d.puts = 0;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_string_equal(o.findings, "");
	assert_false(wrote(&d));
	assert_null(strstr(d.said, "SetHighAccuracyTimeSynch"));
	d.clock = -11; /* seconds */
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_non_null(strstr(d.said, "SetHighAccuracyTimeSynch"));
	assert_in_range(d.clock + 1, 0, 2);
}

/* An earlier visit put what a commit brings into force, and was killed. */
static void
what_an_earlier_visit_may_have_written_is_committed(void **state)
{
	struct setup_job j = kept_job(SETUP_KEEP);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	asks_for(&j, "ping", "on"); /* as it is */
	j.commit = true;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_int_equal(d.puts, 0);
	assert_int_equal(d.commits, 1);
	j.wish = SETUP_CHECK;
	d.commits = 0;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_int_equal(d.commits, 0);
}

static void
a_check_reports_and_writes_nothing(void **state)
{
	struct setup_job j = kept_job(SETUP_CHECK);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	asks_for(&j, "ping", "off");
	strcpy(d.host, "PC-0001"); /* the same name */
	o = run(&j, &d);
	ends(&o, REASON_DRIFT, "ping differs (got on)");
	assert_string_equal(o.findings, "differs ping on->off, ");
	assert_string_equal(o.milestones, "reached clock-set ");
	assert_null(strstr(d.said, "Set"));
	assert_false(wrote(&d));
	strcpy(d.host, "other");
	o = run(&j, &d);
	assert_string_equal(o.findings,
	    "differs host other->pc-0001, differs ping on->off, ");
}

static void
what_the_machine_does_not_take_is_named_with_both_values(void **state)
{
	struct setup_job j = kept_job(SETUP_KEEP);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	asks_for(&j, "rmcp-ping", "off");
	d.keeps_rmcp = true;
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_FAILED,
	    "rmcp-ping is another than was set (got on, expected off)");
	assert_string_equal(o.findings, "differs rmcp-ping on->off, ");
}

static void
a_new_password_is_set_and_found_out_when_its_answer_is_lost(void **state)
{
	static const enum mishap mishaps[] = { FINE, CUT_BEFORE, CUT_AFTER };
	struct setup_job j = kept_job(SETUP_KEEP);

	(void)state;
	strcpy(j.tries[0], OLD);
	for (size_t i = 0; i < 3; i++) {
		struct device d = kept_device();
		struct outcome o;

		device_hash(&d, OLD, d.ha1);
		d.method = "SetAdminAclEntryEx";
		d.mishap = mishaps[i];
		d.times = 1;
		o = run(&j, &d);
		ends(&o, REASON_NONE, "");
		opens_with(&d, NEXT);
		assert_int_equal(d.admins, 1);
		assert_non_null(strstr(o.milestones, "admin-set "));
		assert_non_null(strstr(o.milestones, "in-order "));
	}
}

/* An earlier run has sent it and saw no answer: which password opens says it
 * all, whatever the rest of this run meets. */
static void
a_password_that_opens_among_several_is_reported_as_set(void **state)
{
	static const enum setup_wish wishes[] = { SETUP_KEEP, SETUP_CHECK };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct setup_job j = kept_job(wishes[i]);
		struct device d = kept_device();
		struct outcome o;

		asks_for(&j, "rmcp-ping", "off");
		d.keeps_rmcp = true;
		strcpy(j.tries[1], OLD);
		j.ntries = 2;
		o = run(&j, &d);
		assert_int_not_equal(o.reason, REASON_NONE);
		assert_string_equal(o.milestones,
		    "reached clock-set admin-set ");
		assert_int_equal(d.admins, 0);
		/* The old one opens: this one is not what it has. */
		d = kept_device();
		device_hash(&d, OLD, d.ha1);
		j.wish = SETUP_CHECK;
		o = run(&j, &d);
		assert_null(strstr(o.milestones, "admin-set"));
		settings_free(&profile);
	}
}

/* As when the sweep is killed, or the cable pulled: cut before and after each
 * request took effect, in this run and in one that is given up there. */
static void
a_cut_anywhere_is_finished_by_this_run_or_the_next(void **state)
{
	static const enum mishap cuts[] = { CUT_BEFORE, CUT_AFTER, HANG_AFTER };
	struct setup_job j = kept_job(SETUP_KEEP);
	struct device d = kept_device();
	unsigned n;

	(void)state;
	asks_for(&j, "ping", "off");
	strcpy(j.tries[0], OLD);
	strcpy(j.tries[1], NEXT);
	j.ntries = 2;
	device_hash(&d, OLD, d.ha1);
	(void)run(&j, &d);
	n = d.requests;
	assert_true(n > 8);
	for (unsigned k = 1; k <= n; k++)
		for (size_t c = 0; c < 3; c++) {
			struct outcome o;

			d = kept_device();
			device_hash(&d, OLD, d.ha1);
			d.at = k;
			d.mishap = cuts[c];
			o = run(&j, &d);
			if (o.reason != REASON_NONE) { /* the next one */
				assert_int_equal(cuts[c], HANG_AFTER);
				d.mishap = FINE;
				o = run(&j, &d);
			}
			ends(&o, REASON_NONE, "");
			opens_with(&d, NEXT);
			assert_string_equal(d.ping, "false");
			assert_in_range(d.admins, 1, 1);
			d.puts = d.admins = 0;
			o = run(&j, &d);
			ends(&o, REASON_NONE, "");
			assert_false(wrote(&d));
		}
}

static void
worn_flash_ends_the_writing(void **state)
{
	struct setup_job j = kept_job(SETUP_KEEP);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	asks_for(&j, "ping", "off");
	strcpy(j.tries[0], OLD);
	device_hash(&d, OLD, d.ha1);
	d.method = "SetAdminAclEntryEx";
	d.mishap = RETURNS;
	d.mishap_code = 38;
	o = run(&j, &d);
	ends(&o, REASON_FLASH_LIMIT, "set-admin: ");
	assert_false(wrote(&d)); /* nor anything after it */
}

static void
client_control_mode_is_reported_with_what_it_refuses(void **state)
{
	struct setup_job j = kept_job(SETUP_KEEP);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	asks_for(&j, "ping", "off");
	d.pki.control_mode = 1;
	d.method = "Put";
	d.mishap = SOAP_FAULT;
	d.mishap_text = "c:AccessDenied";
	o = run(&j, &d);
	ends(&o, REASON_DRIFT, "names: refused in client control mode");
	assert_string_equal(o.findings, "differs ping on->off, ");
	/* in admin mode it is what it is anywhere */
	d.pki.control_mode = 2;
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "put-names: AccessDenied");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    what_differs_is_written_once_and_then_nothing, begin),
		cmocka_unit_test_setup(
		    what_an_earlier_visit_may_have_written_is_committed, begin),
		cmocka_unit_test_setup(a_check_reports_and_writes_nothing,
		    begin),
		cmocka_unit_test_setup(
		    what_the_machine_does_not_take_is_named_with_both_values,
		    begin),
		cmocka_unit_test_setup(
		    a_new_password_is_set_and_found_out_when_its_answer_is_lost,
		    begin),
		cmocka_unit_test_setup(
		    a_password_that_opens_among_several_is_reported_as_set,
		    begin),
		cmocka_unit_test_setup(
		    a_cut_anywhere_is_finished_by_this_run_or_the_next, begin),
		cmocka_unit_test_setup(worn_flash_ends_the_writing, begin),
		cmocka_unit_test_setup(
		    client_control_mode_is_reported_with_what_it_refuses,
		    begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
