#include "plan/profile_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan/profile_schema.h"
#include "plan/profile_xml.h"
#include "profile_table.h"

#define SECRET "Winter#42"

static struct profile p;
static bool schema_agrees; /* does the schema take what was read last? */

static int
read_xml(const char *inner, struct fault *f)
{
	static char xml[40000];
	xmlDoc *doc;
	int rc;

	(void)snprintf(xml, sizeof(xml), "<profile name='a'>\n%s</profile>",
	    inner);
	*f = (struct fault){ 0 };
	doc = profile_xml_parse(xml, strlen(xml), f);
	if (doc == NULL)
		fail_msg("%s: %s", xml, f->why);
	profile_wipe(&p);
	rc = profile_read(&p, xmlDocGetRootElement(doc), f);
	schema_agrees = profile_schema_accepts(doc);
	xmlFreeDoc(doc);
	return rc;
}

static void
takes(const char *inner)
{
	struct fault f;

	if (read_xml(inner, &f) == -1)
		fail_msg("%s: %s", inner, f.why);
	if (!schema_agrees)
		fail_msg("the schema refuses %s", inner);
}

static const char *
value(const char *setting, const char *item)
{
	for (size_t i = 0; i < p.settings.n; i++)
		if (strcmp(p.settings.list[i].setting, setting) == 0 &&
		    strcmp(p.settings.list[i].item, item) == 0)
			return p.settings.list[i].value;
	return "none";
}

static unsigned
line(const char *setting, const char *item)
{
	for (size_t i = 0; i < p.settings.n; i++)
		if (strcmp(p.settings.list[i].setting, setting) == 0 &&
		    strcmp(p.settings.list[i].item, item) == 0)
			return p.lines[i];
	return 9999;
}

static void
each_type_is_read(void **state)
{
	(void)state;
	takes("<port> 5900\n</port>\n<mode>fast</mode>"
	      "<suffixes>a.example.com\n b.example.com</suffixes>"
	      "<even>abcd</even><screen-password>Secret#1</screen-password>"
	      "<lamp>off</lamp>");
	assert_string_equal(value("port", ""), "5900");
	assert_int_equal(line("port", ""), 2);
	assert_string_equal(value("mode", ""), "fast");
	assert_int_equal(line("mode", ""), 4);
	assert_string_equal(value("suffixes", ""),
	    "a.example.com b.example.com");
	assert_string_equal(value("even", ""), "abcd");
	assert_string_equal(value("screen-password", ""), "Secret#1");
	assert_string_equal(value("lamp", ""), "off");
	assert_string_equal(value("screen", ""), "keep");
	assert_int_equal(line("screen", ""), 0);
}

static void
what_is_kept_is_as_good_as_left_out(void **state)
{
	(void)state;
	takes("<port>keep</port><suffixes>keep</suffixes><mode>keep</mode>");
	assert_string_equal(value("port", ""), "none");
	assert_string_equal(value("suffixes", ""), "none");
	assert_null(settings_value(&p.settings, "mode"));
}

static void
entries_have_their_fields_in_any_order(void **state)
{
	(void)state;
	takes("<person name='help desk'><rights>fast slow</rights>\n"
	      "<!-- new --><password>" SECRET "</password></person>"
	      "<lamp>on</lamp>"
	      "<person name='&lt;&amp;&quot;'><password>b</password>"
	      "</person>");
	assert_string_equal(value("person-password", "help desk"), SECRET);
	assert_int_equal(line("person-password", "help desk"), 3);
	assert_string_equal(value("person-rights", "help desk"), "fast slow");
	assert_string_equal(value("person-password", "<&\""), "b");
	assert_string_equal(value("person-rights", "<&\""), "none");
	/* Others go, as it says nothing of them; of other lists they stay. */
	assert_string_equal(value("person-others", ""), "remove");
}

static void
others_are_as_the_profile_says(void **state)
{
	(void)state;
	takes("<person name='a'><password>b</password></person>"
	      "<person-others>keep</person-others>");
	assert_null(settings_value(&p.settings, "person-others"));
	takes("");
	assert_null(settings_value(&p.settings, "person-others"));
	takes("<person-others>remove</person-others>");
	assert_string_equal(settings_value(&p.settings, "person-others"),
	    "remove");
}

static void
certificates_may_be_pem_or_have_line_ends(void **state)
{
	struct fault f;

	(void)state;
	takes("<ca name='a'><certificate>\n-----BEGIN CERTIFICATE-----\n"
	      "AAAA\nBBB=\n-----END CERTIFICATE-----\n</certificate></ca>"
	      "<ca name='b'><certificate> AA\n  AA </certificate></ca>");
	assert_string_equal(value("ca-certificate", "a"), "AAAABBB=");
	assert_string_equal(value("ca-certificate", "b"), "AAAA");
	assert_int_equal(
	    read_xml("<ca name='a'><certificate>-----BEGIN CERTIFICATE-----"
	             "\nAAAA\n-----END CERTIFICATE-----\n"
	             "-----BEGIN CERTIFICATE-----\nAAAA\n"
	             "-----END CERTIFICATE-----</certificate></ca>",
	        &f),
	    -1);
	assert_int_equal(read_xml("<ca name='a'><certificate>"
	                          "-----BEGIN CERTIFICATE-----\nAAAA"
	                          "</certificate></ca>",
	                     &f),
	    -1);
	assert_non_null(strstr(f.why, "<certificate> of ca \"a\""));
}

static void
a_certificate_ends_at_its_ceiling(void **state)
{
	static char xml[20000], text[SETTING_LONG_MAX + 5];
	struct fault f;

	(void)state;
	memset(text, 'A', sizeof(text));
	for (int len = SETTING_LONG_MAX; len <= SETTING_LONG_MAX + 4;
	     len += 4) {
		(void)snprintf(xml, sizeof(xml),
		    "<ca name='a'><certificate>%.*s</certificate></ca>", len,
		    text);
		assert_int_equal(read_xml(xml, &f),
		    len == SETTING_LONG_MAX ? 0 : -1);
	}
}

static const struct {
	const char *xml;
	size_t line;
	const char *why;
	bool schema; /* takes it: the reader's alone */
} mistakes[] = {
	{ "<port>0</port>", 2, "<port>: got \"0\", expected a number", false },
	{ "\n<mode>x</mode>", 3, "<mode>: got \"x\", expected keep, ", false },
	{ "<mode/>", 2, "<mode>: got \"\"", false },
	{ "<even>abc</even>", 2, "<even>: has an odd number", true },
	{ "<lamp>on</lamp>\n<lamp>on</lamp>", 3,
	    "<lamp> is here a second time (first in line 2)", false },
	{ "<host>x</host>", 2, "unknown element <host>", false },
	{ "<person-password>x</person-password>", 2,
	    "unknown element <person-password>", false },
	{ "<person>x</person>", 2, "<person> has no name", false },
	{ "<person name=''><password>b</password></person>", 2,
	    "name of <person> is not 1 to 63", true },
	{ "<person name=' a'><password>b</password></person>", 2,
	    "name of <person> is not 1 to 63", true },
	{ "<person name='\xc3\xa4'><password>b</password></person>", 2,
	    "name of <person> is not 1 to 63", true },
	{ "<person name='a' x='1'/>", 2, "no attribute but name", false },
	{ "<person name='a'>\n<rights>slow</rights></person>", 2,
	    "<person name=\"a\"> has no <password> (expected", false },
	{ "<ca name='a'/>", 2, "<ca name=\"a\"> is empty", true },
	{ "<person name='a'><password>b</password></person>\n"
	  "<person name='a'><password>b</password></person>",
	    3, "<person name=\"a\"> is here a second time", true },
	{ "<person name='a'>\n<password>b</password>\n"
	  "<password>b</password></person>",
	    4, "<password> is here a second time (first in line 3)", false },
	{ "<person name='a'><pasword>b</pasword></person>", 2,
	    "unknown element <pasword> in <person> (did you mean "
	    "<password>?)",
	    false },
	{ "<person name='a'>\ntext<password>b</password></person>", 3,
	    "text between", false },
	{ "<person name='a'><password>b</password>\n"
	  "<rights>slow quick</rights></person>",
	    3, "<rights> of person \"a\": got \"slow quick\"", false },
	{ "<person name='a'><password>b</password>\n"
	  "<rights>slow slow</rights></person>",
	    3, "<rights> of person \"a\": got", true },
	{ "<door name='a'>\n<mode>keep</mode></door>", 3,
	    "<mode> of door \"a\": got \"keep\", expected", false },
	{ "<person name='a'><password p='1'>b</password></person>", 2,
	    "<password> takes no attributes", false },
	{ "<person name='a'><password><x/></password></person>", 2,
	    "<password> holds an element", false },
	{ "<lamp xmlns='urn:x'>on</lamp>", 2, "unknown element", false },
};

static void
each_mistake_is_named_with_line_and_element(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct fault f;

		if (read_xml(mistakes[i].xml, &f) == 0)
			fail_msg("%s is taken", mistakes[i].xml);
		if (strstr(f.why, mistakes[i].why) == NULL)
			fail_msg("%s: got \"%s\", expected \"%s\"",
			    mistakes[i].xml, f.why, mistakes[i].why);
		if (f.at != mistakes[i].line)
			fail_msg("%s: line %zu", mistakes[i].xml, f.at);
		if (schema_agrees != mistakes[i].schema)
			fail_msg("%s: the schema says %d", mistakes[i].xml,
			    schema_agrees);
	}
}

static void
no_message_shows_a_secret(void **state)
{
	static const char *const wrong[] = {
		"<screen-password>" SECRET "</screen-password>",
		"<screen-password>\xc3\xa4" SECRET "</screen-password>",
		"<screen-password>" SECRET "<x/></screen-password>",
		"<person name='a'><password>\xc3\xa4" SECRET
		"</password></person>",
		"<person name='a'>" SECRET "</person>",
		"<person name='a'><password>b</password><password>" SECRET
		"</password></person>",
		"<admin-password><derived>" SECRET
		"</derived></admin-password>",
		"<mebx-password><derived>x" SECRET SECRET SECRET SECRET SECRET
		    SECRET SECRET SECRET SECRET SECRET SECRET SECRET SECRET
		        SECRET SECRET "</derived></mebx-password>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct fault f;

		assert_int_equal(read_xml(wrong[i], &f), -1);
		assert_null(strstr(f.why, "inter"));
		assert_null(strstr(f.why, "#42"));
	}
}

static void
masters_are_taken_exactly(void **state)
{
	uint8_t uuid[UUID_LEN] = { 0 };
	char pw[PASSWORD_MAX + 1];

	(void)state;
	takes("<admin-password><derived> a master with blanks </derived>"
	      "</admin-password><mebx-password><derived>"
	      "another master text</derived></mebx-password>");
	assert_int_equal(p.admin_mode, PROFILE_ADMIN_DERIVED);
	assert_string_equal(p.admin_master, " a master with blanks ");
	assert_string_equal(p.admin_fixed, "");
	assert_int_equal(p.mebx_mode, PROFILE_MEBX_DERIVED);
	assert_string_equal(p.mebx_master, "another master text");
	assert_int_equal(profile_admin_password(pw, &p, uuid), 0);
	assert_int_equal(password_check(pw, strlen(pw), NULL), 0);
	takes("<admin-password><random/></admin-password>");
	assert_int_equal(profile_admin_password(pw, &p, uuid), 0);
	assert_string_equal(pw, "");
	takes("<mebx-password><fixed>" SECRET "</fixed></mebx-password>");
	assert_int_equal(profile_mebx_password(pw, &p, uuid), 0);
	assert_string_equal(pw, SECRET);
	profile_wipe(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_is_read),
		cmocka_unit_test(what_is_kept_is_as_good_as_left_out),
		cmocka_unit_test(entries_have_their_fields_in_any_order),
		cmocka_unit_test(others_are_as_the_profile_says),
		cmocka_unit_test(certificates_may_be_pem_or_have_line_ends),
		cmocka_unit_test(a_certificate_ends_at_its_ceiling),
		cmocka_unit_test(each_mistake_is_named_with_line_and_element),
		cmocka_unit_test(no_message_shows_a_secret),
		cmocka_unit_test(masters_are_taken_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
