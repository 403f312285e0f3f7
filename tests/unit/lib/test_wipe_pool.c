#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* As on other machines. */
static long page_here;

static long
sysconf_seen(int name)
{
	return page_here != 0 ? page_here : sysconf(name);
}

#define sysconf sysconf_seen
#include "lib/wipe_pool.c"
#undef sysconf

#define BLOCKS 200

static int
group_setup(void **state)
{
	(void)state;
	assert_null(wipe_pool_take(WIPE_POOL_SMALL)); /* there is none yet */
	page_here = 65536;
	wipe_pool_make(BLOCKS);
	assert_null(wipe_pool_take(WIPE_POOL_SMALL));
	assert_null(wipe_pool_take(WIPE_POOL_LARGE));
	page_here = 16384;
	wipe_pool_make(BLOCKS);
	assert_null(wipe_pool_take(WIPE_POOL_LARGE));
	page_here = 0;
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
	assert_false(wipe_pool_give(&here));
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

/* All of a size are out at once, each written to so far, and come back: how
 * many of their pages are there then. */
static size_t
pages_after_crowd(size_t size, size_t written)
{
	uint8_t *block[BLOCKS];
	size_t there = 0;

	for (size_t i = 0; i < BLOCKS; i++) {
		block[i] = wipe_pool_take(size);
		assert_clear(block[i], written);
		memset(block[i], 'x', written);
	}
	for (size_t i = 0; i < BLOCKS; i++)
		assert_true(wipe_pool_give(block[i]));
	for (size_t i = 0; i < BLOCKS; i++)
		there += pages_there(block[i], size);
	return there;
}

static void
what_is_not_written_takes_no_memory(void **state)
{
	uint8_t *block;

	(void)state;
	/* Those that come and go keep what was written, the others nothing. */
	assert_in_range(pages_after_crowd(WIPE_POOL_SMALL, 1), 1, 64);
	block = wipe_pool_take(WIPE_POOL_SMALL);
	memset(block, 'x', 2 * 4096);
	assert_true(wipe_pool_give(block));
	assert_int_equal(pages_there(block, WIPE_POOL_SMALL), 1);
	assert_clear(block, WIPE_POOL_SMALL);
}

static void
what_was_crowded_is_given_up_again(void **state)
{
	(void)state;
	/* The second time by blocks that have no memory any more. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(pages_after_crowd(WIPE_POOL_LARGE,
		                     WIPE_POOL_LARGE),
		    64 * WIPE_POOL_LARGE / 4096);
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
