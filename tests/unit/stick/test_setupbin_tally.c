#include "stick/setupbin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "setupbin_sample.h"

static void
counters_and_modules_that_disagree_are_noted(void **state)
{
	struct setupbin_header h = header(2, 0);
	struct setupbin_tally t = { 0 };
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r;
	struct fault f;

	(void)state;
	h.nrecords = 3;
	h.nconsumed = 2;
	h.modules[1] = 3;
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_record_add(&r, 1, 2, "P@ssw0rd", 8, &f), 0);
	assert_int_equal(setupbin_record_add(&r, 2, 1, "ABCDEFG8", 8, &f), 0);
	setupbin_tally_add(&t, &r);
	r.valid = false;
	setupbin_tally_add(&t, &r);
	setupbin_tally_notes(&t, &h, &notes);
	assert_int_equal(notes.n, 4);
	assert_string_equal(notes.note[0].why,
	    "header counts 3 records (the file has 2)");
	assert_string_equal(notes.note[1].why,
	    "header counts 2 records as consumed (1 have no valid flag)");
	assert_string_equal(notes.note[2].why,
	    "module 2 is used but not listed");
	assert_string_equal(notes.note[3].why,
	    "module 3 is listed but not used");
	assert_int_equal(notes.note[3].at, 42);
	/* What a refused record used is not known. */
	setupbin_tally_add(&t, NULL);
	notes.n = 0;
	setupbin_tally_notes(&t, &h, &notes);
	assert_int_equal(notes.n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_and_modules_that_disagree_are_noted),
	};

	return cmocka_run_group_tests(tests, read_sample, NULL);
}
