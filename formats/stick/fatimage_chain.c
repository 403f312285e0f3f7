#include "stick/fatimage_read.h"

#include <string.h>

int
fatimage_sector(struct fatimage *img, uint64_t at, uint8_t *s, struct fault *f)
{
	if (img->read(img->arg, at, s, FATIMAGE_SECTOR) == 0)
		return 0;
	return fault_set(f, (size_t)at, "image ends early (expected a sector)");
}

/* The sector that has offset at, in the window. */
static int
window_move(struct fatimage *img, uint64_t at, struct fault *f)
{
	uint64_t from = at - at % FATIMAGE_SECTOR;

	if (img->window_len != 0 && img->window_at == from)
		return 0;
	img->window_len = 0;
	if (fatimage_sector(img, from, img->window, f) == -1)
		return -1;
	img->window_at = from;
	img->window_len = FATIMAGE_SECTOR;
	return 0;
}

int
fatimage_peek(struct fatimage *img, uint64_t at, uint8_t *to, size_t len,
    struct fault *f)
{
	while (len != 0) {
		size_t in = (size_t)(at % FATIMAGE_SECTOR);
		size_t n =
		    FATIMAGE_SECTOR - in < len ? FATIMAGE_SECTOR - in : len;

		if (window_move(img, at, f) == -1)
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

int
fatimage_next(struct fatimage *img, uint32_t cluster, uint32_t *next,
    struct fault *f)
{
	uint8_t b[4] = { 0 };

	if (fatimage_peek(img, fat_offset(img, cluster), b,
	        img->bits == 32 ? 4 : 2, f) == -1)
		return -1;
	*next = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	    (uint32_t)b[3] << 24;
	if (img->bits == 12)
		*next = cluster % 2 == 0 ? *next & 0xfff : *next >> 4;
	*next &= 0x0fffffff; /* 28 bits count, of FAT32's 32 */
	return 0;
}

bool
fatimage_is_cluster(const struct fatimage *img, uint32_t n)
{
	return n >= 2 && n - 2 < img->nclusters;
}

bool
fatimage_is_end(const struct fatimage *img, uint32_t n)
{
	return n >= (img->bits == 32          ? 0x0ffffff8U
	                    : img->bits == 16 ? 0xfff8U
	                                      : 0xff8U);
}

uint64_t
fatimage_offset(const struct fatimage *img, uint32_t cluster)
{
	return img->data + (uint64_t)(cluster - 2) * img->cluster;
}

bool
fatimage_file_has(const struct fatimage_file *file, uint32_t cluster)
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

int
fatimage_follow(struct fatimage *img, struct fatimage_file *file,
    uint32_t first, struct fault *f)
{
	uint32_t need =
	    (uint32_t)(((uint64_t)file->len + img->cluster - 1) / img->cluster);
	uint64_t from = file->entry + 26; /* where first stands */
	uint32_t c = first;

	for (uint32_t i = 0; i < need; i++) {
		if (!fatimage_is_cluster(img, c))
			return fault_set(f, (size_t)from,
			    "cluster chain of SETUP.BIN breaks off (got "
			    "cluster %u after %u of %u)",
			    c, i, need);
		if (add_cluster(file, c) == -1)
			return fault_set(f, (size_t)from,
			    "SETUP.BIN is in more than %d pieces",
			    FATIMAGE_RUNS_MAX);
		from = fat_offset(img, c);
		if (fatimage_next(img, c, &c, f) == -1)
			return -1;
	}
	if (fatimage_is_end(img, c))
		return 0;
	return fault_set(f, (size_t)from,
	    "cluster chain of SETUP.BIN does not end with the file (cluster "
	    "%u follows its %u): it loops or is crossed with another",
	    c, need);
}

int
fatimage_check_alone(struct fatimage *img, const struct fatimage_file *file,
    struct fault *f)
{
	for (uint32_t c = 2; c - 2 < img->nclusters; c++) {
		uint32_t next;

		if (fatimage_next(img, c, &next, f) == -1)
			return -1;
		if (fatimage_file_has(file, next) &&
		    !fatimage_file_has(file, c))
			return fault_set(f, (size_t)fat_offset(img, c),
			    "SETUP.BIN is crossed with another file (cluster "
			    "%u leads to its cluster %u)",
			    c, next);
	}
	return 0;
}

uint64_t
fatimage_space(const struct fatimage *img, const struct fatimage_file *file,
    size_t i, uint64_t *len)
{
	*len = (uint64_t)file->run[i].n * img->cluster;
	return fatimage_offset(img, file->run[i].first);
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
	return fatimage_offset(img, file->run[i].first);
}
