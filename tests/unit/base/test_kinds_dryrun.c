#include "base/kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* It is read whole or not at all, and shown to people. */
static void
a_dry_run_is_whole_and_has_no_secret(void **state)
{
	const struct kind *k = kind_find("dryrun");

	(void)state;
	assert_ptr_equal(k, &kind_dryrun);
	assert_true(k->whole);
	assert_false(kind_secret(k));
	assert_int_equal(k->ncolumns, DRYRUN_NCOLUMNS);
}

/* Programs outside read the stream by these positions. */
static void
its_columns_keep_their_order(void **state)
{
	static const char *const names[] = { "uuid", "fqdn", "address", "wish",
		"pid", "certificate", "profile", "rule", "due", "state",
		"reason", "detail", "not_before", "lacks" };

	(void)state;
	assert_int_equal(kind_dryrun.version, 2);
	assert_int_equal(sizeof(names) / sizeof(names[0]), DRYRUN_NCOLUMNS);
	for (int i = 0; i < DRYRUN_NCOLUMNS; i++) {
		assert_string_equal(kind_dryrun.columns[i].name, names[i]);
		assert_int_equal(kind_column(&kind_dryrun, names[i]), i);
		assert_int_equal(kind_dryrun.columns[i].type,
		    i == DRYRUN_NOT_BEFORE ? COLUMN_TIME : COLUMN_TEXT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dry_run_is_whole_and_has_no_secret),
		cmocka_unit_test(its_columns_keep_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
