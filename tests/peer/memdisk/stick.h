#ifndef MEMDISK_STICK_H
#define MEMDISK_STICK_H

/*
 * stick - a USB stick made of a file: what it is told to be and to do wrong,
 * and where it is in the protocol.  memdisk.c says what the words mean.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define STICKS_MAX 4
#define DATA_MAX (256 * 1024)

enum fault_kind {
	GONE,
	STALL,
	STALL_CBW,
	STALL_CSW,
	SHORT,
	RESIDUE,
	TAG,
	SIGNATURE,
	PHASE,
	HANG,
	ZERO_CSW,
	NFAULTS
};

struct when {
	unsigned long from, to; /* 0: never */
};

enum phase { AWAIT_CBW, DATA_IN, DATA_OUT, AWAIT_CSW };

struct stick {
	const char *path, *serial, *log;
	int fd;
	int port;
	uint32_t block;
	uint64_t nblocks;  /* there are */
	uint64_t capacity; /* it says */
	bool fixed, protected, noserial, nomedium, nolba;
	unsigned long attention, starting;
	int64_t ioerror, flip; /* -1: none */
	struct when faults[NFAULTS];

	bool driver; /* the kernel's holds it */
	bool gone;
	bool halted_in, halted_out;
	bool broken; /* until the reset */
	enum phase phase;
	unsigned long ncommands, nwritten;
	uint32_t tag, want;
	uint8_t cdb[16];
	uint8_t data[DATA_MAX];
	uint32_t len, done; /* of the data */
	uint8_t status;
	uint8_t key, asc, ascq;
	uint32_t sense_lba;
	GQueue *completed;
};

extern struct stick sticks[STICKS_MAX];
extern size_t nsticks;

/* Adds one as FILE[,WORD...] describes it.  Ends memdisk with 2 when it
 * cannot. */
void stick_add(char *text);

/* Does the command that runs go wrong in that way? */
bool stick_fails(const struct stick *s, enum fault_kind kind);

/*
 * SCSI, as far as sticks go (SPC-4, SBC-3): the command in s->cdb.  Sets
 * status and sense, and what there is to read.  A WRITE is looked at when its
 * data is there.
 */
void scsi_execute(struct stick *s);
bool scsi_is_write(const struct stick *s);
void scsi_write(struct stick *s);
/* It fails with this sense. */
void scsi_fail(struct stick *s, uint8_t key, uint8_t asc, uint8_t ascq);

/* Bulk-only transport: 0 and *done bytes of p, or the errno of the transfer. */
int bulk_transfer(struct stick *s, bool in, uint8_t *p, uint32_t len,
    uint32_t *done);
void bulk_reset(struct stick *s);

#endif
