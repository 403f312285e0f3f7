#include "keys/keysps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PID "0000037M"
#define PPS "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ"

static const struct row good = { .line = 3,
	.nfields = 6,
	.field = { "108", PID, PPS, "admin", "P@ssw0rd", "0" } };

static void
six_fields_with_a_number_in_front_are_such_a_list(void **state)
{
	struct row row = good;

	(void)state;
	assert_true(keysps_row(&row));
	row.nfields = 5;
	assert_false(keysps_row(&row));
	row.nfields = 7;
	assert_false(keysps_row(&row));
	row.nfields = 6;
	row.field[0] = "id";
	assert_false(keysps_row(&row));
	row.field[0] = "";
	assert_false(keysps_row(&row));
}

static void
each_column_goes_to_its_place(void **state)
{
	struct row row = good;
	struct keyrow k;
	struct fault f;

	(void)state;
	assert_int_equal(keysps_read(&k, &row, &f), 0);
	assert_string_equal(k.pid, PID);
	assert_string_equal(k.pps, PPS);
	assert_string_equal(k.mebx_now, "admin");
	assert_string_equal(k.mebx_next, "P@ssw0rd");
	assert_false(k.used);
	row.field[5] = "1";
	assert_int_equal(keysps_read(&k, &row, &f), 0);
	assert_true(k.used);
}

static void
ragged_and_wrong_rows_are_named_by_their_line(void **state)
{
	struct row row = good;
	struct keyrow k;
	struct fault f;

	(void)state;
	row.nfields = 5;
	assert_int_equal(keysps_read(&k, &row, &f), -1);
	assert_int_equal(f.at, 3);
	assert_string_equal(k.pid, "0000037M");
	assert_string_equal(k.pps, "");
	assert_string_equal(f.why,
	    "row has the wrong number of fields (got "
	    "5, expected 6)");
	row = good;
	row.field[2] = "";
	assert_int_equal(keysps_read(&k, &row, &f), -1);
	assert_int_equal(f.at, 3);
	assert_string_equal(f.why, "PID 0000037M: PPS is empty");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    six_fields_with_a_number_in_front_are_such_a_list),
		cmocka_unit_test(each_column_goes_to_its_place),
		cmocka_unit_test(ragged_and_wrong_rows_are_named_by_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
