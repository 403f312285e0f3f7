/*
 * Trusted roots, added and removed; also tests of family_root_others and
 * family_certs.
 */
#include "setup/family_roots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "amt/wsman.h"
#include "cert_maker.h"
#include "setup_family.h"

#define CERT "AMT_PublicKeyCertificate"

static char roots[4][2048]; /* base64 */
static size_t room;
static bool mutual;

static int
make_roots(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	unsigned char der[2048];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		X509 *cert = ca_make("Root", key, NULL, key);
		unsigned char *to = der;

		(void)EVP_EncodeBlock((unsigned char *)roots[i], der,
		    i2d_X509(cert, &to));
		X509_free(cert);
	}
	EVP_PKEY_free(key);
	return 0;
}

static void
has_cert(struct family_machine *m, const char *id, const char *base64,
    bool root)
{
	char xml[4096];

	(void)snprintf(xml, sizeof(xml),
	    "<g:InstanceID>%s</g:InstanceID><g:TrustedRootCertficate>%s"
	    "</g:TrustedRootCertficate><g:X509Certificate>%s"
	    "</g:X509Certificate>",
	    id, root ? "true" : "false", base64);
	(void)family_add(m, CERT, id, xml);
}

/* AddTrustedRootCertificate, as profile.md 4.3 and wsman.md 5.7 have it. */
static unsigned
add(struct family_machine *m, const char *method, const char *body)
{
	char blob[2048], id[64];

	assert_string_equal(method, "AddTrustedRootCertificate");
	(void)family_between(body, "<r:CertificateBlob>", "</r:Certificate",
	    blob, sizeof(blob));
	if (mutual)
		return 16;
	for (size_t i = 0; i < m->n; i++)
		if (strstr(m->at[i].xml, blob) != NULL)
			return m->fault != NULL ? 4711 : 0x80a;
	if (family_count(m, CERT) >= room)
		return 0x17;
	(void)snprintf(id, sizeof(id), "Intel(r) AMT Certificate: Handle: %zu",
	    m->n);
	has_cert(m, id, blob, true);
	return 0;
}

static struct family_machine machine;

static struct family_machine *
new_machine(void)
{
	machine = (struct family_machine){ .call = add };
	room = 8;
	mutual = false;
	return &machine;
}

static void
two_are_added_and_a_second_run_writes_nothing(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_cert(m, "Handle: 0", roots[2], true);
	family_ask("trusted-root-certificate", "a", roots[0]);
	family_ask("trusted-root-certificate", "b", roots[1]);
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE,
	    "differs trusted-root-certificate.a, "
	    "differs trusted-root-certificate.b, ");
	assert_int_equal(m->writes, 0);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "changed trusted-root-certificate.a, "
	    "changed trusted-root-certificate.b, ");
	assert_int_equal(family_count(m, CERT), 3);
	assert_non_null(strstr(m->wrote,
	    "<s:Body><r:AddTrustedRootCertificate_INPUT xmlns:r=\""
	    "http://intel.com/wbem/wscim/1/amt-schema/1/"
	    "AMT_PublicKeyManagementService\"><r:CertificateBlob>MII"));
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	assert_int_equal(family_count(m, CERT), 3);
}

static void
one_that_was_added_is_reported_though_a_part_of_the_list_got_lost(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	m->lost = "Pull " CERT;
	m->spared = 1; /* the list before the root is added */
	family_ask("trusted-root-certificate", "a", roots[0]);
	e = family_run(m, &family_set_up, 0);
	assert_null(m->lost);
	family_ends(&e, REASON_NONE, "changed trusted-root-certificate.a, ");
}

/* The same bytes without the mark are no trusted root. */
static void
that_it_exists_is_no_success_without_reading_it(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	for (size_t as = 0; as < 2; as++) {
		*m = (struct family_machine){ .call = add,
			.fault = as == 0 ? NULL : "AlreadyExists" };
		family_begin(NULL);
		has_cert(m, "Handle: 0", roots[0], false);
		family_ask("trusted-root-certificate", "a", roots[0]);
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_VERIFY_FAILED, "");
	}
}

static void
a_lost_answer_is_found_out_and_nothing_is_doubled(void **state)
{
	struct family_machine *m;
	struct family_end e;

	(void)state;
	for (int before = 0; before < 2; before++) {
		m = new_machine();
		family_begin(NULL);
		m->lost = "Call AddTrustedRootCertificate";
		m->lost_before = before == 1;
		family_ask("trusted-root-certificate", "a", roots[0]);
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE,
		    "changed trusted-root-certificate.a, ");
		assert_int_equal(family_count(m, CERT), 1);
		assert_int_equal(m->writes, before == 0 ? 1 : 2);
	}
}

static void
others_go_only_when_asked_and_none_that_is_used(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_cert(m, "Handle: 0", roots[0], true);
	has_cert(m, "Handle: 1", roots[1], true);
	has_cert(m, "Handle: 2", roots[2], true);
	has_cert(m, "Handle: 3", roots[3], false);
	(void)family_add(m, "CIM_CredentialContext", "x",
	    "<g:ElementInContext><b:Address>x</b:Address>"
	    "<b:ReferenceParameters><c:ResourceURI>http://intel.com/wbem/wscim/"
	    "1/amt-schema/1/AMT_PublicKeyCertificate</c:ResourceURI>"
	    "<c:SelectorSet><c:Selector Name=\"InstanceID\">Handle: 1"
	    "</c:Selector></c:SelectorSet></b:ReferenceParameters>"
	    "</g:ElementInContext>");
	family_ask("trusted-root-certificate", "a", roots[0]);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	family_ask("trusted-root-others", "", "remove");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs trusted-root-others, ");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed trusted-root-others, ");
	assert_int_equal(m->writes, 1);
	assert_non_null(strstr(m->wrote, ">Handle: 2</w:Selector>"));
	assert_int_equal(family_count(m, CERT), 3);
}

/* Which root an MPS needs no class tells; a wrong one of mutual TLS locks us
 * out. */
static void
all_stay_while_a_server_or_mutual_tls_may_need_them(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_cert(m, "Handle: 0", roots[0], true);
	has_cert(m, "Handle: 1", roots[1], true);
	(void)family_add(m, "AMT_ManagementPresenceRemoteSAP", "x",
	    "<g:AccessInfo>MPS.example.com</g:AccessInfo>");
	family_ask("trusted-root-certificate", "a", roots[0]);
	family_ask("trusted-root-others", "", "remove");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	m->n--;
	(void)family_add(m, "AMT_TLSSettingData", "x",
	    "<g:MutualAuthentication>true</g:MutualAuthentication>");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
one_that_cannot_be_removed_stays(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_cert(m, "Handle: 1", roots[1], true);
	m->refuses = "Delete " CERT;
	m->fault = "AccessDenied";
	family_ask("trusted-root-others", "", "remove");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 1);
}

static void
a_full_store_makes_room_when_it_may(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_cert(m, "Handle: 0", roots[1], true);
	room = 1;
	family_ask("trusted-root-certificate", "a", roots[0]);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_RETURN_CODE, "");
	assert_non_null(strstr(e.detail, "limit reached"));
	family_ask("trusted-root-others", "", "remove");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "changed trusted-root-others, "
	    "changed trusted-root-certificate.a, ");
	assert_int_equal(family_count(m, CERT), 1);
}

static void
mutual_tls_takes_none_and_the_rest_goes_on(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	mutual = true;
	family_ask("trusted-root-certificate", "a", roots[0]);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "differs trusted-root-certificate.a, ");
	m->absent = " " CERT " ";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "lacks trusted-root-certificate, ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(two_are_added_and_a_second_run_writes_nothing),
		TEST(
		    one_that_was_added_is_reported_though_a_part_of_the_list_got_lost),
		TEST(that_it_exists_is_no_success_without_reading_it),
		TEST(a_lost_answer_is_found_out_and_nothing_is_doubled),
		TEST(others_go_only_when_asked_and_none_that_is_used),
		TEST(all_stay_while_a_server_or_mutual_tls_may_need_them),
		TEST(one_that_cannot_be_removed_stays),
		TEST(a_full_store_makes_room_when_it_may),
		TEST(mutual_tls_takes_none_and_the_rest_goes_on),
	};

	return cmocka_run_group_tests(tests, make_roots, NULL);
}
