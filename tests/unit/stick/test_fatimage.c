#include "stick/fatimage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fat16.h"

/* An image in memory, 5 MB with clusters of 1024 bytes. */
struct image {
	struct fatimage_plan plan;
	uint8_t *bytes;
	size_t len;
};

#define FILE_LEN 3000 /* three clusters */

static struct image whole;
static uint8_t content[FILE_LEN];

static int
read_memory(void *arg, uint64_t at, void *buf, size_t len)
{
	const struct image *m = arg;

	if (at > m->len || len > m->len - at)
		return -1;
	memcpy(buf, m->bytes + at, len);
	return 0;
}

static int
make_whole(void **state)
{
	struct fault f;

	(void)state;
	for (size_t i = 0; i < FILE_LEN; i++)
		content[i] = (uint8_t)(i * 7 + 1);
	/* 2026-11-22 14:20:30 UTC */
	if (plan16(&whole.plan, 5, FILE_LEN, 1795357230, &f) == -1)
		return -1;
	whole.len = (size_t)whole.plan.nsectors * FATIMAGE_SECTOR;
	whole.bytes = calloc(1, whole.len);
	if (whole.bytes == NULL)
		return -1;
	for (uint32_t i = 0; i < whole.plan.nhead; i++)
		(void)fatimage_head(&whole.plan, i,
		    whole.bytes + i * FATIMAGE_SECTOR);
	memcpy(whole.bytes + (size_t)whole.plan.nhead * FATIMAGE_SECTOR,
	    content, FILE_LEN);
	return 0;
}

static int
free_whole(void **state)
{
	(void)state;
	free(whole.bytes);
	return 0;
}

static size_t
fat_at(uint32_t cluster)
{
	return FATIMAGE_SECTOR + (size_t)cluster * 2;
}

static size_t
root_at(size_t entry)
{
	return (1 + 2 * (size_t)whole.plan.fat) * FATIMAGE_SECTOR + entry * 32;
}

static void
put16(size_t at, uint16_t v)
{
	whole.bytes[at] = (uint8_t)v;
	whole.bytes[at + 1] = (uint8_t)(v >> 8);
}

/* Opens and finds; "" or why not, with the offset in *at. */
static const char *
why(struct fatimage_file *file, size_t *at)
{
	static struct fault f;
	static struct fatimage img;

	if (fatimage_open(&img, read_memory, &whole, &f) == 0 &&
	    fatimage_find(&img, file, &f) == 0)
		return "";
	*at = f.at;
	return f.why;
}

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

static void
no_two_or_empty_setup_bin_and_a_folder_are_refused(void **state)
{
	uint8_t *e = whole.bytes + root_at(0);
	struct fatimage_file file;
	uint8_t good[32];
	size_t at;

	(void)state;
	memcpy(good, e, 32);
	e[0] = 0xe5;
	assert_string_equal(why(&file, &at),
	    "no SETUP.BIN in the root folder (it has 0 others)");
	memcpy(e, good, 32);
	memcpy(e + 32, good, 32);
	assert_string_equal(why(&file, &at),
	    "SETUP.BIN stands twice in the root folder");
	assert_int_equal(at, root_at(1));
	memset(e + 32, 0, 32);
	e[11] = 0x10;
	assert_string_equal(why(&file, &at), "SETUP.BIN is a folder");
	e[11] = 0x08; /* a label of that name is no file */
	assert_non_null(strstr(why(&file, &at), "no SETUP.BIN"));
	e[11] = 0x0f; /* a piece of a long name neither */
	assert_non_null(strstr(why(&file, &at), "no SETUP.BIN"));
	memcpy(e, good, 32);
	put16(root_at(0) + 28, 0);
	assert_string_equal(why(&file, &at), "SETUP.BIN is empty");
	memcpy(e, good, 32);
}

static void
files_before_it_and_beside_it_are_counted(void **state)
{
	uint8_t *e = whole.bytes + root_at(0);
	struct fatimage_file file;
	uint8_t good[32];
	size_t at;

	(void)state;
	memcpy(good, e, 32);
	memcpy(e + 64, good, 32);
	memcpy(e, "STICK      \x08", 12);
	memset(e + 12, 0, 20);
	memcpy(e + 32, "A       TXT\x20", 12);
	memset(e + 44, 0, 20);
	memcpy(e + 96, "B       TXT\x20", 12);
	assert_string_equal(why(&file, &at), "");
	assert_int_equal(file.before, 1);
	assert_int_equal(file.others, 2);
	memset(e, 0, 128);
	memcpy(e, good, 32);
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
	/* What is no FAT is passed over. */
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

/* Two volumes behind each other: the one with the file is taken. */
static void
of_several_partitions_the_first_with_the_file_is_taken(void **state)
{
	const size_t first = 4096, second = first + whole.len;
	const size_t entry = root_at(0);
	struct image both = { .len = second + whole.len };
	struct image other = whole;
	struct fatimage_file file;
	size_t at;

	(void)state;
	both.bytes = calloc(1, both.len);
	assert_non_null(both.bytes);
	memcpy(both.bytes + first, whole.bytes, whole.len);
	memcpy(both.bytes + second, whole.bytes, whole.len);
	memcpy(both.bytes + 446, "\0\0\0\0\xef\0\0\0\x08\0\0\0", 12);
	memcpy(both.bytes + 462, "\0\0\0\0\x06\0\0\0", 8);
	for (size_t i = 0; i < 4; i++)
		both.bytes[470 + i] = (uint8_t)(second / 512 >> 8 * i);
	memcpy(both.bytes + 510, "\x55\xaa", 2);
	whole = both;
	assert_string_equal(why(&file, &at), "");
	assert_int_equal(file.entry, first + entry);
	whole.bytes[first + entry] = 0xe5;
	assert_string_equal(why(&file, &at), "");
	assert_int_equal(file.entry, second + entry);
	whole.bytes[second + entry] = 0xe5;
	assert_string_equal(why(&file, &at),
	    "no SETUP.BIN in the root folder of any partition (2 are FAT)");
	/* Where one is FAT alone, it is told what is there. */
	whole.bytes[second] = 0;
	assert_string_equal(why(&file, &at),
	    "no SETUP.BIN in the root folder (it has 0 others)");
	whole = other;
	free(both.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_found_again_in_one_piece),
		cmocka_unit_test(the_directory_entry_has_the_time_given),
		cmocka_unit_test(
		    an_image_that_ends_within_its_folders_is_refused),
		cmocka_unit_test(
		    a_chain_that_loops_breaks_off_or_misses_its_length_is_refused),
		cmocka_unit_test(
		    a_first_cluster_outside_of_the_volume_is_refused),
		cmocka_unit_test(
		    another_chain_that_leads_into_the_file_is_refused),
		cmocka_unit_test(a_fragmented_file_is_followed_in_its_order),
		cmocka_unit_test(
		    sixty_four_pieces_are_followed_and_sixty_five_refused),
		cmocka_unit_test(
		    no_two_or_empty_setup_bin_and_a_folder_are_refused),
		cmocka_unit_test(files_before_it_and_beside_it_are_counted),
		cmocka_unit_test(boot_sectors_that_do_not_add_up_are_refused),
		cmocka_unit_test(
		    a_partition_of_a_stick_with_large_blocks_is_found),
		cmocka_unit_test(
		    of_several_partitions_the_first_with_the_file_is_taken),
	};

	return cmocka_run_group_tests(tests, make_whole, free_whole);
}
