#include "plan/profile_schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan/profile_rows.h"
#include "plan/profile_xml.h"

static bool
accepts(const char *xml)
{
	struct fault f = { 0 };
	xmlDoc *doc = profile_xml_parse(xml, strlen(xml), &f);
	bool good;

	if (doc == NULL)
		fail_msg("%s: %s", xml, f.why);
	good = profile_schema_accepts(doc);
	xmlFreeDoc(doc);
	return good;
}

static const struct {
	bool good;
	const char *xml;
} documents[] = {
	{ true, "<profile name='a'/>" },
	{ true,
	    "<profile name='a'><rmcp-ping>on</rmcp-ping>"
	    "<ping> off </ping></profile>" },
	{ true,
	    "<profile name='a'><admin-password><derived>x</derived>"
	    "</admin-password></profile>" },
	{ true,
	    "<profile name='a'><password-days>90</password-days>"
	    "<unsupported>refuse</unsupported></profile>" },
	{ true,
	    "<profile name='a'><password-days>keep</password-days>"
	    "</profile>" },
	{ true,
	    "<profiles><profile name='a'/><rule profile='a' "
	    "fqdn='*'/><profile name='b'/></profiles>" },
	{ false, "<profile/>" },
	{ false, "<profiles><profile name='a'/></profiles>" },
	{ false, "<profiles><rule profile='a'/></profiles>" },
	{ false, "<profiles><rule/><profile name='a'/></profiles>" },
	{ false,
	    "<profiles><rule profile='a' colour='x'/>"
	    "<profile name='a'/></profiles>" },
	{ false,
	    "<profiles><rule profile='a'>x</rule>"
	    "<profile name='a'/></profiles>" },
	{ false, "<profile name='a'>text</profile>" },
	{ false, "<profile name='a' x='1'/>" },
	{ false, "<profile name='a'><pong>on</pong></profile>" },
	{ false, "<profile name='a'><ping>yes</ping></profile>" },
	{ false, "<profile name='a'><ping/></profile>" },
	{ false, "<profile name='a'><ping x='1'>on</ping></profile>" },
	{ false,
	    "<profile name='a'><ping>on</ping><ping>on</ping>"
	    "</profile>" },
	{ false, "<profile name='a'><admin-password/></profile>" },
	{ false,
	    "<profile name='a'><admin-password><keep/>"
	    "</admin-password></profile>" },
	{ false,
	    "<profile name='a'><mebx-password><keep/><random/>"
	    "</mebx-password></profile>" },
	{ false,
	    "<profile name='a'><mebx-password><keep>x</keep>"
	    "</mebx-password></profile>" },
	{ false,
	    "<profile name='a'><password-days>0</password-days>"
	    "</profile>" },
	{ false,
	    "<profile name='a'><password-days>3651"
	    "</password-days></profile>" },
	{ false,
	    "<profile name='a'><unsupported>no</unsupported>"
	    "</profile>" },
	{ false, "<profile xmlns='urn:x' name='a'/>" },
};

static void
the_schema_says_what_can_be_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		if (accepts(documents[i].xml) != documents[i].good)
			fail_msg("%s: expected %d", documents[i].xml,
			    documents[i].good);
}

/* Each row of the table is an element of it, those of lists within theirs. */
static void
the_schema_has_every_setting(void **state)
{
	size_t len;
	char *text = profile_schema_make(&len), element[80];

	(void)state;
	assert_non_null(text);
	assert_int_equal(strlen(text), len);
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];

		if (row->own != NULL)
			continue;
		(void)snprintf(element, sizeof(element),
		    "<element name=\"%s\">", profile_rows_element(row));
		if (strstr(text, element) == NULL)
			fail_msg("the schema lacks %s", element);
		if (row->list == NULL)
			continue;
		(void)snprintf(element, sizeof(element),
		    "<element name=\"%s\">", row->list);
		if (strstr(text, element) == NULL)
			fail_msg("the schema lacks %s", element);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_schema_says_what_can_be_where),
		cmocka_unit_test(the_schema_has_every_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
