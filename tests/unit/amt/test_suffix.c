#include "amt/suffix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum suffix_match
match(const char *cn, const char *domain, enum suffix_rule rule)
{
	char name[DOMAIN_TEXT];
	struct fault f;

	assert_int_equal(suffix_name(name, cn, strlen(cn), &f), 0);
	return suffix_match(name, domain, rule);
}

static void
a_name_is_for_itself_and_what_is_below_it(void **state)
{
	(void)state;
	for (unsigned i = SUFFIX_COM_NET; i <= SUFFIX_STRICT; i++) {
		enum suffix_rule rule = (enum suffix_rule)i;

		assert_int_equal(match("Example.COM.", "example.com", rule),
		    SUFFIX_WHOLE);
		assert_int_equal(match("example.com", "a.b.example.com", rule),
		    SUFFIX_WHOLE);
		assert_int_equal(match("*.example.com", "x.example.com", rule),
		    SUFFIX_WHOLE);
		assert_int_equal(match("example.com", "badexample.com", rule),
		    SUFFIX_NONE);
		assert_int_equal(match("example.com", "com", rule),
		    SUFFIX_NONE);
	}
}

static void
names_are_shortened_as_the_table_has_their_last_label(void **state)
{
	static const struct {
		const char *name, *table, *com_net;
	} rows[] = {
		{ "a.b.example.com", "example.com", "example.com" },
		{ "a.b.example.net", "example.net", "example.net" },
		{ "a.b.example.org", "example.org", "a.b.example.org" },
		{ "a.b.example.de", "example.de", "a.b.example.de" },
		{ "a.b.example.co.uk", "example.co.uk", "a.b.example.co.uk" },
		{ "a.b.example.fr", "b.example.fr", "a.b.example.fr" },
		{ "a.b.example.xyz", "a.b.example.xyz", "a.b.example.xyz" },
		{ "a.b.example.bg", "b.example.bg", "a.b.example.bg" },
		{ "example.com", "example.com", "example.com" },
		{ "example.fr", "example.fr", "example.fr" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(suffix_shorten(rows[i].name, SUFFIX_TABLE),
		    rows[i].table);
		assert_string_equal(suffix_shorten(rows[i].name,
		                        SUFFIX_COM_NET),
		    rows[i].com_net);
		assert_string_equal(suffix_shorten(rows[i].name, SUFFIX_STRICT),
		    rows[i].name);
	}
	assert_int_equal(match("prov.example.com", "lab7.example.com",
	                     SUFFIX_TABLE),
	    SUFFIX_SHORTENED);
	assert_int_equal(match("prov.example.com", "lab7.example.com",
	                     SUFFIX_STRICT),
	    SUFFIX_NONE);
}

static void
first_releases_want_the_domain_itself(void **state)
{
	(void)state;
	assert_int_equal(match("prov.example.com", "prov.example.com",
	                     SUFFIX_EQUAL),
	    SUFFIX_WHOLE);
	assert_int_equal(match("prov.example.com", "example.com", SUFFIX_EQUAL),
	    SUFFIX_SHORTENED);
	assert_int_equal(match("prov.example.com", "lab.example.com",
	                     SUFFIX_EQUAL),
	    SUFFIX_NONE);
	assert_int_equal(match("prov.example.com", "com", SUFFIX_EQUAL),
	    SUFFIX_NONE);
}

static void
what_is_no_name_is_refused(void **state)
{
	static const char *const bad[] = { "", "*.", "*", "server", "*.*.a.de",
		"a..de", "192.0.2.1", "a b.de", "*.com" };
	char name[DOMAIN_TEXT];
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(suffix_name(name, bad[i], strlen(bad[i]), &f),
		    -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_for_itself_and_what_is_below_it),
		cmocka_unit_test(
		    names_are_shortened_as_the_table_has_their_last_label),
		cmocka_unit_test(first_releases_want_the_domain_itself),
		cmocka_unit_test(what_is_no_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
