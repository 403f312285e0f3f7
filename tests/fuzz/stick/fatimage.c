/*
 * What is found lies within the volume and has the file's length; no cluster
 * comes twice.  What we plan, of either FAT, with an MBR or without, we find
 * again.
 *
 * Beyond the input the image is zeroes: a FAT16 volume is 2 MB at least.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stick/fatimage.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int truth)
{
	if (!truth)
		abort();
}

struct input {
	const uint8_t *data;
	size_t size;
	const struct fatimage_plan *plan; /* or NULL: data */
};

static int
read_input(void *arg, uint64_t at, void *buf, size_t len)
{
	const struct input *in = arg;
	uint64_t left = at < in->size ? in->size - at : 0;

	if (at > (UINT64_C(1) << 45))
		return -1;
	memset(buf, 0, len);
	if (left > len)
		left = len;
	if (left != 0)
		memcpy(buf, in->data + at, left);
	return 0;
}

static int
read_plan(void *arg, uint64_t at, void *buf, size_t len)
{
	const struct input *in = arg;

	must(at % FATIMAGE_SECTOR == 0 && len == FATIMAGE_SECTOR);
	memset(buf, 0, len);
	if (at / FATIMAGE_SECTOR < in->plan->nhead)
		(void)fatimage_head(in->plan, (uint32_t)(at / FATIMAGE_SECTOR),
		    buf);
	return 0;
}

static void
check_file(const struct fatimage *img, const struct fatimage_file *file)
{
	uint64_t sum = 0, len;

	must(file->nruns >= 1 && file->nruns <= FATIMAGE_RUNS_MAX);
	for (size_t i = 0; i < file->nruns; i++) {
		const struct fatimage_run *a = &file->run[i];
		uint64_t space, at = fatimage_space(img, file, i, &space);

		must(space % img->cluster == 0 && at + space <= img->end);
		must(fatimage_run(img, file, i, &len) == at && len <= space);
		must(len != 0 && at >= img->data && at + len <= img->end);
		sum += len;
		for (size_t j = 0; j < i; j++) {
			const struct fatimage_run *b = &file->run[j];

			must(a->first >= b->first + b->n ||
			    b->first >= a->first + a->n);
		}
	}
	must(sum == file->len);
}

static void
plan_and_find(const uint8_t *data, size_t size)
{
	struct fatimage_plan p;
	struct input in = { .plan = &p };
	struct fatimage img;
	struct fatimage_file file;
	struct fault f;
	uint32_t n[4] = { 0 };
	struct fatimage_shape shape;

	memcpy(n, data, size < sizeof(n) ? size : sizeof(n));
	/* Of the first four bytes: two of size, then the kind. */
	shape = (struct fatimage_shape){ .mb = n[0] % 4096,
		.bits = n[0] >> 16 & 1 ? 32 : 16,
		.mbr = n[0] >> 17 & 1,
		.label = "FUZZ",
		.volume_id = n[2],
		.time = (int64_t)n[3] << (n[2] % 32) };
	/* The search of a large FAT costs time and has nothing new. */
	if (shape.bits == 32 && shape.mb > 64)
		shape.mb %= 64;
	if (fatimage_plan(&p, &shape, n[1] % (600U << 20), &f) == -1)
		return;
	must(fatimage_open(&img, read_plan, &in, &f) == 0);
	must(fatimage_find(&img, &file, &f) == 0);
	check_file(&img, &file);
	must(img.bits == shape.bits && file.nruns == 1);
	must(file.run[0].first == p.first);
	must(strcmp(img.label, "FUZZ") == 0);
	must(file.len == p.len && file.others == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .data = data, .size = size };
	struct fatimage img;
	struct fatimage_file file;
	struct fault f;

	if (size <= 16) {
		plan_and_find(data, size);
		return 0;
	}
	if (fatimage_open(&img, read_input, &in, &f) == -1)
		return 0;
	/* Larger ones cost time and have nothing new. */
	if (img.nclusters > 8000)
		return 0;
	if (fatimage_find(&img, &file, &f) == 0)
		check_file(&img, &file);
	must(memchr(img.label, '\0', sizeof(img.label)) != NULL);
	for (const char *c = img.label; *c != '\0'; c++)
		must(*c >= ' ' && *c <= '~');
	return 0;
}
