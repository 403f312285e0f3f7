#include "sweep/timers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N 200

/* Times that repeat, in no order. */
static int64_t
mixed(size_t i)
{
	return (int64_t)(i * 7919 % 97);
}

static void
timers_come_out_in_the_order_of_their_times(void **state)
{
	struct timer one[N] = { 0 };
	struct timers t;
	int64_t before = -1;

	(void)state;
	assert_int_equal(timers_init(&t, N), 0);
	for (size_t i = 0; i < N; i++)
		timers_set(&t, &one[i], mixed(i));
	for (size_t i = 0; i < N; i++) {
		struct timer *first = timers_first(&t);

		assert_non_null(first);
		assert_true(first->at_ms >= before);
		before = first->at_ms;
		timers_clear(&t, first);
		assert_int_equal(first->place, 0);
	}
	assert_null(timers_first(&t));
	timers_free(&t);
}

static void
a_timer_moves_when_it_is_set_again(void **state)
{
	struct timer one[3] = { 0 };
	struct timers t;

	(void)state;
	assert_int_equal(timers_init(&t, 3), 0);
	for (size_t i = 0; i < 3; i++)
		timers_set(&t, &one[i], 10 + (int64_t)i);
	timers_set(&t, &one[0], 99);
	assert_ptr_equal(timers_first(&t), &one[1]);
	timers_set(&t, &one[2], 1);
	assert_ptr_equal(timers_first(&t), &one[2]);
	assert_int_equal(t.n, 3);
	timers_free(&t);
}

static void
clearing_from_the_middle_keeps_the_order(void **state)
{
	struct timer one[N] = { 0 };
	struct timers t;
	int64_t before = -1;
	size_t left = 0;

	(void)state;
	assert_int_equal(timers_init(&t, N), 0);
	for (size_t i = 0; i < N; i++)
		timers_set(&t, &one[i], mixed(i));
	for (size_t i = 0; i < N; i += 3)
		timers_clear(&t, &one[i]);
	for (size_t i = 0; i < N; i += 3)
		timers_clear(&t, &one[i]); /* twice does no harm */
	for (struct timer *first; (first = timers_first(&t)) != NULL; left++) {
		assert_true(first->at_ms >= before);
		before = first->at_ms;
		timers_clear(&t, first);
	}
	assert_int_equal(left, N - (N + 2) / 3);
	timers_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_come_out_in_the_order_of_their_times),
		cmocka_unit_test(a_timer_moves_when_it_is_set_again),
		cmocka_unit_test(clearing_from_the_middle_keeps_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
