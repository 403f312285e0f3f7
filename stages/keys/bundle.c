#include "keys/bundle.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/bundle_form.h"
#include "keys/bundle_source.h"
#include "base/text.h"
#include "lib/wipe.h"

/* What is common to the container and those within. */
struct walk {
	const struct bundle_fns *fns;
	struct fault *f;
	uint64_t total;
	unsigned nmembers;
	uint8_t buf[65536];
};

/* One container that is being read. */
struct box {
	struct walk *walk;
	struct bundle_source *source;
	struct archive *a;
	const char *outer; /* name of the container within, or NULL */
	unsigned depth;    /* 1: the input itself */
	enum bundle_form form;
	uint64_t nout;
	bool asked; /* for the password */
};

static int read_box(struct walk *w, struct bundle_source *s, const char *outer,
    unsigned depth);

/* --- one container --------------------------------------------------------*/

/* What a message calls the member: "inner.zip/keys.csv", made harmless. */
static const char *
bundle_shown(const struct box *b, const char *name)
{
	static char text[128];
	size_t len = 0;

	if (b->outer != NULL) {
		text_show(text, 60, b->outer, strlen(b->outer));
		len = strlen(text);
		text[len++] = '/';
	}
	text_show(text + len, sizeof(text) - len, name, strlen(name));
	return text;
}

static int
bundle_failed(struct box *b, const char *name)
{
	const char *why = archive_error_string(b->a);
	char shown[120], text[160];
	bool doubtful;

	if (why == NULL)
		why = "damaged";
	/* A zip checks one byte of the password: every 256th wrong one passes
	 * for right, and opens something else. */
	doubtful = b->asked && strstr(why, "assphrase") == NULL;
	text_show(shown, sizeof(shown), why, strlen(why));
	(void)snprintf(text, sizeof(text), "%s%s%s",
	    doubtful ? "wrong password, or damaged (" : "", shown,
	    doubtful ? ")" : "");
	if (name != NULL)
		return fault_set(b->walk->f, 0, "%.80s: %s",
		    bundle_shown(b, name), text);
	if (b->outer != NULL)
		return fault_set(b->walk->f, 0, "%.80s: %s", b->outer, text);
	return fault_set(b->walk->f, 0, "%s", text);
}

static const char *
bundle_password(struct archive *a, void *arg)
{
	struct box *b = arg;

	(void)a;
	/* Asked for again means that it is wrong. */
	if (b->asked)
		return NULL;
	b->asked = true;
	return b->walk->fns->password(b->walk->fns->arg);
}

static la_ssize_t
box_next(struct archive *a, void *arg, const void **buf)
{
	return bundle_source_next(((struct box *)arg)->source, a, buf);
}

static la_int64_t
box_seek(struct archive *a, void *arg, la_int64_t to, int whence)
{
	return bundle_source_seek(((struct box *)arg)->source, a, to, whence);
}

static int
open_box(struct box *b)
{
	struct archive *a = b->a;
	int ok;

	/* From the end of the file, as every unzip does: a streamed zip may
	 * show other members than its directory. */
	if (b->form == BUNDLE_ZIP)
		ok = archive_read_support_format_zip_seekable(a);
	else if (b->form == BUNDLE_SEVENZIP)
		ok = archive_read_support_format_7zip(a);
	else if (b->form == BUNDLE_COMPRESS)
		ok = archive_read_support_format_raw(a) |
		    archive_read_support_format_empty(a) |
		    archive_read_support_filter_compress(a);
	else
		ok = archive_read_support_format_tar(a) |
		    archive_read_support_format_raw(a) |
		    archive_read_support_format_empty(a) |
		    archive_read_support_filter_gzip(a) |
		    archive_read_support_filter_bzip2(a) |
		    archive_read_support_filter_xz(a) |
		    archive_read_support_filter_zstd(a);
	ok |= archive_read_set_passphrase_callback(a, b, bundle_password) |
	    archive_read_set_read_callback(a, box_next) |
	    archive_read_set_callback_data(a, b);
	if (b->source->can_seek && bundle_form_seeks(b->form))
		ok |= archive_read_set_seek_callback(a, box_seek);
	if (ok != ARCHIVE_OK || archive_read_open1(a) < ARCHIVE_WARN) {
		if (b->form == BUNDLE_ZIP)
			archive_set_error(a, 0,
			    "zip is cut off or damaged (no directory at its "
			    "end)");
		return bundle_failed(b, NULL);
	}
	if (archive_filter_count(a) > 2) {
		archive_set_error(a, 0, "compressed more than once");
		return bundle_failed(b, NULL);
	}
	return 0;
}

/* Adds n bytes that came out; refuses bombs. */
static int
count_out(struct box *b, const char *name, size_t n)
{
	struct bundle_source *s = b->source;
	uint64_t taken = s->ntaken < s->size ? s->ntaken : s->size;

	b->nout += n;
	b->walk->total += n;
	if (b->nout > BUNDLE_RATIO_FROM && b->nout / BUNDLE_RATIO > taken)
		return fault_set(b->walk->f, 0,
		    "%.80s: unpacks to more than %d times its size",
		    bundle_shown(b, name), BUNDLE_RATIO);
	if (b->walk->total > BUNDLE_TOTAL)
		return fault_set(b->walk->f, 0,
		    "%.80s: bundle unpacks to more than %llu bytes",
		    bundle_shown(b, name), (unsigned long long)BUNDLE_TOTAL);
	return 0;
}

/*
 * A member that is a container: all of it into memory, for zip and 7z jump
 * about in it.  Without a name: what a .Z holds, at the same depth.
 */
static int
read_inner(struct box *b, const char *name, size_t nfirst)
{
	struct walk *w = b->walk;
	size_t cap = 1 << 18, len = nfirst;
	uint8_t *held = malloc(cap), *more;
	struct bundle_source *s = calloc(1, sizeof(*s));
	la_ssize_t n = 1;
	const char *told = name != NULL ? name : "its content";
	int ok = -1;

	if (held == NULL || s == NULL) {
		(void)fault_set(w->f, 0, "out of memory");
		goto out;
	}
	memcpy(held, w->buf, nfirst);
	while ((n = archive_read_data(b->a, held + len, cap - len)) > 0) {
		len += (size_t)n;
		if (count_out(b, told, (size_t)n) == -1)
			goto out;
		if (len > BUNDLE_HELD / 3) {
			(void)fault_set(w->f, 0,
			    "%.80s: %s too large (expected at most %d bytes)",
			    bundle_shown(b, told),
			    name != NULL ? "container in a container is"
			                 : "unpacked from .Z it is",
			    BUNDLE_HELD / 3);
			goto out;
		}
		if (len < cap)
			continue;
		more = wipe_realloc(held, cap *= 2);
		if (more == NULL) {
			(void)fault_set(w->f, 0, "out of memory");
			goto out;
		}
		held = more;
	}
	if (n < 0) {
		(void)bundle_failed(b, name);
		goto out;
	}
	*s = (struct bundle_source){ .fd = -1,
		.held = held,
		.len = len,
		.can_seek = true,
		.size = len };
	ok = name != NULL ? read_box(w, s, name, b->depth + 1)
	                  : read_box(w, s, b->outer, b->depth);
out:
	if (held != NULL)
		explicit_bzero(held, len);
	free(held);
	free(s);
	return ok;
}

/* Fills the walk's buffer: what a member is shows at its start. */
static la_ssize_t
read_first(struct box *b)
{
	struct walk *w = b->walk;
	size_t len = 0;
	la_ssize_t n = 1;

	while (len < sizeof(w->buf) && n > 0) {
		n = archive_read_data(b->a, w->buf + len, sizeof(w->buf) - len);
		if (n < 0)
			return n;
		len += (size_t)n;
	}
	return (la_ssize_t)len;
}

/*
 * LZW has neither a length nor a checksum: a tar that was cut off shows only
 * by its own end, so it is read from what was unpacked.
 */
static int
read_compressed(struct box *b, size_t nfirst)
{
	const uint8_t *p = b->walk->buf;

	if (bundle_form(p, nfirst) != BUNDLE_OTHER ||
	    bundle_form_compressed(p, nfirst)) {
		archive_set_error(b->a, 0, "compressed more than once");
		return bundle_failed(b, NULL);
	}
	return read_inner(b, NULL, nfirst);
}

static int
read_member(struct box *b, const char *name)
{
	struct walk *w = b->walk;
	const struct bundle_fns *fns = w->fns;
	char full[2 * BUNDLE_NAME + 2];
	const char *told = name != NULL ? name : "its content";
	la_ssize_t n = read_first(b);

	if (n < 0)
		return bundle_failed(b, name);
	if (count_out(b, told, (size_t)n) == -1)
		return -1;
	if (b->form == BUNDLE_COMPRESS)
		return read_compressed(b, (size_t)n);
	if (name != NULL && bundle_form_packed(w->buf, (size_t)n)) {
		if (b->depth == BUNDLE_DEPTH)
			return fault_set(w->f, 0,
			    "%.80s: container in a container in a container "
			    "(expected at most one in another)",
			    bundle_shown(b, name));
		return read_inner(b, name, (size_t)n);
	}
	(void)snprintf(full, sizeof(full), "%s%s%s",
	    b->outer != NULL ? b->outer : "",
	    b->outer != NULL && name != NULL ? "/" : "",
	    name != NULL ? name : "");
	fns->begin(fns->arg, full[0] != '\0' ? full : NULL);
	while (n > 0) {
		fns->data(fns->arg, w->buf, (size_t)n);
		n = archive_read_data(b->a, w->buf, sizeof(w->buf));
		if (n > 0 && count_out(b, told, (size_t)n) == -1)
			return -1;
	}
	if (n < 0)
		return bundle_failed(b, name);
	fns->end(fns->arg);
	return 0;
}

/* Why the name is not one to take, or NULL.  It never names a file here, but
 * who sends such a name means harm, and others unpack what we are sent. */
static const char *
name_fault(const char *name)
{
	const char *part = name;

	if (name[0] == '\0')
		return "name is empty";
	if (strlen(name) > BUNDLE_NAME)
		return TEXT_WITH("name is longer than ", BUNDLE_NAME, " bytes");
	if (name[0] == '/' || name[0] == '\\' || name[1] == ':')
		return "name is an absolute path";
	for (const char *p = name;; p++) {
		if ((*p > 0 && *p < 0x20) || *p == 0x7f)
			return "name has control characters";
		if (*p != '/' && *p != '\\' && *p != '\0')
			continue;
		if (p - part == 2 && memcmp(part, "..", 2) == 0)
			return "name has \"..\"";
		if (*p == '\0')
			return NULL;
		part = p + 1;
	}
}

static const char *
type_fault(struct archive_entry *e)
{
	if (archive_entry_hardlink(e) != NULL)
		return "is a link";
	switch (archive_entry_filetype(e)) {
	case AE_IFREG:
	case AE_IFDIR:
	case 0: /* zip without Unix modes */
		return NULL;
	case AE_IFLNK:
		return "is a symbolic link";
	case AE_IFCHR:
	case AE_IFBLK:
		return "is a device";
	default:
		return "is no file";
	}
}

static int
take_entry(struct box *b, struct archive_entry *e)
{
	const char *path = archive_entry_pathname(e), *why;
	char name[BUNDLE_NAME + 1];
	size_t len;

	if (path == NULL)
		return fault_set(b->walk->f, 0,
		    "a member's name cannot be read");
	why = name_fault(path);
	if (why == NULL)
		why = type_fault(e);
	if (why != NULL)
		return fault_set(b->walk->f, 0, "%.120s: %s",
		    bundle_shown(b, path), why);
	if (++b->walk->nmembers > BUNDLE_MEMBERS)
		return fault_set(b->walk->f, 0, "%.80s: more than %d members",
		    bundle_shown(b, path), BUNDLE_MEMBERS);
	if (archive_entry_filetype(e) == AE_IFDIR)
		return 0;
	len = strlen(path);
	if (text_utf8(path, len, NULL) == 0)
		memcpy(name, path, len + 1);
	else
		text_show(name, sizeof(name), path, len);
	return read_member(b, name);
}

/* A tar ends with two blocks of zeros; one that was cut off between members
 * would look whole to libarchive. */
static int
check_end(struct box *b)
{
	struct bundle_source *s = b->source;
	const void *rest;
	size_t i = 0;

	if ((archive_format(b->a) & ARCHIVE_FORMAT_BASE_MASK) !=
	        ARCHIVE_FORMAT_TAR ||
	    archive_filter_count(b->a) > 1)
		return 0;
	while (bundle_source_next(s, b->a, &rest) > 0)
		;
	while (i < s->ntail && s->tail[i] == 0)
		i++;
	if (i == sizeof(s->tail))
		return 0;
	archive_set_error(b->a, 0,
	    "tar is cut off (no two blocks of zeros at its end)");
	return bundle_failed(b, NULL);
}

static int
read_entries(struct box *b)
{
	struct archive_entry *e;
	int ok;

	while ((ok = archive_read_next_header(b->a, &e)) == ARCHIVE_OK ||
	    ok == ARCHIVE_WARN) {
		if (archive_format(b->a) == ARCHIVE_FORMAT_RAW)
			ok = read_member(b, NULL);
		else
			ok = take_entry(b, e);
		if (ok == -1)
			return -1;
	}
	if (ok != ARCHIVE_EOF)
		return bundle_failed(b, NULL);
	return check_end(b);
}

static int
read_box(struct walk *w, struct bundle_source *s, const char *outer,
    unsigned depth)
{
	struct box b = { .walk = w,
		.source = s,
		.outer = outer,
		.depth = depth };
	uint8_t *held = NULL;
	int ok = -1;

	if (bundle_source_peek(s) == -1)
		return fault_set(w->f, 0, "%s", strerror(errno));
	b.form = bundle_form(s->start, s->nstart);
	if ((bundle_form_seeks(b.form) ||
	        bundle_form_program(s->start, s->nstart)) &&
	    !s->can_seek && bundle_source_hold(s, &held, w->f) == -1)
		return -1;
	if (b.form == BUNDLE_OTHER && bundle_source_ends_as_zip(s))
		b.form = BUNDLE_ZIP;
	if (s->can_seek) {
		s->nstart = 0;
		if (s->held == NULL && lseek(s->fd, 0, SEEK_SET) == -1)
			return fault_set(w->f, 0, "%s", strerror(errno));
	}
	b.a = archive_read_new();
	if (b.a == NULL)
		(void)fault_set(w->f, 0, "out of memory");
	else if (open_box(&b) == 0)
		ok = read_entries(&b);
	(void)archive_read_free(b.a);
	if (held != NULL)
		explicit_bzero(held, s->len);
	free(held);
	return ok;
}

int
bundle_read(int fd, const struct bundle_fns *fns, struct fault *f)
{
	struct walk *w = calloc(1, sizeof(*w));
	struct bundle_source *s = calloc(1, sizeof(*s));
	struct stat st;
	int ok = -1;

	if (w == NULL || s == NULL) {
		(void)fault_set(f, 0, "out of memory");
	} else {
		w->fns = fns;
		w->f = f;
		s->fd = fd;
		s->size = UINT64_MAX;
		if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
			s->can_seek = lseek(fd, 0, SEEK_CUR) == 0;
			s->size = (uint64_t)st.st_size;
		}
		ok = read_box(w, s, NULL, 1);
		explicit_bzero(w, sizeof(*w));
		explicit_bzero(s, sizeof(*s));
	}
	free(w);
	free(s);
	return ok;
}
