/* Whether a machine would take the console's certificate. */
#include "setup/family_console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"
#include "setup/chains.h"
#include "setup/settings.h"

#define DAY INT64_C(86400)

/* A root of 800 days, a CA of 100, and a console of 800. */
static X509 *certs[3];
static struct setup_chain console;
static struct settings profile;
static struct setup s;
static struct family_certs had;
static char why[SETUP_DETAIL_MAX];

static int
make_console(void **state)
{
	const struct cert_wish wishes[3] = {
		{ .cn = "sweep.lab.example.com",
		    .usage = "clientAuth,2.16.840.1.113741.1.2.1" },
		{ .cn = "Consoles", .basic = "critical,CA:TRUE", .days = 100 },
		{ .cn = "Root", .basic = "critical,CA:TRUE" },
	};
	EVP_PKEY *keys[3];
	struct fault f;

	(void)state;
	for (int i = 2; i >= 0; i--) {
		keys[i] = EVP_RSA_gen(2048);
		certs[i] = i == 2
		    ? cert_make(&wishes[i], keys[i], NULL, keys[i])
		    : cert_make(&wishes[i], keys[i], certs[i + 1], keys[i + 1]);
	}
	assert_int_equal(setup_chain_make(&console, certs, 3, keys[0], &f), 0);
	for (int i = 0; i < 3; i++)
		EVP_PKEY_free(keys[i]);
	return 0;
}

static int
free_console(void **state)
{
	(void)state;
	setup_chain_wipe(&console);
	for (int i = 0; i < 3; i++)
		X509_free(certs[i]);
	return 0;
}

/* A console of the site at that time, and a profile with these names, or NULL.
 */
static void
begin(int days, const char *names)
{
	struct fault f;

	settings_free(&profile);
	memset(&s, 0, sizeof(s));
	memset(&had, 0, sizeof(had));
	why[0] = '\0';
	s.unix_now = made_at + days * DAY;
	s.job.consoles[0] = &console;
	s.job.nconsoles = 1;
	s.job.settings = &profile;
	if (names != NULL)
		assert_int_equal(settings_add(&profile, "tls-names", "", names,
		                     &f),
		    0);
}

static void
machine_has(X509 *root)
{
	struct family_cert *c = &had.list[had.n++];

	c->root = true;
	assert_int_equal(X509_digest(root, EVP_sha256(), c->sha256, NULL), 1);
}

static enum reason_id
unfit(void)
{
	return family_console_unfit(&s, why, sizeof(why));
}

static enum reason_id
hindered(void)
{
	return family_console_hindered(&s, &had, why, sizeof(why));
}

static void
a_site_without_one_is_told(void **state)
{
	(void)state;
	begin(1, NULL);
	s.job.nconsoles = 0;
	s.job.consoles[0] = NULL;
	assert_int_equal(unfit(), REASON_CONSOLE_NONE);
	assert_int_equal(hindered(), REASON_CONSOLE_NONE);
	assert_non_null(strstr(why, "has no certificate of a console"));
}

static void
its_dates_and_its_name_are_looked_at(void **state)
{
	(void)state;
	begin(1, NULL);
	assert_string_equal(family_console_names(&s), "");
	assert_int_equal(unfit(), REASON_NONE);
	begin(801, NULL);
	assert_int_equal(unfit(), REASON_CONSOLE_REFUSED);
	assert_string_equal(why,
	    "the console's certificate: it is no longer valid");
	begin(1, "example.org lab.example.com");
	assert_string_equal(family_console_names(&s),
	    "example.org lab.example.com");
	assert_int_equal(unfit(), REASON_NONE);
	begin(1, "example.org b.example.com");
	assert_int_equal(unfit(), REASON_CONSOLE_REFUSED);
	assert_string_equal(why,
	    "the console's name sweep.lab.example.com is in none of tls-names");
}

static void
the_machine_must_have_a_root_of_it(void **state)
{
	(void)state;
	begin(1, NULL);
	assert_int_equal(unfit(), REASON_NONE);
	assert_int_equal(hindered(), REASON_CONSOLE_REFUSED);
	assert_non_null(strstr(why, "is not among the machine's"));
	machine_has(certs[2]);
	assert_int_equal(hindered(), REASON_NONE);
	/* one that is there, and no root to the machine */
	had.list[0].root = false;
	assert_int_equal(hindered(), REASON_CONSOLE_REFUSED);
}

static void
the_path_to_it_must_be_good(void **state)
{
	(void)state;
	begin(101, NULL); /* the CA between has ended */
	machine_has(certs[2]);
	assert_int_equal(unfit(), REASON_NONE);
	assert_int_equal(hindered(), REASON_CONSOLE_REFUSED);
	assert_non_null(
	    strstr(why, "the path from the console's certificate to a root"));
	begin(99, NULL);
	machine_has(certs[2]);
	assert_int_equal(hindered(), REASON_NONE);
	settings_free(&profile);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_site_without_one_is_told),
		cmocka_unit_test(its_dates_and_its_name_are_looked_at),
		cmocka_unit_test(the_machine_must_have_a_root_of_it),
		cmocka_unit_test(the_path_to_it_must_be_good),
	};

	return cmocka_run_group_tests(tests, make_console, free_console);
}
