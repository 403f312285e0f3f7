/* What was there before is removed. */
#include "setup/family_leaf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_leaf.h"

static enum setup_next
tidy_done(struct setup *s)
{
	return setup_end(s, REASON_NONE, "done");
}

static enum setup_next
tidy_applied(struct setup *s)
{
	return setup_tidied(s);
}

/* The certificate is removed before its key; what is used stays. */
static void
the_old_certificate_is_removed_and_then_its_key(void **state)
{
	static const struct setup_want want = { .writes = true,
		.applied = tidy_applied,
		.verified = tidy_done };
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_leaf(m, others_key, NAME, 10);
	e = family_run(m, &want, 0);
	family_ends(&e, REASON_NONE, "changed certificate, ");
	assert_int_equal(family_count(m, LEAF_CERTIFICATE), 1);
	assert_int_equal(family_count(m, LEAF_KEY), 1);
	serves(m, pool[1]);
	assert_non_null(strstr(m->said, "Delete AMT_PublicKeyCertificate"));
	assert_true(strstr(m->said, "Delete AMT_PublicKeyCertificate") <
	    strstr(m->said, "Delete AMT_PublicPrivateKeyPair"));
	/* one that 802.1X uses stays */
	m = new_machine();
	has_leaf(m, others_key, NAME, 10);
	(void)family_add(m, "CIM_CredentialContext", "x", m->at[m->n - 1].xml);
	e = family_run(m, &want, 0);
	family_ends(&e, REASON_NONE, "changed certificate, ");
	assert_int_equal(family_count(m, LEAF_CERTIFICATE), 2);
	/* a refusal ends it, and the machine is in order all the same */
	m = new_machine();
	has_leaf(m, others_key, NAME, 10);
	m->refuses = "Delete AMT_PublicKeyCertificate";
	m->fault = "AccessDenied";
	e = family_run(m, &want, 0);
	family_ends(&e, REASON_NONE, "changed certificate, ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(the_old_certificate_is_removed_and_then_its_key),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
