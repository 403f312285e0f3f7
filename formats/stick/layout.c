#include "stick/layout.h"

#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/filekind.h"

/* One partition, or all of the disk, as a disk of its own. */
struct layout_part {
	fatimage_read_fn *read;
	void *arg;
	uint64_t from;
};

static int
read_part(void *arg, uint64_t at, void *buf, size_t len)
{
	const struct layout_part *p = arg;

	return p->read(p->arg, p->from + at, buf, len);
}

static bool
layout_has(struct layout_part *p, uint64_t at, const void *signature,
    size_t len)
{
	uint8_t sector[FATIMAGE_SECTOR];
	uint64_t from = at - at % FATIMAGE_SECTOR;

	return read_part(p, from, sector, sizeof(sector)) == 0 &&
	    memcmp(sector + (at - from), signature, len) == 0;
}

/* What fills it alone, or NULL. */
static const char *
layout_filesystem(struct layout_part *p)
{
	struct fatimage img;

	if (layout_has(p, 3, "NTFS    ", 8))
		return "NTFS";
	if (layout_has(p, 3, "EXFAT   ", 8))
		return "exFAT";
	if (fatimage_open(&img, read_part, p, NULL) == 0 && img.volume == 0)
		return img.bits == 32 ? "FAT32"
		    : img.bits == 16  ? "FAT16"
		                      : "FAT12";
	if (layout_has(p, 1080, "\x53\xef", 2))
		return "ext";
	if (layout_has(p, 32769, "CD001", 5))
		return "ISO 9660";
	return NULL;
}

static const char *
by_type(uint8_t type)
{
	switch (type) {
	case 0x05:
	case 0x0f:
	case 0x85:
		return "extended";
	case 0x82:
		return "swap";
	case 0x83:
		return "Linux";
	case 0xef:
		return "EFI";
	default:
		return "unknown";
	}
}

static void
mbr_text(char to[LAYOUT_TEXT], const uint8_t *s, uint32_t block,
    const struct layout_part *disk)
{
	size_t n = 0;

	for (size_t i = 446; i < 510; i += 16) {
		struct cursor c = { .base = s + i, .len = 16, .at = 8 };
		struct layout_part p = *disk;
		const char *what;

		if (s[i + 4] == 0)
			continue;
		p.from = (uint64_t)cursor_u32le(&c) * block;
		what = p.from == 0 ? NULL : layout_filesystem(&p);
		n += (size_t)snprintf(to + n, LAYOUT_TEXT - n, "%s%s",
		    n == 0 ? "MBR: " : ", ",
		    what != NULL ? what : by_type(s[i + 4]));
	}
	if (n == 0)
		(void)snprintf(to, LAYOUT_TEXT, "MBR without partitions");
}

static bool
all_zero(const uint8_t *s, size_t len)
{
	while (len != 0 && s[len - 1] == 0)
		len--;
	return len == 0;
}

void
layout_text(char to[LAYOUT_TEXT], uint32_t block, fatimage_read_fn *read,
    void *arg)
{
	struct layout_part disk = { .read = read, .arg = arg };
	uint8_t s[FATIMAGE_SECTOR];
	const char *what;

	if (read(arg, 0, s, sizeof(s)) == -1)
		(void)snprintf(to, LAYOUT_TEXT, "unreadable");
	else if ((what = layout_filesystem(&disk)) != NULL)
		(void)snprintf(to, LAYOUT_TEXT, "%s", what);
	else if (layout_has(&disk, block, "EFI PART", 8))
		(void)snprintf(to, LAYOUT_TEXT, "GPT");
	else if (s[510] == 0x55 && s[511] == 0xaa)
		mbr_text(to, s, block, &disk);
	else
		(void)snprintf(to, LAYOUT_TEXT, "%s",
		    all_zero(s, sizeof(s)) ? "empty" : "unknown");
}

const char *
layout_refusal(const char *layout)
{
	if (strstr(layout, "exFAT") != NULL)
		return filekind_refusal(FILEKIND_EXFAT, 0);
	if (strstr(layout, "NTFS") != NULL)
		return filekind_refusal(FILEKIND_NTFS, 0);
	return NULL;
}
