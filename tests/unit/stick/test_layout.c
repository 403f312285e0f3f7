#include "stick/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t disk[64 * 1024];
static size_t disk_len = sizeof(disk);

static int
read_disk(void *arg, uint64_t at, void *buf, size_t len)
{
	(void)arg;
	if (at > disk_len || len > disk_len - at)
		return -1;
	memcpy(buf, disk + at, len);
	return 0;
}

static void
holds(uint32_t block, const char *want)
{
	char text[LAYOUT_TEXT];

	layout_text(text, block, read_disk, NULL);
	assert_string_equal(text, want);
}

static void
put(size_t at, const void *from, size_t len)
{
	memcpy(disk + at, from, len);
}

/* A boot sector of a FAT12 of 64 sectors at most. */
static void
put_fat12(size_t at)
{
	static const uint8_t boot[] = { 0xeb, 0x3c, 0x90, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 2, 1, 1, 0, 1, 16, 0, 32, 0, 0xf8, 1, 0 };

	put(at, boot, sizeof(boot));
}

static void
put_partition(size_t i, uint8_t type, uint8_t start)
{
	put(510, "\x55\xaa", 2);
	disk[446 + 16 * i + 4] = type;
	disk[446 + 16 * i + 8] = start;
}

static void
whole_disks_are_told_by_their_signatures(void **state)
{
	(void)state;
	memset(disk, 0, sizeof(disk));
	holds(512, "empty");
	disk[7] = 1;
	holds(512, "unknown");
	put(32769, "CD001", 5);
	holds(512, "ISO 9660");
	put(1080, "\x53\xef", 2);
	holds(512, "ext");
	put_fat12(0);
	holds(512, "FAT12");
	put(3, "EXFAT   ", 8);
	holds(512, "exFAT");
	put(3, "NTFS    ", 8);
	holds(512, "NTFS");
}

static void
partitions_are_listed_by_what_is_in_them(void **state)
{
	(void)state;
	memset(disk, 0, sizeof(disk));
	put(510, "\x55\xaa", 2);
	holds(512, "MBR without partitions");
	put_partition(0, 0x0c, 8);
	holds(512, "MBR: unknown");
	put_fat12(8 * 512);
	holds(512, "MBR: FAT12");
	put_partition(1, 0x83, 40);
	put_partition(2, 0x82, 50);
	put_partition(3, 0x05, 60);
	holds(512, "MBR: FAT12, Linux, swap, extended");
	/* An MBR counts in blocks. */
	holds(4096, "MBR: unknown, Linux, swap, extended");
	put(512, "EFI PART", 8);
	holds(512, "GPT");
	holds(4096, "MBR: unknown, Linux, swap, extended");
	put(4096, "EFI PART", 8);
	holds(4096, "GPT");
}

static void
what_cannot_be_read_is_told(void **state)
{
	(void)state;
	memset(disk, 0, sizeof(disk));
	disk_len = 511;
	holds(512, "unreadable");
	disk_len = 512;
	holds(512, "empty");
	put_partition(0, 0x83, 8);
	holds(512, "MBR: Linux");
	disk_len = sizeof(disk);
}

static void
what_no_firmware_reads_says_what_to_do(void **state)
{
	(void)state;
	assert_memory_equal(layout_refusal("exFAT"), "is exFAT: ", 10);
	assert_memory_equal(layout_refusal("MBR: unknown, NTFS"),
	    "is NTFS: ", 9);
	assert_null(layout_refusal("MBR: FAT32, Linux"));
	assert_null(layout_refusal("empty"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_disks_are_told_by_their_signatures),
		cmocka_unit_test(partitions_are_listed_by_what_is_in_them),
		cmocka_unit_test(what_no_firmware_reads_says_what_to_do),
		cmocka_unit_test(what_cannot_be_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
