#include "map/mapcols_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "map_sample.h"

static struct mapsample samples[2];
static const struct mapsample *const both[] = { &samples[0], &samples[1] };

/* Two files, their columns found by name, then as a pair. */
static void
settle(struct mapcols m[2], const char *a, const char *b, const char *wish_a)
{
	struct mapwish w;
	struct fault f;

	if (wish_a != NULL)
		assert_int_equal(mapwish_parse(&w, wish_a, &f), 0);
	sample_of(&samples[0], a);
	sample_of(&samples[1], b);
	assert_int_equal(mapcols_find(&m[0], &samples[0],
	                     wish_a != NULL ? &w : NULL, &f),
	    0);
	assert_int_equal(mapcols_find(&m[1], &samples[1], NULL, &f), 0);
	mapcols_settle(m, both, 2);
}

static void
assert_columns(const struct mapcols *m, int uuid, int key, int fqdn, int host)
{
	const int want[] = { uuid, key, fqdn, host };

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(m->at[i], want[i]);
}

/* --- "guid" alone --------------------------------------------------------- */

static void
guid_is_the_resource_only_where_the_other_file_has_a_sure_uuid(void **state)
{
	static const struct {
		const char *names, *uuids;
		bool is_key;
	} files[] = {
		{ "Guid,FQDN\n" R1 ",pc1.a.b\n",
		    "Resource,UUID\n" R1 "," U1 "\n", true },
		/* it has a resource already */
		{ "Guid,Key,FQDN\n" R1 ",1,pc1.a.b\n",
		    "Resource,UUID\n1," U1 "\n", false },
		/* it is no guid */
		{ "UUID,FQDN\n" R1 ",pc1.a.b\n",
		    "Resource,UUID\n" R1 "," U1 "\n", false },
		/* it has no names */
		{ "Guid,Site\n" R1 ",Bonn\n", "Resource,UUID\n" R1 "," U1 "\n",
		    false },
		/* the other has no UUID, one that is unsure, no resource */
		{ "Guid,FQDN\n" R1 ",pc1.a.b\n", "Resource,Site\n" R1 ",Bonn\n",
		    false },
		{ "Guid,FQDN\n" R1 ",pc1.a.b\n", "Resource,Guid\n1," U1 "\n",
		    false },
		{ "Guid,FQDN\n" R1 ",pc1.a.b\n", "Site,UUID\nBonn," U1 "\n",
		    false },
		/* the other has names, too */
		{ "Guid,FQDN\n" R1 ",pc1.a.b\n",
		    "Resource,UUID,Name\n1," U1 ",pc1\n", false },
	};
	struct mapcols m[2];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		settle(m, files[i].names, files[i].uuids, NULL);
		assert_int_equal(m[0].at[MAPCOL_KEY] == 0, files[i].is_key);
		assert_int_equal(m[0].at[MAPCOL_UUID],
		    files[i].is_key ? -1 : 0);
		settle(m, files[i].uuids, files[i].names, NULL);
		assert_int_equal(m[1].at[MAPCOL_KEY] == 0, files[i].is_key);
	}
}

/* --- what both files have ------------------------------------------------- */

static void
the_best_column_that_both_have_connects_them(void **state)
{
	struct mapcols m[2];

	(void)state;
	/* GUIDs before numbers, numbers before the host's name */
	settle(m, "Name,Nr,Id,UUID\npc1,1," R1 "," U1 "\npc2,2," R2 "," U2 "\n",
	    "Id,Nr,Name,FQDN\n" R1 ",1,pc1,pc1.a.b\n" R2 ",2,pc2,pc2.a.b\n",
	    NULL);
	assert_columns(&m[0], 3, 2, -1, -1);
	assert_columns(&m[1], -1, 0, 3, 2);
	assert_int_equal(m[0].how[MAPCOL_KEY], BY_SHARING);
	settle(m, "Name,Nr,UUID\npc1,1," U1 "\n",
	    "Nr,Name,FQDN\n1,pc1,pc1.a.b\n", NULL);
	assert_columns(&m[0], 2, 1, -1, -1);
	settle(m, "Name,UUID\npc1," U1 "\n", "Name,FQDN\npc1,pc1.a.b\n", NULL);
	assert_columns(&m[0], 1, 0, -1, -1);
	assert_columns(&m[1], -1, 0, 1, -1);
}

static void
the_worse_of_the_two_files_counts(void **state)
{
	struct mapcols m[2];

	(void)state;
	/* Id has GUIDs in the first only, so Id and Nr are alike */
	settle(m, "Nr,Id,UUID\n1," R1 "," U1 "\n", "Nr,Id,FQDN\n1,7,pc1.a.b\n",
	    NULL);
	assert_columns(&m[0], 2, -1, -1, -1);
	/* Nr is not filled in the second */
	settle(m, "Nr,Tag,UUID\n1,5," U1 "\n2,6," U2 "\n",
	    "Nr,Tag,FQDN\n1,5,pc1.a.b\n,6,pc2.a.b\n", NULL);
	assert_columns(&m[0], 2, 1, -1, -1);
}

static void
uuid_name_and_domain_connect_nothing(void **state)
{
	struct mapcols m[2];

	(void)state;
	settle(m, "UUID,Site\n" U1 ",Bonn\n", "Domain,UUID\na.b," U1 "\n",
	    NULL);
	assert_int_equal(m[0].at[MAPCOL_KEY], -1);
	settle(m, "Domain,Mark\na.b,1\n", "Domain,UUID\na.b," U1 "\n", NULL);
	assert_int_equal(m[0].at[MAPCOL_KEY], -1);
	settle(m, "FQDN,Mark\npc1.a.b,1\n", "FQDN,Other\npc1.a.b,2\n", NULL);
	assert_int_equal(m[0].at[MAPCOL_KEY], -1);
}

static void
files_without_a_header_share_no_column(void **state)
{
	struct mapcols m[2];

	(void)state;
	settle(m, "7," U1 "\n8," U2 "\n", "Nr,FQDN\n7,pc1.a.b\n8,pc2.a.b\n",
	    NULL);
	assert_false(m[0].header);
	assert_int_equal(m[0].at[MAPCOL_KEY], -1);
	assert_int_equal(m[1].at[MAPCOL_KEY], -1);
	/* a value is no name */
	settle(m, "Nr," U1 "\n8," U2 "\n", "Nr,FQDN\n7,pc1.a.b\n8,pc2.a.b\n",
	    NULL);
	assert_int_equal(m[0].at[MAPCOL_KEY], -1);
	assert_int_equal(m[1].at[MAPCOL_KEY], -1);
}

/* --- by values ------------------------------------------------------------ */

static void
what_names_do_not_tell_is_taken_from_values_of_either_file(void **state)
{
	struct mapcols m[2];

	(void)state;
	settle(m, "Nr,Rechner\n1,pc1.a.b\n2,pc2.a.b\n",
	    "Nr,Kennung\n1," U1 "\n2," U2 "\n", NULL);
	assert_columns(&m[0], -1, 0, 1, -1);
	assert_columns(&m[1], 1, 0, -1, -1);
	assert_int_equal(m[0].how[MAPCOL_FQDN], BY_VALUES);
	assert_int_equal(m[1].how[MAPCOL_UUID], BY_VALUES);
	/* two that could be it: neither */
	settle(m, "Nr,Rechner\n1,pc1.a.b\n2,pc2.a.b\n",
	    "Nr,Kennung,Zweite\n1," U1 "," R1 "\n2," U2 "," R2 "\n", NULL);
	assert_int_equal(m[1].at[MAPCOL_UUID], -1);
}

/* A host's name is no reason not to look for a full one where the files make no
 * map without it. */
static void
a_host_beside_the_uuid_does_not_end_the_search(void **state)
{
	struct mapcols m[2];

	(void)state;
	settle(m, "Nr,Name,UUID\n1,PC1," U1 "\n2,PC2," U2 "\n",
	    "Nr,Rechner\n1,pc1.a.b\n2,pc2.a.b\n", NULL);
	assert_columns(&m[0], 2, 0, -1, -1);
	assert_columns(&m[1], -1, 0, 1, -1);
}

/* --- the host's name ------------------------------------------------------ */

static void
the_fuller_name_is_taken_unless_the_host_was_told(void **state)
{
	static const char a[] = "Key,Name,UUID\n1,PC1," U1 "\n";
	struct mapcols m[2];

	(void)state;
	settle(m, a, "Key,FQDN\n1,pc1.a.b\n", NULL);
	assert_columns(&m[0], 2, 0, -1, -1);
	settle(m, a, "Key,Host,Domain\n1,pc1,a.b\n", NULL);
	assert_columns(&m[0], 2, 0, -1, -1);
	assert_columns(&m[1], -1, 0, -1, 1);
	settle(m, "Key,Name,Domain,UUID\n1,PC1,a.b," U1 "\n",
	    "Key,FQDN\n1,pc1.a.b\n", NULL);
	assert_columns(&m[0], 3, 0, -1, -1);
	assert_int_equal(m[0].at[MAPCOL_DOMAIN], -1);
	settle(m, "Key,FQDN\n1,pc1.a.b\n", a, NULL);
	assert_columns(&m[1], 2, 0, -1, -1);
	/* as full as the other's */
	settle(m, a, "Key,Host\n1,pc1\n", NULL);
	assert_columns(&m[0], 2, 0, -1, 1);
	settle(m, a, "Key,FQDN\n1,pc1.a.b\n", "host=Name");
	assert_columns(&m[0], 2, 0, -1, 1);
	settle(m, "Key,Name,Domain,UUID\n1,PC1,a.b," U1 "\n",
	    "Key,FQDN\n1,pc1.a.b\n", "domain=Domain");
	assert_columns(&m[0], 3, 0, -1, 1);
	assert_int_equal(m[0].at[MAPCOL_DOMAIN], 2);
	/* nothing connects them */
	settle(m, a, "Nr,FQDN\n7,pc1.a.b\n", NULL);
	assert_columns(&m[0], 2, 0, -1, 1);
	/* a map of its own */
	settle(m, a, "Key,FQDN,UUID\n1,pc1.a.b," U1 "\n", NULL);
	assert_columns(&m[0], 2, 0, -1, 1);
}

static void
a_file_alone_keeps_what_it_has(void **state)
{
	struct mapcols m;
	struct fault f;

	(void)state;
	sample_of(&samples[0], "Guid,Name\n" R1 ",pc1\n");
	assert_int_equal(mapcols_find(&m, &samples[0], NULL, &f), 0);
	mapcols_settle(&m, both, 1);
	assert_columns(&m, 0, -1, -1, 1);
	sample_of(&samples[0], "Kennung,Rechner\n" U1 ",pc1.a.b\n");
	assert_int_equal(mapcols_find(&m, &samples[0], NULL, &f), 0);
	mapcols_settle(&m, both, 1);
	assert_columns(&m, 0, -1, 1, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    guid_is_the_resource_only_where_the_other_file_has_a_sure_uuid),
		cmocka_unit_test(the_best_column_that_both_have_connects_them),
		cmocka_unit_test(the_worse_of_the_two_files_counts),
		cmocka_unit_test(uuid_name_and_domain_connect_nothing),
		cmocka_unit_test(files_without_a_header_share_no_column),
		cmocka_unit_test(
		    what_names_do_not_tell_is_taken_from_values_of_either_file),
		cmocka_unit_test(
		    a_host_beside_the_uuid_does_not_end_the_search),
		cmocka_unit_test(
		    the_fuller_name_is_taken_unless_the_host_was_told),
		cmocka_unit_test(a_file_alone_keeps_what_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
