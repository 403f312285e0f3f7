#include "stick/setupbin_vars.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
the_table_ascends_and_every_row_is_found(void **state)
{
	const struct setupbin_var *before = NULL, *v;
	size_t n = 0;

	(void)state;
	for (; (v = setupbin_var_at(n)) != NULL; n++) {
		assert_ptr_equal(setupbin_var_find(v->module, v->id), v);
		assert_true(v->len_min <= v->len_max && v->len_max <= 480);
		assert_true(v->min <= v->max);
		if (before != NULL)
			assert_true(before->module < v->module ||
			    (before->module == v->module &&
			        before->id < v->id));
		before = v;
	}
	assert_int_equal(n, 40);
	assert_null(setupbin_var_find(2, 9)); /* in no public table */
	assert_null(setupbin_var_find(1, 7));
	assert_null(setupbin_var_find(3, 1));
	assert_null(setupbin_var_find(0, 0));
}

static void
passwords_pps_and_passcode_are_the_secrets(void **state)
{
	char all[64] = "";
	const struct setupbin_var *v;

	(void)state;
	for (size_t i = 0; (v = setupbin_var_at(i)) != NULL; i++)
		if (v->secret) {
			strcat(all, v->name);
			strcat(all, "/");
		}
	assert_string_equal(all,
	    "current MEBx password/new MEBx password/PPS/enrolment passcode"
	    "/");
}

static void
limits_are_kept_at_both_ends(void **state)
{
	static const struct {
		uint16_t module, id;
		const char *bytes;
		size_t len;
		const char *why; /* "" good */
	} rows[] = {
		{ 2, 1, "ABCDEFG8", 8, "" },
		{ 2, 1, "ABCDEFG8", 7,
		    "PID has the wrong length (got 7 bytes, expected 8)" },
		{ 1, 2, "12345678", 8, "" },
		{ 1, 2, "1234567", 7,
		    "new MEBx password has the wrong length (got 7 bytes, "
		    "expected 8 to 32)" },
		{ 1, 2, "12345678901234567890123456789012", 32, "" },
		{ 1, 2, "123456789012345678901234567890123", 33,
		    "new MEBx password has the wrong length (got 33 bytes, "
		    "expected 8 to 32)" },
		{ 1, 2, "1234567\x7f", 8,
		    "new MEBx password has a byte that is not printable "
		    "ASCII" },
		{ 2, 13, "\1", 1, "" },
		{ 2, 13, "\2", 1, "" },
		{ 2, 13, "\0", 1,
		    "DHCP is out of range (got 0, expected 1 to 2)" },
		{ 2, 13, "\3", 1,
		    "DHCP is out of range (got 3, expected 1 to 2)" },
		{ 2, 18, "\xff\xff", 2, "" },
		{ 2, 18, "\0\0", 2,
		    "provisioning server port is out of range (got 0, "
		    "expected 1 to 65535)" },
		{ 2, 30, "\0\0\1\0", 4,
		    "support channel id is out of range (got 65536, expected "
		    "1 to 65535)" },
		{ 2, 31, "", 0, "" },
	};
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct setupbin_var *v =
		    setupbin_var_find(rows[i].module, rows[i].id);
		int rc = setupbin_var_check(v, (const uint8_t *)rows[i].bytes,
		    rows[i].len, &f);

		assert_string_equal(rc == 0 ? "" : f.why, rows[i].why);
	}
}

static void
certificate_hashes_fill_their_entry(void **state)
{
	const struct setupbin_var *v = setupbin_var_find(2, 8);
	uint8_t b[81] = { 3 };
	struct fault f;

	(void)state;
	b[49] = 31;
	assert_int_equal(setupbin_var_check(v, b, 81, &f), 0);
	assert_int_equal(setupbin_var_check(v, b, 80, &f), -1);
	b[49] = 30;
	assert_int_equal(setupbin_var_check(v, b, 80, &f), 0);
	assert_int_equal(setupbin_var_check(v, b, 81, &f), -1);
	b[0] = 4;
	assert_int_equal(setupbin_var_check(v, b, 80, &f), -1);
	assert_int_equal(f.at, 0);
	b[0] = 1;
	b[21] = 32; /* a longer hash would fit: the name may not be so long */
	assert_int_equal(setupbin_var_check(v, b, 54, &f), -1);
	assert_int_equal(f.at, 21);
	b[21] = 0;
	assert_int_equal(setupbin_var_check(v, b, 22, &f), 0);
	assert_int_equal(setupbin_var_check(v, b, 21, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_ascends_and_every_row_is_found),
		cmocka_unit_test(passwords_pps_and_passcode_are_the_secrets),
		cmocka_unit_test(limits_are_kept_at_both_ends),
		cmocka_unit_test(certificate_hashes_fill_their_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
