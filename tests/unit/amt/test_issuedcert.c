#include "amt/issuedcert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "cert_maker.h"

#define DAY INT64_C(86400)
#define BASE64 8192

static EVP_PKEY *key;
static struct issuedcert is;
static struct fault f;

static int
make_key(void **state)
{
	(void)state;
	key = EVP_RSA_gen(2048);
	return 0;
}

/* With a serial number of these bytes, and signed again. */
static X509 *
cert_of(const char *cn, const char *serial)
{
	const struct cert_wish w = { .cn = cn, .days = 365 };
	X509 *cert = cert_make(&w, key, NULL, key);
	BIGNUM *n = NULL;

	assert_true(BN_hex2bn(&n, serial) > 0);
	assert_non_null(BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert)));
	BN_free(n);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	return cert;
}

static void
print_of(char print[ISSUEDCERT_PRINT], const uint8_t *der, size_t len)
{
	uint8_t sum[32];

	assert_int_equal(EVP_Digest(der, len, sum, NULL, EVP_sha256(), NULL),
	    1);
	text_hex(print, sum, sizeof(sum));
}

/* As a result has it; also frees the certificate. */
static void
write_base64(char base64[BASE64], char print[ISSUEDCERT_PRINT], X509 *cert)
{
	uint8_t der[BASE64 / 4 * 3], *at = der;
	int len = i2d_X509(cert, NULL);

	assert_in_range(len, 1, sizeof(der) - 3);
	assert_int_equal(i2d_X509(cert, &at), len);
	(void)EVP_EncodeBlock((unsigned char *)base64, der, len);
	print_of(print, der, (size_t)len);
	X509_free(cert);
}

static void
what_a_certificate_says_is_read(void **state)
{
	char base64[BASE64], print[ISSUEDCERT_PRINT];
	X509 *again;
	BIO *bio;

	(void)state;
	write_base64(base64, print, cert_of("pc-1.example.com", "0a0B0c80ff"));
	assert_int_equal(issuedcert_read(&is, base64, print, &f), 0);
	assert_string_equal(is.print, print);
	assert_string_equal(is.serial, "0A0B0C80FF");
	assert_string_equal(is.subject, "/CN=pc-1.example.com");
	assert_string_equal(is.issuer, "/CN=pc-1.example.com");
	assert_int_equal(is.until, made_at + 365 * DAY);
	bio = BIO_new_mem_buf(is.pem, -1);
	again = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	assert_non_null(again);
	write_base64(base64, is.print, again);
	assert_string_equal(is.print, print);
	BIO_free(bio);
}

static void
a_serial_number_has_up_to_20_bytes(void **state)
{
	static const char twenty[] = "7F000000000000000000000000000000000000FF";
	char base64[BASE64], print[ISSUEDCERT_PRINT];

	(void)state;
	write_base64(base64, print, cert_of("a", twenty));
	assert_int_equal(issuedcert_read(&is, base64, print, &f), 0);
	assert_string_equal(is.serial, twenty);
	write_base64(base64, print, cert_of("a", "-7F"));
	assert_int_equal(issuedcert_read(&is, base64, print, &f), 0);
	assert_string_equal(is.serial, "-7F");
	write_base64(base64, print,
	    cert_of("a", "7F000000000000000000000000000000000000FF01"));
	assert_int_equal(issuedcert_read(&is, base64, print, &f), -1);
}

/* One with a name of so many bytes. */
static void
write_long(char base64[BASE64], char print[ISSUEDCERT_PRINT], size_t len)
{
	X509 *cert = cert_of("a", "01");
	char *text = calloc(1, len + 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *more;

	memset(text, 'a', len);
	assert_int_equal(ASN1_OCTET_STRING_set(value, (uint8_t *)text,
	                     (int)len),
	    1);
	more =
	    X509_EXTENSION_create_by_NID(NULL, NID_netscape_comment, 0, value);
	assert_int_equal(X509_add_ext(cert, more, -1), 1);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	X509_EXTENSION_free(more);
	ASN1_OCTET_STRING_free(value);
	free(text);
	write_base64(base64, print, cert);
}

static size_t
length_of(size_t more)
{
	char base64[BASE64], print[ISSUEDCERT_PRINT];
	size_t len;

	write_long(base64, print, more);
	len = strlen(base64) / 4 * 3;
	return len -
	    (strchr(base64, '=') != NULL ? strlen(strchr(base64, '=')) : 0);
}

static void
the_longest_is_read_and_one_byte_more_is_not(void **state)
{
	size_t more = MACHINECERT_DER - length_of(1000) + 1000;
	char base64[BASE64], print[ISSUEDCERT_PRINT];

	(void)state;
	assert_int_equal(length_of(more), MACHINECERT_DER);
	write_long(base64, print, more);
	assert_int_equal(issuedcert_read(&is, base64, print, &f), 0);
	assert_in_range(strlen(is.pem), MACHINECERT_DER, ISSUEDCERT_PEM - 1);
	write_long(base64, print, more + 1);
	assert_int_equal(issuedcert_read(&is, base64, print, &f), -1);
	write_long(base64, print, more + 3);
	assert_int_equal(issuedcert_read(&is, base64, print, &f), -1);
}

static void
what_is_no_certificate_or_another_is_refused(void **state)
{
	char base64[BASE64], print[ISSUEDCERT_PRINT], other[ISSUEDCERT_PRINT];
	char bad[BASE64 + 8];
	size_t len;

	(void)state;
	write_base64(base64, print, cert_of("a", "01"));
	memcpy(other, print, sizeof(other));
	other[63] = other[63] == '0' ? '1' : '0';
	assert_int_equal(issuedcert_read(&is, base64, other, &f), -1);
	assert_non_null(strstr(f.why, "another certificate"));
	assert_int_equal(issuedcert_read(&is, base64, "", &f), -1);
	/* Every part of it, with the right sum. */
	len = strlen(base64);
	for (size_t n = 0; n < len; n += 4) {
		uint8_t der[BASE64];

		(void)snprintf(bad, sizeof(bad), "%.*s", (int)n, base64);
		(void)EVP_DecodeBlock(der, (const unsigned char *)bad, (int)n);
		print_of(other, der, n / 4 * 3);
		assert_int_equal(issuedcert_read(&is, bad, other, &f), -1);
	}
	/* And more than it. */
	write_base64(base64, print, cert_of("abc", "01"));
	base64[strcspn(base64, "=")] = '\0';
	(void)snprintf(bad, sizeof(bad), "%s\n", base64);
	assert_int_equal(issuedcert_read(&is, bad, print, &f), -1);
	(void)snprintf(bad, sizeof(bad), " %s", base64);
	assert_int_equal(issuedcert_read(&is, bad, print, &f), -1);
	(void)snprintf(bad, sizeof(bad), "%sAAAA", base64);
	assert_int_equal(issuedcert_read(&is, bad, print, &f), -1);
	assert_int_equal(issuedcert_read(&is, "!!!!", print, &f), -1);
	assert_int_equal(issuedcert_read(&is, "====", print, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_certificate_says_is_read),
		cmocka_unit_test(a_serial_number_has_up_to_20_bytes),
		cmocka_unit_test(the_longest_is_read_and_one_byte_more_is_not),
		cmocka_unit_test(what_is_no_certificate_or_another_is_refused),
	};

	return cmocka_run_group_tests(tests, make_key, NULL);
}
