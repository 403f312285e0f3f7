#include "store/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const uint8_t key[SEAL_KEY] = { 1, 2, 3 };
static const char pps[] = "AAAAPPPPAAAAPPPPAAAAPPPPAAAAPPPP";

enum { LEN = sizeof(pps) - 1, SEALED = LEN + SEAL_MORE };

static void
what_was_shut_opens_under_the_same_identity(void **state)
{
	struct seal *s = seal_new(key);
	uint8_t sealed[SEALED];
	char text[64];

	(void)state;
	seal_shut(s, sealed, pps, LEN, "keys/AAAA1111/pps");
	assert_int_equal(seal_open(s, text, sizeof(text), sealed, SEALED,
	                     "keys/AAAA1111/pps"),
	    0);
	assert_string_equal(text, pps);
	seal_free(s);
}

static void
an_empty_text_can_be_sealed(void **state)
{
	struct seal *s = seal_new(key);
	uint8_t sealed[SEAL_MORE];
	char text[1] = "x";

	(void)state;
	seal_shut(s, sealed, "", 0, "a");
	assert_int_equal(seal_open(s, text, sizeof(text), sealed,
	                     sizeof(sealed), "a"),
	    0);
	assert_string_equal(text, "");
	seal_free(s);
}

/*
 * The layout is nonce, ciphertext, tag: test case 14 of the GCM submission
 * (McGrew and Viega, 2005): zero key, zero nonce, one zero block.
 */
static void
a_published_vector_opens(void **state)
{
	static const uint8_t zero[SEAL_KEY];
	static const uint8_t sealed[SEAL_NONCE + 16 + SEAL_TAG] = { 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0xce, 0xa7, 0x40, 0x3d, 0x4d, 0x60,
		0x6b, 0x6e, 0x07, 0x4e, 0xc5, 0xd3, 0xba, 0xf3, 0x9d, 0x18,
		0xd0, 0xd1, 0xc8, 0xa7, 0x99, 0x99, 0x6b, 0xf0, 0x26, 0x5b,
		0x98, 0xb5, 0xd4, 0x8a, 0xb9, 0x19 };
	struct seal *s = seal_new(zero);
	char text[17];

	(void)state;
	assert_int_equal(seal_open(s, text, sizeof(text), sealed,
	                     sizeof(sealed), ""),
	    0);
	assert_memory_equal(text, zero, 16);
	seal_free(s);
}

static void
another_row_another_key_and_any_changed_bit_do_not_open(void **state)
{
	static const uint8_t other[SEAL_KEY] = { 1, 2, 4 };
	struct seal *s = seal_new(key), *t = seal_new(other);
	uint8_t sealed[SEALED];
	char text[64];

	(void)state;
	seal_shut(s, sealed, pps, LEN, "keys/AAAA1111/pps");
	assert_int_equal(seal_open(s, text, sizeof(text), sealed, SEALED,
	                     "keys/AAAA1112/pps"),
	    -1);
	assert_int_equal(seal_open(t, text, sizeof(text), sealed, SEALED,
	                     "keys/AAAA1111/pps"),
	    -1);
	for (size_t bit = 0; bit < SEALED * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(seal_open(s, text, sizeof(text), sealed,
		                     SEALED, "keys/AAAA1111/pps"),
		    -1);
		assert_string_equal(text, "");
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	seal_free(s);
	seal_free(t);
}

static void
every_shorter_value_and_a_small_buffer_are_refused(void **state)
{
	struct seal *s = seal_new(key);
	uint8_t sealed[SEALED];
	char text[LEN + 1];

	(void)state;
	seal_shut(s, sealed, pps, LEN, "a");
	for (size_t n = 0; n < SEALED; n++)
		assert_int_equal(seal_open(s, text, sizeof(text), sealed, n,
		                     "a"),
		    -1);
	assert_int_equal(seal_open(s, text, LEN, sealed, SEALED, "a"), -1);
	assert_int_equal(seal_open(s, text, LEN + 1, sealed, SEALED, "a"), 0);
	seal_free(s);
}

static void
no_two_sealings_are_alike(void **state)
{
	struct seal *s = seal_new(key);
	uint8_t a[SEALED], b[SEALED];

	(void)state;
	seal_shut(s, a, pps, LEN, "a");
	seal_shut(s, b, pps, LEN, "a");
	assert_memory_not_equal(a, b, SEAL_NONCE);
	assert_memory_not_equal(a + SEAL_NONCE, b + SEAL_NONCE, LEN);
	seal_free(s);
}

static void
fingerprints_tell_keys_apart(void **state)
{
	static const uint8_t other[SEAL_KEY] = { 1, 2, 4 };
	char a[SEAL_PRINT], b[SEAL_PRINT];

	(void)state;
	seal_print(a, key);
	assert_int_equal(strlen(a), 64);
	seal_print(b, other);
	assert_string_not_equal(a, b);
	seal_print(b, key);
	assert_string_equal(a, b);
}

/*
 * The hash is HMAC-SHA256 under HMAC-SHA256(key, label); these were computed
 * with Python's hmac.  A change would make machines get every secret again.
 */
static void
a_hash_is_the_one_of_earlier_versions(void **state)
{
	struct seal *s = seal_new(key);
	char hash[SEAL_PRINT];

	(void)state;
	seal_hash(s, hash, "", 0);
	assert_string_equal(hash,
	    "8a10875faa8c919cf5c6172473bd6897"
	    "f868bf29dac42129b36b400ae707944e");
	seal_hash(s, hash, pps, LEN);
	assert_string_equal(hash,
	    "854c09e1b5cbbb41b07a9b873a046483"
	    "1285cf7b15d32f16d5a2699a738b9f94");
	seal_free(s);
}

static void
a_hash_tells_texts_and_sites_apart(void **state)
{
	static const uint8_t other[SEAL_KEY] = { 1, 2, 4 };
	struct seal *s = seal_new(key), *t = seal_new(other);
	char a[SEAL_PRINT], b[SEAL_PRINT];

	(void)state;
	seal_hash(s, a, pps, LEN);
	seal_hash(s, b, pps, LEN);
	assert_string_equal(a, b);
	seal_hash(s, b, pps, LEN - 1);
	assert_string_not_equal(a, b);
	seal_hash(t, b, pps, LEN);
	assert_string_not_equal(a, b);
	seal_free(s);
	seal_free(t);
}

static void
a_key_file_is_private_whole_and_never_overwritten(void **state)
{
	char path[] = "/tmp/test_seal.XXXXXX";
	uint8_t again[SEAL_KEY];
	struct stat st;

	(void)state;
	assert_int_not_equal(mkstemp(path), -1);
	assert_int_equal(seal_key_write(path, key), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(seal_key_write(path, key), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	seal_key_read(again, path);
	assert_memory_equal(again, key, SEAL_KEY);
	assert_int_equal(unlink(path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_shut_opens_under_the_same_identity),
		cmocka_unit_test(an_empty_text_can_be_sealed),
		cmocka_unit_test(a_published_vector_opens),
		cmocka_unit_test(
		    another_row_another_key_and_any_changed_bit_do_not_open),
		cmocka_unit_test(
		    every_shorter_value_and_a_small_buffer_are_refused),
		cmocka_unit_test(no_two_sealings_are_alike),
		cmocka_unit_test(fingerprints_tell_keys_apart),
		cmocka_unit_test(a_hash_is_the_one_of_earlier_versions),
		cmocka_unit_test(a_hash_tells_texts_and_sites_apart),
		cmocka_unit_test(
		    a_key_file_is_private_whole_and_never_overwritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
