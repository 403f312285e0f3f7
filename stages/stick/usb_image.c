#include "stick/usb_image.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/sitefile.h"

/* Of a pipe, without its zeroes: more than the largest setup.bin and the FATs
 * of a large volume. */
#define KEPT_MAX (256U << 20)

static uint8_t chunk[BOTDISK_CHUNK];

/* As fatimage asks for it: 0, or -1 past the end. */
static int
usb_image_read(void *arg, uint64_t at, void *buf, size_t len)
{
	const struct usb_image *image = arg;
	uint8_t *to = buf;

	if (at > image->len || len > image->len - at)
		return -1;
	while (len != 0) {
		ssize_t n = pread(image->fd, to, len, (off_t)at);

		if (n == -1 && errno == EINTR && !usbdisk_stopped())
			continue;
		if (n == -1)
			err(EX_IOERR, "%s", image->name);
		if (n == 0)
			errx(EX_IOERR, "%s: it became shorter meanwhile",
			    image->name);
		to += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

void
usb_image_get(struct usb_image *image, uint64_t at, void *buf, size_t len)
{
	if (usb_image_read(image, at, buf, len) == -1)
		errx(EX_IOERR, "%s: ends early", image->name);
}

bool
usb_image_is_zero(const uint8_t *p, size_t len)
{
	return len == 0 || (p[0] == 0 && memcmp(p, p + 1, len - 1) == 0);
}

static void
memory_write(int fd, const uint8_t *from, size_t len)
{
	while (len != 0) {
		ssize_t n = write(fd, from, len);

		if (n == -1)
			err(EX_OSERR, "memory for the image");
		from += n;
		len -= (size_t)n;
	}
}

/* A whole buffer of the pipe; less at its end. */
static size_t
pipe_fill(const struct usb_image *image)
{
	size_t len = 0;

	while (len < sizeof(chunk)) {
		ssize_t n = read(image->fd, chunk + len, sizeof(chunk) - len);

		if (n == -1)
			err(EX_IOERR, "%s", image->name);
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return len;
}

/*
 * What comes through a pipe is kept in memory that has holes for zeroes; never
 * in a file, as it holds secrets.
 */
static void
pipe_copy(struct usb_image *image)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	size_t n, kept = 0;

	if (fd == -1)
		err(EX_OSERR, "memory for the image");
	while ((n = pipe_fill(image)) != 0) {
		if (usb_image_is_zero(chunk, n)) {
			image->len += n;
			continue;
		}
		kept += n;
		if (kept > KEPT_MAX)
			errx(EX_DATAERR,
			    "%s: too much for a pipe (more than %u bytes); "
			    "name the image as a file",
			    image->name, KEPT_MAX);
		if (lseek(fd, (off_t)image->len, SEEK_SET) == -1)
			err(EX_OSERR, "memory for the image");
		memory_write(fd, chunk, n);
		image->len += n;
	}
	if (ftruncate(fd, (off_t)image->len) == -1)
		err(EX_OSERR, "memory for the image");
	image->fd = fd;
	explicit_bzero(chunk, sizeof(chunk));
}

void
usb_image_open(struct usb_image *image, const char *path)
{
	struct stat st;

	*image = (struct usb_image){ .fd = STDIN_FILENO, .name = "<stdin>" };
	if (path != NULL && strcmp(path, "-") != 0) {
		image->name = path;
		image->fd = sitefile_open(path, O_RDONLY, 0);
		if (image->fd == -1)
			errx(EX_NOINPUT, "%s: %s", path, sitefile_why());
	}
	if (fstat(image->fd, &st) == -1)
		err(EX_NOINPUT, "%s", image->name);
	if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		pipe_copy(image);
	else if (S_ISREG(st.st_mode))
		image->len = (uint64_t)st.st_size;
	else
		errx(EX_NOINPUT, "%s: neither a file nor a pipe", image->name);
	if (image->len == 0)
		errx(EX_DATAERR, "%s: is empty", image->name);
}

/* Of a FAT volume that is all of the image: can the stick's blocks hold it? */
static void
check_volume(struct usb_image *image, const struct stick *s, bool keep)
{
	uint8_t boot[FATIMAGE_SECTOR];
	uint32_t sector;
	bool by_table;

	if (image->img.end > image->len)
		errx(EX_DATAERR, "%s: cut (its volume ends at %llu)",
		    image->name, (unsigned long long)image->img.end);
	usb_image_get(image, image->img.volume, boot, sizeof(boot));
	sector = (uint32_t)boot[11] | (uint32_t)boot[12] << 8;
	/* No system mounts a volume whose sectors are less than a block, and
	 * an MBR counts in blocks; in those of this stick, when it was read
	 * from it. */
	by_table =
	    image->img.volume != 0 && !keep && s->block != FATIMAGE_SECTOR;
	if (sector < s->block || by_table)
		errx(EX_DATAERR,
		    "%s: made for blocks of %u bytes; those of the stick "
		    "have %u",
		    image->name, by_table ? FATIMAGE_SECTOR : sector, s->block);
}

void
usb_image_check(struct usb_image *image, const struct stick *s, bool keep)
{
	struct fault f;

	if (image->len > s->size)
		errx(EX_DATAERR,
		    "%s: larger than the stick (has %llu bytes, the stick "
		    "%llu)",
		    image->name, (unsigned long long)image->len,
		    (unsigned long long)s->size);
	if (image->len % s->block != 0)
		errx(EX_DATAERR,
		    "%s: has the wrong size (%llu bytes are no multiple "
		    "of %u)",
		    image->name, (unsigned long long)image->len, s->block);
	if (fatimage_open(&image->img, usb_image_read, image, &f) == -1) {
		if (keep)
			errx(EX_DATAERR, "%s: %s", image->name, f.why);
		return; /* whatever it is, all of it is written */
	}
	/* What else there is matters too, the second GPT at its end. */
	image->fat = keep ||
	    (image->img.npartitions <= 1 &&
	        image->img.table <= FATIMAGE_SECTOR);
	if (image->fat)
		check_volume(image, s, keep);
}
