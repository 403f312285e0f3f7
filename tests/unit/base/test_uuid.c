#include "base/uuid.h"

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

static uint8_t *
parsed(const char *text)
{
	static uint8_t uuid[UUID_LEN];

	assert_int_equal(uuid_parse(uuid, text, strlen(text), NULL), 0);
	return uuid;
}

static void
a_uuid_tells_its_byte_order_by_version_or_maker(void **state)
{
	static const struct {
		const char *text;
		enum uuid_order order;
	} uuids[] = {
		{ "d2ffc23e-9dd1-412d-860a-54b2039b72ff", UUID_EITHER },
		{ "d2ffc23e-9dd1-410d-860a-54b2039b72ff", UUID_PLAIN },
		{ "3ec2ffd2-d19d-0d41-860a-54b2039b72ff", UUID_SWAPPED },
		{ "d2ffc23e-9dd1-010d-860a-54b2039b72ff", UUID_EITHER },
		/* without the variant the version says nothing */
		{ "d2ffc23e-9dd1-410d-060a-54b2039b72ff", UUID_EITHER },
		{ "d2ffc23e-9dd1-410d-c60a-54b2039b72ff", UUID_EITHER },
		/* versions 1 to 5 */
		{ "d2ffc23e-9dd1-110d-860a-54b2039b72ff", UUID_PLAIN },
		{ "d2ffc23e-9dd1-510d-860a-54b2039b72ff", UUID_PLAIN },
		{ "d2ffc23e-9dd1-610d-860a-54b2039b72ff", UUID_EITHER },
		{ "d2ffc23e-9dd1-000d-860a-54b2039b72ff", UUID_EITHER },
		/* Dell */
		{ "4c4c4544-0035-3010-8053-b4c04f4e3532", UUID_PLAIN },
		{ "44454c4c-3500-1030-8053-b4c04f4e3532", UUID_SWAPPED },
	};
	uint8_t once[UUID_LEN], twice[UUID_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(uuids) / sizeof(uuids[0]); i++) {
		const uint8_t *u = parsed(uuids[i].text);

		assert_int_equal(uuid_order(u), uuids[i].order);
		uuid_swap(once, u);
		assert_int_equal(uuid_order(once),
		    uuids[i].order == UUID_PLAIN         ? UUID_SWAPPED
		        : uuids[i].order == UUID_SWAPPED ? UUID_PLAIN
		                                         : UUID_EITHER);
		uuid_swap(twice, once);
		assert_memory_equal(twice, u, UUID_LEN);
	}
}

static void
a_swapped_uuid_is_its_bytes_as_they_stand(void **state)
{
	uint8_t uuid[UUID_LEN];
	char text[UUID_TEXT];

	(void)state;
	memcpy(uuid, parsed("d2ffc23e-9dd1-412d-860a-54b2039b72ff"), UUID_LEN);
	uuid_swap(uuid, uuid);
	uuid_format(text, uuid);
	assert_string_equal(text, "3ec2ffd2-d19d-2d41-860a-54b2039b72ff");
}

static const char *const shared[] = {
#define BAD(value, why, source) value,
#include "base/uuidbad.def"
#undef BAD
};

static void
values_shared_by_many_boards_are_known(void **state)
{
	static const char *const rules[] = {
		"00000000-0000-0000-0000-000000000000",
		"ffffffff-ffff-ffff-ffff-ffffffffffff",
		"01010101-0101-0101-0101-010101010101",
		"fefefefe-fefe-fefe-fefe-fefefefefefe",
		"12345678-ffff-ffff-ffff-ffffffffffff",
		"ffffff00-ffff-ffff-ffff-ffffffffffff",
		/* of the table, as public lists have them */
		"12345678-1234-5678-90AB-CDDEEFAABBCC",
		"4C4C4544-0000-1010-8010-C4C04F313233",
		"03020100-0504-0706-0809-0a0b0c0d0e0f", /* swapped */
		"01020304-0506-0708-090a-0b0c0d0e0f10",
		"10000000-0000-8000-0040-000000000000",
		"01234567-89ab-cdef-0123-456789abcdef",
	};
	static const char *const good[] = {
		"01010101-0101-0101-0101-010101010102",
		"00000000-0000-0000-0000-000000000001",
		"12345678-ffff-ffff-ffff-fffffffffffe",
		"03000200-0400-0500-0006-000700080008",
		/* a MAC address, as some server boards have it */
		"00000000-0000-0000-0000-ac1f6b000001",
	};
	char text[UUID_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		const uint8_t *uuid = parsed(shared[i]);

		assert_non_null(uuid_bad(uuid));
		uuid_format(text, uuid); /* as the table has it */
		assert_string_equal(text, shared[i]);
	}
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		assert_non_null(uuid_bad(parsed(rules[i])));
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(uuid_bad(parsed(good[i])));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_bytes_agree_in_smbios_order),
		cmocka_unit_test(braces_upper_case_and_no_dashes_are_read),
		cmocka_unit_test(every_shorter_text_is_refused),
		cmocka_unit_test(a_wrong_character_is_named_by_its_offset),
		cmocka_unit_test(
		    a_uuid_tells_its_byte_order_by_version_or_maker),
		cmocka_unit_test(a_swapped_uuid_is_its_bytes_as_they_stand),
		cmocka_unit_test(values_shared_by_many_boards_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
