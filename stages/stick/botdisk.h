#ifndef BOTDISK_H
#define BOTDISK_H

/*
 * botdisk - a stick as a disk: commands in bulk-only transport with its
 * recovery (BOT 1.0, 5.3 and 6), retries, and blocks read and written.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stick/bot.h"
#include "base/fault.h"
#include "stick/scsi.h"

/* Bytes of one command at most; every stick takes that many. */
#define BOTDISK_CHUNK 65536

enum botpipe_result {
	BOTPIPE_DONE,    /* perhaps less than asked for */
	BOTPIPE_STALLED, /* the endpoint is halted */
	BOTPIPE_LATE,    /* nothing came in time */
	BOTPIPE_GONE,    /* unplugged */
	BOTPIPE_STOPPED, /* a signal told us to stop */
	BOTPIPE_BROKEN,  /* anything else */
};

/* How bytes get to the stick and from it. */
struct botpipe {
	enum botpipe_result (
	    *bulk)(void *arg, bool in, void *buf, size_t len, size_t *done);
	enum botpipe_result (*clear_halt)(void *arg, bool in);
	enum botpipe_result (*reset)(void *arg); /* class request, 3.1 */
	void (*pause)(void *arg, int ms);
};

enum botdisk_why {
	BOTDISK_UNPLUGGED,
	BOTDISK_STOPPED,
	BOTDISK_REFUSED, /* the stick said why: sense */
	BOTDISK_LATE,
	BOTDISK_PROTOCOL, /* no sense in what it answers */
};

struct botdisk {
	const struct botpipe *pipe; /* borrowed */
	void *arg;
	uint32_t tag;
	bool started;
	struct scsi_identity id;
	struct scsi_capacity cap;
	bool write_protected;
	/* of the last failure: */
	enum botdisk_why why;
	struct scsi_sense sense; /* BOTDISK_REFUSED */
	struct fault fault;      /* BOTDISK_PROTOCOL */
};

/* Waits until it is ready, 30 seconds at most, and asks what it is.  All
 * functions: 0, or -1 with why and what belongs to it. */
int botdisk_start(struct botdisk *d, const struct botpipe *pipe, void *arg);

/* Page 80h; "" when the stick has none. */
int botdisk_serial(struct botdisk *d, char serial[SCSI_SERIAL_LEN + 1]);

/*
 * Whole blocks, n * block at most BOTDISK_CHUNK, within the capacity.  On
 * failure *bad is the first block that could not be done: after an error of
 * many at once each is tried alone.
 */
int botdisk_read(struct botdisk *d, uint64_t lba, uint32_t n, void *buf,
    uint64_t *bad);
int botdisk_write(struct botdisk *d, uint64_t lba, uint32_t n, const void *buf,
    uint64_t *bad);

/* What it holds back goes to its memory; a stick that does not know the
 * command has nothing to hold back. */
int botdisk_sync(struct botdisk *d);

/* The last failure in words, for a message. */
void botdisk_trouble(const struct botdisk *d, char *to, size_t cap);

/* And as exit status. */
int botdisk_status(const struct botdisk *d);

#endif
