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
		cmocka_unit_test(
		    no_two_or_empty_setup_bin_and_a_folder_are_refused),
		cmocka_unit_test(files_before_it_and_beside_it_are_counted),
		cmocka_unit_test(
		    of_several_partitions_the_first_with_the_file_is_taken),
	};

	return cmocka_run_group_tests(tests, make_whole, free_whole);
}
