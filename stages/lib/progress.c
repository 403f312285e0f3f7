#include "lib/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/clock.h"

#define LINE_MAX_BYTES 1024
#define COLUMNS_USUAL 80

static int64_t next_ms; /* when the line is drawn next */
static bool shown;

static bool
on_terminal(void)
{
	static int is = -1;

	if (is == -1) {
		const char *term = getenv("TERM");

		is = isatty(STDERR_FILENO) &&
		    (term == NULL || strcmp(term, "dumb") != 0);
	}
	return is == 1;
}

/* Asked each time: it may have been resized. */
static size_t
columns_now(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		return COLUMNS_USUAL;
	return size.ws_col;
}

/* --- what fits ------------------------------------------------------------ */

/* The character at *s, and behind it; 0xfffd for bytes that are no
 * UTF-8. */
static uint32_t
next_character(const unsigned char **s)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	uint32_t c = *(*s)++;
	int more = c < 0x80 ? 0
	    : c < 0xc0      ? -1
	    : c < 0xe0      ? 1
	    : c < 0xf0      ? 2
	                    : 3;

	if (more <= 0)
		return more == 0 ? c : 0xfffd;
	c &= 0x3fU >> more;
	for (int i = 0; i < more; i++) {
		if ((**s & 0xc0) != 0x80)
			return 0xfffd;
		c = c << 6 | (*(*s)++ & 0x3f);
	}
	return c < least[more] || c > 0x10ffff ? 0xfffd : c;
}

/* Does it move the cursor, hide, or turn what follows? */
static bool
is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	    (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xfffd ||
	    (c >= 0xfff9 && c <= 0xfffb);
}

/* From the Hangul Jamo on most are wide; one that is not leaves room. */
static size_t
width_of(uint32_t c)
{
	return c < 0x1100 || (c >= 0x1e00 && c < 0x2e80 && c != 0x2329) ? 1 : 2;
}

/* Its bytes as they are, or a question mark; how many. */
static size_t
put_character(char *to, const unsigned char *from, size_t len, uint32_t c)
{
	if (is_harmful(c)) {
		to[0] = '?';
		return 1;
	}
	memcpy(to, from, len);
	return len;
}

void
progress_fit(char *to, size_t cap, const char *text, size_t columns)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = 0, used = 0;
	/* Where the text ends if it has to be cut. */
	size_t cut = 0;

	while (*s != '\0') {
		const unsigned char *from = s;
		uint32_t c;
		size_t width;

		c = next_character(&s);
		width = is_harmful(c) ? 1 : width_of(c);
		if (used + width > columns || n + 4 + 4 > cap) {
			n = cut;
			if (columns >= 3)
				n += (size_t)snprintf(to + n, 4, "...");
			break;
		}
		n += put_character(to + n, from, (size_t)(s - from), c);
		used += width;
		if (used + 3 <= columns)
			cut = n;
	}
	to[n] = '\0';
}

/* --- the line ------------------------------------------------------------- */

void
progress_begin(void)
{
	next_ms = clock_ms() + PROGRESS_AFTER_MS;
}

bool
progress_due(void)
{
	return on_terminal() && clock_ms() >= next_ms;
}

/* In the last column some terminals go to the next line. */
void
progress_draw(const char *text)
{
	char line[LINE_MAX_BYTES];

	if (!on_terminal())
		return;
	next_ms = clock_ms() + PROGRESS_EVERY_MS;
	progress_fit(line, sizeof(line), text, columns_now() - 1);
	(void)fprintf(stderr, "\r%s\033[K", line);
	shown = true;
}

void
progress_clear(void)
{
	if (shown)
		(void)fputs("\r\033[K", stderr);
	shown = false;
}

void
progress_clear_others(void)
{
	shown = shown || on_terminal();
	progress_clear();
}
