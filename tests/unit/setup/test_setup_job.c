#include "setup/setup_job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct setup_job
job(void)
{
	return (struct setup_job){ .host = "pc-0001",
		.domain = "example.com",
		.tries = { "admin" },
		.ntries = 1,
		.admin_next = "Next-pw-01!",
		.attempt = 1 };
}

static void
a_wish_is_one_of_two_words(void **state)
{
	static const char *const bad[] = { "", "set", "set-up ", "Prove",
		"prove,set-up" };
	struct setup_job j = job();
	struct fault f;

	(void)state;
	assert_int_equal(setup_wish_parse(&j, "prove", &f), 0);
	assert_int_equal(j.wish, SETUP_PROVE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(setup_wish_parse(&j, bad[i], &f), -1);
		assert_int_equal(j.wish, SETUP_PROVE);
	}
	assert_int_equal(setup_wish_parse(&j, "set-up", &f), 0);
	assert_int_equal(j.wish, SETUP_SET_UP);
}

static void
a_job_that_cannot_be_carried_is_refused_without_its_secret(void **state)
{
	struct setup_job j = job();
	struct fault f;

	(void)state;
	assert_int_equal(setup_job_check(&j, &f), 0);
	strcpy(j.admin_next, "bad\tpass");
	assert_int_equal(setup_job_check(&j, &f), -1);
	assert_null(strstr(f.why, "bad"));
	j = job();
	j.admin_next[0] = '\0';
	assert_int_equal(setup_job_check(&j, &f), -1);
	j = job();
	strcpy(j.mebx_next, "\xc3\xbc");
	assert_int_equal(setup_job_check(&j, &f), -1);
	j = job();
	memset(j.tries[0], 'x', sizeof(j.tries[0]));
	assert_int_equal(setup_job_check(&j, &f), -1);
	assert_string_equal(f.why,
	    "password 1 to try is not 0 to 32 "
	    "printable ASCII characters");
	j = job();
	j.ntries = 0;
	assert_int_equal(setup_job_check(&j, &f), -1);
	j.ntries = SETUP_TRIES_MAX + 1;
	assert_int_equal(setup_job_check(&j, &f), -1);
	j = job();
	strcpy(j.host, "a.b");
	assert_int_equal(setup_job_check(&j, &f), -1);
	j.host[0] = '\0';
	assert_int_equal(setup_job_check(&j, &f), -1);
	j = job();
	strcpy(j.domain, "ex ample");
	assert_int_equal(setup_job_check(&j, &f), -1);
}

static void
what_is_known_keeps_its_commas(void **state)
{
	static const struct {
		const char *item, *entry;
	} rows[] = { { "", "wifi-psk=" }, { "Lab 7", "wifi-psk=Lab 7" },
		{ "a,b=c", "wifi-psk=a%2Cb=c" },
		{ ",%2C", "wifi-psk=%2C%252C" } };
	char entry[SETUP_KNOWN_ENTRY], longest[400];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setup_known_entry(entry, "wifi-psk", rows[i].item);
		assert_string_equal(entry, rows[i].entry);
	}
	memset(longest, ',', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	setup_known_entry(entry, "wifi-psk", longest);
	assert_int_equal(strlen(entry), sizeof(entry) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wish_is_one_of_two_words),
		cmocka_unit_test(what_is_known_keeps_its_commas),
		cmocka_unit_test(
		    a_job_that_cannot_be_carried_is_refused_without_its_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
