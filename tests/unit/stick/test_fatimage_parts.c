#include "stick/fatimage_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The first blocks of a stick. */
static struct {
	uint8_t bytes[24 * 1024];
	size_t len;
} disk;

static int
read_disk(void *arg, uint64_t at, void *buf, size_t len)
{
	(void)arg;
	if (at > disk.len || len > disk.len - at)
		return -1;
	memcpy(buf, disk.bytes + at, len);
	return 0;
}

static void
put(size_t at, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		disk.bytes[at + i] = (uint8_t)(v >> 8 * i);
}

static void
make_mbr(void)
{
	memset(&disk, 0, sizeof(disk));
	disk.len = sizeof(disk.bytes);
	put(510, 0xaa55, 2);
}

static void
put_mbr(size_t i, uint8_t type, uint32_t block)
{
	put(446 + 16 * i + 4, type, 1);
	put(446 + 16 * i + 8, block, 4);
}

/* As tools make it: 128 entries of 128 bytes from the third block on. */
static void
make_gpt(uint32_t size)
{
	make_mbr();
	put_mbr(0, 0xee, 1);
	memcpy(disk.bytes + size, "EFI PART", 8);
	put(size + 72, 2, 8);
	put(size + 80, 128, 4);
	put(size + 84, 128, 4);
}

static void
put_gpt(uint32_t size, size_t i, uint64_t block)
{
	size_t at = 2 * (size_t)size + 128 * i;

	memset(disk.bytes + at, 0x11, 16);
	put(at + 32, block, 8);
}

static const char *
why(struct fatimage_parts *p)
{
	static struct fault f;

	if (fatimage_parts_find(p, disk.bytes, read_disk, NULL, &f) == 0)
		return "";
	return f.why;
}

static void
an_mbr_gives_its_fat_partitions_in_their_order(void **state)
{
	static const uint8_t fat[] = { 0x01, 0x04, 0x06, 0x0b, 0x0c, 0x0e,
		0xef };
	struct fatimage_parts p;

	(void)state;
	for (size_t i = 0; i < sizeof(fat); i++) {
		make_mbr();
		put_mbr(0, 0x83, 63);
		put_mbr(1, fat[i], 2048);
		put_mbr(3, 0x06, UINT32_MAX);
		assert_string_equal(why(&p), "");
		assert_int_equal(p.npartitions, 3);
		assert_int_equal(p.n, 2);
		assert_int_equal(p.block[0], 2048);
		assert_int_equal(p.block[1], UINT32_MAX);
		assert_int_equal(p.size, 0);
		assert_int_equal(p.table, 512);
	}
}

static void
what_has_no_partition_that_may_be_fat_is_refused(void **state)
{
	struct fatimage_parts p;

	(void)state;
	make_mbr();
	assert_string_equal(why(&p), "MBR has no FAT partition (it has 0)");
	put_mbr(0, 0x07, 2048);
	put_mbr(1, 0x06, 0); /* nowhere */
	assert_string_equal(why(&p), "MBR has no FAT partition (it has 2)");
	put(510, 0, 1);
	assert_string_equal(why(&p),
	    "not a FAT image: neither a boot sector nor an MBR");
}

static void
a_gpt_gives_its_partitions_whatever_the_size_of_blocks(void **state)
{
	struct fatimage_parts p;

	(void)state;
	for (uint32_t size = 512; size <= 4096; size *= 8) {
		make_gpt(size);
		assert_string_equal(why(&p), "GPT has no partition");
		put_gpt(size, 0, 40);
		put_gpt(size, 5, UINT64_C(1) << 40);
		assert_string_equal(why(&p), "");
		assert_int_equal(p.npartitions, 2);
		assert_int_equal(p.n, 2);
		assert_int_equal(p.block[0], 40);
		assert_true(p.block[1] == UINT64_C(1) << 40);
		assert_int_equal(p.size, size);
		assert_int_equal(p.table, 2 * size + 128 * 128);
		disk.len = 2 * (size_t)size + 600;
		assert_string_equal(why(&p),
		    "image ends early, within its GPT");
	}
}

static void
more_than_fit_are_counted_and_the_first_are_kept(void **state)
{
	struct fatimage_parts p;

	(void)state;
	make_gpt(512);
	for (size_t i = 0; i < 128; i++)
		put_gpt(512, i, 100 + i);
	put(512 + 80, UINT32_MAX, 4); /* entries, it says */
	assert_string_equal(why(&p), "");
	assert_int_equal(p.npartitions, 128);
	assert_int_equal(p.n, FATIMAGE_PARTS_MAX);
	assert_int_equal(p.block[FATIMAGE_PARTS_MAX - 1],
	    100 + FATIMAGE_PARTS_MAX - 1);
}

static void
a_gpt_header_that_does_not_add_up_is_none(void **state)
{
	static const struct {
		size_t at, len;
		uint64_t v;
	} bad[] = {
		{ 0, 1, 'X' },         /* its mark */
		{ 72, 8, 1 },          /* entries in the header */
		{ 72, 8, UINT64_MAX }, /* and far off */
		{ 72, 8, (1U << 20) / 512 + 1 },
		{ 84, 4, 64 },  /* of too few bytes */
		{ 84, 4, 384 }, /* across sectors */
		{ 84, 4, UINT32_MAX },
	};
	struct fatimage_parts p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		make_gpt(512);
		put_gpt(512, 0, 40);
		put(512 + bad[i].at, bad[i].v, bad[i].len);
		assert_string_equal(why(&p),
		    "MBR has no FAT partition (it has 1)");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_mbr_gives_its_fat_partitions_in_their_order),
		cmocka_unit_test(
		    what_has_no_partition_that_may_be_fat_is_refused),
		cmocka_unit_test(
		    a_gpt_gives_its_partitions_whatever_the_size_of_blocks),
		cmocka_unit_test(
		    more_than_fit_are_counted_and_the_first_are_kept),
		cmocka_unit_test(a_gpt_header_that_does_not_add_up_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
