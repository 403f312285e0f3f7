#include "map/mapnames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define U1 "6513270e-269e-4d37-b2a7-4de452e6b438"
#define MAC "00:1A:2B:3C:4D:01"

static void
guids_of_other_things_are_told_by_their_names(void **state)
{
	static const char *const other[] = { "objectGUID", "MachineGuid",
		"Azure AD Device ID", "id", "SMS_Unique_Identifier0",
		"Device_ID0", "Agent GUID", "Instance UUID", "MEBx Password" };
	static const char *const system[] = { "UUID", "GUID", "UUID0",
		"Kennung", "SMBIOS GUID", "Computer.UUID", "b" };

	(void)state;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_true(mapnames_other_guid(other[i]));
	for (size_t i = 0; i < sizeof(system) / sizeof(system[0]); i++)
		assert_false(mapnames_other_guid(system[i]));
}

static void
names_of_other_things_are_told_by_their_names(void **state)
{
	(void)state;
	assert_true(mapnames_other_name("Full_Domain_Name0"));
	assert_true(mapnames_other_name("Logon Server"));
	assert_true(mapnames_other_name("DNS-Zone"));
	assert_true(mapnames_other_name("Admin-Kennwort"));
	assert_false(mapnames_other_name("Rechner"));
	assert_false(mapnames_other_name("Voller Name"));
	assert_true(mapnames_password("MEBx"));
	assert_true(mapnames_password("Current_PWD"));
	assert_false(mapnames_password("Pass"));
}

static void
what_a_column_is_may_depend_on_the_others(void **state)
{
	const struct row row = { .nfields = 4,
		.field = { "Node", "Name0", "IdentifyingNumber", "guid" } };
	struct heading h;

	(void)state;
	mapnames_read(&h, &row);
	assert_int_equal(h.at[MAPNAME_NODE], 0);
	assert_int_equal(h.at[MAPNAME_NAME], 1);
	assert_int_equal(h.at[MAPNAME_NUMBER], 2);
	assert_int_equal(h.at[MAPNAME_GUID], 3);
	assert_int_equal(h.at[MAPCOL_HOST], -1);
	assert_true(mapnames_same("Serial No", "serial_no"));
	assert_false(mapnames_same("Serial No", "serial.no"));
	assert_false(mapnames_same("", "-"));
}

static const struct maplayout *
layout(const struct row *rows, size_t nrows)
{
	static struct mapsample s;

	memset(&s, 0, sizeof(s));
	for (size_t i = 0; i < nrows; i++)
		assert_true(mapsample_take(&s, &rows[i]));
	return mapnames_layout(&s);
}

static void
layouts_without_a_header_have_fixed_columns(void **state)
{
	const struct row oob[] = { { .nfields = 6,
	    .field = { "PC1", "pc1.a.b", U1, MAC, "x", "y" } } };
	const struct row bare[] = { { .nfields = 6,
	    .field = { "PC1", "pc1.a.b", "", "", "x", "y" } } };
	const struct row list[] = { { .nfields = 3,
	    .field = { "PC1", U1, MAC } } };
	const struct row wrong[] = { { .nfields = 4,
	    .field = { "PC1", "pc1.a.b", U1, "Bonn" } } };
	const struct row more[] = { { .nfields = 7,
	    .field = { "PC1", "pc1.a.b", U1, MAC, "x", "y", "z" } } };
	const struct row words[] = { { .nfields = 3,
	    .field = { "a", "b", "" } } };
	const struct maplayout *l = layout(oob, 1);

	(void)state;
	assert_non_null(l);
	assert_int_equal(l->at[MAPCOL_UUID], 2);
	assert_int_equal(l->passwords, 4);
	assert_ptr_equal(layout(bare, 1), l);
	l = layout(list, 1);
	assert_non_null(l);
	assert_int_equal(l->at[MAPCOL_UUID], 1);
	assert_int_equal(l->at[MAPCOL_HOST], 0);
	assert_null(layout(wrong, 1));
	assert_null(layout(more, 1));
	assert_null(layout(words, 1));
	assert_null(layout(oob, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guids_of_other_things_are_told_by_their_names),
		cmocka_unit_test(names_of_other_things_are_told_by_their_names),
		cmocka_unit_test(what_a_column_is_may_depend_on_the_others),
		cmocka_unit_test(layouts_without_a_header_have_fixed_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
