#include "base/encoding.h"

#include <string.h>

#include "base/text.h"

#define REPLACEMENT 0xfffdu

static const char *const names[ENCODING_N] = {
	[ENCODING_UTF8] = "UTF-8",
	[ENCODING_UTF16LE] = "UTF-16LE",
	[ENCODING_UTF16BE] = "UTF-16BE",
	[ENCODING_LATIN1] = "Latin-1",
	[ENCODING_CP1252] = "windows-1252",
};

/* 0x80 to 0x9f of windows-1252; 0: undefined.  Source: the Unicode
 * Consortium's CP1252.TXT. */
static const uint16_t cp1252[32] = { 0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026,
	0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
	0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178 };

const char *
encoding_name(enum encoding e)
{
	return names[e];
}

/* Letters and digits of a name. */
static void
encoding_fold(char to[16], const char *from)
{
	size_t n = 0;

	for (; *from != '\0' && n + 1 < 16; from++) {
		char c = text_lower(*from);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			to[n++] = c;
	}
	to[n] = '\0';
}

bool
encoding_find(enum encoding *e, const char *name)
{
	static const struct {
		const char *name;
		enum encoding e;
	} known[] = {
		{ "utf8", ENCODING_UTF8 },
		{ "utf16le", ENCODING_UTF16LE },
		{ "utf16be", ENCODING_UTF16BE },
		{ "latin1", ENCODING_LATIN1 },
		{ "iso88591", ENCODING_LATIN1 },
		{ "windows1252", ENCODING_CP1252 },
		{ "cp1252", ENCODING_CP1252 },
	};
	char plain[16];

	encoding_fold(plain, name);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(plain, known[i].name) == 0) {
			*e = known[i].e;
			return true;
		}
	return false;
}

bool
encoding_marked(enum encoding *e, size_t *mark, const uint8_t *text, size_t len)
{
	*mark = 2;
	if (len >= 2 && memcmp(text, "\xff\xfe", 2) == 0) {
		*e = ENCODING_UTF16LE;
		return true;
	}
	if (len >= 2 && memcmp(text, "\xfe\xff", 2) == 0) {
		*e = ENCODING_UTF16BE;
		return true;
	}
	*mark = 3;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		*e = ENCODING_UTF8;
		return true;
	}
	*mark = 0;
	return false;
}

/* One character as UTF-8; answers its length. */
static size_t
encoding_put(char *to, uint32_t c)
{
	uint8_t *p = (uint8_t *)to;

	if (c < 0x80) {
		p[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (uint8_t)(0xc0 | c >> 6);
		p[1] = (uint8_t)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (uint8_t)(0xe0 | c >> 12);
		p[1] = (uint8_t)(0x80 | (c >> 6 & 63));
		p[2] = (uint8_t)(0x80 | (c & 63));
		return 3;
	}
	p[0] = (uint8_t)(0xf0 | c >> 18);
	p[1] = (uint8_t)(0x80 | (c >> 12 & 63));
	p[2] = (uint8_t)(0x80 | (c >> 6 & 63));
	p[3] = (uint8_t)(0x80 | (c & 63));
	return 4;
}

static size_t
put_bad(struct encoding_state *s, char *to)
{
	s->nbad++;
	return encoding_put(to, REPLACEMENT);
}

/* A code unit of UTF-16. */
static size_t
take_unit(struct encoding_state *s, char *to, uint16_t unit)
{
	bool low = unit >= 0xdc00 && unit <= 0xdfff;
	size_t n = 0;

	if (s->high != 0) {
		uint32_t high = s->high;

		s->high = 0;
		if (low)
			return encoding_put(to,
			    0x10000 + ((high - 0xd800) << 10) + unit - 0xdc00);
		n = put_bad(s, to);
	}
	if (low)
		return n + put_bad(s, to + n);
	if (unit >= 0xd800 && unit <= 0xdbff) {
		s->high = unit;
		return n;
	}
	return n + encoding_put(to + n, unit);
}

static size_t
next_utf16(struct encoding_state *s, char *to, const uint8_t *from, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned high, low;

		if (!s->half) {
			s->first = from[i];
			s->half = true;
			continue;
		}
		s->half = false;
		low = s->from == ENCODING_UTF16LE ? s->first : from[i];
		high = s->from == ENCODING_UTF16LE ? from[i] : s->first;
		n += take_unit(s, to + n, (uint16_t)(high << 8 | low));
	}
	return n;
}

static size_t
next_byte(struct encoding_state *s, char *to, uint8_t byte)
{
	uint32_t c = byte;

	if (s->from == ENCODING_CP1252 && byte >= 0x80 && byte < 0xa0)
		c = cp1252[byte - 0x80];
	return c != 0 || byte == 0 ? encoding_put(to, c) : put_bad(s, to);
}

size_t
encoding_next(struct encoding_state *s, char *to, const uint8_t *from,
    size_t len)
{
	size_t n = 0;

	switch (s->from) {
	case ENCODING_UTF16LE:
	case ENCODING_UTF16BE:
		return next_utf16(s, to, from, len);
	case ENCODING_LATIN1:
	case ENCODING_CP1252:
		for (size_t i = 0; i < len; i++)
			n += next_byte(s, to + n, from[i]);
		return n;
	default:
		memcpy(to, from, len);
		return len;
	}
}

size_t
encoding_end(struct encoding_state *s, char *to)
{
	bool left = s->half || s->high != 0;

	s->half = false;
	s->high = 0;
	return left ? put_bad(s, to) : 0;
}
