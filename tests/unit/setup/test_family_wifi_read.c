/*
 * What a machine has of WiFi: which profiles are ours to change, whose 802.1X
 * settings and certificates are whose, and what it is capable of.
 */
#include "setup/family_wifi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_family.h"

#define SETTINGS "CIM_WiFiEndpointSettings"
#define EAP "CIM_IEEE8021xSettings"
#define CERT "AMT_PublicKeyCertificate"
#define INTEL "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define CIM "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"

static struct family_machine machine;
static struct wifi_work seen;

static enum setup_next
read_done(struct setup *s)
{
	seen = *(struct wifi_work *)s->work;
	return setup_end(s, REASON_NONE, "done");
}

static enum setup_next
begin_reading(struct setup *s)
{
	struct wifi_work *work = setup_work(s, sizeof(*work));

	assert_non_null(work);
	strcpy(work->stays[work->nstays++], "stuck");
	s->row = family_row(s, "wifi-ssid");
	return wifi_read(s, read_done);
}

static int
begin(void **state)
{
	(void)family_begin(state);
	family_first = begin_reading;
	memset(&machine, 0, sizeof(machine));
	return 0;
}

static void
read_all(void)
{
	struct family_end e = family_run(&machine, &family_check, 0);

	family_ends(&e, REASON_NONE, "");
}

static void
has_profile(const char *id, const char *name, const char *priority)
{
	char xml[512];

	(void)snprintf(xml, sizeof(xml),
	    "<g:AuthenticationMethod>6</g:AuthenticationMethod>"
	    "<g:ElementName>%s</g:ElementName><g:EncryptionMethod>4"
	    "</g:EncryptionMethod>%s%s%s<g:SSID>Net</g:SSID>%s",
	    name, *id == '\0' ? "" : "<g:InstanceID>", id,
	    *id == '\0' ? "" : "</g:InstanceID>", priority);
	(void)family_add(&machine, SETTINGS, id, xml);
}

#define PRIORITY(n) "<g:Priority>" #n "</g:Priority>"

static void
profiles_of_the_host_are_not_ours(void **state)
{
	(void)state;
	has_profile("1", "office", PRIORITY(3));
	has_profile("", "without an id", PRIORITY(4));
	has_profile("2", "home", PRIORITY(0));
	has_profile("3", "without a priority", "");
	has_profile("stuck", "old", PRIORITY(5));
	read_all();
	assert_int_equal(seen.nhave, 2);
	assert_string_equal(seen.have[0].name, "office");
	assert_string_equal(seen.have[0].id, "1");
	assert_string_equal(seen.have[0].ssid, "Net");
	assert_int_equal(seen.have[0].security, 6);
	assert_int_equal(seen.have[0].encryption, 4);
	assert_int_equal(seen.have[0].priority, 3);
	assert_false(seen.have[0].stays);
	assert_true(seen.have[1].stays);
	assert_ptr_equal(wifi_find(&seen, "old"), &seen.have[1]);
	assert_null(wifi_find(&seen, "home"));
}

static void
an_id_that_is_too_long_is_a_bad_reply(void **state)
{
	char id[97];
	struct family_end e;

	(void)state;
	memset(id, 'x', 96);
	id[96] = '\0';
	has_profile(id + 1, "a", PRIORITY(1));
	read_all();
	assert_int_equal(seen.nhave, 1);
	has_profile(id, "b", PRIORITY(2));
	e = family_run(&machine, &family_check, 0);
	family_ends(&e, REASON_REPLY_BAD, "");
}

static void
methods_are_bits_and_none_where_it_says_nothing(void **state)
{
	(void)state;
	read_all();
	assert_true(seen.securities == 0 && seen.encryptions == 0);
	(void)family_add(&machine, "CIM_WiFiEndpointCapabilities", "x",
	    "<g:SupportedAuthenticationMethods>4"
	    "</g:SupportedAuthenticationMethods>"
	    "<g:SupportedAuthenticationMethods>32768"
	    "</g:SupportedAuthenticationMethods>"
	    "<g:SupportedEncryptionMethods>3</g:SupportedEncryptionMethods>");
	read_all();
	assert_true(seen.securities == (UINT64_C(1) << 4 | UINT64_C(1) << 63));
	assert_true(seen.encryptions == UINT64_C(1) << 3);
}

static void
wants(const char *name)
{
	family_ask("wifi-ssid", name, "Net");
	family_ask("wifi-security", name, "wpa2-802.1x");
	family_ask("wifi-user", name, "pc");
}

static void
has_eap(const char *id, const char *name, const char *user)
{
	char xml[512];

	(void)snprintf(xml, sizeof(xml),
	    "<g:AuthenticationProtocol>0</g:AuthenticationProtocol>"
	    "<g:ElementName>%s</g:ElementName><g:InstanceID>%s</g:InstanceID>"
	    "<g:Username>%s</g:Username>",
	    name, id, user);
	(void)family_add(&machine, EAP, id, xml);
}

/* By their name, or what their id calls them. */
static void
settings_of_802_1x_belong_to_the_profile_of_that_name(void **state)
{
	(void)state;
	wants("corp");
	wants("my-corp");
	wants("guest");
	has_eap("Intel(r) AMT: 8021X Settings corp", "", "pc");
	has_eap("8021x-my-corp", "", "other");
	has_eap("8021Xguest", "", "pc");
	read_all();
	assert_true(seen.wish[0].eap_read);
	assert_int_equal(seen.wish[0].eap.n, 0);
	assert_true(seen.wish[1].eap_read);
	assert_int_equal(seen.wish[1].eap.n, 1);
	assert_string_equal(seen.wish[1].eap.row[0]->name, "wifi-user");
	assert_string_equal(seen.wish[1].eap.found[0], "other");
	assert_false(seen.wish[2].eap_read);
	has_eap("x", "guest", "pc");
	read_all();
	assert_true(seen.wish[2].eap_read);
}

static void
a_name_that_ends_like_another_is_another(void **state)
{
	static const char *const ids[] = {
		"Intel(r) AMT: 8021X Settings my-corp",
		"Intel(r) AMT:IEEE 802.1x Settings my corp", "8021x-my-corp",
		"8021x- corp"
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		(void)begin(state);
		wants("corp");
		has_eap(ids[i], "", "other");
		read_all();
		assert_false(seen.wish[0].eap_read);
	}
}

/* Each list costs the machine two requests. */
static void
without_802_1x_neither_it_nor_certificates_are_read(void **state)
{
	(void)state;
	family_ask("wifi-ssid", "office", "Net");
	family_ask("wifi-security", "office", "wpa2-psk");
	read_all();
	assert_null(strstr(machine.said, EAP));
	assert_null(strstr(machine.said, CERT));
	wants("corp");
	read_all();
	assert_non_null(strstr(machine.said, EAP));
	assert_non_null(strstr(machine.said, CERT));
}

static void
has_cert(const char *id, const char *base64, bool root)
{
	char xml[512];

	(void)snprintf(xml, sizeof(xml),
	    "<g:InstanceID>%s</g:InstanceID><g:TrustedRootCertficate>%s"
	    "</g:TrustedRootCertficate><g:X509Certificate>%s"
	    "</g:X509Certificate>",
	    id, root ? "true" : "false", base64);
	(void)family_add(&machine, CERT, id, xml);
}

#define REF(property, uri, id)                                                 \
	"<g:" property "><a:Address>x</a:Address><a:ReferenceParameters>"      \
	"<w:ResourceURI>" uri "</w:ResourceURI><w:SelectorSet><w:Selector "    \
	"Name=\"InstanceID\">" id "</w:Selector></w:SelectorSet>"              \
	"</a:ReferenceParameters></g:" property ">"
#define USES(cert)                                                             \
	REF("ElementInContext", INTEL CERT, cert)                              \
	REF("ElementProvidingContext", CIM EAP,                                \
	    "Intel(r) AMT: 8021X Settings corp")

static void
its_certificates_are_the_profiles_or_others(void **state)
{
	const struct wifi_wish *wish = &seen.wish[0];

	(void)state;
	wants("corp");
	family_ask("wifi-root", "corp", "ours");
	assert_int_equal(settings_add(&family_asked, "trusted-root-certificate",
	                     "ours", "AAAA", &(struct fault){ .at = 0 }),
	    0);
	has_cert("1", "AAAA", true);
	has_cert("2", "AAAB", true);
	has_cert("3", "AAAC", false);
	(void)family_add(&machine, "CIM_ConcreteDependency", "x",
	    REF("Antecedent", INTEL CERT, "3")
	        REF("Dependent", INTEL "AMT_PublicPrivateKeyPair", "k"));
	read_all();
	assert_false(wish->root_same || wish->root_other || wish->own_same ||
	    wish->own_other);
	(void)family_add(&machine, "CIM_CredentialContext", "a", USES("1"));
	(void)family_add(&machine, "CIM_CredentialContext", "b", USES("3"));
	read_all();
	assert_true(wish->root_same && wish->own_same);
	assert_false(wish->root_other || wish->own_other);
	(void)family_add(&machine, "CIM_CredentialContext", "c", USES("2"));
	(void)family_add(&machine, "CIM_CredentialContext", "d", USES("9"));
	read_all();
	assert_true(wish->root_other && wish->own_other);
}

/* As was captured: an InstanceID without the profile's name; a context refers
 * to those settings all the same. */
static void
a_context_belongs_to_the_settings_it_refers_to(void **state)
{
	static const char of_captured[] = REF("ElementInContext", INTEL CERT,
	    "2") REF("ElementProvidingContext", CIM EAP,
	    "Intel(r) AMT:IEEE 802.1x Settings");
	const struct wifi_wish *wish = &seen.wish[0];

	(void)state;
	wants("corp");
	family_ask("wifi-root", "corp", "ours");
	assert_int_equal(settings_add(&family_asked, "trusted-root-certificate",
	                     "ours", "AAAA", &(struct fault){ .at = 0 }),
	    0);
	has_cert("1", "AAAA", true);
	has_cert("2", "AAAB", true);
	(void)family_add(&machine, "CIM_CredentialContext", "a", of_captured);
	read_all();
	assert_false(wish->root_other);
	(void)family_add(&machine, "CIM_IEEE8021xSettings", "x",
	    "<g:ElementName>corp</g:ElementName><g:InstanceID>"
	    "Intel(r) AMT:IEEE 802.1x Settings</g:InstanceID>");
	read_all();
	assert_true(wish->root_other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(profiles_of_the_host_are_not_ours),
		TEST(an_id_that_is_too_long_is_a_bad_reply),
		TEST(methods_are_bits_and_none_where_it_says_nothing),
		TEST(settings_of_802_1x_belong_to_the_profile_of_that_name),
		TEST(a_name_that_ends_like_another_is_another),
		TEST(without_802_1x_neither_it_nor_certificates_are_read),
		TEST(its_certificates_are_the_profiles_or_others),
		TEST(a_context_belongs_to_the_settings_it_refers_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
