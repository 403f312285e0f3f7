#include "base/reason.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
every_reason_has_a_code_of_upper_case_digits_and_dashes(void **state)
{
	(void)state;
	for (int id = REASON_NONE + 1; id < REASON_COUNT; id++) {
		const char *code = reason_get((enum reason_id)id)->code;
		size_t len;

		assert_non_null(code);
		len = strlen(code);
		assert_in_range(len, 5, 24);
		assert_int_equal(strspn(code,
		                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"),
		    len);
		assert_true(code[0] != '-' && code[len - 1] != '-');
		assert_null(strstr(code, "--"));
	}
	assert_string_equal(reason_get(REASON_NONE)->code, "");
}

static void
no_two_reasons_share_a_code_or_a_cause(void **state)
{
	(void)state;
	for (int a = REASON_NONE; a < REASON_COUNT; a++)
		for (int b = a + 1; b < REASON_COUNT; b++) {
			const struct reason *ra = reason_get((enum reason_id)a);
			const struct reason *rb = reason_get((enum reason_id)b);

			assert_string_not_equal(ra->code, rb->code);
			assert_string_not_equal(ra->cause, rb->cause);
		}
}

static void
sentence(const char *code, const char *s)
{
	size_t len;

	assert_non_null(s);
	len = strlen(s);
	if (len < 10 || len > 200 || s[len - 1] != '.' || s[0] < 'A' ||
	    s[0] > 'Z' || strstr(s, "  ") != NULL)
		fail_msg("%s: not a sentence: \"%s\"", code, s);
}

static void
causes_and_remedies_are_short_whole_sentences(void **state)
{
	(void)state;
	for (int id = REASON_NONE; id < REASON_COUNT; id++) {
		const struct reason *r = reason_get((enum reason_id)id);

		sentence(r->code, r->cause);
		sentence(r->code, r->remedy);
		assert_in_range(r->class, REASON_WAITS, REASON_PERSON);
	}
}

static void
the_remedy_agrees_with_who_has_to_act(void **state)
{
	(void)state;
	for (int id = REASON_NONE + 1; id < REASON_COUNT; id++) {
		const struct reason *r = reason_get((enum reason_id)id);
		const char *start =
		    r->class == REASON_WAITS ? "Nothing to do" : "Retried";

		if ((strncmp(r->remedy, start, strlen(start)) == 0) !=
		    (r->class != REASON_PERSON))
			fail_msg("%s: \"%s\"", r->code, r->remedy);
	}
}

static void
codes_are_found_in_any_case_and_nothing_else_is(void **state)
{
	(void)state;
	for (int id = REASON_NONE; id < REASON_COUNT; id++)
		assert_int_equal(reason_find(
		                     reason_get((enum reason_id)id)->code),
		    id);
	assert_int_equal(reason_find("key-unknown"), REASON_KEY_UNKNOWN);
	assert_int_equal(reason_find("KEY-UNKNOW"), REASON_COUNT);
	assert_int_equal(reason_find("KEY-UNKNOWN "), REASON_COUNT);
}

static void
a_misspelt_code_leads_to_the_one_that_was_meant(void **state)
{
	char longest[49];

	(void)state;
	assert_int_equal(reason_nearest("KEY-UNKNWN"), REASON_KEY_UNKNOWN);
	assert_int_equal(reason_nearest("mapnone"), REASON_MAP_NONE);
	assert_int_equal(reason_nearest("TSL-FAILED"), REASON_TLS_FAILED);
	assert_int_equal(reason_nearest("TLS-TIMOUT"), REASON_TLS_TIMEOUT);
	assert_int_equal(reason_nearest("window"), REASON_WINDOW_CLOSED);
	assert_int_equal(reason_nearest("MAP-NONE"), REASON_MAP_NONE);
	assert_int_equal(reason_nearest("xyzzy-plugh"), REASON_COUNT);
	assert_int_equal(reason_nearest(""), REASON_COUNT);
	memset(longest, 'A', sizeof(longest));
	longest[48] = '\0';
	assert_int_equal(reason_nearest(longest), REASON_COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_reason_has_a_code_of_upper_case_digits_and_dashes),
		cmocka_unit_test(no_two_reasons_share_a_code_or_a_cause),
		cmocka_unit_test(causes_and_remedies_are_short_whole_sentences),
		cmocka_unit_test(the_remedy_agrees_with_who_has_to_act),
		cmocka_unit_test(
		    codes_are_found_in_any_case_and_nothing_else_is),
		cmocka_unit_test(
		    a_misspelt_code_leads_to_the_one_that_was_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
