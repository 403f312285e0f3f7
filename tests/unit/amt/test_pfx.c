/* pfx and pbe, through credential_add: no library context of its own is needed
 * for AES and 3DES. */
#include "amt/pfx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"

#include <openssl/provider.h>

static EVP_PKEY *key, *ca_key;
static X509 *root, *leaf;
static struct made_bytes aes, des;

static struct made_bytes
both_in(const char *password, int nid, int iterations, int mac_iterations)
{
	STACK_OF(X509) *others = sk_X509_new_null();
	struct made_bytes b;

	sk_X509_push(others, root);
	b = pfx_make(password, key, leaf, others, nid, iterations,
	    mac_iterations);
	sk_X509_free(others);
	return b;
}

static int
make_all(void **state)
{
	const struct cert_wish w = { .cn = "prov.example.com" };

	(void)state;
	key = EVP_RSA_gen(1024);
	ca_key = EVP_RSA_gen(1024);
	root = ca_make("Root", ca_key, NULL, NULL);
	leaf = cert_make(&w, key, root, ca_key);
	aes = both_in("secret", NID_aes_256_cbc, 3, 3);
	des = both_in("secret", NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 3, 3);
	return 0;
}

static int
free_all(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	X509_free(root);
	X509_free(leaf);
	OPENSSL_free(aes.p);
	OPENSSL_free(des.p);
	return 0;
}

/* What comes of these bytes; *why may be NULL. */
static enum credential_end
read_as(const uint8_t *p, size_t len, const char *password,
    const struct credential_use *use, int *ncerts, char why[208])
{
	uint8_t *tight = malloc(len + (len == 0));
	struct credential c;
	struct fault f = { 0 };
	enum credential_end end;

	memcpy(tight, p, len);
	assert_int_equal(credential_begin(&c), 0);
	end = credential_add(&c, tight, len, password, use, &f);
	free(tight);
	if (ncerts != NULL)
		*ncerts = sk_X509_num(c.certs);
	if (end == CREDENTIAL_OK && ncerts != NULL && *ncerts != 0) {
		assert_int_equal(c.nkeys, 1);
		assert_int_equal(EVP_PKEY_eq(c.keys[0], key), 1);
		assert_int_equal(X509_cmp(credential_leaf(&c), leaf), 0);
	}
	assert_true(end == CREDENTIAL_OK || f.why[0] != '\0');
	if (why != NULL)
		memcpy(why, f.why, sizeof(f.why));
	credential_end(&c);
	return end;
}

static const struct credential_use usual = { .iterations_max = 100000 };

static void
key_and_certificates_come_out(void **state)
{
	const struct made_bytes *both[] = { &aes, &des };
	int n;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(read_as(both[i]->p, both[i]->len, "secret",
		                     &usual, &n, NULL),
		    CREDENTIAL_OK);
		assert_int_equal(n, 2);
		assert_int_equal(read_as(both[i]->p, both[i]->len, "wrong",
		                     &usual, &n, NULL),
		    CREDENTIAL_PASSWORD);
		assert_int_equal(read_as(both[i]->p, both[i]->len, NULL, &usual,
		                     &n, NULL),
		    CREDENTIAL_PASSWORD);
	}
}

static void
every_shorter_file_is_damaged_and_not_a_wrong_password(void **state)
{
	(void)state;
	for (size_t n = 16; n < des.len; n += 7)
		assert_int_equal(read_as(des.p, n, "secret", &usual, NULL,
		                     NULL),
		    CREDENTIAL_DAMAGED);
}

/* Wherever a byte changes: never good, never other than what was in it. */
static void
a_changed_byte_is_noticed(void **state)
{
	uint8_t *copy = malloc(des.len);
	int n;
	unsigned ndamaged = 0, npassword = 0;

	(void)state;
	for (size_t at = 0; at < des.len; at += 3) {
		enum credential_end end;

		memcpy(copy, des.p, des.len);
		copy[at] ^= 0x41;
		end = read_as(copy, des.len, "secret", &usual, &n, NULL);
		ndamaged += end == CREDENTIAL_DAMAGED;
		npassword += end == CREDENTIAL_PASSWORD;
	}
	/* the MAC's own salt and sum are 28 bytes of it */
	assert_true(ndamaged > 9 * (ndamaged + npassword) / 10);
	free(copy);
}

/* pbe_spend: counts are spent for the whole file before they are made. */
static void
iterations_are_limited_in_all(void **state)
{
	struct made_bytes b =
	    both_in("secret", NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 1000, 10);
	/* one MAC, the certificates, the key */
	struct credential_use use = { .iterations_max = 10 + 1000 + 1000 };
	char why[208];

	(void)state;
	assert_int_equal(read_as(b.p, b.len, "secret", &use, NULL, NULL),
	    CREDENTIAL_OK);
	for (size_t i = 0; i < 3; i++) {
		static const uint64_t limits[] = { 2009, 1009, 9 };

		use.iterations_max = limits[i];
		assert_int_equal(read_as(b.p, b.len, "secret", &use, NULL, why),
		    CREDENTIAL_REFUSED);
		assert_non_null(strstr(why, "asks for too much work"));
	}
	OPENSSL_free(b.p);
}

static void
what_nothing_protects_is_refused_unless_it_is_allowed(void **state)
{
	struct made_bytes b = both_in("secret", NID_aes_256_cbc, 3, -1);
	struct credential_use use = { .iterations_max = 1000 };
	int n;

	(void)state;
	assert_int_equal(read_as(b.p, b.len, "secret", &use, &n, NULL),
	    CREDENTIAL_REFUSED);
	use.without_mac = true;
	assert_int_equal(read_as(b.p, b.len, "secret", &use, &n, NULL),
	    CREDENTIAL_OK);
	assert_int_equal(n, 2);
	assert_int_equal(read_as(b.p, b.len, "wrong", &use, &n, NULL),
	    CREDENTIAL_PASSWORD);
	OPENSSL_free(b.p);
}

/* Where nothing is encrypted, a wrong MAC can be both. */
static void
a_file_in_clear_still_needs_its_password(void **state)
{
	struct made_bytes b = both_in("secret", -1, 1, 3);
	char why[208];
	int n;

	(void)state;
	assert_int_equal(read_as(b.p, b.len, "secret", &usual, &n, NULL),
	    CREDENTIAL_OK);
	assert_int_equal(n, 2);
	assert_int_equal(read_as(b.p, b.len, "wrong", &usual, &n, why),
	    CREDENTIAL_PASSWORD);
	assert_string_equal(why, "the password is wrong, or it is damaged");
	assert_int_equal(n, 0);
	OPENSSL_free(b.p);
}

static void
no_password_has_two_encodings_and_both_open(void **state)
{
	static const char *const made_with[] = { NULL, "" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct made_bytes b = both_in(made_with[i],
		    NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 3, 3);

		assert_int_equal(read_as(b.p, b.len, "", &usual, NULL, NULL),
		    CREDENTIAL_OK);
		assert_int_equal(read_as(b.p, b.len, NULL, &usual, NULL, NULL),
		    CREDENTIAL_OK);
		OPENSSL_free(b.p);
	}
}

/* Without the legacy provider RC2 is said to be missing, not wrong. */
static void
a_cipher_that_is_not_there_is_named(void **state)
{
	OSSL_LIB_CTX *bare = OSSL_LIB_CTX_new();
	OSSL_PROVIDER *none = OSSL_PROVIDER_load(bare, "null");
	struct credential_use use = { .legacy = bare, .iterations_max = 1000 };
	char why[208];

	(void)state;
	assert_non_null(none);
	assert_int_equal(read_as(des.p, des.len, "secret", &use, NULL, why),
	    CREDENTIAL_REFUSED);
	assert_non_null(strstr(why, "DES-EDE3-CBC"));
	OSSL_PROVIDER_unload(none);
	OSSL_LIB_CTX_free(bare);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_and_certificates_come_out),
		cmocka_unit_test(
		    every_shorter_file_is_damaged_and_not_a_wrong_password),
		cmocka_unit_test(a_changed_byte_is_noticed),
		cmocka_unit_test(iterations_are_limited_in_all),
		cmocka_unit_test(
		    what_nothing_protects_is_refused_unless_it_is_allowed),
		cmocka_unit_test(a_file_in_clear_still_needs_its_password),
		cmocka_unit_test(no_password_has_two_encodings_and_both_open),
		cmocka_unit_test(a_cipher_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
