#include "stick.h"

#include <err.h>
#include <string.h>
#include <unistd.h>

static uint64_t
be(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n-- != 0)
		v = v << 8 | *p++;
	return v;
}

static void
put(uint8_t *to, uint64_t v, size_t n)
{
	while (n-- != 0) {
		to[n] = (uint8_t)v;
		v >>= 8;
	}
}

void
scsi_fail(struct stick *s, uint8_t key, uint8_t asc, uint8_t ascq)
{
	s->key = key;
	s->asc = asc;
	s->ascq = ascq;
	s->status = 1;
	s->len = 0;
}

static void
inquire(struct stick *s)
{
	size_t n = strlen(s->serial);

	if ((s->cdb[1] & 1) != 0 && s->cdb[2] == 0x80) {
		memset(s->data, 0, 4);
		s->data[1] = 0x80;
		s->data[3] = (uint8_t)n;
		memcpy(s->data + 4, s->serial, n);
		s->len = 4 + (uint32_t)n;
		return;
	}
	memset(s->data, 0, 36);
	s->data[1] = s->fixed ? 0 : 0x80;
	s->data[2] = 4;
	s->data[4] = 31;
	memcpy(s->data + 8, "Example MEMDISK         1.00", 28);
	s->len = 36;
}

static void
sense(struct stick *s)
{
	memset(s->data, 0, 18);
	s->data[0] = s->key == 3 && !s->nolba ? 0xf0 : 0x70;
	s->data[2] = s->key;
	put(s->data + 3, s->sense_lba, 4);
	s->data[7] = 10;
	s->data[12] = s->asc;
	s->data[13] = s->ascq;
	s->len = 18;
	s->key = s->asc = s->ascq = 0;
}

/* Where a READ or WRITE goes; false when it was refused. */
static bool
range(struct stick *s, uint64_t *lba, uint64_t *n)
{
	bool wide = s->cdb[0] >= 0x80;

	*lba = wide ? be(s->cdb + 2, 8) : be(s->cdb + 2, 4);
	*n = wide ? be(s->cdb + 10, 4) : be(s->cdb + 7, 2);
	/* A capacity of more blocks than there are may be an honest one of a
	 * sparse medium, tested at its beginning; or a lie. */
	if (*lba + *n > s->nblocks || *n * s->block > DATA_MAX) {
		scsi_fail(s, 5, 0x21, 0);
		return false;
	}
	if (s->ioerror >= 0 && *lba <= (uint64_t)s->ioerror &&
	    (uint64_t)s->ioerror < *lba + *n) {
		s->sense_lba = (uint32_t)s->ioerror;
		scsi_fail(s, 3, (s->cdb[0] & 0x0f) == 0x0a ? 0x0c : 0x11, 0);
		return false;
	}
	return true;
}

static void
read_blocks(struct stick *s)
{
	uint64_t lba, n;

	if (!range(s, &lba, &n))
		return;
	s->len = (uint32_t)(n * s->block);
	if (pread(s->fd, s->data, s->len, (off_t)(lba * s->block)) !=
	    (ssize_t)s->len)
		err(2, "%s", s->path);
}

static void
write_blocks(struct stick *s)
{
	uint64_t lba, n;

	if (s->protected) {
		scsi_fail(s, 7, 0x27, 0);
		return;
	}
	if (!range(s, &lba, &n))
		return;
	if (s->flip >= 0 && lba <= (uint64_t)s->flip &&
	    (uint64_t)s->flip < lba + n)
		s->data[((uint64_t)s->flip - lba) * s->block + 7] ^= 0x10;
	if (pwrite(s->fd, s->data, s->len, (off_t)(lba * s->block)) !=
	    (ssize_t)s->len)
		err(2, "%s", s->path);
	s->nwritten += n;
}

static void
capacity(struct stick *s, bool wide)
{
	memset(s->data, 0, 32);
	if (wide) {
		put(s->data, s->capacity - 1, 8);
		put(s->data + 8, s->block, 4);
		s->len = 32;
		return;
	}
	put(s->data, s->capacity > UINT32_MAX ? UINT32_MAX : s->capacity - 1,
	    4);
	put(s->data + 4, s->block, 4);
	s->len = 8;
}

/* True when the command is not to be looked at. */
static bool
not_ready(struct stick *s)
{
	uint8_t op = s->cdb[0];

	if (op == 0x12 || op == 0x03)
		return false;
	if (s->attention != 0) {
		s->attention--;
		scsi_fail(s, 6, 0x29, 0);
		return true;
	}
	if (s->nomedium) {
		scsi_fail(s, 2, 0x3a, 0);
		return true;
	}
	if (op == 0x00 && s->starting != 0) {
		s->starting--;
		scsi_fail(s, 2, 0x04, 1);
		return true;
	}
	return false;
}

void
scsi_execute(struct stick *s)
{
	s->status = 0;
	if (not_ready(s))
		return;
	switch (s->cdb[0]) {
	case 0x00:
	case 0x35:
		break;
	case 0x03:
		sense(s);
		break;
	case 0x12:
		inquire(s);
		break;
	case 0x1a:
		memset(s->data, 0, 4);
		s->data[0] = 3;
		s->data[2] = s->protected ? 0x80 : 0;
		s->len = 4;
		break;
	case 0x25:
		capacity(s, false);
		break;
	case 0x9e:
		capacity(s, true);
		break;
	case 0x28:
	case 0x88:
		read_blocks(s);
		break;
	default:
		scsi_fail(s, 5, 0x20, 0);
	}
}

bool
scsi_is_write(const struct stick *s)
{
	return s->cdb[0] == 0x2a || s->cdb[0] == 0x8a;
}

void
scsi_write(struct stick *s)
{
	s->status = 0;
	if (!not_ready(s))
		write_blocks(s);
}
