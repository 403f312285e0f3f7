/*
 * What a machine has of remote access, and how the profile's entries are
 * found in it.
 */
#include "setup/family_mps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_family.h"

#define USER "AMT_MPSUsernamePassword"
#define BASE "http://intel.com/wbem/wscim/1/amt-schema/1/"

static struct family_machine machine;
static struct mps_work seen;
static setup_then_fn *look; /* at what was read; may be NULL */

static enum setup_next
read_done(struct setup *s)
{
	seen = *(struct mps_work *)s->work;
	return look != NULL ? look(s) : setup_end(s, REASON_NONE, "done");
}

static enum setup_next
begin_reading(struct setup *s)
{
	s->row = family_row(s, "mps-host");
	assert_non_null(setup_work(s, sizeof(struct mps_work)));
	return mps_read(s, read_done);
}

static int
begin(void **state)
{
	(void)family_begin(state);
	family_first = begin_reading;
	look = NULL;
	memset(&machine, 0, sizeof(machine));
	return 0;
}

static void
has_sap(const char *name, const char *host, const char *port)
{
	char xml[1024];

	(void)snprintf(xml, sizeof(xml),
	    "<g:AccessInfo>%s</g:AccessInfo><g:CN>%s.cn</g:CN><g:InfoFormat>201"
	    "</g:InfoFormat><g:Name>%s</g:Name><g:Port>%s</g:Port>",
	    host, host, name, port);
	(void)family_add(&machine, MPS_SAP, name, xml);
}

static void
has_link(const char *rule, const char *sap_class, const char *sap,
    const char *more)
{
	char xml[2048];

	(void)snprintf(xml, sizeof(xml),
	    "<g:ManagedElement><a:Address>x</a:Address><a:ReferenceParameters>"
	    "<w:ResourceURI>" BASE "%s</w:ResourceURI><w:SelectorSet>"
	    "<w:Selector Name=\"Name\">%s</w:Selector></w:SelectorSet>"
	    "</a:ReferenceParameters></g:ManagedElement><g:PolicySet>"
	    "<a:Address>x</a:Address><a:ReferenceParameters><w:ResourceURI>" BASE
	        MPS_RULE "</w:ResourceURI><w:SelectorSet><w:Selector "
	    "Name=\"PolicyRuleName\">%s</w:Selector></w:SelectorSet>"
	    "</a:ReferenceParameters></g:PolicySet>%s",
	    sap_class, sap, rule, more);
	(void)family_add(&machine, MPS_LINK, rule, xml);
}

static void
read_all(void)
{
	struct family_end e = family_run(&machine, &family_check, 0);

	family_ends(&e, REASON_NONE, "");
}

static void
servers_rules_links_and_users_are_read(void **state)
{
	(void)state;
	has_sap("MPS 0", "a.example.com", "4433");
	(void)family_add(&machine, MPS_SAP, "x", "<g:Name>no host</g:Name>");
	(void)family_add(&machine, MPS_RULE, "Periodic",
	    "<g:ExtendedData>AA==</g:ExtendedData><g:PolicyRuleName>Periodic"
	    "</g:PolicyRuleName><g:Trigger>2</g:Trigger><g:TunnelLifeTime>60"
	    "</g:TunnelLifeTime>");
	(void)family_add(&machine, MPS_RULE, "Alert",
	    "<g:PolicyRuleName>Alert</g:PolicyRuleName>");
	(void)family_add(&machine, MPS_RULE, "y", "<g:Trigger>0</g:Trigger>");
	has_link("Periodic", MPS_SAP, "MPS 0", "<g:MpsType>1</g:MpsType>");
	has_link("Alert", MPS_SAP, "MPS 0", "");
	has_link("Alert", "AMT_Other", "MPS 0", "");
	(void)family_add(&machine, USER, "u", "<g:RemoteID>pc</g:RemoteID>");
	(void)family_add(&machine, USER, "v", "<g:InstanceID>v</g:InstanceID>");
	read_all();
	assert_int_equal(seen.nsap, 1);
	assert_string_equal(seen.sap[0].name, "MPS 0");
	assert_string_equal(seen.sap[0].cn, "a.example.com.cn");
	assert_int_equal(seen.sap[0].port, 4433);
	assert_int_equal(seen.sap[0].format, 201);
	assert_int_equal(seen.nrule, 2);
	assert_int_equal(seen.rule[0].trigger, 2);
	assert_int_equal(seen.rule[0].lifetime, 60);
	assert_string_equal(seen.rule[0].data, "AA==");
	assert_int_equal(seen.rule[1].trigger, UINT32_MAX);
	assert_true(seen.has_links);
	assert_int_equal(seen.nlink, 2);
	assert_string_equal(seen.link[0].rule, "Periodic");
	assert_string_equal(seen.link[0].sap, "MPS 0");
	assert_true(seen.link[0].typed);
	assert_int_equal(seen.link[0].type, 1);
	assert_false(seen.link[1].typed);
	assert_int_equal(seen.nuser, 1);
	assert_string_equal(seen.user[0], "pc");
}

static void
older_releases_have_neither_links_nor_users(void **state)
{
	(void)state;
	machine.absent = " " MPS_LINK " " USER " ";
	has_sap("MPS 0", "a.example.com", "4433");
	read_all();
	assert_false(seen.has_links);
	assert_int_equal(seen.nsap, 1);
	assert_int_equal(seen.nuser, 0);
}

static void
more_than_we_take_is_a_bad_reply(void **state)
{
	struct family_end e;
	char name[16];

	(void)state;
	for (int i = 0; i < MPS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "MPS %d", i);
		has_sap(name, "a.example.com", "4433");
	}
	read_all();
	assert_int_equal(seen.nsap, MPS_MAX);
	has_sap("MPS 16", "a.example.com", "4433");
	e = family_run(&machine, &family_check, 0);
	family_ends(&e, REASON_REPLY_BAD, "");
}

static void
an_address_is_written_as_what_it_is(void **state)
{
	(void)state;
	assert_int_equal(mps_format("192.0.2.1"), 3);
	assert_int_equal(mps_format("2001:db8::1"), 4);
	assert_int_equal(mps_format("mps.example.com"), 201);
	assert_int_equal(mps_format("1a.example.com"), 201);
}

static enum setup_next
look_for_servers(struct setup *s)
{
	assert_string_equal(mps_find(s, "a")->name, "MPS 0");
	assert_null(mps_find(s, "b")); /* another port */
	assert_null(mps_find(s, "c"));
	return setup_end(s, REASON_NONE, "done");
}

static enum setup_next
look_for_moved_servers(struct setup *s)
{
	/* a has its own port, so MPS 1 and 2 are what b and d were. */
	assert_string_equal(mps_find(s, "a")->name, "MPS 0");
	assert_string_equal(mps_find(s, "b")->name, "MPS 1");
	assert_string_equal(mps_find(s, "d")->name, "MPS 2");
	assert_null(mps_find(s, "e")); /* there are no more of this host */
	return setup_end(s, REASON_NONE, "done");
}

static void
a_server_at_another_port_is_known_by_its_host(void **state)
{
	static const char *const entries[][2] = { { "b", "1" }, { "a", "4433" },
		{ "d", "2" }, { "e", "3" } };

	(void)state;
	has_sap("MPS 1", "a.example.com", "11");
	has_sap("MPS 0", "a.example.com", "4433");
	has_sap("MPS 2", "a.example.com", "12");
	has_sap("MPS 3", "other.example.com", "3");
	for (size_t i = 0; i < 4; i++) {
		family_ask("mps-host", entries[i][0], "a.example.com");
		family_ask("mps-port", entries[i][0], entries[i][1]);
	}
	look = look_for_moved_servers;
	read_all();
}

static void
a_server_is_known_by_its_host_and_port(void **state)
{
	(void)state;
	has_sap("MPS 0", "A.example.com", "4433");
	family_ask("mps-host", "a", "a.EXAMPLE.com");
	family_ask("mps-host", "b", "a.example.com");
	family_ask("mps-port", "b", "443");
	family_ask("mps-host", "c", "c.example.com");
	look = look_for_servers;
	read_all();
}

static void
the_seconds_of_a_rule_are_read_back(void **state)
{
	static const char *const data[][2] = { { "AAAAAAAADhA=", "3600" },
		{ "AAAAAAECAwQ=", "16909060" }, { "", "" },
		{ "AAAAAQAADhA=", "AAAAAQAADhA=" }, /* a time of day */
		{ "AAAAAAAADh==", "AAAAAAAADh==" }, { "AAAA", "AAAA" },
		{ "!!!!!!!!!!!=", "!!!!!!!!!!!=" } };
	char to[32];

	(void)state;
	for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
		mps_rule_seconds(to, data[i][0]);
		assert_string_equal(to, data[i][1]);
	}
}

static enum setup_next
look_at_policies(struct setup *s)
{
	const char *to[MPS_RULE_SERVERS];
	char data[32];

	assert_int_equal(mps_rule_trigger(s, "p"), 2);
	mps_rule_data(s, "p", data); /* 0, and 3600, high byte first */
	assert_string_equal(data, "AAAAAAAADhA=");
	mps_rule_data(s, "q", data);
	assert_string_equal(data, "AAAAAAECAwQ=");
	mps_rule_data(s, "u", data);
	assert_string_equal(data, "");
	/* left out: the first two that the machine has */
	assert_int_equal(mps_rule_servers(s, "p", to), 2);
	assert_string_equal(to[0], "MPS 0");
	assert_string_equal(to[1], "MPS 2");
	/* named: in this order, and no more than two */
	assert_int_equal(mps_rule_servers(s, "q", to), 2);
	assert_string_equal(to[0], "MPS 3");
	assert_string_equal(to[1], "MPS 0");
	/* one that is not there, and one that the profile lacks */
	assert_int_equal(mps_rule_servers(s, "u", to), 0);
	return setup_end(s, REASON_NONE, "done");
}

static void
a_policy_has_its_data_and_servers(void **state)
{
	static const char *const hosts[] = { "a", "b", "c", "d" };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		family_ask("mps-host", hosts[i], hosts[i]);
	has_sap("MPS 3", "d", "4433");
	has_sap("MPS 2", "c", "4433");
	has_sap("MPS 0", "a", "4433");
	family_ask("mps-policy-trigger", "p", "periodic");
	family_ask("mps-policy-trigger", "q", "periodic");
	family_ask("mps-policy-seconds", "q", "16909060");
	family_ask("mps-policy-servers", "q", "d b  a c");
	family_ask("mps-policy-trigger", "u", "user");
	family_ask("mps-policy-servers", "u", "b other");
	look = look_at_policies;
	read_all();
}

static enum setup_next
look_after_a_removal(struct setup *s)
{
	struct family_end e = { .asks = 0 };

	mps_end_other(s, "mps-others", false); /* none was removed */
	mps_begin_other(s, "MPS 0", "a.example.com");
	mps_end_other(s, "mps-others", true); /* it is still there */
	family_findings(s, &e);
	assert_string_equal(e.findings, "");
	mps_end_other(s, "mps-others", false);
	mps_end_other(s, "mps-others", false);
	return setup_end(s, REASON_NONE, "done");
}

static void
one_that_is_removed_is_reported_once(void **state)
{
	struct family_end e;

	(void)state;
	look = look_after_a_removal;
	e = family_run(&machine, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed mps-others, ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(servers_rules_links_and_users_are_read),
		TEST(older_releases_have_neither_links_nor_users),
		TEST(more_than_we_take_is_a_bad_reply),
		TEST(an_address_is_written_as_what_it_is),
		TEST(a_server_is_known_by_its_host_and_port),
		TEST(the_seconds_of_a_rule_are_read_back),
		TEST(a_server_at_another_port_is_known_by_its_host),
		TEST(a_policy_has_its_data_and_servers),
		TEST(one_that_is_removed_is_reported_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
