#include "stick/fatimage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fatimage_sample.h"

static void
a_chain_that_loops_breaks_off_or_misses_its_length_is_refused(void **state)
{
	static const struct {
		uint32_t cluster;
		uint16_t next;
		const char *why;
	} rows[] = {
		{ 2, 2,
		    "cluster chain of SETUP.BIN does not end with the file "
		    "(cluster 2 follows its 3): it loops or is crossed with "
		    "another" },
		{ 4, 2,
		    "cluster chain of SETUP.BIN does not end with the file "
		    "(cluster 2 follows its 3): it loops or is crossed with "
		    "another" },
		{ 4, 5,
		    "cluster chain of SETUP.BIN does not end with the file "
		    "(cluster 5 follows its 3): it loops or is crossed with "
		    "another" },
		{ 3, 0xffff,
		    "cluster chain of SETUP.BIN breaks off (got cluster 65535 "
		    "after 2 of 3)" },
		{ 3, 0,
		    "cluster chain of SETUP.BIN breaks off (got cluster 0 "
		    "after 2 of 3)" },
		{ 2, 1,
		    "cluster chain of SETUP.BIN breaks off (got cluster 1 "
		    "after 1 of 3)" },
		{ 2, 5085,
		    "cluster chain of SETUP.BIN breaks off (got cluster 5085 "
		    "after 1 of 3)" },
	};
	struct fatimage_file file;

	(void)state;
	assert_int_equal(whole.plan.nclusters, 5083); /* the last is 5084 */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t at = 0;
		uint16_t good = rows[i].cluster == 4
		    ? 0xffff
		    : (uint16_t)(rows[i].cluster + 1);

		put16(fat_at(rows[i].cluster), rows[i].next);
		assert_string_equal(why(&file, &at), rows[i].why);
		/* The loop of one cluster is met at its last step. */
		assert_int_equal(at, fat_at(rows[i].cluster));
		put16(fat_at(rows[i].cluster), good);
	}
}

static void
a_first_cluster_outside_of_the_volume_is_refused(void **state)
{
	static const uint16_t bad[] = { 0, 1, 5085, 0xffff };
	struct fatimage_file file;
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put16(root_at(0) + 26, bad[i]);
		assert_non_null(strstr(why(&file, &at), "breaks off"));
		assert_int_equal(at, root_at(0) + 26);
	}
	put16(root_at(0) + 26, 2);
}

static void
another_chain_that_leads_into_the_file_is_refused(void **state)
{
	struct fatimage_file file;
	size_t at;

	(void)state;
	put16(fat_at(100), 3);
	assert_string_equal(why(&file, &at),
	    "SETUP.BIN is crossed with another file (cluster 100 leads to its "
	    "cluster 3)");
	assert_int_equal(at, fat_at(100));
	put16(fat_at(100), 0);
	/* Another entry of the root folder that begins in it. */
	memcpy(whole.bytes + root_at(1), whole.bytes + root_at(0), 32);
	memcpy(whole.bytes + root_at(1), "OTHER   TXT", 11);
	put16(root_at(1) + 26, 4);
	assert_string_equal(why(&file, &at),
	    "SETUP.BIN is crossed with another file (of the root folder)");
	assert_int_equal(at, root_at(1) + 26);
	memset(whole.bytes + root_at(1), 0, 32);
}

static void
a_fragmented_file_is_followed_in_its_order(void **state)
{
	struct fatimage img;
	struct fatimage_file file;
	struct fault f;
	uint64_t len;

	(void)state;
	put16(fat_at(2), 50);
	put16(fat_at(50), 51);
	put16(fat_at(51), 0xfff8);
	put16(fat_at(3), 0);
	put16(fat_at(4), 0);
	assert_int_equal(fatimage_open(&img, read_memory, &whole, &f), 0);
	assert_int_equal(fatimage_find(&img, &file, &f), 0);
	assert_int_equal(file.nruns, 2);
	assert_int_equal(fatimage_run(&img, &file, 0, &len), img.data);
	assert_int_equal(len, 1024);
	assert_int_equal(fatimage_run(&img, &file, 1, &len),
	    img.data + 48 * 1024);
	assert_int_equal(len, FILE_LEN - 1024);
	put16(fat_at(2), 3);
	put16(fat_at(3), 4);
	put16(fat_at(4), 0xffff);
	put16(fat_at(50), 0);
	put16(fat_at(51), 0);
}

/* A file of every second cluster from 2 on. */
static void
scatter(uint32_t n)
{
	memset(whole.bytes + fat_at(2), 0, 400);
	for (uint32_t i = 0; i < n; i++)
		put16(fat_at(2 + 2 * i),
		    i + 1 < n ? (uint16_t)(4 + 2 * i) : 0xffff);
	put16(root_at(0) + 28, (uint16_t)(n * 1024));
	put16(root_at(0) + 30, (uint16_t)(n * 1024 >> 16));
}

static void
sixty_four_pieces_are_followed_and_sixty_five_refused(void **state)
{
	struct fatimage_file file;
	size_t at;

	(void)state;
	scatter(FATIMAGE_RUNS_MAX);
	assert_string_equal(why(&file, &at), "");
	assert_int_equal(file.nruns, FATIMAGE_RUNS_MAX);
	scatter(FATIMAGE_RUNS_MAX + 1);
	assert_string_equal(why(&file, &at),
	    "SETUP.BIN is in more than 64 pieces");
	memset(whole.bytes + fat_at(2), 0, 400);
	put16(fat_at(2), 3);
	put16(fat_at(3), 4);
	put16(fat_at(4), 0xffff);
	put16(root_at(0) + 28, FILE_LEN);
	put16(root_at(0) + 30, 0);
	assert_string_equal(why(&file, &at), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_chain_that_loops_breaks_off_or_misses_its_length_is_refused),
		cmocka_unit_test(
		    a_first_cluster_outside_of_the_volume_is_refused),
		cmocka_unit_test(
		    another_chain_that_leads_into_the_file_is_refused),
		cmocka_unit_test(a_fragmented_file_is_followed_in_its_order),
		cmocka_unit_test(
		    sixty_four_pieces_are_followed_and_sixty_five_refused),
	};

	return cmocka_run_group_tests(tests, make_whole, free_whole);
}
