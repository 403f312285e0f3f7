#include "plan/profile_xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan/profiles.h"

static void
refused(const char *xml, size_t len, size_t line, const char *why)
{
	struct fault f;

	assert_null(profile_xml_parse(xml, len, &f));
	assert_int_equal(f.at, line);
	assert_non_null(strstr(f.why, why));
}

static void
good_xml_is_a_document(void **state)
{
	static const char xml[] = "<profile name=\"lab7\">\n</profile>\n";
	struct fault f;
	xmlDoc *doc = profile_xml_parse(xml, strlen(xml), &f);

	(void)state;
	assert_non_null(doc);
	assert_string_equal(xmlDocGetRootElement(doc)->name, "profile");
	xmlFreeDoc(doc);
}

static void
what_is_no_xml_is_named_with_its_line_and_quoted_nowhere(void **state)
{
	static const char amp[] = "<p>\n<a>Geheim&x</a></p>";
	static const char less[] = "<p>\n<a>Geheim<1</a></p>";
	static const char cut[] = "<p>\n<a>";
	struct fault f;

	(void)state;
	refused("", 0, 1, "not XML");
	refused(amp, strlen(amp), 2, "a plain & must be written &amp;");
	refused(less, strlen(less), 2, "a plain < is not written &lt;");
	assert_null(profile_xml_parse(cut, strlen(cut), &f));
	assert_null(profile_xml_parse(amp, strlen(amp), &f));
	assert_null(strstr(f.why, "Geheim"));
}

static void
a_document_type_is_refused_before_it_is_read(void **state)
{
	static const char xml[] = "<?xml version=\"1.0\"?>\n"
	                          "<!DOCTYPE p [<!ENTITY a \"b\">]>\n"
	                          "<p>&a;</p>";

	(void)state;
	refused(xml, strlen(xml), 2, "<!DOCTYPE");
}

static void
bytes_that_are_no_utf8_are_refused_with_their_line(void **state)
{
	static const char latin1[] = "<p>\n\xe4</p>";
	static const char utf16[] = "<\0p\0";

	(void)state;
	refused(latin1, strlen(latin1), 2, "not UTF-8");
	refused(utf16, sizeof(utf16) - 1, 1, "NUL byte");
}

static void
a_profile_may_be_so_large_and_no_larger(void **state)
{
	static const char end[] = "<p/>";
	size_t len = PROFILE_MAX + 1;
	char *xml = malloc(len);
	struct fault f;
	xmlDoc *doc;

	(void)state;
	assert_non_null(xml);
	memset(xml, '\n', len);
	memcpy(xml, end, strlen(end));
	refused(xml, len, 0, "too large");
	doc = profile_xml_parse(xml, len - 1, &f);
	assert_non_null(doc);
	xmlFreeDoc(doc);
	free(xml);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_xml_is_a_document),
		cmocka_unit_test(
		    what_is_no_xml_is_named_with_its_line_and_quoted_nowhere),
		cmocka_unit_test(a_document_type_is_refused_before_it_is_read),
		cmocka_unit_test(
		    bytes_that_are_no_utf8_are_refused_with_their_line),
		cmocka_unit_test(a_profile_may_be_so_large_and_no_larger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
