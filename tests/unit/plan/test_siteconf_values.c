#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plan/siteconf.h"

static int
check(enum siteconf_id id, const char *value, struct fault *f)
{
	char copy[2 * SITECONF_VALUE];

	(void)snprintf(copy, sizeof(copy), "%s", value);
	return siteconf_check(copy, id, f);
}

static void
what_is_usual_may_be(void **state)
{
	struct fault f;

	(void)state;
	for (enum siteconf_id i = 0; i < SITECONF_NSETTINGS; i++) {
		const struct siteconf_setting *s = siteconf_setting(i);

		assert_non_null(s->name);
		if (s->usual[0] != '\0')
			assert_int_equal(check(i, s->usual, &f), 0);
	}
}

static void
numbers_end_at_their_range(void **state)
{
	struct fault f;
	char text[24];

	(void)state;
	for (enum siteconf_id i = 0; i < SITECONF_NSETTINGS; i++) {
		const struct siteconf_setting *s = siteconf_setting(i);

		if (s->type != SITECONF_NUMBER)
			continue;
		(void)snprintf(text, sizeof(text), "%u", s->min);
		assert_int_equal(check(i, text, &f), 0);
		(void)snprintf(text, sizeof(text), "%u", s->max);
		assert_int_equal(check(i, text, &f), 0);
		(void)snprintf(text, sizeof(text), "%u", s->max + 1);
		assert_int_equal(check(i, text, &f), -1);
		if (s->min != 0) {
			(void)snprintf(text, sizeof(text), "%u", s->min - 1);
			assert_int_equal(check(i, text, &f), -1);
		}
		assert_int_equal(check(i, "-1", &f), -1);
		assert_int_equal(check(i, "+1", &f), -1);
		assert_int_equal(check(i, "1h", &f), -1);
		assert_int_equal(check(i, "99999999999999999999999", &f), -1);
	}
	assert_int_equal(check(SITECONF_MAP_DAYS, "1e3", &f), -1);
	assert_string_equal(f.why,
	    "MAP_DAYS is not a number in its range (got \"1e3\", expected 0 to "
	    "36500)");
}

static const struct {
	enum siteconf_id id;
	const char *value, *why; /* NULL: good */
} cases[] = {
	{ SITECONF_REQUIRE_SIGNED, "yes", NULL },
	{ SITECONF_REQUIRE_SIGNED, "ye",
	    "\"ye\" for REQUIRE_SIGNED is neither yes nor no" },
	{ SITECONF_REQUIRE_SIGNED, "yes no",
	    "\"yes no\" for REQUIRE_SIGNED is neither yes nor no" },
	{ SITECONF_DEVICE_CERTIFICATE, "record", NULL },
	{ SITECONF_DEVICE_CERTIFICATE, "on-die", NULL },
	{ SITECONF_DEVICE_CERTIFICATE, "on-die-broken",
	    "\"on-die-broken\" for DEVICE_CERTIFICATE is neither record nor "
	    "on-die" },
	{ SITECONF_STICK_VERSION, "2.1", NULL },
	{ SITECONF_STICK_VERSION, "5",
	    "\"5\" for STICK_VERSION is neither 1 nor 1.0 nor 2 nor 2.0 nor "
	    "2.1 nor 3 nor 3.0 nor 4 nor 4.0" },
	{ SITECONF_LISTEN, "192.0.2.1:9971\t[::1]:0 [fe80::1%eth0]:65535",
	    NULL },
	{ SITECONF_LISTEN, "  ", "LISTEN has 0 addresses (expected 1 to 16)" },
	{ SITECONF_LISTEN, "localhost:9971",
	    "LISTEN has no address with a port in \"localhost:9971\" (expected "
	    "such as 192.0.2.1:9971 or [::1]:9971)" },
	{ SITECONF_LISTEN, "192.0.2.1",
	    "LISTEN has no address with a port in \"192.0.2.1\" (expected such "
	    "as 192.0.2.1:9971 or [::1]:9971)" },
	{ SITECONF_LISTEN, "::1:9971", "LISTEN has no address" },
	{ SITECONF_LISTEN, "[::1]:65536", "LISTEN has no address" },
	{ SITECONF_LISTEN, "[::1%]:1", "LISTEN has no address" },
	{ SITECONF_LISTEN, "[]:1", "LISTEN has no address" },
	{ SITECONF_LISTEN, ":1", "LISTEN has no address" },
	{ SITECONF_LISTEN, "1.2.3.4:", "LISTEN has no address" },
	{ SITECONF_LISTEN,
	    "1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 "
	    "1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 "
	    "1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 1.1.1.1:1",
	    "LISTEN has 17 addresses (expected 1 to 16)" },
	{ SITECONF_HELLO_SCHEDULE, "1x2,3x4", NULL },
	{ SITECONF_HELLO_SCHEDULE, "5x60 5x600",
	    "HELLO_SCHEDULE (got \"5x60 5x600\"): character 1: not a "
	    "schedule" },
	{ SITECONF_PROPS, "/usr/local/bin/x", NULL },
	{ SITECONF_PROPS, "x",
	    "PROPS is not an absolute path: it begins without /" },
};

static void
each_kind_of_value_is_checked(void **state)
{
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f.why[0] = '\0';
		assert_int_equal(check(cases[i].id, cases[i].value, &f),
		    cases[i].why != NULL ? -1 : 0);
		if (cases[i].why == NULL)
			continue;
		f.why[strnlen(cases[i].why, sizeof(f.why) - 1)] = '\0';
		assert_string_equal(f.why, cases[i].why);
	}
}

static void
a_text_ends_at_its_ceiling(void **state)
{
	char text[SITECONF_VALUE];
	struct fault f;

	(void)state;
	(void)snprintf(text, sizeof(text), "%0255d", 0);
	assert_int_equal(check(SITECONF_SITE_NAME, text, &f), 0);
	(void)snprintf(text, sizeof(text), "%0256d", 0);
	assert_int_equal(check(SITECONF_SITE_NAME, text, &f), -1);
	assert_string_equal(f.why,
	    "SITE_NAME is too long (got 256 bytes, expected up to 255)");
}

static void
ranges_are_said_in_words(void **state)
{
	char range[SITECONF_RANGE];

	(void)state;
	siteconf_range(range, siteconf_setting(SITECONF_IN_FLIGHT));
	assert_string_equal(range, "1 to 60000");
	siteconf_range(range, siteconf_setting(SITECONF_REQUIRE_SIGNED));
	assert_string_equal(range, "yes or no");
	siteconf_range(range, siteconf_setting(SITECONF_HELLO_SCHEDULE));
	assert_string_equal(range, "1 to 8 steps");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_usual_may_be),
		cmocka_unit_test(numbers_end_at_their_range),
		cmocka_unit_test(each_kind_of_value_is_checked),
		cmocka_unit_test(a_text_ends_at_its_ceiling),
		cmocka_unit_test(ranges_are_said_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
