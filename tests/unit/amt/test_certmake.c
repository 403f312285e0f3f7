/* What openssl and cert-check say of what is made is in cert-request.bats and
 * cert-root.bats. */
#include "amt/certmake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/rsa.h>

#include "amt/certcheck.h"
#include "amt/certpurpose.h"
#include "cert_maker.h"

static EVP_PKEY *root_key, *leaf_key;
static const struct certmake_life life = { .from = INT64_C(1800000000),
	.until = INT64_C(1900000000),
	.serial = { 0xff, 0, 1 } };

static void
a_request_is_signed_and_asks_for_what_machines_look_at(void **state)
{
	static const char *const units[] = { "", CERTPURPOSE_OU };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct certmake_subject s = {
			.name = "prov.example.com",
			.organization = "Example \xc3\xbc",
			.country = "DE",
			.unit = i == 1,
		};
		X509_REQ *request = certmake_request(leaf_key, &s, &f);
		char ou[80] = "";

		assert_non_null(request);
		assert_int_equal(X509_REQ_verify(request, leaf_key), 1);
		assert_int_not_equal(X509_REQ_verify(request, root_key), 1);
		(void)X509_NAME_get_text_by_NID(X509_REQ_get_subject_name(
		                                    request),
		    NID_organizationalUnitName, ou, sizeof(ou));
		assert_string_equal(ou, units[i]);
		X509_REQ_free(request);
	}
}

static void
a_leaf_under_an_own_root_passes_every_test_but_that_for_public_roots(
    void **state)
{
	const struct certcheck_wish wish = { .now = life.from };
	static struct certcheck result;
	struct credential c;
	struct fault f;
	X509 *root = certmake_root(root_key, "Lab root", &life, &f), *leaf;

	(void)state;
	assert_non_null(root);
	assert_true(chain_is_root(root));
	leaf = certmake_leaf(leaf_key, "prov.example.com", root, root_key,
	    &life, &f);
	assert_non_null(leaf);
	assert_int_equal(credential_begin(&c), 0);
	c.keys[c.nkeys++] = leaf_key;
	sk_X509_push(c.certs, root);
	sk_X509_push(c.certs, leaf);
	certcheck_run(&result, &c, &wish);
	for (unsigned i = 0; i < NCERTTESTS; i++)
		assert_int_equal(result.results[i].grade,
		    i == CERTTEST_ROOT ? CERTGRADE_WARN : CERTGRADE_PASS);
	/* Bit 1 of the serial number, not bit 0: positive, and as long. */
	assert_int_equal(ASN1_STRING_length(X509_get0_serialNumber(leaf)),
	    CERTMAKE_SERIAL);
	assert_int_equal(ASN1_STRING_get0_data(X509_get0_serialNumber(leaf))[0],
	    0x7f);
	c.nkeys = 0;
	credential_end(&c);
}

/* As a strict TLS peer does it. */
static void
openssl_verifies_a_leaf_under_its_root_and_no_other(void **state)
{
	EVP_PKEY *keys[] = { root_key, leaf_key };
	X509 *roots[2], *leaf;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		roots[i] = certmake_root(keys[i], "Lab root", &life, &f);
	leaf = certmake_leaf(leaf_key, "prov.example.com", roots[0], root_key,
	    &life, &f);
	for (size_t i = 0; i < 2; i++) {
		X509_STORE *store = X509_STORE_new();
		X509_STORE_CTX *ctx = X509_STORE_CTX_new();
		X509_VERIFY_PARAM *param;

		assert_int_equal(X509_STORE_add_cert(store, roots[i]), 1);
		assert_int_equal(X509_STORE_CTX_init(ctx, store, leaf, NULL),
		    1);
		param = X509_STORE_CTX_get0_param(ctx);
		X509_VERIFY_PARAM_set_time(param, life.from);
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
		X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
		X509_VERIFY_PARAM_set1_host(param, "prov.example.com", 0);
		assert_int_equal(X509_verify_cert(ctx), i == 0);
		X509_STORE_CTX_free(ctx);
		X509_STORE_free(store);
		X509_free(roots[i]);
	}
	X509_free(leaf);
}

static void
a_name_that_does_not_fit_a_certificate_is_refused(void **state)
{
	char name[80], bytes[2 * CERTMAKE_CN_MAX + 3] = "";
	struct certmake_subject s = { .name = name };
	struct fault f;
	X509 *root;

	(void)state;
	memset(name, 'a', sizeof(name));
	name[CERTMAKE_CN_MAX + 1] = '\0';
	assert_null(certmake_request(leaf_key, &s, &f));
	assert_string_equal(f.why,
	    "a certificate's name has 1 to 64 characters (got 65)");
	assert_null(certmake_root(root_key, name, &life, &f));
	assert_null(certmake_root(root_key, "", &life, &f));
	name[CERTMAKE_CN_MAX] = '\0';
	root = certmake_root(root_key, name, &life, &f);
	assert_non_null(root);
	assert_null(certmake_leaf(leaf_key, "", root, root_key, &life, &f));
	X509_free(root);
	/* Characters count, not bytes. */
	for (size_t i = 0; i < CERTMAKE_CN_MAX; i++)
		strcat(bytes, "\xc3\xbc");
	root = certmake_root(root_key, bytes, &life, &f);
	assert_non_null(root);
	X509_free(root);
	strcat(bytes, "x");
	assert_null(certmake_root(root_key, bytes, &life, &f));
}

static int
keys_make(void **state)
{
	(void)state;
	root_key = EVP_RSA_gen(2048);
	leaf_key = EVP_RSA_gen(2048);
	return root_key != NULL && leaf_key != NULL ? 0 : -1;
}

static int
keys_free(void **state)
{
	(void)state;
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(leaf_key);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_request_is_signed_and_asks_for_what_machines_look_at),
		cmocka_unit_test(
		    a_leaf_under_an_own_root_passes_every_test_but_that_for_public_roots),
		cmocka_unit_test(
		    openssl_verifies_a_leaf_under_its_root_and_no_other),
		cmocka_unit_test(
		    a_name_that_does_not_fit_a_certificate_is_refused),
	};

	return cmocka_run_group_tests(tests, keys_make, keys_free);
}
