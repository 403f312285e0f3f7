#include "plan/due.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW (INT64_C(1795357200)) /* 2026-11-22 */
#define DAYS(n) ((n)*DUE_DAY)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* In order in every way: each row of the table changes something. */
#define REST .now = NOW, .digest = "aa", .sets_clock = true, .clock_at = NOW - 1
#define UUID .uuid = "7ab70000-0000-4000-8000-000000000001"
#define YOUNG .password_at = NOW - DAYS(1)
#define SAME .digest_now = "aa"
#define WELL REST, UUID, YOUNG, SAME

static void
each_rule_makes_a_machine_due(void **state)
{
	static const struct {
		enum due_why why;
		struct due_facts f;
	} rows[] = {
		{ DUE_NOT, { WELL } },
		{ DUE_PROFILE,
		    { REST, UUID, YOUNG, .differs = true,
		        .digest_now = "bb" } },
		{ DUE_PENDING, { WELL, .pending = true, .differs = true } },
		{ DUE_DIFFERS, { WELL, .differs = true, .cut = true } },
		{ DUE_CUT, { WELL, .cut = true, .renamed = true } },
		{ DUE_NAME, { WELL, .renamed = true } },
		/* just so long, whatever its part of the spread */
		{ DUE_CERT, { WELL, .cert_until = NOW + DAYS(30) } },
		{ DUE_CERT, { WELL, .cert_until = NOW - 1 } },
		{ DUE_NOT, { WELL, .cert_until = NOW + DAYS(38) } },
		{ DUE_CA,
		    { WELL, .ca_before = true, .ca_since = NOW - DAYS(7) } },
		{ DUE_CA, { WELL, .ca_before = true } },
		{ DUE_NOT, { WELL, .ca_since = NOW - DAYS(7) } },
		{ DUE_NOT,
		    { REST, UUID, SAME, .password_at = NOW - DAYS(900) } },
		{ DUE_NOT, { WELL, .password_days = 90 } },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (due_decide(&rows[i].f) != rows[i].why)
			fail_msg("row %zu: %s, expected %s", i,
			    due_text(due_decide(&rows[i].f)),
			    due_text(rows[i].why));
}

static void
time_makes_it_due_at_the_end_of_its_period_at_last(void **state)
{
	struct due_facts f = { WELL };

	(void)state;
	f.clock_at = NOW - DAYS(14);
	assert_int_equal(due_decide(&f), DUE_CLOCK);
	f.clock_at = NOW - DAYS(10); /* three quarters of it: never */
	assert_int_equal(due_decide(&f), DUE_NOT);
	f.clock_at = 0;
	f.sets_clock = false;
	assert_int_equal(due_decide(&f), DUE_NOT);
	f.password_days = 90;
	f.password_at = NOW - DAYS(90);
	assert_int_equal(due_decide(&f), DUE_PASSWORD);
	f.password_at = NOW - DAYS(67);
	assert_int_equal(due_decide(&f), DUE_NOT);
}

static void
what_a_clock_ahead_has_dated_is_due(void **state)
{
	struct due_facts f = { WELL, .password_days = 90 };

	(void)state;
	f.clock_at = f.password_at = NOW + 60; /* two clocks, a minute apart */
	assert_int_equal(due_decide(&f), DUE_NOT);
	f.password_at = NOW + 61;
	assert_int_equal(due_decide(&f), DUE_PASSWORD);
	f.password_days = 0;
	f.clock_at = NOW + DAYS(3650);
	assert_int_equal(due_decide(&f), DUE_CLOCK);
}

static void
a_failed_one_waits_whatever_is_due(void **state)
{
	struct due_facts f = { WELL, .differs = true };

	(void)state;
	f.not_before = NOW + 1;
	assert_int_equal(due_decide(&f), DUE_NOT);
	f.not_before = NOW;
	assert_int_equal(due_decide(&f), DUE_DIFFERS);
}

/* All of them have the CA before when the new one is made. */
static void
a_fleet_changes_to_a_new_ca_within_a_week(void **state)
{
	unsigned on_day[8] = { 0 };
	char uuid[64];

	(void)state;
	for (int m = 0; m < 1400; m++) {
		struct due_facts f = { WELL };
		int day = 0;

		(void)snprintf(uuid, sizeof(uuid),
		    "7ab70000-0000-4000-8000-%012d", m);
		f.uuid = uuid;
		f.ca_before = true;
		while (f.ca_since = f.now - DAYS(day),
		    due_decide(&f) == DUE_NOT)
			day++;
		assert_int_equal(due_decide(&f), DUE_CA);
		assert_in_range(day, 0, 7);
		on_day[day]++;
	}
	for (size_t i = 1; i < COUNT(on_day); i++)
		assert_in_range(on_day[i], 100, 300);
}

/* Set up in one night: on no day of the fortnight more than a third. */
static void
a_fleet_does_not_come_due_in_one_night(void **state)
{
	unsigned on_day[16] = { 0 }, unknown[14] = { 0 };
	char uuid[64];

	(void)state;
	for (int m = 0; m < 1400; m++) {
		struct due_facts f = { WELL };
		int day = 0;

		(void)snprintf(uuid, sizeof(uuid),
		    "7ab70000-0000-4000-8000-%012d", m);
		f.uuid = uuid;
		while (f.clock_at = f.now - DAYS(day),
		    due_decide(&f) == DUE_NOT)
			day++;
		assert_in_range(day, 10, 14);
		on_day[day]++;
		f = (struct due_facts){ REST, YOUNG, SAME, .uuid = uuid };
		f.digest = "";
		for (int d = 0; d < 14; d++) {
			f.now = f.clock_at = NOW + DAYS(d);
			unknown[d] += due_decide(&f) == DUE_PROFILE;
		}
	}
	for (size_t i = 0; i < COUNT(on_day); i++)
		assert_in_range(on_day[i], 0, 1400 / 3);
	for (size_t i = 0; i < COUNT(unknown); i++)
		assert_in_range(unknown[i], 50, 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_makes_a_machine_due),
		cmocka_unit_test(
		    time_makes_it_due_at_the_end_of_its_period_at_last),
		cmocka_unit_test(what_a_clock_ahead_has_dated_is_due),
		cmocka_unit_test(a_failed_one_waits_whatever_is_due),
		cmocka_unit_test(a_fleet_changes_to_a_new_ca_within_a_week),
		cmocka_unit_test(a_fleet_does_not_come_due_in_one_night),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
