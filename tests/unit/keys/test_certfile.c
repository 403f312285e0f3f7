#include "keys/certfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cms_parties.h"

#include <openssl/pkcs12.h>

static struct party one, two;

static int
make_parties(void **state)
{
	(void)state;
	party_make(&one, "one", EVP_EC_gen("P-256"));
	party_make(&two, "two", EVP_RSA_gen(2048));
	return 0;
}

static int
free_parties(void **state)
{
	(void)state;
	party_free(&one);
	party_free(&two);
	return 0;
}

/* How many certificates it has, the first being want; 0: none, and *f. */
static int
count(const void *p, size_t len, const X509 *want, struct fault *f)
{
	uint8_t *tight = malloc(len + (len == 0));
	STACK_OF(X509) * all;
	int n;

	memcpy(tight, p, len);
	all = certfile_read(tight, len, f);
	free(tight);
	if (all == NULL)
		return 0;
	n = sk_X509_num(all);
	assert_int_equal(X509_cmp(sk_X509_value(all, 0), want), 0);
	sk_X509_pop_free(all, X509_free);
	return n;
}

/* Both in a SignedData that signs nothing. */
static struct bytes
p7b_make(void)
{
	STACK_OF(X509) *certs = sk_X509_new_null();
	CMS_ContentInfo *cms;

	sk_X509_push(certs, one.cert);
	sk_X509_push(certs, two.cert);
	cms = CMS_sign(NULL, NULL, certs, NULL, CMS_PARTIAL | CMS_DETACHED);
	sk_X509_free(certs);
	return der_of(cms);
}

static void
pem_der_base64_and_p7b_are_read_whatever_they_are_called(void **state)
{
	struct bytes p7b = p7b_make();
	unsigned char *der = NULL;
	int len = i2d_X509(two.cert, &der);
	char text[8192], *begin;
	size_t n;
	struct fault f;

	(void)state;
	assert_int_equal(count(der, (size_t)len, two.cert, &f), 1);
	OPENSSL_free(der);
	assert_int_equal(count(one.pem, one.pem_len, one.cert, &f), 1);
	assert_int_equal(count(p7b.p, p7b.len, one.cert, &f), 2);
	free(p7b.p);
	/* a mark, words, a key, two certificates */
	n = (size_t)snprintf(text, sizeof(text),
	    "\xef\xbb\xbfOurs:\r\n%.*s%.*s%.*s", (int)two.key_len, two.key_pem,
	    (int)two.pem_len, two.pem, (int)one.pem_len, one.pem);
	assert_int_equal(count(text, n, two.cert, &f), 2);
	assert_true(certfile_has_key(text, n));
	assert_false(certfile_has_key(one.pem, one.pem_len));
	/* without its lines, as one line too */
	(void)snprintf(text, sizeof(text), "%.*s", (int)two.pem_len, two.pem);
	begin = strchr(text, '\n') + 1;
	*strstr(begin, "-----END") = '\0';
	assert_int_equal(count(begin, strlen(begin), two.cert, &f), 1);
	n = 0;
	for (char *p = begin; *p != '\0'; p++)
		if (*p != '\n')
			begin[n++] = *p;
	assert_int_equal(count(begin, n, two.cert, &f), 1);
}

static void
what_is_damaged_is_not_passed_over(void **state)
{
	unsigned char *der = NULL;
	int len = i2d_X509(two.cert, &der);
	char text[8192];
	size_t n;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < (size_t)len; i++)
		assert_int_equal(count(der, i, NULL, &f), 0);
	OPENSSL_free(der);
	n = (size_t)snprintf(text, sizeof(text), "%.*s%.*s", (int)one.pem_len,
	    one.pem, (int)two.pem_len, two.pem);
	/* the second one cut off, and with a byte changed */
	assert_int_equal(count(text, n - 40, NULL, &f), 0);
	assert_string_equal(f.why, "PEM is damaged or cut off");
	memcpy(text + one.pem_len + 28, "AAAA", 4);
	assert_int_equal(count(text, n, NULL, &f), 0);
	assert_string_equal(f.why, "certificate is damaged");
}

static void
what_is_none_is_named_with_what_to_do(void **state)
{
	const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "is empty" },
		{ "-----BEGIN CERTIFICATE REQUEST-----\n",
		    "is a request for a certificate" },
		{ "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
		    "is a private key without a certificate" },
		{ "-----BEGIN PUBLIC KEY-----\n", "is a public key alone" },
		{ "-----BEGIN X509 CRL-----\n", "is a list of revoked" },
		{ "-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "is for OpenPGP" },
		{ "-----BEGIN TRUSTED CERTIFICATE-----\n", "openssl x509 -in" },
		{ "ssh-rsa AAAA oem\n", "is a key for SSH" },
		{ "\xfe\xed\xfe\xed\0", "is a Java key store" },
		{ "Dear customer,\n",
		    "there is no certificate in it (expected PEM, DER or "
		    ".p7b)" },
		{ "MII=", "damaged" },
	};
	PKCS12 *pfx = PKCS12_create("secret", "one", one.key, one.cert, NULL, 0,
	    0, 1, 0, 0);
	unsigned char *der = NULL;
	int len = i2d_PKCS12(pfx, &der);
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(count(rows[i].text, strlen(rows[i].text), NULL,
		                     &f),
		    0);
		if (strstr(f.why, rows[i].why) == NULL)
			fail_msg("row %zu: %s", i, f.why);
	}
	assert_int_equal(count(der, (size_t)len, NULL, &f), 0);
	assert_string_equal(f.why,
	    "is a PFX (PKCS #12), which holds a private key too: take the "
	    "certificate out of it (openssl pkcs12 -in FILE -nokeys -clcerts "
	    "-out NAME.pem)");
	OPENSSL_free(der);
	PKCS12_free(pfx);
}

static void
there_is_a_ceiling_of_bytes_and_of_certificates(void **state)
{
	size_t n = CERTFILE_CERTS_MAX + 1;
	char *text = malloc(n * one.pem_len);
	uint8_t *big = calloc(1, CERTFILE_MAX + 1);
	struct fault f;

	(void)state;
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * one.pem_len, one.pem, one.pem_len);
	assert_int_equal(count(text, (n - 1) * one.pem_len, one.cert, &f),
	    n - 1);
	assert_int_equal(count(text, n * one.pem_len, NULL, &f), 0);
	assert_string_equal(f.why,
	    "too many certificates (expected at most 1000)");
	assert_int_equal(count(big, CERTFILE_MAX + 1, NULL, &f), 0);
	assert_string_equal(f.why, "too large for a certificate");
	free(text);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    pem_der_base64_and_p7b_are_read_whatever_they_are_called),
		cmocka_unit_test(what_is_damaged_is_not_passed_over),
		cmocka_unit_test(what_is_none_is_named_with_what_to_do),
		cmocka_unit_test(
		    there_is_a_ceiling_of_bytes_and_of_certificates),
	};

	return cmocka_run_group_tests(tests, make_parties, free_parties);
}
