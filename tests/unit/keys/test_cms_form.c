#include "keys/cms_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "keys/cms.h"

/* SEQUENCE, length in 1, 2 and 5 bytes, then the OID of signedData. */
#define SIGNED_DATA                                                            \
	"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80"

static bool
is_sealed(const char *text, size_t len)
{
	return cms_is_sealed((const uint8_t *)text, len);
}

static void
a_der_structure_is_known_by_its_content_type(void **state)
{
	static const char one[] = "\x30\x20" SIGNED_DATA;
	static const char two[] = "\x30\x81\x90" SIGNED_DATA;
	static const char five[] = "\x30\x84\x00\x01\x00\x00" SIGNED_DATA;
	static const char indefinite[] = "\x30\x80" SIGNED_DATA;
	static const char certificate[] = "\x30\x82\x03\x00\x30\x82\x02\xf0";

	(void)state;
	assert_true(is_sealed(one, sizeof(one) - 1));
	assert_true(is_sealed(two, sizeof(two) - 1));
	assert_true(is_sealed(five, sizeof(five) - 1));
	assert_true(is_sealed(indefinite, sizeof(indefinite) - 1));
	assert_false(is_sealed(certificate, sizeof(certificate) - 1));
}

static void
every_shorter_start_is_none(void **state)
{
	static const char start[] = "\x30\x84\x00\x01\x00\x00" SIGNED_DATA;
	/* up to the last byte that all content types of PKCS #7 share */
	size_t enough = 6 + 10;

	(void)state;
	for (size_t n = 0; n < enough; n++) {
		uint8_t *tight = test_malloc(n + (n == 0));

		memcpy(tight, start, n);
		assert_false(cms_form_der(tight, n));
		test_free(tight);
	}
	assert_true(cms_form_der((const uint8_t *)start, enough));
}

static void
pem_is_known_by_each_of_its_names_and_behind_other_text(void **state)
{
	static const char *const names[] = { "CMS", "PKCS7", "SIGNED MESSAGE",
		"ENCRYPTED MESSAGE" };
	char text[128];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		int n = snprintf(text, sizeof(text),
		    "Dear colleague,\n-----BEGIN %s-----\nMII", names[i]);

		assert_true(is_sealed(text, (size_t)n));
	}
	assert_false(is_sealed("-----BEGIN CERTIFICATE-----\nMII", 31));
}

static void
mail_is_known_by_its_type(void **state)
{
	static const char smime[] =
	    "From: oem@example.com\r\nContent-Type: application/pkcs7-mime;"
	    " smime-type=signed-data\r\n\r\nMII";
	static const char parts[] =
	    "MIME-Version: 1.0\nContent-Type: multipart/signed;\n"
	    " boundary=\"x\"\n\n--x\n";
	static const char plain[] = "Content-Type: text/plain\n\nhello\n";

	(void)state;
	assert_true(is_sealed(smime, sizeof(smime) - 1));
	assert_false(
	    cms_form_multipart((const uint8_t *)smime, sizeof(smime) - 1));
	assert_true(is_sealed(parts, sizeof(parts) - 1));
	assert_true(
	    cms_form_multipart((const uint8_t *)parts, sizeof(parts) - 1));
	assert_false(is_sealed(plain, sizeof(plain) - 1));
}

static void
damaged_structures_are_read_as_none(void **state)
{
	static const char cut[] = "\x30\x20" SIGNED_DATA;
	BIO *detached = NULL;

	(void)state;
	assert_null(
	    cms_form_read((const uint8_t *)cut, sizeof(cut) - 1, 0, &detached));
	assert_null(detached);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_der_structure_is_known_by_its_content_type),
		cmocka_unit_test(every_shorter_start_is_none),
		cmocka_unit_test(
		    pem_is_known_by_each_of_its_names_and_behind_other_text),
		cmocka_unit_test(mail_is_known_by_its_type),
		cmocka_unit_test(damaged_structures_are_read_as_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
