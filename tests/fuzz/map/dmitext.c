/* A text of dmidecode from raw bytes: whole or in two parts it says the same,
 * and every machine has a place. */
#include "map/dmitext.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct said {
	size_t nmachines, line;
	uint64_t sum;
};

static void
note(void *arg, const struct dmitext_machine *m)
{
	struct said *s = arg;

	if (m->line == 0 || m->line < s->line ||
	    (m->name[0] != '\0') != (m->name_line != 0) ||
	    strlen(m->uuid) >= DMITEXT_VALUE)
		abort();
	if (m->uuid_line == 0 && m->uuid[0] != '\0')
		abort();
	s->line = m->line;
	s->nmachines++;
	for (const char *p = m->uuid; *p != '\0'; p++)
		s->sum = s->sum * 31 + (uint8_t)*p;
	for (const char *p = m->name; *p != '\0'; p++)
		s->sum = s->sum * 37 + (uint8_t)*p;
}

static int
read_text(struct said *s, const char *text, size_t size, size_t cut)
{
	struct dmitext *d = dmitext_new(note, s);
	struct fault f;
	int ok;

	if (d == NULL)
		exit(1);
	ok = dmitext_feed(d, text, cut, &f);
	if (ok == 0)
		ok = dmitext_feed(d, text + cut, size - cut, &f);
	if (ok == 0)
		ok = dmitext_end(d, &f);
	if (ok == -1 && (f.at == 0 || f.why[0] == '\0'))
		abort();
	dmitext_free(d);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct said whole = { 0 }, parts = { 0 };
	const char *text = (const char *)data;

	(void)dmitext_looks(text, size);
	if (read_text(&whole, text, size, size) !=
	        read_text(&parts, text, size, size / 2) ||
	    whole.nmachines != parts.nmachines || whole.sum != parts.sum)
		abort();
	return 0;
}
