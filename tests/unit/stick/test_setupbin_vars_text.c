#include "stick/setupbin_vars.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void
values_are_shown_by_their_names_and_secrets_are_not(void **state)
{
	static const uint8_t package[16] = { 0x73, 0x22, 0x73, 0x46, 0x23, 0xdc,
		0x43, 0x2f, 0xa9, 0x8a, 0x13, 0xd3, 0x79, 0x82, 0xd8, 0x55 };
	static const struct {
		uint16_t module, id;
		const char *bytes;
		size_t len;
		bool reveal;
		const char *text;
	} rows[] = {
		{ 1, 1, "admin", 5, false, "********" },
		{ 1, 1, "admin", 5, true, "admin" },
		{ 2, 9, "raw", 3, false, "********" }, /* may be one */
		{ 2, 9, "raw", 3, true, "726177" },
		{ 2, 1, "ABC\n", 4, false, "ABC\\x0a" },
		{ 2, 26, "\xff", 1, false, "255 (all)" },
		{ 2, 26, "\2", 1, false, "2" },
		{ 2, 26, "\2\0", 2, false, "0200" }, /* of a wrong length */
		{ 2, 17, "\x0a\2\0\xc0", 4, false, "192.0.2.10" },
		{ 1, 6, (const char *)package, 16, false,
		    "desktop: on in S0, wake in S3, S4-5" },
		{ 1, 6, "0123456789abcdef", 16, false,
		    "30313233343536373839616263646566 (unknown)" },
		{ 2, 8, "\1AAAAAAAAAAAAAAAAAAAA\1x", 23, false,
		    "sha1:4141414141414141414141414141414141414141 \"x\"" },
	};
	char text[SETUPBIN_VAR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setupbin_var_format(text, sizeof(text),
		    setupbin_var_find(rows[i].module, rows[i].id),
		    (const uint8_t *)rows[i].bytes, rows[i].len,
		    rows[i].reveal);
		assert_string_equal(text, rows[i].text);
	}
}

static void
long_values_are_cut_with_dots(void **state)
{
	uint8_t b[480];
	char text[64];

	(void)state;
	memset(b, 0xab, sizeof(b));
	setupbin_var_format(text, sizeof(text), setupbin_var_find(2, 19), b,
	    sizeof(b), false);
	assert_int_equal(strlen(text), 63);
	assert_string_equal(text + 58, "ab...");
}

static void
names_are_found_by_word_by_number_and_are_unique(void **state)
{
	char word[SETUPBIN_VAR_WORD], text[SETUPBIN_VAR_TEXT_MAX];
	const struct setupbin_var *v;

	(void)state;
	for (size_t i = 0; (v = setupbin_var_at(i)) != NULL; i++) {
		char number[16];

		setupbin_var_word(word, v);
		assert_int_equal(strspn(word,
		                     "abcdefghijklmnopqrstuvwxyz0123456789-"),
		    strlen(word));
		assert_ptr_equal(setupbin_var_named(word), v);
		assert_ptr_equal(setupbin_var_named(v->name), v);
		(void)snprintf(number, sizeof(number), "%u/%u", v->module,
		    v->id);
		assert_ptr_equal(setupbin_var_named(number), v);
		setupbin_var_range(text, sizeof(text), v);
		assert_true(text[0] != '\0');
		assert_true(strlen(text) < sizeof(text) - 1);
	}
	assert_null(setupbin_var_named(""));
	assert_null(setupbin_var_named("2/9"));
	assert_null(setupbin_var_named("2/11x"));
	assert_null(setupbin_var_named("02/011"));
	assert_null(setupbin_var_named("/"));
}

static void
every_named_number_is_read_by_its_name_and_its_digits(void **state)
{
	uint8_t value[SETUPBIN_VAR_MAX];
	const struct setupbin_var *v;
	size_t len, n = 0;

	(void)state;
	for (size_t i = 0; (v = setupbin_var_at(i)) != NULL; i++)
		for (const struct setupbin_var_value *x = v->values;
		     x != NULL && x->name != NULL; x++) {
			char digits[16];

			assert_int_equal(setupbin_var_parse(value, &len, v,
			                     x->name, NULL),
			    0);
			assert_int_equal(setupbin_var_number(value, len),
			    x->value);
			(void)snprintf(digits, sizeof(digits), "%u", x->value);
			assert_int_equal(setupbin_var_parse(value, &len, v,
			                     digits, NULL),
			    0);
			assert_int_equal(setupbin_var_number(value, len),
			    x->value);
			n++;
		}
	assert_int_equal(n, 47);
}

/* What a value is in text, and its bytes or why it is none. */
static const struct {
	const char *name, *text, *hex, *why;
} parsed[] = {
	{ "provisioning-server-address", "192.0.2.10", "0a0200c0", "" },
	{ "provisioning-server-address", "192.0.2", "",
	    "provisioning server address is not an IPv4 address" },
	{ "provisioning-server-port", "9971", "f326", "" },
	{ "provisioning-server-port", "0", "",
	    "provisioning server port is unknown (got \"0\", expected "
	    "1 to 65535)" },
	{ "provisioning-server-port", "65535", "ffff", "" },
	{ "provisioning-server-port", "65536", "",
	    "provisioning server port is unknown (got \"65536\", "
	    "expected 1 to 65535)" },
	{ "idle-timeout", "4100", "4100", "" },
	{ "idle-timeout", "65 minutes", "",
	    "idle timeout takes raw bytes only, in hexadecimal: its "
	    "layout is not published" },
	{ "idle-timeout", "0011223344", "",
	    "idle timeout has the wrong length (got 5 bytes, expected "
	    "1 to 4)" },
	{ "power-package", "Desktop: on in S0",
	    "944f8312fb104fdc968e1e232b0c9065", "" },
	{ "power-package", "12834F94-10FB-DC4F-968E-1E232B0C9065",
	    "944f8312fb104fdc968e1e232b0c9065", "" },
	/* the same package, its groups not swapped */
	{ "power-package", "944f8312-fb10-4fdc-968e-1e232b0c9065",
	    "944f8312fb104fdc968e1e232b0c9065", "" },
	{ "power-package", "00112233-4455-6677-8899-aabbccddeeff", "",
	    "power package is unknown: give its 16 bytes in the file, "
	    "in hexadecimal" },
	{ "power-package", "00112233445566778899aabbccddeeff",
	    "00112233445566778899aabbccddeeff", "" },
	{ "power-package", "best", "",
	    "power package is neither a name nor a GUID nor 32 "
	    "hexadecimal digits" },
	{ "add-certificate-hash",
	    "sha1:00112233445566778899aabbccddeeff00112233 my root",
	    "0100112233445566778899aabbccddeeff00112233076d7920726f6f7"
	    "4",
	    "" },
	{ "add-certificate-hash",
	    "sha1:00112233445566778899aabbccddeeff00112233",
	    "0100112233445566778899aabbccddeeff0011223300", "" },
	{ "add-certificate-hash", "sha1:0011", "",
	    "certificate hash has the wrong length (got 4 digits, "
	    "expected 40)" },
	{ "add-certificate-hash", "md5:0011", "",
	    "certificate hash has no type (expected sha1:, sha256: or "
	    "sha384: and its digits)" },
	{ "add-certificate-hash",
	    "sha1:0011223344556677889zaabbccddeeff00112233", "",
	    "certificate hash is not in hexadecimal" },
	{ "add-certificate-hash",
	    "sha1:00112233445566778899aabbccddeeff00112233 "
	    "12345678901234567890123456789012",
	    "",
	    "name of a certificate hash is longer than 31 bytes (got "
	    "32)" },
	{ "host-name", "pc\xc3\xa4", "",
	    "host name has a byte that is not printable ASCII" },
};

static void
values_are_read_from_text_or_refused(void **state)
{
	uint8_t value[SETUPBIN_VAR_MAX];
	char hex[2 * SETUPBIN_VAR_MAX + 1];
	struct fault f;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(parsed) / sizeof(parsed[0]); i++) {
		const struct setupbin_var *v =
		    setupbin_var_named(parsed[i].name);

		if (setupbin_var_parse(value, &len, v, parsed[i].text, &f) ==
		    -1) {
			assert_string_equal(f.why, parsed[i].why);
			continue;
		}
		assert_string_equal("", parsed[i].why);
		text_hex(hex, value, len);
		assert_string_equal(hex, parsed[i].hex);
	}
}

static void
the_rules_of_order_are_told(void **state)
{
	char text[256];

	(void)state;
	setupbin_var_rules(text, sizeof(text), setupbin_var_find(2, 8));
	assert_string_equal(text,
	    "after 2/7 = 1, needed in version 2; may repeat");
	setupbin_var_rules(text, sizeof(text), setupbin_var_find(1, 1));
	assert_string_equal(text, "first; admin needs 1/2");
	setupbin_var_rules(text, sizeof(text), setupbin_var_find(2, 28));
	assert_string_equal(text, "after 2/3, after 2/4, after 2/17");
	setupbin_var_rules(text, sizeof(text), setupbin_var_find(2, 13));
	assert_string_equal(text, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    values_are_shown_by_their_names_and_secrets_are_not),
		cmocka_unit_test(long_values_are_cut_with_dots),
		cmocka_unit_test(
		    names_are_found_by_word_by_number_and_are_unique),
		cmocka_unit_test(
		    every_named_number_is_read_by_its_name_and_its_digits),
		cmocka_unit_test(values_are_read_from_text_or_refused),
		cmocka_unit_test(the_rules_of_order_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
