#include "report/totals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
add(struct fleet *fleet, const char *state, const char *batch,
    const char *profile, const char *firmware)
{
	char text[DEVICES_NCOLUMNS][64] = { "uuid", "fqdn" };
	struct record r = { .kind = &kind_devices };
	struct fault f;

	(void)snprintf(text[DEVICES_STATE], sizeof(text[0]), "%s", state);
	(void)snprintf(text[DEVICES_BATCH], sizeof(text[0]), "%s", batch);
	(void)snprintf(text[DEVICES_PROFILE], sizeof(text[0]), "%s", profile);
	(void)snprintf(text[DEVICES_FIRMWARE], sizeof(text[0]), "%s", firmware);
	for (size_t i = 0; i < DEVICES_NCOLUMNS; i++)
		r.field[i] = text[i];
	assert_int_equal(fleet_add(fleet, &r, &f), 0);
}

/* The rows as "name=machines/heard/set up". */
static void
rows_are(const struct fleet *fleet, enum totals_by by, const char *wanted)
{
	char text[512] = "";
	struct totals t;

	totals_count(&t, fleet, by);
	for (size_t i = 0; i < t.n; i++) {
		size_t len = strlen(text);

		(void)snprintf(text + len, sizeof(text) - len,
		    "%s%s=%zu/%zu/%zu", i != 0 ? " " : "", t.rows[i]->name,
		    t.rows[i]->machines, total_heard(t.rows[i]),
		    t.rows[i]->in_group[FLEET_SET_UP]);
	}
	totals_free(&t);
	assert_string_equal(text, wanted);
}

static void
machines_are_counted_by_batch_profile_and_release(void **state)
{
	struct fleet fleet = { 0 };

	(void)state;
	add(&fleet, "verified", "lab10", "desk", "11.8.50.3425");
	add(&fleet, "verified", "lab9", "desk", "9.1.40");
	add(&fleet, "heard", "lab9", "", "");
	add(&fleet, "expected", "", "", "");
	add(&fleet, "verified", "lab10", "kiosk", "11.8.55");
	add(&fleet, "committed", "lab10", "kiosk", "11.0.1");
	rows_are(&fleet, TOTALS_BATCH, "lab9=2/2/1 lab10=3/3/2 =1/0/0");
	rows_are(&fleet, TOTALS_PROFILE, "desk=2/2/2 kiosk=2/2/1 =2/1/0");
	rows_are(&fleet, TOTALS_RELEASE,
	    "9.1=1/1/1 11.0=1/1/0 11.8=2/2/2 =2/1/0");
	fleet_free(&fleet);
}

static void
what_is_no_release_is_one_of_its_own(void **state)
{
	struct fleet fleet = { 0 };

	(void)state;
	add(&fleet, "heard", "", "", "12");
	add(&fleet, "heard", "", "", "12.");
	add(&fleet, "heard", "", "", ".5");
	add(&fleet, "heard", "", "", "beta 3.2 of a long name");
	rows_are(&fleet, TOTALS_RELEASE,
	    ".5=1/1/0 12=1/1/0 12.=1/1/0 beta 3.2 of a l=1/1/0");
	fleet_free(&fleet);
}

static void
batches_without_a_machine_are_there(void **state)
{
	struct batch batches[] = { { .name = (char[]){ "b" } },
		{ .name = (char[]){ "a" } } };
	struct fleet fleet = { .batches = batches, .nbatches = 2 };
	struct totals t;

	(void)state;
	rows_are(&fleet, TOTALS_BATCH, "a=0/0/0 b=0/0/0");
	rows_are(&fleet, TOTALS_PROFILE, "");
	totals_count(&t, &fleet, TOTALS_BATCH);
	assert_ptr_equal(t.rows[0]->batch, &batches[1]);
	assert_true(totals_named(&t));
	totals_free(&t);
	totals_count(&t, &fleet, TOTALS_RELEASE);
	assert_false(totals_named(&t));
	totals_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    machines_are_counted_by_batch_profile_and_release),
		cmocka_unit_test(what_is_no_release_is_one_of_its_own),
		cmocka_unit_test(batches_without_a_machine_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
