#include "keys/members.h"

#include <archive.h>
#include <archive_entry.h>
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/stage.h"
#include "base/text.h"

struct members {
	struct archive *a;
	int fd;
	const char *name; /* of the stream, borrowed */
	bool met_one;
	bool is_tar;
	bool more;     /* the present entry is not the last of its member */
	bool is_empty; /* no bytes at all */
	bool ended;    /* everything was read */
	char place[MEMBERS_PLACE_CAP];
	uint8_t buf[65536];
};

static la_ssize_t
read_some(struct archive *a, void *arg, const void **buf)
{
	struct members *m = arg;
	ssize_t n;

	(void)a;
	do
		n = read(m->fd, m->buf, sizeof(m->buf));
	while (n == -1 && errno == EINTR);
	if (n == -1)
		err(EX_IOERR, "%s", m->name);
	m->ended |= n == 0;
	*buf = m->buf;
	return n;
}

static _Noreturn void
members_damaged(const struct members *m)
{
	if (m->ended)
		(void)stage_input_cut(m->fd);
	stage_fail(EX_DATAERR, m->name, 0, "stream of members is damaged: %s",
	    archive_error_string(m->a) != NULL ? archive_error_string(m->a)
	                                       : "no reason known");
}

struct members *
members_open(int fd, const char *name)
{
	struct members *m = calloc(1, sizeof(*m));

	if (m == NULL || (m->a = archive_read_new()) == NULL)
		err(EX_OSERR, "%s", name);
	m->fd = fd;
	m->name = name;
	if (archive_read_support_format_tar(m->a) != ARCHIVE_OK ||
	    archive_read_support_format_raw(m->a) != ARCHIVE_OK ||
	    archive_read_support_format_empty(m->a) != ARCHIVE_OK ||
	    archive_read_set_options(m->a,
	        "tar:read_concatenated_archives,tar:hdrcharset=UTF-8") <
	        ARCHIVE_WARN ||
	    archive_read_open(m->a, m, NULL, read_some, NULL) < ARCHIVE_WARN)
		members_damaged(m);
	return m;
}

/* Its own place when the member has one, else where it stands; and whether
 * the next one goes on with it. */
static void
find_place(struct members *m, struct archive_entry *e)
{
	const char *key, *path = archive_entry_pathname(e);
	const void *value;
	size_t len;

	m->more = false;
	(void)snprintf(m->place, sizeof(m->place), "%s:%s", m->name,
	    path != NULL ? path : "?");
	(void)archive_entry_xattr_reset(e);
	while (archive_entry_xattr_next(e, &key, &value, &len) == ARCHIVE_OK)
		if (strcmp(key, MEMBERS_MORE) == 0) {
			m->more = true;
		} else if (strcmp(key, MEMBERS_PLACE) == 0 && len > 0 &&
		    len < sizeof(m->place)) {
			memcpy(m->place, value, len);
			m->place[len] = '\0';
		}
}

static bool
is_tar(const struct members *m)
{
	return (archive_format(m->a) & ARCHIVE_FORMAT_BASE_MASK) ==
	    ARCHIVE_FORMAT_TAR;
}

/* After the last member: nothing else may come. */
static bool
at_end(struct members *m, struct archive_entry *e)
{
	const char *path = archive_entry_pathname(e);

	if (path == NULL || strcmp(path, MEMBERS_END) != 0)
		return false;
	if (archive_read_next_header(m->a, &e) != ARCHIVE_EOF)
		stage_fail(EX_DATAERR, m->name, 0,
		    "stream of members goes on behind its end");
	return true;
}

/* The next entry of the tar, or false after the last. */
static bool
next_entry(struct members *m)
{
	struct archive_entry *e;
	int ok = archive_read_next_header(m->a, &e);

	if (ok == ARCHIVE_EOF) {
		(void)stage_input_cut(m->fd);
		stage_fail(EX_DATAERR, m->name, 0,
		    "bundle was cut off (no member \"%s\")", MEMBERS_END);
	}
	if (ok < ARCHIVE_WARN)
		members_damaged(m);
	if (at_end(m, e))
		return false;
	find_place(m, e);
	/* It goes into every record, and those are UTF-8. */
	if (text_utf8(m->place, strlen(m->place), NULL) == -1)
		stage_fail(EX_DATAERR, m->name, 0,
		    "a member's name is not UTF-8");
	return true;
}

/* The first step finds out what the input is. */
static bool
first_entry(struct members *m)
{
	struct archive_entry *e;
	int ok = archive_read_next_header(m->a, &e);

	(void)snprintf(m->place, sizeof(m->place), "%s", m->name);
	m->is_tar = is_tar(m);
	if (m->is_tar && ok >= ARCHIVE_WARN && ok != ARCHIVE_EOF) {
		if (at_end(m, e))
			return false;
		find_place(m, e);
		return true;
	}
	m->is_empty = ok == ARCHIVE_EOF;
	if (m->is_empty)
		(void)stage_input_cut(m->fd);
	if (ok < ARCHIVE_WARN)
		members_damaged(m);
	return true;
}

bool
members_next(struct members *m)
{
	if (m->met_one && !m->is_tar)
		return false;
	/* Parts that nobody read are not members of their own. */
	while (m->met_one && m->more)
		if (!next_entry(m))
			return false;
	if (m->met_one)
		return next_entry(m);
	m->met_one = true;
	return first_entry(m);
}

const char *
members_place(const struct members *m)
{
	return m->place;
}

size_t
members_read(struct members *m, void *buf, size_t cap)
{
	la_ssize_t n;

	if (m->is_empty)
		return 0;
	while ((n = archive_read_data(m->a, buf, cap)) == 0 && m->more)
		if (!next_entry(m))
			stage_fail(EX_DATAERR, m->place, 0,
			    "its last part is not there");
	if (n < 0)
		members_damaged(m);
	return (size_t)n;
}

void
members_free(struct members *m)
{
	if (m == NULL)
		return;
	(void)archive_read_free(m->a);
	explicit_bzero(m, sizeof(*m));
	free(m);
}
