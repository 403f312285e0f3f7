#include "amt/echo.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define SECRET_MAX 64

/* Words of fault texts and method names, folded: never part of a secret. */
static const char *const words[] = { "password", "administrator",
	"setadminaclentryex", "setmebxpassword", "digestpassword",
	"authorization", "authentication" };

/* A secret as it is looked for. */
struct sought {
	const char *as_is;
	char folded[SECRET_MAX];
	size_t len;
	size_t least; /* no shorter text can have it or a piece of it */
};

/* --- comparing ----------------------------------------------------------- */

static bool
is_word(const char *piece)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(words[i], piece) != NULL)
			return true;
	return false;
}

static bool
has_piece(const char *folded, const struct sought *s)
{
	char piece[ECHO_PIECE + 1];

	if (s->len < 4)
		return false; /* as it is, or not at all */
	if (strstr(folded, s->folded) != NULL)
		return true;
	for (size_t i = 0; i + ECHO_PIECE <= s->len; i++) {
		memcpy(piece, s->folded + i, ECHO_PIECE);
		piece[ECHO_PIECE] = '\0';
		if (strstr(folded, piece) != NULL && !is_word(piece))
			return true;
	}
	return false;
}

/* len bytes, of which NULs (UTF-16) and signs do not count. */
static bool
echo_has(const char *text, size_t len, const struct sought *s)
{
	char bare[ECHO_TEXT + 1], folded[ECHO_TEXT + 1];
	size_t n = 0;

	for (size_t i = 0; i < len && n < ECHO_TEXT; i++)
		if (text[i] != '\0')
			bare[n++] = text[i];
	bare[n] = '\0';
	text_fold(folded, sizeof(folded), bare);
	return strstr(bare, s->as_is) != NULL || has_piece(folded, s);
}

/* --- how it may be encoded ----------------------------------------------- */

static int
echo_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Hex digits at *at, min to max of them; -1 when there are fewer. */
static int
echo_hex(const char **at, int min, int max)
{
	int value = 0, n = 0;

	for (; n < max && echo_digit(**at) != -1; n++)
		value = value * 16 + echo_digit(*(*at)++);
	return n < min ? -1 : value;
}

/* A character reference after its &; -1 when it is not valid. */
static int
echo_entity(const char **at)
{
	static const struct {
		const char *name;
		char c;
	} named[] = { { "amp;", '&' }, { "lt;", '<' }, { "gt;", '>' },
		{ "quot;", '"' }, { "apos;", '\'' } };
	const char *p = *at;
	int value = 0;

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (strncmp(p, named[i].name, strlen(named[i].name)) == 0) {
			*at += strlen(named[i].name);
			return named[i].c;
		}
	if (*p++ != '#')
		return -1;
	if (text_lower(*p) == 'x') {
		p++;
		value = echo_hex(&p, 1, 6);
	} else if (*p < '0' || *p > '9')
		return -1;
	else
		while (*p >= '0' && *p <= '9' && value < 0x110000)
			value = value * 10 + (*p++ - '0');
	if (value == -1)
		return -1;
	*at = p + (*p == ';');
	return value & 0xff;
}

/* The character of an escape at *at, which moves behind it; -1 when no escape
 * is there. */
static int
echo_escape(const char **at)
{
	const char *p = *at;
	char c = *p++, kind = text_lower(*p);
	int value = -1;

	if (c == '&')
		value = echo_entity(&p);
	else if (c == '%')
		value = echo_hex(&p, 2, 2);
	else if (c == '\\' && (kind == 'x' || kind == 'u')) {
		p++;
		value = kind == 'x' ? echo_hex(&p, 2, 2) : echo_hex(&p, 4, 4);
	}
	if (value == -1)
		return -1;
	*at = p;
	return value & 0xff;
}

/* In place; it does not grow.  False when nothing in it was an escape. */
static bool
echo_undress(char *text)
{
	const char *from = text;
	bool any = false;

	while (*from != '\0') {
		int c = echo_escape(&from);

		any |= c != -1;
		*text++ = c > 0 ? (char)c : *from != '\0' ? *from++ : '\0';
	}
	*text = '\0';
	return any;
}

static int
echo_sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

/* Digits of so many bits from text on, as bytes; the digits' own number. */
static size_t
echo_decode(char *to, size_t *n, const char *text, int bits, int (*value)(char))
{
	uint32_t all = 0;
	size_t len = 0;
	int have = 0;

	*n = 0;
	for (; value(text[len]) != -1; len++) {
		all = all << bits | (uint32_t)value(text[len]);
		have += bits;
		if (have >= 8) {
			have -= 8;
			to[(*n)++] = (char)(all >> have & 0xff);
		}
	}
	return len;
}

/* In each run of such digits, from each place where a byte may begin.  Most
 * words of a text are too short for what they might be the digits of. */
static bool
has_coded(const char *text, int bits, int (*value)(char),
    const struct sought *s)
{
	char bytes[ECHO_TEXT];
	size_t n, len;

	for (; *text != '\0'; text += len == 0 ? 1 : len) {
		len = echo_decode(bytes, &n, text, bits, value);
		for (size_t skip = 0; skip < 4 && skip + 4 <= len; skip++) {
			if ((len - skip) * (size_t)bits / 8 < s->least)
				break;
			(void)echo_decode(bytes, &n, text + skip, bits, value);
			if (echo_has(bytes, n, s))
				return true;
		}
	}
	return false;
}

/* Hexadecimal also with a blank, colon or dash between its bytes. */
static bool
has_hex(const char *text, const struct sought *s)
{
	char joined[ECHO_TEXT + 1];
	size_t n = 0;

	for (; *text != '\0'; text++)
		if (strchr(" :-,", *text) == NULL)
			joined[n++] = *text;
	joined[n] = '\0';
	return has_coded(joined, 4, echo_digit, s);
}

bool
echo_repeats(const char *text, const char *secret)
{
	struct sought s = { .as_is = secret };
	char looked[ECHO_TEXT + 1];
	size_t len = strnlen(text, ECHO_TEXT);
	bool found = false;

	if (*secret == '\0')
		return false;
	text_fold(s.folded, sizeof(s.folded), secret);
	s.len = strlen(s.folded);
	s.least = strlen(secret);
	if (s.len >= 4 && s.len < s.least)
		s.least = s.len;
	if (s.least > ECHO_PIECE)
		s.least = ECHO_PIECE;
	memcpy(looked, text, len);
	looked[len] = '\0';
	for (int layer = 0; layer < 3 && !found; layer++) {
		found = echo_has(looked, strlen(looked), &s) ||
		    has_coded(looked, 6, echo_sextet, &s) ||
		    has_hex(looked, &s);
		if (!echo_undress(looked))
			break;
	}
	explicit_bzero(&s, sizeof(s));
	explicit_bzero(looked, sizeof(looked));
	return found;
}

bool
echo_whole(const char *text, const char *secret)
{
	char folded[SECRET_MAX], in[ECHO_TEXT + 1];
	bool found;

	if (*secret == '\0')
		return false;
	text_fold(folded, sizeof(folded), secret);
	text_fold(in, sizeof(in), text);
	found = strstr(text, secret) != NULL ||
	    (strlen(folded) >= ECHO_PIECE && strstr(in, folded) != NULL);
	explicit_bzero(folded, sizeof(folded));
	return found;
}
