#include "keys/keynames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PID "0000037M"
#define PPS "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ"

static void
names_of_columns_are_found_in_any_spelling(void **state)
{
	static const struct {
		const char *name;
		int column;
	} rows[] = {
		{ "pid", KEYNAME_PID },
		{ "Provisioning ID (PID)", KEYNAME_PID },
		{ "AMT_PPS", KEYNAME_PPS },
		{ "Provisioning Passphrase", KEYNAME_PPS },
		{ "Current MEBx Password", KEYNAME_NOW },
		{ "new-password", KEYNAME_NEXT },
		{ "admin password", KEYNAME_NEXT },
		{ "USED", KEYNAME_USED },
		{ "Service Tag", KEYNAME_SERIAL },
		{ "SMBIOS UUID", KEYNAME_UUID },
		{ "MAC Address", KEYNAME_MAC },
		{ "P.O. number", KEYNAME_ORDER },
		{ "Asset Tag", KEYNAME_ASSET },
		{ "Notes", KEYNAME_NOTE },
		{ "password", KEYNAME_NOW },
		{ "pass", -1 },
		{ "pids", -1 },
		{ "", -1 },
		{ "---", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(keyname_find(rows[i].name), rows[i].column);
}

/* One that a header could not have would never be found. */
static void
every_name_is_folded_and_there_once(void **state)
{
	bool any[KEYNAME_COUNT] = { false };

	(void)state;
	assert_in_range(KEYNAME_COUNT, 1, HEADING_COLUMNS_MAX);
	for (size_t i = 0; i < keynames_count; i++) {
		const char *name = keynames[i].name;

		assert_in_range(keynames[i].column, 0, KEYNAME_COUNT - 1);
		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz"),
		    strlen(name));
		assert_int_equal(keyname_find(name), keynames[i].column);
		any[keynames[i].column] = true;
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(name, keynames[k].name);
	}
	for (size_t i = 0; i < KEYNAME_COUNT; i++)
		assert_true(any[i]);
}

static void
what_is_said_of_the_machine_is_its_note_in_one_order(void **state)
{
	const char *value[KEYNAME_COUNT] = { [KEYNAME_PID] = PID,
		[KEYNAME_PPS] = PPS,
		[KEYNAME_NOTE] = "second floor",
		[KEYNAME_ASSET] = "A-17",
		[KEYNAME_ORDER] = "",
		[KEYNAME_MAC] = "02:00:00:00:00:01",
		[KEYNAME_SERIAL] = "SN-1" };
	struct keyrow k;
	struct fault f;

	(void)state;
	assert_int_equal(keynames_read(&k, value, &f), 0);
	assert_string_equal(k.pid, PID);
	assert_string_equal(k.pps, PPS);
	assert_string_equal(k.note,
	    "serial=SN-1; mac=02:00:00:00:00:01; asset=A-17; second floor");
}

static void
a_note_is_cut_at_its_ceiling_between_characters(void **state)
{
	char serial[300];
	const char *value[KEYNAME_COUNT] = { [KEYNAME_PID] = PID,
		[KEYNAME_PPS] = PPS,
		[KEYNAME_SERIAL] = serial };
	struct keyrow k;
	struct fault f;

	(void)state;
	/* serial= and 248 bytes are 255. */
	for (size_t n = 247; n <= 249; n++) {
		memset(serial, 'x', n);
		serial[n] = '\0';
		assert_int_equal(keynames_read(&k, value, &f), 0);
		assert_int_equal(strlen(k.note), n < 248 ? 7 + n : 255);
	}
	memcpy(serial + 247, "\xc3\xbc", 3);
	assert_int_equal(keynames_read(&k, value, &f), 0);
	assert_int_equal(strlen(k.note), 254);
}

static void
a_key_that_is_refused_leaves_its_pid_and_nothing_else(void **state)
{
	const char *value[KEYNAME_COUNT] = { [KEYNAME_PID] = PID,
		[KEYNAME_PPS] = PPS,
		[KEYNAME_SERIAL] = "SN-1",
		[KEYNAME_NEXT] = "simple" };
	struct keyrow k, none = { .pid = PID };
	struct fault f;

	(void)state;
	assert_int_equal(keynames_read(&k, value, &f), -1);
	assert_memory_equal(&k, &none, sizeof(k));
	memset(value, 0, sizeof(value));
	memset(&none, 0, sizeof(none));
	assert_int_equal(keynames_read(&k, value, &f), -1);
	assert_string_equal(f.why, "PID is empty");
	assert_memory_equal(&k, &none, sizeof(k));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_columns_are_found_in_any_spelling),
		cmocka_unit_test(every_name_is_folded_and_there_once),
		cmocka_unit_test(
		    what_is_said_of_the_machine_is_its_note_in_one_order),
		cmocka_unit_test(
		    a_note_is_cut_at_its_ceiling_between_characters),
		cmocka_unit_test(
		    a_key_that_is_refused_leaves_its_pid_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
