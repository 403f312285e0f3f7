/*
 * Replies of real machines about keys and certificates drive family_leaf: the
 * machine does what it is asked, and answers in the words that were captured.
 */
#include "setup/family_leaf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "request_shape.h"
#include "setup_captured.h"
#include "setup_leaf.h"

#define G "go-wsman-messages/"

static const char *file, *as;
static char reply[CAPTURED_MAX];
static unsigned given;

static const char *
give(const char *verb, const char *of, const char *body)
{
	struct shape q = shape_open(body);
	char what[96];

	shape_close(&q);
	(void)snprintf(what, sizeof(what), "%s %s", verb, of);
	if (strcmp(what, as) != 0)
		return NULL;
	given++;
	captured_read(file, reply);
	captured_relate(reply, body);
	return reply;
}

static struct family_machine *
answering(const char *name, const char *what)
{
	struct family_machine *m = new_machine();

	m->captured = give;
	file = name;
	as = what;
	given = 0;
	return m;
}

static enum setup_next
tidied(struct setup *s)
{
	return setup_end(s, REASON_NONE, "done");
}

static enum setup_next
tidy(struct setup *s)
{
	return setup_tidied(s);
}

static void
set_up(struct family_machine *m, unsigned release)
{
	static const struct setup_want want = { .writes = true,
		.applied = tidy,
		.verified = tidied };
	struct family_end e = family_run(m, &want, release);

	if (e.reason != REASON_NONE ||
	    strcmp(e.findings, "changed certificate, ") != 0 || given == 0)
		fail_msg("%s, given %u times: %s (%s)", file, given, e.findings,
		    e.detail);
}

/* CreatedCertificate is another handle than the machine's list has: the list
 * is what counts. */
static void
a_certificate_is_added(void **state)
{
	static const char *const files[] = { G
		"amt/publickey/management/addcertificate.xml",
		"rpc-go/AMT_PublicKeyManagementService.AddCertificateResponse."
		"rv0.xml",
		"rpc-go/AMT_PublicKeyManagementService.AddCertificateResponse."
		"rv0-2.xml" };

	(void)state;
	if (captured_are_absent())
		skip();
	for (size_t i = 0; i < 3; i++) {
		struct family_machine *m =
		    answering(files[i], "Call AddCertificate");

		set_up(m, 0);
		serves(m, pool[0]);
	}
}

/* One of them names the class of certificates for a key. */
static void
a_key_is_pushed(void **state)
{
	static const char *const files[] = {
		G "amt/publickey/management/addkey.xml",
		"rpc-go/AMT_PublicKeyManagementService.AddKeyResponse.rv0.xml"
	};

	(void)state;
	if (captured_are_absent())
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct family_machine *m = answering(files[i], "Call AddKey");

		m->no_method = "GenerateKeyPair";
		set_up(m, SETTING_RELEASE(5, 0));
		serves(m, others_key);
	}
}

static void
a_key_is_made(void **state)
{
	struct family_machine *m;

	(void)state;
	if (captured_are_absent())
		skip();
	m = answering("rpc-go/AMT_PublicKeyManagementService."
	              "GenerateKeyPairResponse.rv0.xml",
	    "Call GenerateKeyPair");
	device.nkey = 3; /* the reply names handle 3 */
	set_up(m, 0);
	serves(m, pool[1]);
	assert_non_null(strstr(m->wrote, "Key: Handle: 3</w:Selector>"));
}

/* Its authors put a word where the request was. */
static void
a_signed_request_that_is_none_is_refused(void **state)
{
	struct family_machine *m;
	struct family_end e;

	(void)state;
	if (captured_are_absent())
		skip();
	m = answering(G "amt/publickey/management/generatepkcs10requestex.xml",
	    "Call GeneratePKCS10RequestEx");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_REQUEST_BAD, "");
	assert_int_equal(given, 1);
	assert_int_equal(signer.asked, 0);
}

static void
what_was_there_before_goes(void **state)
{
	static const char *const uses[][2] = {
		{ G "amt/publicprivate/delete.xml",
		    "Delete AMT_PublicPrivateKeyPair" },
		{ G "amt/publickey/certificate/delete.xml",
		    "Delete AMT_PublicKeyCertificate" },
		{ G "amt/tls/credentialcontext/put.xml",
		    "Put AMT_TLSCredentialContext" }
	};

	(void)state;
	if (captured_are_absent())
		skip();
	for (size_t i = 0; i < 3; i++) {
		struct family_machine *m = answering(uses[i][0], uses[i][1]);

		has_leaf(m, others_key, NAME, 10);
		set_up(m, 0);
		serves(m, pool[1]);
		assert_int_equal(family_count(m, LEAF_CERTIFICATE), 1);
		assert_int_equal(family_count(m, LEAF_KEY), 1);
	}
}

/* rpc-go#572: a context that is listed only later. */
static void
a_context_that_exists_already_is_put(void **state)
{
	struct family_machine *m;

	(void)state;
	if (captured_are_absent())
		skip();
	m = answering("rps/fault.AlreadyExists.chunked",
	    "Create AMT_TLSCredentialContext");
	m->hidden = true;
	(void)family_run(m, &family_set_up, 0);
	assert_true(given > 0);
	assert_non_null(strstr(m->said, "Put AMT_TLSCredentialContext"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(a_certificate_is_added),
		TEST(a_key_is_pushed),
		TEST(a_key_is_made),
		TEST(a_signed_request_that_is_none_is_refused),
		TEST(what_was_there_before_goes),
		TEST(a_context_that_exists_already_is_put),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
