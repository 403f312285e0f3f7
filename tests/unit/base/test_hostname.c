#include "base/hostname.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
names_come_out_as_the_rules_have_them(void **state)
{
	static const struct {
		const char *text, *domain, *fqdn;
		unsigned how;
	} names[] = {
		{ "PC1.Example.com", NULL, "pc1.example.com", 0 },
		{ "pc1.example.com.", NULL, "pc1.example.com", 0 },
		{ "PC1", "example.com", "pc1.example.com", HOSTNAME_COMPLETED },
		{ "PC1.", "example.com", "pc1.example.com",
		    HOSTNAME_COMPLETED },
		{ "pc1.other.org", "example.com", "pc1.other.org", 0 },
		/* RFC 3492 and IDNA: u with diaeresis, sharp s */
		{ "b\xc3\xbc"
		  "cher.example",
		    NULL, "xn--bcher-kva.example", HOSTNAME_IDNA },
		{ "B\xc3\x9c"
		  "CHER.example",
		    NULL, "xn--bcher-kva.example", HOSTNAME_IDNA },
		/* the same, as two characters that are put together */
		{ "bu\xcc\x88"
		  "cher.example",
		    NULL, "xn--bcher-kva.example", HOSTNAME_IDNA },
		{ "stra\xc3\x9f"
		  "e.example",
		    NULL, "xn--strae-oqa.example", HOSTNAME_IDNA },
		{ "b\xc3\xbc"
		  "ro1",
		    "example.com", "xn--bro1-0ra.example.com",
		    HOSTNAME_IDNA | HOSTNAME_COMPLETED },
		{ "XN--bcher-kva.example", NULL, "xn--bcher-kva.example", 0 },
	};
	char fqdn[DOMAIN_TEXT];
	struct fault f;
	unsigned how;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (hostname_read(fqdn, names[i].text, strlen(names[i].text),
		        names[i].domain, &how, &f) == -1)
			fail_msg("%s: %s", names[i].text, f.why);
		assert_string_equal(fqdn, names[i].fqdn);
		assert_int_equal(how, names[i].how);
	}
}

static void
what_cannot_be_seen_is_named_by_number_and_bytes(void **state)
{
	static const struct {
		const char *text, *why;
	} names[] = {
		{ "pc1.example.com\xc2\xa0",
		    "name has a no-break space (U+00A0, bytes c2 a0) as "
		    "character 16" },
		{ "pc\xe2\x80\x8b"
		  "1.example.com",
		    "name has a zero width space (U+200B, bytes e2 80 8b) as "
		    "character 3" },
		{ "pc\xe2\x80\x93"
		  "1.example.com",
		    "name has a dash (U+2013, bytes e2 80 93) as character "
		    "3" },
		{ "\xef\xbb\xbfpc1.example.com",
		    "name has a zero width no-break space (U+FEFF, bytes ef bb "
		    "bf) as character 1" },
		{ "pc\xc2\xad"
		  "1.example.com",
		    "name has a soft hyphen (U+00AD, bytes c2 ad) as character "
		    "3" },
		{ "\xc3\xa4\xc3\xb6\xc2\xa0.de",
		    "name has a no-break space (U+00A0, bytes c2 a0) as "
		    "character 3" },
		{ "pc1 .example.com",
		    "name has a space (U+0020, bytes 20) as character 4" },
		{ "pc1\t.example.com",
		    "name has a control character (U+0009, bytes 09) as "
		    "character 4" },
		{ "pc_1.example.com",
		    "name has a character that no host name has (got 0x5f "
		    "\"_\" as character 3)" },
		{ "pc1.example.com..", "name has an empty label" },
		{ "pc1",
		    "name has no domain (expected a full name such as "
		    "pc1.example.com)" },
		{ "", "name is empty" },
	};
	char fqdn[DOMAIN_TEXT];
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(hostname_read(fqdn, names[i].text,
		                     strlen(names[i].text), NULL, NULL, &f),
		    -1);
		assert_string_equal(f.why, names[i].why);
	}
	assert_int_equal(hostname_read(fqdn, "pc\0.a.b", 7, NULL, NULL, &f),
	    -1);
	assert_string_equal(f.why,
	    "name has a control character (U+0000, bytes 00) as character 3");
}

static void
what_idna_would_not_write_is_refused(void **state)
{
	static const char *const names[] = { "xn--.example", "xn--a.example",
		"xn--bcher-kv.example", "xn--\x7f.example",
		"pc1.xn--99999999.de", "\xf0\x9f\x92\xa9\xe2\x80\x8d.example",
		"\xed\xa0\x80.example", "\xff.example",
		"pc\xef\xbf\xbd.example" };
	char fqdn[DOMAIN_TEXT];
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (hostname_read(fqdn, names[i], strlen(names[i]), NULL, NULL,
		        &f) == 0)
			fail_msg("%s became %s", names[i], fqdn);
		assert_true(f.why[0] != '\0');
	}
}

static void
a_long_name_is_refused_in_every_way(void **state)
{
	char text[5000], fqdn[DOMAIN_TEXT];
	struct fault f;

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t n = 60; n <= 66; n++)
		assert_int_equal(hostname_read(fqdn, text, n, "example.com",
		                     NULL, &f),
		    n <= 63 ? 0 : -1);
	/* 63 + 1 + 189 are 253. */
	for (size_t n = 188; n <= 190; n++) {
		char domain[DOMAIN_TEXT];

		for (size_t i = 0; i < n; i++)
			domain[i] = i % 2 == 0 ? 'a' : '.';
		domain[n - 1] = 'a';
		domain[n - 2] = 'a';
		domain[n] = '\0';
		assert_int_equal(hostname_read(fqdn, text, 63, domain, NULL,
		                     &f),
		    n <= 189 ? 0 : -1);
	}
	memcpy(text, "\xc3\xbc", 2);
	for (size_t n = 60; n < sizeof(text); n += 7) {
		char *tight = malloc(n);

		memcpy(tight, text, n);
		assert_int_equal(hostname_read(fqdn, tight, n, NULL, NULL, &f),
		    -1);
		free(tight);
	}
}

static void
a_domain_may_begin_with_its_dot(void **state)
{
	char domain[DOMAIN_TEXT];
	struct fault f;

	(void)state;
	assert_int_equal(hostname_domain(domain, ".Example.com", &f), 0);
	assert_string_equal(domain, "example.com");
	assert_int_equal(hostname_domain(domain, "example.com.", &f), 0);
	assert_string_equal(domain, "example.com");
	assert_int_equal(hostname_domain(domain, "example", &f), -1);
	assert_int_equal(hostname_domain(domain, "..", &f), -1);
	assert_int_equal(hostname_domain(domain, "", &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_come_out_as_the_rules_have_them),
		cmocka_unit_test(
		    what_cannot_be_seen_is_named_by_number_and_bytes),
		cmocka_unit_test(what_idna_would_not_write_is_refused),
		cmocka_unit_test(a_long_name_is_refused_in_every_way),
		cmocka_unit_test(a_domain_may_begin_with_its_dot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
