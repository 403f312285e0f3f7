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

static uint8_t *
exactly(const uint8_t *from, size_t n)
{
	uint8_t *to = malloc(n != 0 ? n : 1); /* a sanitizer guards its end */

	assert_non_null(to);
	memcpy(to, from, n);
	return to;
}

static void
the_sample_is_read_without_a_note_and_written_back(void **state)
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_header h;
	struct setupbin_record r;
	struct setupbin_tally t = { 0 };
	struct fault f;
	uint8_t out[SETUPBIN_CHUNK];

	(void)state;
	assert_int_equal(setupbin_header_decode(&h, sample, sample_len, &notes,
	                     &f),
	    0);
	assert_int_equal(h.major, 2);
	assert_int_equal(h.nrecords, 3);
	assert_int_equal(h.nconsumed, 1);
	assert_int_equal(setupbin_header_encode(out, &h, &f), 0);
	assert_memory_equal(out, sample, sizeof(out));
	for (uint32_t n = 1; n <= h.nrecords; n++) {
		const uint8_t *at = sample + SETUPBIN_RECORD_AT(n);

		assert_int_equal(setupbin_record_decode(&r, &h, n, at,
		                     SETUPBIN_CHUNK, &notes, &f),
		    0);
		assert_int_equal(r.nentries, 5);
		assert_int_equal(r.valid, n != 1);
		assert_int_equal(setupbin_record_encode(out, &r, &h, &f), 0);
		assert_memory_equal(out, at, sizeof(out));
		setupbin_tally_add(&t, &r);
	}
	setupbin_tally_notes(&t, &h, &notes);
	assert_int_equal(notes.n, 0);
}

static void
every_shorter_header_and_record_is_refused(void **state)
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_header h;
	struct setupbin_record r;
	struct fault f;

	(void)state;
	for (size_t n = 0; n < SETUPBIN_CHUNK; n++) {
		uint8_t *tight = exactly(sample, n);

		assert_int_equal(setupbin_header_decode(&h, tight, n, &notes,
		                     &f),
		    -1);
		assert_int_equal(f.at, n);
		assert_non_null(strstr(f.why, "input ends early"));
		free(tight);
	}
	assert_int_equal(setupbin_header_decode(&h, sample, SETUPBIN_CHUNK,
	                     &notes, &f),
	    0);
	for (size_t n = 0; n < SETUPBIN_CHUNK; n++) {
		uint8_t *tight = exactly(sample + SETUPBIN_CHUNK, n);

		assert_int_equal(setupbin_record_decode(&r, &h, 1, tight, n,
		                     &notes, &f),
		    -1);
		assert_int_equal(f.at, SETUPBIN_CHUNK + n);
		free(tight);
	}
	assert_int_equal(notes.n, 0);
}

static void
variables_are_written_in_ascending_order(void **state)
{
	const struct setupbin_header h = header(2, 0);
	struct setupbin_record r;
	struct fault f;

	(void)state;
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_record_add(&r, 2, 1, "ABCDEFG8", 8, &f), 0);
	assert_int_equal(setupbin_record_add(&r, 1, 3, "\1", 1, &f), 0);
	assert_int_equal(setupbin_record_add(&r, 1, 2, "P@ssw0rd", 8, &f), 0);
	assert_int_equal(setupbin_record_add(&r, 1, 1, "admin", 5, &f), 0);
	assert_string_equal(encode_why(&r, &h), "");
	assert_int_equal(r.entry[0].id, 1);
	assert_int_equal(r.entry[1].id, 2);
	assert_int_equal(r.entry[2].id, 3);
	assert_int_equal(r.entry[3].module, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_sample_is_read_without_a_note_and_written_back),
		cmocka_unit_test(every_shorter_header_and_record_is_refused),
		cmocka_unit_test(variables_are_written_in_ascending_order),
	};

	return cmocka_run_group_tests(tests, read_sample, NULL);
}
