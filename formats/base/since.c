#include "base/since.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define DAY 86400
#define DAYS_MAX 36500

/* Where each begins in 2026-11-22T14:20:00Z. */
#define DATE_LEN 10
#define MINUTE_LEN 16
#define SECOND_LEN 19

/* A date, or with a time of day, with or without seconds and Z; a blank may be
 * there for the T. */
static int
since_date(int64_t *at, const char *text)
{
	char iso[TEXT_TIME] = "0000-00-00T00:00:00Z";
	size_t len = strlen(text);

	if (len > DATE_LEN && text[len - 1] == 'Z')
		len--;
	if (len != DATE_LEN && len != MINUTE_LEN && len != SECOND_LEN)
		return -1;
	memcpy(iso, text, len);
	if (len > DATE_LEN && iso[DATE_LEN] == ' ')
		iso[DATE_LEN] = 'T';
	return text_untime(at, iso);
}

int
since_parse(int64_t *at, const char *text, int64_t now, struct fault *f)
{
	int64_t midnight = now - now % DAY;
	uint64_t days;

	if (strcmp(text, "today") == 0)
		*at = midnight;
	else if (strcmp(text, "yesterday") == 0)
		*at = midnight - DAY;
	else if (text_number(&days, text, DAYS_MAX) == 0 && days != 0)
		*at = now - (int64_t)days * DAY;
	else if (since_date(at, text) == -1)
		return fault_set(f, 0, "is no time");
	if (*at > now)
		return fault_set(f, 0, "is in the future");
	return 0;
}
