#include "stick/fatimage.h"

#include <string.h>

#include "base/cursor.h"
#include "stick/fatimage_name.h"
#include "stick/fatimage_parts.h"
#include "base/text.h"

#define ENTRY 32 /* bytes of a directory entry */

/* Below, FAT12; from the second on, FAT32: by count of clusters alone. */
#define FAT16_MIN 4085
#define FAT32_MIN 65525

/* Most entries that a folder may have. */
#define FOLDER_MAX 65536

enum { ATTR_LABEL = 0x08, ATTR_FOLDER = 0x10, ATTR_LONG = 0x0f };

static const char name[11] = { 'S', 'E', 'T', 'U', 'P', ' ', ' ', ' ', 'B', 'I',
	'N' };

/* --- reading: the boot sector -------------------------------------------- */

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
take_boot(const uint8_t *s)
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
check_boot(const struct boot *b, uint64_t at, struct fault *f)
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

/* Without its padding; what is not ASCII is of some codepage. */
static void
take_label(struct fatimage *img, const uint8_t *label)
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
take_volume(struct fatimage *img, const uint8_t *s, struct fault *f)
{
	const struct boot b = take_boot(s);
	uint64_t root = (uint64_t)b.reserved + (uint64_t)b.nfats * b.fat;
	uint64_t root_len = (b.nroot * ENTRY + b.sector - 1) / b.sector;
	uint64_t data = root + root_len;
	uint64_t room;

	if (check_boot(&b, img->volume, f) == -1)
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
	take_label(img, b.label);
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

static int
read_sector(struct fatimage *img, uint64_t at, uint8_t *s, struct fault *f)
{
	if (img->read(img->arg, at, s, FATIMAGE_SECTOR) == 0)
		return 0;
	return fault_set(f, (size_t)at, "image ends early (expected a sector)");
}

/* --- reading: the FAT ---------------------------------------------------- */

/* The sector that has offset at, in the window. */
static int
look(struct fatimage *img, uint64_t at, struct fault *f)
{
	uint64_t from = at - at % FATIMAGE_SECTOR;

	if (img->window_len != 0 && img->window_at == from)
		return 0;
	img->window_len = 0;
	if (read_sector(img, from, img->window, f) == -1)
		return -1;
	img->window_at = from;
	img->window_len = FATIMAGE_SECTOR;
	return 0;
}

/* A few bytes at an offset; two sectors may share them. */
static int
peek(struct fatimage *img, uint64_t at, uint8_t *to, size_t len,
    struct fault *f)
{
	while (len != 0) {
		size_t in = (size_t)(at % FATIMAGE_SECTOR);
		size_t n =
		    FATIMAGE_SECTOR - in < len ? FATIMAGE_SECTOR - in : len;

		if (look(img, at, f) == -1)
			return -1;
		memcpy(to, img->window + in, n);
		to += n;
		at += n;
		len -= n;
	}
	return 0;
}

static uint64_t
fat_offset(const struct fatimage *img, uint32_t cluster)
{
	return img->fat + (uint64_t)cluster * img->bits / 8;
}

/* The entry of a cluster; -1 with *f filled when it cannot be read. */
static int
next_cluster(struct fatimage *img, uint32_t cluster, uint32_t *next,
    struct fault *f)
{
	uint8_t b[4] = { 0 };

	if (peek(img, fat_offset(img, cluster), b, img->bits == 32 ? 4 : 2,
	        f) == -1)
		return -1;
	*next = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	    (uint32_t)b[3] << 24;
	if (img->bits == 12)
		*next = cluster % 2 == 0 ? *next & 0xfff : *next >> 4;
	*next &= 0x0fffffff; /* 28 bits count, of FAT32's 32 */
	return 0;
}

static bool
is_cluster(const struct fatimage *img, uint32_t n)
{
	return n >= 2 && n - 2 < img->nclusters;
}

static bool
is_end(const struct fatimage *img, uint32_t n)
{
	return n >= (img->bits == 32          ? 0x0ffffff8U
	                    : img->bits == 16 ? 0xfff8U
	                                      : 0xff8U);
}

static uint64_t
cluster_offset(const struct fatimage *img, uint32_t cluster)
{
	return img->data + (uint64_t)(cluster - 2) * img->cluster;
}

static bool
in_file(const struct fatimage_file *file, uint32_t cluster)
{
	for (size_t i = 0; i < file->nruns; i++)
		if (cluster - file->run[i].first < file->run[i].n)
			return true;
	return false;
}

/* Appends a cluster to the file's runs; -1 when it has too many. */
static int
add_cluster(struct fatimage_file *file, uint32_t cluster)
{
	if (file->nruns != 0) {
		struct fatimage_run *run = &file->run[file->nruns - 1];

		if (cluster == run->first + run->n) {
			run->n++;
			return 0;
		}
	}
	if (file->nruns == FATIMAGE_RUNS_MAX)
		return -1;
	file->run[file->nruns++] = (struct fatimage_run){ cluster, 1 };
	return 0;
}

/*
 * Follows the chain for as many clusters as the length needs and finds its
 * end there: a chain that comes back to itself has none.
 */
static int
take_chain(struct fatimage *img, struct fatimage_file *file, uint32_t first,
    struct fault *f)
{
	uint32_t need =
	    (uint32_t)(((uint64_t)file->len + img->cluster - 1) / img->cluster);
	uint64_t from = file->entry + 26; /* where first stands */
	uint32_t c = first;

	for (uint32_t i = 0; i < need; i++) {
		if (!is_cluster(img, c))
			return fault_set(f, (size_t)from,
			    "cluster chain of SETUP.BIN breaks off (got "
			    "cluster %u after %u of %u)",
			    c, i, need);
		if (add_cluster(file, c) == -1)
			return fault_set(f, (size_t)from,
			    "SETUP.BIN is in more than %d pieces",
			    FATIMAGE_RUNS_MAX);
		from = fat_offset(img, c);
		if (next_cluster(img, c, &c, f) == -1)
			return -1;
	}
	if (is_end(img, c))
		return 0;
	return fault_set(f, (size_t)from,
	    "cluster chain of SETUP.BIN does not end with the file (cluster "
	    "%u follows its %u): it loops or is crossed with another",
	    c, need);
}

/* No other chain may lead into the file. */
static int
check_alone(struct fatimage *img, const struct fatimage_file *file,
    struct fault *f)
{
	for (uint32_t c = 2; c - 2 < img->nclusters; c++) {
		uint32_t next;

		if (next_cluster(img, c, &next, f) == -1)
			return -1;
		if (in_file(file, next) && !in_file(file, c))
			return fault_set(f, (size_t)fat_offset(img, c),
			    "SETUP.BIN is crossed with another file (cluster "
			    "%u leads to its cluster %u)",
			    c, next);
	}
	return 0;
}

/* --- reading: the root folder -------------------------------------------- */

struct folder {
	uint32_t i;       /* entries so far */
	uint32_t cluster; /* of FAT32: where entry i stands */
};

/* Offset of the next entry in *at: 1, 0 at the end of the folder's space. */
static int
next_entry(struct fatimage *img, struct folder *d, uint64_t *at,
    struct fault *f)
{
	uint32_t each = img->cluster / ENTRY;
	uint32_t in = d->i % each;

	if (img->bits != 32) {
		*at = img->root + (uint64_t)d->i * ENTRY;
		return d->i++ < img->nroot;
	}
	if (d->i == 0)
		d->cluster = img->root_cluster;
	else if (in == 0 && next_cluster(img, d->cluster, &d->cluster, f) == -1)
		return -1;
	if (d->i != 0 && in == 0 && is_end(img, d->cluster))
		return 0;
	if (!is_cluster(img, d->cluster) || d->i == FOLDER_MAX)
		return fault_set(f, (size_t)img->volume + 44,
		    "cluster chain of the root folder breaks off or loops "
		    "(got cluster %u)",
		    d->cluster);
	*at = cluster_offset(img, d->cluster) + (uint64_t)in * ENTRY;
	d->i++;
	return 1;
}

/* The next entry of a file or folder: 1 and its bytes, 0 at the end. */
static int
next_file(struct fatimage *img, struct folder *d, uint64_t *at,
    uint8_t entry[ENTRY], struct fault *f)
{
	int more;

	while ((more = next_entry(img, d, at, f)) == 1) {
		if (peek(img, *at, entry, ENTRY, f) == -1)
			return -1;
		if (entry[0] == 0)
			return 0;
		if (entry[0] == 0xe5)
			continue; /* erased */
		if ((entry[11] & ATTR_LABEL) == 0)
			return 1;
		/* A label, or a piece of a long name. */
		if ((entry[11] & ATTR_LONG) == ATTR_LABEL)
			take_label(img, entry);
	}
	return more;
}

/* Without a word: what is wrong is told when it is looked for. */
static bool
has_setup(struct fatimage *img)
{
	struct folder d = { 0 };
	uint8_t entry[ENTRY];
	uint64_t at;

	while (next_file(img, &d, &at, entry, NULL) == 1)
		if (memcmp(entry, name, sizeof(name)) == 0)
			return true;
	return false;
}

static uint32_t
first_cluster(const struct fatimage *img, const uint8_t entry[ENTRY])
{
	uint32_t low = (uint32_t)entry[26] | (uint32_t)entry[27] << 8;

	if (img->bits != 32)
		return low;
	return low | (uint32_t)entry[20] << 16 | (uint32_t)entry[21] << 24;
}

static int
take_entry(struct fatimage_file *file, uint64_t at, const uint8_t entry[ENTRY],
    struct fault *f)
{
	struct cursor c = { .base = entry, .len = ENTRY, .at = 28 };

	if (file->entry != 0)
		return fault_set(f, (size_t)at,
		    "SETUP.BIN stands twice in the root folder");
	if (entry[11] & ATTR_FOLDER)
		return fault_set(f, (size_t)at, "SETUP.BIN is a folder");
	file->entry = at;
	file->len = cursor_u32le(&c);
	file->before = file->others;
	if (file->len == 0)
		return fault_set(f, (size_t)at + 28, "SETUP.BIN is empty");
	return 0;
}

/* Does anything else in the root begin in a cluster of the file? */
static int
check_root(struct fatimage *img, const struct fatimage_file *file,
    struct fault *f)
{
	struct folder d = { 0 };
	uint8_t entry[ENTRY];
	uint64_t at;
	int more;

	if (img->bits == 32 && in_file(file, img->root_cluster))
		return fault_set(f, (size_t)img->volume + 44,
		    "SETUP.BIN is crossed with the root folder");
	while ((more = next_file(img, &d, &at, entry, f)) == 1)
		if (at != file->entry &&
		    in_file(file, first_cluster(img, entry)))
			return fault_set(f, (size_t)at + 26,
			    "SETUP.BIN is crossed with another file (of the "
			    "root folder)");
	return more;
}

/* A file that was meant to be SETUP.BIN, in like: true, else there is none. */
static bool
find_like(struct fatimage *img, char like[FATIMAGE_NAME_LONG])
{
	struct folder d = { 0 };
	uint8_t entry[ENTRY];
	uint64_t at;

	memset(like, 0, FATIMAGE_NAME_LONG);
	while (next_entry(img, &d, &at, NULL) == 1 &&
	    peek(img, at, entry, ENTRY, NULL) == 0 && entry[0] != 0) {
		if ((entry[11] & 0x3f) == ATTR_LONG && entry[0] != 0xe5) {
			fatimage_name_piece(like, entry);
			continue;
		}
		if (entry[0] != 0xe5 &&
		    (entry[11] & (ATTR_LABEL | ATTR_FOLDER)) == 0) {
			if (like[0] == '\0')
				fatimage_name_short(like, entry);
			if (fatimage_name_resembles(like))
				return true;
		}
		like[0] = '\0';
	}
	return false;
}

static int
not_found(struct fatimage *img, uint32_t nothers, struct fault *f)
{
	size_t at = (size_t)(img->bits == 32 ? img->volume : img->root);
	char like[FATIMAGE_NAME_LONG], shown[64];

	if (!find_like(img, like))
		return fault_set(f, at,
		    "no SETUP.BIN in the root folder (it has %u others)",
		    nothers);
	text_show(shown, sizeof(shown), like, strlen(like));
	return fault_set(f, at,
	    "no SETUP.BIN in the root folder, only \"%s\": the firmware wants "
	    "exactly setup.bin, so rename it on the stick",
	    shown);
}

int
fatimage_find(struct fatimage *img, struct fatimage_file *file, struct fault *f)
{
	struct folder d = { 0 };
	uint8_t entry[ENTRY];
	uint32_t first = 0;
	uint64_t at;
	int more;

	memset(file, 0, sizeof(*file));
	while ((more = next_file(img, &d, &at, entry, f)) == 1) {
		if (memcmp(entry, name, sizeof(name)) != 0) {
			file->others++;
			continue;
		}
		if (take_entry(file, at, entry, f) == -1)
			return -1;
		first = first_cluster(img, entry);
	}
	if (more == -1)
		return -1;
	if (file->entry == 0)
		return not_found(img, file->others, f);
	if (take_chain(img, file, first, f) == -1 ||
	    check_root(img, file, f) == -1)
		return -1;
	return check_alone(img, file, f);
}

/* --- reading: which volume ----------------------------------------------- */

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
		if (read_sector(img, img->volume, s, f) == -1 && size == first)
			return -1;
		if (is_boot_sector(s))
			return take_volume(img, s, f);
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
		if (has_setup(&one)) {
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
	if (read_sector(img, 0, s, f) == -1)
		return -1;
	if (is_boot_sector(s))
		return take_volume(img, s, f);
	if (fatimage_parts_find(&parts, s, read, arg, f) == -1)
		return -1;
	img->table = parts.table;
	img->npartitions = parts.npartitions;
	return open_partitions(img, &parts, f);
}

uint64_t
fatimage_space(const struct fatimage *img, const struct fatimage_file *file,
    size_t i, uint64_t *len)
{
	*len = (uint64_t)file->run[i].n * img->cluster;
	return cluster_offset(img, file->run[i].first);
}

uint64_t
fatimage_run(const struct fatimage *img, const struct fatimage_file *file,
    size_t i, uint64_t *len)
{
	uint64_t before = 0;

	for (size_t j = 0; j < i; j++)
		before += (uint64_t)file->run[j].n * img->cluster;
	*len = (uint64_t)file->run[i].n * img->cluster;
	if (*len > file->len - before)
		*len = file->len - before;
	return cluster_offset(img, file->run[i].first);
}
