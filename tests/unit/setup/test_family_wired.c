/* 802.1X of the wired port, of both generations. */
#include "setup/family_net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "amt/wsman.h"
#include "cert_maker.h"
#include "setup_family.h"

#define NEW "IPS_IEEE8021xSettings"
#define OLD "AMT_8021XProfile"
#define CERT "AMT_PublicKeyCertificate"
#define AMT "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define IPS "http://intel.com/wbem/wscim/1/ips-schema/1/"
#define REF(address, handle)                                                   \
	"<a:Address>" address "</a:Address><a:ReferenceParameters>"            \
	"<w:ResourceURI>" AMT CERT "</w:ResourceURI><w:SelectorSet>"           \
	"<w:Selector Name=\"InstanceID\">" handle "</w:Selector>"              \
	"</w:SelectorSet></a:ReferenceParameters>"
#define ANONYMOUS                                                              \
	"http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"

static struct family_machine machine;

/* The contexts of what this text refers to. */
static void
keep_contexts(struct family_machine *m, const char *class, const char *text)
{
	char id[96], xml[1024];

	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].class, class) == 0)
			family_remove(m, &m->at[i--]);
	while ((text = strstr(text, "Name=\"InstanceID\">")) != NULL) {
		(void)family_between(text, ">", "<", id, sizeof(id));
		text++;
		if (strncmp(id, "Handle", 6) != 0)
			continue;
		(void)snprintf(xml, sizeof(xml),
		    "<g:ElementInContext>" REF("x",
		        "%s") "</g:ElementInContext>",
		    id);
		(void)family_add(m, class, id, xml);
	}
}

static void
cut(char *xml, const char *name)
{
	char from[64], to[64], *a, *b;

	(void)snprintf(from, sizeof(from), "<g:%s>", name);
	(void)snprintf(to, sizeof(to), "</g:%s>", name);
	a = strstr(xml, from);
	b = a == NULL ? NULL : strstr(a, to) + strlen(to);
	if (a != NULL)
		memmove(a, b, strlen(b) + 1);
}

/* What each generation reads back (profile.md, 5). */
static void
show_less(struct family_machine *m)
{
	static const char *const hidden[] = { "AuthenticationProtocol",
		"Username", "Domain", "RoamingIdentity",
		"ServerCertificateName", "ServerCertificateNameComparison" };
	static const char *const refs[] = { "ClientCertificate",
		"ServerCertificateIssuer" };
	bool put = false;
	char copy[8192] = "";

	for (size_t i = 0; i < m->n; i++) {
		char *xml = m->at[i].xml;

		if (strcmp(m->at[i].class, OLD) == 0) {
			put = true;
			strcpy(copy, xml);
		}
		if (strcmp(m->at[i].class, OLD) != 0 &&
		    strcmp(m->at[i].class, NEW) != 0)
			continue;
		cut(xml, "Password");
		for (size_t k = 0; k < 2; k++)
			cut(xml, refs[k]);
		for (size_t k = 0; strcmp(m->at[i].class, NEW) == 0 && k < 6;
		     k++)
			cut(xml, hidden[k]);
	}
	if (put && strstr(copy, "<a:Address>") != NULL)
		keep_contexts(m, "AMT_8021xCredentialContext", copy);
}

static unsigned
carry_out(struct family_machine *m, const char *method, const char *body)
{
	assert_string_equal(method, "SetCertificates");
	keep_contexts(m, "IPS_8021xCredentialContext",
	    strstr(body, "<s:Body>"));
	return 0;
}

static struct family_machine *
new_machine(bool old)
{
	machine = (struct family_machine){ .call = carry_out,
		.after = show_less,
		.absent = old ? " " NEW " " : NULL };
	(void)family_add(&machine, old ? OLD : NEW, "8021X",
	    old ? "<g:ActiveInS0>true</g:ActiveInS0><g:ElementName>Intel(r) "
	          "AMT 802.1x Profile</g:ElementName><g:Enabled>false"
	          "</g:Enabled><g:InstanceID>Intel(r) AMT 802.1x Profile 0"
	          "</g:InstanceID><g:PxeTimeout>0</g:PxeTimeout>"
	        : "<g:AvailableInS0>false</g:AvailableInS0><g:ElementName>"
	          "Intel(r) AMT: 8021X Settings</g:ElementName><g:Enabled>3"
	          "</g:Enabled><g:InstanceID>Intel(r) AMT: 8021X Settings"
	          "</g:InstanceID><g:PxeTimeout>120</g:PxeTimeout>");
	return &machine;
}

static void
has_cert(const char *id, const char *base64, bool root)
{
	char xml[4096];

	(void)snprintf(xml, sizeof(xml),
	    "<g:InstanceID>%s</g:InstanceID><g:TrustedRootCertficate>%s"
	    "</g:TrustedRootCertficate><g:X509Certificate>%s"
	    "</g:X509Certificate>",
	    id, root ? "true" : "false", base64);
	(void)family_add(&machine, CERT, id, xml);
}

static void
has_root(void)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *cert = ca_make("Root", key, NULL, key);
	unsigned char der[2048], base64[3000], *to = der;

	(void)EVP_EncodeBlock(base64, der, i2d_X509(cert, &to));
	X509_free(cert);
	EVP_PKEY_free(key);
	family_ask("trusted-root-certificate", "radius", (char *)base64);
	has_cert("Handle: 4", (char *)base64, true);
}

static void
has_own(void)
{
	has_cert("Handle: 5", "QUFB", false);
	(void)family_add(&machine, "CIM_ConcreteDependency", "x",
	    "<g:Antecedent>" REF("x",
	        "Handle: 5") "</g:Antecedent>"
	                     "<g:Dependent><a:Address>x</a:Address><a:ReferenceParameters>"
	                     "<w:ResourceURI>" AMT
	                     "AMT_PublicPrivateKeyPair</w:ResourceURI>"
	                     "<w:SelectorSet><w:Selector Name=\"InstanceID\">Key: 0"
	                     "</w:Selector></w:SelectorSet></a:ReferenceParameters>"
	                     "</g:Dependent>");
}

static void
wants_peap(void)
{
	family_ask("wired-802.1x", "", "on");
	family_ask("wired-802.1x-eap", "", "peapv0-mschapv2");
	family_ask("wired-802.1x-user", "", "u<1>");
	family_ask("wired-802.1x-password", "", "Pass<&>word");
	family_ask("wired-802.1x-pxe", "", "60");
	family_ask("wired-802.1x-s0", "", "on");
}

#define SENT                                                                   \
	"sent wired-802.1x-eap, sent wired-802.1x-user, "                      \
	"sent wired-802.1x-password, "

static void
the_new_class_is_put_and_what_it_hides_is_known_as_sent(void **state)
{
	struct family_machine *m = new_machine(false);
	struct family_end e;

	(void)state;
	wants_peap();
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    SENT "changed wired-802.1x, changed wired-802.1x-eap, "
	         "changed wired-802.1x-user, changed wired-802.1x-pxe, "
	         "changed wired-802.1x-s0, ");
	assert_non_null(strstr(m->wrote,
	    "<s:Body><r:" NEW " xmlns:r=\"" IPS NEW "\">"
	    "<r:AuthenticationProtocol>2</r:AuthenticationProtocol>"
	    "<r:AvailableInS0>true</r:AvailableInS0><r:ElementName>Intel(r) "
	    "AMT: 8021X Settings</r:ElementName><r:Enabled>2</r:Enabled>"
	    "<r:InstanceID>Intel(r) AMT: 8021X Settings</r:InstanceID>"
	    "<r:Password>Pass&lt;&amp;&gt;word</r:Password><r:PxeTimeout>60"
	    "</r:PxeTimeout><r:Username>u&lt;1&gt;</r:Username></r:" NEW ">"));
	family_known = "wired-802.1x-eap=,wired-802.1x-user=,"
	               "wired-802.1x-password=";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	family_known = "wired-802.1x-eap=,wired-802.1x-password=";
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs wired-802.1x-user, ");
	assert_int_equal(m->writes, 0);
}

static void
the_old_class_is_one_put_with_references(void **state)
{
	struct family_machine *m = new_machine(true);
	struct family_end e;

	(void)state;
	has_root();
	has_own();
	family_ask("wired-802.1x", "", "on");
	family_ask("wired-802.1x-user", "", "pc");
	family_ask("wired-802.1x-root", "", "radius");
	family_ask("wired-802.1x-server", "", "example.com");
	family_ask("wired-802.1x-server-match", "", "suffix");
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_int_equal(m->writes, 1);
	assert_non_null(strstr(m->wrote,
	    "<s:Body><r:" OLD " xmlns:r=\"" AMT OLD "\"><r:ActiveInS0>true"
	    "</r:ActiveInS0><r:AuthenticationProtocol>0"
	    "</r:AuthenticationProtocol><r:ClientCertificate>" REF(ANONYMOUS,
	        "Handle: 5") "</r:ClientCertificate>"));
	assert_non_null(strstr(m->wrote, "<r:Enabled>true</r:Enabled>"));
	assert_non_null(strstr(m->wrote,
	    "<r:ServerCertificateIssuer>" REF(ANONYMOUS,
	        "Handle: 4") "</r:ServerCertificateIssuer>"
	                     "<r:ServerCertificateName>example.com</r:ServerCertificateName>"
	                     "<r:ServerCertificateNameComparison>1"
	                     "</r:ServerCertificateNameComparison>"));
	assert_null(strstr(m->wrote, "Password"));
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
certificates_of_the_new_class_go_by_a_call(void **state)
{
	struct family_machine *m = new_machine(false);
	struct family_end e;

	(void)state;
	has_root();
	has_own();
	family_ask("wired-802.1x", "", "on");
	family_ask("wired-802.1x-root", "", "radius");
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_int_equal(m->writes, 2);
	assert_non_null(strstr(m->wrote,
	    "<s:Body><r:SetCertificates_INPUT xmlns:r=\"" IPS NEW "\">"
	    "<r:ServerCertificateIssuer>" REF("default",
	        "Handle: 4") "</r:ServerCertificateIssuer><r:ClientCertificate>" REF("default",
	        "Handle: 5") "</r:ClientCertificate>"
	                     "</r:SetCertificates_INPUT>"));
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
without_a_certificate_nothing_is_switched_on(void **state)
{
	struct family_machine *m = new_machine(false);
	struct family_end e;

	(void)state;
	family_ask("wired-802.1x", "", "on");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "differs wired-802.1x-eap, ");
	has_own();
	family_ask("wired-802.1x-root", "", "radius");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "differs wired-802.1x-root, ");
	assert_int_equal(m->writes, 0);
}

static void
it_is_switched_off_again(void **state)
{
	struct family_machine *m;
	struct family_end e;

	(void)state;
	for (int old = 0; old < 2; old++) {
		m = new_machine(old == 1);
		family_begin(NULL);
		wants_peap();
		(void)family_run(m, &family_set_up, 0);
		settings_free(&family_asked);
		family_ask("wired-802.1x", "", "off");
		family_ask("wired-802.1x-user", "", "other");
		e = family_run(m, &family_check, 0);
		family_ends(&e, REASON_NONE, "differs wired-802.1x, ");
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "changed wired-802.1x, ");
		assert_non_null(strstr(m->wrote,
		    old == 1 ? "<r:Enabled>false<" : "<r:Enabled>3<"));
		e = family_run(m, &family_set_up, 0);
		assert_int_equal(m->writes, 0);
	}
}

static void
neither_class_is_no_failure_and_a_refusal_neither(void **state)
{
	struct family_machine *m = new_machine(false);
	struct family_end e;

	(void)state;
	wants_peap();
	m->refuses = "Put " NEW;
	m->fault = "AccessDenied";
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_memory_equal(e.findings, "differs wired-802.1x, ", 22);
	m->n = 0;
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "lacks wired-802.1x, ");
}

static void
a_lost_answer_is_found_out(void **state)
{
	static const char *const calls[] = { "Put " NEW,
		"Call SetCertificates" };
	struct family_machine *m;
	struct family_end e;

	(void)state;
	for (int i = 0; i < 4; i++) {
		m = new_machine(false);
		family_begin(NULL);
		has_root();
		has_own();
		family_ask("wired-802.1x", "", "on");
		family_ask("wired-802.1x-root", "", "radius");
		m->lost = calls[i / 2];
		m->lost_before = i % 2 == 1;
		e = family_run(m, &family_set_up, 0);
		assert_int_equal(e.reason, REASON_NONE);
		assert_null(m->lost);
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "");
		assert_int_equal(m->writes, 0);
	}
}

static void
a_way_that_is_cut_is_said_apart(void **state)
{
	struct family_machine *m = new_machine(false);
	struct family_end e;

	(void)state;
	wants_peap();
	m->dies = "Put " NEW;
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_HTTP_CLOSED);
	assert_non_null(
	    strstr(e.detail, "not reached since 802.1X was written"));
	m = new_machine(false);
	m->deaf = true;
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_VERIFY_FAILED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(the_new_class_is_put_and_what_it_hides_is_known_as_sent),
		TEST(the_old_class_is_one_put_with_references),
		TEST(certificates_of_the_new_class_go_by_a_call),
		TEST(without_a_certificate_nothing_is_switched_on),
		TEST(it_is_switched_off_again),
		TEST(neither_class_is_no_failure_and_a_refusal_neither),
		TEST(a_lost_answer_is_found_out),
		TEST(a_way_that_is_cut_is_said_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
