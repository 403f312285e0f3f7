#include "map/mapcols_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "map_sample.h"

static struct mapwish
wished(const char *text)
{
	struct mapwish w;
	struct fault f;

	assert_int_equal(mapwish_parse(&w, text, &f), 0);
	return w;
}

static void
each_word_means_its_column(void **state)
{
	static const struct {
		const char *text;
		enum mapcol what;
	} rows[] = {
		{ "uuid=A", MAPCOL_UUID },
		{ "key=A", MAPCOL_KEY },
		{ "resource=A", MAPCOL_KEY },
		{ "fqdn=A", MAPCOL_FQDN },
		{ "name=A", MAPCOL_FQDN },
		{ "host=A", MAPCOL_HOST },
		{ "domain=A", MAPCOL_DOMAIN },
		{ "Uuid=A", MAPCOL_UUID },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mapwish w = wished(rows[i].text);

		for (size_t n = 0; n < MAPCOL_N; n++)
			assert_string_equal(w.column[n],
			    n == rows[i].what ? "A" : "");
	}
}

static void
several_wishes_are_read_and_a_column_may_have_an_equals_sign(void **state)
{
	struct mapwish w = wished("uuid=System UUID,fqdn=3,key=a=b");

	(void)state;
	assert_string_equal(w.column[MAPCOL_UUID], "System UUID");
	assert_string_equal(w.column[MAPCOL_FQDN], "3");
	assert_string_equal(w.column[MAPCOL_KEY], "a=b");
	assert_string_equal(w.column[MAPCOL_HOST], "");
}

static void
what_is_no_wish_is_named(void **state)
{
#define NO_COLUMN(text)                                                        \
	"not a column (got \"" text "\", expected what=column, with uuid, "    \
	"fqdn, host, domain, key, model or serial for what)"
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", NO_COLUMN("") },
		{ "uuid", NO_COLUMN("uuid") },
		{ "colour=3", NO_COLUMN("colour=3") },
		{ "=3", NO_COLUMN("=3") },
		{ "uuid=1,", NO_COLUMN("") },
		{ "a-word-of-many-letters=3",
		    NO_COLUMN("a-word-of-many-letters=3") },
		{ "uuid=", "not a column's name or number (got \"uuid=\")" },
		{ "uuid=1,uuid=2", "uuid is given twice" },
		{ "key=1,resource=2", "resource is given twice" },
	};
	struct mapwish w;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(mapwish_parse(&w, rows[i].text, &f), -1);
		assert_string_equal(f.why, rows[i].why);
	}
}

static void
a_name_may_have_63_bytes(void **state)
{
	char text[80] = "uuid=";
	struct mapwish w;
	struct fault f;

	(void)state;
	memset(text + 5, 'x', 64);
	assert_int_equal(mapwish_parse(&w, text, &f), -1);
	text[5 + 63] = '\0';
	w = wished(text);
	assert_string_equal(w.column[MAPCOL_UUID], text + 5);
}

/* Which fields the wishes are, in a file with these first fields. */
static int
fields_of(struct mapcols *m, const char *rows, bool header, const char *wishes,
    struct fault *f)
{
	static struct mapsample s;
	struct mapwish w = wished(wishes);

	sample_of(&s, rows);
	*m = (struct mapcols){ .header = header };
	for (size_t i = 0; i < MAPCOL_N; i++)
		m->at[i] = -1;
	return mapcols_take_wishes(m, &s.row[0], &w, f);
}

static void
names_take_precedence_over_numbers(void **state)
{
	struct mapcols m;
	struct fault f;

	(void)state;
	assert_int_equal(fields_of(&m, "a,3,b,System-UUID\n", true,
	                     "uuid=system uuid,fqdn=3,host=1", &f),
	    0);
	assert_int_equal(m.at[MAPCOL_UUID], 3);
	assert_int_equal(m.at[MAPCOL_FQDN], 1);
	assert_int_equal(m.at[MAPCOL_HOST], 0);
	assert_int_equal(m.at[MAPCOL_KEY], -1);
	assert_int_equal(m.how[MAPCOL_UUID], BY_WISH);
	assert_true(m.wished[MAPCOL_FQDN]);
	assert_false(m.wished[MAPCOL_KEY]);
	/* without a header there are only numbers */
	assert_int_equal(fields_of(&m, "a,3,b\n", false, "fqdn=3,host=a", &f),
	    0);
	assert_int_equal(m.at[MAPCOL_FQDN], 2);
	assert_int_equal(m.at[MAPCOL_HOST], -1);
	assert_false(m.wished[MAPCOL_HOST]);
}

static void
numbers_are_those_of_fields_that_are_there(void **state)
{
	static const char *const none[] = { "uuid=0", "uuid=4", "uuid=-1",
		"uuid=1x", "uuid=18446744073709551617" };
	struct mapcols m;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_int_equal(fields_of(&m, "a,b,c\n", true, none[i], &f),
		    0);
		assert_int_equal(m.at[MAPCOL_UUID], -1);
		assert_false(m.wished[MAPCOL_UUID]);
	}
	assert_int_equal(fields_of(&m, "a,b,c\n", true, "uuid=3", &f), 0);
	assert_int_equal(m.at[MAPCOL_UUID], 2);
}

static void
one_column_has_one_meaning(void **state)
{
	struct mapcols m;
	struct fault f;

	(void)state;
	assert_int_equal(fields_of(&m, "a,b\n", true, "uuid=b,host=2", &f), -1);
	assert_int_equal(f.at, 1);
	assert_string_equal(f.why, "column 2 is given two meanings");
}

static void
without_wishes_nothing_is_chosen(void **state)
{
	struct mapcols m = { .header = true,
		.at = { -1, -1, -1, -1, -1, -1, -1 } };
	const struct row row = { .nfields = 1, .field = { "uuid" } };
	struct fault f;

	(void)state;
	assert_int_equal(mapcols_take_wishes(&m, &row, NULL, &f), 0);
	for (size_t i = 0; i < MAPCOL_N; i++)
		assert_int_equal(m.at[i], -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_means_its_column),
		cmocka_unit_test(
		    several_wishes_are_read_and_a_column_may_have_an_equals_sign),
		cmocka_unit_test(what_is_no_wish_is_named),
		cmocka_unit_test(a_name_may_have_63_bytes),
		cmocka_unit_test(names_take_precedence_over_numbers),
		cmocka_unit_test(numbers_are_those_of_fields_that_are_there),
		cmocka_unit_test(one_column_has_one_meaning),
		cmocka_unit_test(without_wishes_nothing_is_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
