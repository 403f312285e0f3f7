#include "stick/fatimage_name.h"

#include <string.h>

#include "base/text.h"

#define PIECE 13

void
fatimage_name_piece(char name[FATIMAGE_NAME_LONG],
    const uint8_t entry[FATIMAGE_NAME_ENTRY])
{
	static const uint8_t places[PIECE] = { 1, 3, 5, 7, 9, 14, 16, 18, 20,
		22, 24, 28, 30 };
	unsigned number = entry[0] & 0x1f;
	char *to;

	if (entry[0] & 0x40)
		memset(name, 0, FATIMAGE_NAME_LONG);
	if (number == 0 || number > (FATIMAGE_NAME_LONG - 1) / PIECE)
		return;
	to = name + (number - 1) * PIECE;
	for (size_t i = 0; i < PIECE; i++) {
		uint8_t low = entry[places[i]], high = entry[places[i] + 1];

		if (low == 0 && high == 0)
			break;
		to[i] = high == 0 && low >= ' ' && low < 0x7f ? (char)low : '?';
	}
}

void
fatimage_name_short(char name[FATIMAGE_NAME_LONG],
    const uint8_t entry[FATIMAGE_NAME_ENTRY])
{
	size_t n = 0;

	memset(name, 0, FATIMAGE_NAME_LONG);
	for (size_t i = 0; i < 11; i++) {
		char c = (char)entry[i];

		if (i == 8 && entry[8] != ' ')
			name[n++] = '.';
		if (c != ' ')
			name[n++] = c > ' ' && c < 0x7f ? c : '?';
	}
}

bool
fatimage_name_resembles(const char *name)
{
	char plain[FATIMAGE_NAME_LONG];

	if (text_same(name, "setup.bin"))
		return false;
	text_fold(plain, sizeof(plain), name);
	return strstr(plain, "setup") != NULL && strstr(plain, "bin") != NULL;
}
