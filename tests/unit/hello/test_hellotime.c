#include "hello/hellotime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hello/hello.h"

static struct hellotime
usual(void)
{
	struct hellotime t = { 0 };

	hellotime_usual(&t);
	return t;
}

static void
the_schedule_is_five_minutes_five_tens_and_hours(void **state)
{
	const struct hellotime t = usual();

	(void)state;
	assert_int_equal(hellotime_elapsed(&t, 0), 0);
	assert_int_equal(hellotime_elapsed(&t, 1), 60);
	assert_int_equal(hellotime_elapsed(&t, 5), 300);
	assert_int_equal(hellotime_elapsed(&t, 6), 900);
	assert_int_equal(hellotime_elapsed(&t, 10), 3300);
	assert_int_equal(hellotime_elapsed(&t, 11), 6900);
	assert_int_equal(hellotime_elapsed(&t, 14), 17700);
	assert_true(hellotime_elapsed(&t, UINT32_MAX) > 0);
	for (uint32_t n = 0; n < 40; n++)
		assert_true(
		    hellotime_elapsed(&t, n) < hellotime_elapsed(&t, n + 1));
}

static void
a_window_closes_hours_after_the_first_hello_of_the_series(void **state)
{
	const struct hellotime t = usual();

	(void)state;
	assert_int_equal(hellotime_closes(&t, HELLO_PSK, 1000000, 0),
	    1000000 + 21600);
	assert_int_equal(hellotime_closes(&t, HELLO_PSK, 1000000, 10),
	    1000000 + 18300);
	/* The last of a PSK series leaves 65 minutes of the six hours. */
	assert_int_equal(hellotime_closes(&t, HELLO_PSK, 1000000, 14),
	    1000000 + 3900);
	assert_int_equal(hellotime_closes(&t, HELLO_PKI, 1000000, 14),
	    1000000 + 68700);
	assert_int_equal(hellotime_window(&t, HELLO_PSK), 6);
	assert_int_equal(hellotime_window(&t, HELLO_PKI), 24);
}

/* It shows an open window, until the next one is due. */
static void
a_hello_counts_for_as_long_as_the_pause_after_it(void **state)
{
	struct hellotime t = usual();

	(void)state;
	assert_int_equal(hellotime_closes(&t, HELLO_PSK, 1000000, 40),
	    1000000 + 3600);
	assert_int_equal(hellotime_closes(&t, HELLO_PKI, 1000000, UINT32_MAX),
	    1000000 + 3600);
	t.psk_hours = 1; /* 55 of 60 minutes are over with the tenth */
	assert_int_equal(hellotime_closes(&t, HELLO_PSK, 1000000, 9),
	    1000000 + 900);
	assert_int_equal(hellotime_closes(&t, HELLO_PSK, 1000000, 10),
	    1000000 + 3600);
}

static void
another_schedule_is_a_setting(void **state)
{
	struct hellotime t = usual();
	struct fault f;

	(void)state;
	/* ConfigMgr 2007: every minute for 5 minutes, every 5 for an hour,
	 * every hour for 23 hours. */
	assert_int_equal(hellotime_parse(&t, "5x60,12x300,23x3600", &f), 0);
	assert_int_equal(t.nsteps, 3);
	assert_int_equal(hellotime_elapsed(&t, 5), 300);
	assert_int_equal(hellotime_elapsed(&t, 17), 3900);
	assert_int_equal(hellotime_elapsed(&t, 40), 3900 + 23 * 3600);
	assert_int_equal(hellotime_elapsed(&t, 41), 3900 + 24 * 3600);
	assert_int_equal(hellotime_parse(&t, "10000x86400", &f), 0);
	assert_int_equal(hellotime_parse(&t, "1x1,2x2,3x3,4x4,5x5,6x6,7x7,8x8",
	                     &f),
	    0);
	assert_int_equal(t.nsteps, HELLOTIME_STEPS);
}

static void
what_is_no_schedule_is_refused_and_changes_nothing(void **state)
{
	static const struct {
		const char *text;
		size_t at;
	} bad[] = { { "", 0 }, { "5", 0 }, { "5x", 0 }, { "x60", 0 },
		{ "0x60", 0 }, { "5x0", 0 }, { "5x60,", 5 }, { "5x60,5", 5 },
		{ "5x60,,5x60", 5 }, { "10001x60", 0 }, { "5x86401", 0 },
		{ "5x60 5x600", 0 }, { "-5x60", 0 }, { "99999999x60", 0 },
		{ "1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1", 32 } };
	struct hellotime t = usual(), before = t;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(hellotime_parse(&t, bad[i].text, &f), -1);
		assert_int_equal(f.at, bad[i].at);
		assert_memory_equal(&t, &before, sizeof(t));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_schedule_is_five_minutes_five_tens_and_hours),
		cmocka_unit_test(
		    a_window_closes_hours_after_the_first_hello_of_the_series),
		cmocka_unit_test(
		    a_hello_counts_for_as_long_as_the_pause_after_it),
		cmocka_unit_test(another_schedule_is_a_setting),
		cmocka_unit_test(
		    what_is_no_schedule_is_refused_and_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
