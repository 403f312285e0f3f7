#ifndef MAP_SAMPLE_H
#define MAP_SAMPLE_H

/*
 * map_sample - first rows of an inventory as text, for cmocka tests; include it
 * after cmocka.h, stdio.h and string.h.
 */
#include "map/mapsample.h"

#define U1 "6513270e-269e-4d37-b2a7-4de452e6b438"
#define U2 "d23f0824-128b-4f33-8c5c-7fd0a6a3a450"
#define R1 "{ab37c8ec-0000-4000-8000-000000000001}"
#define R2 "{ab37c8ec-0000-4000-8000-000000000002}"

/* A sample of rows as text: fields end in a comma, rows in a line end. */
static inline void
sample_of(struct mapsample *s, const char *text)
{
	char copy[1024], *p = copy;

	s->nrows = s->len = 0;
	(void)snprintf(copy, sizeof(copy), "%s", text);
	for (size_t line = 1; *p != '\0'; line++) {
		struct row row = { .line = line };

		for (bool last = false; !last;) {
			size_t n = strcspn(p, ",\n");

			last = p[n] == '\n';
			p[n] = '\0';
			row.field[row.nfields++] = p;
			p += n + 1;
		}
		assert_true(mapsample_take(s, &row));
	}
}

#endif
