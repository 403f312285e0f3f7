/*
 * Power packages by their plain names: family_power.
 */
#include "setup/family_use.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "amt/wsman.h"
#include "setup_family.h"

#define SCHEME "AMT_SystemPowerScheme"
#define DATA "CIM_ElementSettingData"
#define AMT "http://intel.com/wbem/wscim/1/amt-schema/1/"

static struct family_machine machine;
static size_t current;

static void
settings(struct family_machine *m)
{
	for (size_t i = m->n; i-- > 0;)
		if (strcmp(m->at[i].class, DATA) == 0)
			family_remove(m, &m->at[i]);
	(void)family_add(m, DATA, "boot",
	    "<g:IsCurrent>1</g:IsCurrent><g:SettingData><b:Address/>"
	    "<b:ReferenceParameters><c:ResourceURI>CIM_BootConfigSetting"
	    "</c:ResourceURI><c:SelectorSet><c:Selector Name=\"InstanceID\">"
	    "Boot 0</c:Selector></c:SelectorSet></b:ReferenceParameters>"
	    "</g:SettingData>");
	for (size_t i = 0; i < 4; i++) {
		char xml[800];

		(void)snprintf(xml, sizeof(xml),
		    "<g:IsCurrent>%d</g:IsCurrent><g:ManagedElement>x"
		    "</g:ManagedElement><g:SettingData><b:Address>/wsman"
		    "</b:Address><b:ReferenceParameters><c:ResourceURI>" AMT
		        SCHEME "</c:ResourceURI><c:SelectorSet>"
		    "<c:Selector Name=\"SchemeGUID\">x</c:Selector><c:Selector "
		    "Name=\"InstanceID\">SCHEME %zu</c:Selector>"
		    "</c:SelectorSet></b:ReferenceParameters></g:SettingData>",
		    i == current ? 1 : 2, i);
		(void)family_add(m, DATA, "scheme", xml);
	}
}

static unsigned
set(struct family_machine *m, const char *method, const char *body)
{
	const char *at = strstr(body, "SCHEME ");

	assert_string_equal(method, "SetPowerScheme");
	assert_non_null(at);
	current = (size_t)(at[strlen("SCHEME ")] - '0');
	settings(m);
	return 0;
}

/* Two of notebooks and two of desktops, as from 6.0 on. */
static struct family_machine *
new_machine(size_t now, bool guids)
{
	static const char *const schemes[][2] = {
		{ "Mobile: ON in S0", "djmXEQtWUEOIcJgS85G1YA==" },
		{ "Mobile: ON in S0, ME Wake in S3, S4-5 (AC only)",
		    "MIAN7gnAeEOvKHhootu+Og==" },
		{ "Desktop: ON in S0", "lE+DEvsQT9yWjh4jKwyQZQ==" },
		{ "Desktop: ON in S0, ME Wake in S3, S4-5",
		    "cyJzRiPcQy+pihPTeYLYVQ==" },
	};

	machine = (struct family_machine){ .call = set };
	current = now;
	for (size_t i = 0; i < 4; i++) {
		char xml[400], id[32];

		(void)snprintf(id, sizeof(id), "SCHEME %zu", i);
		(void)snprintf(xml, sizeof(xml),
		    "<g:Description>%s</g:Description><g:InstanceID>%s"
		    "</g:InstanceID><g:SchemeGUID>%s</g:SchemeGUID>",
		    schemes[i][0], id, guids ? schemes[i][1] : "AAAA");
		(void)family_add(&machine, SCHEME, id, xml);
	}
	settings(&machine);
	return &machine;
}

/* profile.md, 8: SelectorSet of InstanceID alone. */
static void
the_package_of_this_sort_of_machine_is_chosen(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct family_machine *m = new_machine(i / 2 * 2, i % 2 == 0);
		struct family_end e;
		char selector[200];

		family_begin(NULL);
		family_ask("power-package", "", "wake-s5");
		e = family_run(m, &family_check, 0);
		family_ends(&e, REASON_NONE, "differs power-package, ");
		assert_int_equal(m->writes, 0);
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "changed power-package, ");
		assert_int_equal(current, i / 2 * 2 + 1);
		(void)snprintf(selector, sizeof(selector),
		    "<w:SelectorSet><w:Selector Name=\"InstanceID\">SCHEME "
		    "%zu</w:Selector></w:SelectorSet></s:Header><s:Body>"
		    "<r:SetPowerScheme_INPUT xmlns:r=\"" AMT SCHEME "\"",
		    current);
		assert_non_null(strstr(m->wrote, selector));
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "");
		assert_int_equal(m->writes, 0);
	}
}

/* The bytes count, whatever the maker calls it. */
static void
a_package_is_known_by_its_bytes(void **state)
{
	struct family_machine *m = new_machine(2, true);
	struct family_end e;
	char *name = strstr(m->at[3].xml, "Desktop: ON in S0, ME Wake");

	(void)state;
	name[9] = 'X';
	family_ask("power-package", "", "wake-s5");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed power-package, ");
	assert_int_equal(current, 3);
}

static void
a_package_that_is_not_offered_is_lacking(void **state)
{
	struct family_machine *m = new_machine(2, true);
	struct family_end e;

	(void)state;
	family_ask("power-package", "", "on-s3");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "lacks power-package, ");
	m->absent = " " SCHEME " ";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "lacks power-package, ");
	assert_int_equal(m->writes, 0);
}

static void
a_lost_answer_is_found_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct family_machine *m = new_machine(2, true);
		struct family_end e;

		family_begin(NULL);
		m->lost = "Call SetPowerScheme";
		m->lost_before = i == 1;
		family_ask("power-package", "", "wake-s5");
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "changed power-package, ");
		assert_int_equal(m->writes, i + 1);
		assert_int_equal(current, 3);
	}
}

static void
what_is_answered_and_not_done_is_no_success(void **state)
{
	struct family_machine *m = new_machine(2, true);
	struct family_end e;

	(void)state;
	m->deaf = true;
	family_ask("power-package", "", "wake-s5");
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_VERIFY_FAILED);
	assert_int_equal(m->writes, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(the_package_of_this_sort_of_machine_is_chosen),
		TEST(a_package_is_known_by_its_bytes),
		TEST(a_package_that_is_not_offered_is_lacking),
		TEST(a_lost_answer_is_found_out),
		TEST(what_is_answered_and_not_done_is_no_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
