#include "stick/setupbin_note.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
setupbin_note(struct setupbin_notes *notes, enum setupbin_rule rule, size_t at,
    const char *fmt, ...)
{
	va_list ap;

	if (notes->n < SETUPBIN_NOTES_MAX) {
		struct setupbin_note *to = &notes->note[notes->n];

		to->rule = rule;
		to->at = at;
		va_start(ap, fmt);
		(void)vsnprintf(to->why, sizeof(to->why), fmt, ap);
		va_end(ap);
	}
	notes->n++;
}

bool
setupbin_all_zero(const uint8_t *p, size_t n)
{
	/* Each byte is its neighbour, and the first is zero. */
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

int
setupbin_unnoted(const struct setupbin_notes *notes, struct fault *f)
{
	if (notes->n == 0)
		return 0;
	return fault_set(f, notes->note[0].at, "%s", notes->note[0].why);
}

int
setupbin_chunk_count(uint16_t n, enum setupbin_rule rule, size_t at,
    const char *what, struct setupbin_notes *notes, struct fault *f)
{
	if (n > 1)
		return fault_set(f, at,
		    "%s chunk count is not supported (got %u, expected 1)",
		    what, n);
	if (n == 0)
		setupbin_note(notes, rule, at,
		    "%s chunk count is 0 (expected 1): some machines ignore "
		    "such a file",
		    what);
	return 0;
}
