#include "base/uuid.h"

#include <string.h>

/* Where each of the 16 bytes is in the text's order: DSP0134 7.2.1. */
static const uint8_t order[UUID_LEN] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11,
	12, 13, 14, 15 };

/* Values seen on many machines at once. */
static const struct {
	const char *text;
	const char *why;
} bad[] = {
#define BAD(value, why, source) { value, why },
#include "base/uuidbad.def"
#undef BAD
};

/* A hexadecimal digit's value and one, 0 for any other character: maps of
 * hundreds of thousands of machines spend their time here. */
static const uint8_t digits[256] = { ['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16,
	['A'] = 11,
	['B'] = 12,
	['C'] = 13,
	['D'] = 14,
	['E'] = 15,
	['F'] = 16 };

/* Where each byte's two digits are in the text with dashes. */
static const uint8_t places[UUID_LEN] = { 0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24,
	26, 28, 30, 32, 34 };

/* The same without. */
static const uint8_t pairs[UUID_LEN] = { 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20,
	22, 24, 26, 28, 30 };

static bool
dash_before(size_t digit)
{
	return digit == 8 || digit == 12 || digit == 16 || digit == 20;
}

/* Names the first fault of a text in which there is one. */
static int
find_fault(const char *text, size_t at, bool dashes, struct fault *f)
{
	for (size_t digit = 0;; digit++, at++) {
		if (dashes && dash_before(digit) && text[at++] != '-')
			return fault_set(f, at - 1, "UUID lacks a dash here");
		if (digits[(uint8_t)text[at]] == 0)
			return fault_set(f, at,
			    "UUID has a character that is "
			    "not a hexadecimal digit");
	}
}

int
uuid_parse(uint8_t uuid[UUID_LEN], const char *text, size_t len,
    struct fault *f)
{
	size_t at = 0;
	size_t end = len;
	const uint8_t *place;
	bool dashes, good;
	const char *p;

	if (len >= 2 && text[0] == '{' && text[len - 1] == '}') {
		at++;
		end--;
	}
	if (end - at != 32 && end - at != 36)
		return fault_set(f, len,
		    "UUID has the wrong length (got %zu, expected 32 or 36)",
		    end - at);
	dashes = end - at == 36;
	place = dashes ? places : pairs;
	p = text + at;
	good = !dashes ||
	    (p[8] == '-' && p[13] == '-' && p[18] == '-' && p[23] == '-');
	for (size_t i = 0; i < UUID_LEN; i++) {
		unsigned high = digits[(uint8_t)p[place[i]]];
		unsigned low = digits[(uint8_t)p[place[i] + 1]];

		good = good & (high != 0) & (low != 0);
		uuid[order[i]] = (uint8_t)((high - 1) << 4 | (low - 1));
	}
	return good ? 0 : find_fault(text, at, dashes, f);
}

void
uuid_format(char text[UUID_TEXT], const uint8_t uuid[UUID_LEN])
{
	static const char hex[] = "0123456789abcdef";

	memcpy(text, "--------------------------------------", UUID_TEXT);
	for (size_t n = 0; n < UUID_LEN; n++) {
		text[places[n]] = hex[uuid[order[n]] >> 4];
		text[places[n] + 1] = hex[uuid[order[n]] & 15];
	}
	text[UUID_TEXT - 1] = '\0';
}

/* The value of a table's text at its pair of digits n. */
static uint8_t
pair_value(const char *text, size_t n)
{
	unsigned high = digits[(uint8_t)text[places[n]]];
	unsigned low = digits[(uint8_t)text[places[n] + 1]];

	return (uint8_t)((high - 1) << 4 | (low - 1));
}

/* In the order of the text, or as the bytes stand. */
static bool
same_value(const char *text, const uint8_t uuid[UUID_LEN], bool swapped)
{
	for (size_t n = 0; n < UUID_LEN; n++)
		if (pair_value(text, n) != uuid[swapped ? n : order[n]])
			return false;
	return true;
}

/* Values that a rule finds. */
static const char *
bad_by_rule(const uint8_t uuid[UUID_LEN])
{
	if (memcmp(uuid, uuid + 1, UUID_LEN - 1) != 0)
		return memcmp(uuid + 4,
		           "\xff\xff\xff\xff\xff\xff\xff\xff"
		           "\xff\xff\xff\xff",
		           12) == 0
		    ? "all ones behind its first part: a board's default"
		    : NULL;
	switch (uuid[0]) {
	case 0:
		return "all zero: the board's UUID was never written";
	case 0xff:
		return "all ones: the board has no UUID";
	default:
		return "sixteen bytes alike: a board's default";
	}
}

const char *
uuid_bad(const uint8_t uuid[UUID_LEN])
{
	const char *why = bad_by_rule(uuid);

	for (size_t i = 0; why == NULL && i < sizeof(bad) / sizeof(bad[0]); i++)
		if (same_value(bad[i].text, uuid, false) ||
		    same_value(bad[i].text, uuid, true))
			why = bad[i].why;
	return why;
}

void
uuid_swap(uint8_t to[UUID_LEN], const uint8_t from[UUID_LEN])
{
	uint8_t swapped[UUID_LEN];

	for (size_t i = 0; i < UUID_LEN; i++)
		swapped[i] = from[order[i]];
	memcpy(to, swapped, UUID_LEN);
}

/* Is the high half of this byte a version of RFC 4122, 4.1.3? */
static bool
is_version(uint8_t byte)
{
	return byte >= 0x10 && byte < 0x60;
}

enum uuid_order
uuid_order(const uint8_t uuid[UUID_LEN])
{
	bool plain, swapped;

	if (memcmp(uuid, "DELL", 4) == 0)
		return UUID_PLAIN;
	if (memcmp(uuid, "LLED", 4) == 0)
		return UUID_SWAPPED;
	/* The variant of RFC 4122 is in a byte that swapping leaves alone:
	 * without it the version says nothing. */
	if ((uuid[8] & 0xc0) != 0x80)
		return UUID_EITHER;
	plain = is_version(uuid[7]);
	swapped = is_version(uuid[6]);
	if (plain == swapped)
		return UUID_EITHER;
	return plain ? UUID_PLAIN : UUID_SWAPPED;
}
