#include "map/mapjoin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char seen[8192];

static void
note(void *arg, const struct mapjoin_pair *pair)
{
	size_t len = strlen(seen);

	(void)arg;
	assert_true(len + 300 < sizeof(seen));
	(void)snprintf(seen + len, sizeof(seen) - len, "%u=%s@%u:%u\n",
	    pair->uuid[0], pair->fqdn != NULL ? pair->fqdn : "?", pair->file,
	    pair->line);
}

static struct mapjoin *
new_join(void)
{
	static const uint8_t seed[16] = { 1 };
	struct mapjoin *j = mapjoin_new(seed);

	assert_non_null(j);
	seen[0] = '\0';
	return j;
}

/* uuid 0 none, key "" none, name "" none */
static void
add(struct mapjoin *j, uint32_t file, uint32_t line, uint8_t uuid,
    const char *key, const char *name)
{
	struct maprow row = { .has_uuid = uuid != 0, .uuid = { uuid } };
	struct fault f;

	row.key_len = strlen(key);
	memcpy(row.key, key, row.key_len);
	strcpy(row.fqdn, name);
	assert_int_equal(mapjoin_add(j, &row, file, line, &f), 0);
}

static struct mapjoin_count
run(struct mapjoin *j)
{
	struct mapjoin_count count;
	struct fault f;

	assert_int_equal(mapjoin_run(j, note, NULL, &count, &f), 0);
	mapjoin_free(j);
	return count;
}

/* The same with a model and a serial number. */
static void
add_about(struct mapjoin *j, uint32_t file, uint8_t uuid, const char *name,
    const char *model, const char *serial)
{
	struct maprow row = { .has_uuid = uuid != 0,
		.uuid = { uuid },
		.key_len = 1,
		.key = "k" };
	struct fault f;

	strcpy(row.fqdn, name);
	strcpy(row.about.model, model);
	strcpy(row.about.serial, serial);
	assert_int_equal(mapjoin_add(j, &row, file, 2, &f), 0);
}

static void
note_about(void *arg, const struct mapjoin_pair *pair)
{
	size_t len = strlen(seen);

	(void)arg;
	(void)snprintf(seen + len, sizeof(seen) - len, "%u=%s,%s,%s\n",
	    pair->uuid[0], pair->fqdn != NULL ? pair->fqdn : "?", pair->model,
	    pair->serial);
}

/* What the pairs say when the one file has these and the other those. */
static const char *
about_of(const char *model_a, const char *serial_a, const char *model_b,
    const char *serial_b)
{
	struct mapjoin *j = new_join();
	struct mapjoin_count count;
	struct fault f;

	add_about(j, 0, 1, "", model_a, serial_a);
	add_about(j, 1, 0, "a.x", model_b, serial_b);
	assert_int_equal(mapjoin_run(j, note_about, NULL, &count, &f), 0);
	mapjoin_free(j);
	return seen;
}

static void
model_and_serial_number_are_those_of_the_machine_or_its_resource(void **state)
{
	(void)state;
	assert_string_equal(about_of("M", "S", "", ""), "1=a.x,M,S\n");
	assert_string_equal(about_of("", "", "M", "S"), "1=a.x,M,S\n");
	assert_string_equal(about_of("M", "", "N", "S"), "1=a.x,M,S\n");
	assert_string_equal(about_of("", "", "", ""), "1=a.x,,\n");
}

static void
those_of_another_machine_with_the_same_resource_do_not_count(void **state)
{
	struct mapjoin *j = new_join();
	struct mapjoin_count count;
	struct fault f;

	(void)state;
	add_about(j, 0, 1, "", "", "S1");
	add_about(j, 0, 2, "b.x", "M2", "S2");
	assert_int_equal(mapjoin_run(j, note_about, NULL, &count, &f), 0);
	mapjoin_free(j);
	assert_string_equal(seen, "1=b.x,,S1\n2=b.x,M2,S2\n");
}

static void
pairs_of_one_file_come_as_they_stand(void **state)
{
	struct mapjoin *j = new_join();
	struct mapjoin_count c;

	(void)state;
	add(j, 0, 2, 7, "", "a.b");
	add(j, 0, 3, 5, "x", "c.d");
	add(j, 0, 4, 6, "x", "e.f");
	c = run(j);
	assert_string_equal(seen, "7=a.b@0:2\n5=c.d@0:3\n6=e.f@0:4\n");
	assert_int_equal(c.npairs, 3);
	assert_int_equal(c.ndoubles + c.nunnamed + c.nunused + c.ncrowded, 0);
}

static void
uuids_find_their_names_by_the_resource_in_either_order(void **state)
{
	(void)state;
	for (uint32_t first = 0; first < 2; first++) {
		struct mapjoin *j = new_join();
		struct mapjoin_count c;

		for (uint32_t file = 0; file < 2; file++) {
			if (file == first) {
				add(j, file, 2, 1, "k1", "");
				add(j, file, 3, 2, "k2", "");
				add(j, file, 4, 3, "k3", "");
			} else {
				add(j, file, 2, 0, "k2", "two.x");
				add(j, file, 3, 0, "k9", "nine.x");
				add(j, file, 4, 0, "k1", "one.x");
			}
		}
		c = run(j);
		assert_string_equal(seen,
		    first == 0 ? "1=one.x@1:4\n2=two.x@1:2\n3=?@0:4\n"
		               : "1=one.x@0:4\n2=two.x@0:2\n3=?@1:4\n");
		assert_int_equal(c.npairs, 2);
		assert_int_equal(c.nunnamed, 1);
		assert_int_equal(c.nunused, 1);
	}
}

static void
doubles_that_agree_collapse_and_others_stay(void **state)
{
	struct mapjoin *j = new_join();
	struct mapjoin_count c;

	(void)state;
	add(j, 0, 2, 1, "k1", "");
	add(j, 0, 3, 1, "k1", "");
	add(j, 0, 4, 1, "k2", "");
	add(j, 1, 2, 0, "k1", "a.x");
	add(j, 1, 3, 0, "k1", "a.x");
	add(j, 1, 4, 0, "k1", "b.x");
	add(j, 1, 5, 0, "k2", "a.x");
	c = run(j);
	assert_string_equal(seen, "1=a.x@1:2\n1=b.x@1:4\n");
	assert_int_equal(c.npairs, 2);
	/* Line 3 of names; line 3 of UUIDs, twice; line 5 of names. */
	assert_int_equal(c.ndoubles, 4);
	assert_int_equal(c.nunused, 0);
}

static void
a_file_with_all_three_names_the_uuids_of_the_other(void **state)
{
	struct mapjoin *j = new_join();
	struct mapjoin_count c;

	(void)state;
	add(j, 0, 2, 1, "k1", "");
	add(j, 0, 3, 2, "k2", "");
	add(j, 1, 2, 1, "k1", "a.x");
	add(j, 1, 3, 3, "k3", "c.x");
	c = run(j);
	assert_string_equal(seen, "1=a.x@1:2\n2=?@0:3\n3=c.x@1:3\n");
	assert_int_equal(c.ndoubles, 1);
}

static void
the_other_file_s_name_stands_beside_the_row_s_own(void **state)
{
	struct mapjoin *j = new_join();
	struct mapjoin_count c;

	(void)state;
	/* They differ, they agree, and resource k is of two machines: what
	 * stands with one of them says nothing of the other. */
	add(j, 0, 2, 1, "k1", "a.x");
	add(j, 0, 3, 2, "k2", "b.x");
	add(j, 0, 4, 3, "k", "c.x");
	add(j, 0, 5, 4, "k", "d.x");
	add(j, 1, 2, 0, "k1", "z.x");
	add(j, 1, 3, 0, "k2", "b.x");
	add(j, 1, 4, 0, "k", "c.x");
	c = run(j);
	assert_string_equal(seen,
	    "1=a.x@0:2\n1=z.x@1:2\n2=b.x@0:3\n3=c.x@0:4\n4=d.x@0:5\n"
	    "4=c.x@1:4\n");
	assert_int_equal(c.npairs, 6);
	assert_int_equal(c.ndoubles, 2);
	assert_int_equal(c.nunused, 0);
}

static void
after_a_reset_nothing_of_before_is_left(void **state)
{
	struct mapjoin *j = new_join();
	struct mapjoin_count c;
	struct fault f;

	(void)state;
	add(j, 0, 2, 1, "k1", "");
	add(j, 1, 2, 0, "k1", "a.x");
	assert_int_equal(mapjoin_run(j, note, NULL, &c, &f), 0);
	mapjoin_reset(j);
	seen[0] = '\0';
	add(j, 0, 3, 1, "k1", "");
	add(j, 0, 4, 1, "", "a.x");
	c = run(j);
	assert_string_equal(seen, "1=?@0:3\n1=a.x@0:4\n");
	assert_int_equal(c.ndoubles, 0);
}

static void
a_resource_has_at_most_16_names(void **state)
{
	struct mapjoin *j = new_join();
	struct mapjoin_count c;

	(void)state;
	add(j, 0, 2, 1, "k", "");
	for (uint32_t i = 0; i < 20; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "pc%u.x", i);
		add(j, 1, 2 + i, 0, "k", name);
	}
	c = run(j);
	assert_int_equal(c.npairs, 16);
	assert_int_equal(c.ncrowded, 4);
	assert_int_equal(c.nunused, 0);
}

static uint64_t sum_of_lines;

static void
add_line(void *arg, const struct mapjoin_pair *pair)
{
	uint32_t number;

	(void)arg;
	memcpy(&number, pair->uuid, sizeof(number));
	assert_int_equal(number + 5, pair->line);
	sum_of_lines += pair->line;
}

static void
a_hundred_thousand_are_joined_right(void **state)
{
	struct mapjoin *j = new_join();
	struct maprow row = { 0 };
	struct mapjoin_count c;
	struct fault f;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		row.has_uuid = false;
		row.key_len = (size_t)sprintf((char *)row.key, "k%u", i);
		(void)sprintf(row.fqdn, "pc%u.example.com", i);
		assert_int_equal(mapjoin_add(j, &row, 0, i + 5, &f), 0);
	}
	for (uint32_t i = 100000; i-- > 0;) {
		row.has_uuid = true;
		memcpy(row.uuid, &i, sizeof(i));
		row.key_len = (size_t)sprintf((char *)row.key, "k%u", i);
		row.fqdn[0] = '\0';
		assert_int_equal(mapjoin_add(j, &row, 1, i + 5, &f), 0);
	}
	sum_of_lines = 0;
	assert_int_equal(mapjoin_run(j, add_line, NULL, &c, &f), 0);
	assert_int_equal(c.npairs, 100000);
	assert_int_equal(sum_of_lines, UINT64_C(100000) * 99999 / 2 + 500000);
	mapjoin_free(j);
	mapjoin_free(NULL);
}

static void
an_empty_join_gives_nothing(void **state)
{
	(void)state;
	assert_int_equal(run(new_join()).npairs, 0);
	assert_string_equal(seen, "");
}

static void
the_last_line_that_can_be_kept_is_kept(void **state)
{
	struct mapjoin *j = new_join();
	struct maprow row = { .has_uuid = true, .fqdn = "a.x" };
	struct fault f;

	(void)state;
	assert_int_equal(mapjoin_add(j, &row, 1, UINT32_MAX >> 3, &f), 0);
	assert_int_equal(mapjoin_add(j, &row, 1, (UINT32_MAX >> 3) + 1, &f),
	    -1);
	(void)run(j);
	assert_string_equal(seen, "0=a.x@1:536870911\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    model_and_serial_number_are_those_of_the_machine_or_its_resource),
		cmocka_unit_test(
		    those_of_another_machine_with_the_same_resource_do_not_count),
		cmocka_unit_test(pairs_of_one_file_come_as_they_stand),
		cmocka_unit_test(
		    uuids_find_their_names_by_the_resource_in_either_order),
		cmocka_unit_test(doubles_that_agree_collapse_and_others_stay),
		cmocka_unit_test(
		    a_file_with_all_three_names_the_uuids_of_the_other),
		cmocka_unit_test(
		    the_other_file_s_name_stands_beside_the_row_s_own),
		cmocka_unit_test(after_a_reset_nothing_of_before_is_left),
		cmocka_unit_test(a_resource_has_at_most_16_names),
		cmocka_unit_test(a_hundred_thousand_are_joined_right),
		cmocka_unit_test(an_empty_join_gives_nothing),
		cmocka_unit_test(the_last_line_that_can_be_kept_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
