#include "stick/fatimage_used.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A boot sector and one FAT in memory; the rest of the image is zeroes. */
static struct {
	uint8_t bytes[512 + 17 * 512];
	size_t end; /* reads beyond fail */
} disk;

static int
read_disk(void *arg, uint64_t at, void *buf, size_t len)
{
	size_t n;

	(void)arg;
	if (at + len > disk.end)
		return -1;
	memset(buf, 0, len);
	if (at >= sizeof(disk.bytes))
		return 0;
	n = sizeof(disk.bytes) - (size_t)at;
	memcpy(buf, disk.bytes + at, n < len ? n : len);
	return 0;
}

static void
put(size_t at, uint32_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		disk.bytes[at + i] = (uint8_t)(v >> 8 * i);
}

/* Sectors of 512, clusters of one, one FAT, a root folder of 16 entries. */
static void
make(unsigned bits, uint32_t nclusters)
{
	uint32_t fat = ((nclusters + 2) * bits / 8 + 511) / 512;
	bool wide = bits == 32;

	memset(&disk, 0, sizeof(disk));
	disk.end = SIZE_MAX;
	put(0, 0x903ceb, 3);
	put(11, 512, 2);
	put(13, 1, 1);
	put(14, 1, 2);
	put(16, 1, 1);
	put(17, wide ? 0 : 16, 2);
	put(22, wide ? 0 : fat, 2);
	put(32, 1 + fat + (wide ? 0 : 1) + nclusters, 4);
	if (wide) {
		put(36, fat, 4);
		put(44, 2, 4);
	}
}

static void
open_disk(struct fatimage *img, unsigned bits)
{
	struct fault f;

	if (fatimage_open(img, read_disk, NULL, &f) == -1)
		fail_msg("%zu: %s", f.at, f.why);
	assert_int_equal(img->bits, bits);
}

static void
next_is(struct fatimage_used *u, uint64_t at, uint64_t len)
{
	uint64_t a, n;
	struct fault f;

	assert_int_equal(fatimage_used_next(u, &a, &n, &f), 1);
	assert_int_equal(a, at);
	assert_int_equal(n, len);
}

static void
ended(struct fatimage_used *u)
{
	uint64_t a, n;
	struct fault f;

	assert_int_equal(fatimage_used_next(u, &a, &n, &f), 0);
	assert_int_equal(fatimage_used_next(u, &a, &n, &f), 0);
}

static void
an_empty_volume_is_its_head(void **state)
{
	struct fatimage img;
	struct fatimage_used u;

	(void)state;
	make(16, 4200);
	open_disk(&img, 16);
	fatimage_used_begin(&u, &img);
	next_is(&u, 0, img.data);
	ended(&u);
}

static void
fat12_entries_are_taken_by_halves_of_bytes(void **state)
{
	struct fatimage img;
	struct fatimage_used u;

	(void)state;
	make(12, 2000);
	/* 2: end; 3: free; 4: bad; 5 and 6: used; 2001: used, the last. */
	put(512 + 3, 0x000fff, 3);
	put(512 + 6, 0xff7 | 0x006 << 12, 3);
	put(512 + 9, 0xfff, 3);
	put(512 + 2001 * 3 / 2, 0xffff, 2); /* with the half before it */
	open_disk(&img, 12);
	fatimage_used_begin(&u, &img);
	next_is(&u, 0, img.data);
	next_is(&u, img.data, 512);
	next_is(&u, img.data + 3 * 512, 1024);
	next_is(&u, img.data + 1998 * 512, 1024);
	ended(&u);
}

static void
fat16_runs_go_over_the_window_s_edge(void **state)
{
	struct fatimage img;
	struct fatimage_used u;

	(void)state;
	make(16, 4200);
	/* The window has 768 entries. */
	for (uint32_t i = 700; i < 900; i++)
		put(512 + 2 * i, i + 1, 2);
	put(512 + 2 * 1000, 0xfff7, 2);
	put(512 + 2 * 4201, 0xffff, 2);
	open_disk(&img, 16);
	fatimage_used_begin(&u, &img);
	next_is(&u, 0, img.data);
	next_is(&u, img.data + 698 * 512, 200 * 512);
	next_is(&u, img.data + 4199 * 512, 512);
	ended(&u);
}

static void
fat32_entries_have_28_bits(void **state)
{
	struct fatimage img;
	struct fatimage_used u;

	(void)state;
	make(32, 66000);
	put(512 + 4 * 2, 0x0fffffff, 4);
	put(512 + 4 * 3, 0xf0000000, 4); /* free: the high bits are no part */
	put(512 + 4 * 4, 0x1ffffff7, 4); /* bad */
	put(512 + 4 * 5, 0x00000006, 4);
	open_disk(&img, 32);
	fatimage_used_begin(&u, &img);
	next_is(&u, 0, img.data);
	next_is(&u, img.data, 512);
	next_is(&u, img.data + 3 * 512, 512);
	ended(&u);
}

static void
an_mbr_is_one_range_of_its_own(void **state)
{
	struct fatimage img;
	struct fatimage_used u;

	(void)state;
	make(16, 4200);
	/* The volume as one that begins at sector 8: only its place counts. */
	open_disk(&img, 16);
	img.volume = 4096;
	img.table = 512;
	fatimage_used_begin(&u, &img);
	next_is(&u, 0, 512);
	next_is(&u, 4096, img.data - 4096);
	ended(&u);
}

static void
a_fat_that_ends_early_is_a_fault(void **state)
{
	struct fatimage img;
	struct fatimage_used u;
	uint64_t at, len;
	struct fault f;

	(void)state;
	make(16, 4200);
	open_disk(&img, 16);
	disk.end = 512 + 1600; /* one window and a bit */
	fatimage_used_begin(&u, &img);
	next_is(&u, 0, img.data);
	assert_int_equal(fatimage_used_next(&u, &at, &len, &f), -1);
	assert_int_equal(f.at, 512 + 1536);
	assert_string_equal(f.why, "image ends early, within its FAT");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_volume_is_its_head),
		cmocka_unit_test(fat12_entries_are_taken_by_halves_of_bytes),
		cmocka_unit_test(fat16_runs_go_over_the_window_s_edge),
		cmocka_unit_test(fat32_entries_have_28_bits),
		cmocka_unit_test(an_mbr_is_one_range_of_its_own),
		cmocka_unit_test(a_fat_that_ends_early_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
