#include "keys/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST                                                                 \
	"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static const char good[] =
    "{\"format\": \"amtbatch-keys\", \"version\": 1, \"batch\": \"lab7\", "
    "\"made\": [1, -2.5e3, {\"x\": null}], \"count\": 64,\n"
    "\"files\": {\"keys.csv\": \"" DIGEST "\", \"keys.xml\": \"" DIGEST "\"}}";

static void
a_manifest_is_read_with_what_it_has_besides(void **state)
{
	struct manifest m;
	struct fault f;

	(void)state;
	assert_int_equal(manifest_decode(&m, good, strlen(good), &f), 0);
	assert_string_equal(m.batch, "lab7");
	assert_int_equal(m.count, 64);
	assert_int_equal(m.nfiles, 2);
	assert_memory_equal(manifest_digest(&m, "keys.xml"), "00112233445566",
	    14);
	assert_string_equal(manifest_digest(&m, "keys.csv") + 58, "ddeeff");
	assert_null(manifest_digest(&m, "setup.bin"));
}

static void
no_part_of_it_is_taken_for_a_whole(void **state)
{
	struct manifest m;
	struct fault f;

	(void)state;
	for (size_t len = 0; len < strlen(good); len++)
		assert_int_equal(manifest_decode(&m, good, len, &f), -1);
}

static void
refused(const char *json, const char *why)
{
	struct manifest m;
	struct fault f;

	assert_int_equal(manifest_decode(&m, json, strlen(json), &f), -1);
	assert_non_null(strstr(f.why, why));
}

static void
what_is_missing_or_wrong_is_named(void **state)
{
	(void)state;
	refused("{}", "no count of keys");
	refused("{\"count\": 1}", "names no keys.csv");
	refused("{\"count\": -1}", "not a count");
	refused("{\"format\": \"x\"}", "another format");
	refused("{\"version\": 2}", "another version");
	refused("{\"files\": {\"keys.csv\": \"12\"}}", "not SHA-256");
	refused("{\"files\": {\"a\": \"" DIGEST "\", \"a\": \"" DIGEST "\"}}",
	    "stands twice");
	refused("{\"x\": [[[[[[[[[1]]]]]]]]]}", "nested too deep");
	refused("{\"x\": }", "a value is missing");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_manifest_is_read_with_what_it_has_besides),
		cmocka_unit_test(no_part_of_it_is_taken_for_a_whole),
		cmocka_unit_test(what_is_missing_or_wrong_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
