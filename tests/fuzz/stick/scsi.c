/*
 * Whatever a stick answers: texts are printable and end, sizes are ones that
 * can be counted in, every sense has words.  The first byte says which reply
 * it is.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stick/scsi.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int truth)
{
	if (!truth)
		abort();
}

static void
must_print(const char *s, size_t max)
{
	size_t n = strnlen(s, max + 1);

	must(n <= max);
	for (size_t i = 0; i < n; i++)
		must(s[i] >= ' ' && s[i] <= '~');
	must(n == 0 || (s[0] != ' ' && s[n - 1] != ' '));
}

static void
must_count(const struct scsi_capacity *cap)
{
	struct bot_command c;

	must(cap->block >= SCSI_BLOCK_MIN && cap->block <= SCSI_BLOCK_MAX);
	must((cap->block & (cap->block - 1)) == 0);
	must(cap->nblocks != 0 && cap->nblocks <= INT64_MAX / cap->block);
	scsi_read(&c, cap->nblocks - 1, 1, cap->block);
	must(c.len == cap->block);
	must((c.ncdb == 10) == (cap->nblocks - 1 <= UINT32_MAX));
}

static void
identity(const uint8_t *data, size_t size)
{
	struct scsi_identity id;

	if (scsi_identity_decode(&id, data, size, NULL) == -1)
		return;
	must_print(id.vendor, 8);
	must_print(id.product, 16);
	must_print(id.revision, 4);
}

static void
serial(const uint8_t *data, size_t size)
{
	char text[SCSI_SERIAL_LEN + 1];

	if (scsi_serial_decode(text, data, size, NULL) == 0)
		must_print(text, SCSI_SERIAL_LEN);
}

static void
capacity(const uint8_t *data, size_t size)
{
	struct scsi_capacity cap;
	bool larger;

	if (scsi_capacity10_decode(&cap, &larger, data, size, NULL) == 0 &&
	    !larger)
		must_count(&cap);
	if (scsi_capacity16_decode(&cap, data, size, NULL) == 0)
		must_count(&cap);
}

static void
sense(const uint8_t *data, size_t size)
{
	struct scsi_sense s;

	if (scsi_sense_decode(&s, data, size, NULL) == -1)
		return;
	must(s.key <= 15);
	must_print(scsi_sense_text(&s), 40);
	must(!scsi_becoming_ready(&s) || s.key == SCSI_NOT_READY);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool on;

	if (size == 0)
		return 0;
	switch (data[0] % 5) {
	case 0:
		identity(data + 1, size - 1);
		break;
	case 1:
		serial(data + 1, size - 1);
		break;
	case 2:
		capacity(data + 1, size - 1);
		break;
	case 3:
		(void)scsi_protected_decode(&on, data + 1, size - 1, NULL);
		break;
	default:
		sense(data + 1, size - 1);
	}
	return 0;
}
