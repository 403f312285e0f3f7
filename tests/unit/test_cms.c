#include "cms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cms_parties.h"

enum { FLIPS = 10000 };

static struct party oem_rsa, oem_ec, site_rsa, site_ec, stranger;

static int
make_parties(void **state)
{
	(void)state;
	party_make(&oem_rsa, "oem", EVP_RSA_gen(2048));
	party_make(&oem_ec, "oem-ec", EVP_EC_gen("P-256"));
	party_make(&site_rsa, "site", EVP_RSA_gen(2048));
	party_make(&site_ec, "site-ec", EVP_EC_gen("P-256"));
	party_make(&stranger, "stranger", EVP_EC_gen("P-256"));
	return 0;
}

static int
free_parties(void **state)
{
	(void)state;
	party_free(&oem_rsa);
	party_free(&oem_ec);
	party_free(&site_rsa);
	party_free(&site_ec);
	party_free(&stranger);
	return 0;
}

/* --- sealing, which is what partners do -----------------------------------*/

static struct bytes
sign_encrypt(const struct party *by, const struct party *to,
    const EVP_CIPHER *cipher)
{
	struct bytes s = sign(list, sizeof(list) - 1, by);
	struct bytes e = encrypt(s.p, s.len, to, cipher);

	free(s.p);
	return e;
}

static struct bytes
encrypt_sign(const struct party *by, const struct party *to,
    const EVP_CIPHER *cipher)
{
	struct bytes e = encrypt(list, sizeof(list) - 1, to, cipher);
	struct bytes s = sign(e.p, e.len, by);

	free(e.p);
	return s;
}

/* An opener that trusts both OEMs and has to's key. */
static struct cms *
opener(const struct party *to)
{
	struct cms *c = cms_new(now, false);

	assert_int_equal(cms_trust(c, oem_rsa.pem, oem_rsa.pem_len, NULL), 1);
	assert_int_equal(cms_trust(c, oem_ec.pem, oem_ec.pem_len, NULL), 1);
	assert_int_equal(cms_key(c, to->key_pem, to->key_len, to->pem,
	                     to->pem_len, NULL, NULL, NULL),
	    0);
	return c;
}

/* Does it open as signed, and as what? */
static int
opens(struct cms *c, const uint8_t *p, size_t len, struct fault *f)
{
	struct cms_report r;
	uint8_t *content = NULL;
	size_t content_len = 0;
	int ok;

	if (!cms_is_sealed(p, len))
		return fault_set(f, 0, "not sealed");
	ok = cms_open(c, &content, &content_len, p, len, &r, f);
	if (ok == -1)
		assert_null(content);
	if (ok == 0 && r.nsigned == 0)
		ok = fault_set(f, 0, "not signed");
	if (ok == 0) {
		assert_int_equal(content_len, sizeof(list) - 1);
		assert_memory_equal(content, list, content_len);
	}
	free(content);
	return ok;
}

/* n random single bits of b, one after the other: each is seen. */
static void
flips_are_refused(struct bytes b, const struct party *to, int n)
{
	struct cms *c = opener(to);
	struct fault f;

	assert_int_equal(opens(c, b.p, b.len, &f), 0);
	srandom(1);
	for (int i = 0; i < n; i++) {
		size_t bit = (size_t)random() % (b.len * 8);

		b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (opens(c, b.p, b.len, &f) == 0)
			fail_msg("byte %zu, bit %zu", bit / 8, bit % 8);
		b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(opens(c, b.p, b.len, &f), 0);
	cms_free(c);
	free(b.p);
}

static void
no_flipped_bit_passes(void **state)
{
	(void)state;
	flips_are_refused(sign_encrypt(&oem_ec, &site_rsa, EVP_aes_256_gcm()),
	    &site_rsa, FLIPS);
	flips_are_refused(sign_encrypt(&oem_rsa, &site_ec, EVP_aes_256_cbc()),
	    &site_ec, FLIPS / 4);
	flips_are_refused(encrypt_sign(&oem_ec, &site_ec, EVP_aes_128_gcm()),
	    &site_ec, FLIPS / 4);
}

static void
no_part_of_a_seal_passes(void **state)
{
	struct bytes b = sign_encrypt(&oem_ec, &site_ec, EVP_aes_256_gcm());
	struct cms *c = opener(&site_ec);
	struct fault f;

	(void)state;
	for (size_t n = 0; n < b.len; n++) {
		uint8_t *tight = malloc(n + 1);

		memcpy(tight, b.p, n);
		tight[n] = 'x';
		assert_int_equal(opens(c, tight, n, &f), -1);
		if (n > 30)
			assert_int_equal(opens(c, tight, n + 1, &f), -1);
		free(tight);
	}
	cms_free(c);
	free(b.p);
}

static void
what_a_stranger_signed_is_refused(void **state)
{
	struct bytes b = sign(list, sizeof(list) - 1, &stranger);
	struct cms *c = opener(&site_ec);
	struct fault f;

	(void)state;
	assert_int_equal(opens(c, b.p, b.len, &f), -1);
	assert_string_equal(f.why, "signer is not trusted (/CN=stranger)");
	cms_free(c);
	free(b.p);
}

static void
what_others_are_to_open_is_refused(void **state)
{
	const struct party *const others[] = { &stranger, &oem_rsa };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bytes b =
		    sign_encrypt(&oem_ec, others[i], EVP_aes_256_gcm());
		struct cms *c = opener(&site_rsa);
		struct fault f;

		assert_int_equal(opens(c, b.p, b.len, &f), -1);
		assert_string_equal(f.why,
		    "encrypted for others, not for our certificate");
		cms_free(c);
		free(b.p);
	}
}

static void
an_expired_signer_is_told_and_taken_only_where_allowed(void **state)
{
	struct bytes b = sign(list, sizeof(list) - 1, &oem_ec);
	struct cms_report r;
	struct fault f;
	uint8_t *content;
	size_t len;

	(void)state;
	for (int allowed = 0; allowed < 2; allowed++) {
		struct cms *c = cms_new(now + 90000, allowed);

		assert_int_equal(cms_trust(c, oem_ec.pem, oem_ec.pem_len, &f),
		    1);
		if (!allowed) {
			assert_int_equal(cms_open(c, &content, &len, b.p, b.len,
			                     &r, &f),
			    -1);
			assert_string_equal(f.why,
			    "signer's certificate expired on 2027-01-16 "
			    "(/CN=oem-ec)");
		} else {
			assert_int_equal(cms_open(c, &content, &len, b.p, b.len,
			                     &r, &f),
			    0);
			assert_true(r.is_expired);
			free(content);
		}
		cms_free(c);
	}
	free(b.p);
}

static void
a_fourth_layer_is_refused(void **state)
{
	struct bytes b = { (uint8_t *)strdup(list), sizeof(list) - 1 };
	struct cms *c = opener(&site_ec);
	struct fault f;

	(void)state;
	for (int i = 1; i <= CMS_LAYERS_MAX + 1; i++) {
		struct bytes more = sign(b.p, b.len, &oem_ec);

		free(b.p);
		b = more;
		assert_int_equal(opens(c, b.p, b.len, &f),
		    i <= CMS_LAYERS_MAX ? 0 : -1);
	}
	assert_string_equal(f.why, "more than 3 seals one in the other");
	cms_free(c);
	free(b.p);
}

static void
old_digests_are_refused(void **state)
{
	BIO *in = BIO_new_mem_buf(list, sizeof(list) - 1);
	CMS_ContentInfo *cms =
	    CMS_sign(NULL, NULL, NULL, in, CMS_BINARY | CMS_PARTIAL);
	struct cms *c = opener(&site_ec);
	struct bytes b;
	struct fault f;

	(void)state;
	assert_non_null(CMS_add1_signer(cms, oem_rsa.cert, oem_rsa.key,
	    EVP_sha1(), CMS_BINARY));
	assert_int_equal(CMS_final(cms, in, NULL, CMS_BINARY), 1);
	BIO_free(in);
	b = der_of(cms);
	assert_int_equal(opens(c, b.p, b.len, &f), -1);
	assert_string_equal(f.why,
	    "signature is made with SHA1 (expected SHA-256 or better)");
	cms_free(c);
	free(b.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_flipped_bit_passes),
		cmocka_unit_test(no_part_of_a_seal_passes),
		cmocka_unit_test(what_a_stranger_signed_is_refused),
		cmocka_unit_test(what_others_are_to_open_is_refused),
		cmocka_unit_test(
		    an_expired_signer_is_told_and_taken_only_where_allowed),
		cmocka_unit_test(a_fourth_layer_is_refused),
		cmocka_unit_test(old_digests_are_refused),
	};

	return cmocka_run_group_tests(tests, make_parties, free_parties);
}
