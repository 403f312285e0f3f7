#include "stick/fatimage_parts.h"

#include <stdbool.h>
#include <string.h>

#include "base/cursor.h"

#define SECTOR 512

/* Offsets in an MBR. */
enum { MBR_ENTRIES = 446, MBR_ENTRY = 16, MBR_MARK = 510 };

#define TYPE_GPT 0xee /* the partition that keeps others off a GPT */

/* A GPT of 128 entries, as all tools make it, has them in its first 34 blocks:
 * what claims to be further off than this is no GPT. */
#define TABLE_MAX (1U << 20)
#define GPT_ENTRIES_MAX 128
#define GPT_ENTRY_MIN 128

/* FAT12, FAT16 or FAT32, with whatever addressing; EFI's own is FAT too. */
static bool
is_fat_type(uint8_t type)
{
	return type == 0x01 || type == 0x04 || type == 0x06 || type == 0x0b ||
	    type == 0x0c || type == 0x0e || type == 0xef;
}

static bool
all_zero(const uint8_t *p, size_t n)
{
	return p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

static void
fatimage_parts_add(struct fatimage_parts *p, uint64_t block)
{
	if (block != 0 && p->n < FATIMAGE_PARTS_MAX)
		p->block[p->n++] = block;
}

static uint64_t
take_u64le(struct cursor *c)
{
	uint64_t low = cursor_u32le(c);

	return low | (uint64_t)cursor_u32le(c) << 32;
}

/* --- GPT ----------------------------------------------------------------- */

struct gpt {
	uint64_t at; /* of its entries */
	uint32_t n, each;
};

/* Its header is in the second block, whatever size blocks have. */
static bool
gpt_header(struct gpt *g, uint32_t size, fatimage_parts_read_fn *read,
    void *arg)
{
	uint8_t s[SECTOR];
	struct cursor c = { .base = s, .len = SECTOR, .at = 72 };
	uint64_t block;

	if (read(arg, size, s, SECTOR) == -1 || memcmp(s, "EFI PART", 8) != 0)
		return false;
	block = take_u64le(&c);
	g->n = cursor_u32le(&c);
	g->each = cursor_u32le(&c);
	if (g->n > GPT_ENTRIES_MAX)
		g->n = GPT_ENTRIES_MAX;
	if (block < 2 || block > TABLE_MAX / size || g->each < GPT_ENTRY_MIN ||
	    g->each > SECTOR || SECTOR % g->each != 0)
		return false;
	g->at = block * size;
	return true;
}

static int
take_gpt(struct fatimage_parts *p, const struct gpt *g,
    fatimage_parts_read_fn *read, void *arg, struct fault *f)
{
	uint8_t s[SECTOR];

	for (uint32_t i = 0; i < g->n; i++) {
		uint64_t at = g->at + (uint64_t)i * g->each;
		size_t in = (size_t)(at % SECTOR);
		struct cursor c = { .base = s, .len = SECTOR, .at = in + 32 };

		if ((i == 0 || in == 0) && read(arg, at - in, s, SECTOR) == -1)
			return fault_set(f, (size_t)at,
			    "image ends early, within its GPT");
		if (all_zero(s + in, 16))
			continue;
		p->npartitions++;
		fatimage_parts_add(p, take_u64le(&c));
	}
	p->table = g->at + (uint64_t)g->n * g->each;
	if (p->n != 0)
		return 0;
	return fault_set(f, (size_t)g->at, "GPT has no partition");
}

/* --- MBR ----------------------------------------------------------------- */

static bool
take_mbr(struct fatimage_parts *p, const uint8_t *s)
{
	bool gpt = false;

	for (size_t i = MBR_ENTRIES; i < MBR_MARK; i += MBR_ENTRY) {
		struct cursor c = { .base = s + i, .len = MBR_ENTRY, .at = 8 };
		uint8_t type = s[i + 4];

		p->npartitions += type != 0;
		gpt = gpt || type == TYPE_GPT;
		if (is_fat_type(type))
			fatimage_parts_add(p, cursor_u32le(&c));
	}
	p->table = SECTOR;
	return gpt;
}

int
fatimage_parts_find(struct fatimage_parts *p, const uint8_t *sector,
    fatimage_parts_read_fn *read, void *arg, struct fault *f)
{
	struct gpt g;

	memset(p, 0, sizeof(*p));
	if (sector[MBR_MARK] != 0x55 || sector[MBR_MARK + 1] != 0xaa)
		return fault_set(f, 0,
		    "not a FAT image: neither a boot sector nor an MBR");
	if (take_mbr(p, sector))
		for (uint32_t size = 512; size <= 4096; size *= 8)
			if (gpt_header(&g, size, read, arg)) {
				*p = (struct fatimage_parts){ .size = size };
				return take_gpt(p, &g, read, arg, f);
			}
	if (p->n != 0)
		return 0;
	return fault_set(f, MBR_ENTRIES, "MBR has no FAT partition (it has %u)",
	    p->npartitions);
}
