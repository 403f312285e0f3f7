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
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "stick/fatimage.h"
#include "stick/fatimage_used.h"
#include "lib/sitefile.h"
#include "lib/source.h"
#include "lib/stage.h"
#include "stick/stick.h"

#define MARKS (1U << 20) /* bytes at each end */

/* Of a pipe, without its zeroes: more than the largest setup.bin and the FATs
 * of a large volume. */
#define KEPT_MAX (256U << 20)

#define NOTHING_DONE "; nothing was written"
#define NOT_WHOLE "; it is not whole now, do not use it"

enum { OPT_ALL = 256, OPT_KEEP, OPT_LARGE, OPT_YES };

struct image {
	int fd;
	const char *name;
	uint64_t len;
	bool fat; /* one volume is all of it; else every block matters */
	struct fatimage img;
};

struct job {
	struct image *image;
	struct stick *stick;
	bool all;
	bool keep;            /* what the volume does not refer to */
	bool wiped;           /* something beyond the image */
	uint64_t total, done; /* bytes */
};

static uint8_t ours[BOTDISK_CHUNK], theirs[BOTDISK_CHUNK];

/* --- the image ----------------------------------------------------------- */

/* As fatimage asks for it: 0, or -1 past the end. */
static int
image_read(void *arg, uint64_t at, void *buf, size_t len)
{
	const struct image *image = arg;
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

static void
must_read(struct image *image, uint64_t at, void *buf, size_t len)
{
	if (image_read(image, at, buf, len) == -1)
		errx(EX_IOERR, "%s: ends early", image->name);
}

static bool
is_zero(const uint8_t *p, size_t len)
{
	return len == 0 || (p[0] == 0 && memcmp(p, p + 1, len - 1) == 0);
}

static void
write_all(int fd, const uint8_t *from, size_t len)
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
fill(const struct image *image)
{
	size_t len = 0;

	while (len < sizeof(ours)) {
		ssize_t n = read(image->fd, ours + len, sizeof(ours) - len);

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
keep_pipe(struct image *image)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	size_t n, kept = 0;

	if (fd == -1)
		err(EX_OSERR, "memory for the image");
	while ((n = fill(image)) != 0) {
		if (is_zero(ours, n)) {
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
		write_all(fd, ours, n);
		image->len += n;
	}
	if (ftruncate(fd, (off_t)image->len) == -1)
		err(EX_OSERR, "memory for the image");
	image->fd = fd;
}

static void
open_image(struct image *image, const char *path)
{
	struct stat st;

	*image = (struct image){ .fd = STDIN_FILENO, .name = "<stdin>" };
	if (path != NULL && strcmp(path, "-") != 0) {
		image->name = path;
		image->fd = sitefile_open(path, O_RDONLY, 0);
		if (image->fd == -1)
			errx(EX_NOINPUT, "%s: %s", path, sitefile_why());
	}
	if (fstat(image->fd, &st) == -1)
		err(EX_NOINPUT, "%s", image->name);
	if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		keep_pipe(image);
	else if (S_ISREG(st.st_mode))
		image->len = (uint64_t)st.st_size;
	else
		errx(EX_NOINPUT, "%s: neither a file nor a pipe", image->name);
	if (image->len == 0)
		errx(EX_DATAERR, "%s: is empty", image->name);
}

static void
check_image(struct image *image, const struct stick *s, bool keep)
{
	uint8_t boot[FATIMAGE_SECTOR];
	uint32_t sector;
	struct fault f;
	bool by_table;

	if (image->len > s->size)
		errx(EX_DATAERR,
		    "%s: larger than the stick (has %llu bytes, the stick "
		    "%llu)",
		    image->name, (unsigned long long)image->len,
		    (unsigned long long)s->size);
	if (image->len % s->block != 0)
		errx(EX_DATAERR,
		    "%s: has the wrong size (%llu bytes are not whole blocks "
		    "of %u)",
		    image->name, (unsigned long long)image->len, s->block);
	if (fatimage_open(&image->img, image_read, image, &f) == -1) {
		if (keep)
			errx(EX_DATAERR, "%s: %s", image->name, f.why);
		return; /* whatever it is, all of it is written */
	}
	/* What else there is matters too, the second GPT at its end. */
	image->fat = keep ||
	    (image->img.npartitions <= 1 &&
	        image->img.table <= FATIMAGE_SECTOR);
	if (!image->fat)
		return;
	if (image->img.end > image->len)
		errx(EX_DATAERR, "%s: cut (its volume ends at %llu)",
		    image->name, (unsigned long long)image->img.end);
	must_read(image, image->img.volume, boot, sizeof(boot));
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

/* --- which blocks -------------------------------------------------------- */

typedef void block_fn(struct job *j, uint64_t at, size_t len);

static void
each_chunk(struct job *j, uint64_t at, uint64_t end, block_fn *fn)
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
each_block(struct job *j, block_fn *fn)
{
	struct image *image = j->image;
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
count(struct job *j, uint64_t at, size_t len)
{
	(void)at;
	j->total += len;
}

static void
progress(struct job *j, size_t len, const char *what)
{
	char text[64];

	j->done += len;
	(void)snprintf(text, sizeof(text), "of %llu kB %s",
	    (unsigned long long)j->total / 1000, what);
	stage_progress(j->stick->name, j->done / 1000, text);
}

static void
write_chunk(struct job *j, uint64_t at, size_t len)
{
	must_read(j->image, at, ours, len);
	stick_write(j->stick, at, ours, len, NOT_WHOLE);
	progress(j, len, "written");
}

/* Ends the program when the stick does not hold len bytes of ours there. */
static void
compare(struct job *j, uint64_t at, size_t len)
{
	size_t i = 0;

	stick_read(j->stick, at, theirs, len, NOT_WHOLE);
	if (memcmp(ours, theirs, len) == 0)
		return;
	while (ours[i] == theirs[i])
		i++;
	stage_fail(EX_IOERR, j->stick->name, 0,
	    "verifying at LBA %llu: it reads back otherwise than it was "
	    "written%s",
	    (unsigned long long)((at + i) / j->stick->block), NOT_WHOLE);
}

static void
verify_chunk(struct job *j, uint64_t at, size_t len)
{
	must_read(j->image, at, ours, len);
	compare(j, at, len);
	progress(j, len, "verified");
}

/* --- writing ------------------------------------------------------------- */

/* Zeroes for what is not zero. */
static void
wipe_chunk(struct job *j, uint64_t at, size_t len)
{
	stick_read(j->stick, at, theirs, len, NOT_WHOLE);
	if (is_zero(theirs, len))
		return;
	memset(ours, 0, len);
	stick_write(j->stick, at, ours, len, NOT_WHOLE);
	j->wiped = true;
}

static void
verify_wiped(struct job *j, uint64_t at, size_t len)
{
	memset(ours, 0, len);
	compare(j, at, len);
}

/* What of the stick's last mebibyte is beyond the image. */
static void
each_end(struct job *j, block_fn *fn)
{
	uint64_t size = j->stick->size;
	uint64_t at = size > MARKS ? size - MARKS : 0;

	if (at < j->image->len)
		at = j->image->len;
	each_chunk(j, at, size, fn);
}

static void
write_first(struct job *j, bool zero)
{
	size_t len = j->stick->block;

	if (zero)
		memset(ours, 0, len);
	else
		must_read(j->image, 0, ours, len);
	stick_write(j->stick, 0, ours, len, NOT_WHOLE);
	stick_sync(j->stick, NOT_WHOLE);
	compare(j, 0, len);
}

/* Of another stick's image the blocks would stand in wrong places. */
static void
check_mine(struct job *j)
{
	size_t len = j->stick->block;

	must_read(j->image, 0, ours, len);
	stick_read(j->stick, 0, theirs, len, NOTHING_DONE);
	if (memcmp(ours, theirs, len) != 0)
		stage_fail(EX_DATAERR, j->stick->name, 0,
		    "%s is no image of this stick: the first block is "
		    "another" NOTHING_DONE,
		    j->image->name);
}

static void
write_stick(struct job *j)
{
	each_block(j, count);
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
terminal(const struct image *image)
{
	if (!isatty(STDERR_FILENO))
		return -1;
	if (strcmp(image->name, "<stdin>") != 0)
		return isatty(STDIN_FILENO) ? STDIN_FILENO : -1;
	return open("/dev/tty", O_RDONLY | O_CLOEXEC);
}

static void
ask(const struct stick *s, const struct image *image, bool keep, int tty)
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

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "all", no_argument, NULL, OPT_ALL },
		{ "keep", no_argument, NULL, OPT_KEEP },
		{ "large", no_argument, NULL, OPT_LARGE },
		{ "yes", no_argument, NULL, OPT_YES },
		{ 0 },
	};
	unsigned want = STICK_WRITE;
	const char *name = NULL;
	bool yes = false;
	struct job j = { 0 };
	struct image image;
	int ch, tty = -1;

	stage_begin("[-v] [--all | --keep] [--large] [--yes] [-s serial] [-t "
	            "seconds] "
	            "[image]",
	    MAY_READ_FILES | MAY_USE_USB | USES_SECRETS);
	while ((ch = stage_getopt(argc, argv, "s:t:", longopts)) != -1)
		switch (ch) {
		case OPT_ALL:
			j.all = true;
			break;
		case OPT_KEEP:
			j.keep = true;
			break;
		case OPT_LARGE:
			want |= STICK_LARGE_OK;
			break;
		case OPT_YES:
			yes = true;
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
	if (argc - optind > 1 || (j.all && j.keep))
		stage_usage();
	open_image(&image, argv[optind]);
	if (!yes && (tty = terminal(&image)) == -1)
		errx(EX_USAGE,
		    "no terminal to ask whether the stick may be "
		    "overwritten; say --yes if you mean it");
	usbdisk_begin();
	stage_confine();
	j.image = &image;
	j.stick = stick_choose(name, want);
	check_image(&image, j.stick, j.keep);
	if (!yes)
		ask(j.stick, &image, j.keep, tty);
	stick_take(j.stick, want);
	write_stick(&j);
	stick_give_back(j.stick);
	return stage_end();
}
