#include "stick/fatimage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fat16.h"

/* The FAT holds all clusters, and is not a sector too long. */
static void
check_counts(const struct fatimage_plan *p)
{
	uint32_t each = FATIMAGE_SECTOR * 8 / p->shape.bits;
	uint32_t data = p->nhead - (p->first - 2) * p->cluster;

	assert_true(p->fat * each >= p->nclusters + 2);
	assert_true((p->fat - 1) * each < p->nclusters + 2 + p->cluster);
	assert_true(data + p->nclusters * p->cluster <= p->start + p->volume);
	assert_true(p->start + p->volume <= p->nsectors);
	/* At most two clusters and what FAT16 may not have are left. */
	assert_true(
	    p->nsectors - data - p->nclusters * p->cluster < 20 * p->cluster);
}

/* The head as planned, then bytes that nobody asks for. */
static int
read_plan(void *arg, uint64_t at, void *buf, size_t len)
{
	const struct fatimage_plan *p = arg;

	assert_int_equal(at % FATIMAGE_SECTOR, 0);
	assert_int_equal(len, FATIMAGE_SECTOR);
	memset(buf, 0, len);
	if (at / FATIMAGE_SECTOR >= p->nsectors)
		return -1;
	if (at / FATIMAGE_SECTOR < p->nhead)
		(void)fatimage_head(p, (uint32_t)(at / FATIMAGE_SECTOR), buf);
	return 0;
}

static void
times_outside_of_fat_stand_as_its_first_and_last(void **state)
{
	static const struct {
		int64_t time;
		unsigned date, clock;
	} rows[] = { { 0, 1 << 5 | 1, 0 }, { -1, 1 << 5 | 1, 0 },
		{ INT64_MAX, 127 << 9 | 12 << 5 | 31,
		    23 << 11 | 59 << 5 | 29 } };
	uint8_t s[FATIMAGE_SECTOR];
	struct fatimage_plan p;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(plan16(&p, 5, 1, rows[i].time, &f), 0);
		(void)fatimage_head(&p, 1 + 2U * p.fat, s);
		assert_int_equal(s[24] | s[25] << 8, rows[i].date);
		assert_int_equal(s[22] | s[23] << 8, rows[i].clock);
	}
}

static void
every_size_is_its_fat_by_the_count_of_clusters(void **state)
{
	struct fatimage_plan p;
	struct fault f;

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		struct fatimage_shape s = { .bits = i < 2 ? 16 : 32,
			.mbr = i % 2 == 1 };
		uint32_t min = i < 2 ? FATIMAGE_MB_MIN : FATIMAGE_MB_MIN32;

		min += i % 2;
		for (s.mb = min; s.mb <= FATIMAGE_MB_MAX; s.mb++) {
			assert_int_equal(fatimage_plan(&p, &s, 512, &f), 0);
			if (s.bits == 16)
				assert_in_range(p.nclusters, 4085, 65524);
			else
				assert_in_range(p.nclusters, 65525, 1U << 20);
			check_counts(&p);
		}
		assert_int_equal(fatimage_plan(&p, &s, 512, &f), -1);
		s.mb = min - 1;
		assert_int_equal(fatimage_plan(&p, &s, 512, &f), -1);
		s.mb = 0;
		assert_int_equal(fatimage_plan(&p, &s, 512, &f), -1);
	}
}

static void
a_file_may_fill_the_volume_and_no_more(void **state)
{
	struct fatimage_plan p;
	struct fault f;
	uint32_t room;

	(void)state;
	assert_int_equal(plan16(&p, 5, 1, 0, &f), 0);
	room = p.nclusters * p.cluster * FATIMAGE_SECTOR;
	assert_int_equal(plan16(&p, 5, room, 0, &f), 0);
	assert_int_equal(plan16(&p, 5, room + 1, 0, &f), -1);
	assert_int_equal(plan16(&p, 5, UINT32_MAX, 0, &f), -1);
	assert_int_equal(plan16(&p, 5, 0, 0, &f), -1);
}

static void
every_shape_is_found_again_with_its_label(void **state)
{
	static const uint32_t sizes[] = { 5, 6, 16, 31, 32, 33, 34, 64, 128,
		260, 261, 512, 1024, 2047, 2048 };
	struct fatimage_file file;
	struct fatimage_plan p;
	struct fatimage img;
	struct fault f;
	unsigned done = 0;

	(void)state;
	for (size_t i = 0; i < 4 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct fatimage_shape shape = { .mb = sizes[i / 4],
			.bits = i % 2 != 0 ? 32 : 16,
			.mbr = i % 4 > 1,
			.label = "LAB7-12" };
		uint64_t len;

		if (fatimage_plan(&p, &shape, 1000000, &f) == -1)
			continue;
		done++;
		assert_int_equal(fatimage_open(&img, read_plan, &p, &f), 0);
		assert_int_equal(fatimage_find(&img, &file, &f), 0);
		assert_int_equal(img.bits, shape.bits);
		assert_int_equal(img.volume, shape.mbr ? 1 << 20 : 0);
		assert_int_equal(img.nclusters, p.nclusters);
		assert_string_equal(img.label, "LAB7-12");
		assert_int_equal(file.len, 1000000);
		assert_int_equal(file.nruns, 1);
		assert_int_equal(file.run[0].first, p.first);
		assert_int_equal(file.others, 0);
		assert_int_equal(fatimage_run(&img, &file, 0, &len),
		    (uint64_t)p.nhead * FATIMAGE_SECTOR);
		assert_int_equal(fatimage_space(&img, &file, 0, &len),
		    (uint64_t)p.nhead * FATIMAGE_SECTOR);
		assert_int_equal(len % (p.cluster * FATIMAGE_SECTOR), 0);
		assert_in_range(len, 1000000,
		    1000000 + p.cluster * FATIMAGE_SECTOR - 1);
	}
	assert_int_equal(done, 15 + 14 + 10 + 9);
}

static void
what_head_calls_empty_is_zeroes(void **state)
{
	const struct fatimage_shape shape = { .mb = 34,
		.bits = 32,
		.mbr = true };
	const uint8_t zero[FATIMAGE_SECTOR] = { 0 };
	uint8_t s[FATIMAGE_SECTOR];
	struct fatimage_plan p;
	struct fault f;
	unsigned full = 0;

	(void)state;
	assert_int_equal(fatimage_plan(&p, &shape, 512, &f), 0);
	for (uint32_t i = 0; i < p.nhead; i++) {
		bool any = fatimage_head(&p, i, s);

		assert_int_equal(any, memcmp(s, zero, sizeof(s)) != 0);
		full += any;
	}
	/* MBR, boot sector and FSInfo twice, two FATs, root. */
	assert_int_equal(full, 1 + 4 + 2 + 1);
}

static void
fat32_has_what_its_specification_asks_for(void **state)
{
	const struct fatimage_shape shape = { .mb = 34,
		.bits = 32,
		.mbr = true,
		.volume_id = 0x12345678 };
	uint8_t s[FATIMAGE_SECTOR], again[FATIMAGE_SECTOR];
	struct fatimage_plan p;
	struct fault f;

	(void)state;
	assert_int_equal(fatimage_plan(&p, &shape, 1025, &f), 0);
	(void)fatimage_head(&p, 0, s); /* the MBR */
	assert_memory_equal(s + 440, "\x78\x56\x34\x12\0\0", 6);
	/* 1 MB is cylinder 0, head 32, sector 33; 69,631 is 4, 85, 17. */
	assert_memory_equal(s + 446,
	    "\x00\x20\x21\x00\x0b\x55\x11\x04"
	    "\x00\x08\x00\x00\x00\x08\x01\x00",
	    16);
	assert_memory_equal(s + 510, "\x55\xaa", 2);
	(void)fatimage_head(&p, 2048, s);
	(void)fatimage_head(&p, 2048 + 6, again);
	assert_memory_equal(s, again, sizeof(s));
	assert_int_equal(s[28] | s[29] << 8, 2048); /* sectors before it */
	assert_int_equal(s[44], 2);
	assert_memory_equal(s + 71, "NO NAME    FAT32   ", 19);
	(void)fatimage_head(&p, 2048 + 1, s);
	(void)fatimage_head(&p, 2048 + 7, again);
	assert_memory_equal(s, again, sizeof(s));
	assert_memory_equal(s, "RRaA", 4);
	assert_memory_equal(s + 484, "rrAa", 4);
	/* The root folder has one cluster, the file three of a sector. */
	assert_int_equal(s[488] | s[489] << 8 | s[490] << 16, p.nclusters - 4);
	assert_int_equal(s[492], 6);
	(void)fatimage_head(&p, 2048 + 32, s);
	(void)fatimage_head(&p, 2048 + 32 + p.fat, again);
	assert_memory_equal(s, again, sizeof(s));
	assert_memory_equal(s,
	    "\xf8\xff\xff\x0f\xff\xff\xff\x0f\xff\xff\xff\x0f"
	    "\x04\x00\x00\x00\x05\x00\x00\x00\xff\xff\xff\x0f\0\0\0",
	    27);
}

static void
a_label_follows_the_file_and_is_checked(void **state)
{
	struct fatimage_shape shape = { .mb = 5, .bits = 16 };
	uint8_t s[FATIMAGE_SECTOR];
	struct fatimage_plan p;
	struct fault f;

	(void)state;
	assert_int_equal(fatimage_label(shape.label, "lab7-1", &f), 0);
	assert_string_equal(shape.label, "LAB7-1");
	assert_int_equal(fatimage_plan(&p, &shape, 1, &f), 0);
	(void)fatimage_head(&p, 1 + 2 * p.fat, s);
	assert_memory_equal(s, "SETUP   BIN\x20", 12);
	assert_memory_equal(s + 32, "LAB7-1     \x08", 12);
	(void)fatimage_head(&p, 0, s);
	assert_memory_equal(s + 43, "LAB7-1     ", 11);
	assert_int_equal(fatimage_label(shape.label, "", &f), 0);
	assert_int_equal(fatimage_label(shape.label, "12345678901", &f), 0);
	assert_int_equal(fatimage_label(shape.label, "123456789012", &f), -1);
	for (int c = 1; c < 256; c++) {
		const char text[] = { 'A', (char)c, '\0' };
		bool good = c >= ' ' && c <= '~' &&
		    strchr("\"*+,./:;<=>?[\\]|", c) == NULL;

		assert_int_equal(fatimage_label(shape.label, text, &f),
		    good ? 0 : -1);
	}
	assert_int_equal(fatimage_label(shape.label, " A", &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    times_outside_of_fat_stand_as_its_first_and_last),
		cmocka_unit_test(
		    every_size_is_its_fat_by_the_count_of_clusters),
		cmocka_unit_test(a_file_may_fill_the_volume_and_no_more),
		cmocka_unit_test(every_shape_is_found_again_with_its_label),
		cmocka_unit_test(what_head_calls_empty_is_zeroes),
		cmocka_unit_test(fat32_has_what_its_specification_asks_for),
		cmocka_unit_test(a_label_follows_the_file_and_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
