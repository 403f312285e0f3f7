#include "base/kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A line is answered while the stream is open: neither side waits for an end.
 */
static void
both_are_answered_line_by_line(void **state)
{
	(void)state;
	assert_ptr_equal(kind_find("signing"), &kind_signing);
	assert_ptr_equal(kind_find("signed"), &kind_signed);
	assert_false(kind_signing.whole);
	assert_false(kind_signed.whole);
}

/* What goes to the site's program has no secret; a key may come back. */
static void
only_the_key_that_comes_back_is_secret(void **state)
{
	(void)state;
	for (int i = 0; i < SIGNING_NCOLUMNS; i++)
		assert_int_equal(kind_signing.columns[i].type, COLUMN_TEXT);
	for (int i = 0; i < SIGNED_NCOLUMNS; i++)
		assert_int_equal(kind_signed.columns[i].type,
		    i == SIGNED_KEY ? COLUMN_SECRET : COLUMN_TEXT);
	assert_false(kind_secret(&kind_signing));
	assert_true(kind_secret(&kind_signed));
}

static void
an_answer_is_told_by_the_id_of_its_request(void **state)
{
	static const char *const asked[] = { "id", "by", "uuid", "fqdn",
		"request" };
	static const char *const answered[] = { "id", "how", "note", "chain",
		"key" };

	(void)state;
	assert_int_equal(kind_signing.ncolumns, SIGNING_NCOLUMNS);
	assert_int_equal(kind_signed.ncolumns, SIGNED_NCOLUMNS);
	for (int i = 0; i < SIGNING_NCOLUMNS; i++)
		assert_int_equal(kind_column(&kind_signing, asked[i]), i);
	for (int i = 0; i < SIGNED_NCOLUMNS; i++)
		assert_int_equal(kind_column(&kind_signed, answered[i]), i);
	assert_int_equal(SIGNING_REQUEST_ID, SIGNED_ID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_are_answered_line_by_line),
		cmocka_unit_test(only_the_key_that_comes_back_is_secret),
		cmocka_unit_test(an_answer_is_told_by_the_id_of_its_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
