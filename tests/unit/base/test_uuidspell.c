#include "base/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
every_spelling_is_read(void **state)
{
	/* A captured hello's UUID: raw bytes 3ec2ffd2 d19d 2d41 860a
	 * 54b2039b72ff. */
	static const char *const same[] = {
		"d2ffc23e-9dd1-412d-860a-54b2039b72ff",
		"D2FFC23E-9DD1-412D-860A-54B2039B72FF",
		"{d2ffc23e-9dd1-412d-860a-54b2039b72ff}",
		"(d2ffc23e-9dd1-412d-860a-54b2039b72ff)",
		" d2ffc23e-9dd1-412d-860a-54b2039b72ff\t",
		"urn:uuid:d2ffc23e-9dd1-412d-860a-54b2039b72ff",
		"URN:UUID:d2ffc23e-9dd1-412d-860a-54b2039b72ff",
		"uuid:d2ffc23e-9dd1-412d-860a-54b2039b72ff",
		"d2ffc23e9dd1412d860a54b2039b72ff",
		"{d2ffc23e9dd1412d860a54b2039b72ff}",
		"0xd2ffc23e9dd1412d860a54b2039b72ff",
		/* bytes as they stand */
		"3e c2 ff d2 d1 9d 2d 41 86 0a 54 b2 03 9b 72 ff",
		"3E:C2:FF:D2:D1:9D:2D:41:86:0A:54:B2:03:9B:72:FF",
		"3e c2 ff d2 d1 9d 2d 41-86 0a 54 b2 03 9b 72 ff",
		"\\3e\\c2\\ff\\d2\\d1\\9d\\2d\\41\\86\\0a\\54\\b2\\03\\9b\\72"
		"\\ff",
		"\\x3e\\xc2\\xff\\xd2\\xd1\\x9d\\x2d\\x41\\x86\\x0a\\x54\\xb2"
		"\\x03\\x9b\\x72\\xff",
		"X'3ec2ffd2d19d2d41860a54b2039b72ff'",
		"PsL/0tGdLUGGClSyA5ty/w==",
		"PsL/0tGdLUGGClSyA5ty/w",
	};
	uint8_t uuid[UUID_LEN];
	char text[UUID_TEXT];
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		size_t len = strlen(same[i]);
		char *tight = memcpy(malloc(len), same[i], len);

		if (uuid_spell(uuid, tight, len, &f) == -1)
			fail_msg("%s: %s", same[i], f.why);
		uuid_format(text, uuid);
		assert_string_equal(text, same[0]);
		/* and no part of it */
		for (size_t n = 0; n < len; n++) {
			char *part = memcpy(malloc(n + 1), same[i], n);

			if (uuid_spell(uuid, part, n, &f) == 0) {
				uuid_format(text, uuid);
				/* the rest is a blank or base64's padding */
				assert_string_equal(text, same[0]);
			}
			free(part);
		}
		free(tight);
	}
}

static void
what_is_no_spelling_says_why(void **state)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{ "6513270e-269e-4d37-b2a7-4de452e6b43",
		    "UUID has the wrong length (got 35, expected 32 or 36)" },
		{ "6513270e-269e-4d37-b2a7-4de452e6b438\xc2\xa0",
		    "UUID has a character that is not ASCII (got byte 0xc2 at "
		    "character 37)" },
		{ "6513270e-269e-4d37-b2a7-4de452e6b43g",
		    "UUID has a character that is not a hexadecimal digit" },
		{ "65132-70e269e-4d37-b2a7-4de452e6b438",
		    "UUID has a character that is not a hexadecimal digit" },
		{ "Not Settable",
		    "UUID has the wrong length (got 12, expected 32 or 36)" },
		/* base64 whose last sign has bits beyond the bytes */
		{ "PsL/0tGdLUGGClSyA5ty/x==",
		    "UUID has the wrong length (got 24, expected 32 or 36)" },
		{ "PsL/0tGdLUGGClSyA5ty/w=",
		    "UUID has the wrong length (got 23, expected 32 or 36)" },
		{ "3e c2 ff d2 d1 9d 2d 41 86 0a 54 b2 03 9b 72",
		    "UUID has the wrong length (got 44, expected 32 or 36)" },
		{ "", "UUID has the wrong length (got 0, expected 32 or 36)" },
	};
	uint8_t uuid[UUID_LEN];
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(uuid_spell(uuid, wrong[i].text,
		                     strlen(wrong[i].text), &f),
		    -1);
		assert_string_equal(f.why, wrong[i].why);
	}
}

static void
words_in_place_of_a_uuid_are_known(void **state)
{
	(void)state;
	assert_string_equal(uuid_absent("Not Settable", 12),
	    "UUID is \"Not Settable\": the board has none, and none can be "
	    "written");
	assert_non_null(uuid_absent(" not present\t", 13));
	assert_non_null(uuid_absent("System.Byte[]", 13));
	assert_null(uuid_absent("Not Settable", 11));
	assert_null(uuid_absent("Not Settable.", 13));
	assert_null(uuid_absent("", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_is_read),
		cmocka_unit_test(what_is_no_spelling_says_why),
		cmocka_unit_test(words_in_place_of_a_uuid_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
