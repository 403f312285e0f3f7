#ifndef TEXT_H
#define TEXT_H

/*
 * text - small things every text codec needs.  ASCII rules; no locale.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* 0, or -1 with f->at the offset of the first byte that is not UTF-8. */
int text_utf8(const char *s, size_t len, struct fault *f);

/* A byte as ASCII lower or upper case; other bytes as they are. */
static inline char
text_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline char
text_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool text_same(const char *a, const char *b); /* but for ASCII case */

/* What counts of a name that people write in many ways: letters, in lower
 * case, and digits; the rest is dropped.  Cut at cap. */
void text_fold(char *to, size_t cap, const char *from);

/*
 * Copies what a message may show of untrusted bytes: printable ASCII as it
 * is, other bytes as \xHH, cut with "..." when it does not fit.  cap >= 8.
 */
void text_show(char *to, size_t cap, const char *from, size_t len);

/*
 * A message with a limit in it: TEXT_WITH("more than ", FILES_MAX, " files") is
 * "more than 16 files".  The macro has to be a plain number.
 */
#define TEXT_WITH(before, limit, after) before TEXT_OF(limit) after
#define TEXT_OF(limit) TEXT_OF_VALUE(limit)
#define TEXT_OF_VALUE(value) #value

/* Decimal, the whole string, no sign, at most max.  0 or -1. */
int text_number(uint64_t *n, const char *s, uint64_t max);

/* The other way; answers the length. */
#define TEXT_DECIMAL 21 /* with its NUL */
size_t text_decimal(char to[TEXT_DECIMAL], uint64_t n);

/* Lower-case hexadecimal; to holds 2 * len + 1. */
void text_hex(char *to, const uint8_t *from, size_t len);

/* Even count of hex digits of either case; -1 when it is not.  *len is the
 * number of bytes, at most cap. */
int text_unhex(uint8_t *to, size_t cap, size_t *len, const char *from);

/* Seconds since 1970 as 2026-11-22T14:20:00Z and back (exactly that form). */
#define TEXT_TIME 21 /* with its NUL */
void text_time(char to[TEXT_TIME], int64_t seconds);
int text_untime(int64_t *seconds, const char *from);

#endif
