#include "lib/outputs.h"

#include <csv.h>
#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define LINE_WIDTH 78

static bool
must_quote(const char *s)
{
	size_t len = strlen(s);

	/* Blanks at the ends are not ours to lose, says RFC 4180 2.4. */
	return strpbrk(s, ",\"\r\n") != NULL || s[0] == ' ' ||
	    (len > 0 && s[len - 1] == ' ');
}

void
output_csv(FILE *f, const char *s)
{
	if (must_quote(s))
		(void)csv_fwrite(f, s, strlen(s));
	else
		(void)fputs(s, f);
}

void
output_csv_guarded(FILE *f, const char *s)
{
	char *guarded;

	if (s[0] == '\0' || strchr("=+-@\t\r", s[0]) == NULL) {
		output_csv(f, s);
		return;
	}
	if (asprintf(&guarded, "'%s", s) == -1)
		err(EX_OSERR, "outputs");
	output_csv(f, guarded);
	free(guarded);
}

static bool
is_json_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

void
output_json(FILE *f, const char *s)
{
	(void)fputc('"', f);
	for (;; s++) {
		const char *plain = s;

		while (is_json_plain(*s))
			s++;
		(void)fwrite(plain, 1, (size_t)(s - plain), f);
		if (*s == '\0')
			break;
		if (*s == '"' || *s == '\\')
			(void)fprintf(f, "\\%c", *s);
		else if (*s == '\n')
			(void)fputs("\\n", f);
		else if (*s == '\t')
			(void)fputs("\\t", f);
		else
			(void)fprintf(f, "\\u%04x", (unsigned char)*s);
	}
	(void)fputc('"', f);
}

/* As JSON has numbers: no leading zeros. */
static bool
is_json_number(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0' &&
	    (s[0] != '0' || s[1] == '\0');
}

static const char *
json_flag(const char *s)
{
	if (strcmp(s, "1") == 0 || strcmp(s, "yes") == 0)
		return "true";
	if (strcmp(s, "0") == 0 || strcmp(s, "no") == 0)
		return "false";
	return NULL;
}

void
output_json_field(FILE *f, enum column_type type, const char *s)
{
	const char *literal = NULL;

	if (type == COLUMN_NUMBER && is_json_number(s))
		literal = s;
	else if (type == COLUMN_FLAG)
		literal = json_flag(s);
	if (s[0] == '\0' && (type == COLUMN_NUMBER || type == COLUMN_FLAG))
		literal = "null";
	if (literal != NULL)
		(void)fputs(literal, f);
	else
		output_json(f, s);
}

/*
 * How many bytes a character at s has that changes the direction or the line of
 * the text around it, which then reads as something else; 0: another one.
 * Source: Unicode 15, 23.2 and UAX #9, 2: U+061C, U+200E, U+200F, U+2028 to
 * U+202E, U+2066 to U+2069.
 */
static size_t
direction_length(const char *s)
{
	const unsigned char *c = (const unsigned char *)s;

	if (c[0] == 0xd8 && c[1] == 0x9c)
		return 2;
	if (c[0] != 0xe2)
		return 0;
	if (c[1] == 0x80 &&
	    (c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xa8 && c[2] <= 0xae)))
		return 3;
	return c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9 ? 3 : 0;
}

/* Puts the character at s; how many bytes it has. */
static size_t
put_plain(FILE *f, const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t len = direction_length(s);

	if (len != 0) {
		(void)fputc('?', f);
		return len;
	}

	if (c < 0x20 || c == 0x7f) {
		(void)fputc('?', f);
		return 1;
	}
	/* U+0080 to U+009F are control characters too. */
	if (c == 0xc2 && (unsigned char)s[1] < 0xa0 && s[1] != '\0') {
		(void)fputc('?', f);
		return 2;
	}
	(void)fputc(c, f);
	return 1;
}

void
output_plain(FILE *f, const char *s)
{
	while (*s != '\0')
		s += put_plain(f, s);
}

/* Neither what output_html writes otherwise nor the beginning of what
 * put_plain looks at. */
static bool
is_html_plain(char at)
{
	unsigned char c = (unsigned char)at;

	if (c >= 0x80)
		return c != 0xc2 && c != 0xd8 && c != 0xe2;
	return c >= 0x20 && c != 0x7f && c != '&' && c != '<' && c != '>' &&
	    c != '"' && c != '\'';
}

void
output_html(FILE *f, const char *s)
{
	for (;;) {
		const char *plain = s, *entity;

		while (is_html_plain(*s))
			s++;
		(void)fwrite(plain, 1, (size_t)(s - plain), f);
		if (*s == '\0')
			return;
		entity = *s == '&' ? "&amp;"
		    : *s == '<'    ? "&lt;"
		    : *s == '>'    ? "&gt;"
		    : *s == '"'    ? "&quot;"
		    : *s == '\''   ? "&#39;"
		                   : NULL;
		if (entity == NULL) {
			s += put_plain(f, s);
			continue;
		}
		(void)fputs(entity, f);
		s++;
	}
}

size_t
output_width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void
output_wrapped(FILE *f, const char *head, const char *s)
{
	size_t indent = output_width(head), at = indent;
	bool first = true;

	output_plain(f, head);
	for (s += strspn(s, " "); *s != '\0'; s += strspn(s, " ")) {
		const char *end = s + strcspn(s, " ");
		size_t width = 0;

		for (const char *p = s; p < end; p++)
			width += ((unsigned char)*p & 0xc0) != 0x80;
		if (!first && at + 1 + width > LINE_WIDTH) {
			(void)fprintf(f, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!first) {
			(void)fputc(' ', f);
			at++;
		}
		while (s < end)
			s += put_plain(f, s);
		at += width;
		first = false;
	}
	(void)fputc('\n', f);
}
