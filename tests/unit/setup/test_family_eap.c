/*
 * What 802.1X needs: which parameters go out, what counts as different, and
 * what is known to be there.
 */
#include "setup/family_net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "setup_family.h"

#define CLASS "IPS_IEEE8021xSettings"

static const struct family_eap wired = { "wired-802.1x", "", 1 };
static const struct family_eap old = { "wired-802.1x", "", 0 };
static char text[512];

/* "setting " of each. */
static const char *
names(const struct family_diffs *d)
{
	text[0] = '\0';
	for (size_t i = 0; i < d->n; i++)
		strcat(strcat(text, d->row[i]->name), " ");
	return text;
}

/* How the profile differs from an instance with these properties. */
static const char *
compared(const struct family_eap *e, const char *xml, bool absent)
{
	struct setup *s = family_new(&family_check, 0);
	struct family_diffs d = { .n = 0 };
	struct message r;

	family_eap_compare(s, e, family_decode(&r, CLASS, xml), absent, &d);
	family_eap_secrets(s, e, &d);
	message_free(&r);
	setup_free(s);
	return names(&d);
}

/* "NAME=VALUE " of each parameter. */
static const char *
parts(const struct family_eap *e)
{
	struct setup *s = family_new(&family_check, 0);
	struct message_pair to[FAMILY_EAP_MAX];
	char match[4];
	size_t n = family_eap_parts(s, e, to, match);

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s=%s ", to[i].name, to[i].value);
	setup_free(s);
	return text;
}

static void
parameters_are_in_the_order_of_the_class(void **state)
{
	(void)state;
	family_ask("wired-802.1x-eap", "", "peapv0-mschapv2");
	family_ask("wired-802.1x-domain", "", "EXAMPLE");
	family_ask("wired-802.1x-password", "", "Secret-1");
	family_ask("wired-802.1x-user", "", "pc");
	family_ask("wired-802.1x-server-match", "", "suffix");
	family_ask("wired-802.1x-server", "", "example.com");
	family_ask("wired-802.1x-roaming-identity", "", "anonymous");
	assert_string_equal(parts(&wired),
	    "AuthenticationProtocol=2 RoamingIdentity=anonymous "
	    "ServerCertificateName=example.com "
	    "ServerCertificateNameComparison=2 Username=pc Password=Secret-1 "
	    "Domain=EXAMPLE ");
	/* the older class counts from 0 */
	assert_non_null(strstr(parts(&old), "NameComparison=1 "));
}

/* No secret goes where none is asked for. */
static void
a_certificate_logs_in_without_the_password(void **state)
{
	static const struct {
		const char *eap;
		bool password;
	} rows[] = { { NULL, false }, { "eap-tls", false },
		{ "eap-fast-tls", false }, { "peapv0-mschapv2", true },
		{ "eap-ttls-mschapv2", true } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)family_begin(state);
		if (rows[i].eap != NULL)
			family_ask("wired-802.1x-eap", "", rows[i].eap);
		family_ask("wired-802.1x-password", "", "Secret-1");
		assert_int_equal(strstr(parts(&wired), "Password=") != NULL,
		    rows[i].password);
		assert_int_equal(strstr(compared(&wired, "", true),
		                     "wired-802.1x-password ") != NULL,
		    rows[i].password);
	}
}

static void
what_the_machine_shows_is_compared(void **state)
{
	(void)state;
	family_ask("wired-802.1x-user", "", "pc");
	family_ask("wired-802.1x-server-match", "", "name");
	assert_string_equal(
	    compared(&wired,
	        "<g:AuthenticationProtocol>0</g:AuthenticationProtocol>"
	        "<g:ServerCertificateNameComparison>1"
	        "</g:ServerCertificateNameComparison>"
	        "<g:Username>pc</g:Username><g:Domain>X</g:Domain>",
	        false),
	    "");
	assert_string_equal(
	    compared(&wired,
	        "<g:AuthenticationProtocol>2</g:AuthenticationProtocol>"
	        "<g:ServerCertificateNameComparison>2"
	        "</g:ServerCertificateNameComparison>"
	        "<g:Username>PC</g:Username>",
	        false),
	    "wired-802.1x-eap wired-802.1x-server-match wired-802.1x-user ");
}

/* A property that is never read back is as it was sent last; where all are
 * shown, one that is not there is empty. */
static void
what_it_does_not_show_is_right_only_if_it_was_sent(void **state)
{
	(void)state;
	family_ask("wired-802.1x-eap", "", "peapv0-mschapv2");
	family_ask("wired-802.1x-user", "", "pc");
	family_ask("wired-802.1x-password", "", "Secret-1");
	assert_string_equal(compared(&wired, "", false),
	    "wired-802.1x-eap wired-802.1x-user wired-802.1x-password ");
	family_known = "wired-802.1x-eap=,wired-802.1x-user=,"
	               "wired-802.1x-password=";
	assert_string_equal(compared(&wired, "", false), "");
	assert_string_equal(compared(&wired, "", true),
	    "wired-802.1x-eap wired-802.1x-user ");
}

static void
what_went_out_is_sent_and_known_from_then_on(void **state)
{
	struct family_end e = { .asks = 0 };
	struct family_diffs d = { .n = 0 };
	struct setup *s;

	(void)state;
	family_ask("wired-802.1x-eap", "", "peapv0-mschapv2");
	family_ask("wired-802.1x-password", "", "Secret-1");
	s = family_new(&family_set_up, 0);
	family_eap_sent(s, &wired);
	family_eap_secrets(s, &wired, &d);
	assert_int_equal(d.n, 0);
	family_findings(s, &e);
	assert_string_equal(e.findings,
	    "sent wired-802.1x-eap, sent wired-802.1x-password, ");
	setup_free(s);
}

static void
the_root_is_found_by_the_name_that_the_profile_gives_it(void **state)
{
	struct family_certs certs = { .n = 1 };
	struct setup *s;

	(void)state;
	certs.list[0].root = true;
	(void)EVP_Digest("\0\0\0", 3, certs.list[0].sha256, NULL, EVP_sha256(),
	    NULL);
	family_ask("wired-802.1x-root", "", "ours");
	s = family_new(&family_check, 0);
	assert_null(family_eap_root(s, &wired, &certs));
	setup_free(s);
	assert_int_equal(settings_add(&family_asked, "trusted-root-certificate",
	                     "theirs", "AAAB", &(struct fault){ .at = 0 }),
	    0);
	assert_int_equal(settings_add(&family_asked, "trusted-root-certificate",
	                     "ours", "AAAA", &(struct fault){ .at = 0 }),
	    0);
	s = family_new(&family_check, 0);
	assert_ptr_equal(family_eap_root(s, &wired, &certs), &certs.list[0]);
	certs.list[0].root = false;
	assert_null(family_eap_root(s, &wired, &certs));
	setup_free(s);
}

static void
parameters_are_sorted_by_name(void **state)
{
	struct message_pair p[] = { { .name = "c" }, { .name = "a" },
		{ .name = "b" }, { .name = "a" } };

	(void)state;
	family_sort(p, 4);
	assert_string_equal(p[0].name, "a");
	assert_string_equal(p[1].name, "a");
	assert_string_equal(p[2].name, "b");
	assert_string_equal(p[3].name, "c");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(parameters_are_in_the_order_of_the_class),
		TEST(a_certificate_logs_in_without_the_password),
		TEST(what_the_machine_shows_is_compared),
		TEST(what_it_does_not_show_is_right_only_if_it_was_sent),
		TEST(what_went_out_is_sent_and_known_from_then_on),
		TEST(the_root_is_found_by_the_name_that_the_profile_gives_it),
		TEST(parameters_are_sorted_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
