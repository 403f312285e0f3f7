#include "stick/setupbin_psk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The sample of Intel's page on the check characters. */
#define PID "0000037M"
#define PPS "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ"
#define PPS_DASHES "NKLD-G5DC-RRNQ-E9YZ-ZIJL-7LFL-VJED-69XJ"

static bool
is_wiped(const struct setupbin_psk *p)
{
	static const struct setupbin_psk none;

	return memcmp(p, &none, sizeof(none)) == 0;
}

static void
add(struct setupbin_record *r, uint16_t module, uint16_t id, const char *s)
{
	struct fault f;

	assert_int_equal(setupbin_record_add(r, module, id, s, strlen(s), &f),
	    0);
}

static void
what_is_put_is_got_again(void **state)
{
	struct setupbin_header h = { .major = 1 };
	struct setupbin_record r;
	struct setupbin_psk p, again;
	struct fault f;

	(void)state;
	assert_int_equal(setupbin_psk_take(&p, "0000-037m", PPS_DASHES, "",
	                     "P@ssw0rd", "new", &f),
	    0);
	assert_string_equal(p.pid, PID);
	assert_string_equal(p.pps, PPS);
	assert_string_equal(p.mebx_now, "admin");
	assert_int_equal(setupbin_psk_put(&r, &h, 7, &p, &f), 0);
	assert_int_equal(r.number, 7);
	assert_int_equal(r.nentries, 4);
	assert_int_equal(setupbin_psk_get(&again, &r, &f), 1);
	assert_memory_equal(&again, &p, sizeof(p));
	h.major = 2;
	assert_int_equal(setupbin_psk_put(&r, &h, 7, &p, &f), 0);
	assert_int_equal(r.nentries, 5);
	assert_non_null(setupbin_record_find(&r, 1, 3));
}

static void
values_that_break_a_rule_are_not_taken(void **state)
{
	static const struct {
		const char *pid, *pps, *now, *next, *state;
	} rows[] = {
		{ "0000037N", PPS, "admin", "P@ssw0rd", "new" },
		{ "0000037", PPS, "admin", "P@ssw0rd", "new" },
		{ "", PPS, "admin", "P@ssw0rd", "new" },
		{ PID, "", "admin", "P@ssw0rd", "new" },
		{ PID, "NKLEG5DCRRNQE9YZZIJL7LFLVJED69XJ", "", "P@ssw0rd",
		    "new" },
		{ PID, PPS, "admin", "", "new" },
		{ PID, PPS, "admin", "admin", "new" },
		{ PID, PPS, "admin", "password", "new" },
		{ PID, PPS, "password", "P@ssw0rd", "new" },
		{ PID, PPS, "", "P@ssw0rd90123456789012345678901234", "new" },
		{ PID, PPS, "admin", "P@ssw0rd", "consumed" },
		{ PID, PPS, "admin", "P@ssw0rd", "revoked" },
		{ PID, PPS, "admin", "P@ssw0rd", "" },
	};
	struct setupbin_psk p;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(setupbin_psk_take(&p, rows[i].pid, rows[i].pps,
		                     rows[i].now, rows[i].next, rows[i].state,
		                     &f),
		    -1);
		assert_true(is_wiped(&p));
		assert_null(strstr(f.why, "P@ss"));
		assert_null(strstr(f.why, "NKLE"));
	}
	assert_int_equal(setupbin_psk_take(&p, PID, PPS, "",
	                     "P@ssw0rd901234567890123456789012", "issued", &f),
	    0);
}

static void
dashes_in_a_record_are_stripped(void **state)
{
	struct setupbin_record r;
	struct setupbin_psk p;
	struct fault f;

	(void)state;
	setupbin_record_begin(&r, 1);
	add(&r, 2, 1, "0000-037M");
	add(&r, 2, 2, PPS_DASHES);
	assert_int_equal(setupbin_psk_get(&p, &r, &f), 1);
	assert_string_equal(p.pid, PID);
	assert_string_equal(p.pps, PPS);
	assert_string_equal(p.mebx_now, "");
	assert_string_equal(p.mebx_next, "");
}

static void
records_without_keys_are_none_and_half_ones_are_refused(void **state)
{
	struct setupbin_record r;
	struct setupbin_psk p;
	struct fault f;

	(void)state;
	setupbin_record_begin(&r, 2);
	add(&r, 1, 1, "admin");
	assert_int_equal(setupbin_psk_get(&p, &r, &f), 0);
	assert_true(is_wiped(&p));
	add(&r, 2, 2, PPS);
	assert_int_equal(setupbin_psk_get(&p, &r, &f), -1);
	assert_string_equal(f.why, "record has a PPS but no PID");
	/* 1024 + 24, a variable of 16, a header of 8 */
	assert_int_equal(f.at, 1024 + 24 + 16 + 8);
	add(&r, 2, 1, "0000037N");
	assert_int_equal(setupbin_psk_get(&p, &r, &f), -1);
	assert_true(is_wiped(&p));
}

static void
passwords_that_no_stream_could_carry_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int rc;
	} rows[] = {
		{ "P@ssw\xc3\xb6rd", 9, 1 }, /* breaks MEBx's rules only */
		{ "P@ssw\xf6rd", 8, -1 },    /* Latin-1 */
		{ "P@ss\0w0rd", 9, -1 },
		{ "", 0, 1 },
		{ "12345678901234567890123456789012", 32, 1 },
		{ "123456789012345678901234567890123", 33, -1 },
	};
	struct setupbin_record r;
	struct setupbin_psk p;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setupbin_record_begin(&r, 1);
		assert_int_equal(setupbin_record_add(&r, 1, 2, rows[i].bytes,
		                     rows[i].len, &f),
		    0);
		add(&r, 2, 1, PID);
		add(&r, 2, 2, PPS);
		assert_int_equal(setupbin_psk_get(&p, &r, &f), rows[i].rc);
		if (rows[i].rc == 1)
			assert_memory_equal(p.mebx_next, rows[i].bytes,
			    rows[i].len + 1);
		else
			assert_int_equal(f.at, 512 + 24 + 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_is_got_again),
		cmocka_unit_test(values_that_break_a_rule_are_not_taken),
		cmocka_unit_test(dashes_in_a_record_are_stripped),
		cmocka_unit_test(
		    records_without_keys_are_none_and_half_ones_are_refused),
		cmocka_unit_test(
		    passwords_that_no_stream_could_carry_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
