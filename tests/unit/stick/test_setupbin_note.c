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
more_notes_than_fit_are_counted(void **state)
{
	struct setupbin_header h = header(2, 0);
	struct setupbin_tally t = { .nrecords = 1, .nconsumed = 0 };
	struct setupbin_notes notes = { 0 };

	(void)state;
	h.nmodules = SETUPBIN_MODULES_MAX;
	for (uint16_t i = 0; i < h.nmodules; i++)
		h.modules[i] = (uint16_t)(i + 1);
	setupbin_tally_notes(&t, &h, &notes);
	assert_int_equal(notes.n, SETUPBIN_MODULES_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_notes_than_fit_are_counted),
	};

	return cmocka_run_group_tests(tests, read_sample, NULL);
}
