#include "lib/textfile.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/filekind.h"
#include "lib/stage.h"
#include "base/text.h"

#define PART 65536
#define LEAD 64 /* bytes of empty lines before a mark */

struct textfile {
	int fd;
	const char *name;
	struct encoding_state state;
	bool begun; /* the first part was given */
	bool ended; /* no more from fd */
	char last;  /* byte given */
	/* What was read last, as UTF-8: within raw or in text. */
	const char *part;
	size_t len;
	uint8_t raw[PART];
	char text[ENCODING_ROOM(PART) + LEAD];
};

/* Up to PART bytes: a pipe gives fewer at a time. */
static size_t
textfile_fill(struct textfile *t)
{
	size_t len = 0;

	while (len < PART && !t->ended) {
		ssize_t n = read(t->fd, t->raw + len, PART - len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(EX_IOERR, "%s", t->name);
		t->ended = n == 0;
		len += (size_t)n;
	}
	return len;
}

/* raw[skip, len) as the part to give. */
static void
textfile_decode(struct textfile *t, size_t skip, size_t len)
{
	if (t->state.from == ENCODING_UTF8) {
		t->part = (const char *)t->raw + skip;
		t->len = len - skip;
		return;
	}
	t->part = t->text;
	t->len = encoding_next(&t->state, t->text, t->raw + skip, len - skip);
	if (t->ended)
		t->len += encoding_end(&t->state, t->text + t->len);
}

/*
 * A mark of UTF-16 below empty lines, as in a file that was appended to: the
 * lines, which stay, and what is behind the mark.  False if not found.
 */
static bool
decode_late(struct textfile *t, size_t len)
{
	char lines[LEAD];
	size_t lead = 0, nlines = 0, mark;

	/* They may be UTF-16 themselves. */
	for (; lead < len && lead < LEAD; lead++) {
		char c = (char)t->raw[lead];

		if (c == '\r' || c == '\n')
			lines[nlines++] = c;
		else if (c != '\0')
			break;
	}
	if (nlines == 0 ||
	    !encoding_marked(&t->state.from, &mark, t->raw + lead,
	        len - lead) ||
	    t->state.from == ENCODING_UTF8)
		return false;
	textfile_decode(t, lead + mark, len);
	memmove(t->text + nlines, t->text, t->len);
	memcpy(t->text, lines, nlines);
	t->len += nlines;
	return true;
}

struct textfile *
textfile_open(int fd, const char *name, enum encoding unmarked)
{
	struct textfile *t;
	size_t mark, len;

	if (text_utf8(name, strlen(name), NULL) == -1)
		stage_fail(EX_USAGE, name, 0, "the file's name is not UTF-8");
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		err(EX_OSERR, "%s", name);
	t->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (t->fd == -1)
		err(EX_OSERR, "%s", name);
	t->name = name;
	t->last = '\n';
	len = textfile_fill(t);
	if (decode_late(t, len))
		return t;
	if (!encoding_marked(&t->state.from, &mark, t->raw, len))
		t->state.from = unmarked;
	textfile_decode(t, mark, len);
	return t;
}

void
textfile_close(struct textfile *t)
{
	if (t == NULL)
		return;
	(void)close(t->fd);
	explicit_bzero(t, sizeof(*t));
	free(t);
}

void
textfile_check(const struct textfile *t)
{
	const char *why =
	    filekind_refusal(filekind_of((const uint8_t *)t->part, t->len), 0);

	if (why != NULL)
		stage_fail(EX_DATAERR, t->name, 0, "%s", why);
}

const char *
textfile_peek(const struct textfile *t, size_t *len, bool *all)
{
	*len = t->len;
	*all = t->ended;
	return t->part;
}

const char *
textfile_next(struct textfile *t, size_t *len)
{
	if (t->begun && t->ended)
		t->len = 0;
	else if (t->begun)
		textfile_decode(t, 0, textfile_fill(t));
	t->begun = true;
	*len = t->len;
	if (t->len == 0)
		return NULL;
	t->last = t->part[t->len - 1];
	return t->part;
}

void
textfile_warn(const struct textfile *t)
{
	/* A password or a name that lost its end may still keep its rules. */
	if (t->last != '\n' && t->last != '\r')
		stage_say(t->name, 0,
		    "warning: the last line has no line end; was the file cut "
		    "off?");
	if (t->state.nbad != 0)
		stage_say(t->name, 0,
		    "warning: characters that do not exist in %s: %llu",
		    encoding_name(t->state.from),
		    (unsigned long long)t->state.nbad);
}

const char *
textfile_name(const struct textfile *t)
{
	return t->name;
}

enum encoding
textfile_encoding(const struct textfile *t)
{
	return t->state.from;
}
