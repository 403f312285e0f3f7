/*
 * Remote access: servers and policies, as a machine takes them.
 */
#include "setup/family_mps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "amt/wsman.h"
#include "setup_family.h"

#define USER "AMT_MPSUsernamePassword"
#define AMT "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define ANONYMOUS                                                              \
	"<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/"    \
	"anonymous</a:Address>"
#define REF(class, keys)                                                       \
	ANONYMOUS "<a:ReferenceParameters><w:ResourceURI>" AMT class           \
	    "</w:ResourceURI><w:SelectorSet>" keys "</w:SelectorSet>"          \
	    "</a:ReferenceParameters>"
#define KEY(name, value) "<w:Selector Name=\"" name "\">" value "</w:Selector>"

static struct family_machine machine;
static unsigned nadded; /* numbers are never used twice here */
static unsigned limit;  /* of servers */

static void
has_link(struct family_machine *m, const char *rule, const char *sap,
    const char *type)
{
	char xml[4096], id[96];

	(void)snprintf(xml, sizeof(xml),
	    "<g:ManagedElement><b:Address>x</b:Address><b:ReferenceParameters>"
	    "<c:ResourceURI>" AMT MPS_SAP "</c:ResourceURI><c:SelectorSet>"
	    "<c:Selector Name=\"Name\">%s</c:Selector></c:SelectorSet>"
	    "</b:ReferenceParameters></g:ManagedElement><g:MpsType>%s"
	    "</g:MpsType><g:OrderOfAccess>0</g:OrderOfAccess><g:PolicySet>"
	    "<b:Address>x</b:Address><b:ReferenceParameters><c:ResourceURI>" AMT
	        MPS_RULE "</c:ResourceURI><c:SelectorSet><c:Selector "
	    "Name=\"PolicyRuleName\">%s</c:Selector></c:SelectorSet>"
	    "</b:ReferenceParameters></g:PolicySet>",
	    sap, type, rule);
	(void)snprintf(id, sizeof(id), "%s", rule);
	(void)family_add(m, MPS_LINK, id, xml);
}

/* What firmware shows of AddMpServer: no user and no password with it, and CN
 * the name that was given. */
static unsigned
add_server(struct family_machine *m, const char *body)
{
	char host[256], format[8], port[8], user[80], cn[256], xml[1024];
	char name[96];

	(void)family_between(body, "<r:AccessInfo>", "</", host, sizeof(host));
	(void)family_between(body, "<r:InfoFormat>", "</", format, 8);
	(void)family_between(body, "<r:Port>", "</", port, 8);
	(void)family_between(body, "<r:Username>", "</", user, sizeof(user));
	(void)family_between(body, "<r:CN>", "</", cn, sizeof(cn));
	if (family_count(m, MPS_SAP) >= limit)
		return 0x17;
	(void)snprintf(name, sizeof(name),
	    "Intel(r) AMT:Management Presence Server %u", nadded);
	(void)snprintf(xml, sizeof(xml),
	    "<g:AccessInfo>%s</g:AccessInfo><g:CN>%s</g:CN><g:InfoFormat>%s"
	    "</g:InfoFormat><g:Name>%s</g:Name><g:Port>%s</g:Port>",
	    host, cn, format, name, port);
	(void)family_add(m, MPS_SAP, name, xml);
	(void)snprintf(xml, sizeof(xml),
	    "<g:InstanceID>Intel(r) AMT:MPS Username Password %u"
	    "</g:InstanceID><g:RemoteID>%s</g:RemoteID>",
	    nadded++, user);
	(void)family_add(m, USER, name, xml);
	return 0;
}

static unsigned
add_rule(struct family_machine *m, const char *body)
{
	static const char *const names[] = { "User Initiated", "Alert",
		"Periodic" };
	char trigger[8], lifetime[16], data[32], xml[512], sap[96];
	const char *at = body, *name;

	(void)family_between(body, "<r:Trigger>", "</", trigger, 8);
	(void)family_between(body, "<r:TunnelLifeTime>", "</", lifetime, 16);
	(void)family_between(body, "<r:ExtendedData>", "</", data, 32);
	name = names[atoi(trigger)];
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].class, MPS_RULE) == 0 &&
		    strcmp(m->at[i].id, name) == 0)
			return 0x80a;
	(void)snprintf(xml, sizeof(xml),
	    "<g:ExtendedData>%s</g:ExtendedData><g:PolicyRuleName>%s"
	    "</g:PolicyRuleName><g:Trigger>%s</g:Trigger><g:TunnelLifeTime>%s"
	    "</g:TunnelLifeTime>",
	    data, name, trigger, lifetime);
	(void)family_add(m, MPS_RULE, name, xml);
	while ((at = strstr(at, "<r:MpServer>")) != NULL) {
		(void)family_between(at, "Name=\"Name\">", "</", sap,
		    sizeof(sap));
		has_link(m, name, sap, "0");
		at++;
	}
	return 0;
}

static unsigned
carry_out(struct family_machine *m, const char *method, const char *body)
{
	return strcmp(method, "AddMpServer") == 0 ? add_server(m, body)
	                                          : add_rule(m, body);
}

static struct family_machine *
new_machine(void)
{
	machine = (struct family_machine){ .call = carry_out };
	nadded = 7;
	limit = 4;
	family_known = NULL;
	return &machine;
}

/* A rule takes its links with it, a server its user. */
static void
tidy(struct family_machine *m)
{
	bool has;

	for (size_t i = 0; i < m->n; i++) {
		const char *of = strcmp(m->at[i].class, MPS_LINK) == 0
		    ? MPS_RULE
		    : strcmp(m->at[i].class, USER) == 0 ? MPS_SAP
		                                        : NULL;

		has = of == NULL;
		for (size_t k = 0; k < m->n && !has; k++)
			has = strcmp(m->at[k].class, of) == 0 &&
			    strcmp(m->at[k].id, m->at[i].id) == 0;
		if (!has)
			family_remove(m, &m->at[i--]);
	}
}

static struct family_end
run(struct family_machine *m, const struct setup_want *want, unsigned release)
{
	m->after = tidy;
	return family_run(m, want, release);
}

static void
wants_server(const char *name, const char *host)
{
	family_ask("mps-host", name, host);
	family_ask("mps-user", name, "us<er");
	family_ask("mps-password", name, "P<&\"'>w1");
}

static void
wants_periodic(const char *name)
{
	family_ask("mps-policy-trigger", name, "periodic");
	family_ask("mps-policy-seconds", name, "25");
}

static void
server_and_policy_have_the_shape_that_public_clients_send(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants_server("a", "192.168.0.208");
	wants_periodic("p");
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent mps-password.a, changed mps-host.a, "
	    "changed mps-policy-trigger.p, ");
	assert_non_null(strstr(m->wrote,
	    "<s:Body><r:AddMpServer_INPUT xmlns:r=\"" AMT
	    "AMT_RemoteAccessService\"><r:AccessInfo>192.168.0.208"
	    "</r:AccessInfo><r:InfoFormat>3</r:InfoFormat><r:Port>4433"
	    "</r:Port><r:AuthMethod>2</r:AuthMethod><r:Username>us&lt;er"
	    "</r:Username><r:Password>P&lt;&amp;&quot;'&gt;w1</r:Password>"
	    "<r:CN>192.168.0.208</r:CN></r:AddMpServer_INPUT>"));
	assert_non_null(strstr(m->wrote,
	    "<s:Body><r:AddRemoteAccessPolicyRule_INPUT xmlns:r=\"" AMT
	    "AMT_RemoteAccessService\"><r:Trigger>2</r:Trigger>"
	    "<r:TunnelLifeTime>0</r:TunnelLifeTime><r:ExtendedData>"
	    "AAAAAAAAABk=</r:ExtendedData><r:MpServer>" REF(MPS_SAP,
	        KEY("Name",
	            "Intel(r) AMT:Management Presence Server 7")) "</r:MpServer></r:AddRemoteAccessPolicyRule_INPUT>"));
	family_known = "mps-password=a";
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
a_name_has_no_cn_and_the_users_tunnel_no_data(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants_server("a", "mps.example.com");
	family_ask("mps-policy-trigger", "u", "user");
	family_ask("mps-policy-lifetime", "u", "300");
	e = run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_non_null(strstr(m->wrote, "<r:InfoFormat>201</r:InfoFormat>"));
	assert_null(strstr(m->wrote, "<r:CN>"));
	assert_non_null(strstr(m->wrote,
	    "<r:Trigger>0</r:Trigger><r:TunnelLifeTime>300"
	    "</r:TunnelLifeTime><r:ExtendedData></r:ExtendedData>"));
	family_known = "mps-password=a";
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
}

/* Its position is not its number, and its policies go first. */
static void
what_differs_is_removed_and_added_and_the_rest_stays(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants_server("a", "a.example.com");
	wants_server("b", "b.example.com");
	wants_periodic("p");
	family_ask("mps-policy-servers", "p", "b");
	(void)run(m, &family_set_up, 0);
	family_known = "mps-password=a"; /* b has another now */
	e = run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs mps-password.b, ");
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent mps-password.b, changed mps-policy-trigger.p, ");
	assert_int_equal(m->writes, 4);
	assert_non_null(strstr(m->said, "Delete AMT_RemoteAccessPolicyRule, "));
	assert_null(strstr(m->wrote, "Presence Server 7<"));
	assert_int_equal(family_count(m, MPS_SAP), 2);
	assert_int_equal(family_count(m, MPS_RULE), 1);
	assert_int_equal(family_count(m, MPS_LINK), 1);
}

/* What the profile names once is one server, with its user and policies. */
static void
a_changed_port_is_a_change_of_that_server(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants_server("a", "a.example.com");
	wants_periodic("p");
	(void)run(m, &family_set_up, 0);
	family_known = "mps-password=a";
	family_ask("mps-port", "a", "443");
	e = run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs mps-port.a, ");
	assert_string_equal(e.wanted, "differs mps-port.a=443, ");
	assert_string_equal(e.found, "differs mps-port.a=4433, ");
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent mps-password.a, changed mps-port.a, "
	    "changed mps-policy-trigger.p, ");
	assert_int_equal(family_count(m, MPS_SAP), 1);
	assert_int_equal(family_count(m, MPS_RULE), 1);
	assert_int_equal(family_count(m, MPS_LINK), 1);
	assert_non_null(strstr(m->wrote, "<r:Port>443</r:Port>"));
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	/* Left out it is 4433 again, and that is said. */
	settings_free(&family_asked);
	wants_server("a", "a.example.com");
	wants_periodic("p");
	e = run(m, &family_check, 0);
	assert_string_equal(e.wanted, "differs mps-port.a=4433, ");
	assert_string_equal(e.found, "differs mps-port.a=443, ");
}

static void
others_go_only_when_asked(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants_server("a", "a.example.com");
	wants_periodic("p");
	(void)run(m, &family_set_up, 0);
	settings_free(&family_asked);
	wants_server("b", "b.example.com");
	family_ask("mps-policy-trigger", "u", "user");
	family_known = "mps-password=b";
	e = run(m, &family_set_up, 0);
	assert_int_equal(family_count(m, MPS_SAP), 2);
	assert_int_equal(family_count(m, MPS_RULE), 2);
	family_ask("mps-others", "", "remove");
	family_ask("mps-policy-others", "", "remove");
	e = run(m, &family_check, 0);
	family_ends(&e, REASON_NONE,
	    "differs mps-others, differs mps-policy-others, ");
	e = run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_int_equal(family_count(m, MPS_SAP), 1);
	assert_int_equal(family_count(m, MPS_RULE), 1);
	assert_non_null(strstr(e.findings, "changed mps-others, "));
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
a_policy_that_is_removed_is_reported(void **state)
{
	static const char removal[] = "Delete " MPS_RULE;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct family_machine *m = new_machine();
		struct family_end e;

		family_begin(NULL);
		wants_server("a", "a.example.com");
		wants_periodic("p");
		(void)run(m, &family_set_up, 0);
		settings_free(&family_asked);
		family_ask("mps-policy-others", "", "remove");
		m->lost = i == 0 ? NULL : removal;
		m->lost_before = i == 2;
		e = run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "changed mps-policy-others, ");
		assert_int_equal(family_count(m, MPS_RULE), 0);
	}
}

/* Documents have a number behind it, captures have not. */
static void
a_policy_is_known_by_its_trigger_and_name(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants_server("a", "a.example.com");
	wants_periodic("p");
	(void)run(m, &family_set_up, 0);
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].class, MPS_RULE) == 0) {
			strcpy(m->at[i].xml,
			    "<g:ExtendedData>AAAAAAAAABk=</g:ExtendedData>"
			    "<g:PolicyRuleName>Periodic 0</g:PolicyRuleName>"
			    "<g:TunnelLifeTime>0</g:TunnelLifeTime>");
			strcpy(m->at[i].id, "Periodic 0");
		} else if (strcmp(m->at[i].class, MPS_LINK) == 0) {
			family_remove(m, &m->at[i--]);
		}
	has_link(m, "Periodic 0", "Intel(r) AMT:Management Presence Server 7",
	    "0");
	family_known = "mps-password=a";
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
where_it_must_be_is_put_with_both_references_as_keys(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants_server("a", "a.example.com");
	wants_periodic("p");
	family_ask("mps-policy-from", "p", "anywhere");
	(void)run(m, &family_set_up, SETTING_RELEASE(11, 0));
	assert_null(strstr(m->said, "Put"));
	family_known = "mps-password=a";
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].class, MPS_LINK) == 0)
			strcpy(m->at[i].id, "Periodic");
	e = run(m, &family_set_up, SETTING_RELEASE(11, 8));
	family_ends(&e, REASON_NONE, "changed mps-policy-from.p, ");
	assert_int_equal(m->writes, 1);
	assert_non_null(strstr(m->wrote,
	    "<w:SelectorSet><w:Selector Name=\"ManagedElement\">"
	    "<a:EndpointReference>" REF(MPS_SAP,
	        KEY("CreationClassName", MPS_SAP) KEY("Name",
	            "Intel(r) AMT:Management Presence Server 7") KEY("SystemCreationClassName",
	            "CIM_ComputerSystem") KEY("SystemName",
	            "Intel(r) AMT")) "</a:EndpointReference>"
	                             "</w:Selector><w:Selector Name=\"PolicySet\">"
	                             "<a:EndpointReference>" REF(MPS_RULE,
	                                 KEY("CreationClassName",
	                                     MPS_RULE) KEY("PolicyRuleName",
	                                     "Periodic") KEY("SystemCreationClassName",
	                                     "CIM_ComputerSystem") KEY("SystemName",
	                                     "Intel(r) AMT")) "</a:EndpointReference>"
	                                                      "</w:Selector></w:SelectorSet>"));
	assert_non_null(strstr(m->wrote, "<r:MpsType>2</r:MpsType>"));
}

static void
without_its_root_a_server_is_not_added(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants_server("a", "a.example.com");
	family_ask("mps-root", "a", "corp");
	family_ask("mps-host", "c", "c.example.com"); /* by certificate */
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "differs mps-root.a, differs mps-user.c, ");
	assert_int_equal(m->writes, 0);
}

static void
one_too_many_is_reported_and_nothing_fails(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	limit = 1;
	wants_server("a", "a.example.com");
	wants_server("b", "b.example.com");
	wants_periodic("p");
	family_ask("mps-policy-trigger", "q", "periodic");
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent mps-password.a, changed mps-host.a, differs mps-host.b, "
	    "changed mps-policy-trigger.p, differs mps-policy-trigger.q, ");
	settings_free(&family_asked);
	m->absent = " " MPS_SAP " ";
	wants_server("a", "a.example.com");
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "lacks mps-host, ");
}

static void
a_lost_answer_is_found_out_and_nothing_is_doubled(void **state)
{
	static const char *const calls[] = { "Call AddMpServer",
		"Call AddRemoteAccessPolicyRule", "Delete " MPS_SAP,
		"Delete " MPS_RULE };
	struct family_machine *m;
	struct family_end e;

	(void)state;
	for (int i = 0; i < 8; i++) {
		m = new_machine();
		family_begin(NULL);
		wants_server("old", "old.example.com");
		wants_periodic("p");
		(void)run(m, &family_set_up, 0);
		settings_free(&family_asked);
		wants_server("a", "a.example.com");
		wants_periodic("p");
		family_ask("mps-others", "", "remove");
		m->lost = calls[i / 2];
		m->lost_before = i % 2 == 1;
		e = run(m, &family_set_up, 0);
		assert_int_equal(e.reason, REASON_NONE);
		assert_null(m->lost);
		assert_non_null(strstr(e.findings, "changed mps-others, "));
		assert_int_equal(family_count(m, MPS_SAP), 1);
		assert_int_equal(family_count(m, MPS_RULE), 1);
		family_known = "mps-password=a";
		e = run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "");
		assert_int_equal(m->writes, 0);
	}
}

static void
a_machine_that_keeps_nothing_is_found_out(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	m->deaf = true;
	wants_server("a", "a.example.com");
	e = run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_VERIFY_FAILED);
	m->deaf = false;
	(void)run(m, &family_set_up, 0);
	m->deaf = true;
	settings_free(&family_asked);
	family_ask("mps-others", "", "remove");
	e = run(m, &family_set_up, 0);
	family_ends(&e, REASON_VERIFY_FAILED, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(server_and_policy_have_the_shape_that_public_clients_send),
		TEST(a_name_has_no_cn_and_the_users_tunnel_no_data),
		TEST(what_differs_is_removed_and_added_and_the_rest_stays),
		TEST(a_changed_port_is_a_change_of_that_server),
		TEST(others_go_only_when_asked),
		TEST(a_policy_that_is_removed_is_reported),
		TEST(a_policy_is_known_by_its_trigger_and_name),
		TEST(where_it_must_be_is_put_with_both_references_as_keys),
		TEST(without_its_root_a_server_is_not_added),
		TEST(one_too_many_is_reported_and_nothing_fails),
		TEST(a_lost_answer_is_found_out_and_nothing_is_doubled),
		TEST(a_machine_that_keeps_nothing_is_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
