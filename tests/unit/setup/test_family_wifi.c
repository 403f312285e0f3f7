/*
 * WiFi profiles, as a machine takes them.
 */
#include "setup/family_wifi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "amt/wsman.h"
#include "cert_maker.h"
#include "setup_wifi.h"

#define CERT "AMT_PublicKeyCertificate"

#define AMT "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define CIM "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define ANONYMOUS                                                              \
	"<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/"    \
	"anonymous</a:Address>"
#define REF(uri, key, value)                                                   \
	ANONYMOUS "<a:ReferenceParameters><w:ResourceURI>" uri                 \
	          "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"" key     \
	          "\">" value "</w:Selector></w:SelectorSet>"                  \
	          "</a:ReferenceParameters>"

static void
one_is_added_with_the_shape_that_public_clients_send(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants("office", "Net & <Co>", "wpa2-psk", "3");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent wifi-psk.office, changed wifi-ssid.office, ");
	assert_non_null(strstr(m->wrote,
	    "<s:Body><r:AddWiFiSettings_INPUT xmlns:r=\"" AMT SERVICE
	    "\"><r:WiFiEndpoint>" REF(CIM "CIM_WiFiEndpoint", "Name",
	        "WiFi Endpoint 0") "</r:WiFiEndpoint>"
	                           "<r:WiFiEndpointSettingsInput xmlns:q=\"" CIM
	                               SETTINGS "\">"
	                           "<q:ElementName>office</q:ElementName><q:InstanceID>Intel(r) AMT:"
	                           "WiFi Endpoint Settings office</q:InstanceID>"
	                           "<q:AuthenticationMethod>6</q:AuthenticationMethod>"
	                           "<q:EncryptionMethod>4</q:EncryptionMethod><q:SSID>Net &amp; "
	                           "&lt;Co&gt;</q:SSID><q:Priority>3</q:Priority><q:PSKPassPhrase>"
	                           "Secret&lt;&amp;&quot;'&gt;1</q:PSKPassPhrase>"
	                           "</r:WiFiEndpointSettingsInput></r:AddWiFiSettings_INPUT>"));
	family_known = "wifi-psk=office";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	family_known = NULL; /* the profile has another one now */
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs wifi-psk.office, ");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "sent wifi-psk.office, ");
	assert_int_equal(m->writes, 1);
	assert_int_equal(family_count(m, SETTINGS), 1);
}

static void
one_that_differs_is_changed_and_never_removed(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_profile(m, "office", 4, 3, "Old");
	wants("office", "New", "wpa2-psk", "3");
	family_ask("wifi-others", "", "remove");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent wifi-psk.office, changed wifi-ssid.office, "
	    "changed wifi-security.office, ");
	assert_null(strstr(m->said, "Delete"));
	assert_non_null(strstr(m->wrote,
	    "<r:UpdateWiFiSettings_INPUT xmlns:r=\"" AMT SERVICE
	    "\"><r:WiFiEndpointSettings>" REF(CIM SETTINGS, "InstanceID",
	        "Intel(r) AMT:WiFi Endpoint Settings office")));
}

/* rps#597: deleting them is refused. */
static void
profiles_of_the_user_are_not_ours(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_profile(m, "home", 6, 0, "Home");
	(void)family_add(m, SETTINGS, "x",
	    "<g:ElementName>cafe</g:ElementName><g:Priority>4</g:Priority>");
	has_profile(m, "old", 6, 7, "Old");
	family_ask("wifi-others", "", "remove");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs wifi-others, ");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed wifi-others, ");
	assert_int_equal(m->writes, 1);
	assert_int_equal(family_count(m, SETTINGS), 2);
}

static void
the_one_in_use_stays_when_it_cannot_be_removed(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_profile(m, "old", 6, 7, "Old");
	m->refuses = "Delete " SETTINGS;
	m->fault = "AccessDenied";
	wants("office", "Net", "wpa2-psk", "3");
	family_ask("wifi-others", "", "remove");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "differs wifi-others, sent wifi-psk.office, "
	    "changed wifi-ssid.office, ");
	assert_int_equal(m->writes, 2);
}

static void
priorities_change_places(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_profile(m, "a", 6, 1, "A");
	has_profile(m, "b", 6, 2, "B");
	wants("a", "A", "wpa2-psk", "2");
	wants("b", "B", "wpa2-psk", "1");
	family_known = "wifi-psk=a,wifi-psk=b";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent wifi-psk.b, sent wifi-psk.a, changed wifi-priority.a, "
	    "sent wifi-psk.b, changed wifi-priority.b, ");
	has_profile(m, "c", 6, 9, "C");
	settings_free(&family_asked);
	wants("a", "A", "wpa2-psk", "9");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "differs wifi-priority.a, ");
}

static void
one_that_is_refused_does_not_stop_the_others(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	refused_name = "a";
	refused_code = 2;
	wants("a", "A", "wpa2-psk", "1");
	wants("b", "B", "wpa2-psk", "2");
	wants("c", "C", "wpa-psk", "3");
	(void)family_add(m, "CIM_WiFiEndpointCapabilities", "x",
	    "<g:SupportedAuthenticationMethods>6"
	    "</g:SupportedAuthenticationMethods>"
	    "<g:SupportedAuthenticationMethods>7"
	    "</g:SupportedAuthenticationMethods>");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "differs wifi-ssid.a, sent wifi-psk.b, changed wifi-ssid.b, "
	    "lacks wifi-security.c, ");
	assert_int_equal(family_count(m, SETTINGS), 1);
}

static void
without_a_radio_all_of_it_is_skipped(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	strcpy(m->at[1].xml,
	    "<g:InstanceID>Intel(r) AMT Ethernet Port Settings 1"
	    "</g:InstanceID><g:MACAddress>00-00-00-00-00-00</g:MACAddress>");
	wants("a", "A", "wpa2-psk", "1");
	family_ask("wifi-link", "", "on");
	family_ask("wifi-sync", "", "on");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "lacks wifi-link, lacks wifi-ssid, lacks wifi-sync, ");
	assert_int_equal(m->writes, 0);
	assert_null(strstr(m->said, "WiFi"));
}

static void
a_lost_answer_is_found_out_and_nothing_is_doubled(void **state)
{
	static const char *const calls[] = { "Call AddWiFiSettings",
		"Call UpdateWiFiSettings", ("Delete " SETTINGS) };
	struct family_machine *m;
	struct family_end e;

	(void)state;
	for (int i = 0; i < 6; i++) {
		m = new_machine();
		family_begin(NULL);
		has_profile(m, "old", 6, 9, "Old");
		has_profile(m, "other", 6, 5, "X");
		wants("office", "Net", "wpa2-psk", "3");
		wants("other", "Y", "wpa2-psk", "5");
		family_ask("wifi-others", "", "remove");
		m->lost = calls[i / 2];
		m->lost_before = i % 2 == 1;
		e = family_run(m, &family_set_up, 0);
		assert_int_equal(e.reason, REASON_NONE);
		assert_non_null(strstr(e.findings, "changed wifi-others, "));
		assert_int_equal(family_count(m, SETTINGS), 2);
		family_known = "wifi-psk=office,wifi-psk=other";
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "");
		assert_int_equal(m->writes, 0);
	}
}

/* Its answers are no proof that anything was kept. */
static void
a_machine_that_keeps_nothing_is_found_out(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	m->deaf = true;
	wants("office", "Net", "wpa2-psk", "3");
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_VERIFY_FAILED);
	settings_free(&family_asked);
	has_profile(m, "old", 6, 9, "Old");
	family_ask("wifi-others", "", "remove");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_VERIFY_FAILED, "");
}

#define LOGIN(protocol, user)                                                   \
	"<q:ElementName>corp</q:ElementName><q:InstanceID>Intel(r) AMT: 8021X " \
	"Settings corp</q:InstanceID><q:AuthenticationProtocol>" protocol       \
	"</q:AuthenticationProtocol><q:RoamingIdentity>anonymous"               \
	"</q:RoamingIdentity><q:ServerCertificateName>example.com"              \
	"</q:ServerCertificateName><q:ServerCertificateNameComparison>2"        \
	"</q:ServerCertificateNameComparison>" user

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

static void
wants_corp(const char *eap)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *cert = ca_make("Root", key, NULL, key);
	unsigned char der[2048], base64[3000], *to = der;

	(void)EVP_EncodeBlock(base64, der, i2d_X509(cert, &to));
	X509_free(cert);
	EVP_PKEY_free(key);
	family_ask("trusted-root-certificate", "radius", (char *)base64);
	has_cert(&machine, "Handle: 4", (char *)base64, true);
	wants("corp", "Corp", "wpa2-802.1x", "1");
	family_ask("wifi-eap", "corp", eap);
	family_ask("wifi-user", "corp", "u<1>");
	family_ask("wifi-password", "corp", "Pass<&>word");
	family_ask("wifi-roaming-identity", "corp", "anonymous");
	family_ask("wifi-server", "corp", "example.com");
	family_ask("wifi-server-match", "corp", "suffix");
	family_ask("wifi-root", "corp", "radius");
}

static void
a_login_by_password_is_sent_with_its_root(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants_corp("peapv0-mschapv2");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent wifi-password.corp, changed wifi-ssid.corp, ");
	assert_non_null(strstr(m->wrote,
	    "<r:IEEE8021xSettingsInput xmlns:q=\"" CIM
	    "CIM_IEEE8021xSettings\">" LOGIN("2",
	        "<q:Username>u&lt;1&gt;</q:Username><q:Password>"
	        "Pass&lt;&amp;&gt;word</q:Password>"
	        "</r:IEEE8021xSettingsInput><r:CACredential>" REF(AMT CERT,
	            "InstanceID", "Handle: 4") "</r:CACredential>"
	                                       "</r:AddWiFiSettings_INPUT>")));
	assert_null(strstr(m->wrote, "ClientCredential"));
	family_known = "wifi-password=corp";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	for (size_t i = 0; i < m->n; i++)
		if (strstr(m->at[i].xml, "anonymous") != NULL)
			memcpy(strstr(m->at[i].xml, "anonymous"), "anybodyxx",
			    9);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent wifi-password.corp, changed wifi-roaming-identity.corp, ");
}

#define DEPENDS(id, key)                                                       \
	"<g:Antecedent>"                                                       \
	"<b:Address>x</b:Address><b:ReferenceParameters>"                      \
	"<c:ResourceURI>" AMT CERT "</c:ResourceURI><c:SelectorSet>"           \
	"<c:Selector Name=\"InstanceID\">" id "</c:Selector></c:SelectorSet>"  \
	"</b:ReferenceParameters></g:Antecedent><g:Dependent><b:Address>x"     \
	"</b:Address><b:ReferenceParameters><c:ResourceURI>" AMT               \
	"AMT_PublicPrivateKeyPair</c:ResourceURI><c:SelectorSet>"              \
	"<c:Selector Name=\"InstanceID\">" key "</c:Selector>"                 \
	"</c:SelectorSet></b:ReferenceParameters></g:Dependent>"

static void
eap_tls_logs_in_with_the_machines_own_certificate(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	wants_corp("eap-tls");
	has_cert(m, "Handle: 5", "QUFB", false);
	has_cert(m, "Handle: 6", "QUFC", false); /* an intermediate one */
	(void)family_add(m, "CIM_ConcreteDependency", "x",
	    DEPENDS("Handle: 5", "Key: 0"));
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed wifi-ssid.corp, ");
	assert_non_null(strstr(m->wrote,
	    "<r:ClientCredential>" REF(AMT CERT, "InstanceID",
	        "Handle: 5") "</r:ClientCredential><r:CACredential>"));
	assert_null(strstr(m->wrote, "Password"));
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(m->writes, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(one_is_added_with_the_shape_that_public_clients_send),
		TEST(one_that_differs_is_changed_and_never_removed),
		TEST(profiles_of_the_user_are_not_ours),
		TEST(the_one_in_use_stays_when_it_cannot_be_removed),
		TEST(priorities_change_places),
		TEST(one_that_is_refused_does_not_stop_the_others),
		TEST(without_a_radio_all_of_it_is_skipped),
		TEST(a_lost_answer_is_found_out_and_nothing_is_doubled),
		TEST(a_machine_that_keeps_nothing_is_found_out),
		TEST(a_login_by_password_is_sent_with_its_root),
		TEST(eap_tls_logs_in_with_the_machines_own_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
