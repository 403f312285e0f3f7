/* A challenge that is taken is one that can be answered: its texts are short
 * and printable, and what the answer quotes reads back as the same. */
#include "amt/challenge.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char text[CHALLENGE_TEXT])
{
	size_t len = strnlen(text, CHALLENGE_TEXT);

	if (len == CHALLENGE_TEXT)
		abort();
	for (size_t i = 0; i < len; i++)
		if ((uint8_t)text[i] < 0x20 || text[i] == 0x7f)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t random[CHALLENGE_CNONCE];
	const struct challenge_request rq = { "admin", "Adm1n!pw", "POST",
		"/wsman", "<a/>", 4 };
	struct challenge c = { .nanswers = 7 }, again;
	char answer[CHALLENGE_ANSWER];

	if (!challenge_read(&c, (const char *)data, size)) {
		if (c.nanswers != 7)
			abort();
		return 0;
	}
	check_text(c.realm);
	check_text(c.nonce);
	check_text(c.opaque);
	if (challenge_answer(answer, &c, &rq, random) != 0 || c.nanswers != 1)
		abort();
	/* An answer has the form of a challenge. */
	if (!challenge_read(&again, answer, strlen(answer)) ||
	    strcmp(again.realm, c.realm) != 0 ||
	    strcmp(again.nonce, c.nonce) != 0 ||
	    strcmp(again.opaque, c.opaque) != 0 || again.qop != c.qop)
		abort();
	return 0;
}
