#include "amt/crlmake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"

#define DAY INT64_C(86400)

static EVP_PKEY *ca_key, *other_key, *key;
static X509 *ca;
static const struct crlmake_life life = { .from = 1800000000,
	.until = 1800000000 + 30 * DAY,
	.number = 1800000000 };

static int
make_ca(void **state)
{
	(void)state;
	ca_key = EVP_RSA_gen(2048);
	other_key = EVP_RSA_gen(2048);
	key = EVP_RSA_gen(2048);
	ca = ca_make("Site CA", ca_key, NULL, ca_key);
	return 0;
}

static X509 *
leaf_of(X509 *issuer, EVP_PKEY *issuer_key)
{
	const struct cert_wish w = { .cn = "pc-1.example.com" };

	return cert_make(&w, key, issuer, issuer_key);
}

static void
what_was_revoked_is_on_the_list_and_nothing_else(void **state)
{
	X509 *out = leaf_of(ca, ca_key), *in = leaf_of(ca, ca_key);
	X509_REVOKED *entry;
	X509_CRL *crl;
	struct fault f;
	int days, seconds;
	ASN1_TIME *at = ASN1_TIME_set(NULL, 1799990000);

	(void)state;
	crl = crlmake_begin(ca, &life, &f);
	assert_non_null(crl);
	assert_int_equal(crlmake_add(crl, out, 1799990000, &f), 0);
	assert_int_equal(crlmake_sign(crl, ca_key, &f), 0);
	assert_int_equal(X509_CRL_verify(crl, ca_key), 1);
	assert_int_equal(X509_CRL_verify(crl, other_key), 0);
	assert_int_equal(X509_CRL_get0_by_cert(crl, &entry, in), 0);
	assert_int_equal(X509_CRL_get0_by_cert(crl, &entry, out), 1);
	assert_int_equal(ASN1_TIME_diff(&days, &seconds, at,
	                     X509_REVOKED_get0_revocationDate(entry)),
	    1);
	assert_int_equal(days, 0);
	assert_int_equal(seconds, 0);
	assert_int_equal(X509_CRL_get_version(crl), 1);
	assert_int_equal(ASN1_TIME_diff(&days, &seconds,
	                     X509_CRL_get0_lastUpdate(crl),
	                     X509_CRL_get0_nextUpdate(crl)),
	    1);
	assert_int_equal(days, 30);
	ASN1_STRING_free(at);
	X509_CRL_free(crl);
	X509_free(in);
	X509_free(out);
}

static void
the_number_of_a_list_is_in_it(void **state)
{
	struct fault f;
	X509_CRL *crl = crlmake_begin(ca, &life, &f);
	ASN1_INTEGER *number;
	uint64_t n = 0;

	(void)state;
	assert_non_null(crl);
	number = X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);
	assert_non_null(number);
	assert_int_equal(ASN1_INTEGER_get_uint64(&n, number), 1);
	assert_int_equal(n, 1800000000);
	ASN1_INTEGER_free(number);
	X509_CRL_free(crl);
}

/* Another CA of the same name: its serial numbers are not this one's. */
static void
who_issued_it_is_told_by_the_key(void **state)
{
	X509 *again = ca_make("Site CA", other_key, NULL, other_key);
	X509 *theirs = leaf_of(again, other_key), *ours = leaf_of(ca, ca_key);

	(void)state;
	assert_true(crlmake_is_of(ca, ours));
	assert_false(crlmake_is_of(ca, theirs));
	assert_false(crlmake_is_of(again, ours));
	X509_free(ours);
	X509_free(theirs);
	X509_free(again);
}

static void
a_ca_that_may_not_sign_lists_signs_none(void **state)
{
	X509 *strict = ca_make("Strict", ca_key, NULL, ca_key);
	struct fault f;

	(void)state;
	cert_extend(strict, NID_key_usage, "critical,keyCertSign");
	assert_true(X509_sign(strict, ca_key, EVP_sha256()) > 0);
	assert_null(crlmake_begin(strict, &life, &f));
	assert_non_null(strstr(f.why, "keyUsage"));
	X509_free(strict);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_was_revoked_is_on_the_list_and_nothing_else),
		cmocka_unit_test(the_number_of_a_list_is_in_it),
		cmocka_unit_test(who_issued_it_is_told_by_the_key),
		cmocka_unit_test(a_ca_that_may_not_sign_lists_signs_none),
	};

	return cmocka_run_group_tests(tests, make_ca, NULL);
}
