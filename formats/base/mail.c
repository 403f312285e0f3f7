#include "base/mail.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { NAME_MAX_SHOWN = 80, ATTACHMENTS_MAX = 1000 };

struct mail_part {
	const char *p, *end;
};

/* The next line without its end; false after the last. */
static bool
next_line(struct mail_part *rest, struct mail_part *line)
{
	const char *stop;

	if (rest->p == rest->end)
		return false;
	stop = memchr(rest->p, '\n', (size_t)(rest->end - rest->p));
	line->p = rest->p;
	line->end = stop != NULL ? stop : rest->end;
	rest->p = stop != NULL ? stop + 1 : rest->end;
	if (line->end > line->p && line->end[-1] == '\r')
		line->end--;
	return true;
}

/* Length of a field's name with its colon, 0 when the line begins none. */
static size_t
field_name(const struct mail_part *line)
{
	const char *p = line->p;

	while (p<line->end && * p> ' ' && *p < 127 && *p != ':')
		p++;
	return p > line->p && p < line->end && *p == ':'
	    ? (size_t)(p - line->p) + 1
	    : 0;
}

static bool
mail_begins(const struct mail_part *line, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(line->end - line->p) >= n &&
	    strncasecmp(line->p, word, n) == 0;
}

/* At the first header field, over the line of a mailbox and a mark. */
static struct mail_part
mail_start(const void *buf, size_t len)
{
	struct mail_part all = { buf, (const char *)buf + len }, line;

	if (len >= 3 && memcmp(buf, "\xef\xbb\xbf", 3) == 0)
		all.p += 3;
	if (mail_begins(&all, "From "))
		(void)next_line(&all, &line);
	return all;
}

bool
mail_is(const void *buf, size_t len)
{
	static const char *const usual[] = { "From:", "To:", "Subject:",
		"Date:", "Received:", "Return-Path:", "Message-ID:",
		"MIME-Version:", "Delivered-To:", "Content-Type:",
		"Content-Disposition:", "DKIM-Signature:" };
	struct mail_part rest = mail_start(buf, len), line;
	size_t n = 0;

	while (n < 2 && next_line(&rest, &line) && line.p != line.end) {
		if (*line.p == ' ' || *line.p == '\t')
			continue; /* the field goes on */
		if (field_name(&line) == 0)
			return false;
		for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
			if (mail_begins(&line, usual[i]))
				n++;
	}
	return n >= 2;
}

static bool
mail_contains(struct mail_part line, const char *word)
{
	for (; line.p < line.end; line.p++)
		if (mail_begins(&line, word))
			return true;
	return false;
}

bool
mail_has_type(const void *buf, size_t len, const char *word)
{
	struct mail_part rest = mail_start(buf, len), line;
	bool in_type = false;

	while (next_line(&rest, &line) && line.p != line.end) {
		if (*line.p != ' ' && *line.p != '\t') {
			if (field_name(&line) == 0)
				return false;
			in_type = mail_begins(&line, "Content-Type:");
		}
		if (in_type && mail_contains(line, word))
			return true;
	}
	return false;
}

/* The value after "name=" in a line, without its quotes; false if not found. */
static bool
find_name(struct mail_part line, struct mail_part *name)
{
	for (; line.p < line.end; line.p++)
		if (mail_begins(&line, "name="))
			break;
	if (line.p == line.end)
		return false;
	name->p = line.p + strlen("name=");
	if (name->p < line.end && *name->p == '"') {
		name->p++;
		name->end = memchr(name->p, '"', (size_t)(line.end - name->p));
	} else
		name->end = memchr(name->p, ';', (size_t)(line.end - name->p));
	if (name->end == NULL)
		name->end = line.end;
	return name->end > name->p;
}

/* Content-Type says name=, Content-Disposition filename=: mostly both. */
static bool
is_field_of_part(const struct mail_part *line, bool *in_field)
{
	if (line->p == line->end)
		*in_field = false;
	else if (*line->p != ' ' && *line->p != '\t')
		*in_field = mail_begins(line, "Content-Type:") ||
		    mail_begins(line, "Content-Disposition:");
	return *in_field;
}

size_t
mail_attachments(char *to, size_t cap, const void *buf, size_t len)
{
	struct mail_part rest = mail_start(buf, len), line, name,
	                 last = { "", "" };
	char shown[NAME_MAX_SHOWN];
	size_t n = 0, used = 0;
	bool in_field = false;

	to[0] = '\0';
	while (n < ATTACHMENTS_MAX && next_line(&rest, &line)) {
		if (!is_field_of_part(&line, &in_field) ||
		    !find_name(line, &name))
			continue;
		if (name.end - name.p == last.end - last.p &&
		    memcmp(name.p, last.p, (size_t)(name.end - name.p)) == 0)
			continue;
		last = name;
		n++;
		text_show(shown, sizeof(shown), name.p,
		    (size_t)(name.end - name.p));
		if (used + strlen(shown) + 3 > cap)
			continue;
		if (used != 0) {
			memcpy(to + used, ", ", 3);
			used += 2;
		}
		memcpy(to + used, shown, strlen(shown) + 1);
		used += strlen(shown);
	}
	return n;
}
