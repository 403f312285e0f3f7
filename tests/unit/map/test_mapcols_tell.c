#include "map/mapcols_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "map_sample.h"

static struct mapsample sample;

/* Columns of a file with these rows, none of them found yet. */
static struct mapcols
columns_of(const char *rows, bool header)
{
	struct mapcols m = { .header = header };

	sample_of(&sample, rows);
	m.nfields = m.nfields_max = sample.row[0].nfields;
	for (size_t i = 0; i < MAPCOL_N; i++)
		m.at[i] = -1;
	return m;
}

static void
each_column_is_told_with_how_it_was_found(void **state)
{
	struct mapcols m =
	    columns_of("Id,Guid,Name,Host,Zone,Site,M,S\n", true);

	(void)state;
	mapcols_choose(&m, MAPCOL_MODEL, 6, BY_NAME);
	mapcols_choose(&m, MAPCOL_SERIAL, 7, BY_WISH);
	mapcols_choose(&m, MAPCOL_UUID, 1, BY_NAME);
	mapcols_choose(&m, MAPCOL_KEY, 0, BY_SHARING);
	mapcols_choose(&m, MAPCOL_FQDN, 2, BY_VALUES);
	mapcols_choose(&m, MAPCOL_HOST, 3, BY_WISH);
	mapcols_choose(&m, MAPCOL_DOMAIN, 4, BY_NAME);
	mapcols_tell(&m, &sample);
	assert_string_equal(m.found,
	    "UUID from \"Guid\", resource from \"Id\" (in both files), "
	    "name from \"Name\" (by its values), host from \"Host\" "
	    "(as told), domain from \"Zone\", model from \"M\", "
	    "serial from \"S\" (as told)");
	assert_string_equal(m.ignored, "\"Site\"");
	assert_string_equal(m.passwords, "");
	assert_string_equal(m.others, "");
}

static void
without_a_header_columns_have_numbers_and_no_value_is_shown(void **state)
{
	struct mapcols m = columns_of("pc1,pc1.a.b," U1 "\n", false);

	(void)state;
	mapcols_choose(&m, MAPCOL_HOST, 0, BY_VALUES);
	mapcols_choose(&m, MAPCOL_UUID, 2, BY_VALUES);
	mapcols_tell(&m, &sample);
	assert_string_equal(m.found,
	    "UUID from column 3 (by its values), host from column 1 "
	    "(by its values)");
	assert_string_equal(m.ignored, "");
}

/* What was told before is forgotten. */
static void
nothing_found_is_an_empty_text(void **state)
{
	struct mapcols m = columns_of("a\n", true);

	(void)state;
	mapcols_choose(&m, MAPCOL_HOST, 0, BY_NAME);
	(void)strcpy(m.found, "old");
	(void)strcpy(m.ignored, "old");
	(void)strcpy(m.passwords, "old");
	(void)strcpy(m.others, "old");
	mapcols_tell(&m, &sample);
	assert_string_equal(m.found, "host from \"a\"");
	assert_string_equal(m.ignored, "");
	assert_string_equal(m.passwords, "");
	assert_string_equal(m.others, "");
}

static void
passwords_below_a_header_are_found_by_the_columns_name(void **state)
{
	struct mapcols m = columns_of("UUID,MEBx,Admin Password,Site\n" U1
	                              ",P@ss1,P@ss2,Bonn\n",
	    true);

	(void)state;
	mapcols_choose(&m, MAPCOL_UUID, 0, BY_NAME);
	mapcols_tell(&m, &sample);
	assert_string_equal(m.passwords, "\"MEBx\", \"Admin Password\"");
	assert_string_equal(m.ignored, "\"Site\"");
}

/* MAC addresses there are no passwords, and empty columns neither. */
static void
without_a_header_passwords_are_behind_the_uuid(void **state)
{
	struct mapcols m =
	    columns_of("pc1," U1 ",00:11:22:33:44:55,P@ss1,\npc2," U2
	               ",00:11:22:33:44:56,P@ss2,\n",
	        false);

	(void)state;
	mapcols_choose(&m, MAPCOL_UUID, 1, BY_VALUES);
	mapcols_tell(&m, &sample);
	assert_string_equal(m.passwords, "column 4");
	assert_true(mapcols_secret(&m));
	/* also in a field that the first row has not */
	m = columns_of("pc1," U1 "\npc2," U2 ",P@ss2\n", false);
	m.nfields_max = 3;
	mapcols_choose(&m, MAPCOL_UUID, 1, BY_VALUES);
	mapcols_tell(&m, &sample);
	assert_string_equal(m.passwords, "column 3");
}

/* ConfigMgr's rows have passwords from the fifth field on. */
static void
a_layout_knows_where_passwords_are(void **state)
{
	struct mapcols m =
	    columns_of("pc1,pc1.a.b," U1 ",00:11:22:33:44:55,P@ss1\n", false);

	(void)state;
	m.layout = mapnames_layout(&sample);
	assert_non_null(m.layout);
	m.nfields_max = m.layout->nfields_max;
	mapcols_choose(&m, MAPCOL_UUID, 2, BY_VALUES);
	mapcols_tell(&m, &sample);
	assert_string_equal(m.passwords, "column 5");
	/* its column of MAC addresses has none, whatever is in it */
	m = columns_of("pc1," U1 ",\npc2," U2 ",x1\npc3," R1 ",\npc4," R2 ",\n",
	    false);
	m.layout = mapnames_layout(&sample);
	assert_non_null(m.layout);
	mapcols_choose(&m, MAPCOL_UUID, 1, BY_VALUES);
	mapcols_tell(&m, &sample);
	assert_string_equal(m.passwords, "");
}

static void
guids_that_are_not_the_systems_are_told_where_the_uuid_is_missing(void **state)
{
	static const char rows[] =
	    "Device Id,Site Id,Kennung\n" R1 ",7," R1 "\n" R2 ",8," R2 "\n";
	struct mapcols m = columns_of(rows, true);

	(void)state;
	mapcols_tell(&m, &sample);
	assert_string_equal(m.others, "\"Device Id\"");
	assert_string_equal(m.ignored,
	    "\"Device Id\", \"Site Id\", \"Kennung\"");
	mapcols_choose(&m, MAPCOL_UUID, 2, BY_NAME);
	mapcols_tell(&m, &sample);
	assert_string_equal(m.others, "");
}

static void
long_lists_are_cut_and_odd_names_are_shown_safely(void **state)
{
	char rows[1024] = "", want[sizeof(((struct mapcols *)0)->ignored)];
	struct mapcols m;
	size_t n = 0;

	(void)state;
	m = columns_of("a\tb\xc3\xa4\n", true);
	mapcols_tell(&m, &sample);
	assert_string_equal(m.ignored, "\"a\\x09b\\xc3\\xa4\"");
	for (int i = 10; i < 60; i++)
		n += (size_t)snprintf(rows + n, sizeof(rows) - n, "name%d%s", i,
		    i == 59 ? "\n" : ",");
	m = columns_of(rows, true);
	mapcols_tell(&m, &sample);
	n = 0;
	for (int i = 10; n < sizeof(want); i++)
		n += (size_t)snprintf(want + n, sizeof(want) - n,
		    "%s\"name%d\"", i == 10 ? "" : ", ", i);
	assert_string_equal(m.ignored, want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_column_is_told_with_how_it_was_found),
		cmocka_unit_test(
		    without_a_header_columns_have_numbers_and_no_value_is_shown),
		cmocka_unit_test(nothing_found_is_an_empty_text),
		cmocka_unit_test(
		    passwords_below_a_header_are_found_by_the_columns_name),
		cmocka_unit_test(
		    without_a_header_passwords_are_behind_the_uuid),
		cmocka_unit_test(a_layout_knows_where_passwords_are),
		cmocka_unit_test(
		    guids_that_are_not_the_systems_are_told_where_the_uuid_is_missing),
		cmocka_unit_test(
		    long_lists_are_cut_and_odd_names_are_shown_safely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
