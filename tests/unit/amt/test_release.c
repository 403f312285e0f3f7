#include "amt/release.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct release
parsed(const char *text)
{
	struct release r;
	struct fault f;

	assert_int_equal(release_parse(&r, text, &f), 0);
	return r;
}

static void
releases_are_compared_as_numbers(void **state)
{
	struct release r = parsed("11.10.77.1234");

	(void)state;
	assert_int_equal(r.major, 11);
	assert_int_equal(r.minor, 10);
	assert_true(release_compare(&r, 11, 8) > 0);
	assert_true(release_compare(&r, 11, 10) == 0);
	assert_true(release_compare(&r, 12, 0) < 0);
	r = parsed("16");
	assert_int_equal(r.minor, 0);
}

static void
what_is_no_release_is_refused(void **state)
{
	static const char *const bad[] = { "", "x", "16.", ".1", "16.x", "0",
		"100", "16.1.", "16 ", "-1", "999999999999", "1..2" };
	struct release r;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(release_parse(&r, bad[i], &f), -1);
}

static void
each_release_has_the_row_it_begins_after(void **state)
{
	static const struct {
		const char *release;
		enum known pki, sha1;
		unsigned hashes, rsa_min, rsa_safe;
		enum suffix_rule domain;
	} rows[] = {
		{ "2.1", KNOWN_NO, KNOWN_NO, 0, 0, 0, SUFFIX_EQUAL },
		{ "2.2", KNOWN_YES, KNOWN_YES, RELEASE_SHA1, 1024, 1024,
		    SUFFIX_EQUAL },
		{ "2.5", KNOWN_NO, KNOWN_NO, 0, 0, 0, SUFFIX_EQUAL },
		{ "2.6", KNOWN_YES, KNOWN_YES, RELEASE_SHA1, 1024, 1024,
		    SUFFIX_COM_NET },
		{ "3.1", KNOWN_YES, KNOWN_YES, RELEASE_SHA1, 1024, 1024,
		    SUFFIX_EQUAL },
		{ "4.2", KNOWN_YES, KNOWN_YES, RELEASE_SHA1, 1024, 1024,
		    SUFFIX_COM_NET },
		{ "10.0", KNOWN_YES, KNOWN_YES, RELEASE_SHA1 | RELEASE_SHA256,
		    1024, 1024, SUFFIX_TABLE },
		{ "11.8.50", KNOWN_YES, KNOWN_YES, RELEASE_SHA256, 1024, 1024,
		    SUFFIX_TABLE },
		{ "15.0", KNOWN_YES, KNOWN_MAYBE,
		    RELEASE_SHA256 | RELEASE_SHA384, 1024, 2048, SUFFIX_TABLE },
		{ "16.1", KNOWN_YES, KNOWN_NO, RELEASE_SHA256 | RELEASE_SHA384,
		    2048, 2048, SUFFIX_TABLE },
		{ "22", KNOWN_YES, KNOWN_NO, RELEASE_SHA384, 2048, 3072,
		    SUFFIX_TABLE },
	};
	struct release r = { 1, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct release_pki *pki;

		r = parsed(rows[i].release);
		pki = release_pki(&r);
		assert_int_equal(pki->pki, rows[i].pki);
		assert_int_equal(pki->sha1, rows[i].sha1);
		assert_int_equal(pki->hashes, rows[i].hashes);
		assert_int_equal(pki->rsa_min, rows[i].rsa_min);
		assert_int_equal(pki->rsa_safe, rows[i].rsa_safe);
		assert_int_equal(pki->domain, rows[i].domain);
	}
	r = parsed("1.0");
	assert_null(release_pki(&r));
}

static void
rows_go_up(void **state)
{
	(void)state;
	for (unsigned i = 1; release_pki_row(i) != NULL; i++)
		assert_true(release_compare(&release_pki_row(i)->from,
		                release_pki_row(i - 1)->from.major,
		                release_pki_row(i - 1)->from.minor) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases_are_compared_as_numbers),
		cmocka_unit_test(what_is_no_release_is_refused),
		cmocka_unit_test(each_release_has_the_row_it_begins_after),
		cmocka_unit_test(rows_go_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
