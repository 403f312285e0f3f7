#include "keys/pidset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char pps[] = "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ";
static const char other[] = "NKLDG5DCRRNQE9YZZIJL7LFLVJED0000";

static struct pidset *
new_set(uint8_t seed)
{
	uint8_t bytes[16];
	struct pidset *s;

	memset(bytes, seed, sizeof(bytes));
	s = pidset_new(bytes);
	assert_non_null(s);
	return s;
}

static enum pidset_found
add(struct pidset *s, const char *pid, const char *secret, uint32_t line,
    uint32_t *first)
{
	struct pidset_place place = { 1, line };
	enum pidset_found found = pidset_add(s, pid, secret, &place);

	assert_int_equal(place.file, 1);
	*first = place.line;
	return found;
}

static void
a_second_pid_is_told_with_the_first_ones_place(void **state)
{
	struct pidset *s = new_set(1);
	uint32_t first;

	(void)state;
	assert_int_equal(add(s, "0000037M", pps, 3, &first), PIDSET_NEW);
	assert_int_equal(add(s, "0000000C", pps, 4, &first), PIDSET_NEW);
	assert_int_equal(add(s, "ZZZZZZZI", pps, 5, &first), PIDSET_NEW);
	assert_int_equal(add(s, "0000037M", pps, 6, &first), PIDSET_SAME);
	assert_int_equal(first, 3);
	assert_int_equal(add(s, "0000037M", other, 7, &first),
	    PIDSET_OTHER_PPS);
	assert_int_equal(first, 3);
	assert_int_equal(add(s, "ZZZZZZZI", pps, 8, &first), PIDSET_SAME);
	assert_int_equal(first, 5);
	pidset_free(s);
}

static void
looking_for_a_pid_adds_nothing(void **state)
{
	struct pidset *s = new_set(1);
	struct pidset_place place = { 2, 9 };
	uint32_t first;

	(void)state;
	assert_int_equal(pidset_find(s, "0000037M", pps, &place), PIDSET_NEW);
	assert_int_equal(place.line, 9);
	assert_int_equal(add(s, "0000037M", pps, 3, &first), PIDSET_NEW);
	assert_int_equal(pidset_find(s, "0000037M", pps, &place), PIDSET_SAME);
	assert_int_equal(place.file, 1);
	assert_int_equal(place.line, 3);
	assert_int_equal(pidset_find(s, "0000037M", other, &place),
	    PIDSET_OTHER_PPS);
	pidset_free(s);
}

/* PIDs next to one another, whatever the seed, through several growths. */
static void
a_hundred_thousand_are_all_found_again(void **state)
{
	(void)state;
	for (uint8_t seed = 0; seed < 2; seed++) {
		struct pidset *s = new_set(seed);
		char pid[PID_LEN + 1];
		uint32_t first;

		for (uint32_t i = 0; i < 100000; i++) {
			(void)snprintf(pid, sizeof(pid), "%07uC", i);
			assert_int_equal(add(s, pid, pps, i, &first),
			    PIDSET_NEW);
		}
		for (uint32_t i = 0; i < 100000; i++) {
			(void)snprintf(pid, sizeof(pid), "%07uC", i);
			assert_int_equal(add(s, pid, i % 2 == 0 ? pps : other,
			                     9, &first),
			    i % 2 == 0 ? PIDSET_SAME : PIDSET_OTHER_PPS);
			assert_int_equal(first, i);
		}
		pidset_free(s);
	}
	pidset_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_second_pid_is_told_with_the_first_ones_place),
		cmocka_unit_test(looking_for_a_pid_adds_nothing),
		cmocka_unit_test(a_hundred_thousand_are_all_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
