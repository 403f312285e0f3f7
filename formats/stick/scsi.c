#include "stick/scsi.h"

#include <assert.h>
#include <string.h>

#include "base/cursor.h"

enum operation {
	TEST_UNIT_READY = 0x00,
	REQUEST_SENSE = 0x03,
	INQUIRY = 0x12,
	MODE_SENSE6 = 0x1a,
	READ_CAPACITY10 = 0x25,
	READ10 = 0x28,
	WRITE10 = 0x2a,
	SYNCHRONIZE_CACHE10 = 0x35,
	READ16 = 0x88,
	WRITE16 = 0x8a,
	SERVICE_ACTION_IN16 = 0x9e,
};

#define READ_CAPACITY16 0x10 /* service action */
#define PAGE_SERIAL 0x80
#define ALL_PAGES 0x3f

/* --- commands ------------------------------------------------------------ */

static void
scsi_ask(struct bot_command *c, enum operation op, uint8_t ncdb, uint32_t len)
{
	memset(c->cdb, 0, sizeof(c->cdb));
	c->cdb[0] = (uint8_t)op;
	c->ncdb = ncdb;
	c->len = len;
	c->in = true;
}

static void
put_be(uint8_t *to, uint64_t v, size_t n)
{
	while (n-- != 0) {
		to[n] = (uint8_t)v;
		v >>= 8;
	}
}

void
scsi_test_unit_ready(struct bot_command *c)
{
	scsi_ask(c, TEST_UNIT_READY, 6, 0);
}

void
scsi_request_sense(struct bot_command *c)
{
	scsi_ask(c, REQUEST_SENSE, 6, SCSI_SENSE_LEN);
	c->cdb[4] = SCSI_SENSE_LEN;
}

void
scsi_inquiry(struct bot_command *c)
{
	scsi_ask(c, INQUIRY, 6, SCSI_INQUIRY_LEN);
	c->cdb[4] = SCSI_INQUIRY_LEN;
}

void
scsi_inquiry_serial(struct bot_command *c)
{
	scsi_ask(c, INQUIRY, 6, SCSI_SERIAL_LEN);
	c->cdb[1] = 1; /* EVPD */
	c->cdb[2] = PAGE_SERIAL;
	c->cdb[4] = SCSI_SERIAL_LEN;
}

void
scsi_mode_sense(struct bot_command *c)
{
	scsi_ask(c, MODE_SENSE6, 6, SCSI_MODE_LEN);
	c->cdb[2] = ALL_PAGES;
	c->cdb[4] = SCSI_MODE_LEN;
}

void
scsi_read_capacity10(struct bot_command *c)
{
	scsi_ask(c, READ_CAPACITY10, 10, SCSI_CAPACITY10_LEN);
}

void
scsi_read_capacity16(struct bot_command *c)
{
	scsi_ask(c, SERVICE_ACTION_IN16, 16, SCSI_CAPACITY16_LEN);
	c->cdb[1] = READ_CAPACITY16;
	put_be(c->cdb + 10, SCSI_CAPACITY16_LEN, 4);
}

void
scsi_synchronize_cache(struct bot_command *c)
{
	scsi_ask(c, SYNCHRONIZE_CACHE10, 10, 0); /* from 0, 0 blocks: all */
}

static void
scsi_transfer(struct bot_command *c, enum operation op10, enum operation op16,
    uint64_t lba, uint32_t n, uint32_t block)
{
	assert(n >= 1 && n <= UINT16_MAX && n <= UINT32_MAX / block);
	if (lba <= UINT32_MAX && n - 1 <= UINT32_MAX - lba) {
		scsi_ask(c, op10, 10, n * block);
		put_be(c->cdb + 2, lba, 4);
		put_be(c->cdb + 7, n, 2);
	} else {
		scsi_ask(c, op16, 16, n * block);
		put_be(c->cdb + 2, lba, 8);
		put_be(c->cdb + 10, n, 4);
	}
}

void
scsi_read(struct bot_command *c, uint64_t lba, uint32_t n, uint32_t block)
{
	scsi_transfer(c, READ10, READ16, lba, n, block);
}

void
scsi_write(struct bot_command *c, uint64_t lba, uint32_t n, uint32_t block)
{
	scsi_transfer(c, WRITE10, WRITE16, lba, n, block);
	c->in = false;
}

/* --- replies ------------------------------------------------------------- */

/* n bytes of ASCII, left-aligned and filled up with spaces; some sticks fill
 * with NULs or hold noise. */
static void
take_text(struct cursor *c, char *to, size_t n)
{
	const uint8_t *from = cursor_take(c, n);
	size_t skip = 0;

	if (from == NULL)
		n = 0;
	while (n != 0 && (from[n - 1] == ' ' || from[n - 1] == '\0'))
		n--;
	while (skip < n && from[skip] == ' ')
		skip++;
	for (size_t i = skip; i < n; i++)
		*to++ = from[i] < ' ' || from[i] > '~' ? '?' : (char)from[i];
	*to = '\0';
}

int
scsi_identity_decode(struct scsi_identity *id, const uint8_t *buf, size_t len,
    struct fault *f)
{
	struct cursor c = { .base = buf, .len = len };

	/* Qualifier 0: there; type 0: direct access. */
	id->disk = cursor_u8(&c) == 0;
	id->removable = (cursor_u8(&c) & 0x80) != 0;
	(void)cursor_take(&c, 6);
	take_text(&c, id->vendor, 8);
	take_text(&c, id->product, 16);
	take_text(&c, id->revision, 4);
	return cursor_check(&c, f);
}

int
scsi_serial_decode(char serial[SCSI_SERIAL_LEN + 1], const uint8_t *buf,
    size_t len, struct fault *f)
{
	struct cursor c = { .base = buf, .len = len };
	uint8_t page;
	size_t n;

	serial[0] = '\0';
	(void)cursor_u8(&c);
	page = cursor_u8(&c);
	n = cursor_u16be(&c);
	if (cursor_check(&c, f) == -1)
		return -1;
	if (page != PAGE_SERIAL)
		return fault_set(f, 1, "not page 80h (got %02xh)", page);
	/* The reply has room for this many; a longer one was cut. */
	if (n > SCSI_SERIAL_LEN - 4)
		n = SCSI_SERIAL_LEN - 4;
	take_text(&c, serial, n);
	return cursor_check(&c, f);
}

static int
check_capacity(const struct scsi_capacity *cap, size_t at, struct fault *f)
{
	uint32_t block = cap->block;

	if (block < SCSI_BLOCK_MIN || block > SCSI_BLOCK_MAX ||
	    (block & (block - 1)) != 0)
		return fault_set(f, at,
		    "blocks have a size that no stick has (got %u bytes)",
		    block);
	/* Offsets are counted in 63 bits. */
	if (cap->nblocks != 0 && cap->nblocks <= INT64_MAX / block)
		return 0;
	return fault_set(f, 0, "no medium has that many blocks (got %llu)",
	    (unsigned long long)cap->nblocks);
}

int
scsi_capacity10_decode(struct scsi_capacity *cap, bool *larger,
    const uint8_t *buf, size_t len, struct fault *f)
{
	struct cursor c = { .base = buf, .len = len };
	uint32_t last = cursor_u32be(&c);

	*larger = false;
	cap->nblocks = (uint64_t)last + 1;
	cap->block = cursor_u32be(&c);
	if (cursor_check(&c, f) == -1)
		return -1;
	*larger = last == UINT32_MAX;
	return *larger ? 0 : check_capacity(cap, 4, f);
}

int
scsi_capacity16_decode(struct scsi_capacity *cap, const uint8_t *buf,
    size_t len, struct fault *f)
{
	struct cursor c = { .base = buf, .len = len };

	cap->nblocks = cursor_u64be(&c) + 1; /* wraps to 0, which is refused */
	cap->block = cursor_u32be(&c);
	if (cursor_check(&c, f) == -1)
		return -1;
	return check_capacity(cap, 8, f);
}

int
scsi_protected_decode(bool *write_protected, const uint8_t *buf, size_t len,
    struct fault *f)
{
	struct cursor c = { .base = buf, .len = len };

	(void)cursor_take(&c, 2);
	*write_protected = (cursor_u8(&c) & 0x80) != 0;
	return cursor_check(&c, f);
}

/* --- sense data ---------------------------------------------------------- */

/* Descriptor format: the information descriptor (type 0) has the LBA. */
static void
take_descriptors(struct scsi_sense *s, struct cursor *c)
{
	while (c->why == NULL && cursor_left(c) >= 2) {
		uint8_t type = cursor_u8(c);
		struct cursor d = cursor_part(c, cursor_u8(c));

		if (type != 0)
			continue;
		s->lba_known = (cursor_u8(&d) & 0x80) != 0;
		(void)cursor_u8(&d);
		s->lba = cursor_u64be(&d);
		if (d.why != NULL)
			s->lba_known = false;
	}
}

/* Fixed format; a reply that ends after the key has no codes. */
static void
take_fixed(struct scsi_sense *s, struct cursor *c, bool valid)
{
	struct cursor rest;

	s->lba = cursor_u32be(c);
	s->lba_known = valid && c->why == NULL;
	rest =
	    (struct cursor){ .base = c->base + c->at, .len = cursor_left(c) };
	(void)cursor_take(&rest, 5);
	s->asc = cursor_u8(&rest);
	s->ascq = cursor_u8(&rest);
}

int
scsi_sense_decode(struct scsi_sense *s, const uint8_t *buf, size_t len,
    struct fault *f)
{
	struct cursor c = { .base = buf, .len = len };
	uint8_t code = cursor_u8(&c);

	memset(s, 0, sizeof(*s));
	switch (code & 0x7f) {
	case 0x70:
	case 0x71:
		(void)cursor_u8(&c);
		s->key = cursor_u8(&c) & 0x0f;
		if (cursor_check(&c, f) == -1)
			return -1;
		take_fixed(s, &c, (code & 0x80) != 0);
		return 0;
	case 0x72:
	case 0x73:
		s->key = cursor_u8(&c) & 0x0f;
		s->asc = cursor_u8(&c);
		s->ascq = cursor_u8(&c);
		(void)cursor_take(&c, 4);
		if (cursor_check(&c, f) == -1)
			return -1;
		take_descriptors(s, &c);
		return 0;
	default:
		return cursor_check(&c, f) == -1
		    ? -1
		    : fault_set(f, 0, "not sense data (response code %02xh)",
		          code);
	}
}

/* SPC-4 annex D, in few words; what sticks are known to say. */
static const struct {
	uint8_t asc;
	int ascq; /* -1: any */
	const char *text;
} codes[] = {
	{ 0x03, -1, "write fault" },
	{ 0x04, 0x01, "becoming ready" },
	{ 0x04, -1, "not ready" },
	{ 0x0c, -1, "write error" },
	{ 0x11, -1, "unrecovered read error" },
	{ 0x20, -1, "unknown command" },
	{ 0x21, -1, "block address out of range" },
	{ 0x24, -1, "invalid field in command" },
	{ 0x25, -1, "no such unit" },
	{ 0x27, -1, "write protected" },
	{ 0x28, -1, "medium may have been changed" },
	{ 0x29, -1, "power on or reset" },
	{ 0x2a, -1, "parameters changed" },
	{ 0x30, -1, "medium that it cannot use" },
	{ 0x31, -1, "medium format corrupted" },
	{ 0x32, -1, "no spare blocks left" },
	{ 0x3a, -1, "no medium" },
	{ 0x44, -1, "internal failure" },
	{ 0x47, -1, "transfer error" },
	{ 0x51, -1, "erase failure" },
	{ 0x5a, -1, "removal requested" },
};

static const char *const keys[16] = { "no sense", "recovered error",
	"not ready", "medium error", "hardware error", "illegal request",
	"unit attention", "write protected", "blank check", "vendor specific",
	"copy aborted", "command aborted", "reserved sense key",
	"volume overflow", "miscompare", "completed" };

const char *
scsi_sense_text(const struct scsi_sense *s)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (s->asc == codes[i].asc &&
		    (codes[i].ascq == -1 || s->ascq == codes[i].ascq))
			return codes[i].text;
	return keys[s->key & 0x0f];
}

bool
scsi_becoming_ready(const struct scsi_sense *s)
{
	return s->key == SCSI_NOT_READY && s->asc == 0x04 &&
	    (s->ascq == 0x00 || s->ascq == 0x01);
}
