#include "map/mapmodel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEN "0123456789"
#define LONGEST TEN TEN TEN TEN TEN TEN "0123"
_Static_assert(sizeof(LONGEST) == MAPMODEL_TEXT, "it just fits");

static const char *
read(const char *from)
{
	static char to[MAPMODEL_TEXT];

	memset(to, 'x', sizeof(to));
	mapmodel_read(to, from);
	return to;
}

static void
a_value_is_taken_without_needless_blanks(void **state)
{
	(void)state;
	assert_string_equal(read("OptiPlex 7090"), "OptiPlex 7090");
	assert_string_equal(read("  HP EliteDesk  800\t G6 "),
	    "HP EliteDesk 800 G6");
	assert_string_equal(read("5CG0001"), "5CG0001");
	assert_string_equal(read("G\303\266del 1"), "G\303\266del 1");
	assert_string_equal(read(LONGEST), LONGEST);
	assert_string_equal(read(LONGEST "   "), LONGEST);
	assert_string_equal(read("10"), "10");
}

static void
what_boards_have_for_none_is_none(void **state)
{
	static const char *const none[] = { "", " ", "To be filled by O.E.M.",
		" TO BE FILLED BY O.E.M. ", "Default string", "NULL", "n/a",
		"System  Serial Number", "00000000", "-", "........",
		"0123456789" };

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_string_equal(read(none[i]), "");
}

static void
what_is_too_long_or_no_text_is_dropped(void **state)
{
	(void)state;
	assert_string_equal(read(LONGEST "4"), "");
	assert_string_equal(read(LONGEST " 4"), "");
	assert_string_equal(read("a\033[31mb"), "");
	assert_string_equal(read("a\nb"), "");
	assert_string_equal(read("a\177b"), "");
	assert_string_equal(read("a\377b"), "");
	assert_string_equal(read("a\303"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_taken_without_needless_blanks),
		cmocka_unit_test(what_boards_have_for_none_is_none),
		cmocka_unit_test(what_is_too_long_or_no_text_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
