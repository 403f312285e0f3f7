/* Text of every encoding from raw bytes: the first byte says which one, the
 * second where it is cut.  What comes out is UTF-8, the same in one piece. */
#include "base/encoding.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
decode(struct encoding_state *s, char *out, const uint8_t *data, size_t size,
    size_t cut)
{
	size_t n = encoding_next(s, out, data, cut);

	if (n > ENCODING_ROOM(cut))
		abort();
	n += encoding_next(s, out + n, data + cut, size - cut);
	return n + encoding_end(s, out + n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct encoding_state a = { 0 }, b;
	char *whole, *parts;
	enum encoding e;
	size_t mark, n;

	if (size < 2)
		return 0;
	if (encoding_marked(&e, &mark, data + 2, size - 2) &&
	    (mark > size - 2 || e >= ENCODING_N))
		abort();
	a.from = data[0] % ENCODING_N;
	b = a;
	size -= 2;
	whole = malloc(2 * ENCODING_ROOM(size));
	parts = malloc(2 * ENCODING_ROOM(size));
	if (whole == NULL || parts == NULL)
		exit(1);
	n = decode(&a, whole, data + 2, size, size);
	if (n > ENCODING_ROOM(size) ||
	    n !=
	        decode(&b, parts, data + 2, size,
	            size != 0 ? data[1] % size : 0) ||
	    memcmp(whole, parts, n) != 0 || a.nbad != b.nbad)
		abort();
	if (a.from != ENCODING_UTF8 && text_utf8(whole, n, NULL) == -1)
		abort();
	free(whole);
	free(parts);
	return 0;
}
