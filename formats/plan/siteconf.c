#include "plan/siteconf.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/writer.h"

/* --- how it is written ---------------------------------------------------- */

/* One line, and the value that is made of it. */
struct siteconf_reading {
	const char *at, *end; /* what is left of the line */
	const char *site;
	char value[SITECONF_VALUE];
	size_t len;
	struct fault *fault; /* its line is set by who reads the lines */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_letter(char c)
{
	c = text_lower(c);
	return (c >= 'a' && c <= 'z') || c == '_';
}

static size_t
name_len(const char *at, const char *end)
{
	size_t n = 0;

	while (at + n < end &&
	    (is_letter(at[n]) || (n != 0 && at[n] >= '0' && at[n] <= '9')))
		n++;
	return n;
}

static int
add_bytes(struct siteconf_reading *r, const char *from, size_t n)
{
	if (n >= sizeof(r->value) - r->len)
		return fault_set(r->fault, 0,
		    "a value is too long (expected up to %zu bytes)",
		    sizeof(r->value) - 1);
	memcpy(r->value + r->len, from, n);
	r->len += n;
	return 0;
}

/* $site or ${site}; r->at is behind the dollar sign. */
static int
read_dollar(struct siteconf_reading *r)
{
	bool braces = r->at < r->end && *r->at == '{';
	const char *name = r->at + braces;
	size_t n = name_len(name, r->end);

	if (n != 4 || memcmp(name, "site", 4) != 0 ||
	    (braces && (name + n == r->end || name[n] != '}')))
		return fault_set(r->fault, 0,
		    "a dollar sign means something in $site only (write a "
		    "plain one in single quotes)");
	r->at = name + n + braces;
	return add_bytes(r, r->site, strlen(r->site));
}

static int
not_closed(struct siteconf_reading *r)
{
	return fault_set(r->fault, 0, "a quote is not closed on its line");
}

static int
read_single(struct siteconf_reading *r)
{
	const char *close = memchr(r->at, '\'', (size_t)(r->end - r->at));
	size_t n;

	if (close == NULL)
		return not_closed(r);
	n = (size_t)(close - r->at);
	if (add_bytes(r, r->at, n) == -1)
		return -1;
	r->at = close + 1;
	return 0;
}

static int
read_double(struct siteconf_reading *r)
{
	while (r->at < r->end) {
		char c = *r->at++;

		if (c == '"')
			return 0;
		if (c == '`')
			return fault_set(r->fault, 0,
			    "commands are not run here: write a plain ` in "
			    "single quotes");
		if (c == '$') {
			if (read_dollar(r) == -1)
				return -1;
			continue;
		}
		if (c == '\\' && r->at < r->end &&
		    strchr("\"\\$`", *r->at) != NULL)
			c = *r->at++;
		if (add_bytes(r, &c, 1) == -1)
			return -1;
	}
	return not_closed(r);
}

/* A character outside of quotes. */
static int
read_bare(struct siteconf_reading *r)
{
	char c = *r->at;

	if (strchr(";&|<>()`\\", c) != NULL ||
	    (c == '~' && (r->len == 0 || r->value[r->len - 1] == ':')))
		return fault_set(r->fault, 0,
		    "%c stands outside of quotes: values with it need them, "
		    "and nothing is run here",
		    c);
	r->at++;
	return add_bytes(r, &c, 1);
}

static int
read_value(struct siteconf_reading *r)
{
	r->len = 0;
	while (r->at < r->end && !is_blank(*r->at)) {
		int rc;

		switch (*r->at) {
		case '\'':
			r->at++;
			rc = read_single(r);
			break;
		case '"':
			r->at++;
			rc = read_double(r);
			break;
		case '$':
			r->at++;
			rc = read_dollar(r);
			break;
		default:
			rc = read_bare(r);
		}
		if (rc == -1)
			return -1;
	}
	r->value[r->len] = '\0';
	return 0;
}

static enum siteconf_id
find_setting(const char *name, size_t n)
{
	enum siteconf_id i = 0;

	while (i < SITECONF_NSETTINGS &&
	    (strlen(siteconf_setting(i)->name) != n ||
	        memcmp(siteconf_setting(i)->name, name, n) != 0))
		i++;
	return i;
}

static int
read_assignment(struct siteconf *c, struct siteconf_reading *r)
{
	const char *name = r->at;
	size_t n = name_len(name, r->end);
	enum siteconf_id i;
	char shown[48];

	if (n == 0 || name + n == r->end || name[n] != '=') {
		while (n < (size_t)(r->end - name) && !is_blank(name[n]))
			n++;
		text_show(shown, sizeof(shown), name, n);
		return fault_set(r->fault, 0,
		    "not an assignment (got \"%s\", expected NAME=value "
		    "without "
		    "blanks around the equals sign)",
		    shown);
	}
	i = find_setting(name, n);
	if (i == SITECONF_NSETTINGS) {
		text_show(shown, sizeof(shown), name, n);
		return fault_set(r->fault, 0,
		    "there is no setting of that name (got \"%s\"; site(5) has "
		    "them all)",
		    shown);
	}
	r->at = name + n + 1;
	if (read_value(r) == -1)
		return -1;
	if (r->len != 0 && siteconf_check(r->value, i, r->fault) == -1)
		return -1;
	(void)snprintf(c->value[i], SITECONF_VALUE, "%s",
	    r->len != 0 ? r->value : siteconf_setting(i)->usual);
	return 0;
}

static int
read_line(struct siteconf *c, struct siteconf_reading *r)
{
	for (const char *p = r->at; p < r->end; p++)
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7f)
			return fault_set(r->fault, 0,
			    "a control character (U+%04X)", (unsigned)*p);
	if (text_utf8(r->at, (size_t)(r->end - r->at), NULL) == -1)
		return fault_set(r->fault, 0, "not UTF-8");
	for (;;) {
		while (r->at < r->end && is_blank(*r->at))
			r->at++;
		if (r->at == r->end || *r->at == '#')
			return 0;
		if (read_assignment(c, r) == -1)
			return -1;
	}
}

int
siteconf_decode(struct siteconf *c, const char *text, size_t len,
    const char *site, struct fault *f)
{
	static const char mark[] = { '\xef', '\xbb', '\xbf' };
	const char *at = text, *end = text + len;
	struct fault none;

	siteconf_usual(c);
	if (f == NULL)
		f = &none;
	if (len > SITECONF_MAX)
		return fault_set(f, 0, "larger than %d bytes", SITECONF_MAX);
	/* Editors of Windows put it there. */
	if (len >= sizeof(mark) && memcmp(text, mark, sizeof(mark)) == 0)
		at += sizeof(mark);
	for (size_t line = 1; at < end; line++) {
		const char *next = memchr(at, '\n', (size_t)(end - at));
		const char *stop = next != NULL ? next : end;
		struct siteconf_reading r = { .at = at,
			.end = stop,
			.site = site };

		r.fault = f;
		if (stop > at && stop[-1] == '\r')
			r.end--;
		if (read_line(c, &r) == -1) {
			f->at = line;
			return -1;
		}
		at = next != NULL ? next + 1 : end;
	}
	return 0;
}

size_t
siteconf_line(char *to, size_t cap, const struct siteconf *c,
    enum siteconf_id id)
{
	struct writer w = { .base = (uint8_t *)to, .cap = cap };

	writer_text(&w, siteconf_setting(id)->name);
	writer_text(&w, "='");
	for (const char *p = c->value[id]; *p != '\0'; p++) {
		if (*p == '\'')
			writer_text(&w, "'\\''");
		else
			writer_u8(&w, (uint8_t)*p);
	}
	writer_text(&w, "'\n");
	return writer_done(&w) == 0 ? w.len : 0;
}
