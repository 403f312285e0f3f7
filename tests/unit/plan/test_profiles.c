#include "plan/profiles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "Winter#42"

static int
decode(struct profiles *all, const char *xml, struct fault *f)
{
	size_t len = strlen(xml);
	char *tight = malloc(len + (len == 0)); /* ASan guards its end */
	int rc;

	assert_non_null(tight);
	memcpy(tight, xml, len);
	rc = profiles_decode(all, tight, len, f);
	free(tight);
	return rc;
}

static const char three[] =
    "<profiles>\n"
    " <rule profile='lab' fqdn='*.lab.example.com' release='11-'/>\n"
    " <rule profile='old' release='-10.0'/>\n"
    " <profile name='standard'/>\n"
    " <rule profile='standard'/>\n"
    " <profile name='lab'><ping>on</ping></profile>\n"
    " <profile name='old'><ping>off</ping></profile>\n"
    "</profiles>\n";

static const char *
chosen(const struct profiles *all, const char *fqdn, const char *release,
    size_t *line)
{
	const struct assign_facts facts = { .uuid = "",
		.fqdn = fqdn,
		.ou = "",
		.address = "",
		.release = release,
		.batch = "",
		.model = "",
		.chosen = "" };
	const struct assign_rule *rule;
	const struct profile *p = profiles_choose(all, &facts, &rule);

	*line = rule == NULL ? 0 : rule->line;
	return p == NULL ? NULL : p->name;
}

static void
the_first_rule_that_fits_gives_the_profile(void **state)
{
	struct profiles all;
	struct fault f;
	size_t line;

	(void)state;
	assert_int_equal(decode(&all, three, &f), 0);
	assert_int_equal(all.n, 3);
	assert_string_equal(all.list[0].name, "standard");
	assert_string_equal(chosen(&all, "a.lab.example.com", "11.8.1", &line),
	    "lab");
	assert_int_equal(line, 2);
	assert_string_equal(chosen(&all, "a.lab.example.com", "9.5", &line),
	    "old");
	assert_int_equal(line, 3);
	assert_string_equal(chosen(&all, "a.lab.example.com", "", &line),
	    "standard");
	assert_int_equal(line, 5);
	assert_string_equal(profiles_find(&all, "old")->name, "old");
	assert_null(profiles_find(&all, "none"));
	profiles_free(&all);
	assert_int_equal(all.n, 0);
}

static void
no_rule_that_fits_is_no_profile(void **state)
{
	struct profiles all;
	struct fault f;
	size_t line;

	(void)state;
	assert_int_equal(decode(&all,
	                     "<profiles><rule profile='a' fqdn='a.*'/>"
	                     "<profile name='a'/></profiles>",
	                     &f),
	    0);
	assert_null(chosen(&all, "b.example.com", "", &line));
	assert_int_equal(line, 0);
	profiles_free(&all);
}

static void
a_profile_alone_is_for_every_machine(void **state)
{
	struct profiles all;
	struct fault f;
	size_t line;

	(void)state;
	assert_int_equal(decode(&all, "<profile name='a'/>", &f), 0);
	assert_false(all.ruled);
	assert_string_equal(chosen(&all, "", "", &line), "a");
	assert_int_equal(line, 0);
	profiles_free(&all);
}

static void
each_mistake_is_named_with_its_line(void **state)
{
	static const struct {
		const char *xml;
		size_t line;
		const char *why;
	} wrong[] = {
		{ "<profiles/>", 1, "has no <profile>" },
		{ "<profiles>\n<rule profile='a'/></profiles>", 2,
		    "no profile has the name \"a\"" },
		{ "<profiles>\n<profile name='a'/></profiles>", 1,
		    "for all machines: <rule profile=\"a\"/>" },
		{ "<profiles x='1'/>", 1, "no attributes" },
		{ "<profiles>\ntext</profiles>", 2, "text between" },
		{ "<profiles>\n<machine/></profiles>", 2,
		    "unknown element <machine> in <profiles>" },
		{ "<profiles><rule profile='a'/><profile name='a'/>\n"
		  "<profile name='a'/></profiles>",
		    2, "two profiles have the name \"a\"" },
		{ "<profiles><profile name='a'/>\n\n<rule/></profiles>", 3,
		    "names no profile" },
		{ "<profiles><profile name='a'/>\n<rule profile=''/>"
		  "</profiles>",
		    2, "name is not" },
		{ "<profiles><profile name='a'/>\n"
		  "<rule profile='a' host='x'/></profiles>",
		    2,
		    "no attribute host (expected profile, uuid, fqdn, ou, "
		    "subnet, release, batch or model)" },
		{ "<profiles><profile name='a'/>\n"
		  "<rule profile='a' subnet='10.0.0.1/8'/></profiles>",
		    2, "<rule>: subnet: got \"10.0.0.1/8\", expected the" },
		{ "<profiles><profile name='a'/>\n"
		  "<rule profile='a'>x</rule></profiles>",
		    2, "is not empty" },
		{ "<profiles><rule profile='a'/><profile name='a'>\n"
		  "<ping>x</ping></profile></profiles>",
		    2, "<ping>: got \"x\"" },
		{ "<profiles><rule profile='a'/>\n<profile/></profiles>", 2,
		    "has no name" },
		{ "<profiles xmlns='urn:x'><rule profile='a'/>"
		  "<profile name='a'/></profiles>",
		    1, "schema" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct profiles all;
		struct fault f = { 0 };

		assert_int_equal(decode(&all, wrong[i].xml, &f), -1);
		if (strstr(f.why, wrong[i].why) == NULL)
			fail_msg("\"%s\": got \"%s\", expected \"%s\"",
			    wrong[i].xml, f.why, wrong[i].why);
		if (f.at != wrong[i].line)
			fail_msg("\"%s\": line %zu (%s)", wrong[i].xml, f.at,
			    f.why);
		assert_null(all.list);
		assert_null(all.rules.list);
	}
}

static void
a_file_ends_at_64_profiles(void **state)
{
	static char xml[8192];
	struct profiles all;
	struct fault f;

	(void)state;
	for (size_t n = 64; n <= 65; n++) {
		size_t len = (size_t)snprintf(xml, sizeof(xml),
		    "<profiles><rule profile='p0'/>");

		for (size_t i = 0; i < n; i++)
			len += (size_t)snprintf(xml + len, sizeof(xml) - len,
			    "<profile name='p%zu'/>", i);
		(void)snprintf(xml + len, sizeof(xml) - len, "</profiles>");
		assert_int_equal(decode(&all, xml, &f), n == 64 ? 0 : -1);
		profiles_free(&all);
	}
	assert_non_null(strstr(f.why, "more than 64 profiles"));
}

/* Before a machine has the key, no rule can choose. */
static void
keys_get_what_all_profiles_agree_on(void **state)
{
	struct profiles all;
	struct fault f;

	(void)state;
	assert_int_equal(decode(&all, three, &f), 0);
	assert_string_equal(profiles_for_keys(&all, NULL, &f)->name,
	    "standard");
	assert_string_equal(profiles_for_keys(&all, "old", &f)->name, "old");
	assert_null(profiles_for_keys(&all, "new", &f));
	assert_string_equal(f.why, "no profile has the name \"new\"");
	profiles_free(&all);

	assert_int_equal(
	    decode(&all,
	        "<profiles><rule profile='a'/><profile name='a'/>"
	        "<profile name='b'><mebx-password><random/></mebx-password>"
	        "</profile><profile name='c'><mebx-password><fixed>" SECRET
	        "</fixed></mebx-password></profile></profiles>",
	        &f),
	    0);
	assert_null(profiles_for_keys(&all, NULL, &f));
	assert_non_null(strstr(f.why, "profiles a and c have different"));
	assert_non_null(strstr(f.why, "--profile"));
	assert_null(strstr(f.why, SECRET));
	assert_string_equal(profiles_for_keys(&all, "c", &f)->name, "c");
	profiles_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_rule_that_fits_gives_the_profile),
		cmocka_unit_test(no_rule_that_fits_is_no_profile),
		cmocka_unit_test(a_profile_alone_is_for_every_machine),
		cmocka_unit_test(each_mistake_is_named_with_its_line),
		cmocka_unit_test(a_file_ends_at_64_profiles),
		cmocka_unit_test(keys_get_what_all_profiles_agree_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
