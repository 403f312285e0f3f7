#include "plan/profile_value.h"

#include <string.h>

#define BLANKS " \t\r\n"

/* PEM, and the line ends of base64, are for people: what counts is between
 * them.  -1: there are two of them, or one that does not end. */
static int
base64_strip(char *text)
{
	char *begin = strstr(text, "-----BEGIN "), *from = text, *to = text;
	char *stop = strstr(text, "-----END ");

	if (begin != NULL) {
		from = strstr(begin + 11, "-----");
		if (from == NULL || stop == NULL || stop < from + 5 ||
		    begin != text || strstr(stop + 9, "-----BEGIN") != NULL)
			return -1;
		from += 5;
		*stop = '\0';
	}
	for (; *from != '\0'; from++)
		if (strchr(BLANKS, *from) == NULL)
			*to++ = *from;
	*to = '\0';
	return 0;
}

/* Words may be in several lines: a blank between two is enough. */
static void
words_join(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0';) {
		size_t len = strcspn(from, BLANKS);

		memmove(to, from, len);
		to += len;
		from += len;
		from += strspn(from, BLANKS);
		if (*from != '\0')
			*to++ = ' ';
	}
	*to = '\0';
}

void
profile_value_plain(char *text, const struct setting *row)
{
	if (row->type == SETTING_WORDS)
		words_join(text);
	if (row->type == SETTING_BASE64 && base64_strip(text) == -1)
		text[0] = '\0';
}
