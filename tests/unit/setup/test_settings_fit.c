#include "setup/settings_fit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plan/profiles.h"
#include "profile_table.h"

static struct profiles all;

static const struct profile *
profile(const char *inner)
{
	char xml[2000];
	struct fault f;

	profiles_free(&all);
	(void)snprintf(xml, sizeof(xml), "<profile name='a'>\n%s</profile>",
	    inner);
	if (profiles_decode(&all, xml, strlen(xml), &f) == -1)
		fail_msg("%s", f.why);
	return &all.list[0];
}

/* What the release lacks, as lines of "NAME ITEM LINE: why". */
static const char *
lacks(const struct profile *p, unsigned major, unsigned minor)
{
	static char text[1000];
	struct settings_lack lack;
	char why[120];
	size_t at = 0, len = 0;

	text[0] = '\0';
	while (settings_lacks(&p->settings, SETTING_RELEASE(major, minor), &at,
	    &lack)) {
		settings_lack_describe(why, sizeof(why), &lack);
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s %s %u: %s\n", lack.row->name, lack.item,
		    p->lines[lack.number], why);
	}
	return text;
}

static void
what_a_release_lacks_is_listed_with_its_line_and_why(void **state)
{
	const struct profile *p =
	    profile("<lamp>on</lamp>\n<screen>on</screen>\n"
	            "<screen-password>Secret#1</screen-password>\n"
	            "<port>5900</port>\n<mode>fast</mode>\n"
	            "<person name='helpdesk'><password>x</password>\n"
	            "<rights>slow</rights></person>");

	(void)state;
	assert_string_equal(lacks(p, 3, 2),
	    "screen  3: needs AMT 6.0 or later\n"
	    "screen-password  4: needs <screen>, which needs AMT 6.0 or "
	    "later\n"
	    "mode  6: is only in AMT 7.0 to 15.0\n"
	    "person-rights helpdesk 8: needs AMT 4.0 or later\n");
	assert_string_equal(lacks(p, 9, 5), "");
	assert_string_equal(lacks(p, 16, 0),
	    "port  5: is not in AMT after 10.0\n"
	    "mode  6: is only in AMT 7.0 to 15.0\n");
	assert_string_equal(lacks(p, 10, 0), "");
	assert_string_equal(lacks(p, 15, 0),
	    "port  5: is not in AMT after 10.0\n");
	assert_string_equal(lacks(p, 15, 1),
	    "port  5: is not in AMT after 10.0\n"
	    "mode  6: is only in AMT 7.0 to 15.0\n");
}

static void
what_is_kept_or_off_is_not_lacking(void **state)
{
	(void)state;
	assert_string_equal(lacks(profile("<screen>off</screen>"), 3, 2), "");
	assert_string_equal(lacks(profile("<screen>keep</screen>"), 3, 2), "");
	assert_string_equal(lacks(profile("<mode>keep</mode>"), 3, 2), "");
	assert_string_equal(lacks(profile("<port>keep</port>"), 16, 0), "");
	assert_string_equal(lacks(profile(""), 3, 2), "");
}

static void
a_profile_refuses_when_it_says_so(void **state)
{
	(void)state;
	assert_false(settings_refuse(&profile("")->settings));
	assert_false(settings_refuse(
	    &profile("<unsupported>warn</unsupported>")->settings));
	assert_false(settings_refuse(
	    &profile("<unsupported>keep</unsupported>")->settings));
	assert_true(settings_refuse(
	    &profile("<unsupported>refuse</unsupported>")->settings));
}

static void
a_refusal_says_what_is_lacking_and_how_much_more(void **state)
{
	const struct profile *p =
	    profile("<unsupported>refuse</unsupported><screen>on</screen>"
	            "<screen-password>Secret#1</screen-password>");
	char text[200];

	(void)state;
	assert_true(settings_refused(text, sizeof(text), &p->settings,
	    SETTING_RELEASE(5, 0)));
	assert_string_equal(text, "screen needs AMT 6.0 or later, and 1 more");
	assert_false(settings_refused(text, sizeof(text), &p->settings,
	    SETTING_RELEASE(6, 0)));
	assert_false(settings_refused(text, sizeof(text), &p->settings, 0));
	assert_false(settings_refused(text, sizeof(text), NULL, 1));
	p = profile("<screen>on</screen>");
	assert_false(settings_refused(text, sizeof(text), &p->settings,
	    SETTING_RELEASE(5, 0)));
	profiles_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_a_release_lacks_is_listed_with_its_line_and_why),
		cmocka_unit_test(what_is_kept_or_off_is_not_lacking),
		cmocka_unit_test(a_profile_refuses_when_it_says_so),
		cmocka_unit_test(
		    a_refusal_says_what_is_lacking_and_how_much_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
