#include "stick/fatimage_used.h"

#include <string.h>

#include "base/cursor.h"

void
fatimage_used_begin(struct fatimage_used *u, const struct fatimage *img)
{
	memset(u, 0, sizeof(*u));
	u->img = img;
	u->next = 2;
	u->mbr = img->table == 0;
}

/* Brings the entry of a cluster into the window. */
static int
fatimage_used_look(struct fatimage_used *u, uint32_t cluster, struct fault *f)
{
	const struct fatimage *img = u->img;
	uint32_t per = FATIMAGE_USED_WINDOW * 8 / img->bits;
	uint64_t at;

	if (cluster >= u->from && cluster - u->from < u->n)
		return 0;
	u->from = cluster - cluster % per;
	u->n = img->nclusters + 2 - u->from;
	if (u->n > per)
		u->n = per;
	at = img->fat + (uint64_t)u->from * img->bits / 8;
	if (img->read(img->arg, at, u->fat,
	        ((size_t)u->n * img->bits + 7) / 8) == 0)
		return 0;
	u->n = 0;
	return fault_set(f, (size_t)at, "image ends early, within its FAT");
}

/* Neither free nor bad. */
static bool
in_use(const struct fatimage_used *u, uint32_t cluster)
{
	unsigned bits = u->img->bits;
	size_t i = cluster - u->from;
	struct cursor c = { .base = u->fat,
		.len = FATIMAGE_USED_WINDOW,
		.at = i * bits / 8 };
	uint32_t entry;

	if (bits == 32) {
		entry = cursor_u32le(&c) & 0x0fffffff;
		return entry != 0 && entry != 0x0ffffff7;
	}
	entry = cursor_u16le(&c);
	if (bits == 16)
		return entry != 0 && entry != 0xfff7;
	entry = i % 2 == 0 ? entry & 0xfff : entry >> 4;
	return entry != 0 && entry != 0xff7;
}

static int
next_clusters(struct fatimage_used *u, uint64_t *at, uint64_t *len,
    struct fault *f)
{
	const struct fatimage *img = u->img;
	uint32_t end = img->nclusters + 2, first;

	for (; u->next < end; u->next++) {
		if (fatimage_used_look(u, u->next, f) == -1)
			return -1;
		if (in_use(u, u->next))
			break;
	}
	first = u->next;
	for (; u->next < end; u->next++) {
		if (fatimage_used_look(u, u->next, f) == -1)
			return -1;
		if (!in_use(u, u->next))
			break;
	}
	*at = img->data + (uint64_t)(first - 2) * img->cluster;
	*len = (uint64_t)(u->next - first) * img->cluster;
	return *len != 0;
}

int
fatimage_used_next(struct fatimage_used *u, uint64_t *at, uint64_t *len,
    struct fault *f)
{
	if (!u->mbr) {
		u->mbr = true;
		*at = 0;
		*len = u->img->table;
		return 1;
	}
	if (!u->head) {
		u->head = true;
		*at = u->img->volume;
		*len = u->img->data - u->img->volume;
		return 1;
	}
	return next_clusters(u, at, len, f);
}
