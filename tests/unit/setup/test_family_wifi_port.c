/*
 * The wireless port: its radio and the synchronisation of profiles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_wifi.h"

static void
the_radio_is_switched_on_for_sleep_too(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	(void)family_add(m, "CIM_WiFiPort", "x",
	    "<g:EnabledState>3</g:EnabledState>");
	family_ask("wifi-link", "", "on");
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_non_null(
	    strstr(m->wrote, "<r:RequestedState>32769</r:RequestedState>"));
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(m->writes, 0);
}

#define SERVICE_XML                                                              \
	"<g:ElementName>x</g:ElementName><g:NoHostCsmeSoftwarePolicy>0"          \
	"</g:NoHostCsmeSoftwarePolicy><g:UEFIWiFiProfileShareEnabled>false"      \
	"</g:UEFIWiFiProfileShareEnabled><g:localProfileSynchronizationEnabled>" \
	"0</g:localProfileSynchronizationEnabled>"

/* profile.md, 6 g. */
static void
uefi_sharing_is_sent_only_where_the_bios_has_it(void **state)
{
	struct family_machine *m;
	struct family_end e;

	(void)state;
	for (int bios = 0; bios < 2; bios++) {
		m = new_machine();
		family_begin(NULL);
		(void)family_add(m, SERVICE, "x", SERVICE_XML);
		(void)family_add(m, "AMT_BootCapabilities", "x",
		    bios == 1 ? "<g:UEFIWiFiCoExistenceAndProfileShare>true"
		                "</g:UEFIWiFiCoExistenceAndProfileShare>"
		              : "<g:SOL>true</g:SOL>");
		family_ask("wifi-sync", "", "on");
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "changed wifi-sync, ");
		assert_int_equal(strstr(m->wrote,
		                     "UEFIWiFiProfileShareEnabled") != NULL,
		    bios);
		assert_non_null(strstr(m->wrote, "NoHostCsmeSoftwarePolicy"));
		e = family_run(m, &family_set_up, 0);
		assert_int_equal(m->writes, 0);
	}
}

/* rps#803: some builds refuse it. */
static void
a_refused_synchronisation_fails_nothing_else(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	(void)family_add(m, SERVICE, "x", SERVICE_XML);
	m->refuses = "Put " SERVICE;
	m->fault = "InvalidRepresentation";
	family_ask("wifi-sync", "", "user");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "differs wifi-sync, ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(the_radio_is_switched_on_for_sleep_too),
		TEST(uefi_sharing_is_sent_only_where_the_bios_has_it),
		TEST(a_refused_synchronisation_fails_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
