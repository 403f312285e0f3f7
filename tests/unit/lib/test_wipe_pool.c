#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "lib/wipe_pool.h"

#define BLOCKS 200

static int
group_setup(void **state)
{
	(void)state;
	assert_null(wipe_pool_take(WIPE_POOL_SMALL)); /* there is none yet */
	wipe_pool_make(BLOCKS);
	return 0;
}

static size_t
pages_there(const void *block, size_t n)
{
	unsigned char there[WIPE_POOL_LARGE / 4096 + 1];
	size_t count = 0;

	assert_int_equal(mincore((void *)(uintptr_t)block, n, there), 0);
	for (size_t i = 0; i < n / 4096; i++)
		count += there[i] & 1;
	return count;
}

static void
assert_clear(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(p[i], 0);
}

static void
blocks_of_other_sizes_are_not_of_the_pool(void **state)
{
	int here;

	(void)state;
	assert_null(wipe_pool_take(0));
	assert_null(wipe_pool_take(WIPE_POOL_LEAST - 1));
	assert_null(wipe_pool_take(WIPE_POOL_LARGE + 1));
	assert_null(wipe_pool_take(SIZE_MAX));
	assert_int_equal(wipe_pool_size(&here), 0);
	assert_int_equal(wipe_pool_size(NULL), 0);
}

static void
a_block_has_the_size_that_was_asked_for(void **state)
{
	void *small = wipe_pool_take(WIPE_POOL_LEAST);
	void *large = wipe_pool_take(WIPE_POOL_SMALL + 1);

	(void)state;
	assert_int_equal(wipe_pool_size(small), WIPE_POOL_LEAST);
	assert_int_equal(wipe_pool_size(large), WIPE_POOL_SMALL + 1);
	wipe_pool_give(small);
	wipe_pool_give(large);
	assert_int_equal(wipe_pool_size(small), 0);
}

static void
all_are_handed_out_once_and_come_back_clear(void **state)
{
	static const size_t sizes[] = { WIPE_POOL_SMALL, WIPE_POOL_LARGE };
	uint8_t *block[BLOCKS];

	(void)state;
	for (size_t s = 0; s < 2; s++) {
		for (size_t i = 0; i < BLOCKS; i++) {
			block[i] = wipe_pool_take(sizes[s]);
			assert_non_null(block[i]);
			assert_clear(block[i], sizes[s]);
			memset(block[i], 'x', sizes[s]);
		}
		assert_null(wipe_pool_take(sizes[s]));
		for (size_t i = 0; i < BLOCKS; i++)
			wipe_pool_give(block[i]);
		for (size_t i = 0; i < BLOCKS; i++)
			assert_clear(block[i], sizes[s]);
	}
}

static void
what_is_not_written_takes_no_memory(void **state)
{
	uint8_t *block[BLOCKS];
	size_t there = 0;

	(void)state;
	for (size_t i = 0; i < BLOCKS; i++) {
		block[i] = wipe_pool_take(WIPE_POOL_SMALL);
		block[i][0] = 'x';
	}
	for (size_t i = 0; i < BLOCKS; i++)
		wipe_pool_give(block[i]);
	/* Those that come and go keep what was written, the others nothing. */
	for (size_t i = 0; i < BLOCKS; i++)
		there += pages_there(block[i], WIPE_POOL_SMALL);
	assert_in_range(there, 1, 64);
	block[0] = wipe_pool_take(WIPE_POOL_SMALL);
	memset(block[0], 'x', 2 * 4096);
	wipe_pool_give(block[0]);
	assert_in_range(pages_there(block[0], WIPE_POOL_SMALL), 1, 2);
	assert_clear(block[0], WIPE_POOL_SMALL);
}

static void
what_was_crowded_is_given_up_again(void **state)
{
	uint8_t *block[BLOCKS];
	size_t there = 0;

	(void)state;
	for (size_t i = 0; i < BLOCKS; i++) {
		block[i] = wipe_pool_take(WIPE_POOL_LARGE);
		memset(block[i], 'x', WIPE_POOL_LARGE);
	}
	for (size_t i = 0; i < BLOCKS; i++)
		wipe_pool_give(block[i]);
	for (size_t i = 0; i < BLOCKS; i++)
		there += pages_there(block[i], WIPE_POOL_LARGE);
	assert_int_equal(there, 64 * WIPE_POOL_LARGE / 4096);
	/* One that has no memory any more is as good. */
	for (size_t i = 0; i < BLOCKS; i++) {
		block[i] = wipe_pool_take(WIPE_POOL_LARGE);
		assert_clear(block[i], WIPE_POOL_LARGE);
	}
	for (size_t i = 0; i < BLOCKS; i++)
		wipe_pool_give(block[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_of_other_sizes_are_not_of_the_pool),
		cmocka_unit_test(a_block_has_the_size_that_was_asked_for),
		cmocka_unit_test(all_are_handed_out_once_and_come_back_clear),
		cmocka_unit_test(what_is_not_written_takes_no_memory),
		cmocka_unit_test(what_was_crowded_is_given_up_again),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
