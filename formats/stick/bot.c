#include "stick/bot.h"

#include <assert.h>
#include <string.h>

#include "base/cursor.h"
#include "base/writer.h"

#define CBW_SIGNATURE 0x43425355 /* "USBC" */
#define CSW_SIGNATURE 0x53425355 /* "USBS" */

void
bot_cbw_encode(uint8_t out[BOT_CBW_LEN], const struct bot_command *c)
{
	struct writer w = { .base = out, .cap = BOT_CBW_LEN };

	assert(c->lun <= 15 && c->ncdb >= 1 && c->ncdb <= BOT_CDB_MAX);
	writer_u32le(&w, CBW_SIGNATURE);
	writer_u32le(&w, c->tag);
	writer_u32le(&w, c->len);
	writer_u8(&w, c->in ? 0x80 : 0);
	writer_u8(&w, c->lun);
	writer_u8(&w, c->ncdb);
	writer_bytes(&w, c->cdb, c->ncdb);
	writer_fill(&w, 0, BOT_CBW_LEN - w.len);
}

int
bot_csw_decode(struct bot_status *s, const struct bot_command *sent,
    const uint8_t *buf, size_t len, struct fault *f)
{
	struct cursor c = { .base = buf, .len = len };
	uint32_t signature = cursor_u32le(&c);
	uint32_t tag = cursor_u32le(&c);
	uint32_t residue = cursor_u32le(&c);
	uint8_t result = cursor_u8(&c);

	if (cursor_done(&c, f) == -1)
		return -1;
	if (signature != CSW_SIGNATURE)
		return fault_set(f, 0,
		    "status has no signature (got %08x, expected %08x)",
		    signature, CSW_SIGNATURE);
	if (tag != sent->tag)
		return fault_set(f, 4,
		    "status answers another command (got tag %u, expected %u)",
		    tag, sent->tag);
	if (result > BOT_PHASE_ERROR)
		return fault_set(f, 12,
		    "status is reserved (got %u, expected 0 to 2)", result);
	/* After a phase error the residue means nothing (6.3). */
	if (result != BOT_PHASE_ERROR && residue > sent->len)
		return fault_set(f, 8,
		    "residue is more than was asked for (got %u of %u)",
		    residue, sent->len);
	s->result = (enum bot_result)result;
	s->residue = residue;
	return 0;
}
