#include "setup/family_net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "amt/wsman.h"
#include "setup_family.h"

#define LOG "AMT_AuditLog"
#define RULE "AMT_AuditPolicyRule"
#define AMT "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define LOG_XML                                                                  \
	"<g:AuditState>16</g:AuditState><g:EnabledState>3</g:EnabledState>"      \
	"<g:Name>Intel(r) AMT:Audit Log</g:Name><g:StoragePolicy>1"              \
	"</g:StoragePolicy><g:TimeOfLastRecord><i:Datetime>2024-01-03T00:45:41Z" \
	"</i:Datetime></g:TimeOfLastRecord>"

static struct family_machine machine;

/* The value of the element number n of this name; "" at the end. */
static const char *
nth(const char *body, const char *name, size_t n, char to[16])
{
	char from[64];

	(void)snprintf(from, sizeof(from), "<r:%s>", name);
	for (; (body = strstr(body, from)) != NULL; body++)
		if (n-- == 0)
			return family_between(body, from, "</", to, 16);
	to[0] = '\0';
	return to;
}

static void
set_events(struct family_machine *m, const char *body)
{
	char *xml = family_meant(m, RULE, body)->xml, id[96], *at;
	char on[16], app[16], event[16];

	for (size_t i = 0; *nth(body, "Enable", i, on) != '\0'; i++) {
		(void)snprintf(id, sizeof(id),
		    "<g:AuditApplicationEventID>%d</g:AuditApplicationEventID>",
		    atoi(nth(body, "AuditedAppID", i, app)) << 16 |
		        atoi(nth(body, "EventID", i, event)));
		at = strstr(xml, id);
		if (at != NULL)
			memmove(at, at + strlen(id),
			    strlen(at + strlen(id)) + 1);
		if (strcmp(on, "true") == 0)
			strcat(xml, id);
	}
}

static unsigned
carry_out(struct family_machine *m, const char *method, const char *body)
{
	char state[16], *at;

	if (m->fault != NULL)
		return 4711;
	if (strcmp(method, "SetAuditPolicyBulk") == 0) {
		set_events(m, body);
		return 0;
	}
	(void)nth(body, "RequestedState", 0, state);
	at = strstr(family_meant(m, LOG, body)->xml, "<g:EnabledState>");
	at[strlen("<g:EnabledState>")] = state[0];
	return 0;
}

static struct family_machine *
new_machine(void)
{
	machine = (struct family_machine){ .call = carry_out };
	(void)family_add(&machine, LOG, "log", LOG_XML);
	(void)family_add(&machine, RULE, "rule",
	    "<g:AuditApplicationEventID>1376256</g:AuditApplicationEventID>"
	    "<g:AuditApplicationEventID>1900544</g:AuditApplicationEventID>"
	    "<g:AuditApplicationEventID>1900547</g:AuditApplicationEventID>");
	return &machine;
}

static void
parts_come_and_go_in_lists_side_by_side(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_ask("audit-events", "", "network-time firmware-update");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs audit-events, ");
	assert_int_equal(m->writes, 0);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed audit-events, ");
	assert_int_equal(m->writes, 2);
	assert_non_null(strstr(m->wrote,
	    "<s:Body><r:SetAuditPolicyBulk_INPUT xmlns:r=\"" AMT RULE
	    "\"><r:Enable>true</r:Enable><r:Enable>true</r:Enable>"
	    "<r:AuditedAppID>19</r:AuditedAppID><r:AuditedAppID>19"
	    "</r:AuditedAppID><r:EventID>0</r:EventID><r:EventID>1</r:EventID>"
	    "<r:PolicyType>0</r:PolicyType><r:PolicyType>0</r:PolicyType>"
	    "</r:SetAuditPolicyBulk_INPUT>"));
	assert_non_null(strstr(m->wrote,
	    "<r:Enable>false</r:Enable><r:Enable>false</r:Enable>"
	    "<r:AuditedAppID>29<"));
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
a_long_list_of_parts_is_told_to_its_end(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	m->at[1].xml[0] = '\0';
	for (size_t part = 16; part < 22; part++)
		(void)sprintf(m->at[1].xml + strlen(m->at[1].xml),
		    "<g:AuditApplicationEventID>%zu"
		    "</g:AuditApplicationEventID>",
		    part << 16);
	family_ask("audit-events", "", "security");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed audit-events, ");
	assert_string_equal(e.found,
	    "changed audit-events=security remote-control redirection "
	    "firmware-update audit-log network-time, ");
}

static void
storage_is_put_and_days_where_they_count(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_ask("audit-storage", "", "restricted");
	family_ask("audit-days", "", "7");
	family_ask("audit-log", "", "on");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "changed audit-storage, changed audit-days, changed audit-log, ");
	assert_int_equal(m->writes, 2);
	assert_non_null(strstr(m->wrote,
	    "<r:MinDaysToKeep>7</r:MinDaysToKeep><r:Name>Intel(r) AMT:Audit "
	    "Log</r:Name><r:StoragePolicy>2</r:StoragePolicy>"));
	assert_non_null(strstr(m->wrote, "Datetime"));
	assert_non_null(
	    strstr(m->wrote, "<r:RequestedState>2</r:RequestedState>"));
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	settings_free(&family_asked);
	family_ask("audit-storage", "", "roll-over");
	family_ask("audit-log", "", "off");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "changed audit-storage, changed audit-log, ");
}

/* Nobody but an auditor, once there is one. */
static void
a_refusal_is_reported_and_fails_nothing(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	m->fault = "AccessDenied";
	m->refuses = "Put " LOG;
	family_ask("audit-events", "", "kvm");
	family_ask("audit-storage", "", "stop");
	family_ask("audit-log", "", "on");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "differs audit-events, differs audit-storage, "
	    "differs audit-log, ");
	m->absent = " " LOG " " RULE " ";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "lacks audit-events, lacks audit-storage, lacks audit-log, ");
	e = family_run(m, &family_set_up, SETTING_RELEASE(3, 2));
	assert_int_equal(m->writes, 0);
	assert_null(strstr(m->said, "Audit"));
}

static void
a_lost_answer_is_found_out(void **state)
{
	static const char *const calls[] = { "Call SetAuditPolicyBulk",
		("Put " LOG), "Call RequestStateChange" };
	struct family_machine *m;
	struct family_end e;

	(void)state;
	for (int i = 0; i < 6; i++) {
		m = new_machine();
		m->lost = calls[i / 2];
		m->lost_before = i % 2 == 1;
		family_begin(NULL);
		family_ask("audit-events", "", "kvm consent");
		family_ask("audit-storage", "", "stop");
		family_ask("audit-log", "", "on");
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE,
		    "changed audit-events, changed audit-storage, "
		    "changed audit-log, ");
		assert_null(m->lost);
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "");
		assert_int_equal(m->writes, 0);
	}
}

static void
a_machine_that_keeps_nothing_is_found_out(void **state)
{
	static const char *const settings[][2] = { { "audit-events", "kvm" },
		{ "audit-storage", "stop" }, { "audit-log", "on" } };
	struct family_machine *m;
	struct family_end e;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		m = new_machine();
		m->deaf = true;
		family_begin(NULL);
		strcpy(m->at[1].xml, "<g:x>1</g:x>");
		family_ask(settings[i][0], "", settings[i][1]);
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_VERIFY_FAILED, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(parts_come_and_go_in_lists_side_by_side),
		TEST(a_long_list_of_parts_is_told_to_its_end),
		TEST(storage_is_put_and_days_where_they_count),
		TEST(a_refusal_is_reported_and_fails_nothing),
		TEST(a_lost_answer_is_found_out),
		TEST(a_machine_that_keeps_nothing_is_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
