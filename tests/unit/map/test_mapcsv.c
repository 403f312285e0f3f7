#include "map/mapcsv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hostname.h"

#define U1 "01020304-0506-0708-090a-0b0c0d0e0f11"

static struct row
row_of(size_t line, const char *const *field, size_t n)
{
	struct row row = { .line = line, .nfields = n };

	for (size_t i = 0; i < n; i++)
		row.field[i] = field[i];
	return row;
}

#define ROW(line, ...)                                                         \
	row_of(line, (const char *const[]){ __VA_ARGS__ },                     \
	    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static struct mapcols
header(struct row row)
{
	static struct mapsample s;
	struct mapcols m;
	struct fault f;

	s.nrows = s.len = 0;
	assert_true(mapsample_take(&s, &row));
	assert_int_equal(mapcols_find(&m, &s, NULL, &f), 0);
	return m;
}

static void
every_spelling_of_a_uuid_is_one(void **state)
{
	static const char *const same[] = { U1,
		"{01020304-0506-0708-090A-0B0C0D0E0F11}",
		"0102030405060708090a0b0c0d0e0f11" };
	const struct mapcols m = header(ROW(1, "uuid", "resource"));
	struct maprow first, r;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct row row = ROW(2, same[i], same[2 - i]);

		assert_int_equal(mapcsv_read(&r, &m, NULL, &row, &f), 0);
		if (i == 0)
			first = r;
		assert_true(r.has_uuid);
		assert_memory_equal(r.uuid, first.uuid, UUID_LEN);
		assert_int_equal(r.key_len, first.key_len);
		assert_memory_equal(r.key, first.key, r.key_len);
	}
	mapcsv_key_of_uuid(&r, first.uuid);
	assert_int_equal(r.key_len, first.key_len);
	assert_memory_equal(r.key, first.key, r.key_len);
}

static void
a_uuid_as_resource_agrees_in_every_spelling(void **state)
{
	static const char *const same[] = { U1, ("(" U1 ")"), ("urn:uuid:" U1),
		"0x0102030405060708090a0b0c0d0e0f11",
		"04 03 02 01 06 05 08 07 09 0a 0b 0c 0d 0e 0f 11",
		"BAMCAQYFCAcJCgsMDQ4PEQ==" };
	const struct mapcols m = header(ROW(1, "resource id", "fqdn"));
	struct maprow r, first;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const struct row row = ROW(2, same[i], "a.example.com");

		assert_int_equal(mapcsv_read(&r, &m, NULL, &row, &f), 0);
		if (i == 0)
			first = r;
		assert_int_equal(r.key_len, first.key_len);
		assert_memory_equal(r.key, first.key, r.key_len);
	}
}

static void
a_word_of_22_letters_is_no_uuid(void **state)
{
	const struct mapcols m = header(ROW(1, "resource id", "fqdn"));
	const struct row a = ROW(2, "Notebook0Lager0Halle0A", "a.example.com");
	const struct row b = ROW(3, "notebook0lager0halle0a", "a.example.com");
	struct maprow ra, rb;
	struct fault f;

	(void)state;
	assert_int_equal(mapcsv_read(&ra, &m, NULL, &a, &f), 0);
	assert_int_equal(mapcsv_read(&rb, &m, NULL, &b, &f), 0);
	assert_int_equal(ra.key_len, rb.key_len);
	assert_memory_equal(ra.key, rb.key, ra.key_len);
}

static void
other_resources_agree_but_for_case(void **state)
{
	const struct mapcols m = header(ROW(1, "resource id", "fqdn"));
	const struct row a = ROW(2, "PC-17/b", "a.example.com");
	const struct row b = ROW(3, "pc-17/B", "b.example.com");
	struct maprow ra, rb;
	struct fault f;

	(void)state;
	assert_int_equal(mapcsv_read(&ra, &m, NULL, &a, &f), 0);
	assert_int_equal(mapcsv_read(&rb, &m, NULL, &b, &f), 0);
	assert_false(ra.has_uuid);
	assert_int_equal(ra.key_len, rb.key_len);
	assert_memory_equal(ra.key, rb.key, ra.key_len);
}

static void
a_resource_has_at_most_254_characters(void **state)
{
	const struct mapcols m = header(ROW(1, "resource id", "fqdn"));
	char key[256];
	struct maprow r;
	struct fault f;

	(void)state;
	memset(key, 'k', sizeof(key));
	for (size_t n = 253; n < 256; n++) {
		struct row row = ROW(2, key, "a.example.com");

		key[n] = '\0';
		assert_int_equal(mapcsv_read(&r, &m, NULL, &row, &f),
		    n <= 254 ? 0 : -1);
		key[n] = 'k';
	}
	assert_string_equal(f.why,
	    "resource is too long (got 255 characters, "
	    "expected at most 254)");
}

static const char *
name_from(const char *fqdn, const char *host, const char *domain)
{
	static struct maprow r;
	static struct fault f;
	const struct mapcols m =
	    header(ROW(1, "uuid", "fqdn", "host name", "domain"));
	const struct row row = ROW(2, U1, fqdn, host, domain);

	return mapcsv_read(&r, &m, NULL, &row, &f) == 0 ? r.fqdn : f.why;
}

static void
a_name_is_whole_or_made_of_host_and_domain(void **state)
{
	(void)state;
	assert_string_equal(name_from("PC1.example.com", "x", "y.z"),
	    "pc1.example.com");
	assert_string_equal(name_from("", "PC1", "Example.com"),
	    "pc1.example.com");
	assert_string_equal(name_from("", "pc1.example.com", "EXAMPLE"),
	    "pc1.example.com");
	assert_string_equal(name_from("", "pc1.example.com", ""),
	    "pc1.example.com");
	assert_string_equal(name_from("", "pc1", "EXAMPLE"),
	    "domain has no dot (got \"EXAMPLE\"; is this the short name of a "
	    "Windows domain?)");
	assert_string_equal(name_from("", "pc1", ""),
	    "\"pc1\": name has no domain (expected a full name such as "
	    "pc1.example.com)");
	assert_string_equal(name_from("", "", "example.com"),
	    "row has no name");
}

static void
a_host_gets_the_domain_that_is_given_for_it(void **state)
{
	const struct mapcols m =
	    header(ROW(1, "uuid", "fqdn", "host name", "domain"));
	static const struct {
		const char *fqdn, *host, *domain, *name;
		unsigned how;
	} rows[] = {
		{ "PC1", "", "", "pc1.example.com", HOSTNAME_COMPLETED },
		{ "PC1.", "", "", "pc1.example.com", HOSTNAME_COMPLETED },
		{ "", "pc1", "", "pc1.example.com", HOSTNAME_COMPLETED },
		{ "", "pc1", "CORP", "pc1.example.com", HOSTNAME_COMPLETED },
		{ "", "pc1", "other.example", "pc1.other.example", 0 },
		{ "pc1.other.example", "pc2", "", "pc1.other.example", 0 },
	};
	struct maprow r;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row row =
		    ROW(2, U1, rows[i].fqdn, rows[i].host, rows[i].domain);

		assert_int_equal(mapcsv_read(&r, &m, "example.com", &row, &f),
		    0);
		assert_string_equal(r.fqdn, rows[i].name);
		assert_int_equal(r.how, rows[i].how);
	}
}

static void
a_host_under_the_heading_of_a_full_name_gets_its_row_s_domain(void **state)
{
	const struct mapcols m =
	    header(ROW(1, "uuid", "DNSHostName", "domain"));
	const struct row host = ROW(2, U1, "PC1", "lab7.example.com");
	const struct row full = ROW(3, U1, "pc1.a.b", "lab7.example.com");
	struct maprow r;
	struct fault f;

	(void)state;
	assert_int_equal(mapcsv_read(&r, &m, "example.org", &host, &f), 0);
	assert_string_equal(r.fqdn, "pc1.lab7.example.com");
	assert_int_equal(mapcsv_read(&r, &m, "example.org", &full, &f), 0);
	assert_string_equal(r.fqdn, "pc1.a.b");
}

static void
every_refusal_has_its_cause(void **state)
{
	static const struct {
		const char *uuid, *fqdn;
		enum mapcsv_cause cause;
	} rows[] = {
		{ "", "a.example.com", MAPCSV_NO_UUID },
		{ "1234", "a.example.com", MAPCSV_UUID },
		{ "00000000-0000-0000-0000-000000000000", "a.example.com",
		    MAPCSV_UUID_BAD },
		{ U1, "", MAPCSV_NO_NAME },
		{ U1, "pc1", MAPCSV_NO_DOMAIN },
		{ U1, "pc1.", MAPCSV_NO_DOMAIN },
		{ U1, "pc_1.example.com", MAPCSV_NAME },
		/* no domain would make these a name */
		{ U1, "OptiPlex 7010", MAPCSV_NAME },
		{ U1, "LAB7\\pc1", MAPCSV_NAME },
		{ U1, "192.0.2.1", MAPCSV_NAME },
		{ U1, "pc1\xc2\xa0.example.com", MAPCSV_NAME },
	};
	const struct mapcols m = header(ROW(1, "uuid", "fqdn"));
	struct row row;
	struct maprow r;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row = ROW(2, rows[i].uuid, rows[i].fqdn);
		assert_int_equal(mapcsv_read(&r, &m, NULL, &row, &f), -1);
		assert_int_equal(r.cause, rows[i].cause);
	}
	row = ROW(2, U1);
	assert_int_equal(mapcsv_read(&r, &m, NULL, &row, &f), -1);
	assert_int_equal(r.cause, MAPCSV_FIELDS);
}

static void
what_a_text_says_is_read_as_a_row_is(void **state)
{
	struct maprow r;
	struct fault f;

	(void)state;
	assert_int_equal(mapcsv_read_text(&r, U1, "PC1", "example.com", &f), 0);
	assert_true(r.has_uuid && r.key_len == 0);
	assert_string_equal(r.fqdn, "pc1.example.com");
	assert_int_equal(mapcsv_read_text(&r, "Not Settable", "pc1.a.b", NULL,
	                     &f),
	    -1);
	assert_int_equal(r.cause, MAPCSV_UUID_BAD);
	assert_int_equal(mapcsv_read_text(&r, U1, "", NULL, &f), -1);
	assert_int_equal(r.cause, MAPCSV_NO_NAME);
}

static const char *
fault_of(struct row names, struct row row)
{
	static struct fault f;
	const struct mapcols m = header(names);
	struct maprow r;

	assert_int_equal(mapcsv_read(&r, &m, NULL, &row, &f), -1);
	assert_int_equal(f.at, row.line);
	return f.why;
}

static void
a_row_that_connects_nothing_says_what_it_lacks(void **state)
{
	(void)state;
	assert_string_equal(fault_of(ROW(1, "uuid", "fqdn"),
	                        ROW(7, "", "a.example.com")),
	    "row has no UUID");
	assert_string_equal(fault_of(ROW(1, "uuid", "fqdn"), ROW(7, U1, "")),
	    "row has no name");
	assert_string_equal(fault_of(ROW(1, "uuid", "key"), ROW(7, U1, "")),
	    "row has no resource");
	assert_string_equal(fault_of(ROW(1, "uuid", "key", "fqdn"),
	                        ROW(7, U1, "", "")),
	    "row has no name and no resource");
	assert_string_equal(fault_of(ROW(1, "key", "fqdn"),
	                        ROW(7, "", "a.example.com")),
	    "row has no resource");
	assert_string_equal(fault_of(ROW(1, "key", "fqdn"), ROW(7, "17", "")),
	    "row has no name");
	assert_string_equal(fault_of(ROW(1, "key", "fqdn"), ROW(7, "17")),
	    "row has the wrong number of fields (got 1, expected 2)");
	assert_string_equal(fault_of(ROW(1, "uuid", "fqdn"),
	                        ROW(7, "00000000-0000-0000-0000-000000000000",
	                            "a.example.com")),
	    "UUID 00000000-0000-0000-0000-000000000000 names no machine: all "
	    "zero: the board's UUID was never written");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_of_a_uuid_is_one),
		cmocka_unit_test(a_uuid_as_resource_agrees_in_every_spelling),
		cmocka_unit_test(a_word_of_22_letters_is_no_uuid),
		cmocka_unit_test(other_resources_agree_but_for_case),
		cmocka_unit_test(a_resource_has_at_most_254_characters),
		cmocka_unit_test(a_name_is_whole_or_made_of_host_and_domain),
		cmocka_unit_test(a_host_gets_the_domain_that_is_given_for_it),
		cmocka_unit_test(
		    a_host_under_the_heading_of_a_full_name_gets_its_row_s_domain),
		cmocka_unit_test(every_refusal_has_its_cause),
		cmocka_unit_test(what_a_text_says_is_read_as_a_row_is),
		cmocka_unit_test(
		    a_row_that_connects_nothing_says_what_it_lacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
