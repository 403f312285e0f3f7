#ifndef IMAGEFILE_H
#define IMAGEFILE_H

/*
 * imagefile - the image of a stick, or a setup.bin alone, wherever it is read
 * from.  A file or device is read where it is needed; a pipe is kept as far as
 * it is needed (our own images: to the end of setup.bin).
 *
 * Errors of reading end the program (74), and so does what is no stick (65).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stick/fatimage.h"
#include "stick/setupbin.h"

/* Of a pipe.  Room for the largest setup.bin behind the FATs of a large
 * stick. */
#define IMAGEFILE_KEPT_MAX (128U << 20)

struct imagefile {
	int fd;
	const char *name; /* borrowed */
	bool pipe;
	uint8_t *kept; /* of a pipe: all that came so far */
	size_t len, cap;
};

void imagefile_open(struct imagefile *s, int fd, const char *name);
void imagefile_close(struct imagefile *s); /* wipes what it kept */

/* A fatimage_read_fn; arg is the imagefile. */
int imagefile_read(void *arg, uint64_t at, void *buf, size_t len);

/* The next bytes of a pipe behind those kept; less only at its end. */
size_t imagefile_more(struct imagefile *s, uint8_t *to, size_t len);

/* Is it there up to that offset?  Reads a pipe to its end. */
bool imagefile_whole(struct imagefile *s, uint64_t end);

/* Ends the program (65) when no FAT volume was found: says what else is there,
 * where that is known, else why. */
_Noreturn void imagefile_refuse(struct imagefile *s, const struct fault *why);

/* SETUP.BIN in it, whatever it is. */
struct setupfile {
	struct imagefile from;
	bool bare; /* no image: the file itself */
	struct fatimage img;
	struct fatimage_file file;
	struct setupbin_header header; /* of no use when wiped */
	struct setupbin_notes notes;   /* on the header */
	bool wiped;                    /* zeroes where its header was */
};

/* Ends the program (65) when there is none, or it is cut.  The header is
 * decoded; its notes are the caller's to tell. */
void setupfile_open(struct setupfile *s, int fd, const char *name);
void setupfile_close(struct setupfile *s);

/* len bytes at that offset of SETUP.BIN; ends the program when they are not
 * there. */
void setupfile_read(struct setupfile *s, uint64_t at, void *buf, size_t len);

/* After all was read: ends the program when a pipe ended within the volume. */
void setupfile_end(struct setupfile *s);

#endif
