#include "hello/hello.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Worked out by hand from the layout in hello.h. */
static const uint8_t psk[] = { 0, 0, 2, 0, 14, 0, 0, 0, 4, 3, 2, 1, 6, 5, 8, 7,
	9, 10, 11, 12, 13, 14, 15, 16, 'L', 'A', 'B', '7', '0', '0', '0', 'A' };

static const uint8_t pki[] = { 1, 0, 3, 0, 1, 2, 0, 0, 4, 3, 2, 1, 6, 5, 8, 7,
	9, 10, 11, 12, 13, 14, 15, 16, 3,
	/* SHA-1 */
	1, 20, 0xa0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
	18, 19,
	/* a type nobody knows, and SHA-256 in the wrong length */
	9, 2, 0xbe, 0xef, 2, 1, 0x7f };

static const char pki_list[] =
    "sha1:a00102030405060708090a0b0c0d0e0f10111213,type9:beef,type2:7f";

/* Exactly as long as asked: a sanitizer guards its end. */
static uint8_t *
tight(const uint8_t *from, size_t len)
{
	uint8_t *p = malloc(len + (len == 0));

	assert_non_null(p);
	memcpy(p, from, len);
	return p;
}

static void
a_psk_hello_gives_its_fields(void **state)
{
	struct hello h;
	struct fault f;
	char uuid[UUID_TEXT];

	(void)state;
	assert_int_equal(hello_decode(&h, psk, sizeof(psk), &f), 0);
	uuid_format(uuid, h.uuid);
	assert_string_equal(uuid, "01020304-0506-0708-090a-0b0c0d0e0f10");
	assert_false(h.creds_set);
	assert_int_equal(h.version, HELLO_PSK);
	assert_int_equal(h.retries, 14);
	assert_string_equal(h.pid, "LAB7000A");
	assert_int_equal(h.nhashes, 0);
	assert_int_equal(h.trailing, 0);
}

static void
a_pki_hello_gives_its_hashes_in_order(void **state)
{
	static char text[HELLO_HASHES_TEXT];
	struct hello h;
	struct fault f;

	(void)state;
	assert_int_equal(hello_decode(&h, pki, sizeof(pki), &f), 0);
	assert_true(h.creds_set);
	assert_int_equal(h.version, HELLO_PKI);
	assert_int_equal(h.retries, 513);
	assert_string_equal(h.pid, "");
	assert_int_equal(h.nhashes, 3);
	hello_hashes_format(text, &h);
	assert_string_equal(text, pki_list);
}

static void
every_shorter_hello_is_refused_and_asks_for_more(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t len;
	} all[] = { { psk, sizeof(psk) }, { pki, sizeof(pki) } };
	struct hello h;
	struct fault f;
	size_t end;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (size_t n = 0; n < all[i].len; n++) {
			uint8_t *part = tight(all[i].bytes, n);

			assert_int_equal(hello_decode(&h, part, n, &f), -1);
			assert_true(f.at <= n);
			assert_int_equal(hello_complete(part, n, &end, &f),
			    HELLO_MORE);
			free(part);
		}
}

static void
a_cut_header_is_named_by_its_field(void **state)
{
	struct hello h;
	struct fault f;

	(void)state;
	assert_int_equal(hello_decode(&h, psk, 20, &f), -1);
	assert_string_equal(f.why, "input ends early");
	assert_int_equal(f.at, 8);
}

static void
a_count_larger_than_the_hashes_present_is_refused(void **state)
{
	uint8_t more[sizeof(pki)];
	struct hello h;
	struct fault f;

	(void)state;
	memcpy(more, pki, sizeof(pki));
	more[24] = 4;
	assert_int_equal(hello_decode(&h, more, sizeof(more), &f), -1);
	assert_string_equal(f.why,
	    "count of hashes is larger than the hashes "
	    "present (got 3, count says 4)");
	assert_int_equal(f.at, sizeof(pki));
}

static void
bytes_after_the_end_are_counted_and_accepted(void **state)
{
	uint8_t padded[sizeof(pki) + 3] = { 0 };
	struct hello h;
	struct fault f;
	size_t n;

	(void)state;
	memcpy(padded, pki, sizeof(pki));
	assert_int_equal(hello_decode(&h, padded, sizeof(padded), &f), 0);
	assert_int_equal(h.trailing, 3);
	assert_int_equal(h.nhashes, 3);
	assert_int_equal(hello_complete(padded, sizeof(padded), &n, &f),
	    HELLO_WHOLE);
	assert_int_equal(n, sizeof(pki));

	memcpy(padded, psk, sizeof(psk));
	assert_int_equal(hello_decode(&h, padded, sizeof(psk) + 1, &f), 0);
	assert_int_equal(h.trailing, 1);
}

static void
no_hash_at_all_is_well_formed(void **state)
{
	uint8_t none[HELLO_PKI_MIN];
	struct hello h;
	struct fault f;

	(void)state;
	memcpy(none, pki, sizeof(none));
	none[24] = 0;
	assert_int_equal(hello_decode(&h, none, sizeof(none), &f), 0);
	assert_int_equal(h.nhashes, 0);
}

static void
versions_other_than_2_and_3_are_unsupported(void **state)
{
	static const uint16_t refused[] = { 0, 1, 4, 0x102, 0x200, 0xffff };
	uint8_t other[sizeof(psk)];
	struct hello h;
	struct fault f;
	size_t n;

	(void)state;
	memcpy(other, psk, sizeof(psk));
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		other[2] = (uint8_t)refused[i];
		other[3] = (uint8_t)(refused[i] >> 8);
		assert_int_equal(hello_decode(&h, other, sizeof(other), &f),
		    -1);
		assert_non_null(strstr(f.why, "version is not supported"));
		assert_int_equal(f.at, 2);
		assert_int_equal(hello_complete(other, 4, &n, &f), HELLO_NOISE);
		assert_int_equal(f.at, 2);
	}
}

static void
noise_is_known_by_its_first_byte(void **state)
{
	static const char *const noise[] = { "GET / HTTP/1.1", "\x16\x03\x01",
		"SSH-2.0", "\x02" };
	struct hello h;
	struct fault f;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
		const uint8_t *p = (const uint8_t *)noise[i];

		assert_int_equal(hello_complete(p, 1, &n, &f), HELLO_NOISE);
		assert_int_equal(f.at, 0);
		assert_int_equal(hello_decode(&h, p, strlen(noise[i]), &f), -1);
	}
	/* 0x0100 is what a big-endian sender would say. */
	assert_int_equal(hello_complete((const uint8_t *)"\0\1", 2, &n, &f),
	    HELLO_NOISE);
}

static void
a_pid_that_is_not_text_is_refused(void **state)
{
	uint8_t odd[sizeof(psk)];
	struct hello h;
	struct fault f;

	(void)state;
	memcpy(odd, psk, sizeof(psk));
	for (unsigned byte = 0; byte < 256; byte++) {
		odd[27] = (uint8_t)byte;
		assert_int_equal(hello_decode(&h, odd, sizeof(odd), &f),
		    byte > 0x20 && byte < 0x7f ? 0 : -1);
	}
}

/* A PKI hello of n hashes of len bytes each; the caller frees it. */
static uint8_t *
pki_of(unsigned n, uint8_t len, size_t *size)
{
	uint8_t *p;

	*size = HELLO_PKI_MIN + n * (2U + len);
	p = calloc(1, *size);
	assert_non_null(p);
	p[2] = HELLO_PKI;
	p[24] = (uint8_t)n;
	for (unsigned i = 0; i < n; i++) {
		p[HELLO_PKI_MIN + i * (2U + len)] = HELLO_SHA384;
		p[HELLO_PKI_MIN + i * (2U + len) + 1] = len;
	}
	return p;
}

static void
the_largest_real_hello_fits_a_record(void **state)
{
	static char text[HELLO_HASHES_TEXT];
	struct hello h;
	struct fault f;
	size_t size, n;
	uint8_t *p = pki_of(255, 48, &size);

	(void)state;
	assert_int_equal(hello_complete(p, size, &n, &f), HELLO_WHOLE);
	assert_int_equal(hello_decode(&h, p, size, &f), 0);
	assert_int_equal(h.nhashes, 255);
	hello_hashes_format(text, &h);
	assert_true(strlen(text) + 200 < RECORD_LINE_MAX);
	free(p);
}

static void
a_hello_of_16000_bytes_is_taken_and_one_more_is_not(void **state)
{
	/* 255 x 62 bytes and the header are 165 below the limit: given to
	 * the last hash or, with one more, over it. */
	for (unsigned over = 0; over < 2; over++) {
		struct hello h;
		struct fault f;
		size_t n, size;
		uint8_t *p = pki_of(255, 60, &size);
		size_t last = size - 62;

		(void)state;
		p = realloc(p, HELLO_MAX + over);
		assert_non_null(p);
		memset(p + size, 0, HELLO_MAX + over - size);
		p[last + 1] = (uint8_t)(60 + HELLO_MAX - size + over);
		size = HELLO_MAX + over;
		assert_int_equal(hello_decode(&h, p, size, &f), over ? -1 : 0);
		assert_int_equal(hello_complete(p, size, &n, &f),
		    over ? HELLO_NOISE : HELLO_WHOLE);
		/* Known as soon as the last length byte is there. */
		assert_int_equal(hello_complete(p, last + 2, &n, &f),
		    over ? HELLO_NOISE : HELLO_MORE);
		free(p);
	}
}

static void
what_was_decoded_is_encoded_again(void **state)
{
	uint8_t again[sizeof(pki)];
	struct writer w = { .base = again, .cap = sizeof(again) };
	struct hello h;
	struct fault f;

	(void)state;
	assert_int_equal(hello_decode(&h, pki, sizeof(pki), &f), 0);
	hello_encode(&w, &h);
	assert_int_equal(writer_done(&w), 0);
	assert_int_equal(w.len, sizeof(pki));
	assert_memory_equal(again, pki, sizeof(pki));

	w = (struct writer){ .base = again, .cap = sizeof(psk) };
	assert_int_equal(hello_decode(&h, psk, sizeof(psk), &f), 0);
	hello_encode(&w, &h);
	assert_int_equal(writer_done(&w), 0);
	assert_memory_equal(again, psk, sizeof(psk));
	w = (struct writer){ .base = again, .cap = sizeof(psk) - 1 };
	hello_encode(&w, &h);
	assert_int_equal(writer_done(&w), -1);
}

static void
a_list_of_hashes_survives_text(void **state)
{
	static char text[HELLO_HASHES_TEXT];
	struct hello h;
	struct fault f;

	(void)state;
	assert_int_equal(hello_hashes_parse(&h, pki_list, &f), 0);
	assert_int_equal(h.nhashes, 3);
	assert_int_equal(h.list_len, sizeof(pki) - HELLO_PKI_MIN);
	assert_memory_equal(h.list, pki + HELLO_PKI_MIN, h.list_len);
	hello_hashes_format(text, &h);
	assert_string_equal(text, pki_list);
	assert_int_equal(hello_hashes_parse(&h, "", &f), 0);
	assert_int_equal(h.nhashes, 0);
	hello_hashes_format(text, &h);
	assert_string_equal(text, "");
}

static void
wrong_lists_of_hashes_are_refused_by_offset(void **state)
{
	static const struct {
		const char *text;
		size_t at;
	} wrong[] = { { "sha1", 0 }, { "sha256:00", 0 }, { "type9:0", 0 },
		{ "type9:zz", 0 }, { "type256:00", 0 }, { "type:00", 0 },
		{ "md5:00", 0 }, { "type9:00,", 9 }, { ",type9:00", 0 },
		{ "type9:00,,type9:00", 9 }, { "type9:00,sha1:12", 9 } };
	struct hello h;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(hello_hashes_parse(&h, wrong[i].text, &f), -1);
		assert_int_equal(f.at, wrong[i].at);
	}
}

static void
a_list_holds_255_hashes_and_no_more(void **state)
{
	char text[256 * 9 + 1] = "";
	struct hello h;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 256; i++)
		memcpy(text + 9 * i, "type9:00,", 10);
	text[256 * 9 - 1] = '\0';
	assert_int_equal(hello_hashes_parse(&h, text, &f), -1);
	text[255 * 9 - 1] = '\0';
	assert_int_equal(hello_hashes_parse(&h, text, &f), 0);
	assert_int_equal(h.nhashes, 255);
}

static void
a_hello_survives_its_record(void **state)
{
	static struct hello_text t;
	static struct hello h, back;
	const char *fields[HELLO_NCOLUMNS] = { 0 };
	struct record r = { .kind = &kind_hello };
	struct fault f;

	(void)state;
	for (size_t round = 0; round < 2; round++) {
		assert_int_equal(hello_decode(&h, round ? psk : pki,
		                     round ? sizeof(psk) : sizeof(pki), &f),
		    0);
		hello_put(&t, fields, &h);
		for (size_t i = 0; i < HELLO_NCOLUMNS; i++)
			r.field[i] = (char *)(uintptr_t)fields[i];
		assert_int_equal(hello_get(&back, &r, &f), 0);
		assert_memory_equal(back.uuid, h.uuid, UUID_LEN);
		assert_int_equal(back.version, h.version);
		assert_int_equal(back.creds_set, h.creds_set);
		assert_int_equal(back.retries, h.retries);
		assert_string_equal(back.pid, h.pid);
		assert_int_equal(back.nhashes, h.nhashes);
		assert_int_equal(back.list_len, h.list_len);
		assert_memory_equal(back.list, h.list, h.list_len);
	}
}

static void
each_wrong_column_of_a_record_is_refused(void **state)
{
	static const struct {
		int column;
		const char *value;
	} wrong[] = { { HELLO_UUID, "" }, { HELLO_VERSION, "1" },
		{ HELLO_VERSION, "4" }, { HELLO_VERSION, "" },
		{ HELLO_CREDS_SET, "2" }, { HELLO_RETRIES, "4294967296" },
		{ HELLO_RETRIES, "-1" }, { HELLO_PID, "LAB7000" },
		{ HELLO_PID, "LAB7 00A" }, { HELLO_PID, "" },
		{ HELLO_HASHES, "sha1" }, { HELLO_HASHES, "type9:00" } };
	struct hello h;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]) + 1; i++) {
		const char *good[HELLO_NCOLUMNS] = { "", "",
			"01020304-0506-0708-090a-0b0c0d0e0f10", "2", "0",
			"4294967295", "LAB7000A", "", "" };
		struct record r = { .kind = &kind_hello };
		bool last = i == sizeof(wrong) / sizeof(wrong[0]);

		if (!last)
			good[wrong[i].column] = wrong[i].value;
		for (size_t k = 0; k < HELLO_NCOLUMNS; k++)
			r.field[k] = (char *)(uintptr_t)good[k];
		assert_int_equal(hello_get(&h, &r, &f), last ? 0 : -1);
		if (!last)
			assert_int_equal(f.at, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_psk_hello_gives_its_fields),
		cmocka_unit_test(a_pki_hello_gives_its_hashes_in_order),
		cmocka_unit_test(
		    every_shorter_hello_is_refused_and_asks_for_more),
		cmocka_unit_test(a_cut_header_is_named_by_its_field),
		cmocka_unit_test(
		    a_count_larger_than_the_hashes_present_is_refused),
		cmocka_unit_test(bytes_after_the_end_are_counted_and_accepted),
		cmocka_unit_test(no_hash_at_all_is_well_formed),
		cmocka_unit_test(versions_other_than_2_and_3_are_unsupported),
		cmocka_unit_test(noise_is_known_by_its_first_byte),
		cmocka_unit_test(a_pid_that_is_not_text_is_refused),
		cmocka_unit_test(the_largest_real_hello_fits_a_record),
		cmocka_unit_test(
		    a_hello_of_16000_bytes_is_taken_and_one_more_is_not),
		cmocka_unit_test(what_was_decoded_is_encoded_again),
		cmocka_unit_test(a_list_of_hashes_survives_text),
		cmocka_unit_test(wrong_lists_of_hashes_are_refused_by_offset),
		cmocka_unit_test(a_list_holds_255_hashes_and_no_more),
		cmocka_unit_test(a_hello_survives_its_record),
		cmocka_unit_test(each_wrong_column_of_a_record_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
