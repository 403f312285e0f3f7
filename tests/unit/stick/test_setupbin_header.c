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

/* What a change of one field gives: the first note, or "" when it has none. */
static const char *
header_note(size_t at, uint8_t value, size_t *place)
{
	static struct setupbin_notes notes;
	struct setupbin_header h;
	struct fault f;
	uint8_t buf[SETUPBIN_CHUNK];

	memcpy(buf, sample, sizeof(buf));
	buf[at] = value;
	notes.n = 0;
	if (setupbin_header_decode(&h, buf, sizeof(buf), &notes, &f) == -1)
		fail_msg("refused: %s", f.why);
	if (notes.n == 0)
		return "";
	*place = notes.note[0].at;
	return notes.note[0].why;
}

static void
an_unknown_guid_and_a_guid_against_its_major_are_refused(void **state)
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_header h;
	struct fault f;
	uint8_t buf[SETUPBIN_CHUNK];

	(void)state;
	memcpy(buf, sample, sizeof(buf));
	buf[0] ^= 1;
	assert_int_equal(setupbin_header_decode(&h, buf, sizeof(buf), &notes,
	                     &f),
	    -1);
	assert_int_equal(f.at, 0);
	buf[0] ^= 1;
	buf[24] = 3;
	assert_int_equal(setupbin_header_decode(&h, buf, sizeof(buf), &notes,
	                     &f),
	    -1);
	assert_int_equal(f.at, 24);
	assert_string_equal(f.why,
	    "major version and file type GUID disagree (got 3, the GUID says "
	    "2)");
}

static void
each_deviation_of_a_header_is_noted_where_it_stands(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		size_t place;
		const char *why;
	} rows[] = {
		{ 16, 0, 16,
		    "header chunk count is 0 (expected 1): some machines "
		    "ignore such a file" },
		{ 18, 48, 18,
		    "header byte count does not fit its module list (got 48, "
		    "expected 46)" },
		{ 20, 7, 20, "record number of the header is not 0" },
		{ 25, 2, 25, "minor version is unknown (2.2)" },
		{ 26, 2, 26, "file flags are unknown (0x0002)" },
		{ 32, 4, 32,
		    "more records are consumed (4) than there are "
		    "(3)" },
		{ 36, 0, 36,
		    "data record chunk count is 0 (expected 1): some machines "
		    "ignore such a file" },
		{ 38, 1, 38, "reserved field of the header is not 0" },
		{ 40, 3, 42, "module list is not ascending (2 after 3)" },
		{ 511, 1, 46, "padding of the header is not zero" },
		{ 26, 1, 0, "" },
		{ 25, 1, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t place = 0;

		assert_string_equal(header_note(rows[i].at, rows[i].value,
		                        &place),
		    rows[i].why);
		assert_int_equal(place, rows[i].place);
	}
}

static void
chunk_counts_above_one_are_refused(void **state)
{
	static const size_t places[] = { 16, 36 };
	struct setupbin_notes notes = { 0 };
	struct setupbin_header h;
	struct setupbin_record r;
	struct fault f;
	uint8_t buf[SETUPBIN_CHUNK];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		memcpy(buf, sample, sizeof(buf));
		buf[places[i]] = 2;
		assert_int_equal(setupbin_header_decode(&h, buf, sizeof(buf),
		                     &notes, &f),
		    -1);
		assert_int_equal(f.at, places[i]);
	}
	assert_int_equal(setupbin_header_decode(&h, sample, sample_len, &notes,
	                     &f),
	    0);
	memcpy(buf, sample + SETUPBIN_CHUNK, sizeof(buf));
	buf[16] = 2;
	assert_int_equal(setupbin_record_decode(&r, &h, 1, buf, sizeof(buf),
	                     &notes, &f),
	    -1);
	assert_int_equal(f.at, SETUPBIN_CHUNK + 16);
}

static void
a_module_list_of_235_is_the_longest(void **state)
{
	struct setupbin_header h = header(2, 0), again;
	struct setupbin_notes notes = { 0 };
	struct fault f;
	uint8_t out[SETUPBIN_CHUNK];

	(void)state;
	h.nmodules = SETUPBIN_MODULES_MAX;
	for (uint16_t i = 0; i < h.nmodules; i++)
		h.modules[i] = (uint16_t)(i + 1);
	assert_int_equal(setupbin_header_encode(out, &h, &f), 0);
	assert_int_equal(setupbin_header_decode(&again, out, sizeof(out),
	                     &notes, &f),
	    0);
	assert_int_equal(again.nmodules, SETUPBIN_MODULES_MAX);
	out[510] = 0xff;
	assert_int_equal(setupbin_header_decode(&again, out, sizeof(out),
	                     &notes, &f),
	    -1);
	assert_string_equal(f.why,
	    "module list has no end (got more than 235)");
	h.nmodules++;
	assert_int_equal(setupbin_header_encode(out, &h, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_unknown_guid_and_a_guid_against_its_major_are_refused),
		cmocka_unit_test(
		    each_deviation_of_a_header_is_noted_where_it_stands),
		cmocka_unit_test(chunk_counts_above_one_are_refused),
		cmocka_unit_test(a_module_list_of_235_is_the_longest),
	};

	return cmocka_run_group_tests(tests, read_sample, NULL);
}
