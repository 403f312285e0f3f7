#include "amt/suffix.h"

#include <stdbool.h>
#include <string.h>

static const struct {
	unsigned labels;
	const char *top;
} tops[] = {
#define SUFFIX(labels, top) { labels, top },
#include "amt/suffix.def"
#undef SUFFIX
};

int
suffix_name(char name[DOMAIN_TEXT], const char *text, size_t len,
    struct fault *f)
{
	if (len >= 2 && memcmp(text, "*.", 2) == 0) {
		text += 2;
		len -= 2;
	}
	return domain_parse(name, text, len, f);
}

/* How many of its last labels count; 0: all of them. */
static unsigned
labels_compared(const char *name, enum suffix_rule rule)
{
	const char *top = strrchr(name, '.');

	if (top == NULL || rule == SUFFIX_STRICT || rule == SUFFIX_EQUAL)
		return 0;
	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
		if (strcmp(tops[i].top, top + 1) == 0)
			return rule == SUFFIX_TABLE ||
			        strcmp(tops[i].top, "com") == 0 ||
			        strcmp(tops[i].top, "net") == 0
			    ? tops[i].labels
			    : 0;
	return 0;
}

const char *
suffix_shorten(const char *name, enum suffix_rule rule)
{
	unsigned labels = labels_compared(name, rule);
	const char *p = name + strlen(name);

	if (labels == 0)
		return name;
	for (; p > name; p--)
		if (p[-1] == '.' && --labels == 0)
			return p;
	return name;
}

/* Is it the name, or below it? */
static bool
is_within(const char *domain, const char *name)
{
	size_t d = strlen(domain), n = strlen(name);

	if (d < n || strcmp(domain + (d - n), name) != 0)
		return false;
	return d == n || domain[d - n - 1] == '.';
}

enum suffix_match
suffix_match(const char *name, const char *domain, enum suffix_rule rule)
{
	const char *dot = strchr(name, '.');

	if (rule == SUFFIX_EQUAL) {
		if (strcmp(name, domain) == 0)
			return SUFFIX_WHOLE;
		return dot != NULL && strcmp(dot + 1, domain) == 0
		    ? SUFFIX_SHORTENED
		    : SUFFIX_NONE;
	}
	if (is_within(domain, name))
		return SUFFIX_WHOLE;
	return is_within(domain, suffix_shorten(name, rule)) ? SUFFIX_SHORTENED
	                                                     : SUFFIX_NONE;
}
