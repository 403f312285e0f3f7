#include "base/likeness.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

size_t
likeness_limit(const char *typed)
{
	size_t len = strlen(typed);

	return len < 2 || len > LIKENESS_MAX ? 0 : len / 3 + 1;
}

/* The Levenshtein distance of two texts, b of at most LIKENESS_MAX letters. */
static size_t
likeness_edits(const char *a, const char *b)
{
	size_t row[LIKENESS_MAX + 1], len = strlen(b);

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; *a != '\0'; a++, i++) {
		size_t before = row[0]; /* of the row above, one to the left */

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t best =
			    before + (text_upper(*a) != text_upper(b[j - 1]));

			before = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[len];
}

static bool
begins_with(const char *s, const char *start)
{
	while (*start != '\0' && text_upper(*s) == text_upper(*start)) {
		s++;
		start++;
	}
	return *start == '\0';
}

size_t
likeness_distance(const char *typed, const char *code)
{
	size_t far = likeness_edits(typed, code);

	return far > 1 && begins_with(code, typed) ? 1 : far;
}
