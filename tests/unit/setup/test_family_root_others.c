/*
 * Which roots may be removed, where the profile lacks them.
 */
#include "setup/family_roots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_family.h"

#define CERT "AMT_PublicKeyCertificate"
#define SAP "AMT_ManagementPresenceRemoteSAP"
#define BASE "http://intel.com/wbem/wscim/1/amt-schema/1/"

static struct family_machine machine;

/* Bytes number n of a certificate. */
static const char *
base64(size_t n)
{
	static char text[5];

	(void)snprintf(text, sizeof(text), "AAA%c", (int)('A' + n));
	return text;
}

static void
has_cert(size_t n, const char *more)
{
	char xml[512], id[32];

	(void)snprintf(id, sizeof(id), "Handle: %zu", n);
	(void)snprintf(xml, sizeof(xml),
	    "<g:InstanceID>%s</g:InstanceID><g:X509Certificate>%s"
	    "</g:X509Certificate>%s",
	    id, base64(n), more);
	(void)family_add(&machine, CERT, id, xml);
}

#define ROOT "<g:TrustedRootCertficate>true</g:TrustedRootCertficate>"
#define FIXED "<g:ReadOnlyCertificate>true</g:ReadOnlyCertificate>"

static void
is_used(const char *by, size_t n)
{
	char xml[1024];

	(void)snprintf(xml, sizeof(xml),
	    "<g:ElementInContext><a:Address>x</a:Address>"
	    "<a:ReferenceParameters><w:ResourceURI>" BASE CERT
	    "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"InstanceID\">"
	    "Handle: %zu</w:Selector></w:SelectorSet></a:ReferenceParameters>"
	    "</g:ElementInContext>",
	    n);
	(void)family_add(&machine, by, by, xml);
}

static bool
has(size_t n)
{
	char id[32];

	(void)snprintf(id, sizeof(id), "Handle: %zu", n);
	for (size_t i = 0; i < machine.n; i++)
		if (strcmp(machine.at[i].class, CERT) == 0 &&
		    strcmp(machine.at[i].id, id) == 0)
			return true;
	return false;
}

static int
begin(void **state)
{
	(void)family_begin(state);
	memset(&machine, 0, sizeof(machine));
	family_ask("trusted-root-others", "", "remove");
	return 0;
}

/* How often a class was listed. */
static size_t
listed(const char *class)
{
	char what[80];
	size_t n = 0;

	(void)snprintf(what, sizeof(what), "Enumerate %s, ", class);
	for (const char *at = machine.said; (at = strstr(at, what)) != NULL;
	     at++)
		n++;
	return n;
}

static void
only_roots_go_that_nothing_uses(void **state)
{
	struct family_end e;

	(void)state;
	has_cert(0, "");         /* no root */
	has_cert(1, ROOT FIXED); /* the firmware's own */
	has_cert(2, ROOT);       /* the wired port's, before release 17 */
	has_cert(3, ROOT);       /* since */
	has_cert(4, ROOT);       /* WiFi's */
	has_cert(5, ROOT);       /* nobody's */
	has_cert(6, ROOT);       /* nobody's */
	is_used("AMT_8021xCredentialContext", 2);
	is_used("IPS_8021xCredentialContext", 3);
	is_used("CIM_CredentialContext", 4);
	e = family_run(&machine, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "changed trusted-root-others, changed trusted-root-others, ");
	assert_int_equal(machine.writes, 2);
	assert_false(has(5) || has(6));
	/* what uses them was looked up once */
	assert_int_equal(listed("CIM_CredentialContext"), 1);
	assert_int_equal(listed(CERT), 4); /* by two rows, after each */
}

static void
a_server_without_a_named_root_keeps_all(void **state)
{
	struct family_end e;

	(void)state;
	has_cert(1, ROOT);
	(void)family_add(&machine, SAP, "x",
	    "<g:AccessInfo>MPS.example.com</g:AccessInfo><g:InfoFormat>201"
	    "</g:InfoFormat><g:Name>x</g:Name><g:Port>4433</g:Port>");
	e = family_run(&machine, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_true(has(1));
	/* The profile has it, and says nothing of its root, or does. */
	family_ask("mps-host", "a", "mps.example.com");
	family_ask("mps-user", "a", "machines");
	family_ask("mps-password", "a", "Secret-12");
	family_known = "mps-password=a";
	e = family_run(&machine, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_true(has(1));
	family_ask("mps-root", "a", "ours");
	e = family_run(&machine, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed trusted-root-others, ");
}

static void
all_stay_while_clients_need_certificates(void **state)
{
	struct family_end e;

	(void)state;
	has_cert(1, ROOT);
	(void)family_add(&machine, "AMT_TLSSettingData", "x",
	    "<g:MutualAuthentication>true</g:MutualAuthentication>");
	e = family_run(&machine, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	strcpy(machine.at[1].xml,
	    "<g:MutualAuthentication>false</g:MutualAuthentication>");
	e = family_run(&machine, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed trusted-root-others, ");
}

/* The first is refused, and each later one is read back. */
static void
one_that_is_refused_is_tried_once(void **state)
{
	struct family_end e;

	(void)state;
	has_cert(1, ROOT);
	has_cert(2, ROOT);
	has_cert(3, ROOT);
	machine.refuses_id = "Handle: 1";
	machine.fault = "AccessDenied";
	e = family_run(&machine, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "changed trusted-root-others, changed trusted-root-others, ");
	assert_int_equal(machine.writes, 3);
	assert_true(has(1));
}

/* Lost before and after it took effect. */
static void
a_removal_without_an_answer_is_reported(void **state)
{
	struct family_end e;

	for (int before = 0; before < 2; before++) {
		(void)begin(state);
		has_cert(1, ROOT);
		machine.lost = "Delete " CERT;
		machine.lost_before = before != 0;
		e = family_run(&machine, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "changed trusted-root-others, ");
		assert_false(has(1));
		assert_int_equal(machine.writes, before + 1);
	}
}

static void
one_that_is_still_there_is_found_out(void **state)
{
	struct family_end e;

	(void)state;
	has_cert(1, ROOT);
	machine.deaf = true;
	e = family_run(&machine, &family_set_up, 0);
	family_ends(&e, REASON_VERIFY_FAILED, "");
	assert_int_equal(machine.writes, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(only_roots_go_that_nothing_uses),
		TEST(a_server_without_a_named_root_keeps_all),
		TEST(all_stay_while_clients_need_certificates),
		TEST(one_that_is_refused_is_tried_once),
		TEST(a_removal_without_an_answer_is_reported),
		TEST(one_that_is_still_there_is_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
