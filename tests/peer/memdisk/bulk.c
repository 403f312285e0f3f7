#include "stick.h"

#include <errno.h>
#include <string.h>

static uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

/* 0, or the errno of the transfer. */
static int
take_cbw(struct stick *s, const uint8_t *p, uint32_t len)
{
	s->ncommands++;
	if (stick_fails(s, GONE)) {
		s->gone = true;
		return ENODEV;
	}
	if (stick_fails(s, STALL_CBW) || len != 31 ||
	    memcmp(p, "USBC", 4) != 0) {
		s->broken = s->halted_in = s->halted_out = true;
		return EPIPE;
	}
	s->tag = le32(p + 4);
	s->want = le32(p + 8);
	memcpy(s->cdb, p + 15, 16);
	s->len = s->done = 0;
	if (scsi_is_write(s)) {
		s->phase = DATA_OUT;
		return 0;
	}
	scsi_execute(s);
	if (s->len > s->want)
		s->len = s->want;
	if (stick_fails(s, SHORT))
		s->len /= 2;
	s->phase = s->want != 0 ? DATA_IN : AWAIT_CSW;
	return 0;
}

static int
give_data(struct stick *s, uint8_t *p, uint32_t len, uint32_t *done)
{
	*done = s->len < len ? s->len : len;
	s->phase = AWAIT_CSW;
	if (stick_fails(s, STALL) || s->len == 0) {
		/* Nothing, or not all: the endpoint halts. */
		if (stick_fails(s, STALL))
			scsi_fail(s, 0x0b, 0x47, 0);
		*done = 0;
		s->halted_in = true;
		return EPIPE;
	}
	memcpy(p, s->data, *done);
	s->done = *done;
	return 0;
}

static int
take_data(struct stick *s, const uint8_t *p, uint32_t len, uint32_t *done)
{
	s->phase = AWAIT_CSW;
	if (stick_fails(s, STALL)) {
		scsi_fail(s, 0x0b, 0x47, 0);
		s->halted_out = true;
		return EPIPE;
	}
	if (len > DATA_MAX)
		len = DATA_MAX;
	memcpy(s->data, p, len);
	*done = s->len = s->done = len;
	s->status = 0;
	if (stick_fails(s, SHORT))
		s->done = len / 2;
	else
		scsi_write(s);
	return 0;
}

static int
give_csw(struct stick *s, uint8_t *p, uint32_t len, uint32_t *done)
{
	uint32_t tag = s->tag + (stick_fails(s, TAG) ? 7 : 0);
	uint32_t residue = s->want - (s->status == 0 ? s->done : 0);

	if (stick_fails(s, STALL_CSW) && !s->broken) {
		s->halted_in = true;
		s->broken = true; /* only once */
		return EPIPE;
	}
	s->broken = false;
	if (stick_fails(s, ZERO_CSW)) {
		s->faults[ZERO_CSW].from = 0;
		*done = 0;
		return 0;
	}
	s->phase = AWAIT_CBW;
	if (len < 13)
		return EOVERFLOW;
	memcpy(p, stick_fails(s, SIGNATURE) ? "USBX" : "USBS", 4);
	for (int i = 0; i < 4; i++) {
		p[4 + i] = (uint8_t)(tag >> 8 * i);
		p[8 + i] = (uint8_t)(residue >> 8 * i);
	}
	if (stick_fails(s, RESIDUE) && s->want >= 512)
		p[9] = 1; /* 256 bytes */
	p[12] = stick_fails(s, PHASE) ? 2 : s->status;
	*done = 13;
	return 0;
}

int
bulk_transfer(struct stick *s, bool in, uint8_t *p, uint32_t len,
    uint32_t *done)
{
	*done = 0;
	if (s->gone)
		return ENODEV;
	if (in ? s->halted_in : s->halted_out)
		return EPIPE;
	if (!in && s->phase == DATA_OUT)
		return take_data(s, p, len, done);
	if (!in) {
		int rc = take_cbw(s, p, len);

		*done = rc == 0 ? len : 0;
		return rc;
	}
	if (s->phase == DATA_IN)
		return give_data(s, p, len, done);
	if (s->phase == AWAIT_CSW)
		return give_csw(s, p, len, done);
	s->halted_in = true;
	return EPIPE;
}

void
bulk_reset(struct stick *s)
{
	s->broken = false;
	s->phase = AWAIT_CBW;
}
