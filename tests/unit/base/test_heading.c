#include "base/heading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PID, PPS };

static const struct heading_name names[] = {
	{ "pid", PID },
	{ "amtpid", PID },
	{ "pps", PPS },
};

static void
read_row(struct heading *h, const struct row *row)
{
	heading_read(h, row, names, sizeof(names) / sizeof(names[0]));
}

static void
case_blanks_dashes_and_underscores_do_not_count(void **state)
{
	static const char *const same[] = { "amtpid", "AMT PID", "amt_pid",
		"Amt-Pid", " AMT  PID: ", "(amt) pid" };
	struct row row = { .line = 1, .nfields = 1 };
	struct heading h;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		row.field[0] = same[i];
		read_row(&h, &row);
		assert_int_equal(h.at[PID], 0);
		assert_int_equal(h.at[PPS], -1);
	}
	row.field[0] = "PID0"; /* a view of ConfigMgr's */
	read_row(&h, &row);
	assert_int_equal(h.at[PID], 0);
	row.field[0] = "PID00";
	read_row(&h, &row);
	assert_int_equal(h.at[PID], -1);
	row.field[0] = "pids";
	read_row(&h, &row);
	assert_int_equal(h.at[PID], -1);
}

static void
columns_stand_in_any_order_and_others_are_named(void **state)
{
	const struct row row = { .line = 1,
		.nfields = 4,
		.field = { "Serial", "PPS", "M\xc3\xbc", "pid" } };
	const struct row below = { .line = 2,
		.nfields = 3,
		.field = { "S", "secret", "x" } };
	struct heading h;
	struct fault f;

	(void)state;
	read_row(&h, &row);
	assert_int_equal(h.nfields, 4);
	assert_int_equal(h.at[PPS], 1);
	assert_int_equal(h.at[PID], 3);
	assert_string_equal(h.ignored, "\"Serial\", \"M\\xc3\\xbc\"");
	assert_int_equal(heading_check(&h, PID, &row, &f), 0);
	assert_string_equal(heading_field(&h, PPS, &below), "secret");
	assert_null(heading_field(&h, PID, &below));
}

static void
two_columns_of_one_meaning_are_both_named(void **state)
{
	const struct row row = { .line = 3,
		.nfields = 3,
		.field = { "pid", "pps", "AMT-PID" } };
	struct heading h;
	struct fault f;

	(void)state;
	read_row(&h, &row);
	assert_int_equal(heading_check(&h, PPS, &row, &f), 0);
	assert_int_equal(heading_check(&h, PID, &row, &f), -1);
	assert_int_equal(f.at, 3);
	assert_string_equal(f.why,
	    "two columns mean the same (\"pid\" and "
	    "\"AMT-PID\"); remove or rename one");
}

/* The list of ignored names is for a message: it is cut, never overrun. */
static void
the_longest_header_fits(void **state)
{
	static char name[ROWS_FIELD_MAX + 1];
	struct row row = { .line = 1, .nfields = ROWS_FIELDS_MAX };
	struct heading h;

	(void)state;
	memset(name, 'x', ROWS_FIELD_MAX);
	for (size_t i = 0; i < ROWS_FIELDS_MAX; i++)
		row.field[i] = name;
	read_row(&h, &row);
	assert_int_equal(h.nfields, ROWS_FIELDS_MAX);
	assert_true(strlen(h.ignored) < sizeof(h.ignored));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    case_blanks_dashes_and_underscores_do_not_count),
		cmocka_unit_test(
		    columns_stand_in_any_order_and_others_are_named),
		cmocka_unit_test(two_columns_of_one_meaning_are_both_named),
		cmocka_unit_test(the_longest_header_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
