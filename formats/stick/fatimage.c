#include "stick/fatimage_read.h"

#include <string.h>

#include "base/cursor.h"
#include "stick/fatimage_parts.h"

/* Below, FAT12; from the second on, FAT32: by count of clusters alone. */
#define FAT16_MIN 4085
#define FAT32_MIN 65525

/* --- the boot sector ----------------------------------------------------- */

static bool
is_power_of_2(uint32_t n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

/* A boot sector begins with a jump over its fields. */
static bool
is_boot_sector(const uint8_t *s)
{
	uint32_t sector = (uint32_t)s[11] | (uint32_t)s[12] << 8;

	return (s[0] == 0xeb || s[0] == 0xe9) && is_power_of_2(sector) &&
	    sector >= 512 && sector <= 4096 && is_power_of_2(s[13]);
}

/* The fields as they stand. */
struct boot {
	uint32_t sector, cluster, reserved, nfats, nroot, nsectors, fat;
	uint32_t root_cluster, active;
	bool fat32;
	const uint8_t *label; /* in the sector; NULL: none */
};

static struct boot
boot_fields(const uint8_t *s)
{
	struct cursor c = { .base = s, .len = FATIMAGE_SECTOR, .at = 11 };
	struct boot b = { 0 };
	uint32_t large;

	b.sector = cursor_u16le(&c);
	b.cluster = cursor_u8(&c);
	b.reserved = cursor_u16le(&c);
	b.nfats = cursor_u8(&c);
	b.nroot = cursor_u16le(&c);
	b.nsectors = cursor_u16le(&c);
	(void)cursor_u8(&c); /* media */
	b.fat = cursor_u16le(&c);
	c.at = 32;
	large = cursor_u32le(&c);
	if (b.nsectors == 0)
		b.nsectors = large;
	b.fat32 = b.fat == 0;
	/* 0x29: the label is there, behind the volume id. */
	c.at = b.fat32 ? 66 : 38;
	b.label = cursor_u8(&c) == 0x29 ? s + c.at + 4 : NULL;
	if (!b.fat32)
		return b;
	c.at = 36;
	b.fat = cursor_u32le(&c);
	b.active = cursor_u16le(&c);
	/* Bit 7: only the FAT of that number is kept. */
	b.active = b.active & 0x80 ? b.active & 0x0f : 0;
	c.at = 44;
	b.root_cluster = cursor_u32le(&c);
	return b;
}

static int
boot_check(const struct boot *b, uint64_t at, struct fault *f)
{
	if (b->reserved == 0 || b->nfats == 0 || b->fat == 0 ||
	    b->nsectors == 0)
		return fault_set(f, (size_t)at,
		    "boot sector has no FAT (reserved %u, FATs %u of %u "
		    "sectors, %u sectors in all)",
		    b->reserved, b->nfats, b->fat, b->nsectors);
	if (b->active >= b->nfats)
		return fault_set(f, (size_t)at + 40,
		    "active FAT is not there (got %u of %u)", b->active,
		    b->nfats);
	if (b->fat32 == (b->nroot == 0))
		return 0;
	return fault_set(f, (size_t)at + 17,
	    "root folder has the wrong number of entries (got %u)", b->nroot);
}

void
fatimage_set_label(struct fatimage *img, const uint8_t *label)
{
	size_t len = FATIMAGE_LABEL;

	if (label == NULL || memcmp(label, "NO NAME    ", FATIMAGE_LABEL) == 0)
		return;
	while (len > 0 && (label[len - 1] == ' ' || label[len - 1] == '\0'))
		len--;
	for (size_t i = 0; i < len; i++)
		img->label[i] =
		    label[i] >= ' ' && label[i] <= '~' ? (char)label[i] : '_';
	img->label[len] = '\0';
}

static int
boot_volume(struct fatimage *img, const uint8_t *s, struct fault *f)
{
	const struct boot b = boot_fields(s);
	uint64_t root = (uint64_t)b.reserved + (uint64_t)b.nfats * b.fat;
	uint64_t root_len =
	    (b.nroot * FATIMAGE_ENTRY + b.sector - 1) / b.sector;
	uint64_t data = root + root_len;
	uint64_t room;

	if (boot_check(&b, img->volume, f) == -1)
		return -1;
	if (data + b.cluster > b.nsectors)
		return fault_set(f, (size_t)img->volume + 19,
		    "volume has no room for files (got %u sectors, files "
		    "begin at %llu)",
		    b.nsectors, (unsigned long long)data);
	img->cluster = b.cluster * b.sector;
	img->nclusters = (uint32_t)((b.nsectors - data) / b.cluster);
	img->bits = b.fat32 ? 32 : img->nclusters < FAT16_MIN ? 12 : 16;
	img->nroot = b.nroot;
	img->root_cluster = b.root_cluster;
	fatimage_set_label(img, b.label);
	if (img->bits == 16 && img->nclusters >= FAT32_MIN)
		return fault_set(f, (size_t)img->volume + 13,
		    "volume has too many clusters for FAT16 (got %u)",
		    img->nclusters);
	img->end = img->volume + (uint64_t)b.nsectors * b.sector;
	img->fat = img->volume +
	    ((uint64_t)b.reserved + (uint64_t)b.active * b.fat) * b.sector;
	img->root = img->volume + root * b.sector;
	img->data = img->volume + data * b.sector;
	room = (uint64_t)b.fat * b.sector * 8 / img->bits;
	if (img->nclusters + UINT64_C(2) <= room && img->nclusters < 1U << 28)
		return 0;
	return fault_set(f, (size_t)img->volume + 22,
	    "FAT is too small for its volume (has %llu entries, expected %u)",
	    (unsigned long long)room, img->nclusters + 2);
}

/* --- which volume -------------------------------------------------------- */

/* An MBR counts in blocks of its stick: 512 bytes, or 4,096 on a few. */
static int
open_partition(struct fatimage *img, const struct fatimage_parts *parts,
    size_t i, struct fault *f)
{
	uint32_t last = parts->size != 0 ? parts->size : 4096;
	uint32_t first = parts->size != 0 ? parts->size : 512;
	uint8_t s[FATIMAGE_SECTOR];

	for (uint32_t size = first; size <= last; size *= 8) {
		if (parts->block[i] > INT64_MAX / size ||
		    parts->block[i] * size < parts->table)
			break;
		img->volume = parts->block[i] * size;
		if (fatimage_sector(img, img->volume, s, f) == -1 &&
		    size == first)
			return -1;
		if (is_boot_sector(s))
			return boot_volume(img, s, f);
	}
	return fault_set(f, (size_t)(parts->block[i] * first),
	    "partition has no FAT boot sector");
}

/*
 * The first partition that has SETUP.BIN; where none has, the only one that is
 * FAT, for whoever asks for a file there.
 */
static int
open_partitions(struct fatimage *img, const struct fatimage_parts *parts,
    struct fault *f)
{
	struct fatimage one, only;
	struct fault why;
	size_t nfat = 0;

	for (size_t i = 0; i < parts->n; i++) {
		one = *img;
		if (open_partition(&one, parts, i, &why) == -1) {
			if (i == 0 && f != NULL)
				*f = why;
			continue;
		}
		if (fatimage_has_setup(&one)) {
			*img = one;
			return 0;
		}
		if (nfat++ == 0)
			only = one;
	}
	if (nfat == 1)
		*img = only;
	if (nfat <= 1)
		return nfat == 1 ? 0 : -1;
	return fault_set(f, 0,
	    "no SETUP.BIN in the root folder of any partition (%zu are FAT)",
	    nfat);
}

int
fatimage_open(struct fatimage *img, fatimage_read_fn *read, void *arg,
    struct fault *f)
{
	uint8_t s[FATIMAGE_SECTOR];
	struct fatimage_parts parts;

	*img = (struct fatimage){ .read = read, .arg = arg };
	if (fatimage_sector(img, 0, s, f) == -1)
		return -1;
	if (is_boot_sector(s))
		return boot_volume(img, s, f);
	if (fatimage_parts_find(&parts, s, read, arg, f) == -1)
		return -1;
	img->table = parts.table;
	img->npartitions = parts.npartitions;
	return open_partitions(img, &parts, f);
}
