#include "lib/outputs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void
expect(void (*put)(FILE *f, const char *s), const char *s, const char *want)
{
	char *got = NULL;
	size_t len;
	FILE *f = open_memstream(&got, &len);

	assert_non_null(f);
	put(f, s);
	(void)fclose(f);
	assert_string_equal(got, want);
	free(got);
}

/* RFC 4180 section 2, rules 5 to 7. */
static void
csv_is_quoted_only_where_it_must_be(void **state)
{
	static const char *const both[][2] = { { "", "" }, { "plain", "plain" },
		{ "a b", "a b" }, { "a,b", "\"a,b\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" }, { "\"", "\"\"\"\"" },
		{ "two\nlines", "\"two\nlines\"" }, { "cr\r", "\"cr\r\"" },
		{ " edge", "\" edge\"" }, { "edge ", "\"edge \"" },
		{ "=1+1", "=1+1" }, { "b\xc3\xbcro", "b\xc3\xbcro" } };

	(void)state;
	for (size_t i = 0; i < COUNT(both); i++)
		expect(output_csv, both[i][0], both[i][1]);
}

static void
a_formula_gets_an_apostrophe_and_nothing_else_does(void **state)
{
	static const char *const both[][2] = { { "=1+1", "'=1+1" },
		{ "+49 30", "'+49 30" }, { "-1", "'-1" },
		{ "@SUM(A1)", "'@SUM(A1)" }, { "\t=1", "'\t=1" },
		{ "\r=1", "\"'\r=1\"" },
		{ "=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\"" },
		{ "", "" }, { "a=1", "a=1" }, { "pc-1", "pc-1" },
		{ "127.0.0.1", "127.0.0.1" } };

	(void)state;
	for (size_t i = 0; i < COUNT(both); i++)
		expect(output_csv_guarded, both[i][0], both[i][1]);
}

static void
html_has_no_markup_of_a_string_and_no_control_character(void **state)
{
	(void)state;
	expect(output_html, "<b a=\"1\" c='2'>&\x01\xc2\x9b\xc3\xbc",
	    "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;??\xc3\xbc");
	expect(output_html, "a\xe2\x80\xae<\xe2\x82\xac \xd8\xa7",
	    "a?&lt;\xe2\x82\xac \xd8\xa7");
}

static void
json_strings_are_escaped(void **state)
{
	static const char *const both[][2] = { { "", "\"\"" },
		{ "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
		{ "\n\t\r\b", "\"\\n\\t\\u000d\\u0008\"" },
		{ "\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"" },
		{ "b\xc3\xbcro", "\"b\xc3\xbcro\"" } };

	(void)state;
	for (size_t i = 0; i < COUNT(both); i++)
		expect(output_json, both[i][0], both[i][1]);
}

static void
json_follows_the_type_of_the_column(void **state)
{
	static const struct {
		enum column_type type;
		const char *field, *want;
	} cases[] = {
		{ COLUMN_NUMBER, "0", "0" },
		{ COLUMN_NUMBER, "12", "12" },
		{ COLUMN_NUMBER, "18446744073709551615",
		    "18446744073709551615" },
		{ COLUMN_NUMBER, "", "null" },
		/* Not JSON's numbers: valid, and to be seen. */
		{ COLUMN_NUMBER, "012", "\"012\"" },
		{ COLUMN_NUMBER, "1e", "\"1e\"" },
		{ COLUMN_NUMBER, "-", "\"-\"" },
		{ COLUMN_NUMBER, "1,\"x\":2", "\"1,\\\"x\\\":2\"" },
		{ COLUMN_FLAG, "1", "true" },
		{ COLUMN_FLAG, "yes", "true" },
		{ COLUMN_FLAG, "0", "false" },
		{ COLUMN_FLAG, "no", "false" },
		{ COLUMN_FLAG, "", "null" },
		{ COLUMN_FLAG, "2", "\"2\"" },
		{ COLUMN_TEXT, "12", "\"12\"" },
		{ COLUMN_TEXT, "", "\"\"" },
		{ COLUMN_TIME, "2026-11-22T14:20:00Z",
		    "\"2026-11-22T14:20:00Z\"" },
		{ COLUMN_TIME, "", "\"\"" },
		{ COLUMN_SECRET, "********", "\"********\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = NULL;
		size_t len;
		FILE *f = open_memstream(&got, &len);

		assert_non_null(f);
		output_json_field(f, cases[i].type, cases[i].field);
		(void)fclose(f);
		assert_string_equal(got, cases[i].want);
		free(got);
	}
}

static void
control_characters_do_not_reach_a_terminal(void **state)
{
	static const char *const both[][2] = { { "a b~", "a b~" },
		{ "\x1b[31mred\a\n", "?[31mred??" }, { "\x7f", "?" },
		{ "\xc2\x80\xc2\x9bm\xc2\xa0", "??m\xc2\xa0" },
		{ "b\xc3\xbcro \xf0\x9f\x98\x80",
		    "b\xc3\xbcro \xf0\x9f\x98\x80" },
		{ "cut \xc2", "cut \xc2" },
		/* from right to left: pc-fdp.exe is read as pc-exe.pdf */
		{ "pc-\xe2\x80\xaeoxe.pdf\xe2\x80\xac", "pc-?oxe.pdf?" },
		{ "\xe2\x81\xa6x\xe2\x81\xa9\xd8\x9c\xe2\x80\x8f", "?x???" },
		{ "line\xe2\x80\xa8next", "line?next" },
		{ "\xe2\x80\x93 \xe2\x81\xa5 \xd8\xa7 \xe2\x80",
		    "\xe2\x80\x93 \xe2\x81\xa5 \xd8\xa7 \xe2\x80" } };

	(void)state;
	for (size_t i = 0; i < COUNT(both); i++)
		expect(output_plain, both[i][0], both[i][1]);
}

static void
width_counts_characters(void **state)
{
	(void)state;
	assert_int_equal(output_width(""), 0);
	assert_int_equal(output_width("b\xc3\xbcro"), 4);
	assert_int_equal(output_width("\xf0\x9f\x98\x80"), 1);
}

static void
wrapped_with_arrow(FILE *f, const char *s)
{
	output_wrapped(f, " -> ", s);
}

/* 26 * 3 columns are the 78 of a line; the head takes four. */
#define WORDS                                                                  \
	"aa bb cc dd ee ff gg hh ii jj kk ll mm nn oo pp qq rr ss tt uu vv "   \
	"ww xx"

static void
lines_are_filled_to_78_columns_and_indented(void **state)
{
	(void)state;
	expect(wrapped_with_arrow, "", " -> \n");
	expect(wrapped_with_arrow, "one  two ", " -> one two\n");
	/* 4 + 71 = 75: " y" makes 77, " yy" 78, " yyy" would be 79. */
	expect(wrapped_with_arrow, WORDS " yy z", " -> " WORDS " yy\n    z\n");
	expect(wrapped_with_arrow, WORDS " yyy z",
	    " -> " WORDS "\n    yyy z\n");
	/* A character counts once, however many bytes it has. */
	expect(wrapped_with_arrow, WORDS " \xc3\xbc\xc3\xbc z",
	    " -> " WORDS " \xc3\xbc\xc3\xbc\n    z\n");
	expect(wrapped_with_arrow, "a\nb\x1b c", " -> a?b? c\n");
}

static void
a_word_longer_than_a_line_stays_whole(void **state)
{
	char word[101], want[128];

	(void)state;
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	(void)snprintf(want, sizeof(want), " -> %s\n", word);
	expect(wrapped_with_arrow, word, want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_quoted_only_where_it_must_be),
		cmocka_unit_test(
		    a_formula_gets_an_apostrophe_and_nothing_else_does),
		cmocka_unit_test(json_strings_are_escaped),
		cmocka_unit_test(json_follows_the_type_of_the_column),
		cmocka_unit_test(
		    html_has_no_markup_of_a_string_and_no_control_character),
		cmocka_unit_test(control_characters_do_not_reach_a_terminal),
		cmocka_unit_test(width_counts_characters),
		cmocka_unit_test(lines_are_filled_to_78_columns_and_indented),
		cmocka_unit_test(a_word_longer_than_a_line_stays_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
