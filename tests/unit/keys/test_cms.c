#include "keys/cms.h"

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

/* Opens b with nothing but trust, at that time; false: *r and *f say why. */
static bool
opens_for(const struct bytes *b, const struct party *trust, int64_t at,
    struct cms_report *r, struct fault *f)
{
	struct cms *c = cms_new(at, false);
	uint8_t *content = NULL;
	size_t len;
	bool ok;

	assert_int_equal(cms_trust(c, trust->pem, trust->pem_len, f), 1);
	ok = cms_open(c, &content, &len, b->p, b->len, r, f) == 0;
	free(content);
	cms_free(c);
	return ok;
}

/* p again, with an extension (value NULL: none), signed by another or itself.
 */
static void
party_reissue(struct party *p, int nid, const char *value,
    const struct party *by)
{
	X509_EXTENSION *e;
	BIO *bio = BIO_new(BIO_s_mem());

	if (value != NULL) {
		e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
		assert_non_null(e);
		X509_add_ext(p->cert, e, -1);
		X509_EXTENSION_free(e);
	}
	X509_set_issuer_name(p->cert, X509_get_subject_name(by->cert));
	assert_true(X509_sign(p->cert, by->key, EVP_sha256()) > 0);
	free(p->pem);
	PEM_write_bio_X509(bio, p->cert);
	p->pem = text_of(bio, &p->pem_len);
}

static void
a_signer_who_is_refused_is_named_with_issuer_and_fingerprint(void **state)
{
	struct party ca, issued, usage;
	struct cms_report r;
	char sha256[CERT_SHA256], got[CERT_SHA256];
	struct bytes b, u;
	struct fault f;

	(void)state;
	party_make(&ca, "ca", EVP_EC_gen("P-256"));
	party_reissue(&ca, NID_basic_constraints, "CA:TRUE", &ca);
	party_make(&issued, "issued", EVP_EC_gen("P-256"));
	party_reissue(&issued, 0, NULL, &ca);
	b = sign(list, sizeof(list) - 1, &issued);
	assert_false(opens_for(&b, &stranger, now, &r, &f));
	assert_int_equal(r.refused, CMS_SIGNER_UNTRUSTED);
	assert_string_equal(f.why, "signer is not trusted (/CN=issued)");
	assert_string_equal(r.signer, "/CN=issued");
	assert_string_equal(r.issuer, "/CN=ca");
	cert_sha256(sha256, issued.cert);
	assert_int_equal(cert_sha256_parse(got, r.signer_sha256), 0);
	assert_string_equal(got, sha256);
	assert_true(opens_for(&b, &ca, now, &r, &f));
	assert_int_equal(r.refused, CMS_SIGNER_OTHER);
	/* before its time, and his CA's after its */
	assert_false(opens_for(&b, &issued, now - 90000, &r, &f));
	assert_int_equal(r.refused, CMS_SIGNER_NOT_YET);
	assert_string_equal(f.why,
	    "signer's certificate is not valid before 2027-01-14 "
	    "(/CN=issued)");
	ASN1_TIME_set(X509_getm_notAfter(issued.cert), now + 200000);
	party_reissue(&issued, 0, NULL, &ca);
	u = sign(list, sizeof(list) - 1, &issued);
	assert_false(opens_for(&u, &ca, now + 90000, &r, &f));
	assert_int_equal(r.refused, CMS_SIGNER_EXPIRED);
	assert_string_equal(f.why,
	    "certificate of the signer's CA expired on 2027-01-16 (/CN=ca)");
	assert_string_equal(r.signer, "/CN=issued");
	free(u.p);
	free(b.p);
	party_free(&issued);
	party_free(&ca);
	/* not made for signatures */
	party_make(&usage, "usage", EVP_RSA_gen(2048));
	party_reissue(&usage, NID_key_usage, "keyEncipherment", &usage);
	b = sign(list, sizeof(list) - 1, &usage);
	assert_false(opens_for(&b, &usage, now, &r, &f));
	assert_int_equal(r.refused, CMS_SIGNER_USAGE);
	assert_string_equal(f.why,
	    "signer /CN=usage: its key usage forbids this (got Key "
	    "Encipherment, expected Digital Signature)");
	assert_string_equal(r.issuer, "");
	free(b.p);
	party_free(&usage);
}

static void
our_certificate_may_stand_behind_its_ca_and_be_der(void **state)
{
	struct bytes b = sign_encrypt(&oem_ec, &site_rsa, EVP_aes_256_gcm());
	char chain[8192];
	unsigned char *der = NULL;
	int n = snprintf(chain, sizeof(chain), "%.*s%.*s", (int)oem_ec.pem_len,
	    oem_ec.pem, (int)site_rsa.pem_len, site_rsa.pem);
	int der_len = i2d_X509(site_rsa.cert, &der);
	struct fault f;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct cms *c = cms_new(now, false);

		assert_int_equal(cms_trust(c, oem_ec.pem, oem_ec.pem_len, &f),
		    1);
		assert_int_equal(cms_key(c, site_rsa.key_pem, site_rsa.key_len,
		                     i == 0 ? (void *)chain : der,
		                     i == 0 ? (size_t)n : (size_t)der_len, NULL,
		                     NULL, &f),
		    0);
		assert_int_equal(opens(c, b.p, b.len, &f), 0);
		cms_free(c);
	}
	OPENSSL_free(der);
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
		cmocka_unit_test(
		    a_signer_who_is_refused_is_named_with_issuer_and_fingerprint),
		cmocka_unit_test(
		    our_certificate_may_stand_behind_its_ca_and_be_der),
		cmocka_unit_test(what_others_are_to_open_is_refused),
		cmocka_unit_test(
		    an_expired_signer_is_told_and_taken_only_where_allowed),
		cmocka_unit_test(a_fourth_layer_is_refused),
		cmocka_unit_test(old_digests_are_refused),
	};

	return cmocka_run_group_tests(tests, make_parties, free_parties);
}
