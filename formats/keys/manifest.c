#include "keys/manifest.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

#define DEPTH_MAX 8
#define STRING_MAX 256

struct manifest_reader {
	const char *s;
	size_t at, len;
	struct fault *f;
};

static int
manifest_bad(struct manifest_reader *r, const char *why)
{
	return fault_set(r->f, r->at, "manifest: %s", why);
}

static char
manifest_peek(struct manifest_reader *r)
{
	while (r->at < r->len && strchr(" \t\r\n", r->s[r->at]) != NULL &&
	    r->s[r->at] != '\0')
		r->at++;
	return r->at < r->len ? r->s[r->at] : '\0';
}

static int
manifest_take(struct manifest_reader *r, char c)
{
	if (manifest_peek(r) != c)
		return manifest_bad(r, "not JSON, or it ends early");
	r->at++;
	return 0;
}

/* A string, cut to what fits: names and digests are ASCII without escapes, so
 * one that has them only needs to differ from those. */
static int
take_string(struct manifest_reader *r, char to[STRING_MAX])
{
	size_t n = 0;

	if (manifest_take(r, '"') == -1)
		return -1;
	for (; r->at < r->len && r->s[r->at] != '"'; r->at++) {
		if ((unsigned char)r->s[r->at] < ' ')
			return manifest_bad(r,
			    "a string has a control character");
		if (r->s[r->at] == '\\' && r->at + 1 < r->len) {
			if (n + 1 < STRING_MAX)
				to[n++] = '\\';
			r->at++;
		}
		if (n + 1 < STRING_MAX)
			to[n++] = r->s[r->at];
	}
	to[n] = '\0';
	return manifest_take(r, '"');
}

static int
take_number(struct manifest_reader *r, uint64_t *n)
{
	char digits[21];
	size_t len = 0;

	(void)manifest_peek(r);
	while (r->at < r->len && r->s[r->at] >= '0' && r->s[r->at] <= '9' &&
	    len + 1 < sizeof(digits))
		digits[len++] = r->s[r->at++];
	digits[len] = '\0';
	if (text_number(n, digits, UINT32_MAX) == -1)
		return manifest_bad(r,
		    "not a count (expected 0 to 4294967295)");
	return 0;
}

/* Steps over a value of any type. */
static int
manifest_skip(struct manifest_reader *r)
{
	char string[STRING_MAX];
	int depth = 0;

	do {
		char c = manifest_peek(r);

		if (c == '"') {
			if (take_string(r, string) == -1)
				return -1;
		} else if (c == '{' || c == '[') {
			if (++depth > DEPTH_MAX)
				return manifest_bad(r, "nested too deep");
			r->at++;
		} else if (c == '}' || c == ']') {
			if (--depth < 0)
				return manifest_bad(r, "a value is missing");
			r->at++;
		} else if (c == '\0') {
			return manifest_bad(r, "not JSON, or it ends early");
		} else if (depth != 0 && (c == ',' || c == ':')) {
			r->at++;
		} else {
			size_t word = r->at;

			while (r->at < r->len &&
			    ((text_lower(r->s[r->at]) >= 'a' &&
			         text_lower(r->s[r->at]) <= 'z') ||
			        strchr("+-.0123456789", r->s[r->at]) != NULL) &&
			    r->s[r->at] != '\0')
				r->at++;
			if (r->at == word)
				return manifest_bad(r, "not JSON");
		}
	} while (depth > 0);
	return 0;
}

/* { "name": value, ... }: calls fn at each value. */
static int
each_member(struct manifest_reader *r, struct manifest *m,
    int (*fn)(struct manifest_reader *r, struct manifest *m, const char *name))
{
	char name[STRING_MAX];

	if (manifest_take(r, '{') == -1)
		return -1;
	if (manifest_peek(r) == '}')
		return manifest_take(r, '}');
	for (;;) {
		if (take_string(r, name) == -1 || manifest_take(r, ':') == -1 ||
		    fn(r, m, name) == -1)
			return -1;
		if (manifest_peek(r) != ',')
			return manifest_take(r, '}');
		r->at++;
	}
}

static int
take_file(struct manifest_reader *r, struct manifest *m, const char *name)
{
	char digest[STRING_MAX];
	uint8_t bytes[MANIFEST_DIGEST / 2];
	size_t n;

	if (take_string(r, digest) == -1)
		return -1;
	if (m->nfiles == MANIFEST_FILES_MAX)
		return manifest_bad(r,
		    TEXT_WITH("too many files (expected up to ",
		        MANIFEST_FILES_MAX, ")"));
	if (strlen(name) > MANIFEST_NAME_MAX ||
	    manifest_digest(m, name) != NULL)
		return manifest_bad(r,
		    "a file's name is too long or stands twice");
	if (text_unhex(bytes, sizeof(bytes), &n, digest) == -1 ||
	    n != sizeof(bytes))
		return manifest_bad(r,
		    TEXT_WITH("a digest is not SHA-256 (expected ",
		        MANIFEST_DIGEST, " hex digits)"));
	memcpy(m->file[m->nfiles].name, name, strlen(name) + 1);
	text_hex(m->file[m->nfiles].sha256, bytes, sizeof(bytes));
	m->nfiles++;
	return 0;
}

static int
take_member(struct manifest_reader *r, struct manifest *m, const char *name)
{
	char text[STRING_MAX];
	uint64_t version;

	if (strcmp(name, "format") == 0) {
		if (take_string(r, text) == -1)
			return -1;
		return strcmp(text, "amtbatch-keys") == 0
		    ? 0
		    : manifest_bad(r,
		          "another format (expected amtbatch-keys)");
	}
	if (strcmp(name, "version") == 0) {
		if (take_number(r, &version) == -1)
			return -1;
		return version == 1
		    ? 0
		    : manifest_bad(r, "another version (expected 1)");
	}
	if (strcmp(name, "batch") == 0) {
		if (take_string(r, text) == -1)
			return -1;
		if (strlen(text) > MANIFEST_NAME_MAX)
			return manifest_bad(r, "batch is too long");
		memcpy(m->batch, text, strlen(text) + 1);
		return 0;
	}
	if (strcmp(name, "count") == 0)
		return take_number(r, &m->count);
	if (strcmp(name, "files") == 0)
		return each_member(r, m, take_file);
	return manifest_skip(r);
}

int
manifest_decode(struct manifest *m, const char *json, size_t len,
    struct fault *f)
{
	struct manifest_reader r = { .s = json, .len = len, .f = f };

	memset(m, 0, sizeof(*m));
	m->count = UINT64_MAX;
	if (each_member(&r, m, take_member) == -1)
		return -1;
	if (manifest_peek(&r) != '\0' || r.at < r.len)
		return manifest_bad(&r, "bytes left over behind it");
	if (m->count == UINT64_MAX)
		return manifest_bad(&r, "no count of keys");
	if (manifest_digest(m, "keys.csv") == NULL)
		return manifest_bad(&r, "names no keys.csv");
	return 0;
}

const char *
manifest_digest(const struct manifest *m, const char *name)
{
	for (size_t i = 0; i < m->nfiles; i++)
		if (strcmp(m->file[i].name, name) == 0)
			return m->file[i].sha256;
	return NULL;
}
