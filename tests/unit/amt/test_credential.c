#include "amt/credential.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "amt/credential_key.h"
#include "cert_maker.h"

static EVP_PKEY *key, *other;
static X509 *cert;
static const struct credential_use usual = { .iterations_max = 1000000 };

static int
make_all(void **state)
{
	const struct cert_wish w = { .cn = "prov.example.com" };

	(void)state;
	key = EVP_RSA_gen(1024);
	other = EVP_EC_gen("P-256");
	cert = cert_make(&w, key, NULL, NULL);
	return 0;
}

static int
free_all(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	X509_free(cert);
	return 0;
}

enum form { PKCS8, PKCS8_SEALED, PKCS1, PKCS1_SEALED };

static void
key_write(BIO *to, EVP_PKEY *k, enum form form)
{
	const EVP_CIPHER *how = form == PKCS8_SEALED || form == PKCS1_SEALED
	    ? EVP_aes_128_cbc()
	    : NULL;
	unsigned char *password = (unsigned char *)(uintptr_t) "secret";

	if (form == PKCS8 || form == PKCS8_SEALED)
		assert_int_equal(PEM_write_bio_PKCS8PrivateKey(to, k, how,
		                     (char *)password, how != NULL ? 6 : 0,
		                     NULL, NULL),
		    1);
	else
		assert_int_equal(PEM_write_bio_PrivateKey_traditional(to, k,
		                     how, password, how != NULL ? 6 : 0, NULL,
		                     NULL),
		    1);
}

static enum credential_end
added(struct credential *c, BIO *from, const char *password, struct fault *f)
{
	char *p;
	long len = BIO_get_mem_data(from, &p);
	uint8_t *tight = malloc((size_t)len);
	enum credential_end end;

	memcpy(tight, p, (size_t)len);
	end = credential_add(c, tight, (size_t)len, password, &usual, f);
	free(tight);
	BIO_free(from);
	return end;
}

static void
pem_keys_of_every_form_are_read_beside_certificates(void **state)
{
	(void)state;
	for (int form = PKCS8; form <= PKCS1_SEALED; form++) {
		BIO *b = BIO_new(BIO_s_mem()), *w = BIO_new(BIO_s_mem());
		struct credential c;
		struct fault f;

		assert_int_equal(credential_begin(&c), 0);
		BIO_puts(b, "Bag Attributes: none\n");
		key_write(b, key, (enum form)form);
		key_write(w, key, (enum form)form);
		PEM_write_bio_X509(b, cert);
		assert_int_equal(added(&c, b, "secret", &f), CREDENTIAL_OK);
		assert_int_equal(c.nkeys, 1);
		assert_int_equal(EVP_PKEY_eq(c.keys[0], key), 1);
		assert_int_equal(X509_cmp(credential_leaf(&c), cert), 0);
		assert_int_equal(added(&c, w, "wrong", &f),
		    form == PKCS8_SEALED || form == PKCS1_SEALED
		        ? CREDENTIAL_PASSWORD
		        : CREDENTIAL_OK);
		assert_int_equal(c.nkeys, 1);
		credential_end(&c);
	}
}

static void
der_is_read_with_and_without_a_password(void **state)
{
	unsigned char *p1 = NULL, *p8 = NULL;
	int n1 = i2d_PrivateKey(key, &p1), n8;
	BIO *b = BIO_new(BIO_s_mem());
	struct credential c;
	struct fault f;
	char *text;

	(void)state;
	assert_int_equal(credential_begin(&c), 0);
	assert_false(credential_wants_password(p1, (size_t)n1));
	assert_int_equal(credential_add(&c, p1, (size_t)n1, NULL, &usual, &f),
	    CREDENTIAL_OK);
	assert_int_equal(i2d_PKCS8PrivateKey_bio(b, key, EVP_aes_256_cbc(),
	                     "secret", 6, NULL, NULL),
	    1);
	n8 = (int)BIO_get_mem_data(b, &text);
	p8 = OPENSSL_memdup(text, (size_t)n8);
	BIO_free(b);
	assert_true(credential_wants_password(p8, (size_t)n8));
	assert_int_equal(credential_add(&c, p8, (size_t)n8, "secret", &usual,
	                     &f),
	    CREDENTIAL_OK);
	assert_int_equal(c.nkeys, 1);
	assert_int_equal(credential_add(&c, p8, (size_t)n8, "Secret", &usual,
	                     &f),
	    CREDENTIAL_PASSWORD);
	for (int n = 1; n < n8; n += 11)
		assert_int_not_equal(credential_add(&c, p8, (size_t)n, "secret",
		                         &usual, &f),
		    CREDENTIAL_OK);
	OPENSSL_free(p1);
	OPENSSL_free(p8);
	credential_end(&c);
}

static void
keys_that_differ_are_counted_and_limited(void **state)
{
	struct credential c;
	struct fault f;

	(void)state;
	assert_int_equal(credential_begin(&c), 0);
	for (size_t i = 0; i < CREDENTIAL_KEYS_MAX; i++)
		assert_int_equal(credential_key_add(&c, EVP_EC_gen("P-256"),
		                     &f),
		    CREDENTIAL_OK);
	assert_int_equal(c.nkeys, CREDENTIAL_KEYS_MAX);
	assert_null(credential_leaf(&c));
	assert_int_equal(credential_key_add(&c, EVP_EC_gen("P-256"), &f),
	    CREDENTIAL_REFUSED);
	assert_int_equal(credential_key_add(&c, NULL, &f), CREDENTIAL_DAMAGED);
	credential_end(&c);
}

static void
of_renewed_certificates_the_last_one_is_the_leaf(void **state)
{
	const struct cert_wish w = { .cn = "prov.example.com", .days = 900 };
	X509 *newer = cert_make(&w, key, NULL, NULL);
	struct credential c;

	(void)state;
	assert_int_equal(credential_begin(&c), 0);
	X509_up_ref(cert);
	sk_X509_push(c.certs, cert);
	sk_X509_push(c.certs, newer);
	assert_null(credential_leaf(&c));
	EVP_PKEY_up_ref(key);
	c.keys[c.nkeys++] = key;
	assert_ptr_equal(credential_leaf(&c), newer);
	credential_end(&c);
}

static void
other_files_are_named(void **state)
{
	static const struct {
		const char *text;
		enum credential_end end;
		const char *why;
	} rows[] = {
		{ "", CREDENTIAL_REFUSED, "is empty" },
		{ "pid,pps\n", CREDENTIAL_REFUSED,
		    "has no certificate and no key (expected PFX, PEM, DER or .p7b)" },
		{ "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		    CREDENTIAL_DAMAGED, "a private key in it is damaged" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
		    CREDENTIAL_REFUSED,
		    "has a key for SSH, not one of a certificate" },
		{ "-----BEGIN PRIVATE KEY-----\nAAAA\n", CREDENTIAL_DAMAGED,
		    "PEM is damaged or cut off" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct credential c;
		struct fault f = { 0 };

		assert_int_equal(credential_begin(&c), 0);
		assert_int_equal(credential_add(&c, rows[i].text,
		                     strlen(rows[i].text), NULL, &usual, &f),
		    rows[i].end);
		assert_string_equal(f.why, rows[i].why);
		credential_end(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    pem_keys_of_every_form_are_read_beside_certificates),
		cmocka_unit_test(der_is_read_with_and_without_a_password),
		cmocka_unit_test(keys_that_differ_are_counted_and_limited),
		cmocka_unit_test(
		    of_renewed_certificates_the_last_one_is_the_leaf),
		cmocka_unit_test(other_files_are_named),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
