#include "setup/setting.h"

#include <stdio.h>
#include <string.h>

#include "base/likeness.h"
#include "base/text.h"

const struct setting_choice setting_others[] = { { "remove", "" },
	{ NULL, NULL } };

const struct setting *
setting_of_profile(const char *name)
{
	for (size_t i = 0; i < setting_count; i++)
		if (setting_table[i].own == NULL &&
		    strcmp(setting_table[i].name, name) == 0)
			return &setting_table[i];
	return NULL;
}

bool
setting_is_list(const char *list)
{
	for (size_t i = 0; i < setting_count; i++)
		if (setting_table[i].list != NULL &&
		    strcmp(setting_table[i].list, list) == 0)
			return true;
	return false;
}

/* --- values --------------------------------------------------------------- */

static size_t
setting_longest(const struct setting *row)
{
	return row->most != 0 ? row->most : SETTING_VALUE_MAX;
}

/* "keep, off or on"; an entry must have what is required, and not keep it. */
static const char *
expected_choice(const struct setting *row)
{
	static _Thread_local char text[200];
	const struct setting_choice *c = row->choices;
	size_t len;

	len = (size_t)snprintf(text, sizeof(text), "%s",
	    row->required ? (c++)->word : "keep");
	for (; c->word != NULL && len < sizeof(text); c++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
		    c[1].word == NULL ? " or " : ", ", c->word);
	return text;
}

/* There may be more of them than a message has room for. */
static const char *
expected_words(const struct setting *row)
{
	static _Thread_local char text[200];
	const struct setting_choice *c = row->choices;

	if (c == NULL)
		return "words with blanks between";
	(void)snprintf(text, sizeof(text),
	    "words such as %s and %s, see profile(5)", c[0].word, c[1].word);
	return text;
}

static const char *
expected_number(const struct setting *row)
{
	static _Thread_local char text[60];

	(void)snprintf(text, sizeof(text), "a number from %u to %u",
	    (unsigned)row->least, (unsigned)row->most);
	return text;
}

const char *
setting_expected(const struct setting *row)
{
	static _Thread_local char text[60];

	switch (row->type) {
	case SETTING_SWITCH:
		return "keep, off or on";
	case SETTING_NUMBER:
		return expected_number(row);
	case SETTING_CHOICE:
		return expected_choice(row);
	case SETTING_WORDS:
		return expected_words(row);
	case SETTING_BASE64:
		return "base64 or PEM";
	case SETTING_TEXT:
	case SETTING_PASSWORD:
	case SETTING_CLOCK:
		break;
	}
	(void)snprintf(text, sizeof(text),
	    "%u to %zu printable ASCII characters",
	    row->least > 1 ? (unsigned)row->least : 1, setting_longest(row));
	return text;
}

const char *
setting_choice(const struct setting *row, const char *word)
{
	for (const struct setting_choice *c = row->choices;
	     c != NULL && c->word != NULL; c++)
		if (strcmp(c->word, word) == 0)
			return c->value;
	return NULL;
}

const char *
setting_word(const struct setting *row, const char *have)
{
	static const char *const switches[][2] = { { "true", "on" },
		{ "1", "on" }, { "false", "off" }, { "0", "off" } };

	for (size_t i = 0; row->type == SETTING_SWITCH && i < 4; i++)
		if (strcmp(have, switches[i][0]) == 0)
			return switches[i][1];
	for (const struct setting_choice *c = row->choices;
	     row->type == SETTING_CHOICE && c != NULL && c->word != NULL; c++)
		if (c->value[0] != '\0' && strcmp(c->value, have) == 0)
			return c->word;
	return have;
}

#define WORD_MAX (SETTING_VALUE_MAX + 1)

/* Copies the next word and moves *at past it.  False at the end, or if the word
 * is longer than any that a row has. */
static bool
word_next(char word[WORD_MAX], const char **at)
{
	size_t len;

	*at += strspn(*at, " ");
	len = strcspn(*at, " ");
	if (len == 0 || len >= WORD_MAX)
		return false;
	memcpy(word, *at, len);
	word[len] = '\0';
	*at += len;
	return true;
}

/* Each a word of the choices, and none of them twice; else *word is the first
 * that is not, or "". */
static bool
words_are_legal(const struct setting *row, const char *value,
    char word[WORD_MAX])
{
	const char *at = value;
	size_t n = 0;

	for (; word_next(word, &at); n++)
		if ((row->choices != NULL &&
		        setting_choice(row, word) == NULL) ||
		    setting_has_word(at, word))
			return false;
	word[0] = '\0';
	return n != 0 && *at == '\0';
}

/* The word that looks like this one; NULL if none does. */
static const char *
word_near(const struct setting *row, const char *word)
{
	size_t least = likeness_limit(word);
	const char *best = NULL;

	for (const struct setting_choice *c = row->choices;
	     c != NULL && c->word != NULL; c++) {
		size_t distance = likeness_distance(word, c->word);

		if (distance >= least)
			continue;
		least = distance;
		best = c->word;
	}
	return best;
}

/* Which of the words is wrong, and why. */
static int
words_refuse(const struct setting *row, const char *value, const char *word,
    struct fault *f)
{
	const char *near = word_near(row, word);
	char got[40], shown[40];

	text_show(got, sizeof(got), value, strlen(value));
	text_show(shown, sizeof(shown), word, strlen(word));
	if (row->choices == NULL || setting_choice(row, word) != NULL)
		return fault_set(f, 0, "%s: got \"%s\": \"%s\" is given twice",
		    row->name, got, shown);
	if (near != NULL)
		return fault_set(f, 0,
		    "%s: got \"%s\": unknown word \"%s\" (did you mean %s?)",
		    row->name, got, shown, near);
	return fault_set(f, 0,
	    "%s: got \"%s\": unknown word \"%s\" (expected %s)", row->name, got,
	    shown, expected_words(row));
}

static bool
base64_is_legal(const char *value)
{
	size_t len = strspn(value,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/");
	size_t pad = strspn(value + len, "=");

	return len != 0 && pad <= 2 && value[len + pad] == '\0' &&
	    (len + pad) % 4 == 0;
}

static bool
text_is_legal(const struct setting *row, const char *value)
{
	size_t longest = setting_longest(row);
	size_t len = strnlen(value, longest + 1);

	for (size_t i = 0; i < len; i++)
		if (value[i] < 0x20 || value[i] > 0x7e)
			return false;
	return len > 0 && len >= row->least && len <= longest;
}

static bool
setting_takes(const struct setting *row, const char *value)
{
	char word[WORD_MAX];
	uint64_t n;

	switch (row->type) {
	case SETTING_SWITCH:
		return strcmp(value, "keep") == 0 ||
		    strcmp(value, "off") == 0 || strcmp(value, "on") == 0;
	case SETTING_NUMBER:
		return text_number(&n, value, row->most) == 0 &&
		    n >= row->least;
	case SETTING_CHOICE:
		return strcmp(value, "keep") == 0 ||
		    setting_choice(row, value) != NULL;
	case SETTING_WORDS:
		return text_is_legal(row, value) &&
		    words_are_legal(row, value, word);
	case SETTING_BASE64:
		return text_is_legal(row, value) && base64_is_legal(value);
	default:
		return text_is_legal(row, value);
	}
}

int
setting_check(const struct setting *row, const char *value, struct fault *f)
{
	char shown[40], word[WORD_MAX];

	if (setting_takes(row, value))
		return row->check == NULL ? 0 : row->check(row, value, f);
	if (row->type == SETTING_WORDS && text_is_legal(row, value) &&
	    !words_are_legal(row, value, word) && word[0] != '\0')
		return words_refuse(row, value, word, f);
	if (row->type == SETTING_PASSWORD || row->secret)
		return fault_set(f, 0, "%s: expected %s", row->name,
		    setting_expected(row));
	text_show(shown, sizeof(shown), value, strlen(value));
	return fault_set(f, 0, "%s: got \"%s\", expected %s", row->name, shown,
	    setting_expected(row));
}

const char *
setting_text(const struct setting *row, const char *wanted)
{
	if (row->type == SETTING_CHOICE)
		return setting_choice(row, wanted);
	if (row->type != SETTING_SWITCH)
		return wanted;
	return strcmp(wanted, "on") == 0 ? "true" : "false";
}

bool
setting_has_word(const char *words, const char *word)
{
	size_t len, n = strlen(word);

	for (const char *at = words; *at != '\0'; at += len) {
		at += strspn(at, " ");
		len = strcspn(at, " ");
		if (len == n && strncmp(at, word, n) == 0)
			return true;
	}
	return false;
}

/* Is each of these among those? */
static bool
words_are_in(const char *these, const char *those)
{
	char word[SETTING_VALUE_MAX + 1];
	size_t len;

	for (const char *at = these; *at != '\0'; at += len) {
		at += strspn(at, " ");
		len = strcspn(at, " ");
		(void)snprintf(word, sizeof(word), "%.*s", (int)len, at);
		if (len != 0 && !setting_has_word(those, word))
			return false;
	}
	return true;
}

bool
setting_identical(const struct setting *row, const char *have,
    const char *wanted)
{
	uint64_t a, b;

	if (row->type == SETTING_SWITCH)
		return (strcmp(have, "true") == 0 || strcmp(have, "1") == 0) ==
		    (strcmp(wanted, "on") == 0);
	if (row->type == SETTING_NUMBER)
		return text_number(&a, have, UINT32_MAX) == 0 &&
		    text_number(&b, wanted, UINT32_MAX) == 0 && a == b;
	if (row->type == SETTING_CHOICE)
		return strcmp(have, setting_choice(row, wanted)) == 0;
	if (row->type == SETTING_WORDS)
		return words_are_in(have, wanted) && words_are_in(wanted, have);
	return strcmp(have, wanted) == 0;
}

bool
setting_equal(const struct setting *row, const char *have, const char *wanted)
{
	if (row->equality == SETTING_SAME_NAME)
		return text_same(have, wanted);
	return setting_identical(row, have, wanted);
}

bool
setting_in_release(const struct setting *row, unsigned release)
{
	return release == 0 ||
	    (release >= row->from && (row->to == 0 || release <= row->to));
}
