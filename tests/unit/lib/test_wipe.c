/*
 * What wipe gives back to the heap is seen by taking free's place in it.
 *
 * Compiled into one file with its callers it would be checked against the sizes
 * that these ask for, while it clears what malloc has given.
 */
#undef _FORTIFY_SOURCE
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* So that a request for too much fails there too, as malloc(3) says. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static size_t nfreed, nunclear;

/* Counts the bytes that a block still has when it is freed. */
static void
free_seen(void *block)
{
	const uint8_t *p = block;

	for (size_t i = 0; p != NULL && i < malloc_usable_size(block); i++)
		nunclear += p[i] != 0;
	nfreed += p != NULL;
	free(block);
}

#define free free_seen
#include "lib/wipe.c"
#undef free

static int
setup(void **state)
{
	(void)state;
	nfreed = nunclear = 0;
	return 0;
}

/* A block with no zero byte in all that it has room for. */
static uint8_t *
block(size_t n)
{
	uint8_t *p = wipe_malloc(n);

	assert_non_null(p);
	memset(p, 'x', malloc_usable_size(p));
	return p;
}

static void
assert_bytes(const uint8_t *p, size_t n, uint8_t value)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(p[i], value);
}

static void
freeing_clears_the_whole_block(void **state)
{
	static const size_t sizes[] = { 0, 1, 24, 25, 1000, 4096, 1 << 20 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		wipe_free(block(sizes[i]));
	assert_int_equal(nfreed, sizeof(sizes) / sizeof(sizes[0]));
	assert_int_equal(nunclear, 0);
	wipe_free(NULL);
	assert_int_equal(nfreed, sizeof(sizes) / sizeof(sizes[0]));
}

static void
growing_moves_it_and_clears_the_old_place(void **state)
{
	uint8_t *p = block(100);

	(void)state;
	p = wipe_realloc(p, 100000);
	assert_non_null(p);
	assert_bytes(p, 100, 'x');
	assert_int_equal(nfreed, 1);
	assert_int_equal(nunclear, 0);
	wipe_free(p);
}

/* In place by little, elsewhere by much: nothing is left behind the end. */
static void
shrinking_clears_what_is_cut_off(void **state)
{
	uint8_t *p = block(1000);

	(void)state;
	p = wipe_realloc(p, 900);
	assert_int_equal(nfreed, 0);
	assert_bytes(p, 900, 'x');
	assert_bytes(p + 900, malloc_usable_size(p) - 900, 0);
	p = wipe_realloc(p, 10);
	assert_bytes(p, 10, 'x');
	assert_int_equal(nfreed, 1);
	assert_int_equal(nunclear, 0);
	wipe_free(p);
}

static void
zero_bytes_free_and_nothing_is_allocated_anew(void **state)
{
	uint8_t *p;

	(void)state;
	assert_null(wipe_realloc(block(100), 0));
	assert_int_equal(nfreed, 1);
	p = wipe_realloc(NULL, 100);
	assert_non_null(p);
	wipe_free(p);
	assert_int_equal(nunclear, 0);
}

static void
without_memory_the_old_block_stays(void **state)
{
	/* Not a constant: the compiler warns of such a size. */
	volatile size_t most = PTRDIFF_MAX;
	uint8_t *p = block(100);

	(void)state;
	assert_null(wipe_realloc(p, most));
	assert_int_equal(nfreed, 0);
	assert_bytes(p, 100, 'x');
	wipe_free(p);
}

static void
calloc_and_strdup_are_the_usual_ones(void **state)
{
	uint8_t *p = wipe_calloc(10, 10);
	char *text = wipe_strdup("secret");

	(void)state;
	assert_bytes(p, 100, 0);
	assert_string_equal(text, "secret");
	wipe_free(p);
	wipe_free(text);
	assert_int_equal(nfreed, 2);
	assert_int_equal(nunclear, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(freeing_clears_the_whole_block, setup),
		cmocka_unit_test_setup(
		    growing_moves_it_and_clears_the_old_place, setup),
		cmocka_unit_test_setup(shrinking_clears_what_is_cut_off, setup),
		cmocka_unit_test_setup(
		    zero_bytes_free_and_nothing_is_allocated_anew, setup),
		cmocka_unit_test_setup(without_memory_the_old_block_stays,
		    setup),
		cmocka_unit_test_setup(calloc_and_strdup_are_the_usual_ones,
		    setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
