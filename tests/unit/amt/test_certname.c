#include "amt/certname.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
a_name_is_one_that_machines_of_the_domain_take(void **state)
{
	static const char *const rows[][2] = {
		{ "lab7.example.com", "prov.lab7.example.com" },
		{ "example.com", "prov.example.com" },
		{ "example.co.uk", "prov.example.co.uk" },
		/* three labels are left of prov.example.fr */
		{ "example.fr", "example.fr" },
		{ "lab7.example.fr", "prov.lab7.example.fr" },
		/* never shortened */
		{ "lab7.example.xyz", "lab7.example.xyz" },
		{ "lab7.local", "lab7.local" },
		{ "com", "com" },
	};
	char name[DOMAIN_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		certname_for(name, rows[i][0]);
		assert_string_equal(name, rows[i][1]);
		if (strchr(name, '.') != NULL)
			assert_int_not_equal(suffix_match(name, rows[i][0],
			                         SUFFIX_TABLE),
			    SUFFIX_NONE);
	}
}

static void
a_domain_of_the_greatest_length_gets_no_host(void **state)
{
	char domain[DOMAIN_TEXT], name[DOMAIN_TEXT];

	(void)state;
	memset(domain, 'a', DOMAIN_MAX);
	for (size_t i = 60; i < DOMAIN_MAX; i += 60)
		domain[i] = '.';
	memcpy(domain + DOMAIN_MAX - 4, ".com", 5);
	certname_for(name, domain);
	assert_string_equal(name, domain);
	/* As much shorter as the host needs. */
	certname_for(name, domain + strlen(CERTNAME_HOST) + 1);
	assert_int_equal(strlen(name), DOMAIN_MAX);
	assert_memory_equal(name, "prov.aaaa", 9);
}

static void
a_suffix_is_one_whose_machines_take_the_name(void **state)
{
	static const struct {
		const char *name, *suffix, *old;
	} rows[] = {
		{ "prov.lab7.example.com", "lab7.example.com",
		    "lab7.example.com" },
		{ "example.com", "example.com", "example.com" },
		/* before 5 only com and net are shortened */
		{ "prov.example.org", "example.org", "prov.example.org" },
		{ "prov.lab7.local", "prov.lab7.local", "prov.lab7.local" },
		{ "example.fr", "example.fr", "example.fr" },
		{ "prov.example.fr", "prov.example.fr", "prov.example.fr" },
	};
	static const enum suffix_rule rules[] = { SUFFIX_EQUAL, SUFFIX_COM_NET,
		SUFFIX_TABLE };
	char suffix[DOMAIN_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		certname_suffix(suffix, rows[i].name, false);
		assert_string_equal(suffix, rows[i].suffix);
		assert_int_not_equal(suffix_match(rows[i].name, suffix,
		                         SUFFIX_TABLE),
		    SUFFIX_NONE);
		certname_suffix(suffix, rows[i].name, true);
		assert_string_equal(suffix, rows[i].old);
		for (size_t j = 0; j < sizeof(rules) / sizeof(rules[0]); j++)
			assert_int_not_equal(suffix_match(rows[i].name, suffix,
			                         rules[j]),
			    SUFFIX_NONE);
	}
}

static void
names_that_only_their_owners_know_are_private(void **state)
{
	static const char *const private[] = { "local", "pc.lab.local",
		"x.home.arpa", "a.internal", "lan" },
	                         *const public[] = { "example.com",
		                         "local.example.com", "x.notlocal",
		                         "arpa", "ip6.arpa", "xlan" };

	(void)state;
	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++)
		assert_true(certname_is_private(private[i]));
	for (size_t i = 0; i < sizeof(public) / sizeof(public[0]); i++)
		assert_false(certname_is_private(public[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_name_is_one_that_machines_of_the_domain_take),
		cmocka_unit_test(a_domain_of_the_greatest_length_gets_no_host),
		cmocka_unit_test(a_suffix_is_one_whose_machines_take_the_name),
		cmocka_unit_test(names_that_only_their_owners_know_are_private),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
