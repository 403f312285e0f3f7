#include "stick/stick_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stick/fatimage.h"

static const struct {
	const char *batch;
	uint32_t number;
	const char *name;
} rows[] = {
	{ "lab7", 1, "LAB7-1" },
	{ "lab7", 999, "LAB7-999" },
	{ "Lab_7", 12, "LAB_7-12" },
	{ "summer 2026/lab7", 3, "SUMMER--3" },
	{ "seventeen", 999, "SEVENTE-999" },
	{ "seventeen", 1000, "SEVENT-1000" },
	{ "seventeen", STICK_NAME_NUMBER_MAX, "S-999999999" },
	{ "l\xc3\xa4"
	  "b",
	    1, "L--B-1" },
	{ "", 1, "--1" },
};

static void
a_name_has_its_batch_and_its_number(void **state)
{
	char prefix[STICK_NAME_PREFIX + 1], name[STICK_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		stick_name_prefix(prefix, rows[i].batch);
		stick_name_make(name, prefix, rows[i].number);
		assert_string_equal(name, rows[i].name);
	}
}

static void
every_name_is_a_volume_label(void **state)
{
	char prefix[STICK_NAME_PREFIX + 1], name[STICK_NAME_MAX + 1];
	char label[FATIMAGE_LABEL + 1];
	struct fault f;

	(void)state;
	for (int c = 1; c < 256; c++) {
		const char batch[] = { (char)c, 'x', (char)c, '\0' };

		stick_name_prefix(prefix, batch);
		stick_name_make(name, prefix, 7);
		assert_int_equal(fatimage_label(label, name, &f), 0);
		assert_string_equal(label, name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_has_its_batch_and_its_number),
		cmocka_unit_test(every_name_is_a_volume_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
