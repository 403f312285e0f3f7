#include "base/lists.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
only_a_whole_name_finds_a_list(void **state)
{
	(void)state;
	assert_ptr_equal(list_find("keys")->kind, &kind_keystates);
	assert_ptr_equal(list_find("settled")->kind, &kind_settlements);
	assert_null(list_find("key"));
	assert_null(list_find("Keys"));
	assert_null(list_find(""));
}

static void
names_differ_and_columns_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < nlists; i++) {
		const struct list *l = &lists[i];

		assert_ptr_equal(list_find(l->name), l);
		assert_string_not_equal(l->name, "report");
		assert_true(l->kind->ncolumns > 0);
		assert_true(l->kind->ncolumns <= KIND_COLUMNS_MAX);
		assert_int_equal(l->what[strlen(l->what) - 1], '.');
		for (size_t c = 0; c < l->kind->ncolumns; c++) {
			assert_non_null(l->kind->columns[c].name);
			assert_int_not_equal(l->kind->columns[c].type, 0);
		}
	}
}

/* What is listed without being asked for passwords has none. */
static void
only_passwords_are_secret(void **state)
{
	(void)state;
	for (size_t i = 0; i < nlists; i++)
		assert_int_equal(kind_secret(lists[i].kind),
		    strstr(lists[i].name, "passwords") != NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_whole_name_finds_a_list),
		cmocka_unit_test(names_differ_and_columns_are_complete),
		cmocka_unit_test(only_passwords_are_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
