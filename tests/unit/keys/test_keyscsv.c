#include "keys/keyscsv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PID "0000037M"
#define PPS "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ"

static int
header(struct heading *h, const char *a, const char *b, const char *c)
{
	const struct row row = { .line = 1,
		.nfields = 3,
		.field = { a, b, c } };
	struct fault f;

	return keyscsv_header(h, &row, &f);
}

static void
a_header_has_a_pid_and_a_pps_column(void **state)
{
	struct heading h;

	(void)state;
	assert_int_equal(header(&h, "pid", "pps", "x"), 1);
	assert_int_equal(header(&h, "x", "PPS", "P I D"), 1);
	assert_int_equal(header(&h, "Provisioning ID (PID)",
	                     "Provisioning Passphrase (PPS)", "x"),
	    1);
	assert_int_equal(header(&h, "pid", "x", "used"), 0);
	assert_int_equal(header(&h, "1", PID, PPS), 0);
	assert_int_equal(header(&h, "pid", "pps", "PID"), -1);
}

/* Both columns of passwords, in every name that is documented. */
static void
password_columns_have_many_names(void **state)
{
	static const char *const now[] = { "current_password", "Old Password",
		"MEBx-Password", "mebx_now" };
	static const char *const next[] = { "admin_password", "New Password",
		"new MEBx password", "mebx_next" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct row names = { .line = 1,
			.nfields = 4,
			.field = { next[i], "pps", now[i], "pid" } };
		const struct row row = { .line = 2,
			.nfields = 4,
			.field = { "P@ssw0rd", PPS, "admin", PID } };
		struct heading h;
		struct keyrow k;
		struct fault f;

		assert_int_equal(keyscsv_header(&h, &names, &f), 1);
		assert_int_equal(keyscsv_read(&k, &h, &row, &f), 0);
		assert_string_equal(k.mebx_now, "admin");
		assert_string_equal(k.mebx_next, "P@ssw0rd");
	}
}

static void
a_used_column_is_not_passed_over(void **state)
{
	const struct row row = { .line = 2,
		.nfields = 3,
		.field = { PID, PPS, "1" } };
	struct heading h;
	struct keyrow k;
	struct fault f;

	(void)state;
	assert_int_equal(header(&h, "pid", "pps", "Used"), 1);
	assert_int_equal(keyscsv_read(&k, &h, &row, &f), 0);
	assert_true(k.used);
}

static void
ragged_and_wrong_rows_are_named_by_their_line(void **state)
{
	struct row row = { .line = 7,
		.nfields = 2,
		.field = { "0000037N", PPS, "" } };
	struct heading h;
	struct keyrow k;
	struct fault f;

	(void)state;
	assert_int_equal(header(&h, "pid", "pps", "x"), 1);
	for (row.nfields = 1; row.nfields <= 4; row.nfields++) {
		row.field[3] = "x";
		assert_int_equal(keyscsv_read(&k, &h, &row, &f), -1);
		assert_int_equal(f.at, 7);
		assert_string_equal(k.pid, "0000037N");
		assert_string_equal(k.pps, "");
		assert_int_equal(strncmp(f.why, "PID 0000037N: ", 14) == 0,
		    row.nfields == 3);
	}
}

static void
empty_fields_beyond_the_header_are_no_harm(void **state)
{
	struct row row = { .line = 7,
		.nfields = 5,
		.field = { PID, PPS, "0", "", "" } };
	struct heading h;
	struct keyrow k;
	struct fault f;

	(void)state;
	assert_int_equal(header(&h, "pid", "pps", "used"), 1);
	assert_int_equal(keyscsv_read(&k, &h, &row, &f), 0);
	row.field[3] = "x";
	assert_int_equal(keyscsv_read(&k, &h, &row, &f), -1);
}

static void
two_fields_of_their_shape_need_no_header(void **state)
{
	struct row row = { .line = 1,
		.nfields = 2,
		.field = { "0000-037N", PPS } };
	struct heading h;
	struct keyrow k;
	struct fault f;

	(void)state;
	assert_true(keyscsv_pair(&h, &row));
	assert_int_equal(keyscsv_read(&k, &h, &row, &f), -1); /* its check */
	row.field[0] = PID;
	assert_int_equal(keyscsv_read(&k, &h, &row, &f), 0);
	assert_string_equal(k.pps, PPS);
	row.field[1] = PPS "X";
	assert_false(keyscsv_pair(&h, &row));
	row.field[1] = PPS;
	row.field[0] = "host";
	assert_false(keyscsv_pair(&h, &row));
	row.field[0] = PID;
	row.nfields = 1;
	assert_false(keyscsv_pair(&h, &row));
}

static void
a_column_that_sounds_secret_is_not_lost_silently(void **state)
{
	const struct row row = { .line = 1,
		.nfields = 4,
		.field = { "pid", "pps", "colour", "BIOS-Pass Word" } };
	const struct row known = { .line = 1,
		.nfields = 4,
		.field = { "pid", "pps", "colour", "New Password" } };

	(void)state;
	assert_string_equal(keyscsv_lost(&row), "BIOS-Pass Word");
	assert_null(keyscsv_lost(&known));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_has_a_pid_and_a_pps_column),
		cmocka_unit_test(password_columns_have_many_names),
		cmocka_unit_test(a_used_column_is_not_passed_over),
		cmocka_unit_test(ragged_and_wrong_rows_are_named_by_their_line),
		cmocka_unit_test(empty_fields_beyond_the_header_are_no_harm),
		cmocka_unit_test(two_fields_of_their_shape_need_no_header),
		cmocka_unit_test(
		    a_column_that_sounds_secret_is_not_lost_silently),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
