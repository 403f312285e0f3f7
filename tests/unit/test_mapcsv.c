#include "mapcsv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define U1 "01020304-0506-0708-090a-0b0c0d0e0f10"

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

static struct mapcsv
header(struct row row)
{
	struct mapcsv m;
	struct fault f;

	assert_int_equal(mapcsv_header(&m, &row, &f), 0);
	return m;
}

static void
columns_are_found_by_their_names(void **state)
{
	struct mapcsv m;

	(void)state;
	m = header(ROW(1, "Site", "Full Computer Name", "SMBIOS GUID"));
	assert_int_equal(m.uuid, 2);
	assert_int_equal(m.fqdn, 1);
	assert_int_equal(m.key, -1);
	assert_true(m.named);
	assert_string_equal(m.found,
	    "UUID from \"SMBIOS GUID\", name from \"Full Computer Name\"");
	assert_string_equal(m.heading.ignored, "\"Site\"");
	m = header(ROW(1, "_ResourceGuid", "Computer-Name", "DNS Domain"));
	assert_int_equal(m.uuid, -1);
	assert_int_equal(m.key, 0);
	assert_int_equal(m.host, 1);
	assert_int_equal(m.domain, 2);
	assert_true(m.named);
	m = header(ROW(1, "a", "b"));
	assert_true(m.uuid == -1 && m.key == -1 && !m.named);
}

static void
guid_alone_is_the_uuid_unless_another_column_is(void **state)
{
	struct mapcsv m;

	(void)state;
	m = header(ROW(1, "Guid", "FQDN"));
	assert_int_equal(m.uuid, 0);
	assert_int_equal(m.key, -1);
	assert_true(m.uuid_is_guid);
	m = header(ROW(1, "Guid", "UUID"));
	assert_int_equal(m.uuid, 1);
	assert_int_equal(m.key, 0);
	assert_false(m.uuid_is_guid);
	m = header(ROW(1, "Guid", "_ResourceGuid"));
	assert_int_equal(m.uuid, 0);
	assert_int_equal(m.key, 1);
	m = header(ROW(1, "Guid", "_ResourceGuid", "UUID"));
	assert_int_equal(m.uuid, 2);
	assert_int_equal(m.key, 1);
}

static void
two_columns_of_one_meaning_are_refused_where_they_matter(void **state)
{
	struct row row = ROW(1, "UUID", "FQDN", "System UUID");
	struct mapcsv m;
	struct fault f;

	(void)state;
	assert_int_equal(mapcsv_header(&m, &row, &f), -1);
	assert_string_equal(f.why,
	    "two columns mean the same (\"UUID\" and "
	    "\"System UUID\"); remove or rename one");
	row = ROW(1, "UUID", "Host Name", "Name");
	assert_int_equal(mapcsv_header(&m, &row, &f), -1);
	/* With a full name nobody asks for the host's. */
	row = ROW(1, "UUID", "Host Name", "Name", "FQDN");
	assert_int_equal(mapcsv_header(&m, &row, &f), 0);
	row = ROW(1, "UUID", "FQDN", "DNS name");
	assert_int_equal(mapcsv_header(&m, &row, &f), -1);
}

static void
every_spelling_of_a_uuid_is_one(void **state)
{
	static const char *const same[] = { U1,
		"{01020304-0506-0708-090A-0B0C0D0E0F10}",
		"0102030405060708090a0b0c0d0e0f10" };
	const struct mapcsv m = header(ROW(1, "uuid", "resource"));
	struct maprow first, r;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct row row = ROW(2, same[i], same[2 - i]);

		assert_int_equal(mapcsv_read(&r, &m, &row, &f), 0);
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
other_resources_agree_but_for_case(void **state)
{
	const struct mapcsv m = header(ROW(1, "resource id", "fqdn"));
	const struct row a = ROW(2, "PC-17/b", "a.example.com");
	const struct row b = ROW(3, "pc-17/B", "b.example.com");
	struct maprow ra, rb;
	struct fault f;

	(void)state;
	assert_int_equal(mapcsv_read(&ra, &m, &a, &f), 0);
	assert_int_equal(mapcsv_read(&rb, &m, &b, &f), 0);
	assert_false(ra.has_uuid);
	assert_int_equal(ra.key_len, rb.key_len);
	assert_memory_equal(ra.key, rb.key, ra.key_len);
}

static void
a_resource_has_at_most_254_characters(void **state)
{
	const struct mapcsv m = header(ROW(1, "resource id", "fqdn"));
	char key[256];
	struct maprow r;
	struct fault f;

	(void)state;
	memset(key, 'k', sizeof(key));
	for (size_t n = 253; n < 256; n++) {
		struct row row = ROW(2, key, "a.example.com");

		key[n] = '\0';
		assert_int_equal(mapcsv_read(&r, &m, &row, &f),
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
	const struct mapcsv m =
	    header(ROW(1, "uuid", "fqdn", "host name", "domain"));
	const struct row row = ROW(2, U1, fqdn, host, domain);

	return mapcsv_read(&r, &m, &row, &f) == 0 ? r.fqdn : f.why;
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

static const char *
fault_of(struct row names, struct row row)
{
	static struct fault f;
	const struct mapcsv m = header(names);
	struct maprow r;

	assert_int_equal(mapcsv_read(&r, &m, &row, &f), -1);
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
		cmocka_unit_test(columns_are_found_by_their_names),
		cmocka_unit_test(
		    guid_alone_is_the_uuid_unless_another_column_is),
		cmocka_unit_test(
		    two_columns_of_one_meaning_are_refused_where_they_matter),
		cmocka_unit_test(every_spelling_of_a_uuid_is_one),
		cmocka_unit_test(other_resources_agree_but_for_case),
		cmocka_unit_test(a_resource_has_at_most_254_characters),
		cmocka_unit_test(a_name_is_whole_or_made_of_host_and_domain),
		cmocka_unit_test(
		    a_row_that_connects_nothing_says_what_it_lacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
