#ifndef USB_IMAGE_H
#define USB_IMAGE_H

/*
 * usb_image - the image that goes on a stick: from a file, or through a pipe.
 * What is wrong with it ends the program.
 */
#include <stdbool.h>
#include <stdint.h>

#include "stick/fatimage.h"
#include "stick/stick.h"

struct usb_image {
	int fd;
	const char *name;
	uint64_t len;
	bool fat; /* one volume is all of it; else every block matters */
	struct fatimage img;
};

/* path NULL or "-" is standard input. */
void usb_image_open(struct usb_image *image, const char *path);

/* Does it fit onto the stick?  keep: of a FAT volume, what it does not refer to
 * stays on the stick. */
void usb_image_check(struct usb_image *image, const struct stick *s, bool keep);

void usb_image_get(struct usb_image *image, uint64_t at, void *buf, size_t len);

bool usb_image_is_zero(const uint8_t *p, size_t len);

#endif
