#include "amt/consolecert.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/x509v3.h>

#include "amt/certmake.h"
#include "amt/certpurpose.h"
#include "amt/credential.h"
#include "cert_maker.h"

#define NOW INT64_C(1795000000)
#define DAY INT64_C(86400)
#define NAME "sweep.lab.example.com"

static EVP_PKEY *root_key, *key;
static X509 *root;
static const struct certmake_life life = { .from = NOW,
	.until = NOW + 100 * DAY,
	.serial = { 7 } };

static X509 *
console_make(void)
{
	struct fault f;
	X509 *cert = certmake_console(key, NAME, root, root_key, &life, &f);

	assert_non_null(cert);
	return cert;
}

static void
one_that_is_made_will_do_within_its_dates(void **state)
{
	X509 *cert = console_make();

	(void)state;
	assert_null(consolecert_wrong(cert, NOW));
	assert_null(consolecert_wrong(cert, NOW + 100 * DAY - 1));
	assert_string_equal(consolecert_wrong(cert, NOW + 100 * DAY + 1),
	    "it is no longer valid");
	assert_string_equal(consolecert_wrong(cert, NOW - CERTMAKE_BEFORE - 1),
	    "it is not valid yet");
	assert_int_equal(X509_verify(cert, root_key), 1);
	assert_int_equal(certpurpose_of(cert),
	    PURPOSE_LISTED | PURPOSE_CONSOLE);
	X509_free(cert);
}

/* Of a company, made by hand. */
static void
it_is_issued_by_a_ca_without_a_key_identifier(void **state)
{
	X509 *ca = ca_make("Old CA", root_key, NULL, root_key), *cert;
	struct fault f;

	(void)state;
	cert = certmake_console(key, NAME, ca, root_key, &life, &f);
	assert_non_null(cert);
	assert_int_equal(X509_check_issued(ca, cert), X509_V_OK);
	assert_int_equal(X509_verify(cert, root_key), 1);
	X509_free(cert);
	X509_free(ca);
}

/* The root allows no CA below it, and there is one. */
static void
a_path_that_its_root_does_not_allow_is_wrong(void **state)
{
	EVP_PKEY *sub_key = EVP_RSA_gen(2048);
	const struct cert_wish first = { .cn = "Root",
		.basic = "critical,CA:TRUE,pathlen:0" },
	                       below = { .cn = "Sub",
		                       .basic = "critical,CA:TRUE" };
	const struct certmake_life then = { .from = made_at,
		.until = made_at + 100 * DAY,
		.serial = { 9 } };
	X509 *top = cert_make(&first, root_key, NULL, root_key);
	X509 *sub = cert_make(&below, sub_key, top, root_key);
	struct fault f;
	X509 *certs[] = { certmake_console(key, NAME, sub, sub_key, &then, &f),
		sub, top };
	bool only_top[] = { false, false, true },
	     only_sub[] = { false, true, false },
	     none[] = { false, false, false }, itself[] = { true };

	(void)state;
	assert_string_equal(consolecert_path_wrong(certs, 3, only_top,
	                        made_at + 1),
	    "path length constraint exceeded");
	assert_null(consolecert_path_wrong(certs, 3, only_sub, made_at + 1));
	assert_non_null(consolecert_path_wrong(certs, 3, none, made_at + 1));
	/* As one without a CA is, by its own certificate. */
	assert_null(consolecert_path_wrong(certs, 1, itself, made_at + 1));
	assert_string_equal(consolecert_path_wrong(certs, 3, only_sub,
	                        made_at + 101 * DAY),
	    "certificate has expired");
	X509_free(certs[0]);
	X509_free(sub);
	X509_free(top);
	EVP_PKEY_free(sub_key);
}

static void
certificates_for_something_else_will_not_do(void **state)
{
	struct fault f;
	X509 *leaf = certmake_leaf(key, NAME, root, root_key, &life, &f);

	(void)state;
	assert_non_null(leaf);
	assert_string_equal(consolecert_wrong(leaf, NOW),
	    "it is not for client authentication (extendedKeyUsage has no "
	    "clientAuth)");
	assert_string_equal(consolecert_wrong(root, NOW), "it is a CA's");
	X509_free(leaf);
}

/* The certificate again with this in place of its extended key usages; the
 * signature is not looked at here. */
static X509 *
with_usage(const char *usage)
{
	X509 *cert = console_make();
	X509_EXTENSION *e;

	X509_EXTENSION_free(X509_delete_ext(cert,
	    X509_get_ext_by_NID(cert, NID_ext_key_usage, -1)));
	if (usage != NULL) {
		e = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, usage);
		assert_int_equal(X509_add_ext(cert, e, -1), 1);
		X509_EXTENSION_free(e);
	}
	assert_true(X509_sign(cert, root_key, EVP_sha256()) > 0);
	return cert;
}

static void
it_is_for_clients_and_for_consoles_each_by_its_own_word(void **state)
{
	static const struct {
		const char *usage, *wrong;
	} cases[] = {
		{ NULL,
		    "it is not for client authentication (extendedKeyUsage "
		    "has no clientAuth)" },
		{ "2.16.840.1.113741.1.2.1",
		    "it is not for client authentication (extendedKeyUsage "
		    "has no clientAuth)" },
		{ "clientAuth,2.16.840.1.113741.1.2.2",
		    "it is not for a console (extendedKeyUsage has no "
		    "2.16.840.1.113741.1.2.1)" },
		{ "serverAuth,clientAuth,2.16.840.1.113741.1.2.1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		X509 *cert = with_usage(cases[i].usage);
		const char *wrong = consolecert_wrong(cert, NOW);

		if (cases[i].wrong == NULL)
			assert_null(wrong);
		else
			assert_string_equal(wrong, cases[i].wrong);
		X509_free(cert);
	}
}

static void
its_file_opens_with_its_password_and_has_all_of_it(void **state)
{
	static const char password[] = "s\xc3\xa4"
	                               "cret";
	const struct credential_use use = { .iterations_max =
		                                CREDENTIAL_ITERATIONS_MAX };
	X509 *certs[] = { console_make(), root };
	struct credential c;
	struct fault f;
	size_t len;
	uint8_t *pfx = consolecert_pfx(&len, certs, 2, key, password);

	(void)state;
	assert_non_null(pfx);
	assert_int_equal(credential_begin(&c), 0);
	assert_int_equal(credential_add(&c, pfx, len, "secret", &use, &f),
	    CREDENTIAL_PASSWORD);
	credential_end(&c);
	assert_int_equal(credential_begin(&c), 0);
	assert_int_equal(credential_add(&c, pfx, len, password, &use, &f),
	    CREDENTIAL_OK);
	assert_int_equal(c.nkeys, 1);
	assert_int_equal(EVP_PKEY_eq(c.keys[0], key), 1);
	assert_int_equal(sk_X509_num(c.certs), 2);
	assert_int_equal(X509_cmp(credential_leaf(&c), certs[0]), 0);
	credential_end(&c);
	OPENSSL_free(pfx);
	X509_free(certs[0]);
}

static int
keys_make(void **state)
{
	struct fault f;

	(void)state;
	root_key = EVP_RSA_gen(2048);
	key = EVP_RSA_gen(2048);
	root = certmake_root(root_key, "Lab root", &life, &f);
	return key != NULL && root != NULL ? 0 : -1;
}

static int
keys_free(void **state)
{
	(void)state;
	X509_free(root);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(key);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_is_made_will_do_within_its_dates),
		cmocka_unit_test(it_is_issued_by_a_ca_without_a_key_identifier),
		cmocka_unit_test(a_path_that_its_root_does_not_allow_is_wrong),
		cmocka_unit_test(certificates_for_something_else_will_not_do),
		cmocka_unit_test(
		    it_is_for_clients_and_for_consoles_each_by_its_own_word),
		cmocka_unit_test(
		    its_file_opens_with_its_password_and_has_all_of_it),
	};

	return cmocka_run_group_tests(tests, keys_make, keys_free);
}
