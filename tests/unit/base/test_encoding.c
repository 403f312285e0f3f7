#include "base/encoding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

/* a, u with diaeresis, euro sign, a music sign beyond 16 bits, line end */
static const char utf8[] = "a\xc3\xbc\xe2\x82\xac\xf0\x9d\x84\x9e\n";
static const uint8_t utf16le[] = { 'a', 0, 0xfc, 0, 0xac, 0x20, 0x34, 0xd8,
	0x1e, 0xdd, '\n', 0 };

/* The whole of in, so many bytes at a time. */
static size_t
decode(enum encoding from, const uint8_t *in, size_t len, size_t step,
    char *out, uint64_t *nbad)
{
	struct encoding_state s = { .from = from };
	size_t n = 0;

	for (size_t at = 0; at < len; at += step) {
		size_t part = len - at < step ? len - at : step;
		uint8_t *tight = memcpy(malloc(part), in + at, part);
		char *room = malloc(ENCODING_ROOM(part));
		size_t got = encoding_next(&s, room, tight, part);

		assert_true(got <= ENCODING_ROOM(part));
		memcpy(out + n, room, got);
		n += got;
		free(tight);
		free(room);
	}
	n += encoding_end(&s, out + n);
	*nbad = s.nbad;
	return n;
}

static void
utf16_in_either_order_cut_anywhere_is_utf8(void **state)
{
	uint8_t be[sizeof(utf16le)];
	char out[256];
	uint64_t nbad;

	(void)state;
	for (size_t i = 0; i < sizeof(be); i++)
		be[i] = utf16le[i ^ 1];
	for (size_t step = 1; step <= sizeof(be); step++)
		for (int order = 0; order < 2; order++) {
			size_t n = decode(order ? ENCODING_UTF16BE
			                        : ENCODING_UTF16LE,
			    order ? be : utf16le, sizeof(be), step, out, &nbad);

			assert_int_equal(n, sizeof(utf8) - 1);
			assert_memory_equal(out, utf8, n);
			assert_int_equal(nbad, 0);
		}
}

static void
half_a_pair_and_half_a_unit_are_counted(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t len;
		const char *out;
		uint64_t nbad;
	} texts[] = {
		{ { 0x34, 0xd8 }, 2, "\xef\xbf\xbd", 1 },
		{ { 0x34, 0xd8, 'a', 0 }, 4,
		    "\xef\xbf\xbd"
		    "a",
		    1 },
		{ { 0x1e, 0xdd, 'a', 0 }, 4,
		    "\xef\xbf\xbd"
		    "a",
		    1 },
		{ { 0x34, 0xd8, 0x34, 0xd8, 0x1e, 0xdd }, 6,
		    "\xef\xbf\xbd\xf0\x9d\x84\x9e", 1 },
		{ { 'a', 0, 'b' }, 3, "a\xef\xbf\xbd", 1 },
		{ { 'a', 0 }, 2, "a", 0 },
	};
	char out[64];
	uint64_t nbad;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t n = decode(ENCODING_UTF16LE, texts[i].bytes,
		    texts[i].len, 1, out, &nbad);

		assert_int_equal(n, strlen(texts[i].out));
		assert_memory_equal(out, texts[i].out, n);
		assert_int_equal(nbad, texts[i].nbad);
	}
}

static void
every_byte_of_the_8_bit_encodings_is_utf8(void **state)
{
	uint8_t all[256];
	char out[1024];
	uint64_t nbad;
	size_t n;

	(void)state;
	for (size_t i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	n = decode(ENCODING_LATIN1, all, 256, 7, out, &nbad);
	assert_int_equal(n, 128 + 2 * 128);
	assert_int_equal(nbad, 0);
	assert_int_equal(text_utf8(out, n, NULL), 0);
	n = decode(ENCODING_CP1252, all, 256, 256, out, &nbad);
	assert_int_equal(nbad, 5); /* 81 8d 8f 90 9d */
	assert_int_equal(text_utf8(out, n, NULL), 0);
	n = decode(ENCODING_CP1252, (const uint8_t *)"\x80\x96\xfc", 3, 1, out,
	    &nbad);
	assert_memory_equal(out, "\xe2\x82\xac\xe2\x80\x93\xc3\xbc", n);
	n = decode(ENCODING_UTF8, all, 256, 9, out, &nbad);
	assert_int_equal(n, 256);
	assert_memory_equal(out, all, 256);
}

static void
a_mark_tells_the_encoding(void **state)
{
	static const struct {
		const char *text;
		size_t len, mark;
		bool marked;
		enum encoding e;
	} texts[] = {
		{ "\xff\xfe", 2, 2, true, ENCODING_UTF16LE },
		{ "\xfe\xff\x00", 3, 2, true, ENCODING_UTF16BE },
		{ "\xef\xbb\xbf", 3, 3, true, ENCODING_UTF8 },
		{ "\xef\xbb", 2, 0, false, 0 },
		{ "\xff", 1, 0, false, 0 },
		{ "", 0, 0, false, 0 },
		{ "uuid", 4, 0, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		enum encoding e = ENCODING_N;
		size_t mark;

		assert_int_equal(encoding_marked(&e, &mark,
		                     (const uint8_t *)texts[i].text,
		                     texts[i].len),
		    texts[i].marked);
		assert_int_equal(mark, texts[i].mark);
		if (texts[i].marked)
			assert_int_equal(e, texts[i].e);
	}
}

static void
an_encoding_is_found_by_every_usual_name(void **state)
{
	static const struct {
		const char *name;
		enum encoding e;
	} names[] = {
		{ "UTF-8", ENCODING_UTF8 },
		{ "utf16le", ENCODING_UTF16LE },
		{ "UTF-16BE", ENCODING_UTF16BE },
		{ "Latin-1", ENCODING_LATIN1 },
		{ "ISO-8859-1", ENCODING_LATIN1 },
		{ "windows-1252", ENCODING_CP1252 },
		{ "CP1252", ENCODING_CP1252 },
	};
	enum encoding e;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_true(encoding_find(&e, names[i].name));
		assert_int_equal(e, names[i].e);
	}
	for (enum encoding i = 0; i < ENCODING_N; i++) {
		assert_true(encoding_find(&e, encoding_name(i)));
		assert_int_equal(e, i);
	}
	assert_false(encoding_find(&e, "utf-16"));
	assert_false(encoding_find(&e, ""));
	assert_false(encoding_find(&e, "latin-1-and-more-and-more"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf16_in_either_order_cut_anywhere_is_utf8),
		cmocka_unit_test(half_a_pair_and_half_a_unit_are_counted),
		cmocka_unit_test(every_byte_of_the_8_bit_encodings_is_utf8),
		cmocka_unit_test(a_mark_tells_the_encoding),
		cmocka_unit_test(an_encoding_is_found_by_every_usual_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
