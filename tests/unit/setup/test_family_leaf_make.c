/* Keys of the machine, and certificates into it. */
#include "setup/family_leaf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_leaf.h"

static void
generating_keys_waits_and_a_long_one_falls_back(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	device.waits = 12;
	device.most_bits = 2048;
	e = family_run(m, &family_set_up, SETTING_RELEASE(16, 1));
	family_ends(&e, REASON_NONE, "changed certificate, ");
	assert_non_null(strstr(m->wrote, "<r:KeyLength>3072<"));
	assert_non_null(strstr(m->wrote, "<r:KeyLength>2048<"));
	assert_int_equal(family_count(m, LEAF_KEY), 1);
}

static void
intermediates_follow_the_leaf(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	signer.lower = true;
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed certificate, ");
	assert_int_equal(family_count(m, LEAF_CERTIFICATE), 2);
	serves(m, pool[0]);
	m = new_machine();
	signer.lower = signer.no_lower = true;
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_SIGNER_ANSWER, "");
	assert_int_equal(family_count(m, LEAF_CERTIFICATE), 0);
}

static void
a_release_that_makes_no_keys_gets_one(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	m->no_method = "GenerateKeyPair";
	e = family_run(m, &family_set_up, SETTING_RELEASE(5, 0));
	family_ends(&e, REASON_NONE, "changed certificate, ");
	serves(m, others_key);
	assert_int_equal(family_count(m, LEAF_KEY), 1);
}

static enum setup_next
begin_without_tls(struct setup *s)
{
	s->route = SETUP_PLAIN;
	return setup_apply(s);
}

/* What a sweep cannot mend is no drift when it only looks. */
static void
without_tls_an_old_release_lacks_it_in_a_check_too(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_first = begin_without_tls;
	m->no_method = "GenerateKeyPair";
	e = family_run(m, &family_set_up, SETTING_RELEASE(5, 0));
	family_ends(&e, REASON_NONE, "lacks certificate, ");
	e = family_run(m, &family_check, SETTING_RELEASE(5, 0));
	family_ends(&e, REASON_NONE, "lacks certificate, ");
	assert_non_null(strstr(e.detail, "makes no keys"));
	/* One that makes keys can be given one. */
	m->no_method = NULL;
	e = family_run(m, &family_check, SETTING_RELEASE(6, 2));
	family_ends(&e, REASON_NONE, "differs certificate, ");
	family_first = NULL;
	e = family_run(m, &family_check, SETTING_RELEASE(5, 0));
	family_ends(&e, REASON_NONE, "differs certificate, ");
}

/* The key that was signed is the one that arrives, whether its first request
 * was lost before the machine saw it or after. */
static void
a_key_whose_request_was_lost_is_there_once(void **state)
{
	(void)state;
	for (int before = 0; before < 2; before++) {
		struct family_machine *m = new_machine();
		struct family_end e;

		m->no_method = "GenerateKeyPair";
		m->lost = "Call AddKey";
		m->lost_before = before == 1;
		e = family_run(m, &family_set_up, SETTING_RELEASE(5, 0));
		family_ends(&e, REASON_NONE, "changed certificate, ");
		serves(m, others_key);
		assert_int_equal(family_count(m, LEAF_KEY), 1);
		assert_int_equal(family_count(m, LEAF_CERTIFICATE), 1);
	}
}

/* An earlier run gave it a key, and was cut off before the certificate: nobody
 * has the private half any more, and it makes no request. */
static void
a_key_that_was_left_there_is_replaced(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has_key(m, pool[1]);
	m->no_method = "GeneratePKCS10RequestEx";
	e = family_run(m, &family_set_up, SETTING_RELEASE(5, 0));
	family_ends(&e, REASON_NONE, "changed certificate, ");
	serves(m, others_key);
	assert_int_equal(family_count(m, LEAF_KEY), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(generating_keys_waits_and_a_long_one_falls_back),
		TEST(intermediates_follow_the_leaf),
		TEST(a_release_that_makes_no_keys_gets_one),
		TEST(without_tls_an_old_release_lacks_it_in_a_check_too),
		TEST(a_key_whose_request_was_lost_is_there_once),
		TEST(a_key_that_was_left_there_is_replaced),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
