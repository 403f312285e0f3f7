#include "keys/pidpps.h"

#include <string.h>

#include "base/text.h"

#define GROUP 4

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* The symbol that a character stands for, in either case; 0 for none.  Lists
 * of a million keys spend their time here. */
static const char symbol_of[256] = { ['0'] = '0',
	['1'] = '1',
	['2'] = '2',
	['3'] = '3',
	['4'] = '4',
	['5'] = '5',
	['6'] = '6',
	['7'] = '7',
	['8'] = '8',
	['9'] = '9',
#define LETTER(upper, lower) [upper] = upper, [lower] = upper
	LETTER('A', 'a'),
	LETTER('B', 'b'),
	LETTER('C', 'c'),
	LETTER('D', 'd'),
	LETTER('E', 'e'),
	LETTER('F', 'f'),
	LETTER('G', 'g'),
	LETTER('H', 'h'),
	LETTER('I', 'i'),
	LETTER('J', 'j'),
	LETTER('K', 'k'),
	LETTER('L', 'l'),
	LETTER('M', 'm'),
	LETTER('N', 'n'),
	LETTER('O', 'o'),
	LETTER('P', 'p'),
	LETTER('Q', 'q'),
	LETTER('R', 'r'),
	LETTER('S', 's'),
	LETTER('T', 't'),
	LETTER('U', 'u'),
	LETTER('V', 'v'),
	LETTER('W', 'w'),
	LETTER('X', 'x'),
	LETTER('Y', 'y'),
	LETTER('Z', 'z')
#undef LETTER
};

static char
check_character(const char *s, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (unsigned)(uint8_t)s[i];
	return alphabet[sum % 36];
}

/* The common case: want symbols and nothing else. */
static bool
take_plain(char *to, size_t want, const char *text, size_t len)
{
	bool plain = len == want;

	for (size_t i = 0; plain && i < want; i++) {
		to[i] = symbol_of[(uint8_t)text[i]];
		plain = to[i] != '\0';
	}
	return plain;
}

/*
 * Folds text into want symbols at to.  what names it in faults; shown says
 * whether they may show its characters.
 */
static int
take_symbols(char *to, size_t want, const char *text, size_t len,
    const char *what, bool shown, struct fault *f)
{
	size_t n = 0;

	if (take_plain(to, want, text, len))
		return 0;
	for (size_t at = 0; at < len; at++) {
		char c = symbol_of[(uint8_t)text[at]];
		char got[16] = "";

		if (c != '\0') {
			if (n < want)
				to[n] = c;
			n++;
			continue;
		}
		if (text[at] == '-' && n != 0 && n != want && n % GROUP == 0 &&
		    text[at - 1] != '-')
			continue;
		if (text[at] == '-')
			return fault_set(f, at,
			    "%s has a dash at the wrong place (character "
			    "%zu, expected only between groups of four)",
			    what, at + 1);
		text_show(got, sizeof(got), text + at, 1);
		return fault_set(f, at,
		    "%s has a character outside 0-9 A-Z (character %zu%s%s)",
		    what, at + 1, shown ? ", got " : "", shown ? got : "");
	}
	if (n == want && text[len - 1] != '-')
		return 0;
	return fault_set(f, len,
	    "%s has the wrong length (got %zu characters without dashes, "
	    "expected %zu)",
	    what, n, want);
}

int
pid_parse(char pid[PID_LEN + 1], const char *text, size_t len, struct fault *f)
{
	char check;

	memset(pid, 0, PID_LEN + 1);
	if (take_symbols(pid, PID_LEN, text, len, "PID", true, f) == -1)
		goto bad;
	check = check_character(pid, PID_LEN - 1);
	if (check == pid[PID_LEN - 1])
		return 0;
	(void)fault_set(f, len - 1,
	    "PID %s: its check character is wrong (got %c, expected %c)", pid,
	    pid[PID_LEN - 1], check);
bad:
	memset(pid, 0, PID_LEN + 1);
	return -1;
}

void
pid_as_written(char pid[PID_LEN + 1], const char *text, size_t len)
{
	memset(pid, 0, PID_LEN + 1);
	if (take_symbols(pid, PID_LEN, text, len, "PID", true, NULL) == -1)
		memset(pid, 0, PID_LEN + 1);
}

int
pps_parse(char pps[PPS_LEN + 1], const char *text, size_t len, struct fault *f)
{
	memset(pps, 0, PPS_LEN + 1);
	if (take_symbols(pps, PPS_LEN, text, len, "PPS", false, f) == -1)
		goto bad;
	for (size_t at = 0; at < PPS_LEN; at += GROUP) {
		if (check_character(pps + at, GROUP - 1) == pps[at + GROUP - 1])
			continue;
		(void)fault_set(f, at + GROUP - 1,
		    "PPS group %zu of %d: its check character is wrong",
		    at / GROUP + 1, PPS_LEN / GROUP);
		goto bad;
	}
	return 0;
bad:
	explicit_bzero(pps, PPS_LEN + 1);
	return -1;
}

static void
put_dashes(char *to, const char *from, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (i != 0 && i % GROUP == 0)
			*to++ = '-';
		*to++ = from[i];
	}
	*to = '\0';
}

void
pid_format(char text[PID_DASHED], const char *pid)
{
	put_dashes(text, pid, PID_LEN);
}

void
pps_format(char text[PPS_DASHED], const char *pps)
{
	put_dashes(text, pps, PPS_LEN);
}

/* The next n symbols by rejection; false when the bytes run out. */
static bool
pidpps_draw(char *to, size_t n, const uint8_t *random, size_t len, size_t *used)
{
	while (n != 0) {
		uint8_t byte;

		if (*used == len)
			return false;
		byte = random[(*used)++];
		if (byte >= 252) /* 7 * 36: the rest would favour 0 to 3 */
			continue;
		*to++ = alphabet[byte % 36];
		n--;
	}
	return true;
}

size_t
pidpps_generate(char pid[PID_LEN + 1], char pps[PPS_LEN + 1],
    const uint8_t *random, size_t len)
{
	size_t used = 0;

	memset(pid, 0, PID_LEN + 1);
	memset(pps, 0, PPS_LEN + 1);
	if (!pidpps_draw(pid, PID_LEN - 1, random, len, &used))
		goto few;
	pid[PID_LEN - 1] = check_character(pid, PID_LEN - 1);
	for (char *group = pps; group < pps + PPS_LEN; group += GROUP) {
		if (!pidpps_draw(group, GROUP - 1, random, len, &used))
			goto few;
		group[GROUP - 1] = check_character(group, GROUP - 1);
	}
	return used;
few:
	explicit_bzero(pid, PID_LEN + 1);
	explicit_bzero(pps, PPS_LEN + 1);
	return 0;
}
