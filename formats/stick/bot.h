#ifndef BOT_H
#define BOT_H

/*
 * bot - how SCSI commands travel over USB's bulk endpoints.
 *
 * Source: USB Mass Storage Class, Bulk-Only Transport, revision 1.0.
 * Little-endian.  A command is a wrapper (CBW, 5.1), then data in one
 * direction, then a status (CSW, 5.2).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* What an interface descriptor says (USB Mass Storage Class Overview 1.4). */
#define BOT_CLASS 0x08
#define BOT_SUBCLASS_SCSI 0x06
#define BOT_PROTOCOL 0x50

/* The class request "Bulk-Only Mass Storage Reset" (3.1): type, request. */
#define BOT_RESET_TYPE 0x21
#define BOT_RESET 0xff

#define BOT_CBW_LEN 31
#define BOT_CSW_LEN 13
#define BOT_CDB_MAX 16

struct bot_command {
	uint32_t tag; /* comes back in the status */
	uint32_t len; /* of the data, in bytes */
	bool in;      /* data comes from the stick; no matter when len is 0 */
	uint8_t lun;  /* 0 - 15 */
	uint8_t ncdb; /* 1 - 16 */
	uint8_t cdb[BOT_CDB_MAX];
};

enum bot_result { BOT_PASSED = 0, BOT_FAILED = 1, BOT_PHASE_ERROR = 2 };

struct bot_status {
	enum bot_result result;
	uint32_t residue; /* bytes of the command's len not processed */
};

/* lun and ncdb out of their range are the caller's mistake. */
void bot_cbw_encode(uint8_t out[BOT_CBW_LEN], const struct bot_command *c);

/*
 * The status that answers *sent.  -1 with *f filled when it is not valid (6.3:
 * its length, signature or tag) or not meaningful (a status above 2, a residue
 * above the command's length): the stick is then to be reset.
 */
int bot_csw_decode(struct bot_status *s, const struct bot_command *sent,
    const uint8_t *buf, size_t len, struct fault *f);

#endif
