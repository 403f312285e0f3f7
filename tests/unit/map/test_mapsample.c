#include "map/mapsample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define U1 "6513270e-269e-4d37-b2a7-4de452e6b438"
#define U2 "d23f0824-128b-4f33-8c5c-7fd0a6a3a450"

static struct mapsample sample;

static int
clear(void **state)
{
	(void)state;
	memset(&sample, 0, sizeof(sample));
	return 0;
}

/* A row of the texts up to NULL. */
static bool
take(const char *const *texts)
{
	struct row row = { .line = sample.nrows + 1 };

	while (texts[row.nfields] != NULL) {
		row.field[row.nfields] = texts[row.nfields];
		row.nfields++;
	}
	return mapsample_take(&sample, &row);
}
#define TAKE(...) take((const char *const[]){ __VA_ARGS__, NULL })

static void
rows_are_copies_with_their_line(void **state)
{
	char text[] = "pc-0001";

	(void)state;
	assert_true(TAKE(text, ""));
	text[0] = 'x';
	assert_int_equal(sample.nrows, 1);
	assert_int_equal(sample.row[0].line, 1);
	assert_int_equal(sample.row[0].nfields, 2);
	assert_string_equal(sample.row[0].field[0], "pc-0001");
	assert_string_equal(sample.row[0].field[1], "");
}

static void
sixty_four_rows_are_enough(void **state)
{
	(void)state;
	for (size_t i = 0; i < MAPSAMPLE_ROWS; i++)
		assert_true(TAKE("a"));
	assert_false(TAKE("a"));
	assert_int_equal(sample.nrows, MAPSAMPLE_ROWS);
}

static void
a_row_that_does_not_fit_is_left_out_whole(void **state)
{
	char *text = calloc(1, MAPSAMPLE_TEXT);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', MAPSAMPLE_TEXT - 3); /* room for "" and its NUL */
	assert_true(TAKE(text));
	assert_false(TAKE("", "b"));
	assert_int_equal(sample.nrows, 1);
	assert_true(TAKE("b"));
	assert_false(TAKE(""));
	assert_string_equal(sample.row[1].field[0], "b");
	free(text);
}

static void
a_first_row_with_a_uuid_is_no_header(void **state)
{
	(void)state;
	assert_false(mapsample_headless(&sample)); /* no row at all */
	assert_true(TAKE("name", "SMBIOS GUID"));
	assert_true(TAKE("pc-0001", U1));
	assert_false(mapsample_headless(&sample));
	(void)clear(NULL);
	assert_true(TAKE("pc-0001", U1));
	assert_true(mapsample_headless(&sample));
	/* Nor with a MAC address, nor with a host and its full name. */
	(void)clear(NULL);
	assert_true(TAKE("pc-0001", "", "00:1A:2B:3C:4D:01"));
	assert_true(mapsample_headless(&sample));
	(void)clear(NULL);
	assert_true(TAKE("PC-0001", "pc-0001.example.com", ""));
	assert_true(mapsample_headless(&sample));
	/* Sixteen bytes in Base64 say nothing, and names may have dots. */
	(void)clear(NULL);
	assert_true(TAKE("name", "PsL/0tGdLUGGClSyA5ty/w=="));
	assert_false(mapsample_headless(&sample));
	(void)clear(NULL);
	assert_true(TAKE("tblAssets", "Computer.Name"));
	assert_false(mapsample_headless(&sample));
}

static void
values_are_counted_by_what_they_read_as(void **state)
{
	struct mapsample_column c;

	(void)state;
	assert_true(TAKE("guid", "name", "mac"));
	assert_true(TAKE(U1, "pc-0001.example.com", "00:11:22:33:44:55"));
	assert_true(TAKE(U2, "pc-0002", "00-11-22-33-44-56"));
	assert_true(TAKE("", "not a name", "001122334457"));
	assert_true(TAKE("none"));
	mapsample_look(&c, &sample, 1, 0);
	assert_int_equal(c.nfilled, 3);
	assert_int_equal(c.nuuids, 2);
	assert_int_equal(c.nmacs, 0);
	mapsample_look(&c, &sample, 1, 1);
	assert_int_equal(c.nfilled, 3); /* the last row has no such field */
	assert_int_equal(c.nuuids, 0);
	assert_int_equal(c.nnames, 1); /* a short one could be any word */
	mapsample_look(&c, &sample, 1, 2);
	assert_int_equal(c.nmacs, 3);
	mapsample_look(&c, &sample, 1, 3);
	assert_int_equal(c.nfilled, 0);
	assert_false(c.distinct);
}

static void
what_only_looks_like_a_mac_or_a_uuid_is_none(void **state)
{
	struct mapsample_column c;

	(void)state;
	assert_true(TAKE("0:11:22:33:44:55", "PsL/0tGdLUGGClSyA5ty/w"));
	assert_true(TAKE("00:11:22:33:44", "PsL/0tGdLUGGClSyA5ty/w=="));
	assert_true(TAKE("00:11:22:33:44:55:66", ""));
	assert_true(TAKE("00:11:22:33:44:5g", ""));
	mapsample_look(&c, &sample, 0, 0);
	assert_int_equal(c.nmacs, 0);
	/* Base64 could be a password; without its padding, a word. */
	mapsample_look(&c, &sample, 0, 1);
	assert_int_equal(c.nuuids, 0);
	assert_int_equal(c.nbase64, 1);
}

static void
a_column_is_distinct_when_all_is_filled_and_nothing_twice(void **state)
{
	struct mapsample_column c;

	(void)state;
	mapsample_look(&c, &sample, 0, 0);
	assert_false(c.distinct); /* no rows */
	assert_true(TAKE("a", "a", "a"));
	assert_true(TAKE("b", "a", ""));
	assert_true(TAKE("c", "b", "b"));
	mapsample_look(&c, &sample, 0, 0);
	assert_true(c.distinct);
	mapsample_look(&c, &sample, 0, 1);
	assert_false(c.distinct);
	mapsample_look(&c, &sample, 1, 1); /* what is above does not count */
	assert_true(c.distinct);
	mapsample_look(&c, &sample, 0, 2);
	assert_false(c.distinct);
	mapsample_look(&c, &sample, 3, 0);
	assert_false(c.distinct);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rows_are_copies_with_their_line, clear),
		cmocka_unit_test_setup(sixty_four_rows_are_enough, clear),
		cmocka_unit_test_setup(
		    a_row_that_does_not_fit_is_left_out_whole, clear),
		cmocka_unit_test_setup(a_first_row_with_a_uuid_is_no_header,
		    clear),
		cmocka_unit_test_setup(values_are_counted_by_what_they_read_as,
		    clear),
		cmocka_unit_test_setup(
		    what_only_looks_like_a_mac_or_a_uuid_is_none, clear),
		cmocka_unit_test_setup(
		    a_column_is_distinct_when_all_is_filled_and_nothing_twice,
		    clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
