#include "map/mapmodel.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

/* What makers and databases have for no value; DSP0134 6.2 has none of them.
 * Case does not count. */
static const char *const fillers[] = { "to be filled by o.e.m.",
	"to be filled by oem", "o.e.m.", "oem", "default string",
	"system product name", "system serial number", "system version",
	"product name", "serial number", "chassis serial number",
	"not specified", "not applicable", "not available", "not defined",
	"undefined", "unknown", "invalid", "none", "null", "empty", "n/a", "na",
	"123456789", "0123456789", "1234567890" };

/* Is it one character over and over, as 00000000 and -? */
static bool
is_one_character(const char *text)
{
	return text[strspn(text, (const char[]){ text[0], '\0' })] == '\0';
}

static bool
is_filler(const char *text)
{
	if (is_one_character(text))
		return true;
	for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++)
		if (text_same(text, fillers[i]))
			return true;
	return false;
}

/* The length without needless blanks, or -1 when it does not fit or is no
 * text. */
static int
mapmodel_plain(char to[MAPMODEL_TEXT], const char *from)
{
	size_t n = 0;

	for (; *from != '\0'; from++) {
		bool blank = *from == ' ' || *from == '\t';

		if (blank && (n == 0 || to[n - 1] == ' '))
			continue;
		if (!blank && ((unsigned char)*from < 0x20 || *from == 0x7f))
			return -1;
		/* A blank at the end need not fit: it goes. */
		if (n == MAPMODEL_TEXT - 1 && blank)
			continue;
		if (n == MAPMODEL_TEXT - 1)
			return -1;
		to[n++] = blank ? ' ' : *from;
	}
	if (n != 0 && to[n - 1] == ' ')
		n--;
	return text_utf8(to, n, NULL) == 0 ? (int)n : -1;
}

void
mapmodel_read(char to[MAPMODEL_TEXT], const char *from)
{
	int n = mapmodel_plain(to, from);

	to[n == -1 ? 0 : n] = '\0';
	if (to[0] != '\0' && is_filler(to))
		to[0] = '\0';
}
