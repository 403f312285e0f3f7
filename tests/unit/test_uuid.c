#include "uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t counting[UUID_LEN] = { 4, 3, 2, 1, 6, 5, 8, 7, 9, 10, 11,
	12, 13, 14, 15, 16 };

static void
text_and_bytes_agree_in_smbios_order(void **state)
{
	uint8_t uuid[UUID_LEN];
	char text[UUID_TEXT];
	struct fault f;

	(void)state;
	assert_int_equal(uuid_parse(uuid,
	                     "01020304-0506-0708-090a-0b0c0d0e0f10", 36, &f),
	    0);
	assert_memory_equal(uuid, counting, UUID_LEN);
	uuid_format(text, uuid);
	assert_string_equal(text, "01020304-0506-0708-090a-0b0c0d0e0f10");
}

static void
braces_upper_case_and_no_dashes_are_read(void **state)
{
	static const char *const same[] = {
		"{01020304-0506-0708-090A-0B0C0D0E0F10}",
		"0102030405060708090a0b0c0d0e0f10",
		"{0102030405060708090a0b0c0d0e0f10}",
	};
	uint8_t uuid[UUID_LEN];
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_int_equal(uuid_parse(uuid, same[i], strlen(same[i]), &f),
		    0);
		assert_memory_equal(uuid, counting, UUID_LEN);
	}
}

static void
every_shorter_text_is_refused(void **state)
{
	static const char text[] = "01020304-0506-0708-090a-0b0c0d0e0f10";
	uint8_t uuid[UUID_LEN];
	struct fault f;

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++)
		assert_int_equal(uuid_parse(uuid, text, n, &f), -1);
	assert_int_equal(uuid_parse(uuid, text, sizeof(text), &f), -1);
}

static void
a_wrong_character_is_named_by_its_offset(void **state)
{
	uint8_t uuid[UUID_LEN];
	struct fault f;

	(void)state;
	assert_int_equal(uuid_parse(uuid,
	                     "01020304-0506-0708-090a-0b0c0d0e0fg0", 36, &f),
	    -1);
	assert_int_equal(f.at, 34);
	assert_int_equal(uuid_parse(uuid,
	                     "01020304+0506-0708-090a-0b0c0d0e0f10", 36, &f),
	    -1);
	assert_int_equal(f.at, 8);
}

static void
values_shared_by_many_boards_are_known(void **state)
{
	uint8_t uuid[UUID_LEN] = { 0 };
	struct fault f;

	(void)state;
	assert_non_null(uuid_bad(uuid));
	memset(uuid, 0xff, sizeof(uuid));
	assert_non_null(uuid_bad(uuid));
	assert_int_equal(uuid_parse(uuid,
	                     "03000200-0400-0500-0006-000700080009", 36, &f),
	    0);
	assert_non_null(uuid_bad(uuid));
	assert_null(uuid_bad(counting));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_bytes_agree_in_smbios_order),
		cmocka_unit_test(braces_upper_case_and_no_dashes_are_read),
		cmocka_unit_test(every_shorter_text_is_refused),
		cmocka_unit_test(a_wrong_character_is_named_by_its_offset),
		cmocka_unit_test(values_shared_by_many_boards_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
