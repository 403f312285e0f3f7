/*
 * bundle-open - the files of what an OEM sent, whatever it is packed in, as a
 * tar on standard output.
 *
 * A tar says each member's length before its bytes, and a container may lie
 * about it: so a member waits in memory, and one that does not fit there goes
 * out in parts, which members_next(3) of stages/lib puts together.
 */
#include <archive.h>
#include <archive_entry.h>
#include <err.h>
#include <poll.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <time.h>

#include "keys/bundle.h"
#include "lib/findings.h"
#include "keys/members.h"
#include "lib/rowfile.h"
#include "lib/secret.h"
#include "lib/stage.h"
#include "base/text.h"

enum {
	PART = 4 << 20,
	/* zstd --long and 7z -mx=9 take 128 MiB and less; twice BUNDLE_HELD
	 * while it grows, and libraries. */
	MEMORY = 400 << 20,
};

struct output {
	struct archive *tar;
	const char *bundle; /* what people call it */
	struct secret password;
	char *name; /* of the present member; NULL: the bundle is a file */
	unsigned part;
	uint8_t *buf;
	size_t len;
	uint64_t nmembers;
};

static la_ssize_t
bundle_put(struct archive *a, void *arg, const void *buf, size_t len)
{
	(void)a;
	(void)arg;
	if (fwrite(buf, 1, len, stdout) != len)
		stage_output_failed("standard output");
	return (la_ssize_t)len;
}

static _Noreturn void
tar_failed(const struct output *o)
{
	stage_fail(EX_SOFTWARE, o->bundle, 0, "tar: %s",
	    archive_error_string(o->tar));
}

static void
tar_begin(struct output *o)
{
	o->tar = archive_write_new();
	o->buf = malloc(PART);
	if (o->tar == NULL || o->buf == NULL)
		err(EX_OSERR, "memory");
	if (archive_write_set_format_pax_restricted(o->tar) != ARCHIVE_OK ||
	    archive_write_set_options(o->tar, "pax:xattrheader=SCHILY") !=
	        ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(o->tar, 1) != ARCHIVE_OK ||
	    archive_write_open(o->tar, NULL, NULL, bundle_put, NULL) !=
	        ARCHIVE_OK)
		tar_failed(o);
}

/* A member of the tar from the buffer. */
static void
write_member(struct output *o, const char *path, const char *place, bool more)
{
	struct archive_entry *e = archive_entry_new();

	if (e == NULL)
		err(EX_OSERR, "memory");
	archive_entry_set_pathname_utf8(e, path);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_mtime(e, 0, 0);
	archive_entry_set_size(e, (la_int64_t)o->len);
	if (place != NULL)
		archive_entry_xattr_add_entry(e, MEMBERS_PLACE, place,
		    strlen(place));
	if (more)
		archive_entry_xattr_add_entry(e, MEMBERS_MORE, "1", 1);
	if (archive_write_header(o->tar, e) != ARCHIVE_OK ||
	    archive_write_data(o->tar, o->buf, o->len) != (la_ssize_t)o->len)
		tar_failed(o);
	archive_entry_free(e);
	explicit_bzero(o->buf, o->len);
	o->len = 0;
}

static void
write_part(struct output *o, bool more)
{
	char path[MEMBERS_PLACE_CAP], place[MEMBERS_PLACE_CAP];
	const char *name = o->name;

	if (name == NULL)
		name = strcmp(o->bundle, "<stdin>") == 0
		    ? "stdin"
		    : rowfile_base(o->bundle);
	if (o->name != NULL)
		(void)snprintf(place, sizeof(place), "%s:%s", o->bundle,
		    o->name);
	else
		(void)snprintf(place, sizeof(place), "%s", o->bundle);
	/* Readers would take it, and what is before it, for all there is. */
	if (strcmp(name, MEMBERS_END) == 0)
		stage_fail(EX_DATAERR, o->bundle, 0,
		    "%s%sname marks the end of a bundle: rename it",
		    o->name != NULL ? o->name : "",
		    o->name != NULL ? ": " : "");
	if (o->part++ == 0)
		(void)snprintf(path, sizeof(path), "%s", name);
	else
		(void)snprintf(path, sizeof(path), "%s.part%u", name, o->part);
	write_member(o, path, place, more);
}

static void
bundle_begin(void *arg, const char *name)
{
	struct output *o = arg;

	o->name = name != NULL ? strdup(name) : NULL;
	if (name != NULL && o->name == NULL)
		err(EX_OSERR, "memory");
	o->part = 0;
	o->nmembers++;
}

static void
bundle_data(void *arg, const void *buf, size_t len)
{
	struct output *o = arg;
	const uint8_t *p = buf;

	while (len > 0) {
		size_t n = PART - o->len < len ? PART - o->len : len;

		memcpy(o->buf + o->len, p, n);
		o->len += n;
		p += n;
		len -= n;
		if (o->len == PART)
			write_part(o, true);
	}
}

static void
bundle_end(void *arg)
{
	struct output *o = arg;

	write_part(o, false);
	free(o->name);
	o->name = NULL;
}

static const char *
bundle_password(void *arg)
{
	struct output *o = arg;
	char prompt[256];

	(void)snprintf(prompt, sizeof(prompt), "Password of %.200s",
	    rowfile_base(o->bundle));
	return secret_get(&o->password, prompt);
}

/* Whoever had to write there ended before the first byte. */
static bool
is_empty_pipe(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, -1) == 1 &&
	    (p.revents & (POLLIN | POLLHUP)) == POLLHUP;
}

static void
open_one(int fd, const char *name, void *arg)
{
	struct output *o = arg;
	const struct bundle_fns fns = { bundle_begin, bundle_data, bundle_end,
		bundle_password, o };
	uint64_t before = o->nmembers;
	struct fault f;

	if (o->bundle == NULL || strcmp(name, "<stdin>") != 0)
		o->bundle = name;
	/* It goes into the tar and every record, and those are UTF-8. */
	if (text_utf8(o->bundle, strlen(o->bundle), NULL) == -1)
		stage_fail(EX_USAGE, o->bundle, 0,
		    "the file's name is not UTF-8");
	if (is_empty_pipe(fd))
		(void)stage_input_cut(fd);
	if (bundle_read(fd, &fns, &f) == -1)
		stage_fail(EX_DATAERR, o->bundle, 0, "%s", f.why);
	if (o->nmembers == before)
		stage_fail(EX_DATAERR, o->bundle, 0, "there is no file in it");
}

/*
 * A container says how much memory unpacking it takes, and LZMA, PPMd and zstd
 * believe up to 4 GiB.  Past the limit libarchive refuses the member.
 * AddressSanitizer maps terabytes for itself.
 */
static void
limit_memory(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	const struct rlimit r = { MEMORY, MEMORY };

	if (setrlimit(RLIMIT_AS, &r) == -1)
		err(EX_OSERR, "setrlimit");
#endif
}

int
main(int argc, char *argv[])
{
	struct output o = { 0 };
	const char *findings = NULL;
	bool last = true, end_only = false;
	int ch, fd = -1;

	stage_begin("[-cv] [-n name] [-p fd] [-F file] [file ...]\n"
	            "       bundle-open -e",
	    MAY_READ_FILES | EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "ceF:n:p:", NULL)) != -1)
		switch (ch) {
		case 'c':
			last = false;
			break;
		case 'e':
			end_only = true;
			break;
		case 'F':
			findings = optarg;
			break;
		case 'n':
			o.bundle =
			    strcmp(optarg, "-") == 0 ? "<stdin>" : optarg;
			break;
		case 'p':
			fd = (int)stage_number("-p", optarg, 0, 1023);
			break;
		default:
			stage_usage();
		}
	if (end_only && (!last || optind != argc))
		stage_usage();
	stage_guard_secrets(false);
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		warnx("no locale C.UTF-8: some names of members are not read");
	tzset(); /* for times in zip: opens its file now, not later */
	secret_begin(&o.password, fd);
	tar_begin(&o);
	limit_memory();
	if (o.password.tty != -1)
		stage_may_also(MAY_ASK);
	findings_begin(findings);
	stage_confine();
	if (!end_only)
		stage_each_input(argc, argv, open_one, &o);
	if (last)
		write_member(&o, MEMBERS_END, NULL, false);
	if (archive_write_free(o.tar) != ARCHIVE_OK)
		tar_failed(&o);
	free(o.buf);
	secret_end(&o.password);
	findings_end();
	return stage_end();
}
