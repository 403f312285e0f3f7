#include "base/domain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int
parse(const char *text, struct fault *f)
{
	char fqdn[DOMAIN_TEXT];

	return domain_parse(fqdn, text, strlen(text), f);
}

static void
a_name_is_folded_and_its_last_dot_dropped(void **state)
{
	char fqdn[DOMAIN_TEXT];
	struct fault f;

	(void)state;
	assert_int_equal(domain_parse(fqdn, "PC-0001.Example.COM.", 20, &f), 0);
	assert_string_equal(fqdn, "pc-0001.example.com");
	assert_int_equal(domain_parse(fqdn, "1.3com.example", 14, &f), 0);
	assert_string_equal(fqdn, "1.3com.example");
}

static void
a_name_splits_at_its_first_dot(void **state)
{
	char host[DOMAIN_HOST], domain[DOMAIN_TEXT];

	(void)state;
	domain_split(host, domain, "pc-0001.lab.example.com");
	assert_string_equal(host, "pc-0001");
	assert_string_equal(domain, "lab.example.com");
}

static void
every_wrong_byte_is_shown_in_hex(void **state)
{
	struct fault f;

	(void)state;
	for (int c = 0; c < 256; c++) {
		char text[] = "pc?1.example.com";
		bool legal = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || c == '-' || c == '.';

		text[2] = (char)c;
		assert_int_equal(domain_parse((char[DOMAIN_TEXT]){ 0 }, text,
		                     16, &f),
		    legal ? 0 : -1);
		if (!legal)
			assert_int_equal(f.at, 2);
	}
	assert_int_equal(parse("pc_1.example.com", &f), -1);
	assert_string_equal(f.why,
	    "name has a character that no host name has (got 0x5f \"_\" as "
	    "character 3)");
	assert_int_equal(parse("pc\xc2\xa0"
	                       "1.example.com",
	                     &f),
	    -1);
	assert_string_equal(f.why,
	    "name has a character that no host name has (got 0xc2 as "
	    "character 3)");
}

static void
labels_have_1_to_63_characters(void **state)
{
	char text[80];
	struct fault f;

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t n = 0; n <= 64; n++) {
		char one[80];

		memcpy(one, text, n);
		strcpy(one + n, ".com");
		assert_int_equal(parse(one, &f), n >= 1 && n <= 63 ? 0 : -1);
	}
	assert_int_equal(parse("a..com", &f), -1);
	assert_string_equal(f.why, "name has an empty label");
	assert_int_equal(parse("a.com..", &f), -1);
	assert_int_equal(parse(".com", &f), -1);
	assert_int_equal(parse(".", &f), -1);
	assert_int_equal(parse("..", &f), -1);
}

static void
a_name_has_at_most_253_characters(void **state)
{
	char fqdn[DOMAIN_TEXT], text[300];
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 == 0 ? 'a' : '.';
	for (size_t n = 3; n < sizeof(text); n += 2) {
		char *tight = memcpy(malloc(n), text, n);

		assert_int_equal(domain_parse(fqdn, tight, n, &f),
		    n <= 253 ? 0 : -1);
		free(tight);
	}
	assert_int_equal(domain_parse(fqdn, text, 255, &f), -1);
	assert_string_equal(f.why,
	    "name is too long (got 255 characters, "
	    "expected at most 253)");
	assert_int_equal(domain_parse(fqdn, text, 254, &f), 0); /* ends in . */
	assert_int_equal(strlen(fqdn), 253);
}

static void
hyphens_do_not_end_a_label(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(parse("-a.com", &f), -1);
	assert_int_equal(f.at, 0);
	assert_int_equal(parse("a-.com", &f), -1);
	assert_int_equal(f.at, 1);
	assert_int_equal(parse("a.-", &f), -1);
	assert_int_equal(parse("a--b.com", &f), 0);
}

static void
a_host_alone_and_an_address_are_no_full_names(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(parse("pc-0001", &f), -1);
	assert_string_equal(f.why,
	    "name has no domain (expected a full name "
	    "such as pc1.example.com)");
	assert_int_equal(parse("192.0.2.7", &f), -1);
	assert_string_equal(f.why,
	    "name ends in digits only (is this an address?)");
	assert_int_equal(parse("", &f), -1);
	assert_string_equal(f.why, "name is empty");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_folded_and_its_last_dot_dropped),
		cmocka_unit_test(a_name_splits_at_its_first_dot),
		cmocka_unit_test(every_wrong_byte_is_shown_in_hex),
		cmocka_unit_test(labels_have_1_to_63_characters),
		cmocka_unit_test(a_name_has_at_most_253_characters),
		cmocka_unit_test(hyphens_do_not_end_a_label),
		cmocka_unit_test(a_host_alone_and_an_address_are_no_full_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
