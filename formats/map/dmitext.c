#include "map/dmitext.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/heading.h"
#include "base/text.h"

#define LINE_KEPT 1023 /* a longer one says nothing that is asked for */

/* What a name was read from; a higher one is more to be trusted. */
enum rank { NO_NAME, FILE_NAME, HOST_NAME, FULL_NAME };

struct dmitext {
	dmitext_fn *fn;
	void *arg;
	char line[LINE_KEPT + 1];
	size_t len;
	size_t nth;    /* of the line, from 1 */
	bool after_cr; /* an LF now is half of a line end */
	struct dmitext_machine m;
	enum rank rank; /* of its name */
	bool dump;      /* its dump has begun */
	bool system;    /* and its System Information */
	bool inside;    /* which is being read */
};

static const struct heading_name labels[] = {
	{ "hostname", HOST_NAME },
	{ "host", HOST_NAME },
	{ "name", HOST_NAME },
	{ "computer", HOST_NAME },
	{ "computername", HOST_NAME },
	{ "machinename", HOST_NAME },
	{ "fqdn", FULL_NAME },
	{ "dnsname", FULL_NAME },
	{ "fullcomputername", FULL_NAME },
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Without the blanks around it, in place. */
static char *
dmitext_trim(char *s)
{
	size_t len;

	while (is_blank(*s))
		s++;
	len = strlen(s);
	while (len != 0 && is_blank(s[len - 1]))
		s[--len] = '\0';
	return s;
}

static bool
dmitext_begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

bool
dmitext_looks(const char *text, size_t len)
{
	static const char start[] = "# dmidecode ",
	                  title[] = "System Information";

	for (size_t at = 0; at < len;) {
		const char *s = text + at;
		const char *end = memchr(s, '\n', len - at);
		size_t n = end != NULL ? (size_t)(end - s) : len - at;

		at += n + 1;
		while (n != 0 && (s[n - 1] == '\r' || is_blank(s[n - 1])))
			n--;
		if (n >= strlen(start) && memcmp(s, start, strlen(start)) == 0)
			return true;
		if (n == strlen(title) && memcmp(s, title, n) == 0)
			return true;
	}
	return false;
}

struct dmitext *
dmitext_new(dmitext_fn *fn, void *arg)
{
	struct dmitext *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->fn = fn;
	d->arg = arg;
	d->nth = 1;
	return d;
}

void
dmitext_free(struct dmitext *d)
{
	free(d);
}

/* The machine is complete; the next begins. */
static void
dmitext_finish(struct dmitext *d)
{
	if (d->dump || d->rank != NO_NAME)
		d->fn(d->arg, &d->m);
	memset(&d->m, 0, sizeof(d->m));
	d->rank = NO_NAME;
	d->dump = d->system = d->inside = false;
}

static void
begin_line(struct dmitext *d)
{
	if (d->m.line == 0)
		d->m.line = d->nth;
}

static void
begin_dump(struct dmitext *d)
{
	if (d->dump)
		dmitext_finish(d);
	begin_line(d);
	d->dump = true;
}

static void
begin_system(struct dmitext *d)
{
	if (d->system || !d->dump)
		begin_dump(d);
	d->system = d->inside = true;
}

static void
dmitext_keep(char to[DMITEXT_VALUE], const char *from)
{
	(void)snprintf(to, DMITEXT_VALUE, "%s", from);
}

/* Are they a host's name and the same with its domain? */
static bool
same_host(const char *a, const char *b)
{
	size_t n = strcspn(a, ".");

	if (n != strcspn(b, "."))
		return false;
	for (size_t i = 0; i < n; i++)
		if (text_lower(a[i]) != text_lower(b[i]))
			return false;
	return true;
}

/* Does a line with a name belong to the one that is there already? */
static bool
adds_to(const struct dmitext *d, enum rank rank, const char *name)
{
	if (d->dump || rank == FILE_NAME || rank == d->rank)
		return false;
	return d->rank <= FILE_NAME || same_host(d->m.name, name);
}

static int
take_name(struct dmitext *d, enum rank rank, const char *name, struct fault *f)
{
	char shown[80];

	if (d->dump && d->rank == NO_NAME) {
		text_show(shown, sizeof(shown), name, strlen(name));
		return fault_set(f, d->nth,
		    "\"%s\" is below a dump without a name: it may belong "
		    "to that one or to the next (expected each machine's name "
		    "above its dump)",
		    shown);
	}
	if (!adds_to(d, rank, name))
		dmitext_finish(d);
	else if (rank < d->rank)
		return 0;
	begin_line(d);
	d->rank = rank;
	d->m.name_line = d->nth;
	dmitext_keep(d->m.name, name);
	return 0;
}

/* A file's name without folders and a usual ending, in place. */
static char *
base_name(char *path)
{
	static const char *const ends[] = { ".txt", ".log", ".out", ".dmi",
		".dmidecode" };
	char *base = strrchr(path, '/');
	size_t len;

	base = base != NULL ? base + 1 : path;
	len = strlen(base);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i]);

		if (len > n && text_same(base + len - n, ends[i])) {
			base[len - n] = '\0';
			break;
		}
	}
	return base;
}

/* Outside of a structure: does the line say a name? */
static int
look_for_name(struct dmitext *d, char *line, struct fault *f)
{
	size_t len = strlen(line);
	char *mark, *name;
	int rank;

	if (len > 8 && dmitext_begins(line, "==> ") &&
	    strcmp(line + len - 4, " <==") == 0) {
		line[len - 4] = '\0';
		name = base_name(line + 4);
		/* Of a folder: no name. */
		return *name != '\0' ? take_name(d, FILE_NAME, name, f) : 0;
	}
	mark = strstr(line, " | ");
	if (mark != NULL && strstr(mark, "rc=") != NULL) {
		*mark = '\0';
		return take_name(d, FILE_NAME, line, f);
	}
	mark = strchr(line, ':');
	if (mark == NULL)
		return 0;
	*mark = '\0';
	rank = heading_find(line, labels, sizeof(labels) / sizeof(labels[0]));
	mark = dmitext_trim(mark + 1);
	if (rank == -1 || *mark == '\0')
		return 0;
	return take_name(d, (enum rank)rank, mark, f);
}

/* The value of a line with that label, unless it was there already. */
static bool
take_value(char to[DMITEXT_VALUE], const char *label, char *line)
{
	if (to[0] != '\0' || !dmitext_begins(line, label))
		return false;
	dmitext_keep(to, dmitext_trim(line + strlen(label)));
	return true;
}

/* In System Information. */
static void
look_for_values(struct dmitext *d, char *line)
{
	if (d->m.uuid_line == 0 && take_value(d->m.uuid, "UUID:", line))
		d->m.uuid_line = d->nth;
	else if (!take_value(d->m.model, "Product Name:", line))
		(void)take_value(d->m.serial, "Serial Number:", line);
}

static int
take_line(struct dmitext *d, struct fault *f)
{
	bool indented = is_blank(d->line[0]);
	char *line = dmitext_trim(d->line);

	if (*line == '\0')
		d->inside = false;
	else if (dmitext_begins(line, "# dmidecode"))
		begin_dump(d);
	else if (!indented && strcmp(line, "System Information") == 0)
		begin_system(d);
	else if (d->inside)
		look_for_values(d, line);
	else if (!indented)
		return look_for_name(d, line, f);
	return 0;
}

static int
end_line(struct dmitext *d, struct fault *f)
{
	int ok;

	d->line[d->len] = '\0';
	d->len = 0;
	ok = take_line(d, f);
	d->nth++;
	return ok;
}

int
dmitext_feed(struct dmitext *d, const char *text, size_t len, struct fault *f)
{
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		bool half = c == '\n' && d->after_cr;

		d->after_cr = c == '\r';
		if (half)
			continue;
		if (c == '\n' || c == '\r') {
			if (end_line(d, f) == -1)
				return -1;
		} else if (c == '\0')
			return fault_set(f, d->nth,
			    "text has a NUL byte (is this UTF-16 without its "
			    "mark?)");
		else if (d->len < LINE_KEPT)
			d->line[d->len++] = c;
	}
	return 0;
}

int
dmitext_end(struct dmitext *d, struct fault *f)
{
	if (d->len != 0 && end_line(d, f) == -1)
		return -1;
	dmitext_finish(d);
	return 0;
}
