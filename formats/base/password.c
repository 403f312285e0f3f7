#include "base/password.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What a character is, as bits: the classes that a password needs of, and what
 * it must not have.  Space and underscore are legal but count for nothing. */
enum { UPPER = 1, LOWER = 2, DIGIT = 4, SPECIAL = 8, ALL = 15 };
enum { FORBIDDEN = 16, UNPRINTABLE = 32 };

static unsigned
class_of(char c)
{
	if (c < ' ' || c > '~')
		return UNPRINTABLE;
	if (c >= 'A' && c <= 'Z')
		return UPPER;
	if (c >= 'a' && c <= 'z')
		return LOWER;
	if (c >= '0' && c <= '9')
		return DIGIT;
	if (c == ':' || c == ',' || c == '"')
		return FORBIDDEN | SPECIAL;
	return c != ' ' && c != '_' ? SPECIAL : 0;
}

static unsigned
password_classes(const char *pw, size_t len)
{
	unsigned has = 0;

	for (size_t i = 0; i < len; i++)
		has |= class_of(pw[i]);
	return has;
}

static bool
has_any(const char *pw, size_t len, const char *set)
{
	for (; *set != '\0'; set++)
		if (len != 0 && memchr(pw, *set, len) != NULL)
			return true;
	return false;
}

static int
password_lacks(unsigned has, struct fault *f)
{
	char list[96];

	(void)snprintf(list, sizeof(list), "%s%s%s%s",
	    has & UPPER ? "" : ", an upper-case letter",
	    has & LOWER ? "" : ", a lower-case letter",
	    has & DIGIT ? "" : ", a digit",
	    has & SPECIAL ? "" : ", a special character other than _");
	return fault_set(f, 0, "password is too simple for the MEBx (lacks%s)",
	    list + strlen(","));
}

int
password_check(const char *pw, size_t len, struct fault *f)
{
	unsigned has = password_classes(pw, len);

	if (has & UNPRINTABLE)
		return fault_set(f, 0,
		    "password has a character that is not printable ASCII");
	if (len < PASSWORD_MIN)
		return fault_set(f, 0, "password is shorter than %d characters",
		    PASSWORD_MIN);
	if (len > PASSWORD_MAX)
		return fault_set(f, 0, "password is longer than %d characters",
		    PASSWORD_MAX);
	if (has & FORBIDDEN)
		return fault_set(f, 0,
		    "password has a character that the MEBx forbids (one of "
		    ": , \")");
	return has == ALL ? 0 : password_lacks(has, f);
}

int
password_check_now(const char *pw, size_t len, struct fault *f)
{
	if (len == strlen(PASSWORD_FACTORY) &&
	    memcmp(pw, PASSWORD_FACTORY, len) == 0)
		return 0;
	return password_check(pw, len, f);
}

const char *
password_warning(const char *pw, size_t len)
{
	if (has_any(pw, len, "'<>& "))
		return "password has a character that HP firmware may refuse "
		       "(one of ' < > & and space)";
	return NULL;
}

/* 56 characters; a byte below 4 * 56 picks one without favour. */
static const char made_of[] = "ABCDEFGHJKLMNPQRSTUVWX"
                              "abcdefghijkmnopqrstuvwx"
                              "23456789"
                              "!$%";
#define NMADE_OF (sizeof(made_of) - 1)
#define FAIR (256 / NMADE_OF * NMADE_OF)

size_t
password_generate(char pw[PASSWORD_MADE + 1], const uint8_t *random, size_t len)
{
	size_t n = 0;

	for (size_t used = 0; used < len; used++) {
		if (random[used] >= FAIR)
			continue;
		pw[n++] = made_of[random[used] % NMADE_OF];
		if (n < PASSWORD_MADE)
			continue;
		pw[n] = '\0';
		if (password_classes(pw, n) == ALL)
			return used + 1;
		/* Mending it would favour some passwords: draw anew. */
		n = 0;
	}
	explicit_bzero(pw, PASSWORD_MADE + 1);
	return 0;
}

void
password_from_hash(char pw[PASSWORD_MADE + 1],
    const uint8_t hash[PASSWORD_HASH])
{
	/* One of each class, where it is in made_of. */
	static const struct {
		size_t at, len;
	} sets[] = { { 0, 22 }, { 22, 23 }, { 45, 8 }, { 53, 3 } };

	for (size_t i = 0; i < PASSWORD_MADE; i++) {
		size_t n = (size_t)hash[2 * i] << 8 | hash[2 * i + 1];

		if (i < sizeof(sets) / sizeof(sets[0]))
			pw[i] = made_of[sets[i].at + n % sets[i].len];
		else
			pw[i] = made_of[n % NMADE_OF];
	}
	pw[PASSWORD_MADE] = '\0';
}
