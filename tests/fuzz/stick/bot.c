/*
 * A status that is taken answers the command that was sent, and its residue is
 * no more than the command's length.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stick/bot.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int truth)
{
	if (!truth)
		abort();
}

/* A command from the input's first bytes, a status from the others. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bot_command c = { .ncdb = 6 };
	uint8_t cbw[BOT_CBW_LEN];
	struct bot_status s;
	struct fault f;

	if (size < 8)
		return 0;
	memcpy(&c.tag, data, 4);
	memcpy(&c.len, data + 4, 4);
	bot_cbw_encode(cbw, &c);
	if (bot_csw_decode(&s, &c, data + 8, size - 8, &f) == -1) {
		must(f.at <= size - 8 && f.why[0] != '\0');
		return 0;
	}
	must(size - 8 == BOT_CSW_LEN);
	must(memcmp(cbw + 4, data + 8 + 4, 4) == 0);
	must(s.result == BOT_PHASE_ERROR || s.residue <= c.len);
	return 0;
}
