#ifndef SCSI_H
#define SCSI_H

/*
 * scsi - the few SCSI commands that a stick is asked, and its replies.
 *
 * Source: T10, SPC-4 (INQUIRY 6.4, MODE SENSE(6) 6.13, REQUEST SENSE 6.39,
 * TEST UNIT READY 6.47, sense data 4.5) and SBC-3 (READ, WRITE, READ CAPACITY,
 * SYNCHRONIZE CACHE, 5).  Big-endian.  Replies are a stranger's: they may be
 * shorter than asked for, and only what is there is believed.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stick/bot.h"
#include "base/fault.h"

/* Block sizes that sticks have. */
#define SCSI_BLOCK_MIN 512
#define SCSI_BLOCK_MAX 4096

/* Fill cdb, ncdb, len and in of *c; its tag and lun are the caller's. */
void scsi_test_unit_ready(struct bot_command *c);
void scsi_request_sense(struct bot_command *c);
void scsi_inquiry(struct bot_command *c);
void scsi_inquiry_serial(struct bot_command *c);
void scsi_mode_sense(struct bot_command *c);
void scsi_read_capacity10(struct bot_command *c);
void scsi_read_capacity16(struct bot_command *c);
void scsi_synchronize_cache(struct bot_command *c);

/* n blocks of that size from lba on, 1 to 65535 and their bytes within 32
 * bits.  The 16-byte form is used only where the 10-byte one ends (32 bits),
 * as some sticks do not know it. */
void scsi_read(struct bot_command *c, uint64_t lba, uint32_t n, uint32_t block);
void scsi_write(struct bot_command *c, uint64_t lba, uint32_t n,
    uint32_t block);

#define SCSI_INQUIRY_LEN 36
#define SCSI_SERIAL_LEN 252
#define SCSI_MODE_LEN 192 /* what other systems ask; some sticks hang at 4 */
#define SCSI_SENSE_LEN 18
#define SCSI_CAPACITY10_LEN 8
#define SCSI_CAPACITY16_LEN 32
#define SCSI_CAPACITY16_MIN 12 /* up to the block size */

struct scsi_identity {
	bool disk;      /* a direct access block device that is there */
	bool removable; /* its medium is */
	/* Printable ASCII as it came, other bytes as '?'; no spaces at ends. */
	char vendor[9];
	char product[17];
	char revision[5];
};

/* -1 with *f filled when the reply is shorter than its fixed part. */
int scsi_identity_decode(struct scsi_identity *id, const uint8_t *buf,
    size_t len, struct fault *f);

/* Vital product data page 80h; printable as above. */
int scsi_serial_decode(char serial[SCSI_SERIAL_LEN + 1], const uint8_t *buf,
    size_t len, struct fault *f);

struct scsi_capacity {
	uint64_t nblocks;
	uint32_t block; /* bytes of one */
};

/* -1 with *f filled when it is short, or no block or stick
 * has that size.  *larger is set when READ CAPACITY(16) must be asked
 * instead; *cap is then of no use. */
int scsi_capacity10_decode(struct scsi_capacity *cap, bool *larger,
    const uint8_t *buf, size_t len, struct fault *f);
int scsi_capacity16_decode(struct scsi_capacity *cap, const uint8_t *buf,
    size_t len, struct fault *f);

/* Of MODE SENSE(6): the WP bit of its header. */
int scsi_protected_decode(bool *write_protected, const uint8_t *buf, size_t len,
    struct fault *f);

enum scsi_key {
	SCSI_NO_SENSE = 0x0,
	SCSI_RECOVERED = 0x1,
	SCSI_NOT_READY = 0x2,
	SCSI_MEDIUM_ERROR = 0x3,
	SCSI_HARDWARE_ERROR = 0x4,
	SCSI_ILLEGAL_REQUEST = 0x5,
	SCSI_UNIT_ATTENTION = 0x6,
	SCSI_DATA_PROTECT = 0x7,
	SCSI_ABORTED = 0xb,
};

struct scsi_sense {
	uint8_t key;       /* enum scsi_key */
	uint8_t asc, ascq; /* additional sense code and its qualifier */
	bool lba_known;
	uint64_t lba; /* where it went wrong, when that is known */
};

/* Fixed and descriptor format, current and deferred. */
int scsi_sense_decode(struct scsi_sense *s, const uint8_t *buf, size_t len,
    struct fault *f);

/* What it means, as "write protected"; never NULL. */
const char *scsi_sense_text(const struct scsi_sense *s);

/* The medium is there but takes its time: ask again. */
bool scsi_becoming_ready(const struct scsi_sense *s);

#endif
