#include "base/record.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Bytes that end what put_field copies as it is. */
static const bool special
    [256] = { ['\0'] = true, ['\t'] = true, ['\n'] = true, ['\\'] = true };

static void
put_field(struct writer *w, const char *s)
{
	for (;;) {
		const char *from = s;

		while (!special[(uint8_t)*s])
			s++;
		writer_bytes(w, from, (size_t)(s - from));
		switch (*s++) {
		case '\0':
			return;
		case '\t':
			writer_text(w, "\\t");
			break;
		case '\n':
			writer_text(w, "\\n");
			break;
		default:
			writer_text(w, "\\\\");
		}
	}
}

static void
put_header_of(struct writer *w, const struct kind *k, unsigned version,
    size_t ncolumns)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "@%s/%u", k->name, version);
	writer_text(w, name);
	for (size_t i = 0; i < ncolumns; i++) {
		writer_u8(w, '\t');
		writer_text(w, k->columns[i].name);
	}
	writer_u8(w, '\n');
}

void
record_put_header(struct writer *w, const struct kind *k)
{
	put_header_of(w, k, k->version, k->ncolumns);
}

void
record_put(struct writer *w, const struct kind *k, const char *const *fields)
{
	for (size_t i = 0; i < k->ncolumns; i++) {
		const char *s = fields[i] != NULL ? fields[i] : "";

		if (i != 0)
			writer_u8(w, '\t');
		else if (s[0] == '@')
			writer_u8(w, '\\');
		put_field(w, s);
	}
	writer_u8(w, '\n');
}

void
record_put_end(struct writer *w, uint64_t passed, uint64_t refused)
{
	char line[64];

	(void)snprintf(line, sizeof(line), "@end\t%llu\t%llu\n",
	    (unsigned long long)passed, (unsigned long long)refused);
	writer_text(w, line);
}

enum record_line
record_line(const char *line)
{
	if (line[0] != '@')
		return RECORD_ROW;
	if (strncmp(line, "@end\t", 5) == 0)
		return RECORD_END;
	return RECORD_HEADER;
}

static bool
header_is(const char *line, const struct kind *k, unsigned version,
    size_t ncolumns)
{
	char want[1024];
	struct writer w = { .base = (uint8_t *)want, .cap = sizeof(want) - 1 };

	put_header_of(&w, k, version, ncolumns);
	want[w.len - 1] = '\0'; /* the newline */
	return strcmp(want, line) == 0;
}

/* How many columns a header of that kind lists; 0 when it is no such header,
 * of no version that was ever written. */
static size_t
header_columns(const char *line, const struct kind *k)
{
	if (header_is(line, k, k->version, k->ncolumns))
		return k->ncolumns;
	for (size_t i = 0; i < KIND_OLDER_MAX && k->older[i].version != 0; i++)
		if (header_is(line, k, k->older[i].version,
		        k->older[i].ncolumns))
			return k->older[i].ncolumns;
	return 0;
}

const struct kind *
record_get_header(size_t *ncolumns, const char *line, struct fault *f)
{
	const struct kind *k;
	char name[32], shown[64];
	size_t n = strcspn(line, "/\t");

	text_show(shown, sizeof(shown), line, strcspn(line, "\t"));
	if (line[0] != '@' || n > sizeof(name) || line[n] != '/') {
		(void)fault_set(f, 0,
		    "not a record stream (got \"%s\", expected a line such "
		    "as @keys/2)",
		    shown);
		return NULL;
	}
	memcpy(name, line + 1, n - 1);
	name[n - 1] = '\0';
	k = kind_find(name);
	if (k == NULL) {
		(void)fault_set(f, 0, "unknown kind of stream (got \"%s\")",
		    shown);
		return NULL;
	}
	*ncolumns = header_columns(line, k);
	if (*ncolumns != 0)
		return k;
	(void)fault_set(f, 0,
	    "stream of another version or with other columns (got \"%s\", "
	    "expected @%s/%u with %zu columns)",
	    shown, k->name, k->version, k->ncolumns);
	return NULL;
}

/*
 * Unescapes in place; -1 at an escape that we never write.  What is read can
 * be written to the same bytes again, so \@ stands at the start of a line only.
 */
static int
record_unescape(char *s, bool first)
{
	char *to = strchr(s, '\\');

	if (to == NULL)
		return 0;
	first = first && to == s;
	s = to;
	if (first && s[0] == '\\' && s[1] == '@') {
		*to++ = '@';
		s += 2;
	}
	for (; *s != '\0'; s++) {
		if (*s != '\\') {
			*to++ = *s;
			continue;
		}
		switch (*++s) {
		case 't':
			*to++ = '\t';
			break;
		case 'n':
			*to++ = '\n';
			break;
		case '\\':
			*to++ = '\\';
			break;
		default:
			return -1;
		}
	}
	*to = '\0';
	return 0;
}

int
record_get(struct record *r, const struct kind *k, size_t ncolumns, char *line,
    size_t len, struct fault *f)
{
	char *p = line, *end = line + len;
	bool escaped;

	r->kind = k;
	if (memchr(line, '\0', len) != NULL)
		return fault_set(f, 0, "NUL byte in a record");
	escaped = memchr(line, '\\', len) != NULL;
	if (text_utf8(line, len, f) == -1)
		return -1;
	for (size_t i = ncolumns; i < k->ncolumns; i++)
		r->field[i] = end; /* its NUL */
	for (size_t i = 0; i < ncolumns; i++) {
		char *tab = memchr(p, '\t', (size_t)(end - p));
		bool last = i + 1 == ncolumns;

		if (last != (tab == NULL))
			return fault_set(f, 0,
			    "%s columns in a record (expected %zu)",
			    last ? "too many" : "too few", ncolumns);
		if (tab != NULL)
			*tab = '\0';
		r->field[i] = p;
		if (escaped && record_unescape(p, i == 0) == -1)
			return fault_set(f, 0, "unknown escape in column %s",
			    k->columns[i].name);
		if (tab != NULL)
			p = tab + 1;
	}
	return 0;
}

int
record_get_end(uint64_t *passed, uint64_t *refused, const char *line,
    struct fault *f)
{
	char first[24];
	const char *p = line + strlen("@end\t");
	size_t n = strcspn(p, "\t");

	if (n < sizeof(first) && p[n] == '\t') {
		memcpy(first, p, n);
		first[n] = '\0';
		if (text_number(passed, first, UINT64_MAX) == 0 &&
		    text_number(refused, p + n + 1, UINT64_MAX) == 0)
			return 0;
	}
	return fault_set(f, 0, "@end without its two numbers");
}
