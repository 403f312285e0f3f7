/* Lines never go back, fields are UTF-8 within their ceilings, and the pieces
 * in which a file comes make no difference. */
#include "base/rows.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	size_t line;
	uint64_t sum;
};

static void
promise(bool kept)
{
	if (!kept)
		abort();
}

static void
add(struct seen *s, const char *text)
{
	for (; *text != '\0'; text++)
		s->sum = (s->sum ^ (uint8_t)*text) * 1099511628211u;
	s->sum = (s->sum ^ 0xff) * 1099511628211u;
}

static void
look(void *arg, const struct row *row, const struct fault *bad)
{
	struct seen *s = arg;

	promise(row->line > s->line && (bad == NULL || bad->at == row->line));
	s->line = row->line;
	s->sum += row->line;
	if (bad != NULL)
		add(s, bad->why);
	promise(bad != NULL || row->nfields >= 1);
	promise(row->nfields <= ROWS_FIELDS_MAX);
	for (size_t i = 0; i < row->nfields; i++) {
		size_t len = strlen(row->field[i]);

		promise(len <= ROWS_FIELD_MAX);
		promise(text_utf8(row->field[i], len, NULL) == 0);
		add(s, row->field[i]);
	}
}

static int
read_all(struct seen *s, const uint8_t *data, size_t size, size_t step)
{
	struct rows *r = rows_new(look, s);
	struct fault f;
	int ok = 0;

	if (r == NULL)
		exit(1);
	*s = (struct seen){ .sum = 14695981039346656037u };
	for (size_t at = 0; ok == 0 && at < size; at += step)
		ok = rows_feed(r, data + at,
		    size - at < step ? size - at : step, &f);
	if (ok == 0)
		ok = rows_end(r, &f);
	rows_free(r);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole, pieces;
	int ok = read_all(&whole, data, size, size + 1);

	promise(read_all(&pieces, data, size, size > 20000 ? 777 : 3) == ok);
	promise(whole.sum == pieces.sum && whole.line == pieces.line);
	return 0;
}
