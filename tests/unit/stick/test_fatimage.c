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
what_is_written_is_found_again_in_one_piece(void **state)
{
	struct fatimage img;
	struct fatimage_file file;
	struct fault f;
	uint64_t at, len;

	(void)state;
	assert_int_equal(fatimage_open(&img, read_memory, &whole, &f), 0);
	assert_int_equal(img.bits, 16);
	assert_int_equal(img.volume, 0);
	assert_int_equal(img.end, whole.len);
	assert_int_equal(img.nclusters, whole.plan.nclusters);
	assert_int_equal(fatimage_find(&img, &file, &f), 0);
	assert_int_equal(file.len, FILE_LEN);
	assert_int_equal(file.nruns, 1);
	assert_int_equal(file.run[0].first, 2);
	assert_int_equal(file.run[0].n, 3);
	assert_int_equal(file.before, 0);
	assert_int_equal(file.others, 0);
	assert_int_equal(file.entry, root_at(0));
	at = fatimage_run(&img, &file, 0, &len);
	assert_int_equal(at, (size_t)whole.plan.nhead * FATIMAGE_SECTOR);
	assert_int_equal(len, FILE_LEN);
	assert_memory_equal(whole.bytes + at, content, FILE_LEN);
}

static void
the_directory_entry_has_the_time_given(void **state)
{
	const uint8_t *e = whole.bytes + root_at(0);
	const unsigned clock = 14U << 11 | 20U << 5 | 30 / 2;
	const unsigned date = 46U << 9 | 11U << 5 | 22;

	(void)state;
	assert_memory_equal(e, "SETUP   BIN", 11);
	assert_int_equal(e[11], 0x20);
	assert_int_equal(e[22] | e[23] << 8, clock);
	assert_int_equal(e[24] | e[25] << 8, date);
	assert_int_equal(e[26], 2);
	assert_int_equal(e[28] | e[29] << 8, FILE_LEN);
	assert_int_equal(whole.bytes[39], 0x78);
	assert_int_equal(whole.bytes[42], 0x12);
}

static void
an_image_that_ends_within_its_folders_is_refused(void **state)
{
	const size_t len = whole.len;
	struct fatimage_file file;
	size_t at = 0;

	(void)state;
	for (size_t n = 0; n <= root_at(1); n += n < 600 ? 1 : 97) {
		/* A copy that ends there: a sanitizer guards its end. */
		uint8_t *all = whole.bytes;

		whole.bytes = malloc(n + 1);
		assert_non_null(whole.bytes);
		memcpy(whole.bytes, all, n);
		whole.len = n;
		if (strncmp(why(&file, &at), "image ends early", 16) != 0)
			fail_msg("cut at %zu: %s", n, why(&file, &at));
		assert_true(at + FATIMAGE_SECTOR > n);
		free(whole.bytes);
		whole.bytes = all;
		whole.len = len;
	}
}

static void
boot_sectors_that_do_not_add_up_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		size_t place;
	} rows[] = {
		{ 0, 0, 446 },  /* no jump: an MBR without partitions */
		{ 11, 1, 446 }, /* 513 bytes a sector */
		{ 13, 3, 446 }, /* 3 sectors a cluster */
		{ 14, 0, 0 },   /* no reserved sector */
		{ 16, 0, 0 },   /* no FAT */
		{ 17, 0, 17 },  /* no root folder: 0x0200 becomes 0 */
		{ 20, 0, 19 },  /* 0x2800 sectors become 0: no room */
		{ 22, 1, 22 },  /* a FAT of one sector */
	};
	struct fatimage_file file;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t *b = whole.bytes + rows[i].at;
		uint8_t good[2] = { b[0], b[1] };
		size_t at = 12345;

		b[0] = rows[i].value;
		if (rows[i].at == 17)
			b[1] = 0;
		if (rows[i].at == 20)
			b[-1] = 1; /* one sector */
		assert_true(why(&file, &at)[0] != '\0');
		assert_int_equal(at, rows[i].place);
		b[0] = good[0];
		b[1] = good[1];
		if (rows[i].at == 20)
			b[-1] = 0;
	}
	whole.bytes[0] = 0;
	whole.bytes[510] = 0;
	{
		size_t at;

		assert_string_equal(why(&file, &at),
		    "not a FAT image: neither a boot sector nor an MBR");
	}
	whole.bytes[0] = 0xeb;
	whole.bytes[510] = 0x55;
}

/* An MBR that counts in blocks of 4,096 bytes, as a few sticks do. */
static void
a_partition_of_a_stick_with_large_blocks_is_found(void **state)
{
	struct image large = { .len = whole.len + 8 * 4096 };
	struct image other = whole;
	struct fatimage_file file;
	size_t at;

	(void)state;
	large.bytes = calloc(1, large.len);
	assert_non_null(large.bytes);
	memcpy(large.bytes + (size_t)8 * 4096, whole.bytes, whole.len);
	memcpy(large.bytes + 446, "\0\0\0\0\x06\0\0\0\x08\0\0\0", 12);
	memcpy(large.bytes + 510, "\x55\xaa", 2);
	/* What is no FAT is skipped. */
	memcpy(large.bytes + 462, "\0\0\0\0\xef\0\0\0\x01\0\0\0", 12);
	whole = large;
	assert_string_equal(why(&file, &at), "");
	assert_int_equal(file.len, FILE_LEN);
	whole.bytes[466] = 0;
	whole.bytes[454] = 9;
	assert_string_equal(why(&file, &at),
	    "partition has no FAT boot sector");
	whole.len = 8 * 512;
	whole.bytes[454] = 8;
	assert_string_equal(why(&file, &at),
	    "image ends early (expected a sector)");
	whole = other;
	free(large.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_found_again_in_one_piece),
		cmocka_unit_test(the_directory_entry_has_the_time_given),
		cmocka_unit_test(
		    an_image_that_ends_within_its_folders_is_refused),
		cmocka_unit_test(boot_sectors_that_do_not_add_up_are_refused),
		cmocka_unit_test(
		    a_partition_of_a_stick_with_large_blocks_is_found),
	};

	return cmocka_run_group_tests(tests, make_whole, free_whole);
}
