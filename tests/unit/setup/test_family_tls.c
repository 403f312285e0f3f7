/* TLS of the network. */
#include "setup/family_leaf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_leaf.h"

static void
tls_that_cannot_be_turned_off_stays(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_tls(m, true,
	    "<g:NonSecureConnectionsSupported>false"
	    "</g:NonSecureConnectionsSupported>");
	family_begin(NULL);
	family_ask("tls", "", "off");
	e = family_run(m, &family_set_up, SETTING_RELEASE(16, 1));
	family_ends(&e, REASON_NONE, "lacks tls, ");
	assert_int_equal(m->writes, 0);
	m = new_machine();
	has_tls(m, true, "");
	family_begin(NULL);
	family_ask("tls", "", "off");
	e = family_run(m, &family_set_up, SETTING_RELEASE(12, 0));
	family_ends(&e, REASON_NONE, "changed tls, ");
	e = family_run(m, &family_check, SETTING_RELEASE(12, 0));
	family_ends(&e, REASON_NONE, "");
}

/* What such a machine says of the other port is not for us to write. */
static void
the_other_port_stays_where_it_cannot_be_had(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	(void)family_add(m, "AMT_TLSSettingData", NETWORK,
	    "<g:AcceptNonSecureConnections>true</g:AcceptNonSecureConnections>"
	    "<g:Enabled>true</g:Enabled><g:InstanceID>" NETWORK
	    "</g:InstanceID><g:MutualAuthentication>false"
	    "</g:MutualAuthentication><g:NonSecureConnectionsSupported>false"
	    "</g:NonSecureConnectionsSupported>");
	family_begin(NULL);
	family_ask("tls", "", "server");
	e = family_run(m, &family_set_up, SETTING_RELEASE(16, 1));
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
tls_is_not_turned_on_without_a_certificate(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_tls(m, false, "");
	family_begin(NULL);
	family_ask("tls", "", "server");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "differs tls, ");
	assert_int_equal(m->writes, 0);
}

/* What has no certificate, and can have none, does without TLS. */
static void
a_release_without_a_certificate_of_its_own_lacks_tls(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_tls(m, false, "");
	family_begin(NULL);
	family_ask("certificate", "", "device");
	family_ask("tls", "", "server");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "lacks certificate, lacks tls, ");
	assert_int_equal(m->writes, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_other_port_stays_where_it_cannot_be_had),
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(tls_that_cannot_be_turned_off_stays),
		TEST(tls_is_not_turned_on_without_a_certificate),
		TEST(a_release_without_a_certificate_of_its_own_lacks_tls),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
