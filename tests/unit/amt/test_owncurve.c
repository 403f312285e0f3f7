#include "amt/owncurve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"

/* As a certificate; the caller frees it. */
static uint8_t *
cert_of(EVP_PKEY *key, size_t *len)
{
	const struct cert_wish wish = { .cn = "AMT" };
	X509 *cert = cert_make(&wish, key, NULL, NULL);
	uint8_t *der = NULL;
	int n = i2d_X509(cert, &der);

	assert_true(n > 0);
	*len = (size_t)n;
	X509_free(cert);
	EVP_PKEY_free(key);
	return der;
}

static void
a_curve_is_to_be_named(void **state)
{
	static const char *const named[] = { "P-256", "P-384", "sect571r1" };
	uint8_t *der;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		der = cert_of(EVP_EC_gen(named[i]), &len);
		assert_false(owncurve_in(der, len));
		OPENSSL_free(der);
	}
	der = cert_of(own_curve_make(), &len);
	assert_true(owncurve_in(der, len));
	OPENSSL_free(der);
}

static void
it_is_found_in_pieces_of_any_size(void **state)
{
	size_t len;
	uint8_t *der = cert_of(own_curve_make(), &len);

	(void)state;
	for (size_t piece = 1; piece < 20; piece++) {
		struct owncurve w = { 0 };
		const char *why = NULL;

		for (size_t at = 0; at < len && why == NULL; at += piece)
			why = owncurve_look(&w, der + at,
			    len - at < piece ? len - at : piece);
		assert_non_null(why);
		assert_non_null(strstr(why, "RFC 5480"));
	}
	OPENSSL_free(der);
}

/* Both names that OpenSSL has for such a key. */
static void
keys_on_curves_are_counted(void **state)
{
	static const uint8_t names[2][10] = { { 6, 7, 0x2a, 0x86, 0x48, 0xce,
		                                  0x3d, 2, 1, 6 },
		{ 6, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d } };
	struct owncurve w = { 0 };

	(void)state;
	for (size_t i = 0; i < OWNCURVE_KEYS_MAX; i++)
		assert_null(owncurve_look(&w, names[i % 2], 10));
	assert_string_equal(owncurve_look(&w, names[0], 10),
	    "certificates with more than 16 keys on curves");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_curve_is_to_be_named),
		cmocka_unit_test(it_is_found_in_pieces_of_any_size),
		cmocka_unit_test(keys_on_curves_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
