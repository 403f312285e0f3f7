/*
 * usb-read - a stick as an image.  usb-write writes it.
 *
 * Read is what the stick's FAT volume refers to; the rest of the image is
 * zeroes, holes in a file.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "stick/fatimage.h"
#include "stick/fatimage_used.h"
#include "lib/outfile.h"
#include "lib/stage.h"
#include "stick/stick.h"

enum { OPT_ALL = 256 };

struct copy {
	struct stick *stick;
	FILE *to;
	const char *name; /* of to */
	bool holes;       /* it is a file: zeroes need not be written */
	uint64_t at;      /* what it has so far */
	uint64_t total;
};

static uint8_t buf[BOTDISK_CHUNK];

static void
usb_put(struct copy *c, size_t len)
{
	char text[64];

	if (fwrite(buf, 1, len, c->to) != len)
		stage_output_failed(c->name);
	c->at += len;
	(void)snprintf(text, sizeof(text), "of %llu kB read",
	    (unsigned long long)c->total / 1000);
	stage_progress(c->stick->name, c->at / 1000, text);
}

static void
put_zeroes(struct copy *c, uint64_t end)
{
	if (c->holes) {
		if (fseeko(c->to, (off_t)end, SEEK_SET) == -1)
			err(EX_IOERR, "%s", c->name);
		c->at = end;
		return;
	}
	memset(buf, 0, sizeof(buf));
	while (c->at < end)
		usb_put(c,
		    end - c->at < sizeof(buf) ? (size_t)(end - c->at)
		                              : sizeof(buf));
}

/* Whole blocks; a volume's clusters are, its end may not be. */
static void
put_range(struct copy *c, uint64_t at, uint64_t end)
{
	while (at < end) {
		size_t len =
		    end - at < sizeof(buf) ? (size_t)(end - at) : sizeof(buf);

		stick_read(c->stick, at, buf, len, "");
		usb_put(c, len);
		at += len;
	}
}

/* What begins or ends within a block is read with the block. */
static void
put_used(struct copy *c, const struct fatimage *img)
{
	const uint64_t block = c->stick->block;
	uint64_t at, len;
	struct fatimage_used u;
	struct fault f;
	int rc;

	c->total = (img->end + block - 1) / block * block;
	fatimage_used_begin(&u, img);
	while ((rc = fatimage_used_next(&u, &at, &len, &f)) == 1) {
		uint64_t end = (at + len + block - 1) / block * block;

		at -= at % block;
		if (at > c->at)
			put_zeroes(c, at);
		put_range(c, c->at, end);
	}
	if (rc == -1)
		stage_fail(EX_DATAERR, c->stick->name, f.at, "%s", f.why);
	put_zeroes(c, c->total);
}

static void
copy_volume(struct copy *c)
{
	static struct stick_window w;
	struct fatimage img;
	struct fault f;

	w.stick = c->stick;
	w.outcome = "";
	if (fatimage_open(&img, stick_read_at, &w, &f) == -1) {
		const char *known = layout_refusal(c->stick->layout);

		stage_fail(EX_DATAERR, c->stick->name, known != NULL ? 0 : f.at,
		    "%s; --all reads it as it is",
		    known != NULL ? known : f.why);
	}
	if (img.end > c->stick->size)
		stage_fail(EX_DATAERR, c->stick->name, 0,
		    "its volume ends at %llu and it has %llu bytes; --all "
		    "reads it as it is",
		    (unsigned long long)img.end,
		    (unsigned long long)c->stick->size);
	put_used(c, &img);
	explicit_bzero(w.buf, sizeof(w.buf));
}

static void
copy_stick(struct copy *c, bool all)
{
	if (all) {
		c->total = c->stick->size;
		put_range(c, 0, c->total);
	} else
		copy_volume(c);
	explicit_bzero(buf, sizeof(buf));
}

static void
copy_to_file(struct copy *c, bool all)
{
	struct outfile o;

	if (outfile_open(&o, c->name, 0600) == -1)
		errx(EX_CANTCREAT, "%s: %s", c->name, outfile_why());
	c->to = o.f;
	c->holes = true;
	copy_stick(c, all);
	stick_give_back(c->stick);
	if (fflush(o.f) != 0 || ftruncate(fileno(o.f), (off_t)c->total) == -1)
		err(EX_IOERR, "%s", c->name);
	if (outfile_commit(&o) == -1)
		errx(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s: %s", c->name, outfile_why());
}

static void
copy_to_stdout(struct copy *c, bool all)
{
	c->to = stdout;
	c->name = "standard output";
	copy_stick(c, all);
	stick_give_back(c->stick);
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "all", no_argument, NULL, OPT_ALL },
		{ 0 },
	};
	const char *name = NULL;
	struct copy c = { 0 };
	bool all = false;
	int ch;

	stage_begin("[--all] [-o image] [-s serial] [-t seconds]",
	    MAY_WRITE_FILES | MAY_USE_USB | EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "o:s:t:", longopts)) != -1)
		switch (ch) {
		case OPT_ALL:
			all = true;
			break;
		case 'o':
			c.name = outfile_option(optarg);
			break;
		case 's':
			name = optarg;
			break;
		case 't':
			stick_timeout(optarg);
			break;
		default:
			stage_usage();
		}
	if (argc != optind)
		stage_usage();
	if (c.name == NULL && isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "an image is binary and holds secrets; it does "
		    "not go to a terminal");
	stage_makes(c.name);
	usbdisk_begin();
	stage_confine();
	c.stick = stick_choose(name, STICK_LARGE_OK);
	stick_take(c.stick, STICK_LARGE_OK);
	if (c.name != NULL)
		copy_to_file(&c, all);
	else
		copy_to_stdout(&c, all);
	return stage_end();
}
