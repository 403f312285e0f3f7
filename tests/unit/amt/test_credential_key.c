#include "amt/credential_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"

static EVP_PKEY *rsa, *ec;

static int
make_all(void **state)
{
	(void)state;
	rsa = EVP_RSA_gen(1024);
	ec = EVP_EC_gen("P-256");
	return rsa == NULL || ec == NULL;
}

static int
free_all(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
	return 0;
}

/* --- what is read --------------------------------------------------------- */

struct read {
	enum credential_end end;
	bool found; /* of DER */
	size_t nkeys;
	EVP_PKEY *keys[2]; /* ours that they are, or NULL */
	char why[208];
};

/* In a buffer that ends where it does. */
static struct read
read_as(const void *bytes, size_t len, const char *password, bool is_der)
{
	uint8_t *tight = malloc(len + (len == 0));
	struct credential c;
	struct password_forms forms;
	struct fault f = { 0 };
	struct pbe p = { &forms, NULL, 100000, &f };
	struct read r = { 0 };

	memcpy(tight, bytes, len);
	password_forms_begin(&forms, password);
	assert_int_equal(credential_begin(&c), 0);
	r.end = is_der ? credential_der_key(&c, tight, len, &p, &r.found)
	               : credential_pem_keys(&c, tight, len, &p);
	free(tight);
	password_forms_end(&forms);
	r.nkeys = c.nkeys;
	for (size_t i = 0; i < c.nkeys && i < 2; i++)
		r.keys[i] = EVP_PKEY_eq(c.keys[i], rsa) == 1 ? rsa
		    : EVP_PKEY_eq(c.keys[i], ec) == 1        ? ec
		                                             : NULL;
	memcpy(r.why, f.why, sizeof(r.why));
	assert_int_equal(r.end == CREDENTIAL_OK, f.why[0] == '\0');
	credential_end(&c);
	return r;
}

static struct read
pem_read(BIO *b, const char *password)
{
	char *text;
	long len = BIO_get_mem_data(b, &text);

	return read_as(text, (size_t)len, password, false);
}

static struct read
text_read(const char *text, const char *password)
{
	return read_as(text, strlen(text), password, false);
}

/* password NULL: in clear */
static void
pkcs8_write(BIO *b, EVP_PKEY *key, const char *password)
{
	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(b, key,
	                     password != NULL ? EVP_aes_256_cbc() : NULL,
	                     password,
	                     password != NULL ? (int)strlen(password) : 0, NULL,
	                     NULL),
	    1);
}

static void
old_write(BIO *b, EVP_PKEY *key, const char *password)
{
	assert_int_equal(PEM_write_bio_PrivateKey_traditional(b, key,
	                     password != NULL ? EVP_aes_128_cbc() : NULL,
	                     (const unsigned char *)password,
	                     password != NULL ? (int)strlen(password) : 0, NULL,
	                     NULL),
	    1);
}

typedef void write_fn(BIO *b, EVP_PKEY *key, const char *password);
static write_fn *const writes[] = { pkcs8_write, old_write };

/* --- PEM ------------------------------------------------------------------ */

static void
each_form_of_pem_is_read_with_its_password_only(void **state)
{
	EVP_PKEY *const both[] = { rsa, ec };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		EVP_PKEY *key = both[i % 2];
		BIO *clear = BIO_new(BIO_s_mem()),
		    *sealed = BIO_new(BIO_s_mem());
		struct read r;

		writes[i / 2](clear, key, NULL);
		writes[i / 2](sealed, key, "secret");
		r = pem_read(clear, "any");
		assert_int_equal(r.end, CREDENTIAL_OK);
		assert_int_equal(r.nkeys, 1);
		assert_ptr_equal(r.keys[0], key);
		r = pem_read(sealed, "secret");
		assert_int_equal(r.end, CREDENTIAL_OK);
		assert_ptr_equal(r.keys[0], key);
		for (size_t n = 0; n < 3; n++) {
			static const char *const wrong[] = { "Secret", NULL,
				"" };

			r = pem_read(sealed, wrong[n]);
			assert_int_equal(r.end, CREDENTIAL_PASSWORD);
			assert_int_equal(r.nkeys, 0);
			assert_string_equal(r.why,
			    "the password of its key is wrong");
		}
		BIO_free(clear);
		BIO_free(sealed);
	}
}

/* OpenSSL takes the bytes of a password; one in Latin-1 is tried too. */
static void
a_password_in_another_coding_is_tried(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		BIO *b = BIO_new(BIO_s_mem());

		writes[i](b, rsa, "gr\xfc\xdf");
		assert_int_equal(pem_read(b, "gr\xc3\xbc\xc3\x9f").end,
		    CREDENTIAL_OK);
		assert_int_equal(pem_read(b, "gr\xc3\xbc").end,
		    CREDENTIAL_PASSWORD);
		BIO_free(b);
	}
}

static void
other_blocks_are_left_alone(void **state)
{
	const struct cert_wish w = { .cn = "prov.example.com" };
	X509 *cert = cert_make(&w, rsa, NULL, NULL);
	BIO *b = BIO_new(BIO_s_mem());
	struct read r;

	(void)state;
	BIO_puts(b, "Bag Attributes\n");
	PEM_write_bio_X509(b, cert);
	PEM_write_bio_PUBKEY(b, rsa);
	assert_int_equal(pem_read(b, NULL).end, CREDENTIAL_OK);
	assert_int_equal(pem_read(b, NULL).nkeys, 0);
	pkcs8_write(b, ec, NULL);
	PEM_write_bio_X509(b, cert);
	old_write(b, rsa, NULL);
	old_write(b, ec, NULL);
	r = pem_read(b, NULL);
	assert_int_equal(r.end, CREDENTIAL_OK);
	/* ec is there twice */
	assert_int_equal(r.nkeys, 2);
	assert_ptr_equal(r.keys[0], ec);
	assert_ptr_equal(r.keys[1], rsa);
	BIO_free(b);
	X509_free(cert);
	assert_int_equal(text_read("", NULL).end, CREDENTIAL_OK);
}

static void
the_first_block_that_is_wrong_ends_it(void **state)
{
	BIO *b = BIO_new(BIO_s_mem());
	struct read r;

	(void)state;
	old_write(b, rsa, NULL);
	BIO_puts(b,
	    "-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n");
	old_write(b, ec, NULL);
	r = pem_read(b, NULL);
	assert_int_equal(r.end, CREDENTIAL_DAMAGED);
	assert_string_equal(r.why, "a private key in it is damaged");
	assert_int_equal(r.nkeys, 1);
	BIO_free(b);
}

#define BLOCK(name, body)                                                      \
	"-----BEGIN " name "-----\n" body "\n-----END " name "-----\n"

static void
what_is_no_key_of_a_certificate_is_named(void **state)
{
	static const struct {
		const char *text;
		enum credential_end end;
		const char *why;
	} rows[] = {
		{ BLOCK("OPENSSH PRIVATE KEY", "AAAA"), CREDENTIAL_REFUSED,
		    "has a key for SSH, not one of a certificate" },
		{ BLOCK("ENCRYPTED PRIVATE KEY", "MAMCAQA="),
		    CREDENTIAL_DAMAGED, "a private key in it is damaged" },
		{ BLOCK("ANY PRIVATE KEY", "MAMCAQA="), CREDENTIAL_DAMAGED,
		    "a private key in it is damaged" },
		{ BLOCK("RSA PRIVATE KEY",
		      "Proc-Type: 4,ENCRYPTED\nDEK-Info: ROT-13,00\n\nMAMCAQA="),
		    CREDENTIAL_REFUSED,
		    "its key is encrypted in a way that is not known here: "
		    "write it again (openssl pkcs8 -topk8)" },
		{ BLOCK("RSA PRIVATE KEY",
		      "Proc-Type: 4,ENCRYPTED\nDEK-Info: "
		      "AES-128-CBC,0011\n\nMAMCAQA="),
		    CREDENTIAL_REFUSED,
		    "its key is encrypted in a way that is not known here: "
		    "write it again (openssl pkcs8 -topk8)" },
		{ BLOCK("PRIVATE KEY OF MINE", "MAMCAQA="), CREDENTIAL_OK, "" },
		{ BLOCK("KEY", "MAMCAQA="), CREDENTIAL_OK, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct read r = text_read(rows[i].text, "secret");

		assert_int_equal(r.end, rows[i].end);
		assert_string_equal(r.why, rows[i].why);
		assert_int_equal(r.nkeys, 0);
	}
}

/* The padding of OpenSSL's own encryption is right for one wrong password in
 * 256: then it is no key that comes out. */
static void
a_wrong_password_whose_padding_is_right_gives_no_key(void **state)
{
	BIO *b = BIO_new(BIO_s_mem());
	char password[24];

	(void)state;
	old_write(b, ec, "secret");
	for (int i = 0; i < 2000; i++) {
		(void)snprintf(password, sizeof(password), "wrong%d", i);
		assert_int_equal(pem_read(b, password).end,
		    CREDENTIAL_PASSWORD);
	}
	BIO_free(b);
}

/* --- DER ------------------------------------------------------------------ */

static size_t
der_of(uint8_t **der, EVP_PKEY *key, bool pkcs8, const char *password)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *bytes;
	size_t len;

	if (pkcs8)
		assert_int_equal(i2d_PKCS8PrivateKey_bio(b, key,
		                     password != NULL ? EVP_aes_256_cbc()
		                                      : NULL,
		                     password,
		                     password != NULL ? (int)strlen(password)
		                                      : 0,
		                     NULL, NULL),
		    1);
	else
		assert_true(i2d_PrivateKey_bio(b, key) == 1);
	len = (size_t)BIO_get_mem_data(b, &bytes);
	*der = OPENSSL_memdup(bytes, len + 1);
	BIO_free(b);
	return len;
}

static void
each_form_of_der_is_read(void **state)
{
	static const struct {
		bool pkcs8;
		const char *password;
	} rows[] = { { false, NULL }, { true, NULL }, { true, "secret" } };
	EVP_PKEY *const both[] = { rsa, ec };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		uint8_t *der;
		const char *password = rows[i / 2].password;
		size_t len =
		    der_of(&der, both[i % 2], rows[i / 2].pkcs8, password);
		struct read r = read_as(der, len, "secret", true);

		assert_int_equal(r.end, CREDENTIAL_OK);
		assert_true(r.found);
		assert_ptr_equal(r.keys[0], both[i % 2]);
		assert_int_equal(credential_key_is_sealed(der, len),
		    password != NULL);
		if (password != NULL) {
			r = read_as(der, len, "wrong", true);
			assert_int_equal(r.end, CREDENTIAL_PASSWORD);
			assert_true(r.found);
		}
		OPENSSL_free(der);
	}
}

static void
der_that_is_no_key_is_left_to_others(void **state)
{
	const struct cert_wish w = { .cn = "prov.example.com" };
	X509 *cert = cert_make(&w, rsa, NULL, NULL);
	uint8_t *der = NULL;
	int len = i2d_X509(cert, &der);

	(void)state;
	for (int n = 0; n <= len; n++) {
		struct read r = read_as(der, (size_t)n, NULL, true);

		assert_int_equal(r.end, CREDENTIAL_OK);
		assert_false(r.found);
		assert_int_equal(r.nkeys, 0);
	}
	OPENSSL_free(der);
	X509_free(cert);
}

/* --- sealed or not -------------------------------------------------------- */

static void
what_wants_a_password_is_told_before_it_is_opened(void **state)
{
	uint8_t *der, *large = calloc(1, CREDENTIAL_FILE_MAX + 1);
	size_t len = der_of(&der, rsa, true, "secret");
	static const char *const words[] = {
		"-----BEGIN ENCRYPTED PRIVATE KEY-----",
		"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
	};

	(void)state;
	assert_true(credential_key_is_sealed(der, len));
	/* cut off, or with something behind it, it is something else */
	for (size_t n = 0; n < len; n++)
		assert_false(credential_key_is_sealed(der, n));
	der[len] = 0;
	assert_false(credential_key_is_sealed(der, len + 1));
	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(words[i]);

		assert_true(credential_key_is_sealed(words[i], n));
		assert_false(credential_key_is_sealed(words[i], n - 2));
		memcpy(large, words[i], n);
		assert_true(
		    credential_key_is_sealed(large, CREDENTIAL_FILE_MAX));
		assert_false(
		    credential_key_is_sealed(large, CREDENTIAL_FILE_MAX + 1));
	}
	assert_false(
	    credential_key_is_sealed("-----BEGIN PRIVATE KEY-----", 27));
	free(large);
	OPENSSL_free(der);
}

static void
a_key_is_added_once_and_no_more_than_the_limit(void **state)
{
	struct credential c;
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(credential_begin(&c), 0);
	for (size_t i = 0; i < CREDENTIAL_KEYS_MAX; i++) {
		EVP_PKEY *key = EVP_EC_gen("P-256");

		for (size_t n = 0; n < 3; n++) {
			EVP_PKEY_up_ref(key);
			assert_int_equal(credential_key_add(&c, key, &f),
			    CREDENTIAL_OK);
			assert_int_equal(c.nkeys, i + 1);
		}
		EVP_PKEY_free(key);
	}
	assert_int_equal(credential_key_add(&c, EVP_EC_gen("P-256"), &f),
	    CREDENTIAL_REFUSED);
	assert_string_equal(f.why, "too many private keys (expected one)");
	assert_int_equal(credential_key_add(&c, NULL, &f), CREDENTIAL_DAMAGED);
	assert_int_equal(c.nkeys, CREDENTIAL_KEYS_MAX);
	credential_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_form_of_pem_is_read_with_its_password_only),
		cmocka_unit_test(a_password_in_another_coding_is_tried),
		cmocka_unit_test(other_blocks_are_left_alone),
		cmocka_unit_test(the_first_block_that_is_wrong_ends_it),
		cmocka_unit_test(what_is_no_key_of_a_certificate_is_named),
		cmocka_unit_test(
		    a_wrong_password_whose_padding_is_right_gives_no_key),
		cmocka_unit_test(each_form_of_der_is_read),
		cmocka_unit_test(der_that_is_no_key_is_left_to_others),
		cmocka_unit_test(
		    what_wants_a_password_is_told_before_it_is_opened),
		cmocka_unit_test(
		    a_key_is_added_once_and_no_more_than_the_limit),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
