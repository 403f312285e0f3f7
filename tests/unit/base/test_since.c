#include "base/since.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW 1795357200 /* 2026-11-22 14:20 UTC */
#define MIDNIGHT 1795305600

static void
what_people_write_is_a_time_of_the_past(void **state)
{
	static const struct {
		const char *text;
		int64_t at;
	} cases[] = {
		{ "today", MIDNIGHT },
		{ "yesterday", MIDNIGHT - 86400 },
		{ "1", NOW - 86400 },
		{ "7", NOW - 7 * 86400 },
		{ "36500", NOW - 36500LL * 86400 },
		{ "2026-11-22", MIDNIGHT },
		{ "2026-11-21", MIDNIGHT - 86400 },
		{ "2026-11-22T14:20", NOW },
		{ "2026-11-22 14:20", NOW },
		{ "2026-11-22T14:20Z", NOW },
		{ "2026-11-22T14:19:59", NOW - 1 },
		{ "2026-11-22T14:19:59Z", NOW - 1 },
	};
	struct fault f;
	int64_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(since_parse(&at, cases[i].text, NOW, &f), 0);
		assert_int_equal(at, cases[i].at);
	}
}

static void
anything_else_is_refused(void **state)
{
	static const char *const wrong[] = { "", "0", "36501", "-1", "1.5",
		"7days", "Yesterday", "tomorrow", "22.11.2026", "2026-11",
		"2026-13-01", "2026-02-30", "2026-11-22T", "2026-11-22T25:00",
		"2026-11-22T14", "2026-11-22T14:20+01:00", "2026-11-22Z14:20",
		"20261122", " 2026-11-22", "2026-11-22 " };
	struct fault f;
	int64_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(since_parse(&at, wrong[i], NOW, &f), -1);
		assert_string_equal(f.why, "is no time");
	}
	assert_int_equal(since_parse(&at, "2026-11-23", NOW, &f), -1);
	assert_string_equal(f.why, "is in the future");
	assert_int_equal(since_parse(&at, "2026-11-22T14:20:01", NOW, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_people_write_is_a_time_of_the_past),
		cmocka_unit_test(anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
