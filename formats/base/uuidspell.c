#include "base/uuid.h"

#include <string.h>

#include "base/text.h"

/* What is left of a text. */
struct span {
	const char *s;
	size_t len;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span
uuidspell_trim(struct span t)
{
	while (t.len != 0 && is_blank(t.s[0])) {
		t.s++;
		t.len--;
	}
	while (t.len != 0 && is_blank(t.s[t.len - 1]))
		t.len--;
	return t;
}

static bool
drop_prefix(struct span *t, const char *prefix)
{
	size_t n = strlen(prefix);

	if (t->len < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (text_lower(t->s[i]) != prefix[i])
			return false;
	t->s += n;
	t->len -= n;
	return true;
}

static bool
drop_brackets(struct span *t, char open, char close)
{
	if (t->len < 2 || t->s[0] != open || t->s[t->len - 1] != close)
		return false;
	t->s++;
	t->len -= 2;
	return true;
}

static int
hex_value(char c)
{
	c = text_lower(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A pair of digits at *t, which moves on. */
static bool
take_pair(struct span *t, uint8_t *byte)
{
	int high, low;

	if (t->len < 2)
		return false;
	high = hex_value(t->s[0]);
	low = hex_value(t->s[1]);
	if (high == -1 || low == -1)
		return false;
	*byte = (uint8_t)(high << 4 | low);
	t->s += 2;
	t->len -= 2;
	return true;
}

/* 3e c2 ff d2 ..., with one sign of these between any two. */
static bool
read_pairs(uint8_t uuid[UUID_LEN], struct span t)
{
	for (size_t i = 0; i < UUID_LEN; i++) {
		if (i != 0) {
			if (t.len == 0 || strchr(" :-", t.s[0]) == NULL ||
			    t.s[0] == '\0')
				return false;
			t.s++;
			t.len--;
		}
		if (!take_pair(&t, &uuid[i]))
			return false;
	}
	return t.len == 0;
}

/* \3e\c2\ff\d2..., as LDAP filters have it, or with an x. */
static bool
read_escaped(uint8_t uuid[UUID_LEN], struct span t)
{
	for (size_t i = 0; i < UUID_LEN; i++)
		if (!drop_prefix(&t, "\\") ||
		    (drop_prefix(&t, "x"), !take_pair(&t, &uuid[i])))
			return false;
	return t.len == 0;
}

/* X'3ec2ffd2...': csvde and SQL have bytes so. */
static bool
read_quoted(uint8_t uuid[UUID_LEN], struct span t)
{
	if (!drop_prefix(&t, "x'"))
		return false;
	for (size_t i = 0; i < UUID_LEN; i++)
		if (!take_pair(&t, &uuid[i]))
			return false;
	return t.len == 1 && t.s[0] == '\'';
}

static int
base64_value(char c)
{
	static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                            "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(signs, c) : NULL;

	return at != NULL ? (int)(at - signs) : -1;
}

/* RFC 4648, section 4: 22 signs, the last one's low four bits 0. */
static bool
read_base64(uint8_t uuid[UUID_LEN], struct span t)
{
	uint32_t bits = 0;
	unsigned nbits = 0;
	size_t n = 0;

	if (t.len == 24 && memcmp(t.s + 22, "==", 2) == 0)
		t.len = 22;
	if (t.len != 22)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		int v = base64_value(t.s[i]);

		if (v == -1)
			return false;
		bits = bits << 6 | (uint32_t)v;
		nbits += 6;
		if (nbits < 8)
			continue;
		nbits -= 8;
		uuid[n++] = (uint8_t)(bits >> nbits);
		bits &= (1u << nbits) - 1;
	}
	return bits == 0;
}

/* A byte that no spelling has comes first: it may be one that nobody sees. */
static int
check_bytes(const char *text, size_t len, struct fault *f)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i];

		if (c < ' ' || c > '~')
			return fault_set(f, i,
			    "UUID has a character that is not ASCII (got byte "
			    "0x%02x at character %zu)",
			    (unsigned)c, i + 1);
	}
	return 0;
}

static int
uuidspell_spell(uint8_t uuid[UUID_LEN], const char *text, size_t len,
    bool base64, struct fault *f)
{
	struct span t = uuidspell_trim((struct span){ text, len });

	if (uuid_parse(uuid, t.s, t.len, NULL) == 0)
		return 0;
	if (check_bytes(text, len, f) == -1)
		return -1;
	(void)drop_prefix(&t, "urn:");
	(void)drop_prefix(&t, "uuid:");
	(void)(drop_brackets(&t, '(', ')') || drop_brackets(&t, '{', '}'));
	t = uuidspell_trim(t);
	(void)drop_prefix(&t, "0x");
	if (uuid_parse(uuid, t.s, t.len, NULL) == 0 || read_pairs(uuid, t) ||
	    read_escaped(uuid, t) || read_quoted(uuid, t) ||
	    (base64 && read_base64(uuid, t)))
		return 0;
	(void)uuid_parse(uuid, t.s, t.len, f);
	if (f != NULL)
		f->at += (size_t)(t.s - text);
	return -1;
}

int
uuid_spell(uint8_t uuid[UUID_LEN], const char *text, size_t len,
    struct fault *f)
{
	return uuidspell_spell(uuid, text, len, true, f);
}

int
uuid_spell_digits(uint8_t uuid[UUID_LEN], const char *text, size_t len,
    struct fault *f)
{
	return uuidspell_spell(uuid, text, len, false, f);
}

const char *
uuid_absent(const char *text, size_t len)
{
	/* dmidecode: all zero and all ones (DSP0134 7.2.1). */
	static const struct {
		const char *text;
		const char *why;
	} words[] = {
		{ "not settable",
		    "UUID is \"Not Settable\": the board has none, and none "
		    "can "
		    "be written" },
		{ "not present",
		    "UUID is \"Not Present\": the board has none yet, but one "
		    "can be written (see uuid(5))" },
		{ "system.byte[]",
		    "UUID is \"System.Byte[]\": PowerShell wrote the type of "
		    "the value, not the value; export it as [guid]" },
	};
	struct span t = uuidspell_trim((struct span){ text, len });

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct span rest = t;

		if (drop_prefix(&rest, words[i].text) && rest.len == 0)
			return words[i].why;
	}
	return NULL;
}
