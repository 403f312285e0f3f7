#include "stick/fatimage_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A piece as Windows writes it: UTF-16, a zero, then ones. */
static void
piece(uint8_t entry[FATIMAGE_NAME_ENTRY], uint8_t number, const char *text)
{
	static const uint8_t places[13] = { 1, 3, 5, 7, 9, 14, 16, 18, 20, 22,
		24, 28, 30 };
	size_t len = strlen(text);

	memset(entry, 0xff, FATIMAGE_NAME_ENTRY);
	entry[0] = number;
	entry[11] = 0x0f;
	for (size_t i = 0; i < 13 && i <= len; i++) {
		entry[places[i]] = i < len ? (uint8_t)text[i] : 0;
		entry[places[i] + 1] = 0;
	}
}

static void
a_long_name_is_put_together_from_its_pieces(void **state)
{
	uint8_t entry[FATIMAGE_NAME_ENTRY];
	char name[FATIMAGE_NAME_LONG] = "left over";

	(void)state;
	piece(entry, 0x42, "up.bin");
	fatimage_name_piece(name, entry);
	piece(entry, 1, "Copy of a set");
	fatimage_name_piece(name, entry);
	assert_string_equal(name, "Copy of a setup.bin");
	piece(entry, 0x41, "s\xe9tup.bin");
	entry[4] = 1; /* beyond ASCII */
	fatimage_name_piece(name, entry);
	assert_string_equal(name, "s?tup.bin");
	/* Numbers that no piece has. */
	piece(entry, 21, "x");
	fatimage_name_piece(name, entry);
	piece(entry, 0, "x");
	fatimage_name_piece(name, entry);
	assert_string_equal(name, "s?tup.bin");
	piece(entry, 0x40 | 20, "0123456789abc");
	fatimage_name_piece(name, entry);
	assert_int_equal(name[FATIMAGE_NAME_LONG - 2], 'c');
	assert_int_equal(name[FATIMAGE_NAME_LONG - 1], '\0');
}

static void
a_short_name_has_its_dot(void **state)
{
	char name[FATIMAGE_NAME_LONG];

	(void)state;
	fatimage_name_short(name,
	    (const uint8_t *)"SETUP(~1BIN     "
	                     "                ");
	assert_string_equal(name, "SETUP(~1.BIN");
	fatimage_name_short(name,
	    (const uint8_t *)"README          "
	                     "                ");
	assert_string_equal(name, "README");
}

static void
names_that_were_meant_to_be_setup_bin_are_known(void **state)
{
	static const char *const like[] = { "setup (1).bin", "SETUP(~1.BIN",
		"setup.bin.bin", "Copy of setup.bin", "setup_bin.txt",
		"setup - Kopie.bin" };
	static const char *const other[] = { "setup.bin", "SETUP.BIN",
		"setup.exe", "bin", "README" };

	(void)state;
	for (size_t i = 0; i < sizeof(like) / sizeof(like[0]); i++)
		assert_true(fatimage_name_resembles(like[i]));
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_false(fatimage_name_resembles(other[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_name_is_put_together_from_its_pieces),
		cmocka_unit_test(a_short_name_has_its_dot),
		cmocka_unit_test(
		    names_that_were_meant_to_be_setup_bin_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
