#include "stick/botdisk.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define TRIES 4        /* of one command */
#define ATTENTIONS 8   /* unit attentions in a row */
#define READY_MS 30000 /* for a stick that starts up */
#define READY_PAUSE_MS 200

/* What became of one command. */
enum outcome {
	GOOD,
	CHECK,    /* the stick refuses: ask for the sense */
	CONFUSED, /* the transport failed and was recovered */
	LOST,     /* no use to go on: why is set */
};

static enum outcome
botdisk_lose(struct botdisk *d, enum botdisk_why why)
{
	d->why = why;
	return LOST;
}

/*
 * Reset recovery (5.3.4): the class request, then both endpoints.  Some sticks
 * stall the request; that is no reason to give up.
 */
static enum outcome
botdisk_recover(struct botdisk *d, enum botdisk_why why)
{
	enum botpipe_result r[3];

	r[0] = d->pipe->reset(d->arg);
	r[1] = d->pipe->clear_halt(d->arg, true);
	r[2] = d->pipe->clear_halt(d->arg, false);
	for (size_t i = 0; i < 3; i++) {
		if (r[i] == BOTPIPE_GONE)
			return botdisk_lose(d, BOTDISK_UNPLUGGED);
		if (r[i] == BOTPIPE_STOPPED)
			return botdisk_lose(d, BOTDISK_STOPPED);
	}
	d->why = why;
	return CONFUSED;
}

/* What an endpoint said other than "done"; a halted one is known to be no
 * part of the protocol here. */
static enum outcome
pipe_failed(struct botdisk *d, enum botpipe_result r, const char *what)
{
	switch (r) {
	case BOTPIPE_GONE:
		return botdisk_lose(d, BOTDISK_UNPLUGGED);
	case BOTPIPE_STOPPED:
		(void)botdisk_recover(d, BOTDISK_STOPPED);
		return botdisk_lose(d, BOTDISK_STOPPED);
	case BOTPIPE_LATE:
		return botdisk_recover(d, BOTDISK_LATE);
	default:
		(void)fault_set(&d->fault, 0, "%s: %s", what,
		    r == BOTPIPE_STALLED ? "endpoint is halted"
		                         : "transfer failed");
		return botdisk_recover(d, BOTDISK_PROTOCOL);
	}
}

/*
 * Data.  A halted endpoint ends it (6.7.2, 6.7.3): the status says how it
 * went.  *done counts what passed.
 */
static enum outcome
move_data(struct botdisk *d, const struct bot_command *c, void *buf,
    size_t *done)
{
	enum botpipe_result r;

	*done = 0;
	if (c->len == 0)
		return GOOD;
	r = d->pipe->bulk(d->arg, c->in, buf, c->len, done);
	if (r == BOTPIPE_STALLED)
		r = d->pipe->clear_halt(d->arg, c->in);
	return r == BOTPIPE_DONE ? GOOD : pipe_failed(d, r, "data");
}

/* The status; asked for once more when the endpoint halts (figure 2), or
 * when nothing comes, which some sticks send to end their data. */
static enum outcome
take_status(struct botdisk *d, const struct bot_command *c,
    struct bot_status *s)
{
	uint8_t csw[BOT_CSW_LEN];
	enum botpipe_result r = BOTPIPE_DONE;
	size_t done = 0;

	for (int i = 0; i < 2; i++) {
		r = d->pipe->bulk(d->arg, true, csw, sizeof(csw), &done);
		if (r == BOTPIPE_DONE && done != 0)
			break;
		if (r == BOTPIPE_STALLED && i == 0)
			r = d->pipe->clear_halt(d->arg, true);
		if (r != BOTPIPE_DONE)
			break;
	}
	if (r != BOTPIPE_DONE)
		return pipe_failed(d, r, "status");
	if (bot_csw_decode(s, c, csw, done, &d->fault) == -1)
		return botdisk_recover(d, BOTDISK_PROTOCOL);
	if (s->result != BOT_PHASE_ERROR)
		return GOOD;
	(void)fault_set(&d->fault, 12, "phase error");
	return botdisk_recover(d, BOTDISK_PROTOCOL);
}

/* One command, its data and its status.  *got: bytes of data that count. */
static enum outcome
botdisk_once(struct botdisk *d, struct bot_command *c, void *buf, size_t *got)
{
	uint8_t cbw[BOT_CBW_LEN];
	struct bot_status s;
	enum botpipe_result r;
	enum outcome o;
	size_t done;

	c->tag = ++d->tag;
	c->lun = 0;
	bot_cbw_encode(cbw, c);
	r = d->pipe->bulk(d->arg, false, cbw, sizeof(cbw), &done);
	if (r != BOTPIPE_DONE)
		return pipe_failed(d, r, "command");
	if ((o = move_data(d, c, buf, &done)) != GOOD ||
	    (o = take_status(d, c, &s)) != GOOD)
		return o;
	*got = c->len - s.residue < done ? c->len - s.residue : done;
	return s.result == BOT_PASSED ? GOOD : CHECK;
}

/* Why the last command failed; nothing clear counts as an abort. */
static enum outcome
ask_sense(struct botdisk *d)
{
	uint8_t reply[SCSI_SENSE_LEN] = { 0 };
	struct bot_command c = { 0 };
	size_t got = 0;
	enum outcome o;

	scsi_request_sense(&c);
	o = botdisk_once(d, &c, reply, &got);
	if (o == LOST)
		return LOST;
	if (o != GOOD || scsi_sense_decode(&d->sense, reply, got, NULL) == -1)
		d->sense = (struct scsi_sense){ .key = SCSI_ABORTED };
	d->why = BOTDISK_REFUSED;
	return CHECK;
}

/* Is it worth to send the command again?  Once started, another medium would
 * be another stick. */
static bool
is_passing(const struct botdisk *d)
{
	const struct scsi_sense *s = &d->sense;

	if (s->key == SCSI_UNIT_ATTENTION)
		return !d->started || s->asc != 0x28;
	return s->key == SCSI_ABORTED || s->key == SCSI_NO_SENSE;
}

/*
 * A command until it is done, refused, or has failed too often.  Every one we
 * send may be sent twice.  least: fewer bytes of data are a failure too.
 */
static int
botdisk_command(struct botdisk *d, struct bot_command *c, void *buf,
    size_t least, size_t *got)
{
	int tries = 0, attentions = 0;

	while (tries < TRIES) {
		enum outcome o = botdisk_once(d, c, buf, got);

		if (o == GOOD && *got >= least)
			return 0;
		if (o == GOOD) {
			d->why = BOTDISK_PROTOCOL;
			(void)fault_set(&d->fault, *got,
			    "data ends early (%zu bytes of %u)", *got, c->len);
		}
		if (o == CHECK)
			o = ask_sense(d);
		if (o == LOST || (o == CHECK && !is_passing(d)))
			return -1;
		/* Twice late is a minute; that will do. */
		if (d->why == BOTDISK_LATE)
			tries++;
		if (o == CHECK && d->sense.key == SCSI_UNIT_ATTENTION &&
		    attentions++ < ATTENTIONS)
			continue;
		tries++;
	}
	return -1;
}

static int
wait_ready(struct botdisk *d)
{
	struct bot_command c = { 0 };
	size_t got;
	int waited_ms = 0;

	scsi_test_unit_ready(&c);
	while (botdisk_command(d, &c, NULL, 0, &got) == -1) {
		if (d->why != BOTDISK_REFUSED ||
		    !scsi_becoming_ready(&d->sense) || waited_ms >= READY_MS)
			return -1;
		d->pipe->pause(d->arg, READY_PAUSE_MS);
		waited_ms += READY_PAUSE_MS;
	}
	return 0;
}

/* A reply that makes no sense. */
static int
botdisk_misread(struct botdisk *d)
{
	d->why = BOTDISK_PROTOCOL;
	return -1;
}

static int
ask_identity(struct botdisk *d)
{
	uint8_t reply[SCSI_INQUIRY_LEN];
	struct bot_command c = { 0 };
	size_t got;

	scsi_inquiry(&c);
	if (botdisk_command(d, &c, reply, SCSI_INQUIRY_LEN, &got) == -1)
		return -1;
	return scsi_identity_decode(&d->id, reply, got, &d->fault) == -1
	    ? botdisk_misread(d)
	    : 0;
}

static int
ask_capacity(struct botdisk *d)
{
	uint8_t reply[SCSI_CAPACITY16_LEN];
	struct bot_command c = { 0 };
	bool larger;
	size_t got;

	scsi_read_capacity10(&c);
	if (botdisk_command(d, &c, reply, SCSI_CAPACITY10_LEN, &got) == -1)
		return -1;
	if (scsi_capacity10_decode(&d->cap, &larger, reply, got, &d->fault) ==
	    -1)
		return botdisk_misread(d);
	if (!larger)
		return 0;
	scsi_read_capacity16(&c);
	if (botdisk_command(d, &c, reply, SCSI_CAPACITY16_MIN, &got) == -1)
		return -1;
	return scsi_capacity16_decode(&d->cap, reply, got, &d->fault) == -1
	    ? botdisk_misread(d)
	    : 0;
}

/* A stick that does not know the command is taken for writable: its answer to
 * the first write will show. */
static int
ask_protection(struct botdisk *d)
{
	uint8_t reply[SCSI_MODE_LEN];
	struct bot_command c = { 0 };
	size_t got;

	d->write_protected = false;
	scsi_mode_sense(&c);
	if (botdisk_command(d, &c, reply, 0, &got) == -1)
		return d->why == BOTDISK_REFUSED ? 0 : -1;
	(void)scsi_protected_decode(&d->write_protected, reply, got, NULL);
	return 0;
}

int
botdisk_start(struct botdisk *d, const struct botpipe *pipe, void *arg)
{
	*d = (struct botdisk){ .pipe = pipe, .arg = arg };
	/* INQUIRY is answered even when nothing else is. */
	if (ask_identity(d) == -1 || wait_ready(d) == -1 ||
	    ask_capacity(d) == -1 || ask_protection(d) == -1)
		return -1;
	d->started = true;
	return 0;
}

int
botdisk_serial(struct botdisk *d, char serial[SCSI_SERIAL_LEN + 1])
{
	uint8_t reply[SCSI_SERIAL_LEN];
	struct bot_command c = { 0 };
	size_t got;

	serial[0] = '\0';
	scsi_inquiry_serial(&c);
	if (botdisk_command(d, &c, reply, 0, &got) == -1)
		return d->why == BOTDISK_REFUSED ? 0 : -1;
	if (scsi_serial_decode(serial, reply, got, NULL) == -1)
		serial[0] = '\0';
	return 0;
}

typedef void make_fn(struct bot_command *c, uint64_t lba, uint32_t n,
    uint32_t block);

static int
transfer_once(struct botdisk *d, make_fn *make, uint64_t lba, uint32_t n,
    uint8_t *buf)
{
	struct bot_command c = { 0 };
	size_t got;

	make(&c, lba, n, d->cap.block);
	return botdisk_command(d, &c, buf, c.len, &got);
}

static bool
is_of_a_block(const struct botdisk *d)
{
	return d->why == BOTDISK_REFUSED &&
	    (d->sense.key == SCSI_MEDIUM_ERROR ||
	        d->sense.key == SCSI_HARDWARE_ERROR ||
	        d->sense.key == SCSI_ABORTED ||
	        (d->sense.key == SCSI_ILLEGAL_REQUEST && d->sense.asc == 0x21));
}

static int
botdisk_transfer(struct botdisk *d, make_fn *make, uint64_t lba, uint32_t n,
    uint8_t *buf, uint64_t *bad)
{
	assert(n != 0 && n <= BOTDISK_CHUNK / d->cap.block);
	assert(lba < d->cap.nblocks && n <= d->cap.nblocks - lba);
	*bad = lba;
	if (transfer_once(d, make, lba, n, buf) == 0)
		return 0;
	if (n == 1 || !is_of_a_block(d))
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		*bad = lba + i;
		if (transfer_once(d, make, lba + i, 1,
		        buf + (size_t)i * d->cap.block) == -1)
			return -1;
	}
	return 0;
}

int
botdisk_read(struct botdisk *d, uint64_t lba, uint32_t n, void *buf,
    uint64_t *bad)
{
	return botdisk_transfer(d, scsi_read, lba, n, buf, bad);
}

int
botdisk_write(struct botdisk *d, uint64_t lba, uint32_t n, const void *buf,
    uint64_t *bad)
{
	/* Nothing is put into it: it goes out only. */
	return botdisk_transfer(d, scsi_write, lba, n,
	    (uint8_t *)(uintptr_t)buf, bad);
}

int
botdisk_sync(struct botdisk *d)
{
	struct bot_command c = { 0 };
	size_t got;

	scsi_synchronize_cache(&c);
	if (botdisk_command(d, &c, NULL, 0, &got) == 0)
		return 0;
	return d->why == BOTDISK_REFUSED && d->sense.key == SCSI_ILLEGAL_REQUEST
	    ? 0
	    : -1;
}

void
botdisk_trouble(const struct botdisk *d, char *to, size_t cap)
{
	switch (d->why) {
	case BOTDISK_UNPLUGGED:
		(void)snprintf(to, cap, "unplugged");
		break;
	case BOTDISK_STOPPED:
		(void)snprintf(to, cap, "stopped by a signal");
		break;
	case BOTDISK_LATE:
		(void)snprintf(to, cap, "no answer in time");
		break;
	case BOTDISK_REFUSED:
		(void)snprintf(to, cap, "%s (sense %x/%02x/%02x)",
		    scsi_sense_text(&d->sense), d->sense.key, d->sense.asc,
		    d->sense.ascq);
		break;
	case BOTDISK_PROTOCOL:
		(void)snprintf(to, cap, "it breaks the protocol: %s",
		    d->fault.why);
		break;
	}
}

int
botdisk_status(const struct botdisk *d)
{
	return d->why == BOTDISK_PROTOCOL ? EX_PROTOCOL : EX_IOERR;
}
