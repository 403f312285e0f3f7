#include "plan/profile_relations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plan/profiles.h"
#include "profile_table.h"

static int
decode(struct profiles *all, const char *inner, struct fault *f)
{
	char xml[2000];

	(void)snprintf(xml, sizeof(xml), "<profile name='a'>\n%s</profile>",
	    inner);
	return profiles_decode(all, xml, strlen(xml), f);
}

#define PERSON(name) "<person name='" name "'><password>x</password></person>"

static void
references_are_to_entries_wherever_they_are(void **state)
{
	struct profiles all;
	struct fault f;

	(void)state;
	if (decode(&all,
	        "<lock>a b</lock><door name='d'><mode>fast</mode><persons>a\n"
	        "c</persons></door>" PERSON("a b") PERSON("a") PERSON("c"),
	        &f) == -1)
		fail_msg("%s", f.why);
	assert_int_equal(profile_relations(&all.list[0], &f), 0);
	profiles_free(&all);
}

static void
each_wrong_relation_is_named_with_its_line(void **state)
{
	static const struct {
		const char *xml;
		size_t line;
		const char *why;
	} rows[] = {
		{ "\n<lock>a</lock>", 3,
		    "<lock>: the profile has no <person name=\"a\">" },
		{ "<lock>a</lock>" PERSON("b"), 2,
		    "<lock>: the profile has no <person name=\"a\">" },
		{ "<lock>a</lock>" PERSON("ab"), 2,
		    "<lock>: the profile has no <person name=\"a\">" },
		{ "<door name='a'><mode>fast</mode>\n<persons>b c</persons>"
		  "</door>" PERSON("b"),
		    3, "<persons>: the profile has no <person name=\"c\">" },
		{ PERSON("b") "<ca name='odd'>\n\n<certificate>AAAA"
		              "</certificate></ca>",
		    4, "an even name only" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct profiles all;
		struct fault f;

		assert_int_equal(decode(&all, rows[i].xml, &f), -1);
		if (strstr(f.why, rows[i].why) == NULL || f.at != rows[i].line)
			fail_msg("%s: line %zu: %s", rows[i].xml, f.at, f.why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_are_to_entries_wherever_they_are),
		cmocka_unit_test(each_wrong_relation_is_named_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
