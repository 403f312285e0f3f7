/*
 * Whatever a disk begins with: its layout has words; the ranges that its FAT
 * refers to ascend, do not overlap and lie within the volume.  Beyond the
 * input the disk is zeroes.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stick/fatimage_used.h"
#include "stick/layout.h"

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .data = data, .size = size };
	char text[LAYOUT_TEXT];
	uint64_t at, len, end = 0;
	struct fatimage img;
	struct fatimage_used u;
	int rc;

	layout_text(text, 512, read_input, &in);
	must(text[0] != '\0' && strnlen(text, LAYOUT_TEXT) < LAYOUT_TEXT);
	if (fatimage_open(&img, read_input, &in, NULL) == -1 ||
	    img.nclusters > 70000)
		return 0;
	fatimage_used_begin(&u, &img);
	while ((rc = fatimage_used_next(&u, &at, &len, NULL)) == 1) {
		must(at >= end && len != 0);
		end = at + len;
		must(end <= img.end);
	}
	must(rc == 0 && end >= img.data);
	return 0;
}
