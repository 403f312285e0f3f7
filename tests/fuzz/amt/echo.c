/*
 * echo: no text is too odd to be looked through, and a secret that is in it
 * as it is, or with a blank after each letter, is always found.
 *
 * The first byte says where the secret goes.
 */
#include "amt/echo.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECRET "N3xt&<Qx9v>!7"
#define SPACED "N 3 x t & < Q x 9 v > ! 7"

static void
must_find(const uint8_t *data, size_t size, size_t at, const char *put)
{
	char text[2 * ECHO_TEXT];
	size_t len = size < ECHO_TEXT / 2 ? size : ECHO_TEXT / 2;

	for (size_t i = 0; i < len; i++)
		text[i] = data[i] == 0 ? ' ' : (char)data[i];
	text[len] = '\0';
	(void)echo_repeats(text, SECRET);
	if (at > len)
		at = len;
	memmove(text + at + strlen(put), text + at, len - at + 1);
	memcpy(text + at, put, strlen(put));
	if (!echo_repeats(text, SECRET))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	must_find(data + 1, size - 1, data[0], SECRET);
	must_find(data + 1, size - 1, data[0], SPACED);
	return 0;
}
