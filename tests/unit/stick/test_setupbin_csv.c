#include "stick/setupbin_csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A row of the texts, in line 7. */
static struct row
row_of(size_t n, const char *const *texts)
{
	struct row row = { .line = 7, .nfields = n };

	for (size_t i = 0; i < n; i++)
		row.field[i] = texts[i];
	return row;
}

#define ROW(...)                                                               \
	row_of(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *),  \
	    (const char *const[]){ __VA_ARGS__ })

/* Why a header is refused, or "". */
static const char *
header_why(struct row row)
{
	static struct fault f;
	struct setupbin_csv c;

	if (setupbin_csv_header(&c, &row, &f) == 0)
		return "";
	assert_int_equal(f.at, 7);
	return f.why;
}

static void
columns_are_variables_by_any_spelling_of_their_names(void **state)
{
	struct setupbin_csv c;
	struct row row = ROW("Machine", "new MEBx password", "HOST_NAME",
	    "2/13", "Power-Package", "add certificate hash",
	    "Add Certificate Hash");

	(void)state;
	assert_int_equal(setupbin_csv_header(&c, &row, NULL), 0);
	assert_int_equal(c.machine, 0);
	assert_null(c.variable[0]);
	assert_ptr_equal(c.variable[1], setupbin_var_find(1, 2));
	assert_ptr_equal(c.variable[2], setupbin_var_find(2, 11));
	assert_ptr_equal(c.variable[3], setupbin_var_find(2, 13));
	assert_ptr_equal(c.variable[4], setupbin_var_find(1, 6));
	assert_ptr_equal(c.variable[6], setupbin_var_find(2, 8));
}

static void
columns_that_are_unknown_doubled_or_keys_are_refused(void **state)
{
	(void)state;
	assert_string_equal(header_why(ROW("machine", "colour")),
	    "no variable is named \"colour\" (expected machine, or a name that "
	    "setupbin-make --list has)");
	assert_string_equal(header_why(ROW("2/9")),
	    "no variable is named \"2/9\" (expected machine, or a name that "
	    "setupbin-make --list has)");
	assert_string_equal(header_why(ROW("host-name", "2/11")),
	    "two columns mean host name; remove one");
	assert_string_equal(header_why(ROW("machine", "machine")),
	    "two columns are named machine");
	assert_string_equal(header_why(ROW("machine", "PPS")),
	    "PPS is no column here: keys come from a stream of keys");
	assert_string_equal(header_why(ROW("PID")),
	    "PID is no column here: keys come from a stream of keys");
	assert_string_equal(header_why(ROW("")),
	    "no variable is named \"\" (expected machine, or a name that "
	    "setupbin-make --list has)");
}

static struct setupbin_csv
columns(void)
{
	struct setupbin_csv c;
	struct row row = ROW("machine", "current-mebx-password",
	    "new-mebx-password", "host-name", "dhcp");

	assert_int_equal(setupbin_csv_header(&c, &row, NULL), 0);
	return c;
}

static void
a_row_adds_its_variables_in_order_and_leaves_out_empty_ones(void **state)
{
	struct setupbin_csv c = columns();
	struct setupbin_csv_row got;
	struct setupbin_record r;
	struct row row = ROW("pc-0001", "", "Lab7!One", "pc-0001", "enabled");

	(void)state;
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_csv_read(&got, &r, &c, &row, NULL), 0);
	assert_string_equal(got.machine, "pc-0001");
	assert_false(got.random);
	assert_int_equal(r.nentries, 3);
	assert_int_equal(r.entry[0].id, 2);
	assert_int_equal(r.entry[1].id, 11);
	assert_int_equal(r.entry[2].id, 13);
	assert_int_equal(r.body[r.entry[2].at], 2);
}

static void
random_and_nothing_leave_the_password_to_the_store(void **state)
{
	struct setupbin_csv c = columns();
	struct setupbin_csv_row got;
	struct setupbin_record r;
	struct row said = ROW("a", "admin", "random", "", "");
	struct row empty = ROW("a", "", "", "", "");

	(void)state;
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_csv_read(&got, &r, &c, &said, NULL), 0);
	assert_true(got.random);
	assert_int_equal(r.nentries, 1);
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_csv_read(&got, &r, &c, &empty, NULL), 0);
	assert_true(got.random);
	assert_int_equal(r.nentries, 0);
}

static void
bad_rows_are_refused_by_their_line_without_a_secret(void **state)
{
	char long_name[SETUPBIN_CSV_MACHINE_MAX + 2];
	struct setupbin_csv c = columns();
	struct {
		struct row row;
		const char *why;
	} rows[] = {
		{ ROW("a", "", "lab7secret", "", ""),
		    "password is too simple for the MEBx (lacks an upper-case "
		    "letter, a special character other than _)" },
		{ ROW("a", "secret", "", "", ""),
		    "password is shorter than 8 characters" },
		{ ROW("a", "", "", "", "maybe"),
		    "DHCP is unknown (got \"maybe\", expected 1 disabled, 2 "
		    "enabled)" },
		{ ROW("a\tb", "", "", "", ""),
		    "name of the machine has a control character" },
		{ ROW(long_name, "", "", "", ""),
		    "name of the machine is longer than 255 bytes" },
	};
	struct setupbin_csv_row got;
	struct setupbin_record r;
	struct fault f;

	(void)state;
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setupbin_record_begin(&r, 1);
		assert_int_equal(setupbin_csv_read(&got, &r, &c, &rows[i].row,
		                     &f),
		    -1);
		assert_string_equal(f.why, rows[i].why);
		assert_int_equal(f.at, 7);
		assert_int_equal(r.nentries, 0);
	}
	long_name[SETUPBIN_CSV_MACHINE_MAX] = '\0';
	assert_int_equal(setupbin_csv_read(&got, &r, &c, &rows[4].row, &f), 0);
	rows[0].row.nfields = 4;
	assert_int_equal(setupbin_csv_read(&got, &r, &c, &rows[0].row, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    columns_are_variables_by_any_spelling_of_their_names),
		cmocka_unit_test(
		    columns_that_are_unknown_doubled_or_keys_are_refused),
		cmocka_unit_test(
		    a_row_adds_its_variables_in_order_and_leaves_out_empty_ones),
		cmocka_unit_test(
		    random_and_nothing_leave_the_password_to_the_store),
		cmocka_unit_test(
		    bad_rows_are_refused_by_their_line_without_a_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
