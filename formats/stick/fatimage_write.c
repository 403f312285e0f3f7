/* The writing half of fatimage.h. */
#include <assert.h>
#include <string.h>
#include <time.h>

#include "stick/fatimage.h"
#include "base/writer.h"

#define ENTRY 32  /* bytes of a directory entry */
#define NROOT 512 /* entries of FAT16's root folder */
#define ROOT_SECTORS (NROOT * ENTRY / FATIMAGE_SECTOR)
#define MEDIA 0xf8 /* fixed disk */
#define NFATS 2

/* FAT32 as Windows has it: FSInfo follows the boot sector, a copy of both
 * stands at 6, the root folder is the first cluster. */
#define RESERVED32 32
#define FSINFO 1
#define BACKUP 6
#define ROOT_CLUSTER 2

/* By count of clusters alone FAT16 has 4,085 to 65,524 of them.  Drivers are
 * off by a few; the specification advises to keep 16 away. */
#define FAT16_MIN (4085 + 16)
#define FAT16_MAX (65524 - 16)
#define FAT32_MIN (65525 + 16)

/* As BIOSes translate the geometry of sticks. */
#define HEADS 255
#define TRACK 63

enum { ATTR_LABEL = 0x08, ATTR_ARCHIVE = 0x20 };

/* INT 18h: not bootable, let the BIOS try its next device; halt. */
static const uint8_t code[] = { 0xcd, 0x18, 0xf4, 0xeb, 0xfd };

/* --- the plan ------------------------------------------------------------ */

int
fatimage_label(char label[FATIMAGE_LABEL + 1], const char *text,
    struct fault *f)
{
	size_t len = strlen(text);

	if (len > FATIMAGE_LABEL)
		return fault_set(f, 0,
		    "volume label is too long (has %zu characters, expected "
		    "at most %d)",
		    len, FATIMAGE_LABEL);
	for (size_t i = 0; i <= len; i++) {
		char c = text[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		label[i] = c;
		if (i < len &&
		    (c < ' ' || c > '~' || (c == ' ' && i == 0) ||
		        strchr("\"*+,./:;<=>?[\\]|", c) != NULL))
			return fault_set(f, i,
			    "volume label has a character that FAT does not "
			    "allow (at place %zu)",
			    i + 1);
	}
	return 0;
}

/* What Windows takes (its tables DskTableFAT16 and DskTableFAT32). */
static uint32_t
cluster_sectors(const struct fatimage_shape *shape)
{
	uint32_t mb = shape->mb;

	if (shape->bits == 32)
		return mb <= 260 ? 1 : 8;
	if (mb <= 16)
		return 2;
	if (mb <= 128)
		return 4;
	if (mb <= 256)
		return 8;
	return mb <= 512 ? 16 : mb <= 1024 ? 32 : 64;
}

/* The fewest sectors of FAT that hold an entry for each cluster left. */
static void
size_fat(struct fatimage_plan *p)
{
	uint32_t each = FATIMAGE_SECTOR * 8 / p->shape.bits;
	uint32_t root = p->shape.bits == 32 ? 0 : ROOT_SECTORS;
	uint32_t before;

	p->fat = 0;
	do {
		p->fat++;
		before = p->reserved + NFATS * p->fat + root;
		p->nclusters = (p->volume - before) / p->cluster;
	} while (p->fat * each < p->nclusters + 2);
	if (p->shape.bits == 16 && p->nclusters > FAT16_MAX) {
		p->nclusters = FAT16_MAX;
		p->volume = before + p->nclusters * p->cluster;
	}
	p->nhead = p->start + before;
}

int
fatimage_plan(struct fatimage_plan *p, const struct fatimage_shape *shape,
    uint32_t len, struct fault *f)
{
	uint32_t min = shape->bits == 32 ? FATIMAGE_MB_MIN32 : FATIMAGE_MB_MIN;
	uint32_t room;

	assert(shape->bits == 16 || shape->bits == 32);
	if (shape->mbr)
		min++;
	if (shape->mb < min || shape->mb > FATIMAGE_MB_MAX)
		return fault_set(f, 0,
		    "image size is out of range (got %u MB, expected %u to "
		    "%d for FAT%u%s)",
		    shape->mb, min, FATIMAGE_MB_MAX, shape->bits,
		    shape->mbr ? " with an MBR" : "");
	if (len == 0)
		return fault_set(f, 0, "file is empty");
	*p = (struct fatimage_plan){ .shape = *shape,
		.nsectors = shape->mb * 2048,
		.len = len,
		.start = shape->mbr ? FATIMAGE_START : 0,
		.cluster = cluster_sectors(shape),
		.reserved = shape->bits == 32 ? RESERVED32 : 1,
		.first = shape->bits == 32 ? ROOT_CLUSTER + 1 : 2 };
	p->volume = p->nsectors - p->start;
	size_fat(p);
	assert(p->nclusters >= (shape->bits == 32 ? FAT32_MIN : FAT16_MIN));
	p->nhead += (p->first - 2) * p->cluster;
	room = p->nclusters - (p->first - 2);
	if ((uint64_t)room * p->cluster * FATIMAGE_SECTOR >= len)
		return 0;
	return fault_set(f, 0,
	    "file does not fit into an image of %u MB (it has %u bytes)",
	    shape->mb, len);
}

/* --- sectors ------------------------------------------------------------- */

static void
put_signature(struct writer *w)
{
	writer_fill(w, 0, FATIMAGE_SECTOR - 2 - w->len);
	writer_u8(w, 0x55);
	writer_u8(w, 0xaa);
}

/* Cylinder, head and sector of a sector; the last there are when it is too
 * far behind for them. */
static void
put_chs(struct writer *w, uint32_t sector)
{
	uint32_t cylinder = sector / (HEADS * TRACK);
	uint32_t head = sector / TRACK % HEADS;
	uint32_t in = sector % TRACK + 1;

	if (cylinder > 1023) {
		cylinder = 1023;
		head = HEADS - 1;
		in = TRACK;
	}
	writer_u8(w, (uint8_t)head);
	writer_u8(w, (uint8_t)(in | (cylinder >> 8) << 6));
	writer_u8(w, (uint8_t)cylinder);
}

static void
put_mbr(struct writer *w, const struct fatimage_plan *p)
{
	/* 0x0b is what an image has that was seen to work (rgl/amt-setupbin);
	 * 0x04 and 0x06 are FAT16 below and from 32 MB on. */
	uint8_t type = p->shape.bits == 32 ? 0x0b
	    : p->volume < 65536            ? 0x04
	                                   : 0x06;

	writer_bytes(w, code, sizeof(code));
	writer_fill(w, 0, 440 - w->len);
	writer_u32le(w, p->shape.volume_id); /* of the disk */
	writer_u16le(w, 0);
	writer_u8(w, 0); /* not active */
	put_chs(w, p->start);
	writer_u8(w, type);
	put_chs(w, p->start + p->volume - 1);
	writer_u32le(w, p->start);
	writer_u32le(w, p->volume);
	put_signature(w);
}

static void
put_label(struct writer *w, const struct fatimage_plan *p)
{
	const char *label = p->shape.label;

	if (label[0] == '\0')
		label = "NO NAME";
	writer_text(w, label);
	writer_fill(w, ' ', FATIMAGE_LABEL - strlen(label));
}

static void
put_boot_sector(struct writer *w, const struct fatimage_plan *p)
{
	bool fat32 = p->shape.bits == 32;
	bool small = !fat32 && p->volume < 65536;

	writer_u8(w, 0xeb);
	writer_u8(w, fat32 ? 0x58 : 0x3c);
	writer_u8(w, 0x90);
	writer_text(w, "MSWIN4.1"); /* the name that drivers expect */
	writer_u16le(w, FATIMAGE_SECTOR);
	writer_u8(w, (uint8_t)p->cluster);
	writer_u16le(w, (uint16_t)p->reserved);
	writer_u8(w, NFATS);
	writer_u16le(w, fat32 ? 0 : NROOT);
	writer_u16le(w, small ? (uint16_t)p->volume : 0);
	writer_u8(w, MEDIA);
	writer_u16le(w, fat32 ? 0 : (uint16_t)p->fat);
	writer_u16le(w, TRACK);
	writer_u16le(w, HEADS);
	writer_u32le(w, p->start); /* sectors before the volume */
	writer_u32le(w, small ? 0 : p->volume);
	if (fat32) {
		writer_u32le(w, p->fat);
		writer_u16le(w, 0); /* both FATs are kept alike */
		writer_u16le(w, 0); /* version */
		writer_u32le(w, ROOT_CLUSTER);
		writer_u16le(w, FSINFO);
		writer_u16le(w, BACKUP);
		writer_fill(w, 0, 12);
	}
	writer_u8(w, 0x80); /* drive */
	writer_u8(w, 0);
	writer_u8(w, 0x29); /* the next three fields are there */
	writer_u32le(w, p->shape.volume_id);
	put_label(w, p);
	writer_text(w, fat32 ? "FAT32   " : "FAT16   ");
	writer_bytes(w, code, sizeof(code));
	put_signature(w);
}

/* Clusters of the file. */
static uint32_t
file_clusters(const struct fatimage_plan *p)
{
	uint32_t bytes = p->cluster * FATIMAGE_SECTOR;

	return (uint32_t)(((uint64_t)p->len + bytes - 1) / bytes);
}

static void
put_fsinfo(struct writer *w, const struct fatimage_plan *p)
{
	uint32_t next = p->first + file_clusters(p);
	uint32_t nfree = p->nclusters + 2 - next;

	writer_text(w, "RRaA");
	writer_fill(w, 0, 480);
	writer_text(w, "rrAa");
	writer_u32le(w, nfree);
	writer_u32le(w,
	    nfree != 0 ? next : 0xffffffff); /* the first free one */
	put_signature(w);
}

static uint32_t
fat_entry(const struct fatimage_plan *p, uint32_t i, uint32_t last)
{
	if (i == 0)
		return 0x0fffff00 | MEDIA;
	if (i == 1 || i == last || i < p->first)
		return 0x0fffffff;
	return i < last ? i + 1 : 0;
}

/* Entries of one sector of a FAT: the file's clusters in a row. */
static void
put_fat_sector(struct writer *w, const struct fatimage_plan *p, uint32_t sector)
{
	uint32_t last = p->first + file_clusters(p) - 1;
	uint32_t n = FATIMAGE_SECTOR * 8 / p->shape.bits;

	for (uint32_t i = sector * n; i < (sector + 1) * n && i <= last; i++) {
		uint32_t entry = fat_entry(p, i, last);

		if (p->shape.bits == 32)
			writer_u32le(w, entry);
		else
			writer_u16le(w, (uint16_t)entry);
	}
}

/* Two seconds' steps from 1980 to 2107; what is outside stands as its end. */
static void
dos_time(int64_t seconds, uint16_t *date, uint16_t *clock)
{
	static const int64_t first = 315532800, last = 4354819199;
	time_t t = (time_t)(seconds < first ? first
	        : seconds > last            ? last
	                                    : seconds);
	struct tm tm = { 0 };

	(void)gmtime_r(&t, &tm);
	*date = (uint16_t)((tm.tm_year - 80) << 9 | (tm.tm_mon + 1) << 5 |
	    tm.tm_mday);
	*clock = (uint16_t)(tm.tm_hour << 11 | tm.tm_min << 5 | tm.tm_sec / 2);
}

/* The file first: old firmware is said to look at the first entry.  The label
 * may stand anywhere. */
static void
put_root(struct writer *w, const struct fatimage_plan *p)
{
	uint16_t date, clock;

	dos_time(p->shape.time, &date, &clock);
	writer_text(w, "SETUP   BIN");
	writer_u8(w, ATTR_ARCHIVE);
	writer_u16le(w, 0);
	writer_u16le(w, clock); /* made */
	writer_u16le(w, date);
	writer_u16le(w, date);  /* read */
	writer_u16le(w, 0);     /* high half of the first cluster */
	writer_u16le(w, clock); /* written */
	writer_u16le(w, date);
	writer_u16le(w, (uint16_t)p->first);
	writer_u32le(w, p->len);
	if (p->shape.label[0] == '\0')
		return;
	put_label(w, p);
	writer_u8(w, ATTR_LABEL);
	writer_fill(w, 0, 10);
	writer_u16le(w, clock);
	writer_u16le(w, date);
	writer_fill(w, 0, 6);
}

static void
put_reserved(struct writer *w, const struct fatimage_plan *p, uint32_t sector)
{
	if (sector == 0 || sector == BACKUP)
		put_boot_sector(w, p);
	else if (sector == FSINFO || sector == BACKUP + FSINFO)
		put_fsinfo(w, p);
}

bool
fatimage_head(const struct fatimage_plan *p, uint32_t sector,
    uint8_t out[FATIMAGE_SECTOR])
{
	struct writer w = { .base = out, .cap = FATIMAGE_SECTOR };
	bool any;

	assert(sector < p->nhead);
	if (sector < p->start) {
		if (sector == 0)
			put_mbr(&w, p);
	} else {
		sector -= p->start;
		if (sector < p->reserved)
			put_reserved(&w, p, sector);
		else if (sector < p->reserved + NFATS * p->fat)
			put_fat_sector(&w, p, (sector - p->reserved) % p->fat);
		else if (sector == p->reserved + NFATS * p->fat)
			put_root(&w, p);
	}
	any = w.len != 0;
	writer_fill(&w, 0, FATIMAGE_SECTOR - w.len);
	return any;
}
