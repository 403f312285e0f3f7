#include "setup/family_use.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_family.h"

static void
what_a_release_lacks_is_not_wanted_of_it(void **state)
{
	struct setup *s;

	(void)state;
	family_ask("kvm", "", "on");
	family_ask("sol", "", "keep");
	s = family_new(&family_check, SETTING_RELEASE(6, 0));
	assert_string_equal(family_use_wanted(s, "kvm"), "on");
	assert_null(family_use_wanted(s, "sol"));
	assert_null(family_use_wanted(s, "ider"));
	s->release = SETTING_RELEASE(5, 2);
	assert_null(family_use_wanted(s, "kvm"));
	setup_free(s);
}

static void
both_words_for_a_boolean_are_taken(void **state)
{
	(void)state;
	assert_true(family_use_true("true"));
	assert_true(family_use_true("1"));
	assert_false(family_use_true("false"));
	assert_false(family_use_true("0"));
	assert_false(family_use_true(NULL));
}

/* A selector that an earlier family left would choose an instance. */
static void
a_family_begins_with_zeroed_memory_and_without_selectors(void **state)
{
	struct setup *s = family_new(&family_check, 0);
	const char zero[8] = "";

	(void)state;
	assert_non_null(setup_work(s, 8));
	memset(s->work, 1, 8);
	s->nselectors = 1;
	assert_true(family_use_begin(s, 8));
	assert_memory_equal(s->work, zero, 8);
	assert_int_equal(s->nselectors, 0);
	setup_free(s);
}

static void
what_was_written_and_reads_otherwise_is_quoted(void **state)
{
	struct setup *s = family_new(&family_check, 0);

	(void)state;
	assert_int_equal(family_use_stays(s, "Lit", "dim"), SETUP_END);
	assert_int_equal(setup_reason(s), REASON_VERIFY_FAILED);
	assert_non_null(strstr(setup_detail(s), "Lit is dim"));
	(void)family_use_stays(s, "Lit", "Next-pw1");
	assert_null(strstr(setup_detail(s), "Next-pw1"));
	setup_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(what_a_release_lacks_is_not_wanted_of_it),
		TEST(both_words_for_a_boolean_are_taken),
		TEST(a_family_begins_with_zeroed_memory_and_without_selectors),
		TEST(what_was_written_and_reads_otherwise_is_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
