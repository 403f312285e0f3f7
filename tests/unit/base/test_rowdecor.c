#include "base/rowdecor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
a_first_line_may_name_the_separator_or_a_type(void **state)
{
	static const struct {
		const char *line;
		bool is;
		char separator;
	} lines[] = {
		{ "sep=;\n", true, ';' },
		{ "sep=\t\r\n", true, '\t' },
		{ "\"sep=,\"\n", true, ',' },
		{ "#TYPE System.Object\n", true, '\0' },
		{ "sep=|\n", false, '\0' },
		{ "sep=;a\n", false, '\0' },
		{ "sep", false, '\0' },
		{ "\"sep=;\n", false, '\0' },
		{ "#TYPES\n", false, '\0' },
	};
	char separator;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(rowdecor_preamble(lines[i].line,
		                     strlen(lines[i].line), &separator),
		    lines[i].is);
		assert_int_equal(separator, lines[i].separator);
	}
}

static void
dashes_and_counts_are_known(void **state)
{
	const struct row dashes = { .nfields = 2, .field = { "-----", "--" } };
	const struct row one = { .nfields = 2, .field = { "-----", "-" } };
	const struct row word = { .nfields = 2, .field = { "-----", "--x" } };
	const struct row none = { .nfields = 0 };
	struct row count = { .nfields = 1 };

	(void)state;
	assert_true(rowdecor_dashes(&dashes));
	assert_false(rowdecor_dashes(&one));
	assert_false(rowdecor_dashes(&word));
	assert_false(rowdecor_dashes(&none));
	count.field[0] = "(3 rows affected)";
	assert_true(rowdecor_count(&count));
	count.field[0] = "(1 Zeilen betroffen)";
	assert_true(rowdecor_count(&count));
	count.field[0] = "(3)";
	assert_false(rowdecor_count(&count));
	count.field[0] = "(x rows affected)";
	assert_false(rowdecor_count(&count));
	count.field[0] = "(3 rows";
	assert_false(rowdecor_count(&count));
	count.field[0] = "(";
	assert_false(rowdecor_count(&count));
	count.field[0] = "(3 rows affected)";
	count.field[1] = "";
	count.nfields = 2;
	assert_false(rowdecor_count(&count));
}

static void
a_protected_value_is_that_value(void **state)
{
	static const struct {
		const char *line;
		bool quoted;
		const char *bare;
	} lines[] = {
		{ "=\"0000-037M\",x", false, " \"0000-037M\",x" },
		{ "a,=\"1\" , =\"2\"", false, "a, \"1\" ,  \"2\"" },
		{ "\"=\"\"1\"\"\",a", false, "\"=\"\"1\"\"\",a" },
		{ "a=\"1\",=1", false, "a=\"1\",=1" },
		/* within quotes nothing begins */
		{ "b,=\"\"1\"\"\",=\"2\"", true, "b,=\"\"1\"\"\", \"2\"" },
	};
	char line[64];
	size_t len = 13;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		(void)strcpy(line, lines[i].line);
		rowdecor_unprotect(line, strlen(line), ',', lines[i].quoted);
		assert_string_equal(line, lines[i].bare);
	}
	assert_memory_equal(rowdecor_bare("=\"0000-037M\"x", &len),
	    "=\"0000-037M\"x", 13);
	assert_int_equal(len, 13);
	len = 12;
	assert_memory_equal(rowdecor_bare("=\"0000-037M\"", &len), "0000-037M",
	    9);
	assert_int_equal(len, 9);
	len = 2;
	assert_memory_equal(rowdecor_bare("=\"", &len), "=\"", 2);
	assert_int_equal(len, 2);
}

static void
the_separator_is_what_there_is_most_of(void **state)
{
	(void)state;
	assert_int_equal(rowdecor_separator("a;b;c,d", 7), ';');
	assert_int_equal(rowdecor_separator("\"a;b;c\",d", 9), ',');
	assert_int_equal(rowdecor_separator("a", 1), ',');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_line_may_name_the_separator_or_a_type),
		cmocka_unit_test(dashes_and_counts_are_known),
		cmocka_unit_test(a_protected_value_is_that_value),
		cmocka_unit_test(the_separator_is_what_there_is_most_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
