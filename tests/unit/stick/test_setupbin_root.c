#include "stick/setupbin_root.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static char root[SETUPBIN_ROOT_PEM_MAX];
static size_t root_len;

static int
read_sample(void **state)
{
	FILE *f = fopen("stick/root.pem", "r");

	(void)state;
	if (f == NULL)
		return -1;
	root_len = fread(root, 1, sizeof(root), f);
	(void)fclose(f);
	return root_len > 0 ? 0 : -1;
}

/* As "openssl x509 -fingerprint" has them. */
static const char *const fingerprints[] = {
	"0d25f0e5aa00f9bf7945c89104457367e296902c",
	"4b7e510e116ac036fecaed68f0692f8b1507be051e331db673b24a74"
	"dcddc8a1",
	"9a16de923f755720e61e2984d613bec3a009c5afb24d22bac4c4df07"
	"2dc8bafc38a1ca4aab1cf3a9e5548ded17a41c4d",
};

static void
the_hash_is_that_of_the_certificate_and_its_name_the_common_one(void **state)
{
	uint8_t value[SETUPBIN_VAR_MAX];
	char hex[2 * SETUPBIN_VAR_DIGEST_MAX + 1];
	size_t len;

	(void)state;
	for (unsigned type = 1; type <= 3; type++) {
		size_t n = setupbin_var_digest(type)->len;

		assert_int_equal(setupbin_root_value(value, &len, type, root,
		                     root_len, NULL),
		    0);
		assert_int_equal(value[0], type);
		text_hex(hex, value + 1, n);
		assert_string_equal(hex, fingerprints[type - 1]);
		assert_int_equal(value[1 + n], strlen("Lab 7 Root"));
		assert_memory_equal(value + 2 + n, "Lab 7 Root", 10);
		assert_int_equal(len, 2 + n + 10);
		assert_int_equal(setupbin_var_check(setupbin_var_find(2, 8),
		                     value, len, NULL),
		    0);
	}
}

static const char *
why(unsigned type, const char *pem, size_t pem_len)
{
	static struct fault f;
	uint8_t value[SETUPBIN_VAR_MAX];
	size_t len;

	if (setupbin_root_value(value, &len, type, pem, pem_len, &f) == 0)
		return "";
	return f.why;
}

static void
every_shorter_file_two_certificates_and_other_types_are_refused(void **state)
{
	static char two[2 * sizeof(root)];
	const char *end = strstr(root, "-----END");

	(void)state;
	for (size_t n = 0; n < (size_t)(end - root); n += 7)
		assert_string_equal(why(2, root, n), "no certificate in PEM");
	memcpy(two, root, root_len);
	memcpy(two + root_len, root, root_len);
	assert_string_equal(why(2, two, 2 * root_len),
	    "more than one certificate (expected the root alone)");
	assert_string_equal(why(0, root, root_len),
	    "unknown type of hash (got 0)");
	assert_string_equal(why(4, root, root_len),
	    "unknown type of hash (got 4)");
	assert_string_equal(why(2, two, SETUPBIN_ROOT_PEM_MAX + 1),
	    "longer than 65536 bytes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_hash_is_that_of_the_certificate_and_its_name_the_common_one),
		cmocka_unit_test(
		    every_shorter_file_two_certificates_and_other_types_are_refused),
	};

	return cmocka_run_group_tests(tests, read_sample, NULL);
}
