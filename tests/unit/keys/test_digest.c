#include "keys/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char two_blocks[] =
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

/* The SHA-256 examples of FIPS 180: one block, two blocks; and none. */
static void
the_published_vectors_come_out(void **state)
{
	static const struct {
		const char *text, *hex;
	} rows[] = {
		{ "abc",
		    "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad" },
		{ two_blocks,
		    "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1" },
		{ "",
		    "e3b0c44298fc1c149afbf4c8996fb924"
		    "27ae41e4649b934ca495991b7852b855" },
	};
	char hex[DIGEST_HEX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct digest *d = digest_new();

		digest_add(d, rows[i].text, strlen(rows[i].text));
		digest_end(d, hex);
		assert_string_equal(hex, rows[i].hex);
	}
}

static void
pieces_of_any_length_make_the_same_digest(void **state)
{
	const size_t len = sizeof(two_blocks) - 1;
	char whole[DIGEST_HEX], hex[DIGEST_HEX];
	struct digest *d = digest_new();

	(void)state;
	digest_add(d, two_blocks, len);
	digest_end(d, whole);
	for (size_t step = 1; step < len; step++) {
		d = digest_new();
		for (size_t at = 0; at < len; at += step)
			digest_add(d, two_blocks + at,
			    step < len - at ? step : len - at);
		digest_end(d, hex);
		assert_string_equal(hex, whole);
	}
}

/* Two at once do not mix; one is thrown away by its end alone. */
static void
two_digests_run_beside_each_other(void **state)
{
	char a[DIGEST_HEX], b[DIGEST_HEX];
	struct digest *one = digest_new(), *two = digest_new();

	(void)state;
	digest_add(one, "ab", 2);
	digest_add(two, "x", 1);
	digest_add(one, "c", 1);
	digest_end(two, b);
	digest_end(one, a);
	assert_int_equal(strncmp(a, "ba7816bf", 8), 0);
	assert_string_not_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_vectors_come_out),
		cmocka_unit_test(pieces_of_any_length_make_the_same_digest),
		cmocka_unit_test(two_digests_run_beside_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
