#include "plan/siteconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SITE "/srv/amt's site"

static int
decode(struct siteconf *c, const char *text, size_t len, struct fault *f)
{
	char *tight = malloc(len + (len == 0)); /* ASan guards its end */
	int rc;

	assert_non_null(tight);
	memcpy(tight, text, len);
	rc = siteconf_decode(c, tight, len, SITE, f);
	free(tight);
	return rc;
}

static void
the_file_of_a_new_site_is_read(void **state)
{
	static char text[SITECONF_MAX];
	FILE *file = fopen("site/site.conf", "r");
	struct siteconf c;
	struct fault f;
	size_t len;

	(void)state;
	assert_non_null(file);
	len = fread(text, 1, sizeof(text), file);
	(void)fclose(file);
	assert_int_equal(decode(&c, text, len, &f), 0);
	assert_string_equal(c.value[SITECONF_MAP_DAYS], "180");
	assert_string_equal(c.value[SITECONF_LISTEN], "0.0.0.0:9971");
	assert_string_equal(c.value[SITECONF_SITE_CERT], "");
}

static void
what_is_left_out_or_empty_is_as_usual(void **state)
{
	static const char text[] = "SWEEP_SECONDS=\nIN_FLIGHT=''\n";
	struct siteconf c;
	struct fault f;

	(void)state;
	assert_int_equal(decode(&c, "", 0, &f), 0);
	for (enum siteconf_id i = 0; i < SITECONF_NSETTINGS; i++)
		assert_string_equal(c.value[i], siteconf_setting(i)->usual);
	assert_int_equal(decode(&c, text, strlen(text), &f), 0);
	assert_string_equal(c.value[SITECONF_SWEEP_SECONDS], "300");
	assert_string_equal(c.value[SITECONF_IN_FLIGHT], "64");
}

static const struct {
	const char *text;
	enum siteconf_id id;
	const char *value;
} good[] = {
	{ "IN_FLIGHT=8", SITECONF_IN_FLIGHT, "8" },
	{ "\xef\xbb\xbfIN_FLIGHT=8\r\n", SITECONF_IN_FLIGHT, "8" },
	{ "\t IN_FLIGHT=8 # more\nIN_FLIGHT=9\t\n\n#IN_FLIGHT=x",
	    SITECONF_IN_FLIGHT, "9" },
	{ "PROPS_SECONDS=010", SITECONF_PROPS_SECONDS, "10" },
	/* README's way to add two at once */
	{ "SITE_CERT=$site/certs/a.pem SITE_KEY=$site/certs/a.key",
	    SITECONF_SITE_KEY, SITE "/certs/a.key" },
	{ "SITE_CERT=\"${site}/certs/a b.pem\"", SITECONF_SITE_CERT,
	    SITE "/certs/a b.pem" },
	{ "SITE_CERT='$site/x'", SITECONF_SITE_CERT, "$site/x" },
	{ "SITE_CERT=$site", SITECONF_SITE_CERT, SITE },
	{ "SITE_CERT=a'b c'\"d\"e#f", SITECONF_SITE_CERT, "ab cde#f" },
	{ "SITE_NAME=\"a \\\"b\\\" \\\\ \\$c \\` \\d\"", SITECONF_SITE_NAME,
	    "a \"b\" \\ $c ` \\d" },
	{ "SITE_NAME='Stra\xc3\x9f"
	  "e 5; rm -rf'",
	    SITECONF_SITE_NAME,
	    "Stra\xc3\x9f"
	    "e 5; rm -rf" },
	{ "SITE_NAME=*?[a]", SITECONF_SITE_NAME, "*?[a]" },
	{ "PROPS=/opt/a~b", SITECONF_PROPS, "/opt/a~b" },
};

static void
values_are_what_a_shell_would_make_of_them(void **state)
{
	struct siteconf c;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		f.why[0] = '\0';
		assert_int_equal(decode(&c, good[i].text, strlen(good[i].text),
		                     &f),
		    0);
		assert_string_equal(f.why, "");
		assert_string_equal(c.value[good[i].id], good[i].value);
	}
}

static const struct {
	const char *text;
	size_t line;
	const char *why;
} bad[] = {
	{ "LISTENS=1", 1,
	    "there is no setting of that name (got \"LISTENS\"; site(5) has "
	    "them all)" },
	{ "\n\nPATH=/tmp", 3,
	    "there is no setting of that name (got \"PATH\"" },
	{ "IN_FLIGHT=5\nIN_FLIGHT =6\n", 2,
	    "not an assignment (got \"IN_FLIGHT\"" },
	{ "export IN_FLIGHT=5", 1, "not an assignment (got \"export\"" },
	{ "IN_FLIGHT", 1, "not an assignment (got \"IN_FLIGHT\"" },
	{ "=5", 1, "not an assignment (got \"=5\"" },
	{ "5=5", 1, "not an assignment (got \"5=5\"" },
	{ ". /tmp/x", 1, "not an assignment (got \".\"" },
	{ "touch /tmp/x", 1, "not an assignment (got \"touch\"" },
	{ "IN_FLIGHT=5;id", 1, "; stands outside of quotes" },
	{ "IN_FLIGHT=5&id", 1, "& stands outside of quotes" },
	{ "IN_FLIGHT=5|id", 1, "| stands outside of quotes" },
	{ "IN_FLIGHT=5>x", 1, "> stands outside of quotes" },
	{ "IN_FLIGHT=5<x", 1, "< stands outside of quotes" },
	{ "IN_FLIGHT=(5)", 1, "( stands outside of quotes" },
	{ "SITE_NAME=`id`", 1, "` stands outside of quotes" },
	{ "SITE_NAME=a\\ b", 1, "\\ stands outside of quotes" },
	{ "SITE_CERT=~/x", 1, "~ stands outside of quotes" },
	{ "SITE_NAME=\"`id`\"", 1, "commands are not run here" },
	{ "SITE_NAME=$(id)", 1, "a dollar sign means something in $site only" },
	{ "SITE_NAME=\"$(id)\"", 1, "a dollar sign means something" },
	{ "SITE_NAME=$sites", 1, "a dollar sign means something" },
	{ "SITE_NAME=${site", 1, "a dollar sign means something" },
	{ "SITE_NAME=${site:-x}", 1, "a dollar sign means something" },
	{ "SITE_NAME=$", 1, "a dollar sign means something" },
	{ "SITE_NAME='a\nb'", 1, "a quote is not closed on its line" },
	{ "SITE_NAME=\"a\\\"", 1, "a quote is not closed on its line" },
	{ "SITE_NAME=\"a\\", 1, "a quote is not closed on its line" },
	{ "IN_FLIGHT=5\\\n6", 1, "\\ stands outside of quotes" },
	{ "SITE_NAME='a\x1b[1m'", 1, "a control character (U+001B)" },
	{ "SITE_NAME='a\xff'", 1, "not UTF-8" },
	{ "# caf\xe9", 1, "not UTF-8" },
	{ "IN_FLIGHT=5\rIN_FLIGHT=6", 1, "a control character (U+000D)" },
};

static void
what_else_a_shell_knows_is_refused_with_its_line(void **state)
{
	struct siteconf c;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(decode(&c, bad[i].text, strlen(bad[i].text),
		                     &f),
		    -1);
		f.why[strnlen(bad[i].why, sizeof(f.why) - 1)] = '\0';
		assert_string_equal(f.why, bad[i].why);
		assert_int_equal(f.at, bad[i].line);
	}
	/* A NUL is no end. */
	assert_int_equal(decode(&c, "#\0\n", 3, &f), -1);
	assert_int_equal(f.at, 1);
}

static void
every_prefix_is_read_within_its_bounds(void **state)
{
	static const char all[] =
	    "\xef\xbb\xbfSITE_CERT=\"${site}/\\\"a\"'b' SITE_NAME=$site # x\r\n"
	    "LISTEN='0.0.0.0:1 [::]:2'\n";
	struct siteconf c;
	struct fault f;

	(void)state;
	for (size_t n = 0; n < sizeof(all); n++)
		(void)decode(&c, all, n, &f);
	assert_int_equal(decode(&c, all, sizeof(all) - 1, &f), 0);
}

static void
the_file_and_a_value_have_a_ceiling(void **state)
{
	static char text[SITECONF_MAX + 1], value[SITECONF_VALUE + 16];
	struct siteconf c;
	struct fault f;
	int n;

	(void)state;
	memset(text, '\n', sizeof(text));
	assert_int_equal(decode(&c, text, SITECONF_MAX, &f), 0);
	assert_int_equal(decode(&c, text, SITECONF_MAX + 1, &f), -1);
	n = snprintf(value, sizeof(value), "SITE_CERT=%0*d", SITECONF_VALUE - 1,
	    0);
	assert_int_equal(decode(&c, value, (size_t)n, &f), 0);
	value[n] = '0';
	assert_int_equal(decode(&c, value, (size_t)n + 1, &f), -1);
	assert_string_equal(f.why,
	    "a value is too long (expected up to 1023 bytes)");
}

static void
a_line_for_the_shell_has_nothing_that_the_shell_does(void **state)
{
	struct siteconf c;
	char line[SITECONF_LINE];
	size_t n;

	(void)state;
	siteconf_usual(&c);
	(void)strcpy(c.value[SITECONF_SITE_NAME], "it's $(id) `id` \"x\"");
	n = siteconf_line(line, sizeof(line), &c, SITECONF_SITE_NAME);
	assert_int_equal(n, strlen("SITE_NAME='it'\\''s $(id) `id` \"x\"'\n"));
	assert_memory_equal(line, "SITE_NAME='it'\\''s $(id) `id` \"x\"'\n", n);
	assert_int_equal(siteconf_line(line, n - 1, &c, SITECONF_SITE_NAME), 0);
	/* All of it quotes: the longest that there can be. */
	memset(c.value[SITECONF_SITE_CERT], '\'', SITECONF_VALUE - 1);
	n = siteconf_line(line, sizeof(line), &c, SITECONF_SITE_CERT);
	assert_int_equal(n,
	    4 * (SITECONF_VALUE - 1) + strlen("SITE_CERT=''\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_of_a_new_site_is_read),
		cmocka_unit_test(what_is_left_out_or_empty_is_as_usual),
		cmocka_unit_test(values_are_what_a_shell_would_make_of_them),
		cmocka_unit_test(
		    what_else_a_shell_knows_is_refused_with_its_line),
		cmocka_unit_test(every_prefix_is_read_within_its_bounds),
		cmocka_unit_test(the_file_and_a_value_have_a_ceiling),
		cmocka_unit_test(
		    a_line_for_the_shell_has_nothing_that_the_shell_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
