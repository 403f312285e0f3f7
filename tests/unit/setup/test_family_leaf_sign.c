/* Who issues certificates, and does it badly; also tests of setup_sign. */
#include "setup/setup_sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_leaf.h"

/* Each has a reason of its own, and nothing but a key, which the next run uses,
 * is left in the machine. */
static void
a_signer_that_fails_or_lies_harms_no_machine(void **state)
{
	static const enum reason_id fails[] = { REASON_NONE,
		REASON_SIGNER_MISSING, REASON_SIGNER_REFUSED,
		REASON_SIGNER_TIMEOUT, REASON_SIGNER_ANSWER };
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	for (enum setup_signed_how h = SETUP_SIGNER_MISSING;
	     h <= SETUP_SIGNER_BROKEN; h++) {
		signer.how = h;
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, fails[h], "");
		assert_non_null(strstr(e.detail, "no such template"));
		assert_int_equal(family_count(m, LEAF_CERTIFICATE), 0);
		assert_int_equal(family_count(m, LEAF_CONTEXT), 0);
	}
	signer.how = SETUP_SIGNED;
	signer.key = others_key;
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_SIGNER_OTHER_KEY, "");
	signer.key = NULL;
	signer.name = "other.example.com";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_SIGNER_OTHER_NAME, "");
	signer.name = NULL;
	signer.days = 37;
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_SIGNER_PERIOD, "");
	signer.days = 0;
	assert_int_equal(family_count(m, LEAF_CERTIFICATE), 0);
	assert_int_equal(family_count(m, LEAF_KEY), 1);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed certificate, ");
	assert_int_equal(family_count(m, LEAF_KEY), 1);
	assert_null(strstr(m->said, "GenerateKeyPair"));
}

static void
another_request_than_was_asked_for_is_not_signed(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	device.other_request = true;
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_REQUEST_BAD, "");
	assert_int_equal(signer.asked, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(a_signer_that_fails_or_lies_harms_no_machine),
		TEST(another_request_than_was_asked_for_is_not_signed),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
