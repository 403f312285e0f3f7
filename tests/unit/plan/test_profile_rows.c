#include "plan/profile_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "profile_table.h"

static void
rows_are_elements_and_fields_of_lists(void **state)
{
	(void)state;
	assert_string_equal(profile_rows_scalar("lamp")->name, "lamp");
	assert_null(profile_rows_scalar("host"));
	assert_null(profile_rows_scalar("person"));
	assert_null(profile_rows_scalar("person-password"));
	assert_string_equal(profile_rows_field("person", "rights")->name,
	    "person-rights");
	assert_null(profile_rows_field("person", "certificate"));
	assert_null(profile_rows_field("person", "person-rights"));
	assert_true(profile_rows_is_list("person"));
	assert_true(profile_rows_is_list("ca"));
	assert_false(profile_rows_is_list("lamp"));
	assert_string_equal(profile_rows_element(
	                        profile_rows_field("ca", "certificate")),
	    "certificate");
	assert_string_equal(profile_rows_element(profile_rows_scalar("lamp")),
	    "lamp");
}

static void
each_list_has_one_first_row(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < setting_count; i++)
		n += setting_table[i].list != NULL &&
		    profile_rows_leads_list(&setting_table[i]);
	assert_int_equal(n, 3);
	assert_false(
	    profile_rows_leads_list(profile_rows_field("person", "rights")));
}

static void
others_are_of_a_list_that_there_is(void **state)
{
	const struct setting *others = profile_rows_scalar("person-others");
	struct settings s = { .n = 0 };

	(void)state;
	assert_string_equal(profile_rows_others(others), "person");
	assert_null(profile_rows_others(profile_rows_scalar("lamp")));
	assert_false(profile_rows_has_entries(&s, others));
	assert_int_equal(settings_add(&s,
	                     profile_rows_field("ca", "certificate")->name,
	                     "root", "AAAA", NULL),
	    0);
	assert_false(profile_rows_has_entries(&s, others));
	assert_int_equal(settings_add(&s,
	                     profile_rows_field("person", "password")->name,
	                     "a", "b", NULL),
	    0);
	assert_true(profile_rows_has_entries(&s, others));
	settings_free(&s);
}

static void
hints_are_near_or_none(void **state)
{
	(void)state;
	assert_string_equal(profile_rows_near("lamb"), "lamp");
	assert_string_equal(profile_rows_near("persons"), "person");
	assert_string_equal(profile_rows_near("admin-pasword"),
	    "admin-password");
	assert_null(profile_rows_near("quite-another-thing"));
	assert_string_equal(profile_rows_near_field("person", "passwort"),
	    "password");
	assert_null(profile_rows_near_field("ca", "passwort"));
}

/* Reports and messages name fields so. */
static void
a_field_named_with_its_list_is_known(void **state)
{
	(void)state;
	assert_string_equal(profile_rows_near("ca-certificate"), "ca");
	assert_string_equal(profile_rows_near_field("ca", "ca-certificate"),
	    "certificate");
	assert_null(profile_rows_near_field("door", "ca-certificate"));
}

static void
secrets_and_what_may_be_kept_are_known(void **state)
{
	(void)state;
	assert_true(
	    profile_rows_is_secret(profile_rows_field("person", "password")));
	assert_false(
	    profile_rows_is_secret(profile_rows_field("person", "rights")));
	assert_true(profile_rows_may_keep(profile_rows_scalar("port")));
	assert_true(profile_rows_may_keep(profile_rows_scalar("suffixes")));
	assert_true(
	    profile_rows_may_keep(profile_rows_field("person", "rights")));
	assert_false(profile_rows_may_keep(profile_rows_field("door", "mode")));
	assert_false(profile_rows_may_keep(profile_rows_scalar("even")));
	assert_ptr_equal(profile_rows_of("ca-certificate"),
	    profile_rows_field("ca", "certificate"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_elements_and_fields_of_lists),
		cmocka_unit_test(each_list_has_one_first_row),
		cmocka_unit_test(others_are_of_a_list_that_there_is),
		cmocka_unit_test(hints_are_near_or_none),
		cmocka_unit_test(a_field_named_with_its_list_is_known),
		cmocka_unit_test(secrets_and_what_may_be_kept_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
