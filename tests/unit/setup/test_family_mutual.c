/* Mutual TLS, on and off. */
#include "setup/family_mutual.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup/chains.h"
#include "setup_leaf.h"

#define NOW 1800000000
#define PLAIN "AcceptNonSecureConnections>true"
#define MUTUAL "MutualAuthentication>true"

static struct setup_chain consoles[2]; /* below ca, below others */
static X509 *others;
static char root[LEAF_BASE64];
static size_t nconsoles;
static bool at_tls;
static enum setup_route home; /* where the conversation began */
static bool found_committed;  /* and the machine was set up by then */
static unsigned plain_asks;
/* What the machine says to the first so many certificates of consoles. */
static size_t refused;
static bool in_force, opened; /* since the last commit */
static bool lax;       /* it says so, and lets in whoever shows nothing */
static char seen[256]; /* P, T: writes at port 16992, 16993 */

static void
chain_below(struct setup_chain *c, const char *name, X509 *by, EVP_PKEY *key)
{
	const struct cert_wish wish = { .cn = name,
		.usage = "clientAuth,2.16.840.1.113741.1.2.1" };
	EVP_PKEY *own = EVP_RSA_gen(2048);
	X509 *certs[2] = { cert_make(&wish, own, by, key), by };
	struct fault f;

	assert_int_equal(setup_chain_make(c, certs, 2, own, &f), 0);
	X509_free(certs[0]);
	EVP_PKEY_free(own);
}

static int
make_consoles(void **state)
{
	unsigned char *der = NULL;
	int len;

	(void)make_keys(state);
	others = ca_make("Other CA", others_key, NULL, others_key);
	chain_below(&consoles[0], "sweep.example.com", ca, ca_key);
	chain_below(&consoles[1], "old.example.com", others, others_key);
	len = i2d_X509(ca, &der);
	base64_of(root, der, len);
	return 0;
}

/* --- the machine ---------------------------------------------------------- */

static void
has_root(struct family_machine *m)
{
	char xml[8192];

	(void)snprintf(xml, sizeof(xml),
	    "<g:InstanceID>R</g:InstanceID><g:TrustedRootCertficate>true"
	    "</g:TrustedRootCertficate><g:X509Certificate>%s"
	    "</g:X509Certificate>",
	    root);
	(void)family_add(m, LEAF_CERTIFICATE, "R", xml);
}

static struct family_instance *
network_of(struct family_machine *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].id, NETWORK) == 0)
			return &m->at[i];
	fail();
	return NULL;
}

static bool
is_mutual(struct family_machine *m)
{
	return strstr(network_of(m)->xml, MUTUAL) != NULL;
}

static bool
is_open(struct family_machine *m)
{
	return strstr(network_of(m)->xml, PLAIN) != NULL;
}

/* No root is taken while it demands certificates (wsman.md, 5.7). */
static unsigned
add_root(struct family_machine *m, const char *method, const char *body)
{
	(void)body;
	if (strcmp(method, "CommitChanges") == 0) {
		in_force = is_mutual(m);
		opened = is_open(m);
	}
	if (strcmp(method, "AddTrustedRootCertificate") != 0)
		return 0;
	if (in_force)
		return 16;
	has_root(m);
	return 0;
}

static struct family_machine *
tls_machine(const char *mutual, const char *more)
{
	struct family_machine *m = new_machine();
	char xml[1024];

	(void)snprintf(xml, sizeof(xml),
	    "<g:AcceptNonSecureConnections>false</g:AcceptNonSecureConnections>"
	    "<g:ElementName>x</g:ElementName><g:Enabled>true</g:Enabled>"
	    "<g:InstanceID>" NETWORK "</g:InstanceID>"
	    "<g:MutualAuthentication>%s</g:MutualAuthentication>%s",
	    mutual, more);
	(void)family_add(m, "AMT_TLSSettingData", NETWORK, xml);
	(void)family_add(m, "AMT_SetupAndConfigurationService", "s",
	    "<g:ProvisioningState>2</g:ProvisioningState>");
	m->call = add_root;
	nconsoles = 1;
	in_force = strcmp(mutual, "true") == 0;
	lax = false;
	opened = false;
	at_tls = true;
	home = SETUP_TLS_OWN;
	found_committed = false;
	refused = 0;
	family_begin(NULL);
	family_ask("tls", "", "mutual");
	return m;
}

/* --- the conversation ----------------------------------------------------- */

static const struct setup_want wish = { .writes = true,
	.keeps = true,
	.applied = setup_tidied,
	.verified = family_done };
static enum reason_id why;

static enum setup_next
first(struct setup *s)
{
	for (size_t i = 0; i < nconsoles; i++)
		s->job.consoles[i] = &consoles[i];
	s->job.nconsoles = nconsoles;
	s->home = home;
	s->found = found_committed;
	if (at_tls)
		setup_go_to(s, SETUP_TLS_OWN);
	return setup_apply_from(s, family_row(s, "trusted-root-certificate"));
}

/* What the connection gives: its handshake is refused where the machine
 * demands certificates and does not take this one. */
static enum setup_outcome
connection(const struct setup_ask *ask)
{
	plain_asks += ask->route == SETUP_PLAIN;
	if (ask->route == SETUP_PLAIN)
		return opened ? SETUP_ANSWERED : SETUP_CONNECT_REFUSED;
	if (ask->route == SETUP_TLS_OWN && in_force && ask->console < refused)
		return SETUP_CONSOLE_REFUSED;
	return SETUP_ANSWERED;
}

static struct family_end
run(struct family_machine *m)
{
	static char reply[262144];
	struct setup *s;
	struct family_end e = { .asks = 0 };
	struct setup_reply r, *in = NULL;
	int64_t now_ms = 0, wait_ms = 0;
	enum setup_next next;
	struct setup_ask ask;
	unsigned before;

	family_first = first;
	s = family_new(&wish, SETTING_RELEASE(12, 0));
	m->said[0] = m->wrote[0] = seen[0] = '\0';
	m->writes = plain_asks = 0;
	while ((next = setup_step(s, in, NOW, now_ms, &ask, &wait_ms)) !=
	    SETUP_END) {
		in = NULL;
		if (next == SETUP_WAIT) {
			now_ms += wait_ms;
			continue;
		}
		assert_int_equal(next, SETUP_ASK);
		assert_true(++e.asks < 200);
		r = (struct setup_reply){ .outcome = connection(&ask),
			.console_shown =
			    ask.route == SETUP_TLS_OWN && in_force && !lax,
			.status = 200,
			.server = "",
			.realm = "Digest:A" };
		before = m->writes;
		reply[0] = '\0';
		if (r.outcome == SETUP_ANSWERED)
			(void)family_talk(m, ask.body, reply, sizeof(reply));
		if (m->writes != before && ask.route != SETUP_TLS_PSK)
			strcat(seen, ask.route == SETUP_PLAIN ? "P" : "T");
		r.body = reply;
		r.len = strlen(reply);
		in = &r;
	}
	family_findings(s, &e);
	e.reason = setup_reason(s);
	why = s->mutual_why.reason;
	strcpy(e.detail, setup_detail(s));
	setup_free(s);
	return e;
}

/* --- on ------------------------------------------------------------------- */

static void
it_is_turned_on_in_two_puts_and_the_other_port_is_shut_last(void **state)
{
	struct family_machine *m = tls_machine("false", "");
	struct family_end e;
	const char *put, *second;

	(void)state;
	has_root(m);
	family_ask("tls-names", "", "lab.example.org example.com");
	e = run(m);
	family_ends(&e, REASON_NONE, "changed tls, ");
	assert_string_equal(e.found, "changed tls=server, ");
	assert_true(is_mutual(m) && !is_open(m));
	assert_non_null(strstr(network_of(m)->xml,
	    "TrustedCN>lab.example.org</g:TrustedCN><g:TrustedCN>example.com"));
	put = strstr(m->wrote, MUTUAL);
	assert_non_null(put);
	assert_non_null(strstr(m->wrote, PLAIN));
	second = strstr(put + 1, MUTUAL);
	assert_non_null(second);
	assert_null(strstr(second, PLAIN));
	assert_string_equal(seen, "TTTT"); /* put, commit, put, commit */
	e = run(m);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
where_the_handshake_fails_it_is_turned_off_again_at_the_other_port(void **state)
{
	struct family_machine *m = tls_machine("false", "");
	struct family_end e;

	(void)state;
	has_root(m);
	family_ask("tls-fallback", "", "plain");
	refused = 1;
	e = run(m);
	family_ends(&e, REASON_NONE, "differs tls, ");
	assert_int_equal(why, REASON_CONSOLE_REFUSED);
	assert_false(is_mutual(m));
	assert_false(is_open(m));
	assert_string_equal(seen, "TTPP");
}

/* Anybody may have sent the alert (RFC 5246, 7.2), and change what is said
 * there (design.md, 1.6). */
static void
nothing_is_said_at_the_other_port_unless_the_profile_trusts_it(void **state)
{
	static const char *const words[] = { NULL, "none" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct family_machine *m = tls_machine("false", "");
		struct family_end e;

		has_root(m);
		/* TLS was turned on a moment ago */
		home = i == 0 ? SETUP_TLS_OWN : SETUP_PLAIN;
		if (words[i] != NULL)
			family_ask("tls-fallback", "", words[i]);
		refused = 1;
		e = run(m);
		family_ends(&e, REASON_CONSOLE_REFUSED, "");
		assert_non_null(
		    strstr(e.detail, "mutual TLS is on, port 16992 is open"));
		assert_int_equal(plain_asks, 0);
		assert_string_equal(seen, "TT");

		/* The alert was a stranger's: it goes on from there. */
		refused = 0;
		e = run(m);
		family_ends(&e, REASON_NONE, "changed tls-names, ");
		assert_true(is_mutual(m));
		assert_false(is_open(m));
	}
}

/* It reads as wanted, and port 16992 is open until the next commit. */
static void
what_an_earlier_try_may_have_put_last_is_committed(void **state)
{
	struct family_machine *m = tls_machine("true", "");
	struct family_end e;

	(void)state;
	has_root(m);
	opened = true;
	found_committed = true;
	e = run(m);
	family_ends(&e, REASON_NONE, "");
	assert_string_equal(seen, "T");
	assert_false(opened);
}

/* That is no handshake with the certificate: with port 16992 shut, one that
 * asks for it later on might let nobody in. */
static void
one_that_asks_for_no_certificate_is_given_back_what_it_had(void **state)
{
	struct family_machine *m = tls_machine("false", "");
	struct family_end e;

	(void)state;
	has_root(m);
	lax = true;
	e = run(m);
	family_ends(&e, REASON_NONE, "differs tls, ");
	assert_int_equal(why, REASON_VERIFY_FAILED);
	assert_non_null(strstr(e.detail, "asks for no certificate"));
	assert_false(is_mutual(m));
	assert_false(is_open(m));
	assert_string_equal(seen, "TTTT");
}

/* It took that one until now. */
static void
one_that_takes_the_certificate_of_before_goes_on_with_that(void **state)
{
	struct family_machine *m = tls_machine("true", "");
	struct family_end e;

	(void)state;
	has_root(m);
	nconsoles = 2;
	refused = 1;
	e = run(m);
	family_ends(&e, REASON_NONE, "differs tls, ");
	assert_int_equal(why, REASON_CONSOLE_REFUSED);
	assert_true(is_mutual(m));
	assert_false(is_open(m));
}

static void
one_that_cannot_open_the_other_port_is_given_one_put(void **state)
{
	struct family_machine *m = tls_machine("false",
	    "<g:NonSecureConnectionsSupported>false"
	    "</g:NonSecureConnectionsSupported>");
	struct family_end e;

	(void)state;
	has_root(m);
	e = run(m);
	family_ends(&e, REASON_NONE, "changed tls, ");
	assert_true(is_mutual(m));
	assert_null(strstr(m->wrote, PLAIN));
	assert_string_equal(seen, "TT");
}

/* --- what would lock us out ----------------------------------------------- */

static void
nothing_is_written_where_it_would_lock_us_out(void **state)
{
	struct family_machine *m;
	struct family_end e;

	(void)state;
	m = tls_machine("false", "");
	has_root(m);
	nconsoles = 0;
	e = run(m);
	family_ends(&e, REASON_NONE, "differs tls, ");
	assert_int_equal(why, REASON_CONSOLE_NONE);
	assert_int_equal(m->writes, 0);

	m = tls_machine("false", "");
	e = run(m); /* the machine lacks its root */
	family_ends(&e, REASON_NONE, "differs tls, ");
	assert_int_equal(why, REASON_CONSOLE_REFUSED);
	assert_non_null(strstr(e.detail, "is not among the machine's"));
	assert_int_equal(m->writes, 0);

	m = tls_machine("false", "");
	has_root(m);
	family_ask("tls-names", "", "example.org ple.com");
	e = run(m);
	family_ends(&e, REASON_NONE, "differs tls, ");
	assert_non_null(strstr(e.detail, "sweep.example.com is in none of"));
	assert_int_equal(m->writes, 0);
}

/* --- roots ---------------------------------------------------------------- */

static void
a_root_is_added_while_it_is_off(void **state)
{
	struct family_machine *m = tls_machine("true", "");
	struct family_end e;

	(void)state;
	family_ask("trusted-root-certificate", "site", root);
	nconsoles = 2;
	e = run(m);
	family_ends(&e, REASON_NONE,
	    "changed trusted-root-certificate.site, changed tls, ");
	assert_true(is_mutual(m));
	assert_false(is_open(m));
}

/* For the sake of a root: its machine would have no mutual TLS any more. */
static void
it_is_not_turned_off_where_it_would_stay_off(void **state)
{
	struct family_machine *m = tls_machine("true", "");
	struct family_end e;

	(void)state;
	family_ask("trusted-root-certificate", "site", root);
	family_ask("tls-names", "", "example.org");
	e = run(m);
	family_ends(&e, REASON_NONE,
	    "differs trusted-root-certificate.site, differs tls, ");
	assert_non_null(strstr(e.detail, "is in none of tls-names"));
	assert_true(is_mutual(m));
	assert_int_equal(m->writes, 1); /* the root, which is refused */
}

static void
names_are_the_same_in_any_order(void **state)
{
	static const struct {
		const char *has;
		unsigned writes;
	} cases[] = { { "b.com</g:TrustedCN><g:TrustedCN>example.com", 0 },
		{ "example.com</g:TrustedCN><g:TrustedCN>example.com", 4 },
		{ "example.com", 4 } };
	char xml[256];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct family_machine *m;

		(void)snprintf(xml, sizeof(xml),
		    "<g:TrustedCN>%s</g:TrustedCN>", cases[i].has);
		m = tls_machine("true", xml);
		has_root(m);
		family_ask("tls-names", "", "example.com b.com");
		(void)run(m);
		assert_int_equal(m->writes, cases[i].writes);
	}
}

static void
other_names_are_put(void **state)
{
	struct family_machine *m =
	    tls_machine("true", "<g:TrustedCN>example.org</g:TrustedCN>");
	struct family_end e;

	(void)state;
	has_root(m);
	family_ask("tls-names", "", "example.com");
	e = run(m);
	family_ends(&e, REASON_NONE, "changed tls-names, ");
	assert_null(strstr(network_of(m)->xml, "example.org"));
	assert_false(is_open(m));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    one_that_asks_for_no_certificate_is_given_back_what_it_had),
		cmocka_unit_test(
		    it_is_turned_on_in_two_puts_and_the_other_port_is_shut_last),
		cmocka_unit_test(
		    where_the_handshake_fails_it_is_turned_off_again_at_the_other_port),
		cmocka_unit_test(
		    nothing_is_said_at_the_other_port_unless_the_profile_trusts_it),
		cmocka_unit_test(
		    what_an_earlier_try_may_have_put_last_is_committed),
		cmocka_unit_test(it_is_not_turned_off_where_it_would_stay_off),
		cmocka_unit_test(names_are_the_same_in_any_order),
		cmocka_unit_test(
		    one_that_takes_the_certificate_of_before_goes_on_with_that),
		cmocka_unit_test(
		    one_that_cannot_open_the_other_port_is_given_one_put),
		cmocka_unit_test(nothing_is_written_where_it_would_lock_us_out),
		cmocka_unit_test(a_root_is_added_while_it_is_off),
		cmocka_unit_test(other_names_are_put),
	};

	return cmocka_run_group_tests(tests, make_consoles, NULL);
}
