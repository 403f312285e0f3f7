#include "map/mapentry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID "7ab70000-0000-4000-8000-000000000001"
#define NOW 1795353600 /* 2026-11-22T13:20:00Z */

/* As a stream would hand it over. */
static struct record
record_of(const char *const *field)
{
	struct record r = { .kind = &kind_map };

	for (size_t i = 0; i < MAP_NCOLUMNS; i++)
		r.field[i] = (char *)(uintptr_t)field[i];
	return r;
}

static void
what_is_written_is_read(void **state)
{
	const struct mapentry e = { .uuid = ID,
		.fqdn = "pc-1.example.com",
		.source = "oob.csv",
		.seen = "2026-11-20",
		.trust = MAPENTRY_TRUST,
		.from = "oob.csv:2",
		.model = "OptiPlex 7090",
		.serial = "5CG0001" };
	struct mapmodel about;
	struct mapentry_text t;
	uint8_t uuid[UUID_LEN];
	char fqdn[DOMAIN_TEXT], seen[MAPENTRY_DAY] = "", back[UUID_TEXT];
	uint64_t trust;
	struct record r;
	struct fault f;

	(void)state;
	mapentry_put(&t, &e);
	assert_string_equal(t.field[MAP_TRUST], "50");
	assert_string_equal(t.field[MAP_SOURCE], "oob.csv");
	assert_string_equal(t.field[MAP_FROM], "oob.csv:2");
	r = record_of(t.field);
	assert_int_equal(mapentry_get(uuid, fqdn, &trust, &r, &f), 0);
	uuid_format(back, uuid);
	assert_string_equal(back, ID);
	assert_string_equal(fqdn, "pc-1.example.com");
	assert_int_equal(trust, MAPENTRY_TRUST);
	assert_int_equal(mapentry_get_seen(seen, &r, NOW, &f), 0);
	assert_string_equal(seen, "2026-11-20");
	mapentry_get_about(&about, &r);
	assert_string_equal(about.model, "OptiPlex 7090");
	assert_string_equal(about.serial, "5CG0001");
}

static void
a_model_need_not_be_known_and_a_filler_is_none(void **state)
{
	const struct mapentry e = { .uuid = ID,
		.fqdn = "pc-1.example.com",
		.source = "dns",
		.seen = "2026-11-20",
		.from = "dns:2",
		.serial = "To be filled by O.E.M." };
	struct mapmodel about = { "x", "x" };
	struct mapentry_text t;
	struct record r;

	(void)state;
	mapentry_put(&t, &e);
	assert_string_equal(t.field[MAP_MODEL], "");
	r = record_of(t.field);
	mapentry_get_about(&about, &r);
	assert_string_equal(about.model, "");
	assert_string_equal(about.serial, "");
}

static void
a_name_is_read_in_lower_case(void **state)
{
	const char *const field[MAP_NCOLUMNS] = { ID, "PC-1.Example.COM", "x",
		"", "100", "x:1" };
	struct record r = record_of(field);
	uint8_t uuid[UUID_LEN];
	char fqdn[DOMAIN_TEXT];
	uint64_t trust;
	struct fault f;

	(void)state;
	assert_int_equal(mapentry_get(uuid, fqdn, &trust, &r, &f), 0);
	assert_string_equal(fqdn, "pc-1.example.com");
	assert_int_equal(trust, MAPENTRY_TRUST_MAX);
}

static void
what_is_wrong_is_said(void **state)
{
	static const struct {
		enum { UUID = MAP_UUID, FQDN = MAP_FQDN, TRUST = MAP_TRUST } at;
		const char *value, *why;
	} bad[] = {
		{ UUID, "7ab7", "UUID has the wrong length" },
		{ UUID, "03000200-0400-0500-0006-000700080009",
		    "UUID 03000200-0400-0500-0006-000700080009 names no "
		    "machine: " },
		{ FQDN, "pc_1..example.com", "" },
		{ FQDN, "", "" },
		{ TRUST, "101", "trust is not a number up to 100" },
		{ TRUST, "", "trust is not a number up to 100" },
		{ TRUST, "-1", "trust is not a number up to 100" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *field[MAP_NCOLUMNS] = { ID, "pc-1.example.com", "x",
			"", "50", "x:1" };
		uint8_t uuid[UUID_LEN];
		char fqdn[DOMAIN_TEXT];
		uint64_t trust;
		struct record r;
		struct fault f;

		field[bad[i].at] = bad[i].value;
		r = record_of(field);
		assert_int_equal(mapentry_get(uuid, fqdn, &trust, &r, &f), -1);
		assert_non_null(strstr(f.why, bad[i].why));
	}
}

static void
an_entry_is_of_its_day_or_of_today(void **state)
{
	static const char *const bad[] = { "2026-11-2", "2026-13-01", "today",
		"2026-11-22T14:20:00Z", "2026-11-223", " " };
	const char *field[MAP_NCOLUMNS] = { ID, "pc-1.example.com", "x", "",
		"50", "x:1" };
	char seen[MAPENTRY_DAY] = "";
	struct record r = record_of(field);
	struct fault f;

	(void)state;
	assert_int_equal(mapentry_get_seen(seen, &r, NOW, &f), 0);
	assert_string_equal(seen, "2026-11-22");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		field[MAP_SEEN] = bad[i];
		r = record_of(field);
		assert_int_equal(mapentry_get_seen(seen, &r, NOW, &f), -1);
		assert_string_equal(f.why,
		    "seen is not a day (expected such as 2026-11-22)");
		assert_string_equal(seen, "2026-11-22"); /* as it was */
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(
		    a_model_need_not_be_known_and_a_filler_is_none),
		cmocka_unit_test(a_name_is_read_in_lower_case),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(an_entry_is_of_its_day_or_of_today),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
