#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Length of the well-formed sequence at s (RFC 3629 section 4), or 0. */
static size_t
text_sequence(const uint8_t *s, size_t left)
{
	size_t n;
	uint8_t low = 0x80, high = 0xbf;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (n > left)
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	if (s[0] == 0xed)
		high = 0x9f; /* surrogates */
	if (s[0] == 0xf0)
		low = 0x90;
	if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return n;
}

int
text_utf8(const char *s, size_t len, struct fault *f)
{
	size_t at = 0;

	while (at < len) {
		uint64_t eight;
		size_t n;

		/* Nearly everything is ASCII. */
		if (len - at >= sizeof(eight)) {
			memcpy(&eight, s + at, sizeof(eight));
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				at += sizeof(eight);
				continue;
			}
		}
		n = text_sequence((const uint8_t *)s + at, len - at);
		if (n == 0)
			return fault_set(f, at,
			    "not UTF-8 (got byte 0x%02x at offset %zu; is "
			    "this Latin-1?)",
			    (unsigned)(uint8_t)s[at], at);
		at += n;
	}
	return 0;
}

bool
text_same(const char *a, const char *b)
{
	while (*a != '\0' && text_lower(*a) == text_lower(*b)) {
		a++;
		b++;
	}
	return text_lower(*a) == text_lower(*b);
}

void
text_fold(char *to, size_t cap, const char *from)
{
	size_t n = 0;

	for (; *from != '\0' && n + 1 < cap; from++) {
		char c = text_lower(*from);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			to[n++] = c;
	}
	to[n] = '\0';
}

void
text_show(char *to, size_t cap, const char *from, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)from[i];
		bool plain = c >= 0x20 && c < 0x7f && c != '\\';

		if (n + (plain ? 1 : 4) + 4 > cap) {
			memcpy(to + n, "...", 3);
			n += 3;
			break;
		}
		if (plain) {
			to[n++] = (char)c;
			continue;
		}
		to[n++] = '\\';
		to[n++] = 'x';
		to[n++] = hex[c >> 4];
		to[n++] = hex[c & 15];
	}
	to[n] = '\0';
}

int
text_number(uint64_t *n, const char *s, uint64_t max)
{
	uint64_t v = 0;

	if (*s == '\0')
		return -1;
	for (; *s != '\0'; s++) {
		uint64_t digit;

		if (*s < '0' || *s > '9')
			return -1;
		digit = (uint64_t)(*s - '0');
		if (digit > max || v > (max - digit) / 10)
			return -1;
		v = v * 10 + digit;
	}
	*n = v;
	return 0;
}

size_t
text_decimal(char to[TEXT_DECIMAL], uint64_t n)
{
	char digits[TEXT_DECIMAL];
	size_t at = sizeof(digits) - 1, len;

	digits[at] = '\0';
	do
		digits[--at] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	len = sizeof(digits) - 1 - at;
	memcpy(to, digits + at, len + 1);
	return len;
}

void
text_hex(char *to, const uint8_t *from, size_t len)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*to++ = hex[from[i] >> 4];
		*to++ = hex[from[i] & 15];
	}
	*to = '\0';
}

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
text_unhex(uint8_t *to, size_t cap, size_t *len, const char *from)
{
	*len = 0;
	for (; from[0] != '\0'; from += 2) {
		int high = digit_value(from[0]);
		int low = high < 0 ? -1 : digit_value(from[1]);

		if (low < 0 || *len == cap)
			return -1;
		to[(*len)++] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

void
text_time(char to[TEXT_TIME], int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (seconds < 0 || seconds > INT64_C(253402300799) ||
	    gmtime_r(&t, &tm) == NULL ||
	    strftime(to, TEXT_TIME, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		(void)snprintf(to, TEXT_TIME, "?");
}

/* n digits: no sign, no space. */
static bool
text_digits(int *n, const char *from, size_t count)
{
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		if (from[i] < '0' || from[i] > '9')
			return false;
		*n = 10 * *n + from[i] - '0';
	}
	return true;
}

int
text_untime(int64_t *seconds, const char *from)
{
	struct tm tm = { 0 };
	struct tm again;

	if (strlen(from) != TEXT_TIME - 1 || from[4] != '-' || from[7] != '-' ||
	    from[10] != 'T' || from[13] != ':' || from[16] != ':' ||
	    from[19] != 'Z')
		return -1;
	if (!text_digits(&tm.tm_year, from, 4) ||
	    !text_digits(&tm.tm_mon, from + 5, 2) ||
	    !text_digits(&tm.tm_mday, from + 8, 2) ||
	    !text_digits(&tm.tm_hour, from + 11, 2) ||
	    !text_digits(&tm.tm_min, from + 14, 2) ||
	    !text_digits(&tm.tm_sec, from + 17, 2))
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	again = tm;
	*seconds = timegm(&again);
	/* The 31st of February becomes another day. */
	if (*seconds < 0 || again.tm_mon != tm.tm_mon ||
	    again.tm_mday != tm.tm_mday || again.tm_hour != tm.tm_hour ||
	    again.tm_min != tm.tm_min || again.tm_sec != tm.tm_sec)
		return -1;
	return 0;
}
