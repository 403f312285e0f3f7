#include "stick/fatimage_read.h"

#include <string.h>

#include "base/cursor.h"
#include "stick/fatimage_name.h"
#include "base/text.h"

/* Most entries that a folder may have. */
#define FOLDER_MAX 65536

enum { ATTR_LABEL = 0x08, ATTR_FOLDER = 0x10, ATTR_LONG = 0x0f };

static const char name[11] = { 'S', 'E', 'T', 'U', 'P', ' ', ' ', ' ', 'B', 'I',
	'N' };

struct folder {
	uint32_t i;       /* entries so far */
	uint32_t cluster; /* of FAT32: where entry i stands */
};

/* Offset of the next entry in *at: 1, 0 at the end of the folder's space. */
static int
next_entry(struct fatimage *img, struct folder *d, uint64_t *at,
    struct fault *f)
{
	uint32_t each = img->cluster / FATIMAGE_ENTRY;
	uint32_t in = d->i % each;

	if (img->bits != 32) {
		*at = img->root + (uint64_t)d->i * FATIMAGE_ENTRY;
		return d->i++ < img->nroot;
	}
	if (d->i == 0)
		d->cluster = img->root_cluster;
	else if (in == 0 &&
	    fatimage_next(img, d->cluster, &d->cluster, f) == -1)
		return -1;
	if (d->i != 0 && in == 0 && fatimage_is_end(img, d->cluster))
		return 0;
	if (!fatimage_is_cluster(img, d->cluster) || d->i == FOLDER_MAX)
		return fault_set(f, (size_t)img->volume + 44,
		    "cluster chain of the root folder breaks off or loops "
		    "(got cluster %u)",
		    d->cluster);
	*at = fatimage_offset(img, d->cluster) + (uint64_t)in * FATIMAGE_ENTRY;
	d->i++;
	return 1;
}

/* The next entry of a file or folder: 1 and its bytes, 0 at the end. */
static int
next_file(struct fatimage *img, struct folder *d, uint64_t *at,
    uint8_t entry[FATIMAGE_ENTRY], struct fault *f)
{
	int more;

	while ((more = next_entry(img, d, at, f)) == 1) {
		if (fatimage_peek(img, *at, entry, FATIMAGE_ENTRY, f) == -1)
			return -1;
		if (entry[0] == 0)
			return 0;
		if (entry[0] == 0xe5)
			continue; /* erased */
		if ((entry[11] & ATTR_LABEL) == 0)
			return 1;
		/* A label, or a piece of a long name. */
		if ((entry[11] & ATTR_LONG) == ATTR_LABEL)
			fatimage_set_label(img, entry);
	}
	return more;
}

bool
fatimage_has_setup(struct fatimage *img)
{
	struct folder d = { 0 };
	uint8_t entry[FATIMAGE_ENTRY];
	uint64_t at;

	while (next_file(img, &d, &at, entry, NULL) == 1)
		if (memcmp(entry, name, sizeof(name)) == 0)
			return true;
	return false;
}

static uint32_t
first_cluster(const struct fatimage *img, const uint8_t entry[FATIMAGE_ENTRY])
{
	uint32_t low = (uint32_t)entry[26] | (uint32_t)entry[27] << 8;

	if (img->bits != 32)
		return low;
	return low | (uint32_t)entry[20] << 16 | (uint32_t)entry[21] << 24;
}

static int
entry_check(struct fatimage_file *file, uint64_t at,
    const uint8_t entry[FATIMAGE_ENTRY], struct fault *f)
{
	struct cursor c = { .base = entry, .len = FATIMAGE_ENTRY, .at = 28 };

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
	uint8_t entry[FATIMAGE_ENTRY];
	uint64_t at;
	int more;

	if (img->bits == 32 && fatimage_file_has(file, img->root_cluster))
		return fault_set(f, (size_t)img->volume + 44,
		    "SETUP.BIN is crossed with the root folder");
	while ((more = next_file(img, &d, &at, entry, f)) == 1)
		if (at != file->entry &&
		    fatimage_file_has(file, first_cluster(img, entry)))
			return fault_set(f, (size_t)at + 26,
			    "SETUP.BIN is crossed with another file (of the "
			    "root folder)");
	return more;
}

/* True: like is a file that was meant to be SETUP.BIN. */
static bool
find_like(struct fatimage *img, char like[FATIMAGE_NAME_LONG])
{
	struct folder d = { 0 };
	uint8_t entry[FATIMAGE_ENTRY];
	uint64_t at;

	memset(like, 0, FATIMAGE_NAME_LONG);
	while (next_entry(img, &d, &at, NULL) == 1 &&
	    fatimage_peek(img, at, entry, FATIMAGE_ENTRY, NULL) == 0 &&
	    entry[0] != 0) {
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
	uint8_t entry[FATIMAGE_ENTRY];
	uint32_t first = 0;
	uint64_t at;
	int more;

	memset(file, 0, sizeof(*file));
	while ((more = next_file(img, &d, &at, entry, f)) == 1) {
		if (memcmp(entry, name, sizeof(name)) != 0) {
			file->others++;
			continue;
		}
		if (entry_check(file, at, entry, f) == -1)
			return -1;
		first = first_cluster(img, entry);
	}
	if (more == -1)
		return -1;
	if (file->entry == 0)
		return not_found(img, file->others, f);
	if (fatimage_follow(img, file, first, f) == -1 ||
	    check_root(img, file, f) == -1)
		return -1;
	return fatimage_check_alone(img, file, f);
}
