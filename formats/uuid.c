#include "uuid.h"

#include <string.h>

/* Where each of the 16 bytes stands in the text's order: DSP0134 7.2.1. */
static const uint8_t order[UUID_LEN] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11,
	12, 13, 14, 15 };

/* Values seen on many machines at once, as text, each with its source. */
static const struct {
	const char *text;
	const char *why;
} bad[] = {
	{ "00000000-0000-0000-0000-000000000000",
	    "all zero: the board's UUID was never written" },
	{ "ffffffff-ffff-ffff-ffff-ffffffffffff",
	    "all ones: the board has no UUID" },
	/* rpc-go issue 480, rps issue 1552 */
	{ "03000200-0400-0500-0006-000700080009",
	    "a board maker's default, shared by many machines" },
};

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
dash_before(size_t digit)
{
	return digit == 8 || digit == 12 || digit == 16 || digit == 20;
}

int
uuid_parse(uint8_t uuid[UUID_LEN], const char *text, size_t len,
    struct fault *f)
{
	size_t at = 0;
	size_t end = len;
	bool dashes;

	if (len >= 2 && text[0] == '{' && text[len - 1] == '}') {
		at++;
		end--;
	}
	if (end - at != 32 && end - at != 36)
		return fault_set(f, len,
		    "UUID has the wrong length (got %zu, expected 32 or 36)",
		    end - at);
	dashes = end - at == 36;
	memset(uuid, 0, UUID_LEN);
	for (size_t digit = 0; digit < 32; digit++, at++) {
		int v;

		if (dashes && dash_before(digit) && text[at++] != '-')
			return fault_set(f, at - 1, "UUID lacks a dash here");
		v = hex_value(text[at]);
		if (v < 0)
			return fault_set(f, at,
			    "UUID has a character that is "
			    "not a hexadecimal digit");
		uuid[order[digit / 2]] |=
		    (uint8_t)(digit % 2 == 0 ? v << 4 : v);
	}
	return 0;
}

void
uuid_format(char text[UUID_TEXT], const uint8_t uuid[UUID_LEN])
{
	static const char hex[] = "0123456789abcdef";
	char *p = text;

	for (size_t digit = 0; digit < 32; digit++) {
		uint8_t byte = uuid[order[digit / 2]];

		if (dash_before(digit))
			*p++ = '-';
		*p++ = hex[digit % 2 == 0 ? byte >> 4 : byte & 15];
	}
	*p = '\0';
}

const char *
uuid_bad(const uint8_t uuid[UUID_LEN])
{
	char text[UUID_TEXT];

	uuid_format(text, uuid);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strcmp(text, bad[i].text) == 0)
			return bad[i].why;
	return NULL;
}
