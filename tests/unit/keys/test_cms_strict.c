#include "keys/cms_strict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cms_parties.h"

#define RULE "seal breaks RFC 5652: "

static struct party oem_rsa, oem_ec, stranger;
static STACK_OF(X509) * trusted;

static int
make_parties(void **state)
{
	(void)state;
	party_make(&oem_rsa, "oem", EVP_RSA_gen(2048));
	party_make(&oem_ec, "oem-ec", EVP_EC_gen("P-256"));
	party_make(&stranger, "stranger", EVP_EC_gen("P-256"));
	trusted = sk_X509_new_null();
	sk_X509_push(trusted, oem_rsa.cert);
	sk_X509_push(trusted, oem_ec.cert);
	return 0;
}

static int
free_parties(void **state)
{
	(void)state;
	sk_X509_free(trusted);
	party_free(&oem_rsa);
	party_free(&oem_ec);
	party_free(&stranger);
	return 0;
}

/* Takes b. */
static CMS_ContentInfo *
decoded(struct bytes b)
{
	const unsigned char *p = b.p;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)b.len);

	assert_non_null(cms);
	free(b.p);
	return cms;
}

/* Byte at, from 0, of what is there the nth time, from 1, becomes to. */
static struct bytes
patched(struct bytes b, const void *what, size_t len, unsigned nth, size_t at,
    uint8_t to)
{
	uint8_t *p = b.p;

	while (p != NULL && nth-- != 0) {
		p = memmem(p, b.len - (size_t)(p - b.p), what, len);
		if (p != NULL)
			p++;
	}
	assert_non_null(p);
	p[at - 1] = to; /* p is one further */
	return b;
}

/* Takes cms.  why NULL: nothing is wrong with it. */
static void
signed_is(CMS_ContentInfo *cms, const char *why)
{
	struct fault f;
	int ok;

	assert_int_equal(CMS_set1_signers_certs(cms, NULL, 0), 1);
	ok = cms_strict_signed(cms, trusted, &f);
	CMS_ContentInfo_free(cms);
	assert_int_equal(ok, why == NULL ? 0 : -1);
	if (why != NULL)
		assert_string_equal(f.why, why);
}

static void
encrypted_is(CMS_ContentInfo *cms, const struct party *us, const char *why)
{
	struct fault f;
	int ok = cms_strict_encrypted(cms, us->cert, &f);

	CMS_ContentInfo_free(cms);
	assert_int_equal(ok, why == NULL ? 0 : -1);
	if (why != NULL)
		assert_string_equal(f.why, why);
}

static struct bytes
signed_by(const struct party *by)
{
	return sign(list, sizeof(list) - 1, by);
}

static struct bytes
encrypted_for(const struct party *to, const EVP_CIPHER *cipher)
{
	return encrypt(list, sizeof(list) - 1, to, cipher);
}

static void
what_openssl_makes_is_right(void **state)
{
	(void)state;
	signed_is(decoded(signed_by(&oem_rsa)), NULL);
	signed_is(decoded(signed_by(&oem_ec)), NULL);
	for (int i = 0; i < 2; i++) {
		const EVP_CIPHER *cipher =
		    i == 0 ? EVP_aes_256_gcm() : EVP_aes_256_cbc();

		encrypted_is(decoded(encrypted_for(&oem_rsa, cipher)), &oem_rsa,
		    NULL);
		encrypted_is(decoded(encrypted_for(&oem_ec, cipher)), &oem_ec,
		    NULL);
	}
}

static void
versions_are_what_the_parts_ask_for(void **state)
{
	(void)state;
	/* version, then the SET of digests or of recipients */
	signed_is(decoded(patched(signed_by(&oem_ec), "\x02\x01\x01\x31", 4, 1,
	              2, 3)),
	    RULE "version");
	encrypted_is(decoded(patched(encrypted_for(&oem_rsa, EVP_aes_256_cbc()),
	                 "\x02\x01\x00\x31", 4, 1, 2, 2)),
	    &oem_rsa, RULE "version");
	/* version, then the issuer by which a recipient is named */
	encrypted_is(decoded(patched(encrypted_for(&oem_rsa, EVP_aes_256_cbc()),
	                 "\x02\x01\x00\x30", 4, 1, 2, 2)),
	    &oem_rsa, RULE "version of a recipient");
}

static void
a_certificate_that_comes_along_belongs_to_somebody(void **state)
{
	CMS_ContentInfo *cms;
	struct party other;

	(void)state;
	cms = decoded(signed_by(&oem_ec));
	assert_int_equal(CMS_add1_cert(cms, oem_rsa.cert), 1);
	signed_is(cms, NULL); /* trusted, though it signed nothing */
	party_make(&other, "other", EVP_EC_gen("P-256"));
	assert_true(X509_sign(other.cert, stranger.key, EVP_sha256()) > 0);
	cms = decoded(signed_by(&oem_ec));
	assert_int_equal(CMS_add1_cert(cms, other.cert), 1);
	signed_is(cms, RULE "a certificate of nobody's chain");
	cms = decoded(signed_by(&oem_ec));
	assert_int_equal(CMS_add1_cert(cms, other.cert), 1);
	assert_int_equal(CMS_add1_cert(cms, stranger.cert), 1);
	signed_is(cms, NULL); /* its issuer is there */
	party_free(&other);
}

static void
twenty_certificates_are_taken_and_no_more(void **state)
{
	struct party more[20];

	(void)state;
	for (size_t i = 0; i < 20; i++)
		party_make(&more[i], "more", EVP_EC_gen("P-256"));
	for (size_t n = 19; n <= 20; n++) { /* and the signer's */
		CMS_ContentInfo *cms = decoded(signed_by(&oem_ec));

		for (size_t i = 0; i < n; i++)
			assert_int_equal(CMS_add1_cert(cms, more[i].cert), 1);
		signed_is(cms,
		    n == 19 ? NULL : RULE "more than 20 certificates");
	}
	for (size_t i = 0; i < 20; i++)
		party_free(&more[i]);
}

static void
a_recipient_is_named_to_the_byte(void **state)
{
	(void)state;
	encrypted_is(decoded(encrypted_for(&oem_rsa, EVP_aes_256_gcm())),
	    &oem_ec, RULE "name of the recipient");
	/* "oem" in its issuer's name: equal for OpenSSL */
	encrypted_is(decoded(patched(encrypted_for(&oem_rsa, EVP_aes_256_gcm()),
	                 "\x0c\x03oem", 5, 1, 2, 'O')),
	    &oem_rsa, RULE "name of the recipient");
}

static void
the_tag_has_the_length_that_is_said(void **state)
{
	(void)state;
	encrypted_is(decoded(patched(encrypted_for(&oem_ec, EVP_aes_256_gcm()),
	                 "\x02\x01\x10", 3, 1, 2, 15)),
	    &oem_ec, RULE "length of the tag");
}

static void
only_der_is_taken_but_for_ber_of_unknown_length(void **state)
{
	struct bytes b = signed_by(&oem_ec);
	const unsigned char *p = b.p;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)b.len);
	struct fault f;

	(void)state;
	assert_int_equal(cms_strict_der(cms, b.p, b.len, &f), 0);
	assert_int_equal(cms_strict_der(cms, b.p, b.len - 1, &f), -1);
	assert_string_equal(f.why, RULE "not DER");
	b.p[b.len - 1] ^= 1;
	assert_int_equal(cms_strict_der(cms, b.p, b.len, &f), -1);
	b.p[1] = 0x80;
	assert_int_equal(cms_strict_der(cms, b.p, b.len, &f), 0);
	CMS_ContentInfo_free(cms);
	free(b.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_openssl_makes_is_right),
		cmocka_unit_test(versions_are_what_the_parts_ask_for),
		cmocka_unit_test(
		    a_certificate_that_comes_along_belongs_to_somebody),
		cmocka_unit_test(twenty_certificates_are_taken_and_no_more),
		cmocka_unit_test(a_recipient_is_named_to_the_byte),
		cmocka_unit_test(the_tag_has_the_length_that_is_said),
		cmocka_unit_test(
		    only_der_is_taken_but_for_ber_of_unknown_length),
	};

	return cmocka_run_group_tests(tests, make_parties, free_parties);
}
