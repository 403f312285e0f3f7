/*
 * When a machine opens a tunnel: what of a policy is compared, and which one is
 * removed and added again.
 */
#include "setup/family_mps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_family.h"

#define AMT "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define DATA_25 "AAAAAAAAABk="   /* each 25 seconds */
#define DATA_3600 "AAAAAAAADhA=" /* each hour */

static struct family_machine machine;

static void
has_server(const char *name, const char *host)
{
	char xml[512];

	(void)snprintf(xml, sizeof(xml),
	    "<g:AccessInfo>%s</g:AccessInfo><g:InfoFormat>201</g:InfoFormat>"
	    "<g:Name>%s</g:Name><g:Port>4433</g:Port>",
	    host, name);
	(void)family_add(&machine, MPS_SAP, name, xml);
}

static void
has_rule(const char *name, const char *trigger, const char *data,
    const char *lifetime)
{
	char xml[512];

	(void)snprintf(xml, sizeof(xml),
	    "<g:ExtendedData>%s</g:ExtendedData><g:PolicyRuleName>%s"
	    "</g:PolicyRuleName>%s<g:TunnelLifeTime>%s</g:TunnelLifeTime>",
	    data, name, trigger, lifetime);
	(void)family_add(&machine, MPS_RULE, name, xml);
}

#define TRIGGER(n) "<g:Trigger>" #n "</g:Trigger>"

#define REF(property, class, key)                                              \
	"<g:" property "><a:Address>x</a:Address><a:ReferenceParameters>"      \
	"<w:ResourceURI>" AMT class "</w:ResourceURI><w:SelectorSet>"          \
	                            "<w:Selector Name=\"" key                  \
	                            "\">%s</w:Selector></w:SelectorSet>"       \
	                            "</a:ReferenceParameters></g:" property    \
	                            ">"

static void
has_link(const char *rule, const char *sap)
{
	char xml[2048];

	(void)snprintf(xml, sizeof(xml),
	    REF("ManagedElement", MPS_SAP, "Name") REF("PolicySet", MPS_RULE,
	        "PolicyRuleName") "<g:MpsType>0</g:MpsType>",
	    sap, rule);
	(void)family_add(&machine, MPS_LINK, rule, xml);
}

/* Two servers, and one policy that goes to the first. */
static int
begin(void **state)
{
	(void)family_begin(state);
	machine = (struct family_machine){ .n = 0 };
	has_server("MPS 0", "a.example.com");
	has_server("MPS 1", "b.example.com");
	has_rule("Periodic", TRIGGER(2), DATA_25, "0");
	has_link("Periodic", "MPS 0");
	family_ask("mps-host", "a", "a.example.com");
	family_ask("mps-host", "b", "b.example.com");
	return 0;
}

static void
wants_periodic(const char *seconds, const char *servers)
{
	family_ask("mps-policy-trigger", "p", "periodic");
	family_ask("mps-policy-seconds", "p", seconds);
	family_ask("mps-policy-servers", "p", servers);
}

/* Of the policies alone: how the servers differ is another test's. */
static void
finds(const char *policies)
{
	struct family_end e = family_run(&machine, &family_check, 0);
	char text[sizeof(e.found)] = "";

	assert_int_equal(e.reason, REASON_NONE);
	for (char *save, *one = strtok_r(e.found, ",", &save); one != NULL;
	     one = strtok_r(NULL, ",", &save))
		if (strstr(one, " mps-policy") != NULL)
			strcat(strcat(text, one + strspn(one, " ")), ";");
	assert_string_equal(text, policies);
	assert_int_equal(machine.writes, 0);
}

static void
one_that_is_as_wanted_is_left_alone(void **state)
{
	(void)state;
	wants_periodic("25", "a");
	finds("");
}

static void
each_part_that_differs_is_named(void **state)
{
	(void)state;
	wants_periodic("3600", "a");
	finds("differs mps-policy-seconds.p=25;");
	family_ask("mps-policy-lifetime", "p", "60");
	finds("differs mps-policy-seconds.p=25;"
	      "differs mps-policy-lifetime.p=0;");
}

static void
its_servers_are_compared_as_a_set(void **state)
{
	(void)state;
	wants_periodic("25", "b");
	finds("differs mps-policy-servers.p=;");
	(void)begin(state);
	wants_periodic("25", "a b"); /* one more than it has */
	finds("differs mps-policy-servers.p=;");
	(void)begin(state);
	has_link("Periodic", "MPS 1");
	wants_periodic("25", "b a");
	finds("");
	(void)begin(state);
	has_link("Periodic", "MPS 1");
	wants_periodic("25", "a"); /* one less */
	finds("differs mps-policy-servers.p=;");
}

/* Older releases have no links to compare. */
static void
without_links_no_servers_are_compared(void **state)
{
	(void)state;
	machine.absent = " " MPS_LINK " ";
	wants_periodic("25", "b");
	finds("");
}

/* A name is only looked at where a rule does not say its trigger. */
static void
a_trigger_counts_more_than_a_name(void **state)
{
	(void)state;
	has_rule("Alert", TRIGGER(0), "", "0");
	has_link("Alert", "MPS 0");
	family_ask("mps-policy-trigger", "p", "alert");
	family_ask("mps-policy-servers", "p", "a");
	finds("differs mps-policy-trigger.p=;");
	has_rule("Alert 1", "", "", "0");
	has_link("Alert 1", "MPS 0");
	finds("");
}

static void
of_two_entries_with_a_trigger_the_first_counts(void **state)
{
	(void)state;
	wants_periodic("25", "a");
	family_ask("mps-policy-trigger", "q", "periodic");
	family_ask("mps-policy-seconds", "q", "3600");
	finds("differs mps-policy-trigger.q=another entry's;");
}

/* AddRemoteAccessPolicyRule must name one. */
static void
one_without_a_server_in_the_machine_is_not_added(void **state)
{
	struct family_end e;

	(void)state;
	family_ask("mps-host", "c", "c.example.com");
	wants_periodic("3600", "c");
	finds("differs mps-policy-servers.p=;");
	e = family_run(&machine, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_null(strstr(machine.said, "Call AddRemoteAccessPolicyRule"));
	assert_null(strstr(machine.said, "Delete " MPS_RULE));
}

static void
others_differ_only_where_they_are_to_go(void **state)
{
	(void)state;
	has_rule("User Initiated", TRIGGER(0), "", "0");
	has_rule("Alert", TRIGGER(1), "", "0");
	wants_periodic("25", "a");
	finds("");
	family_ask("mps-policy-others", "", "remove");
	finds("differs mps-policy-others=User Initiated;");
}

/* The one that is there must be gone first: a trigger is used once. */
static unsigned
add(struct family_machine *m, const char *method, const char *body)
{
	char trigger[8], lifetime[16], data[32];

	if (strcmp(method, "AddRemoteAccessPolicyRule") != 0)
		return 1;
	assert_int_equal(family_count(m, MPS_RULE), 0);
	(void)family_between(body, "<r:Trigger>", "</", trigger, 8);
	(void)family_between(body, "<r:TunnelLifeTime>", "</", lifetime, 16);
	(void)family_between(body, "<r:ExtendedData>", "</", data, 32);
	assert_string_equal(trigger, "2");
	has_rule("Periodic", TRIGGER(2), data, lifetime);
	return 0;
}

static void
one_that_differs_is_removed_and_added_again(void **state)
{
	struct family_end e;

	(void)state;
	machine.call = add;
	wants_periodic("3600", "a");
	family_ask("mps-policy-lifetime", "p", "60");
	e = family_run(&machine, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_non_null(strstr(e.findings,
	    "changed mps-policy-seconds.p, "
	    "changed mps-policy-lifetime.p, "));
	assert_int_equal(family_count(&machine, MPS_RULE), 1);
	assert_non_null(strstr(machine.wrote,
	    "<r:ExtendedData>" DATA_3600 "</r:ExtendedData>"));
	finds("");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(one_that_is_as_wanted_is_left_alone),
		TEST(each_part_that_differs_is_named),
		TEST(its_servers_are_compared_as_a_set),
		TEST(without_links_no_servers_are_compared),
		TEST(a_trigger_counts_more_than_a_name),
		TEST(of_two_entries_with_a_trigger_the_first_counts),
		TEST(one_without_a_server_in_the_machine_is_not_added),
		TEST(others_differ_only_where_they_are_to_go),
		TEST(one_that_differs_is_removed_and_added_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
