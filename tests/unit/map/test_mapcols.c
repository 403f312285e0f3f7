#include "map/mapcols.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "map_sample.h"

static struct mapcols
find(const char *text, const char *wishes)
{
	static struct mapsample s;
	const struct mapsample *const one = &s;
	struct mapwish w;
	struct mapcols m;
	struct fault f;

	sample_of(&s, text);
	if (wishes != NULL)
		assert_int_equal(mapwish_parse(&w, wishes, &f), 0);
	assert_int_equal(mapcols_find(&m, &s, wishes != NULL ? &w : NULL, &f),
	    0);
	mapcols_settle(&m, &one, 1);
	mapcols_tell(&m, &s);
	return m;
}

static void
columns_are_found_by_their_names(void **state)
{
	static const struct {
		const char *header;
		int at[MAPCOL_NEEDED]; /* UUID, key, FQDN, host, domain */
	} headers[] = {
		{ "Site,Full Computer Name,SMBIOS GUID\n",
		    { 2, -1, 1, -1, -1 } },
		{ "_ResourceGuid,Computer-Name,DNS Domain\n",
		    { -1, 0, -1, 1, 2 } },
		{ "Guid,FQDN\n", { 0, -1, 1, -1, -1 } },
		{ "Guid,UUID\n", { 1, 0, -1, -1, -1 } },
		{ "Guid,_ResourceGuid\n", { 0, 1, -1, -1, -1 } },
		{ "Guid,_ResourceGuid,UUID\n", { 2, 1, -1, -1, -1 } },
		{ "uuid,name,fqdn\n", { 0, -1, 2, 1, -1 } },
		/* whom a tool asked; its Name is the model */
		{ "PSComputerName,Name,UUID\n", { 2, -1, 0, -1, -1 } },
		{ "Node,Name,UUID\n", { 2, -1, 0, -1, -1 } },
		{ "Node,FQDN,UUID\n", { 2, -1, 1, -1, -1 } },
		{ "IdentifyingNumber,Name,UUID\n", { 2, -1, -1, -1, -1 } },
		/* ConfigMgr's views */
		{ "Name0,Full_Domain_Name0,SMBIOS_GUID0\n",
		    { 2, -1, -1, 0, 1 } },
		{ "ResourceID,Netbios_Name0,Resource_Domain_OR_Workgr0,"
		  "SMBIOS_GUID0\n",
		    { 3, 0, -1, 1, -1 } },
		{ "Name0,Netbios_Name0,UUID0\n", { 2, -1, -1, 0, -1 } },
		{ "Device name,Azure AD Device ID,UUID\n",
		    { 2, -1, -1, 0, -1 } },
		{ "a,b\n", { -1, -1, -1, -1, -1 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct mapcols m = find(headers[i].header, NULL);

		assert_memory_equal(m.at, headers[i].at, sizeof(headers[i].at));
		assert_int_equal(m.at[MAPCOL_MODEL], -1);
		assert_int_equal(m.at[MAPCOL_SERIAL], -1);
		assert_true(m.header);
	}
	assert_string_equal(find(headers[0].header, NULL).found,
	    "UUID from \"SMBIOS GUID\", name from \"Full Computer Name\"");
	assert_string_equal(find(headers[0].header, NULL).ignored, "\"Site\"");
}

static void
model_and_serial_number_are_found_beside_what_is_needed(void **state)
{
	static const struct {
		const char *header;
		int model, serial;
	} headers[] = {
		{ "UUID,FQDN,Model,Serial Number\n", 2, 3 },
		{ "UUID,FQDN,System_Model0,Service Tag\n", 2, 3 },
		{ "serial,uuid,fqdn\n", -1, 0 },
		/* of two the first, and that is no mistake */
		{ "UUID,FQDN,BIOS Serial Number,Serial,Model,Model Name\n", 4,
		    2 },
		/* Win32_ComputerSystemProduct */
		{ "Node,IdentifyingNumber,Name,UUID\n", 2, 1 },
		{ "PSComputerName,Name,UUID\n", 1, -1 },
		/* the host's own name is no model */
		{ "Name,Domain,UUID\n", -1, -1 },
	};
	static struct mapsample s;

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct mapcols m = find(headers[i].header, NULL);

		sample_of(&s, headers[i].header);
		mapcols_take_details(&m, &s);
		assert_int_equal(m.at[MAPCOL_MODEL], headers[i].model);
		assert_int_equal(m.at[MAPCOL_SERIAL], headers[i].serial);
	}
}

static void
a_serial_number_may_be_the_resource_and_nothing_else(void **state)
{
	struct mapcols m =
	    find("Serial,UUID,FQDN,Type\n", "key=Serial,model=Type");
	static struct mapsample s;

	(void)state;
	sample_of(&s, "Serial,UUID,FQDN,Type\n");
	mapcols_take_details(&m, &s);
	assert_int_equal(m.at[MAPCOL_KEY], 0);
	assert_int_equal(m.at[MAPCOL_SERIAL], 0);
	assert_int_equal(m.at[MAPCOL_MODEL], 3);
	m = find("Serial,UUID,FQDN\n", "host=Serial");
	sample_of(&s, "Serial,UUID,FQDN\n");
	mapcols_take_details(&m, &s);
	assert_int_equal(m.at[MAPCOL_SERIAL], -1);
}

static void
two_columns_of_one_meaning_are_refused_where_they_matter(void **state)
{
	static struct mapsample s;
	struct mapcols m;
	struct fault f;

	(void)state;
	sample_of(&s, "UUID,FQDN,System UUID\n");
	assert_int_equal(mapcols_find(&m, &s, NULL, &f), -1);
	assert_string_equal(f.why,
	    "two columns mean the same (\"UUID\" and "
	    "\"System UUID\"); remove or rename one");
	sample_of(&s, "UUID,Host Name,Name\n");
	assert_int_equal(mapcols_find(&m, &s, NULL, &f), -1);
	/* With a full name nobody asks for the host's. */
	sample_of(&s, "UUID,Host Name,Name,FQDN\n");
	assert_int_equal(mapcols_find(&m, &s, NULL, &f), 0);
	sample_of(&s, "UUID,FQDN,DNS name\n");
	assert_int_equal(mapcols_find(&m, &s, NULL, &f), -1);
}

static void
a_wish_goes_before_every_name(void **state)
{
	static const char two[] = "UUID,FQDN,System UUID,x\n";
	struct mapcols m;

	(void)state;
	m = find(two, "uuid=system_uuid");
	assert_int_equal(m.at[MAPCOL_UUID], 2);
	assert_int_equal(m.at[MAPCOL_FQDN], 1);
	assert_string_equal(m.found,
	    "UUID from \"System UUID\" (as told), name from \"FQDN\"");
	m = find(two, "uuid=1,fqdn=4");
	assert_int_equal(m.at[MAPCOL_UUID], 0);
	assert_int_equal(m.at[MAPCOL_FQDN], 3);
	/* There is no such column; that is for the caller to say. */
	m = find("UUID,FQDN\n", "domain=zone");
	assert_false(m.wished[MAPCOL_DOMAIN]);
	m = find("UUID,FQDN\n", "host=3");
	assert_false(m.wished[MAPCOL_HOST]);
	m = find("UUID,FQDN\n", "host=0");
	assert_false(m.wished[MAPCOL_HOST]);
}

static void
a_wrong_wish_is_named(void **state)
{
	static const char *const wrong[] = { "", "uuid", "uuid=", "guid=1",
		"uuid=1,", "uuid=1,uuid=2", "=1", ",", "key=1,resource=2",
		"fqdn="
		"0123456789012345678901234567890123456789012345678901234567"
		"890123" };
	struct mapwish w;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(mapwish_parse(&w, wrong[i], &f), -1);
	assert_int_equal(mapwish_parse(&w,
	                     "uuid=GUID,fqdn=3,key=Key,host=h,"
	                     "domain=d",
	                     &f),
	    0);
	assert_string_equal(w.column[MAPCOL_UUID], "GUID");
	assert_string_equal(w.column[MAPCOL_FQDN], "3");
}

static void
a_column_is_not_told_to_be_two_things(void **state)
{
	static struct mapsample s;
	struct mapwish w;
	struct mapcols m;
	struct fault f;

	(void)state;
	sample_of(&s, "Nr,Ort,Name\n");
	assert_int_equal(mapwish_parse(&w, "uuid=Nr,fqdn=1", &f), 0);
	assert_int_equal(mapcols_find(&m, &s, &w, &f), -1);
	assert_string_equal(f.why, "column 1 is given two meanings");
}

static void
what_names_do_not_tell_the_values_do(void **state)
{
	struct mapcols m;

	(void)state;
	m = find("Kennung,Standort,Rechner\n" U1 ",Bonn,pc1.example.com\n" U2
	         ",Ulm,pc2.example.com\n",
	    NULL);
	assert_int_equal(m.at[MAPCOL_UUID], 0);
	assert_int_equal(m.at[MAPCOL_FQDN], 2);
	assert_string_equal(m.found,
	    "UUID from \"Kennung\" (by its values), name from \"Rechner\" (by "
	    "its values)");
	/* Two columns could be it: nobody chooses. */
	m = find("a,b,fqdn\n" U1 "," R1 ",pc1.example.com\n", NULL);
	assert_int_equal(m.at[MAPCOL_UUID], -1);
	/* What is the same on every row tells no machines apart: a domain, a
	 * customer's number. */
	m = find("Rechner,DNS-Zone,UUID\npc1,lab7.example.com," U1
	         "\npc2,lab7.example.com," U2 "\n",
	    NULL);
	assert_int_equal(m.at[MAPCOL_FQDN], -1);
	m = find("Rechner,Kennung\npc1.a.b," U1 "\npc2.a.b," U2 "\npc1.a.b," U1
	         "\npc2.a.b," U2 "\n",
	    NULL);
	assert_int_equal(m.at[MAPCOL_FQDN], 0);
	m = find("fqdn,Mandant\npc1.a.b," R1 "\npc2.a.b," R1 "\n", NULL);
	assert_int_equal(m.at[MAPCOL_UUID], -1);
	/* The directory's entry is no machine. */
	m = find("DNSHostName,ObjectGUID,netbootGUID\n"
	         "pc1.a.b," U1 ",System.Byte[]\npc2.a.b," U2 ",System.Byte[]\n",
	    NULL);
	assert_int_equal(m.at[MAPCOL_UUID], 2);
	m = find("DeviceID,fqdn\n" U1 ",pc1.a.b\n" U2 ",pc2.a.b\n", NULL);
	assert_int_equal(m.at[MAPCOL_UUID], -1);
	assert_string_equal(m.others, "\"DeviceID\"");
	/* Passwords may be sixteen bytes in base64. */
	m = find("a,fqdn\nPsL/0tGdLUGGClSyA5ty/w==,pc1.a.b\n", NULL);
	assert_int_equal(m.at[MAPCOL_UUID], -1);
	m = find("uuid,fqdn\nPsL/0tGdLUGGClSyA5ty/w==,pc1.a.b\n", NULL);
	assert_true(mapcols_base64(&m));
	/* Half of the values do not make a column. */
	m = find("a,fqdn\n" U1 ",pc1.example.com\nx,pc2.example.com\n", NULL);
	assert_int_equal(m.at[MAPCOL_UUID], -1);
	/* Where the names make a map, values are not asked. */
	m = find("site,uuid,fqdn\n" R1 "," U1 ",pc1.example.com\n", NULL);
	assert_int_equal(m.at[MAPCOL_UUID], 1);
	/* Unless what is called so has none in it. */
	m = find("uuid,b,fqdn\n17," U1 ",pc1.example.com\n", NULL);
	assert_int_equal(m.at[MAPCOL_UUID], 1);
	assert_int_equal(m.how[MAPCOL_UUID], BY_VALUES);
}

static void
configmgr_rows_have_no_header(void **state)
{
	struct mapcols m = find("PC1,pc1.example.com," U1
	                        ",00:11:22:33:44:55,S3cret!x,Adm1n!xx\n"
	                        "PC2,pc2.example.com," U2 "\n",
	    NULL);

	(void)state;
	assert_false(m.header);
	assert_int_equal(m.at[MAPCOL_HOST], 0);
	assert_int_equal(m.at[MAPCOL_FQDN], 1);
	assert_int_equal(m.at[MAPCOL_UUID], 2);
	assert_int_equal(m.nfields, 3);
	assert_int_equal(m.nfields_max, 6);
	assert_string_equal(m.found,
	    "UUID from column 3 (by its values), name from column 2 (by its "
	    "values), host from column 1 (by its values)");
	assert_string_equal(m.ignored, "");
	assert_string_equal(m.passwords, "column 5, column 6");
	/* Passwords are where the layout has them, whatever they look like. */
	m = find("PC1,pc1.a.b,,,UABAAHMAcwB3ADAAcgBkAA==,x\n"
	         "PC2,pc2.a.b,,00:11:22:33:44:55,UABAAHMAcwB3ADAAcgBkAA==,x\n",
	    NULL);
	assert_false(m.header);
	assert_int_equal(m.at[MAPCOL_UUID], 2);
	assert_int_equal(m.at[MAPCOL_FQDN], 1);
	assert_string_equal(m.passwords, "column 5, column 6");
	assert_true(mapcols_secret(&m) && !mapcols_base64(&m));
	m = find("PC1," U1 ",00:11:22:33:44:55\nPC2,,001122334456\n", NULL);
	assert_int_equal(m.at[MAPCOL_HOST], 0);
	assert_int_equal(m.at[MAPCOL_UUID], 1);
	assert_string_equal(m.passwords, "");
	/* Also where they contradict each other. */
	m = find("PC1,pc1.a.b," U1 "\nPC2,pc2.a.b," U1 "\n", NULL);
	assert_int_equal(m.at[MAPCOL_UUID], 2);
	m = find("PC1,pc1.a.b," U1 "\nPC1,pc1.a.b," U2 "\n", NULL);
	assert_int_equal(m.at[MAPCOL_FQDN], 1);
	/* Two columns of UUIDs: nobody chooses, and neither is a host's. */
	m = find(U1 "," U2 ",pc1.example.com\n", NULL);
	assert_int_equal(m.at[MAPCOL_UUID], -1);
	assert_int_equal(m.at[MAPCOL_HOST], -1);
	assert_int_equal(m.nfields, 3);
	m = find("uuid,fqdn,MEBx Password\n", NULL);
	assert_string_equal(m.passwords, "\"MEBx Password\"");
}

/* Two files; what comes of them in words. */
static bool
join(const char *a, const char *b, struct mapcols m[2])
{
	static struct mapsample s[2];
	const struct mapsample *const both[] = { &s[0], &s[1] };
	struct fault f;

	sample_of(&s[0], a);
	sample_of(&s[1], b);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(mapcols_find(&m[i], &s[i], NULL, &f), 0);
	mapcols_settle(m, both, 2);
	return mapcols_join(&m[0], &m[1]) || mapcols_join(&m[1], &m[0]);
}

static void
two_files_are_joined_on_any_column_that_both_have(void **state)
{
	static const struct {
		const char *a, *b;
		int key_a, key_b; /* -1: they cannot be joined */
	} files[] = {
		/* known names */
		{ "_ResourceGuid,UUID\n" R1 "," U1 "\n",
		    "FQDN,_ResourceGuid\npc1.a.b," R1 "\n", 0, 1 },
		{ "Guid,Name\n" R1 ",pc1.a.b\n", "Guid,UUID\n" R1 "," U1 "\n",
		    0, 0 },
		/* any name */
		{ "Serial No,UUID\nx1," U1 "\nx2," U2 "\n",
		    "FQDN,serial_no\npc1.a.b,x2\npc2.a.b,x1\n", 0, 1 },
		/* the one that tells rows apart */
		{ "Site,Tag,UUID\nBonn,1," U1 "\nBonn,2," U2 "\n",
		    "Site,Tag,FQDN\nBonn,2,pc1.a.b\nBonn,1,pc2.a.b\n", 1, 1 },
		/* neither is better */
		{ "Tag,Serial,UUID\n1,5," U1 "\n2,6," U2 "\n",
		    "Tag,Serial,FQDN\n1,5,pc1.a.b\n2,6,pc2.a.b\n", -1, -1 },
		/* a GUID is */
		{ "Tag,Id,UUID\n1," R1 "," U1 "\n2," R2 "," U2 "\n",
		    "Tag,Id,FQDN\n1," R1 ",pc1.a.b\n2," R2 ",pc2.a.b\n", 1, 1 },
		/* the host's name where there is nothing else */
		{ "Name,UUID\npc1," U1 "\n", "Name,FQDN\npc1,pc1.a.b\n", 0, 0 },
		/* and the rest by values */
		{ "Tag,Kennung\n1," U1 "\n", "Tag,Rechner\n1,pc1.a.b\n", 0, 0 },
		/* nothing in common */
		{ "Tag,UUID\n1," U1 "\n", "Serial,FQDN\n1,pc1.a.b\n", -1, -1 },
	};
	struct mapcols m[2];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		bool expected = files[i].key_a != -1;

		assert_int_equal(join(files[i].a, files[i].b, m), expected);
		assert_int_equal(join(files[i].b, files[i].a, m), expected);
		if (!expected)
			continue;
		assert_int_equal(m[1].at[MAPCOL_KEY], files[i].key_a);
		assert_int_equal(m[0].at[MAPCOL_KEY], files[i].key_b);
	}
}

static void
a_host_beside_the_uuid_is_not_asked_for_a_fuller_name(void **state)
{
	static const struct {
		const char *uuids, *names;
		int host; /* in the first, afterwards */
	} files[] = {
		{ "ResourceID,Name,UUID\n1,PC1," U1 "\n",
		    "ResourceID,FQDN\n1,pc1.a.b\n", -1 },
		{ "ResourceID,Name,UUID\n1,PC1," U1 "\n",
		    "ResourceID,Name,Domain\n1,PC1,a.b\n", -1 },
		{ "Tag,Name,UUID\n1,PC1," U1 "\n2,PC2," U2 "\n",
		    "Tag,Voller Name\n1,pc1.a.b\n2,pc2.a.b\n", -1 },
		/* neither is fuller */
		{ "ResourceID,Name,UUID\n1,PC1," U1 "\n",
		    "ResourceID,Name\n1,PC1\n", 1 },
		/* each is a map */
		{ "ResourceID,Name,UUID\n1,PC1," U1 "\n",
		    "ResourceID,FQDN,UUID\n1,pc1.a.b," U1 "\n", 1 },
	};
	struct mapcols m[2];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		assert_true(join(files[i].uuids, files[i].names, m));
		assert_int_equal(m[0].at[MAPCOL_HOST], files[i].host);
		assert_true(mapcols_named(&m[1]));
		assert_true(join(files[i].names, files[i].uuids, m));
		assert_int_equal(m[1].at[MAPCOL_HOST], files[i].host);
	}
}

static void
a_sample_takes_what_fits(void **state)
{
	static struct mapsample s;
	static char big[4097];
	struct row row = { .line = 1, .nfields = 2, .field = { big, big } };
	size_t n = 0;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	s.nrows = s.len = 0;
	while (mapsample_take(&s, &row))
		n++;
	assert_int_equal(n, MAPSAMPLE_TEXT / (2 * sizeof(big)));
	row = (struct row){ .nfields = 1, .field = { "" } };
	s.nrows = s.len = 0;
	for (n = 0; mapsample_take(&s, &row); n++)
		continue;
	assert_int_equal(n, MAPSAMPLE_ROWS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_found_by_their_names),
		cmocka_unit_test(
		    model_and_serial_number_are_found_beside_what_is_needed),
		cmocka_unit_test(
		    a_serial_number_may_be_the_resource_and_nothing_else),
		cmocka_unit_test(
		    two_columns_of_one_meaning_are_refused_where_they_matter),
		cmocka_unit_test(a_wish_goes_before_every_name),
		cmocka_unit_test(a_wrong_wish_is_named),
		cmocka_unit_test(a_column_is_not_told_to_be_two_things),
		cmocka_unit_test(what_names_do_not_tell_the_values_do),
		cmocka_unit_test(configmgr_rows_have_no_header),
		cmocka_unit_test(
		    two_files_are_joined_on_any_column_that_both_have),
		cmocka_unit_test(
		    a_host_beside_the_uuid_is_not_asked_for_a_fuller_name),
		cmocka_unit_test(a_sample_takes_what_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
