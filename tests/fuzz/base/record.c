#include "base/record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A record that was read is written to the same bytes. */
static void
read_row(const struct kind *k, size_t ncolumns, const char *line, size_t len)
{
	size_t tabs = k->ncolumns - ncolumns; /* of what it does not have */
	char *copy = strdup(line);
	uint8_t *again = malloc(len + tabs + 1);
	struct writer w = { .base = again, .cap = len + tabs + 1 };
	struct record r;
	struct fault f;

	if (copy == NULL || again == NULL)
		abort();
	if (record_get(&r, k, ncolumns, copy, len, &f) == 0) {
		record_put(&w, k, (const char *const *)r.field);
		if (writer_done(&w) == -1 || w.len != len + tabs + 1 ||
		    memcmp(again, line, len) != 0 || again[len + tabs] != '\n')
			abort();
	} else if (f.why[0] == '\0')
		abort();
	free(again);
	free(copy);
}

/* A whole stream, line by line, as the readers take it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct kind *k = NULL;
	size_t ncolumns = 0;
	uint64_t passed, refused;
	struct fault f;

	while (size > 0) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end != NULL ? (size_t)(end - data) : size;
		char *line = malloc(len + 1);

		if (line == NULL)
			abort();
		memcpy(line, data, len);
		line[len] = '\0';
		if (strlen(line) != len)
			k = NULL;
		else if (record_line(line) == RECORD_HEADER)
			k = record_get_header(&ncolumns, line, &f);
		else if (record_line(line) == RECORD_END)
			(void)record_get_end(&passed, &refused, line, &f);
		else if (k != NULL)
			read_row(k, ncolumns, line, len);
		free(line);
		data += len + (end != NULL);
		size -= len + (end != NULL);
	}
	return 0;
}
