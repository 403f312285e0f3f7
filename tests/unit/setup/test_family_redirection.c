/*
 * The redirection service, KVM and the web pages: family_redirection and
 * family_state.
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

#define SERVICE "AMT_RedirectionService"
#define KVM "CIM_KVMRedirectionSAP"
#define WEB "AMT_WebUIService"
#define BODY "<s:Body><r:"
#define AMT "http://intel.com/wbem/wscim/1/amt-schema/1/"

static struct family_machine machine;

static struct family_instance *
instance(struct family_machine *m, const char *class)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].class, class) == 0)
			return &m->at[i];
	return NULL;
}

static void
redirection_is(struct family_machine *m, const char *state,
    const char *listener)
{
	struct family_instance *i = instance(m, SERVICE);

	if (i == NULL)
		i = family_add(m, SERVICE, "Intel(r) AMT Redirection", "");
	(void)snprintf(i->xml, sizeof(i->xml),
	    "<g:AccessLog>127.0.0.1</g:AccessLog><g:CreationClassName>" SERVICE
	    "</g:CreationClassName><g:EnabledState>%s</g:EnabledState>"
	    "<g:ListenerEnabled>%s</g:ListenerEnabled><g:Name>Intel(r) AMT "
	    "Redirection Service</g:Name>",
	    state, listener);
}

static void
has(struct family_machine *m, const char *class, const char *state)
{
	struct family_instance *i = instance(m, class);

	if (i == NULL)
		i = family_add(m, class, "service", "");
	(void)snprintf(i->xml, sizeof(i->xml),
	    "<g:EnabledState>%s</g:EnabledState>", state);
}

static unsigned answer; /* of RequestStateChange, after it was done */

/* wsman.md, 5.9 */
static unsigned
change(struct family_machine *m, const char *method, const char *body)
{
	char state[32], listener[16];
	bool service = strstr(body, SERVICE) != NULL;

	assert_string_equal(method, "RequestStateChange");
	(void)family_between(body, "<r:RequestedState>", "</r:RequestedState>",
	    state, sizeof(state));
	if (!service) {
		has(m, strstr(body, KVM) != NULL ? KVM : WEB,
		    strcmp(state, "2") == 0 ? "6" : state);
		return answer;
	}
	(void)family_between(instance(m, SERVICE)->xml, "<g:ListenerEnabled>",
	    "</g:ListenerEnabled>", listener, sizeof(listener));
	redirection_is(m, state, listener);
	return answer;
}

static struct family_machine *
new_machine(void)
{
	machine = (struct family_machine){ .call = change };
	answer = 0;
	redirection_is(&machine, "32768", "false");
	has(&machine, KVM, "3");
	has(&machine, WEB, "2");
	return &machine;
}

static void
is(struct family_machine *m, const char *class, const char *text)
{
	if (strstr(instance(m, class)->xml, text) == NULL)
		fail_msg("%s has no %s: %s", class, text,
		    instance(m, class)->xml);
}

/* The Put has the whole instance but AccessLog, the method its class's
 * namespace. */
static void
sol_is_switched_on_with_its_listener_and_only_once(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_ask("sol", "", "on");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs sol, differs listener, ");
	assert_int_equal(m->writes, 0);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed sol, changed listener, ");
	is(m, SERVICE, "<g:EnabledState>32770<");
	is(m, SERVICE, "<g:ListenerEnabled>true<");
	assert_non_null(strstr(m->wrote,
	    BODY "RequestStateChange_INPUT xmlns:r=\"" AMT SERVICE
	         "\"><r:RequestedState>32770</r:RequestedState>"
	         "</r:RequestStateChange_INPUT></s:Body>"));
	assert_non_null(strstr(m->wrote,
	    BODY SERVICE " xmlns:r=\"" AMT SERVICE
	                 "\"><r:CreationClassName>" SERVICE
	                 "</r:CreationClassName><r:EnabledState>32770"
	                 "</r:EnabledState><r:ListenerEnabled>true"
	                 "</r:ListenerEnabled><r:Name>Intel(r) AMT "
	                 "Redirection Service</r:Name></r:" SERVICE ">"));
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
what_the_profile_leaves_out_stays(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	redirection_is(m, "32771", "true");
	family_ask("ider", "", "off");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed ider, ");
	is(m, SERVICE, "<g:EnabledState>32770<");
	is(m, SERVICE, "<g:ListenerEnabled>true<");
	assert_null(strstr(m->said, KVM));
	assert_null(strstr(m->said, WEB));
}

static void
three_rows_of_one_service_are_written_together(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_ask("sol", "", "on");
	family_ask("ider", "", "on");
	family_ask("listener", "", "off");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed sol, changed ider, ");
	assert_int_equal(m->writes, 1);
	is(m, SERVICE, "<g:EnabledState>32771<");
	is(m, SERVICE, "<g:ListenerEnabled>false<");
}

static void
kvm_that_waits_is_on_and_needs_the_listener(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_ask("kvm", "", "on");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed kvm, changed listener, ");
	is(m, KVM, ">6<");
	is(m, SERVICE, "<g:ListenerEnabled>true<");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	has(m, KVM, "2");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "");
	has(m, KVM, "3");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs kvm, ");
}

/* mps#668: no KVM made the whole read fail. */
static void
a_machine_without_kvm_gets_all_the_rest(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	m->absent = " " KVM " ";
	family_ask("kvm", "", "on");
	family_ask("sol", "", "on");
	family_ask("web-ui", "", "off");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "changed web-ui, lacks kvm, changed sol, changed listener, ");
	is(m, WEB, ">3<");
	family_begin(NULL);
	family_ask("kvm", "", "off"); /* there is nothing to switch */
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	m->absent = " " SERVICE " " KVM " ";
	family_ask("sol", "", "on");
	family_ask("ider", "", "off");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "lacks sol, ");
}

/* Each write lost before and after it took effect. */
static void
a_lost_answer_is_found_out(void **state)
{
	static const char *const lost[] = { "Call RequestStateChange",
		"Put " SERVICE };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct family_machine *m = new_machine();
		struct family_end e;

		family_begin(NULL);
		m->lost = lost[i / 2];
		m->lost_before = i % 2;
		family_ask("sol", "", "on");
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "changed sol, changed listener, ");
		is(m, SERVICE, "<g:EnabledState>32770<");
		is(m, SERVICE, "<g:ListenerEnabled>true<");
		assert_null(m->lost);
	}
}

static void
what_is_answered_and_not_done_is_no_success(void **state)
{
	static const char *const settings[] = { "sol", "kvm" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct family_machine *m = new_machine();
		struct family_end e;

		family_begin(NULL);
		m->deaf = true;
		family_ask(settings[i], "", "on");
		e = family_run(m, &family_set_up, 0);
		assert_int_equal(e.reason, REASON_VERIFY_FAILED);
		assert_true(m->writes <= 4);
	}
}

static void
a_change_that_goes_on_is_looked_at(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	answer = 4096;
	family_ask("web-ui", "", "off");
	family_ask("sol", "", "on");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "changed web-ui, changed sol, changed listener, ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(sol_is_switched_on_with_its_listener_and_only_once),
		TEST(what_the_profile_leaves_out_stays),
		TEST(three_rows_of_one_service_are_written_together),
		TEST(kvm_that_waits_is_on_and_needs_the_listener),
		TEST(a_machine_without_kvm_gets_all_the_rest),
		TEST(a_lost_answer_is_found_out),
		TEST(what_is_answered_and_not_done_is_no_success),
		TEST(a_change_that_goes_on_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
