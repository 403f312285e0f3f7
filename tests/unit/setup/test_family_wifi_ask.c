/*
 * The request that adds or changes a WiFi profile: whose secrets and
 * certificates are in it, and which endpoint it refers to.
 */
#include "setup/family_wifi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_family.h"

#define CERT "AMT_PublicKeyCertificate"

static struct family_machine machine;
static const char *profile_id; /* in the machine; "" where it has none */

static enum setup_next
asked(struct setup *s, struct message *r)
{
	(void)r;
	return setup_end(s, REASON_NONE, "done");
}

static const struct setup_step step_ask = { .name = "ask-",
	.class = "AMT_WiFiPortConfigurationService",
	.method = "AddWiFiSettings",
	.expect = EXPECT_RETURN,
	.ask = wifi_ask_set,
	.took = asked,
	.lost = setup_again_once };

static enum setup_next
send(struct setup *s)
{
	struct wifi_work *work = s->work;
	struct family_cert *own = family_cert_of(&work->certs, "Handle: 5");

	if (own != NULL)
		own->keyed = true;
	return setup_enter(s, &step_ask);
}

static enum setup_next
begin_asking(struct setup *s)
{
	struct wifi_work *work = setup_work(s, sizeof(*work));

	assert_non_null(work);
	s->row = family_row(s, "wifi-ssid");
	work->item = setup_item(s, "wifi", 0);
	work->priority = 42;
	strcpy(work->id, profile_id);
	return family_certs_read(s, send);
}

static int
begin(void **state)
{
	(void)family_begin(state);
	family_first = begin_asking;
	memset(&machine, 0, sizeof(machine));
	profile_id = "";
	return 0;
}

static void
wants(const char *security)
{
	family_ask("wifi-ssid", "net", "A & B");
	family_ask("wifi-security", "net", security);
	family_ask("wifi-priority", "net", "7");
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

static void
wants_login(const char *eap)
{
	wants("wpa2-802.1x");
	family_ask("wifi-eap", "net", eap);
	family_ask("wifi-user", "net", "pc");
	family_ask("wifi-password", "net", "Pass<1>");
	family_ask("wifi-root", "net", "radius");
	assert_int_equal(settings_add(&family_asked, "trusted-root-certificate",
	                     "radius", "AAAA", &(struct fault){ .at = 0 }),
	    0);
	has_cert("Handle: 4", "AAAA", true);
	has_cert("Handle: 5", "AAAB", false);
}

static void
ask(void)
{
	struct family_end e = family_run(&machine, &family_check, 0);

	family_ends(&e, REASON_NONE, "");
	assert_int_equal(machine.writes, 1);
}

static void
has(const char *part)
{
	if (strstr(machine.wrote, part) == NULL)
		fail_msg("lacks %s: %s", part, machine.wrote);
}

static void
lacks(const char *part)
{
	if (strstr(machine.wrote, part) != NULL)
		fail_msg("has %s: %s", part, machine.wrote);
}

/* The priority goes out as it is asked for now: places change by way of others.
 */
static void
a_new_one_names_the_endpoint_and_its_own_id(void **state)
{
	(void)state;
	wants("wpa2-psk");
	family_ask("wifi-psk", "net", "Secret<1>");
	ask();
	has("<r:WiFiEndpoint>");
	has(">WiFi Endpoint 0</w:Selector>");
	lacks("<r:WiFiEndpointSettings>");
	has("<q:ElementName>net</q:ElementName><q:InstanceID>Intel(r) AMT:WiFi "
	    "Endpoint Settings net</q:InstanceID><q:AuthenticationMethod>6"
	    "</q:AuthenticationMethod><q:EncryptionMethod>4"
	    "</q:EncryptionMethod><q:SSID>A &amp; B</q:SSID><q:Priority>42"
	    "</q:Priority><q:PSKPassPhrase>Secret&lt;1&gt;</q:PSKPassPhrase>"
	    "</r:WiFiEndpointSettingsInput>");
	lacks("IEEE8021xSettingsInput");
}

static void
one_of_the_machine_keeps_its_id(void **state)
{
	(void)state;
	profile_id = "some other id";
	wants("wpa-psk");
	family_ask("wifi-encryption", "net", "tkip");
	ask();
	lacks("<r:WiFiEndpoint>");
	has("<r:WiFiEndpointSettings>");
	has("<w:Selector Name=\"InstanceID\">some other id</w:Selector>");
	has("<q:InstanceID>some other id</q:InstanceID>"
	    "<q:AuthenticationMethod>4</q:AuthenticationMethod>"
	    "<q:EncryptionMethod>3</q:EncryptionMethod>");
	lacks("PSKPassPhrase"); /* the profile says none */
}

static void
a_login_by_password_has_no_certificate_of_the_machine(void **state)
{
	(void)state;
	wants_login("peapv0-mschapv2");
	family_ask("wifi-psk", "net", "Left-over1");
	ask();
	has("<q:InstanceID>Intel(r) AMT: 8021X Settings net</q:InstanceID>"
	    "<q:AuthenticationProtocol>2</q:AuthenticationProtocol>");
	has("<q:Username>pc</q:Username><q:Password>Pass&lt;1&gt;"
	    "</q:Password>");
	has("<r:CACredential>");
	has(">Handle: 4</w:Selector>");
	lacks("ClientCredential");
	lacks("Left-over1"); /* a key is of no use there */
}

static void
a_login_by_certificate_has_no_password(void **state)
{
	const char *own, *root;

	(void)state;
	wants_login("eap-tls");
	ask();
	has("<q:Username>pc</q:Username>");
	lacks("Pass&lt;1&gt;");
	own = strstr(machine.wrote, "<r:ClientCredential>");
	root = strstr(machine.wrote, "<r:CACredential>");
	assert_true(own != NULL && root != NULL && own < root);
	own = strstr(own, "Handle: 5");
	assert_true(own != NULL && own < root);
	assert_non_null(strstr(root, "Handle: 4"));
}

/* An empty reference would be refused. */
static void
certificates_that_the_machine_lacks_are_left_out(void **state)
{
	(void)state;
	wants_login("eap-tls");
	machine.n = 0;
	ask();
	has("<r:IEEE8021xSettingsInput ");
	lacks("ClientCredential");
	lacks("CACredential");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(a_new_one_names_the_endpoint_and_its_own_id),
		TEST(one_of_the_machine_keeps_its_id),
		TEST(a_login_by_password_has_no_certificate_of_the_machine),
		TEST(a_login_by_certificate_has_no_password),
		TEST(certificates_that_the_machine_lacks_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
