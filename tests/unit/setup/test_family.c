#include "setup/family.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_family.h"

#define CERT "AMT_PublicKeyCertificate"
#define BASE "http://intel.com/wbem/wscim/1/amt-schema/1/"

static char refers_xml[2048];

/* A reference to an instance of this class, by these two selectors. */
static const char *
reference(const char *class, const char *name, const char *value)
{
	(void)snprintf(refers_xml, sizeof(refers_xml),
	    "<g:ElementInContext><a:Address>x</a:Address>"
	    "<a:ReferenceParameters><w:ResourceURI>" BASE "%s</w:ResourceURI>"
	    "<w:SelectorSet><w:Selector Name=\"Other\">no</w:Selector>"
	    "<w:Selector Name=\"%s\">%s</w:Selector></w:SelectorSet>"
	    "</a:ReferenceParameters></g:ElementInContext>",
	    class, name, value);
	return refers_xml;
}

static bool
refers(const char *xml, char to[FAMILY_ID])
{
	struct message r;
	bool is = family_refers(family_decode(&r, "CIM_CredentialContext", xml),
	    "ElementInContext", CERT, "InstanceID", to);

	message_free(&r);
	return is;
}

static void
a_reference_is_of_its_class_and_selector_alone(void **state)
{
	char to[FAMILY_ID] = "", longest[FAMILY_ID + 1];

	(void)state;
	assert_true(refers(reference(CERT, "InstanceID", "Handle: 1"), to));
	assert_string_equal(to, "Handle: 1");
	assert_false(refers(reference("AMT_Other", "InstanceID", "x"), to));
	assert_false(refers(reference("X" CERT, "InstanceID", "x"), to));
	assert_false(refers(reference(CERT, "Name", "x"), to));
	assert_false(refers("<g:ElementInContext>x</g:ElementInContext>", to));
	assert_false(refers("<g:Name>x</g:Name>", to));
	memset(longest, 'x', FAMILY_ID);
	longest[FAMILY_ID] = '\0';
	assert_false(refers(reference(CERT, "InstanceID", longest), to));
	assert_true(refers(reference(CERT, "InstanceID", longest + 1), to));
	assert_string_equal(to, longest + 1);
}

static void
a_number_is_written_out_or_named_by_a_choice(void **state)
{
	struct setup *s;

	(void)state;
	family_ask("wifi-priority", "a", "7");
	family_ask("wifi-security", "a", "wpa2-psk");
	family_ask("wifi-security", "b", "wpa-802.1x");
	s = family_new(&family_check, 0);
	assert_int_equal(family_number(s, "wifi-priority", "a", 1), 7);
	assert_int_equal(family_number(s, "wifi-priority", "b", 1), 1);
	assert_int_equal(family_number(s, "wifi-security", "a", 9), 6);
	assert_int_equal(family_number(s, "wifi-security", "b", 9), 5);
	assert_int_equal(family_number(s, "wifi-security", "c", 9), 9);
	assert_string_equal(family_text(s, "wifi-priority", "a"), "7");
	assert_string_equal(family_text(s, "wifi-priority", "b"), "");
	setup_free(s);
}

/* A secret that was accepted was reported as sent. */
static void
differences_are_reported_and_changes_without_secrets(void **state)
{
	struct setup *s = family_new(&family_check, 0);
	struct family_diffs d = { .n = 0 };
	struct family_end e = { .asks = 0 };
	char longer[200] = "";

	(void)state;
	family_diff(&d, family_row(s, "wifi-ssid"), "Old");
	family_diff(&d, family_row(s, "wifi-psk"), NULL);
	assert_string_equal(d.found[0], "Old");
	assert_string_equal(d.found[1], "");
	family_tell(s, &d, "a", true);
	family_tell(s, &d, "b", false);
	family_findings(s, &e);
	assert_string_equal(e.findings,
	    "changed wifi-ssid.a, differs wifi-ssid.b, differs wifi-psk.b, ");
	/* Cut, it is seen to be. */
	memset(longer, 'x', sizeof(longer) - 1);
	family_diff(&d, family_row(s, "wifi-ssid"), longer);
	assert_int_equal(strlen(d.found[2]), 127);
	assert_string_equal(d.found[2] + 123, "x...");
	longer[127] = '\0';
	family_diff(&d, family_row(s, "wifi-ssid"), longer);
	assert_string_equal(d.found[3], longer);
	while (d.n < FAMILY_DIFFS_MAX)
		family_diff(&d, s->rules.table, NULL);
	family_diff(&d, s->rules.table, NULL);
	assert_int_equal(d.n, FAMILY_DIFFS_MAX);
	setup_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(a_reference_is_of_its_class_and_selector_alone),
		TEST(a_number_is_written_out_or_named_by_a_choice),
		TEST(differences_are_reported_and_changes_without_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
