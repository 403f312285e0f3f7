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
what_reading_would_flag_is_not_written(void **state)
{
	struct setupbin_header h = header(2, 0);
	struct setupbin_record r;
	struct fault f;
	uint8_t out[SETUPBIN_CHUNK];

	(void)state;
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_record_add(&r, 1, 1, "admin", 5, &f), 0);
	assert_string_equal(encode_why(&r, &h),
	    "the factory password needs a new one after it");
	assert_int_equal(setupbin_record_add(&r, 1, 1, "admin", 5, &f), 0);
	assert_string_equal(encode_why(&r, &h),
	    "variable 1/1 stands more than once");
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_record_add(&r, 2, 1, "0000-037M", 9, &f), 0);
	assert_string_equal(encode_why(&r, &h),
	    "PID has the wrong length (got 9 bytes, expected 8)");
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_record_add(&r, 2, 29, "\1", 1, &f), 0);
	assert_string_equal(encode_why(&r, &h),
	    "setup mode is known from version 3.0 on (this file is 2.0)");
	setupbin_record_begin(&r, 1);
	r.scrambled = true;
	assert_string_equal(encode_why(&r, &h),
	    "record 1 is scrambled in a file of version 2");
	h.modules[0] = 2;
	h.modules[1] = 1;
	assert_int_equal(setupbin_header_encode(out, &h, &f), -1);
	h = header(1, 0);
	h.flags = SETUPBIN_KEEP;
	assert_int_equal(setupbin_header_encode(out, &h, &f), -1);
	h = header(5, 0);
	assert_int_equal(setupbin_header_encode(out, &h, &f), -1);
	h = header(0, 0);
	assert_int_equal(setupbin_header_encode(out, &h, &f), -1);
}

static void
a_body_of_484_is_written_488_only_read_and_more_refused(void **state)
{
	const struct setupbin_header h = header(4, 0);
	uint8_t value[480] = { 0 }, out[SETUPBIN_CHUNK] = { 0 };
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r;
	struct fault f;

	(void)state;
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_record_add(&r, 2, 19, value, 476, &f), 0);
	assert_string_equal(encode_why(&r, &h), "");
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_record_add(&r, 2, 19, value, 477, &f), 0);
	assert_string_equal(encode_why(&r, &h),
	    "variables fill 488 bytes; some readers stop at 484");
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_record_add(&r, 2, 19, value, 481, &f), -1);
	/* 488 by hand: 8 of header, 480 of value, no end mark. */
	out[0] = out[4] = out[16] = out[20] = 1;
	out[18] = 24;
	out[24] = 2;
	out[26] = 19;
	out[28] = 480 & 255;
	out[29] = 480 >> 8;
	assert_int_equal(setupbin_record_decode(&r, &h, 1, out, sizeof(out),
	                     &notes, &f),
	    0);
	assert_int_equal(r.entry[0].len, 480);
	assert_int_equal(notes.n, 1);
	out[28]++; /* 481: one byte over the end */
	assert_int_equal(setupbin_record_decode(&r, &h, 1, out, sizeof(out),
	                     &notes, &f),
	    -1);
	assert_int_equal(f.at, 512 + 28);
	assert_string_equal(f.why,
	    "variable 2/19 runs over the end of its record (got length 481, "
	    "480 bytes are left)");
}

static void
empty_values_fill_a_record_to_its_61_entries(void **state)
{
	const struct setupbin_header h = header(4, 0);
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r;
	struct fault f;
	uint8_t out[SETUPBIN_CHUNK] = { 0 };

	(void)state;
	out[0] = out[4] = out[16] = out[20] = 1;
	out[18] = 24;
	for (size_t i = 0; i < SETUPBIN_ENTRIES_MAX; i++) {
		out[24 + 8 * i] = 9;
		out[26 + 8 * i] = (uint8_t)(i + 1);
	}
	assert_int_equal(setupbin_record_decode(&r, &h, 1, out, sizeof(out),
	                     &notes, &f),
	    0);
	assert_int_equal(r.nentries, SETUPBIN_ENTRIES_MAX);
	setupbin_record_begin(&r, 1);
	for (uint16_t i = 1; i <= SETUPBIN_ENTRIES_MAX; i++)
		assert_int_equal(setupbin_record_add(&r, 9, i, "", 0, &f), 0);
	assert_int_equal(setupbin_record_add(&r, 9, 99, "", 0, &f), -1);
}

static void
unknown_variables_are_kept_and_written_again(void **state)
{
	const struct setupbin_header h = header(2, 0);
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r, again;
	struct fault f;
	uint8_t out[SETUPBIN_CHUNK];

	(void)state;
	setupbin_record_begin(&r, 1);
	assert_int_equal(setupbin_record_add(&r, 2, 9, "raw", 3, &f), 0);
	assert_int_equal(setupbin_record_add(&r, 77, 1, "more", 4, &f), 0);
	assert_int_equal(setupbin_record_encode(out, &r, &h, &f), 0);
	assert_int_equal(setupbin_record_decode(&again, &h, 1, out, sizeof(out),
	                     &notes, &f),
	    0);
	assert_int_equal(notes.n, 0);
	assert_int_equal(again.nentries, 2);
	assert_memory_equal(again.body + again.entry[0].at, "raw", 3);
	assert_memory_equal(again.body + again.entry[1].at, "more", 4);
}

static void
each_deviation_of_a_record_is_noted_where_it_stands(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		size_t place;
		const char *why;
	} rows[] = {
		{ 0, 0, 0, "type of record 2 is 0 (invalid)" },
		{ 4, 5, 4, "flags of record 2 are unknown (0x00000005)" },
		{ 8, 1, 8, "reserved field of record 2 is not 0" },
		{ 16, 0, 16,
		    "record chunk count is 0 (expected 1): some machines "
		    "ignore such a file" },
		{ 20, 9, 20, "record number is wrong (got 9, expected 2)" },
		{ 26, 9, 40,
		    "variables are not in ascending order (1/2 after 1/9)" },
		{ 30, 1, 30, "reserved field of variable 1/1 is not 0" },
		{ 37, 1, 37, "padding of variable 1/1 is not zero" },
		{ 511, 1, 124, "bytes after the last variable are not zero" },
		{ 33, 0xc3, 33,
		    "current MEBx password has a byte that is not printable "
		    "ASCII" },
		{ 4, 0, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct setupbin_header h = header(2, 0);
		struct setupbin_notes notes = { 0 };
		struct setupbin_record r;
		struct fault f;
		uint8_t buf[SETUPBIN_CHUNK];

		memcpy(buf, sample + 2 * SETUPBIN_CHUNK, sizeof(buf));
		buf[rows[i].at] = rows[i].value;
		assert_int_equal(setupbin_record_decode(&r, &h, 2, buf,
		                     sizeof(buf), &notes, &f),
		    0);
		if (rows[i].why[0] == '\0') {
			assert_int_equal(notes.n, 0);
			continue;
		}
		assert_true(notes.n > 0);
		assert_string_equal(notes.note[0].why, rows[i].why);
		assert_int_equal(notes.note[0].at,
		    2 * SETUPBIN_CHUNK + rows[i].place);
	}
}

static void
a_record_of_another_type_or_header_length_is_refused(void **state)
{
	static const size_t places[] = { 0, 18 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct setupbin_header h = header(2, 0);
		struct setupbin_notes notes = { 0 };
		struct setupbin_record r;
		struct fault f;
		uint8_t buf[SETUPBIN_CHUNK];

		memcpy(buf, sample + SETUPBIN_CHUNK, sizeof(buf));
		buf[places[i]] = 2;
		assert_int_equal(setupbin_record_decode(&r, &h, 1, buf,
		                     sizeof(buf), &notes, &f),
		    -1);
		assert_int_equal(f.at, SETUPBIN_CHUNK + places[i]);
	}
}

static void
consumed_records_are_read_intact_and_wiped(void **state)
{
	const struct setupbin_header h = header(4, 0);
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r;
	struct fault f;
	uint8_t buf[SETUPBIN_CHUNK], out[SETUPBIN_CHUNK];

	(void)state;
	memcpy(buf, sample + SETUPBIN_CHUNK, sizeof(buf));
	assert_int_equal(setupbin_record_decode(&r, &h, 1, buf, sizeof(buf),
	                     &notes, &f),
	    0);
	assert_false(r.valid);
	assert_false(r.wiped);
	assert_int_equal(r.nentries, 5);
	memset(buf + 24, 0, sizeof(buf) - 24);
	assert_int_equal(setupbin_record_decode(&r, &h, 1, buf, sizeof(buf),
	                     &notes, &f),
	    0);
	assert_true(r.wiped);
	assert_int_equal(notes.n, 0);
	assert_int_equal(setupbin_record_encode(out, &r, &h, &f), 0);
	assert_memory_equal(out, buf, sizeof(buf));
	/* Zeroed on disk although scrambled, and zeroed altogether. */
	buf[4] = 2;
	assert_int_equal(setupbin_record_decode(&r, &h, 1, buf, sizeof(buf),
	                     &notes, &f),
	    0);
	assert_true(r.wiped);
	assert_int_equal(notes.n, 1);
	memset(buf, 0, sizeof(buf));
	assert_int_equal(setupbin_record_decode(&r, &h, 1, buf, sizeof(buf),
	                     &notes, &f),
	    0);
	assert_true(r.wiped);
	assert_false(r.valid);
	assert_int_equal(notes.n, 2);
}

/* The first note about the order of a record of these, or "". */
static const char *
order_note(uint8_t major, const uint16_t *ids, size_t n)
{
	static struct setupbin_notes notes;
	struct setupbin_header h = { .major = major };
	struct setupbin_record r;

	setupbin_record_begin(&r, 1);
	for (size_t i = 0; i < n; i++)
		/* Not in its place: what another tool may have written. */
		r.entry[r.nentries++] =
		    (struct setupbin_entry){ ids[i] / 100, ids[i] % 100, 8, 1 };
	r.body[8] = 1;
	notes.n = 0;
	setupbin_record_orders(&r, &h, &notes);
	return notes.n != 0 ? notes.note[0].why : "";
}

#define ORDER(major, ...)                                                      \
	order_note(major, (const uint16_t[]){ __VA_ARGS__ },                   \
	    sizeof((const uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t))

static void
variables_that_lack_the_ones_before_them_are_noted(void **state)
{
	(void)state;
	assert_string_equal(ORDER(3, 101, 102, 203, 208, 228), "");
	assert_string_equal(ORDER(2, 101, 102, 207, 208), "");
	assert_string_equal(ORDER(2, 101, 102, 208),
	    "2/8 stands without the 2/7 that it needs");
	assert_string_equal(ORDER(2, 101, 102, 208, 207),
	    "2/8 stands before 2/7");
	assert_string_equal(ORDER(3, 101, 228, 203), "2/28 stands before 2/3");
	assert_string_equal(ORDER(3, 101, 228, 217), "2/28 stands before 2/17");
	assert_string_equal(ORDER(4, 101, 102, 223),
	    "2/23 stands without the 2/11 that it is for");
	assert_string_equal(ORDER(2, 201, 202),
	    "record begins with 2/1 (expected 1/1, the current MEBx password)");
	assert_string_equal(ORDER(2, 102),
	    "record begins with 1/2 (expected "
	    "1/1, the current MEBx password)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_reading_would_flag_is_not_written),
		cmocka_unit_test(
		    a_body_of_484_is_written_488_only_read_and_more_refused),
		cmocka_unit_test(empty_values_fill_a_record_to_its_61_entries),
		cmocka_unit_test(unknown_variables_are_kept_and_written_again),
		cmocka_unit_test(
		    each_deviation_of_a_record_is_noted_where_it_stands),
		cmocka_unit_test(
		    a_record_of_another_type_or_header_length_is_refused),
		cmocka_unit_test(consumed_records_are_read_intact_and_wiped),
		cmocka_unit_test(
		    variables_that_lack_the_ones_before_them_are_noted),
	};

	return cmocka_run_group_tests(tests, read_sample, NULL);
}
