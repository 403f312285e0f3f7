#include "plan/keystate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/kinds.h"
#include "read_file.h"
#include "unit/plan/states_page.h"

static void
every_name_finds_its_state_and_no_other_word_does(void **state)
{
	(void)state;
	for (int s = 0; s < KEY_NSTATES; s++)
		assert_int_equal(key_state_find(
		                     key_state_name((enum key_state)s)),
		    s);
	assert_int_equal(key_state_find(""), KEY_NSTATES);
	assert_int_equal(key_state_find("lost"), KEY_NSTATES);
}

static void
a_key_goes_on_and_never_back(void **state)
{
	(void)state;
	for (int from = 0; from < KEY_NSTATES; from++)
		for (int to = 0; to < KEY_NSTATES; to++) {
			bool back = to < from;

			if (from == KEY_ISSUED && to == KEY_NEW)
				continue;
			assert_int_equal(key_state_may((enum key_state)from,
			                     (enum key_state)to),
			    !back);
		}
}

static void
only_an_issued_key_is_new_again(void **state)
{
	(void)state;
	assert_true(key_state_may(KEY_ISSUED, KEY_NEW));
	assert_false(key_state_may(KEY_CONSUMED, KEY_NEW));
	assert_false(key_state_may(KEY_SEEN, KEY_NEW));
	assert_false(key_state_may(KEY_USED, KEY_NEW));
	assert_false(key_state_may(KEY_REVOKED, KEY_NEW));
}

static void
the_manual_page_says_the_same(void **state)
{
	(void)state;
	assert_int_equal(states_page_count("Keys"), KEY_NSTATES);
	for (int from = 0; from < KEY_NSTATES; from++) {
		const char *name = key_state_name((enum key_state)from);
		char is[128] = "", says[128];
		size_t n = 0;

		for (int to = 0; to < KEY_NSTATES; to++)
			if (to != from &&
			    key_state_may((enum key_state)from,
			        (enum key_state)to))
				n += (size_t)snprintf(is + n, sizeof(is) - n,
				    "%s%s", n != 0 ? ", " : "",
				    key_state_name((enum key_state)to));
		states_page_next("Keys", name, says);
		assert_string_equal(says, n != 0 ? is : "nothing");
	}
}

/* Texts of others that name all states, in their order. */
static void
the_page_of_the_store_and_the_count_of_batches_follow_the_table(void **state)
{
	char page[32768], says[256] = "";
	size_t len, n = 0;

	(void)state;
	for (int s = 0; s < KEY_NSTATES; s++) {
		assert_string_equal(kind_batches.columns[BATCHES_NEW + s].name,
		    key_state_name((enum key_state)s));
		n += (size_t)snprintf(says + n, sizeof(says) - n, "%s%d %s",
		    s == 0                     ? ""
		        : s == KEY_NSTATES - 1 ? " or "
		                               : ", ",
		    s, key_state_name((enum key_state)s));
	}
	len = read_file(getenv("AMT_TEST_ROOT"), "formats/plan/site.5",
	    (uint8_t *)page, sizeof(page));
	page[len] = '\0';
	for (char *p = page; (p = strchr(p, '\n')) != NULL;)
		*p = ' ';
	assert_non_null(strstr(page, says));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_name_finds_its_state_and_no_other_word_does),
		cmocka_unit_test(a_key_goes_on_and_never_back),
		cmocka_unit_test(only_an_issued_key_is_new_again),
		cmocka_unit_test(the_manual_page_says_the_same),
		cmocka_unit_test(
		    the_page_of_the_store_and_the_count_of_batches_follow_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
