/*
 * fatimage-make - setup.bin on stdin, the image of a stick on stdout.
 *
 * The whole file is read first, 51 MB at most: an image with a cut setup.bin
 * must not come about.  fatimage-read reads what comes out.
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

#include "clock.h"
#include "fatimage.h"
#include "outfile.h"
#include "setupbin.h"
#include "source.h"
#include "stage.h"
#include "text.h"

struct make {
	const char *path; /* or NULL: stdout */
	uint32_t mb;
	uint32_t volume_id;
};

/* Ends the program unless buf is a setup.bin with all of its records. */
static void
check_file(const char *name, const uint8_t *buf, size_t len)
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_header h;
	struct fault f;
	size_t want;

	if (len == 0)
		stage_fail(EX_DATAERR, name, 0, "no setup.bin: empty input");
	if (setupbin_header_decode(&h, buf, len, &notes, &f) == -1)
		stage_fail(EX_DATAERR, name, f.at, "%s", f.why);
	want = SETUPBIN_RECORD_AT((size_t)h.nrecords + 1);
	if (len != want)
		stage_fail(EX_DATAERR, name, len < want ? len : want,
		    "setup.bin has the wrong length (got %zu bytes, expected "
		    "%zu for %u records)",
		    len, want, h.nrecords);
}

/* Zeroes up to the image's end; a file gets a hole. */
static int
put_rest(FILE *to, bool hole, const struct fatimage_plan *p)
{
	static const uint8_t zero[64 * FATIMAGE_SECTOR];
	uint64_t size = (uint64_t)p->nsectors * FATIMAGE_SECTOR;
	uint64_t left = size - (uint64_t)p->nhead * FATIMAGE_SECTOR - p->len;

	if (hole)
		return fflush(to) == 0 ? ftruncate(fileno(to), (off_t)size)
		                       : -1;
	while (left != 0) {
		size_t n = left < sizeof(zero) ? (size_t)left : sizeof(zero);

		if (fwrite(zero, 1, n, to) != n)
			return -1;
		left -= n;
	}
	return 0;
}

static int
put_image(FILE *to, bool hole, const struct fatimage_plan *p,
    const uint8_t *buf)
{
	uint8_t sector[FATIMAGE_SECTOR];

	for (uint32_t i = 0; i < p->nhead; i++) {
		fatimage_head(p, i, sector);
		if (fwrite(sector, sizeof(sector), 1, to) != 1)
			return -1;
	}
	if (fwrite(buf, 1, p->len, to) != p->len)
		return -1;
	return put_rest(to, hole, p);
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
write_path(const char *path, const struct fatimage_plan *p, const uint8_t *buf)
{
	struct outfile o;

	refuse_device(path);
	if (outfile_open(&o, path, 0600) == -1)
		err(EX_CANTCREAT, "%s", path);
	if (put_image(o.f, true, p, buf) == -1) {
		warn("%s", path);
		outfile_abandon(&o);
		exit(EX_IOERR);
	}
	if (outfile_commit(&o) == -1)
		err(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s", path);
}

static void
make_image(int fd, const char *name, void *arg)
{
	const struct make *m = arg;
	struct fatimage_plan p;
	struct fault f;
	uint8_t *buf;
	size_t len;

	source_read(fd, name, SETUPBIN_RECORD_AT(SETUPBIN_RECORDS_MAX + 1),
	    &buf, &len);
	check_file(name, buf, len);
	if (fatimage_plan(&p, m->mb, (uint32_t)len, m->volume_id,
	        clock_seconds(), &f) == -1)
		stage_fail(EX_DATAERR, name, f.at, "%s", f.why);
	if (m->path != NULL)
		write_path(m->path, &p, buf);
	else if (put_image(stdout, false, &p, buf) == -1)
		err(EX_IOERR, "standard output");
	explicit_bzero(buf, len);
	free(buf);
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

int
main(int argc, char *argv[])
{
	/* As other tools have it, the time serves as volume id. */
	struct make m = { .mb = FATIMAGE_MB,
		.volume_id = (uint32_t)clock_seconds() };
	int ch;

	stage_begin("[-i id] [-o image] [-s megabytes] [file]",
	    MAY_READ_FILES | MAY_WRITE_FILES | EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "i:o:s:", NULL)) != -1)
		switch (ch) {
		case 'i':
			m.volume_id = volume_id(optarg);
			break;
		case 'o':
			m.path = optarg;
			break;
		case 's':
			m.mb = (uint32_t)stage_number("-s", optarg,
			    FATIMAGE_MB_MIN, FATIMAGE_MB_MAX);
			break;
		default:
			stage_usage();
		}
	if (argc - optind > 1)
		stage_usage();
	if (m.path == NULL && isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "an image is binary and holds secrets; it does "
		    "not go to a terminal");
	stage_confine();
	stage_each_input(argc, argv, make_image, &m);
	return stage_end();
}
