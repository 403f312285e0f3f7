/*
 * fatimage-make - setup.bin on stdin, the image of a stick on stdout.
 *
 * The header says how long the file is, so it flows through: an input that
 * proves cut or too long leaves no image under -o, and an image that is
 * shorter than its volume on stdout, which fatimage-read refuses.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "stick/fatimage.h"
#include "lib/outfile.h"
#include "stick/setupbin.h"
#include "lib/stage.h"
#include "base/text.h"

struct image_make {
	const char *path; /* or NULL: stdout */
	struct fatimage_shape shape;
};

/* --- what comes in ------------------------------------------------------- */

/* As read(2), but whole, short only at the end. */
static size_t
read_all(int fd, const char *name, uint8_t *to, size_t len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = read(fd, to + got, len - got);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(EX_IOERR, "%s", name);
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return got;
}

static _Noreturn void
wrong_length(const char *name, size_t len, const char *more, uint32_t want)
{
	stage_fail(EX_DATAERR, name, len < want ? len : want,
	    "setup.bin has the wrong length (got %zu bytes%s, expected %u for "
	    "%u records)",
	    len, more, want, want / SETUPBIN_CHUNK - 1);
}

/* Reads the header; how long the file has to be.  What a file's length tells
 * is told before anything is written. */
static uint32_t
take_header(int fd, const char *name, uint8_t chunk[SETUPBIN_CHUNK])
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_header h;
	struct fault f;
	struct stat st;
	size_t len = read_all(fd, name, chunk, SETUPBIN_CHUNK);
	uint32_t want;

	if (len < SETUPBIN_CHUNK)
		(void)stage_input_cut(fd);
	if (len == 0)
		stage_fail(EX_DATAERR, name, 0, "no setup.bin: empty input");
	if (setupbin_header_decode(&h, chunk, len, &notes, &f) == -1)
		stage_fail(EX_DATAERR, name, f.at, "%s", f.why);
	if (h.nrecords > SETUPBIN_RECORDS_MAX)
		stage_fail(EX_DATAERR, name, 28,
		    "more records than a stick may have (got %u, expected at "
		    "most %d)",
		    h.nrecords, SETUPBIN_RECORDS_MAX);
	want = (uint32_t)SETUPBIN_RECORD_AT(h.nrecords + 1);
	if (fstat(fd, &st) == -1)
		err(EX_IOERR, "%s", name);
	if (S_ISREG(st.st_mode) && st.st_size != want)
		wrong_length(name, (size_t)st.st_size, "", want);
	return want;
}

/* --- what goes out ------------------------------------------------------- */

struct image {
	int fd;
	const char *name;
	bool sparse; /* a new file: what is not written is a hole of zeroes */
	uint64_t at;
	size_t len; /* of buf, not yet written; at counts it */
	uint8_t buf[512 * FATIMAGE_SECTOR];
};

static void
write_all(struct image *out, const uint8_t *p, size_t len, uint64_t at)
{
	while (len != 0) {
		ssize_t n = out->sparse ? pwrite(out->fd, p, len, (off_t)at)
		                        : write(out->fd, p, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(EX_IOERR, "%s", out->name);
		p += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
}

static void
image_flush(struct image *out)
{
	write_all(out, out->buf, out->len, out->at - out->len);
	out->len = 0;
}

static void
put_sector(struct image *out, const uint8_t sector[FATIMAGE_SECTOR])
{
	memcpy(out->buf + out->len, sector, FATIMAGE_SECTOR);
	out->len += FATIMAGE_SECTOR;
	out->at += FATIMAGE_SECTOR;
	if (out->len == sizeof(out->buf))
		image_flush(out);
}

static void
put_zeroes(struct image *out, uint64_t len)
{
	image_flush(out);
	out->at += len;
	if (out->sparse || len == 0)
		return;
	memset(out->buf, 0, sizeof(out->buf));
	while (len != 0) {
		size_t n =
		    len < sizeof(out->buf) ? (size_t)len : sizeof(out->buf);

		write_all(out, out->buf, n, 0);
		len -= n;
	}
}

static void
put_head(struct image *out, const struct fatimage_plan *p)
{
	uint8_t sector[FATIMAGE_SECTOR];

	for (uint32_t i = 0; i < p->nhead; i++) {
		if (fatimage_head(p, i, sector) || !out->sparse)
			put_sector(out, sector);
		else
			put_zeroes(out, FATIMAGE_SECTOR);
	}
	image_flush(out);
}

/* The header, which was read, and what follows it in the input. */
static void
put_file(struct image *out, int fd, const char *name,
    const uint8_t header[SETUPBIN_CHUNK], uint32_t want)
{
	uint32_t at = SETUPBIN_CHUNK;
	uint8_t more;

	put_sector(out, header);
	while (at < want) {
		size_t room = sizeof(out->buf) - out->len;
		size_t n = want - at < room ? want - at : room;
		size_t got = read_all(fd, name, out->buf + out->len, n);

		out->len += got;
		out->at += got;
		at += (uint32_t)got;
		if (got < n) {
			(void)stage_input_cut(fd);
			wrong_length(name, at, "", want);
		}
		image_flush(out);
	}
	image_flush(out);
	explicit_bzero(out->buf, sizeof(out->buf));
	if (read_all(fd, name, &more, 1) != 0)
		wrong_length(name, (size_t)want + 1, " or more", want);
}

static void
put_image(struct image *out, const struct fatimage_plan *p, int fd,
    const char *name, const uint8_t header[SETUPBIN_CHUNK])
{
	uint64_t size = (uint64_t)p->nsectors * FATIMAGE_SECTOR;

	put_head(out, p);
	put_file(out, fd, name, header, p->len);
	put_zeroes(out, size - out->at);
	if (out->sparse && ftruncate(out->fd, (off_t)size) == -1)
		err(EX_IOERR, "%s", out->name);
}

/* A rename would put a file in the place of /dev/sdb. */
static void
refuse_device(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		errx(EX_CANTCREAT,
		    "%s: not a regular file; write an image and copy it", path);
}

static void
make_image(int fd, const char *name, void *arg)
{
	static struct image out;
	const struct image_make *m = arg;
	uint8_t header[SETUPBIN_CHUNK];
	struct fatimage_plan p;
	struct outfile o;
	struct fault f;

	if (fatimage_plan(&p, &m->shape, take_header(fd, name, header), &f) ==
	    -1)
		stage_fail(EX_DATAERR, name, f.at, "%s", f.why);
	out.fd = STDOUT_FILENO;
	out.name = "standard output";
	if (m->path != NULL) {
		refuse_device(m->path);
		if (outfile_open(&o, m->path, 0600) == -1)
			errx(EX_CANTCREAT, "%s: %s", m->path, outfile_why());
		out.fd = fileno(o.f);
		out.name = m->path;
	}
	out.sparse = outfile_is_new(out.fd);
	put_image(&out, &p, fd, name, header);
	/* Who needs it on the disk waits for that: store-settle does. */
	if (m->path != NULL && outfile_place(&o) == -1)
		errx(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s: %s", m->path, outfile_why());
}

static uint32_t
volume_id(const char *arg)
{
	uint8_t b[4];
	size_t n;

	if (text_unhex(b, sizeof(b), &n, arg) == -1 || n != sizeof(b))
		errx(EX_USAGE, "-i: not a volume id (expected 8 hex digits)");
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	    (uint32_t)b[2] << 8 | b[3];
}

static void
parse_args(struct image_make *m, int argc, char *argv[])
{
	struct fault f;
	int ch;

	while ((ch = stage_getopt(argc, argv, "F:i:l:mo:s:", NULL)) != -1)
		switch (ch) {
		case 'F':
			m->shape.bits =
			    (unsigned)stage_number("-F", optarg, 16, 32);
			if (m->shape.bits != 16 && m->shape.bits != 32)
				errx(EX_USAGE,
				    "-F: not a FAT (got %s, expected 16 or 32)",
				    optarg);
			break;
		case 'i':
			m->shape.volume_id = volume_id(optarg);
			break;
		case 'l':
			if (fatimage_label(m->shape.label, optarg, &f) == -1)
				errx(EX_USAGE, "-l: %s", f.why);
			break;
		case 'm':
			m->shape.mbr = true;
			break;
		case 'o':
			m->path = outfile_option(optarg);
			break;
		case 's':
			m->shape.mb = (uint32_t)stage_number("-s", optarg,
			    FATIMAGE_MB_MIN, FATIMAGE_MB_MAX);
			break;
		default:
			stage_usage();
		}
	if (argc - optind > 1)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	/* As other tools have it, the time serves as volume id. */
	struct image_make m = { .shape = { .bits = 16,
		                    .volume_id = (uint32_t)clock_seconds(),
		                    .time = clock_seconds() } };

	stage_begin("[-F 16|32] [-i id] [-l label] [-m] [-o image] "
	            "[-s megabytes]\n       [file]",
	    MAY_READ_FILES | MAY_WRITE_FILES | EMITS_SECRETS);
	parse_args(&m, argc, argv);
	if (m.shape.mb == 0)
		m.shape.mb = m.shape.bits == 32 ? 2 * FATIMAGE_MB : FATIMAGE_MB;
	if (m.path == NULL && isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "an image is binary and holds secrets; it does "
		    "not go to a terminal");
	stage_makes(m.path);
	stage_confine();
	stage_each_input(argc, argv, make_image, &m);
	return stage_end();
}
