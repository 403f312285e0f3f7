/* The certificate that a machine serves TLS with. */
#include "setup/family_leaf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_leaf.h"

static void
a_new_machine_makes_a_key_and_serves_what_was_issued(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_tls(m, false, "");
	family_ask("tls", "", "server");
	e = family_run(m, &family_check, SETTING_RELEASE(12, 0));
	family_ends(&e, REASON_NONE, "differs certificate, differs tls, ");
	assert_int_equal(m->writes, 0);
	e = family_run(m, &family_set_up, SETTING_RELEASE(12, 0));
	family_ends(&e, REASON_NONE, "changed certificate, changed tls, ");
	serves(m, pool[0]);
	assert_int_equal(signer.asked, 1);
	assert_int_equal(family_count(m, LEAF_KEY), 1);
	assert_int_equal(family_count(m, LEAF_CERTIFICATE), 1);
	assert_non_null(strstr(m->wrote,
	    "<r:GenerateKeyPair_INPUT xmlns:r=\"http://intel.com/wbem/wscim/1/"
	    "amt-schema/1/AMT_PublicKeyManagementService\"><r:KeyAlgorithm>0"
	    "</r:KeyAlgorithm><r:KeyLength>2048</r:KeyLength>"));
	assert_non_null(strstr(m->wrote,
	    "<w:Selector Name=\"InstanceID\">" NETWORK "</w:Selector>"));
	assert_null(strstr(m->wrote, LOCAL));
	e = family_run(m, &family_set_up, SETTING_RELEASE(12, 0));
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

/* rpc-go 572: Create says that there is one, and the old one goes on serving.
 */
static void
the_context_of_the_factory_is_put(void **state)
{
	struct family_machine *m = new_machine();
	const struct cert_wish w = { .cn = "AMT" };
	X509 *self = cert_make(&w, others_key, NULL, others_key);
	unsigned char *der = NULL;
	struct family_end e;
	char text[4096];
	int len = i2d_X509(self, &der);

	(void)state;
	base64_of(text, der, len);
	X509_free(self);
	has_key(m, others_key);
	has_context(m, has_cert(m, text));
	e = family_run(m, &family_set_up, SETTING_RELEASE(16, 1));
	family_ends(&e, REASON_NONE, "changed certificate, ");
	assert_non_null(strstr(m->said, "Put AMT_TLSCredentialContext"));
	assert_null(strstr(m->said, "Create"));
	serves(m, pool[1]);
	/* the factory's own: known as such, and not there when not */
	family_begin(NULL);
	family_ask("certificate", "", "device");
	e = family_run(m, &family_set_up, SETTING_RELEASE(16, 1));
	family_ends(&e, REASON_NONE, "changed certificate, ");
	m = new_machine();
	family_begin(NULL);
	family_ask("certificate", "", "device");
	e = family_run(m, &family_set_up, SETTING_RELEASE(15, 0));
	family_ends(&e, REASON_NONE, "lacks certificate, ");
}

/* Not listed, and there all the same: Create is followed by Put. */
static void
a_context_that_already_exists_is_no_success(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	m->hidden = true;
	e = family_run(m, &family_set_up, SETTING_RELEASE(16, 1));
	assert_int_not_equal(e.reason, REASON_NONE);
	assert_non_null(strstr(m->said,
	    "Create AMT_TLSCredentialContext, "
	    "Put AMT_TLSCredentialContext"));
}

/* Before and after each request took effect; nothing is doubled. */
static void
a_lost_answer_is_found_out_and_nothing_is_doubled(void **state)
{
	static const char *const lost[] = { "Call GenerateKeyPair",
		"Call GeneratePKCS10RequestEx", "Call AddCertificate",
		"Create AMT_TLSCredentialContext", "Put AMT_TLSSettingData" };
	struct family_machine *m;
	struct family_end e;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(lost) / sizeof(lost[0]); i++) {
		m = new_machine();
		has_tls(m, false, "");
		family_ask("tls", "", "server");
		m->lost = lost[i / 2];
		m->lost_before = i % 2 == 1;
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE,
		    "changed certificate, changed tls, ");
		assert_int_equal(family_count(m, LEAF_KEY), 1);
		assert_int_equal(family_count(m, LEAF_CERTIFICATE), 1);
		assert_int_equal(family_count(m, LEAF_CONTEXT), 1);
	}
}

static void
what_ends_soon_or_has_another_name_is_renewed(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_leaf(m, others_key, NAME, 39);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	for (int as = 0; as < 2; as++) {
		m = new_machine();
		has_leaf(m, others_key, as == 0 ? NAME : "old.example.com",
		    as == 0 ? 38 : 365);
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "changed certificate, ");
		serves(m, pool[1]);
		/* the old one stays: nobody has seen the new one serve */
		assert_int_equal(family_count(m, LEAF_CERTIFICATE), 2);
		assert_null(strstr(m->said, "Delete"));
	}
}

/* Sums of others in the list do not matter; nor do they to a device's own. */
static void
one_of_a_ca_before_is_replaced_and_a_check_says_so(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_leaf(m, others_key, NAME, 365);
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "");
	(void)snprintf(family_replace, sizeof(family_replace), "%064d,%064d", 1,
	    2);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	(void)snprintf(family_replace, sizeof(family_replace), "%064d,%s", 1,
	    leaf_sum);
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs certificate, ");
	assert_non_null(strstr(e.found, "certificate=of another CA"));
	assert_int_equal(m->writes, 0);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed certificate, ");
	serves(m, pool[1]);
	/* what it has now is none of them */
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	family_replace[0] = '\0';
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(a_new_machine_makes_a_key_and_serves_what_was_issued),
		TEST(the_context_of_the_factory_is_put),
		TEST(a_context_that_already_exists_is_no_success),
		TEST(a_lost_answer_is_found_out_and_nothing_is_doubled),
		TEST(what_ends_soon_or_has_another_name_is_renewed),
		TEST(one_of_a_ca_before_is_replaced_and_a_check_says_so),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
