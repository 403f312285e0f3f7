/*
 * fatimage-read - the image of a stick on stdin, its setup.bin on stdout.
 *
 * A file is read where it is needed; a pipe is kept as far as it is needed
 * (our own images: to the end of setup.bin) and then read to its end.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "stick/fatimage.h"
#include "stick/imagefile.h"
#include "lib/stage.h"

static void
write_file(struct imagefile *s, const struct fatimage *img,
    const struct fatimage_file *file)
{
	static uint8_t buf[1U << 16];

	for (size_t i = 0; i < file->nruns; i++) {
		uint64_t left;
		uint64_t at = fatimage_run(img, file, i, &left);

		while (left != 0) {
			size_t n =
			    left < sizeof(buf) ? (size_t)left : sizeof(buf);

			if (imagefile_read(s, at, buf, n) == -1)
				stage_fail(EX_DATAERR, s->name, at,
				    "image ends early, within SETUP.BIN");
			if (fwrite(buf, 1, n, stdout) != n)
				stage_output_failed("standard output");
			at += n;
			left -= n;
		}
	}
	explicit_bzero(buf, sizeof(buf));
}

static void
warn_of(const struct imagefile *s, const struct fatimage_file *file)
{
	if (file->nruns > 1)
		stage_say(s->name, (size_t)file->entry,
		    "warning: SETUP.BIN is in %zu pieces; a BIOS may read "
		    "only the first",
		    file->nruns);
	if (file->before != 0)
		stage_say(s->name, (size_t)file->entry,
		    "warning: SETUP.BIN is not the first file (%u before "
		    "it); a BIOS may not find it",
		    file->before);
	else if (file->others != 0 && stage_verbose())
		stage_say(s->name, (size_t)file->entry,
		    "SETUP.BIN is not alone (%u others in the root folder)",
		    file->others);
}

static void
read_image(int fd, const char *name, void *arg)
{
	struct imagefile s;
	struct fatimage_file file;
	struct fatimage img;
	struct fault f;

	(void)arg;
	imagefile_open(&s, fd, name);
	if (fatimage_open(&img, imagefile_read, &s, &f) == -1)
		imagefile_refuse(&s, &f);
	if (fatimage_find(&img, &file, &f) == -1)
		stage_fail(EX_DATAERR, name, f.at, "%s", f.why);
	if (!s.pipe && !imagefile_whole(&s, img.end))
		stage_fail(EX_DATAERR, name, 0,
		    "image is cut (its volume ends at %llu)",
		    (unsigned long long)img.end);
	warn_of(&s, &file);
	write_file(&s, &img, &file);
	if (s.pipe && !imagefile_whole(&s, img.end))
		stage_fail(EX_DATAERR, name, 0,
		    "image is cut (its volume ends at %llu)",
		    (unsigned long long)img.end);
	imagefile_close(&s);
}

int
main(int argc, char *argv[])
{
	int ch;

	stage_begin("[-v] [image]", MAY_READ_FILES | EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "", NULL)) != -1)
		stage_usage();
	if (argc - optind > 1)
		stage_usage();
	if (isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "setup.bin is binary and holds secrets; it "
		    "does not go to a terminal");
	stage_confine();
	stage_each_input(argc, argv, read_image, NULL);
	return stage_end();
}
