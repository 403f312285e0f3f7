#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/complaints.h"

static char told[128 * 1024];

static void
tell(const char *input, const char *why, uint64_t n)
{
	size_t len = strlen(told);

	(void)snprintf(told + len, sizeof(told) - len, "%s %llu %s\n", input,
	    (unsigned long long)n, why);
}

static const char *
rest(void)
{
	told[0] = '\0';
	complaints_end(tell);
	return told;
}

static void
values_do_not_make_another_kind(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= COMPLAINTS_SAID + 2; i++) {
		char name[64], why[128];

		(void)snprintf(name, sizeof(name), "oem.csv:%u", i);
		(void)snprintf(why, sizeof(why),
		    "PID %08uX: wrong (got \"a b%u\", expected %u)", i, i, i);
		assert_int_equal(complaints_add(name, why), i);
	}
	assert_string_equal(rest(),
	    "oem.csv 102 PID 00000001X: wrong (got \"a b1\", expected 1)\n");
	assert_string_equal(rest(), "");
}

static void
inputs_and_causes_are_counted_apart(void **state)
{
	(void)state;
	assert_int_equal(complaints_add("a.csv:1", "row is short"), 1);
	assert_int_equal(complaints_add("b.csv:1", "row is short"), 1);
	assert_int_equal(complaints_add("a.csv:2", "row is long"), 1);
	assert_int_equal(complaints_add("a.csv:3", "row is short"), 2);
	assert_int_equal(complaints_add("a.csv", "row is short"), 3);
	assert_string_equal(rest(), "");
}

static void
a_hundred_of_a_kind_leave_no_rest(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COMPLAINTS_SAID; i++)
		(void)complaints_add("a", "row is short");
	assert_string_equal(rest(), "");
}

static void
more_kinds_than_are_told_apart_count_as_one(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COMPLAINTS_KINDS + 2 * COMPLAINTS_SAID; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "file-%u", i);
		assert_int_equal(complaints_add(name, "bad"),
		    i < COMPLAINTS_KINDS ? 1 : i - COMPLAINTS_KINDS + 1);
	}
	assert_string_equal(rest(), "file-64 200 of other kinds\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_do_not_make_another_kind),
		cmocka_unit_test(inputs_and_causes_are_counted_apart),
		cmocka_unit_test(a_hundred_of_a_kind_leave_no_rest),
		cmocka_unit_test(more_kinds_than_are_told_apart_count_as_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
