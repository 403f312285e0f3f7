#include "map/props.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "base/writer.h"

#define KEY_MAX 16

struct line {
	char key[KEY_MAX];
	const char *value;
	size_t len;
	size_t number;
};

static enum reason_id
props_bad(struct fault *f, enum reason_id id, size_t line, const char *why,
    const char *what, size_t len)
{
	char shown[64];

	text_show(shown, sizeof(shown), what, len);
	(void)fault_set(f, line, "%s (got \"%s\")", why, shown);
	return id;
}

/* A value is one line of printable UTF-8. */
static bool
props_printable(const char *s, size_t len)
{
	if (text_utf8(s, len, NULL) == -1)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return true;
}

static enum reason_id
take_fqdn(struct props *p, const struct line *l, struct fault *f)
{
	struct fault why;

	if (p->fqdn[0] != '\0')
		return props_bad(f, REASON_PROPS_ANSWER, l->number,
		    "fqdn is there twice", l->value, l->len);
	if (domain_parse(p->fqdn, l->value, l->len, &why) == -1)
		return props_bad(f, REASON_PROPS_ANSWER, l->number, why.why,
		    l->value, l->len);
	return REASON_NONE;
}

static enum reason_id
take_profile(struct props *p, const struct line *l, struct fault *f)
{
	if (p->profile[0] != '\0')
		return props_bad(f, REASON_PROPS_ANSWER, l->number,
		    "profile is there twice", l->value, l->len);
	if (l->len >= sizeof(p->profile))
		return props_bad(f, REASON_PROPS_PROFILE, l->number,
		    "name of a profile is too long", l->value, l->len);
	memcpy(p->profile, l->value, l->len);
	p->profile[l->len] = '\0';
	return REASON_NONE;
}

static enum reason_id
take_ou(struct props *p, const struct line *l, struct fault *f)
{
	if (p->ou[0] != '\0')
		return props_bad(f, REASON_PROPS_ANSWER, l->number,
		    "ou is there twice", l->value, l->len);
	if (l->len >= sizeof(p->ou))
		return props_bad(f, REASON_PROPS_OU, l->number,
		    "ou is longer than 255 bytes", l->value, l->len);
	memcpy(p->ou, l->value, l->len);
	p->ou[l->len] = '\0';
	return REASON_NONE;
}

static enum reason_id
take_line(struct props *p, const struct line *l, struct fault *f)
{
	if (strcmp(l->key, "fqdn") == 0)
		return take_fqdn(p, l, f);
	if (strcmp(l->key, "profile") == 0)
		return take_profile(p, l, f);
	if (strcmp(l->key, "ou") == 0)
		return take_ou(p, l, f);
	return props_bad(f, REASON_PROPS_KEY, l->number,
	    "unknown key, expected fqdn, profile or ou", l->key,
	    strlen(l->key));
}

/* Splits one line, without its end, at the first equals sign. */
static enum reason_id
split_line(struct line *l, const char *text, size_t len, struct fault *f)
{
	const char *equals = memchr(text, '=', len);
	size_t keylen;

	if (!props_printable(text, len))
		return props_bad(f, REASON_PROPS_ANSWER, l->number,
		    "not printable UTF-8", text, len);
	if (equals == NULL)
		return props_bad(f, REASON_PROPS_ANSWER, l->number,
		    "line has no equals sign, expected key=value", text, len);
	keylen = (size_t)(equals - text);
	if (keylen == 0 || keylen >= sizeof(l->key))
		return props_bad(f, REASON_PROPS_KEY, l->number,
		    "unknown key, expected fqdn, profile or ou", text, keylen);
	memcpy(l->key, text, keylen);
	l->key[keylen] = '\0';
	for (size_t i = 0; i < keylen; i++)
		l->key[i] = text_lower(l->key[i]);
	l->value = equals + 1;
	l->len = len - keylen - 1;
	if (l->len == 0)
		return props_bad(f, REASON_PROPS_ANSWER, l->number,
		    "key has no value; leave the line out", text, len);
	return REASON_NONE;
}

enum reason_id
props_decode(struct props *p, const char *text, size_t len, struct fault *f)
{
	struct line l = { .number = 0 };

	memset(p, 0, sizeof(*p));
	if (len > PROPS_ANSWER_MAX) {
		(void)fault_set(f, 0, "more than %d bytes", PROPS_ANSWER_MAX);
		return REASON_PROPS_LONG;
	}
	while (len != 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end != NULL ? (size_t)(end - text) : len;
		size_t taken = end != NULL ? n + 1 : n;
		enum reason_id id = REASON_NONE;

		l.number++;
		if (n != 0 && text[n - 1] == '\r')
			n--;
		if (n != 0 &&
		    ((id = split_line(&l, text, n, f)) != REASON_NONE ||
		        (id = take_line(p, &l, f)) != REASON_NONE))
			return id;
		text += taken;
		len -= taken;
	}
	return REASON_NONE;
}

static void
props_put(struct writer *w, const char *key, const char *value)
{
	writer_text(w, key);
	writer_u8(w, '=');
	writer_text(w, value);
	writer_u8(w, '\n');
}

size_t
props_encode(char to[PROPS_QUESTION_MAX], const char *uuid, const char *address,
    const char *version)
{
	struct writer w = { .base = (uint8_t *)to, .cap = PROPS_QUESTION_MAX };

	props_put(&w, "uuid", uuid);
	props_put(&w, "address", address);
	props_put(&w, "version", version);
	return writer_done(&w) == 0 ? w.len : 0;
}

size_t
props_told(char to[PROPS_TOLD_MAX], const struct props *p)
{
	struct writer w = { .base = (uint8_t *)to, .cap = PROPS_TOLD_MAX - 1 };

	if (p->profile[0] != '\0')
		props_put(&w, "profile", p->profile);
	if (p->ou[0] != '\0')
		props_put(&w, "ou", p->ou);
	to[w.len] = '\0';
	return w.len;
}
