#include "stick/stick_name.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void
stick_name_prefix(char prefix[STICK_NAME_PREFIX + 1], const char *batch)
{
	size_t n = 0;

	for (; *batch != '\0' && n < STICK_NAME_PREFIX; batch++) {
		char c = *batch;

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '_')
			c = '-';
		prefix[n++] = c;
	}
	if (n == 0)
		prefix[n++] = '-';
	prefix[n] = '\0';
}

void
stick_name_make(char name[STICK_NAME_MAX + 1], const char *prefix,
    uint32_t number)
{
	char digits[16];
	size_t len = strlen(prefix), ndigits;

	assert(number >= 1 && number <= STICK_NAME_NUMBER_MAX);
	ndigits = (size_t)snprintf(digits, sizeof(digits), "-%u", number);
	if (len > STICK_NAME_MAX - ndigits)
		len = STICK_NAME_MAX - ndigits;
	memcpy(name, prefix, len);
	memcpy(name + len, digits, ndigits + 1);
}
