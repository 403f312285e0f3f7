/*
 * Port 5900 with its password, and user consent: family_rfb.
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

#define SCREEN "IPS_KVMRedirectionSettingData"
#define CONSENT "IPS_OptInService"
#define IPS "http://intel.com/wbem/wscim/1/ips-schema/1/"
#define SECRET "Vnc&<4sS"

static struct family_machine machine;

static struct family_machine *
new_machine(void)
{
	machine = (struct family_machine){ .n = 0 };
	(void)family_add(&machine, SCREEN, "Intel(r) KVM",
	    "<g:InstanceID>Intel(r) KVM Redirection Settings</g:InstanceID>"
	    "<g:Is5900PortEnabled>false</g:Is5900PortEnabled><g:OptInPolicy>"
	    "true</g:OptInPolicy><g:RFBPassword></g:RFBPassword>"
	    "<g:SessionTimeout>3</g:SessionTimeout>");
	(void)family_add(&machine, CONSENT, "Intel(r) AMT OptIn Service",
	    "<g:CanModifyOptInPolicy>1</g:CanModifyOptInPolicy>"
	    "<g:OptInCodeTimeout>120</g:OptInCodeTimeout><g:OptInRequired>0"
	    "</g:OptInRequired><g:OptInState>0</g:OptInState>");
	return &machine;
}

static void
the_password_goes_out_once_and_is_never_told(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_ask("rfb-password", "", SECRET);
	family_ask("rfb-port", "", "on");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE,
	    "differs rfb-password, differs rfb-port, ");
	assert_null(strstr(e.detail, SECRET));
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "sent rfb-password, changed rfb-port, ");
	assert_int_equal(m->writes, 1);
	assert_non_null(strstr(m->wrote,
	    "<s:Body><r:" SCREEN " xmlns:r=\"" IPS SCREEN
	    "\"><r:InstanceID>Intel(r) KVM Redirection Settings"
	    "</r:InstanceID><r:Is5900PortEnabled>true"
	    "</r:Is5900PortEnabled><r:OptInPolicy>true</r:OptInPolicy>"
	    "<r:RFBPassword>Vnc&amp;&lt;4sS</r:RFBPassword><r:SessionTimeout>3"
	    "</r:SessionTimeout>"));
	family_known = "rfb-password=";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	/* Unless it changes, it is not in a Put: that would empty it. */
	family_begin(NULL);
	family_ask("rfb-port", "", "off");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed rfb-port, ");
	assert_null(strstr(m->wrote, "RFBPassword"));
}

/* MeshCommander#98: from 16.1 on these fields are refused. */
static void
port_5900_is_left_alone_from_16_1_on(void **state)
{
	struct family_machine *m = new_machine();

	(void)state;
	family_ask("rfb-password", "", SECRET);
	family_ask("rfb-port", "", "on");
	(void)family_run(m, &family_set_up, SETTING_RELEASE(16, 1));
	assert_null(strstr(m->said, SCREEN));
	(void)family_run(m, &family_set_up, SETTING_RELEASE(16, 0));
	assert_non_null(strstr(m->said, "Put " SCREEN));
}

static void
a_lost_password_is_sent_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct family_machine *m = new_machine();
		struct family_end e;

		family_begin(NULL);
		m->lost = "Put " SCREEN;
		m->lost_before = i == 1;
		family_ask("rfb-password", "", SECRET);
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "sent rfb-password, ");
		assert_int_equal(m->writes, 2);
	}
}

static void
consent_is_written_with_all_properties(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_ask("user-consent", "", "all");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs user-consent, ");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed user-consent, ");
	assert_non_null(strstr(m->wrote,
	    "\"><r:CanModifyOptInPolicy>1</r:CanModifyOptInPolicy>"
	    "<r:OptInCodeTimeout>120</r:OptInCodeTimeout><r:OptInRequired>"
	    "4294967295</r:OptInRequired><r:OptInState>0</r:OptInState>"));
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

/* profile.md, 7: compared first; the MEBx's decision, or AccessDenied, is no
 * failure. */
static void
consent_that_is_not_the_networks_is_lacking(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;
	char *can = strstr(m->at[1].xml, "<g:CanModifyOptInPolicy>1");

	(void)state;
	family_ask("user-consent", "", "kvm");
	m->refuses = "Put " CONSENT;
	m->fault = "AccessDenied";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "lacks user-consent, ");
	assert_non_null(strstr(e.detail,
	    "user consent cannot be changed over the network"));
	assert_int_equal(m->writes, 1);
	can[strlen("<g:CanModifyOptInPolicy>")] = '0';
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "lacks user-consent, ");
	assert_int_equal(m->writes, 0);
	family_begin(NULL);
	family_ask("user-consent", "", "none"); /* as it is */
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
}

static void
a_machine_without_consent_or_screens_gets_the_rest(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	m->absent = " " SCREEN " " CONSENT " ";
	family_ask("rfb-password", "", SECRET);
	family_ask("rfb-port", "", "on");
	family_ask("user-consent", "", "kvm");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "lacks rfb-password, lacks rfb-port, lacks user-consent, ");
}

static void
what_is_answered_and_not_kept_is_no_success(void **state)
{
	static const char *const asks[][2] = { { "rfb-port", "on" },
		{ "user-consent", "kvm" } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct family_machine *m = new_machine();
		struct family_end e;

		family_begin(NULL);
		m->deaf = true;
		family_ask(asks[i][0], "", asks[i][1]);
		e = family_run(m, &family_set_up, 0);
		assert_int_equal(e.reason, REASON_VERIFY_FAILED);
		assert_int_equal(m->writes, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(the_password_goes_out_once_and_is_never_told),
		TEST(port_5900_is_left_alone_from_16_1_on),
		TEST(a_lost_password_is_sent_again),
		TEST(consent_is_written_with_all_properties),
		TEST(consent_that_is_not_the_networks_is_lacking),
		TEST(a_machine_without_consent_or_screens_gets_the_rest),
		TEST(what_is_answered_and_not_kept_is_no_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
