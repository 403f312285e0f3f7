#include "amt/roots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static const struct root *
found(const char *hex)
{
	uint8_t sum[ROOTS_SUM_MAX];
	size_t len;

	assert_int_equal(text_unhex(sum, sizeof(sum), &len, hex), 0);
	return roots_find(sum, len);
}

static const struct root *
named(const char *name)
{
	const struct root *root;

	for (size_t i = 0; (root = roots_row(i)) != NULL; i++)
		if (strcmp(root->name, name) == 0)
			return root;
	fail_msg("no root %s", name);
	return NULL;
}

static void
every_row_is_found_by_each_of_its_sums(void **state)
{
	const struct root *root;
	size_t n = 0;

	(void)state;
	for (; (root = roots_row(n)) != NULL; n++) {
		assert_int_equal(strlen(root->sha256), 64);
		assert_ptr_equal(found(root->sha256), root);
		assert_true(root->sha1[0] == '\0' || found(root->sha1) == root);
		assert_true(
		    root->sha384[0] == '\0' || found(root->sha384) == root);
		assert_int_not_equal(root->lists, 0);
	}
	assert_int_equal(n, 29); /* cert-plan has a set of 64 bits */
}

static void
other_sums_are_none_of_them(void **state)
{
	uint8_t sum[ROOTS_SUM_MAX] = { 0 };

	(void)state;
	for (size_t len = 0; len <= sizeof(sum); len++)
		assert_null(roots_find(sum, len));
}

/* As the lists have it that were published; between them MAYBE. */
static void
what_each_release_has_is_known_as_far_as_it_is(void **state)
{
	static const struct {
		const char *name;
		unsigned major, minor;
		enum known known;
	} rows[] = {
		{ "Go Daddy Class 2 CA", 2, 1, KNOWN_NO },
		{ "Go Daddy Class 2 CA", 2, 2, KNOWN_YES },
		{ "Go Daddy Class 2 CA", 11, 8, KNOWN_YES },
		{ "Go Daddy Class 2 CA", 15, 0, KNOWN_MAYBE },
		{ "Go Daddy Class 2 CA", 16, 0, KNOWN_NO },
		{ "Go Daddy Root CA - G2", 3, 0, KNOWN_NO },
		{ "Go Daddy Root CA - G2", 7, 0, KNOWN_MAYBE },
		{ "Go Daddy Root CA - G2", 11, 8, KNOWN_YES },
		{ "Go Daddy Root CA - G2", 16, 1, KNOWN_YES },
		{ "VeriSign Class 3 Public Primary CA - G5", 5, 0,
		    KNOWN_MAYBE },
		{ "VeriSign Class 3 Public Primary CA - G2", 11, 0,
		    KNOWN_MAYBE },
		{ "VeriSign Class 3 Public Primary CA - G2", 12, 0, KNOWN_NO },
		{ "DigiCert Global Root G2", 11, 0, KNOWN_MAYBE },
		{ "DigiCert Global Root G2", 14, 0, KNOWN_YES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct release r = { rows[i].major, rows[i].minor };

		assert_int_equal(roots_known(named(rows[i].name), &r),
		    rows[i].known);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_found_by_each_of_its_sums),
		cmocka_unit_test(other_sums_are_none_of_them),
		cmocka_unit_test(
		    what_each_release_has_is_known_as_far_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
