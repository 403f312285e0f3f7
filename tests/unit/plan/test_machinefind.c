#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "plan/machinefind.h"

static enum machine_match
find(const char *text)
{
	return machine_find(text, "10000001-0000-4000-8000-0002b3000001",
	    "pc-0123.lab7.example.com", "127.1.0.12", "LAB7001B",
	    "5CG0-417XYZ");
}

static void
the_whole_of_a_name_uuid_address_or_pid_is_exact(void **state)
{
	static const char *const texts[] = { "pc-0123.lab7.example.com",
		"PC-0123.Lab7.Example.COM", "pc-0123", "Pc-0123",
		"10000001-0000-4000-8000-0002B3000001",
		"100000010000400080000002b3000001", "127.1.0.12", "LAB7001B",
		"lab7-001b", "5cg0-417xyz" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(find(texts[i]), MACHINE_EXACT);
}

static void
a_piece_of_one_is_a_part(void **state)
{
	static const char *const texts[] = { "pc-012", "0123", "LAB7.ex",
		"pc-0123.lab7", "10000001-0000", "0002b3", "127.1.0.1", "7001b",
		"7-001B", ".", "c", "417XY" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(find(texts[i]), MACHINE_PART);
}

static void
anything_else_is_another_machine(void **state)
{
	static const char *const texts[] = { "", "pc-0124", "pc0123",
		"127.1.0.123", "pc-0123.lab7.example.com.", "LAB7001C", "%",
		"pc-0123 127.1.0.12" };
	char longer[600];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(find(texts[i]), MACHINE_OTHER);
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(find(longer), MACHINE_OTHER);
}

static void
what_is_not_known_fits_nothing(void **state)
{
	(void)state;
	assert_int_equal(machine_find("pc", "", "", "", "", ""), MACHINE_OTHER);
	assert_int_equal(machine_find("-", "", "", "", "", ""), MACHINE_OTHER);
	assert_int_equal(machine_find("", "", "", "", "", ""), MACHINE_OTHER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_whole_of_a_name_uuid_address_or_pid_is_exact),
		cmocka_unit_test(a_piece_of_one_is_a_part),
		cmocka_unit_test(anything_else_is_another_machine),
		cmocka_unit_test(what_is_not_known_fits_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
