/*
 * usb-write - puts an image on a stick, so that it is right whatever the stick
 * held before, and proves it by reading back.
 *
 * Of a FAT image only what its filesystem refers to is written (see
 * fatimage_used), and all of the first mebibyte, where other systems leave
 * their marks.  Their marks at the end of the stick, such as the second GPT,
 * are wiped.  The first block goes last: a stick that was cut short has no
 * filesystem.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "stick/fatimage_used.h"
#include "lib/stage.h"
#include "stick/stick.h"
#include "stick/usb_image.h"

#define MARKS (1U << 20) /* bytes at each end */

#define NOTHING_DONE "; nothing was written"
#define NOT_WHOLE "; it is incomplete now, do not use it"

enum { OPT_ALL = 256, OPT_KEEP, OPT_LARGE, OPT_YES };

struct usb_write {
	struct usb_image *image;
	struct stick *stick;
	bool all;
	bool keep;            /* what the volume does not refer to */
	bool wiped;           /* something beyond the image */
	uint64_t total, done; /* bytes */
};

static uint8_t ours[BOTDISK_CHUNK], theirs[BOTDISK_CHUNK];

/* --- which blocks -------------------------------------------------------- */

typedef void block_fn(struct usb_write *j, uint64_t at, size_t len);

static void
each_chunk(struct usb_write *j, uint64_t at, uint64_t end, block_fn *fn)
{
	while (at < end) {
		size_t len = end - at < BOTDISK_CHUNK ? (size_t)(end - at)
		                                      : BOTDISK_CHUNK;

		fn(j, at, len);
		at += len;
	}
}

/* All that matters, but for the first block, in ascending order. */
static void
each_block(struct usb_write *j, block_fn *fn)
{
	struct usb_image *image = j->image;
	uint64_t from = j->stick->block, at, len;
	uint64_t head = image->len < MARKS ? image->len : MARKS;
	struct fatimage_used u;
	struct fault f;
	int rc;

	if (!image->fat || j->all) {
		each_chunk(j, from, image->len, fn);
		return;
	}
	if (j->keep)
		head = from;
	each_chunk(j, from, head, fn);
	fatimage_used_begin(&u, &image->img);
	while ((rc = fatimage_used_next(&u, &at, &len, &f)) == 1) {
		uint64_t end = at + len;

		if (at < head)
			at = head;
		each_chunk(j, at, end, fn);
	}
	if (rc == -1)
		stage_fail(EX_DATAERR, image->name, f.at, "%s", f.why);
}

static void
count_chunk(struct usb_write *j, uint64_t at, size_t len)
{
	(void)at;
	j->total += len;
}

static void
show_progress(struct usb_write *j, size_t len, const char *what)
{
	char text[64];

	j->done += len;
	(void)snprintf(text, sizeof(text), "of %llu kB %s",
	    (unsigned long long)j->total / 1000, what);
	stage_progress(j->stick->name, j->done / 1000, text);
}

static void
write_chunk(struct usb_write *j, uint64_t at, size_t len)
{
	usb_image_get(j->image, at, ours, len);
	stick_write(j->stick, at, ours, len, NOT_WHOLE);
	show_progress(j, len, "written");
}

/* Ends the program when the stick does not hold len bytes of ours there. */
static void
compare_chunk(struct usb_write *j, uint64_t at, size_t len)
{
	size_t i = 0;

	stick_read(j->stick, at, theirs, len, NOT_WHOLE);
	if (memcmp(ours, theirs, len) == 0)
		return;
	while (ours[i] == theirs[i])
		i++;
	stage_fail(EX_IOERR, j->stick->name, 0,
	    "verifying at LBA %llu: it differs from what was written%s",
	    (unsigned long long)((at + i) / j->stick->block), NOT_WHOLE);
}

static void
verify_chunk(struct usb_write *j, uint64_t at, size_t len)
{
	usb_image_get(j->image, at, ours, len);
	compare_chunk(j, at, len);
	show_progress(j, len, "verified");
}

/* --- writing ------------------------------------------------------------- */

/* Zeroes for what is not zero. */
static void
wipe_chunk(struct usb_write *j, uint64_t at, size_t len)
{
	stick_read(j->stick, at, theirs, len, NOT_WHOLE);
	if (usb_image_is_zero(theirs, len))
		return;
	memset(ours, 0, len);
	stick_write(j->stick, at, ours, len, NOT_WHOLE);
	j->wiped = true;
}

static void
verify_wiped(struct usb_write *j, uint64_t at, size_t len)
{
	memset(ours, 0, len);
	compare_chunk(j, at, len);
}

/* What of the stick's last mebibyte is beyond the image. */
static void
each_end(struct usb_write *j, block_fn *fn)
{
	uint64_t size = j->stick->size;
	uint64_t at = size > MARKS ? size - MARKS : 0;

	if (at < j->image->len)
		at = j->image->len;
	each_chunk(j, at, size, fn);
}

static void
write_first(struct usb_write *j, bool zero)
{
	size_t len = j->stick->block;

	if (zero)
		memset(ours, 0, len);
	else
		usb_image_get(j->image, 0, ours, len);
	stick_write(j->stick, 0, ours, len, NOT_WHOLE);
	stick_sync(j->stick, NOT_WHOLE);
	compare_chunk(j, 0, len);
}

/* Of another stick's image the blocks would be in wrong places. */
static void
check_mine(struct usb_write *j)
{
	size_t len = j->stick->block;

	usb_image_get(j->image, 0, ours, len);
	stick_read(j->stick, 0, theirs, len, NOTHING_DONE);
	if (memcmp(ours, theirs, len) != 0)
		stage_fail(EX_DATAERR, j->stick->name, 0,
		    "%s is no image of this stick: the first block is "
		    "another" NOTHING_DONE,
		    j->image->name);
}

static void
write_stick(struct usb_write *j)
{
	each_block(j, count_chunk);
	if (j->keep)
		check_mine(j);
	else {
		write_first(j, true);
		each_end(j, wipe_chunk);
	}
	each_block(j, write_chunk);
	stick_sync(j->stick, NOT_WHOLE);
	j->done = 0;
	each_block(j, verify_chunk);
	if (j->wiped)
		each_end(j, verify_wiped);
	if (!j->keep)
		write_first(j, false);
	if (stage_verbose())
		stage_say(j->stick->name, 0,
		    "%s written and verified (%llu of %llu bytes matter)",
		    j->image->name,
		    (unsigned long long)(j->total + j->stick->block),
		    (unsigned long long)j->image->len);
	explicit_bzero(ours, sizeof(ours));
	explicit_bzero(theirs, sizeof(theirs));
}

/* --- asking -------------------------------------------------------------- */

/* Where the answer comes from; -1 when nobody sits there. */
static int
answer_from(const struct usb_image *image)
{
	if (!isatty(STDERR_FILENO))
		return -1;
	if (strcmp(image->name, "<stdin>") != 0)
		return isatty(STDIN_FILENO) ? STDIN_FILENO : -1;
	return open("/dev/tty", O_RDONLY | O_CLOEXEC);
}

static void
ask_consent(const struct stick *s, const struct usb_image *image, bool keep,
    int tty)
{
	char size[STICK_SIZE_TEXT], answer[16];
	ssize_t n;

	stick_size_text(size, s->size);
	(void)fprintf(stderr,
	    "%s %s, serial %s, %s, at port %s\nholds: %s\n"
	    "%s will be lost to %s.  Type yes to go on: ",
	    s->vendor, s->product, s->name, size, s->sys.port,
	    s->layout[0] != '\0' ? s->layout : "unknown",
	    keep ? "What its FAT volume refers to" : "All of it", image->name);
	n = read(tty, answer, sizeof(answer));
	if (n == 4 && memcmp(answer, "yes\n", 4) == 0)
		return;
	if (usbdisk_stopped())
		(void)fputc('\n', stderr);
	errx(EX_TEMPFAIL, "%s: not agreed to" NOTHING_DONE, s->name);
}

/* What was asked for. */
struct wish {
	const char *name; /* of the stick, or NULL */
	unsigned want;
	bool yes;
};

static void
parse_args(struct usb_write *j, struct wish *w, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "all", no_argument, NULL, OPT_ALL },
		{ "keep", no_argument, NULL, OPT_KEEP },
		{ "large", no_argument, NULL, OPT_LARGE },
		{ "yes", no_argument, NULL, OPT_YES },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "s:t:", longopts)) != -1)
		switch (ch) {
		case OPT_ALL:
			j->all = true;
			break;
		case OPT_KEEP:
			j->keep = true;
			break;
		case OPT_LARGE:
			w->want |= STICK_LARGE_OK;
			break;
		case OPT_YES:
			w->yes = true;
			break;
		case 's':
			w->name = optarg;
			break;
		case 't':
			stick_timeout(optarg);
			break;
		default:
			stage_usage();
		}
	if (argc - optind > 1 || (j->all && j->keep))
		stage_usage();
}

int
main(int argc, char *argv[])
{
	struct wish w = { .want = STICK_WRITE };
	struct usb_write j = { 0 };
	struct usb_image image;
	int tty = -1;

	stage_begin("[-v] [--all | --keep] [--large] [--yes] [-s serial] [-t "
	            "seconds] "
	            "[image]",
	    MAY_READ_FILES | MAY_USE_USB | USES_SECRETS);
	parse_args(&j, &w, argc, argv);
	usb_image_open(&image, argv[optind]);
	if (!w.yes && (tty = answer_from(&image)) == -1)
		errx(EX_USAGE,
		    "no terminal to ask whether the stick may be "
		    "overwritten; say --yes if you mean it");
	usbdisk_begin();
	stage_confine();
	j.image = &image;
	j.stick = stick_choose(w.name, w.want);
	usb_image_check(&image, j.stick, j.keep);
	if (!w.yes)
		ask_consent(j.stick, &image, j.keep, tty);
	stick_take(j.stick, w.want);
	write_stick(&j);
	stick_give_back(j.stick);
	return stage_end();
}
