#include "check/lease.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The first domain, "" for a lease without one, NULL when it is none. */
static const char *
domain_of(struct lease *l, const char *text)
{
	lease_read(l, text, strlen(text));
	if (!l->found)
		return NULL;
	return l->n == 0 ? "" : l->domain[0];
}

static void
each_client_writes_it_in_its_way(void **state)
{
	static const char *const texts[] = {
		"lease {\n  option domain-name \"a.example.com\";\n}\n",
		"ADDRESS=192.0.2.1\nDOMAINNAME=a.example.com\n",
		"ip_address='192.0.2.1'\ndomain_name='a.example.com'\n",
		"new_domain_name=a.example.com\n",
		"DHCP4.OPTION[12]:   domain_name = a.example.com\n",
		"   Network File: x\n   Search Domains: a.example.com\n",
		"   Connection-specific DNS Suffix  . : a.example.com\r\n",
		"   Verbindungsspezifisches DNS-Suffix: a.example.com\r\n",
		"domain_name=a.example.com", /* without an end of line */
	};
	struct lease l;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_string_equal(domain_of(&l, texts[i]), "a.example.com");
		assert_int_equal(l.n, 1);
	}
}

static void
what_looks_like_it_is_something_else(void **state)
{
	struct lease l;

	(void)state;
	assert_null(domain_of(&l, ""));
	assert_null(domain_of(&l, "option domain-name-servers 192.0.2.1;\n"));
	assert_null(domain_of(&l, "   Primary Dns Suffix . . : a.example\r\n"));
	assert_null(
	    domain_of(&l, "   DNS Suffix Search List. : a.example\r\n"));
	assert_null(domain_of(&l, "domain_name_servers='192.0.2.1'\n"));
	assert_null(domain_of(&l, "#DOMAINNAME=a.example.com\n"));
	assert_null(domain_of(&l, "DHCP4.OPTION[12]\n"));
	assert_string_equal(
	    domain_of(&l, "DHCP4.OPTION[1]: domain_name_servers = 192.0.2.1\n"),
	    "");
	assert_string_equal(domain_of(&l, "ADDRESS=192.0.2.1\n"), "");
}

static void
the_last_lease_of_dhclient_counts(void **state)
{
	struct lease l;

	(void)state;
	assert_string_equal(domain_of(&l,
	                        "lease {\noption domain-name \"old\";\n}\n"
	                        "lease {\n  option domain-name \"new\";\n}\n"),
	    "new");
	assert_int_equal(l.n, 1);
	assert_string_equal(
	    domain_of(&l,
	        "lease {\noption domain-name \"old\";\n}\nlease {\n}"),
	    "");
}

static void
several_connections_have_a_domain_each_and_no_more_than_there_is_room(
    void **state)
{
	char text[1024] = "";
	struct lease l;

	(void)state;
	assert_string_equal(
	    domain_of(&l,
	        "Connection-specific DNS Suffix  . : a.example\r\n"
	        "Connection-specific DNS Suffix  . : \r\n"
	        "Connection-specific DNS Suffix  . : b.example\r\n"
	        "Connection-specific DNS Suffix  . : a.example\r\n"),
	    "a.example");
	assert_int_equal(l.n, 2);
	assert_string_equal(l.domain[1], "b.example");
	(void)strcpy(text, "Search Domains:");
	for (char c = 'a'; c < 'a' + LEASE_DOMAINS + 2; c++)
		(void)strncat(text, (const char[]){ ' ', c, 0 }, 3);
	assert_string_equal(domain_of(&l, text), "a");
	assert_int_equal(l.n, LEASE_DOMAINS);
}

static void
a_domain_is_cut_at_what_an_option_holds(void **state)
{
	static char text[400] = "DOMAINNAME=";
	struct lease l;

	(void)state;
	memset(text + 11, 'x', 255);
	assert_int_equal(strlen(domain_of(&l, text)), 255);
	memset(text + 11, 'x', 256);
	assert_int_equal(strlen(domain_of(&l, text)), 255);
}

static void
quotes_may_be_open(void **state)
{
	struct lease l;

	(void)state;
	assert_string_equal(domain_of(&l, "domain_name='a.example"),
	    "a.example");
	assert_string_equal(domain_of(&l, "domain_name='"), "");
	assert_string_equal(domain_of(&l, "domain_name="), "");
	assert_string_equal(domain_of(&l, "domain_name=;"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_client_writes_it_in_its_way),
		cmocka_unit_test(what_looks_like_it_is_something_else),
		cmocka_unit_test(the_last_lease_of_dhclient_counts),
		cmocka_unit_test(
		    several_connections_have_a_domain_each_and_no_more_than_there_is_room),
		cmocka_unit_test(a_domain_is_cut_at_what_an_option_holds),
		cmocka_unit_test(quotes_may_be_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
