#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/runs.h"

#define RECORD_MAX 64
#define KEY 12 /* more than fits a number */

/* n records in an order without rule, with many equal keys; what follows the
 * key is the number of the record, in digits, and some padding. */
static void
add_all(struct runs *r, unsigned n)
{
	uint32_t x = 1;

	for (unsigned i = 0; i < n; i++) {
		char text[RECORD_MAX];
		int len;

		x = x * 1664525 + 1013904223;
		len = snprintf(text, sizeof(text), "%012u%u %.*s",
		    (x >> 16) % (n / 2 + 1), i, (int)(x >> 28),
		    "................");
		runs_add(r, text, (size_t)len);
	}
	runs_sort(r);
}

static void
comes_out_in_order(size_t memory, unsigned n)
{
	struct runs *r = runs_new("/tmp", memory, RECORD_MAX, KEY);
	char before[KEY + 1] = "";
	unsigned long last = 0;
	const uint8_t *p;
	unsigned met = 0;
	size_t len;

	add_all(r, n);
	for (; (p = runs_next(r, &len)) != NULL; met++) {
		char text[RECORD_MAX + 1] = "";
		unsigned long number;
		int differs;

		assert_in_range(len, KEY, RECORD_MAX);
		memcpy(text, p, len);
		number = strtoul(text + KEY, NULL, 10);
		differs = memcmp(before, text, KEY);
		assert_true(differs < 0 || (differs == 0 && last < number));
		memcpy(before, text, KEY);
		last = number;
	}
	assert_int_equal(met, n);
	assert_null(runs_next(r, &len));
	runs_free(r);
}

static void
records_that_fit_come_out_by_key_and_then_as_they_came(void **state)
{
	(void)state;
	comes_out_in_order(1 << 20, 1000);
}

static void
records_that_do_not_fit_come_out_the_same_way(void **state)
{
	(void)state;
	for (unsigned n = 90; n < 110; n++)
		comes_out_in_order(4096, n);
	comes_out_in_order(4096, 1500);
	comes_out_in_order(65536, 50000);
}

static void
no_records_are_no_records(void **state)
{
	(void)state;
	comes_out_in_order(4096, 0);
	comes_out_in_order(4096, 1);
}

static void
keys_are_compared_as_bytes_without_sign(void **state)
{
	struct runs *r = runs_new("/tmp", 4096, RECORD_MAX, RUNS_KEY_MIN);
	size_t len;

	(void)state;
	runs_add(r, "\xff.......", RUNS_KEY_MIN);
	runs_add(r, "A.......", RUNS_KEY_MIN);
	runs_add(r, "A......\x80", RUNS_KEY_MIN);
	runs_sort(r);
	assert_memory_equal(runs_next(r, &len), "A.......", RUNS_KEY_MIN);
	assert_memory_equal(runs_next(r, &len), "A......\x80", RUNS_KEY_MIN);
	assert_memory_equal(runs_next(r, &len), "\xff.......", RUNS_KEY_MIN);
	assert_null(runs_next(r, &len));
	runs_free(r);
	runs_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    records_that_fit_come_out_by_key_and_then_as_they_came),
		cmocka_unit_test(records_that_do_not_fit_come_out_the_same_way),
		cmocka_unit_test(no_records_are_no_records),
		cmocka_unit_test(keys_are_compared_as_bytes_without_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
