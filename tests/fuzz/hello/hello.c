#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hello/hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int truth)
{
	if (!truth)
		abort();
}

/* What we accept we can reproduce, as bytes and as a record. */
static void
reproduce(const struct hello *h, const uint8_t *data, size_t whole)
{
	static uint8_t again[HELLO_MAX];
	static struct hello_text t;
	static struct hello back;
	const char *fields[HELLO_NCOLUMNS] = { 0 };
	struct record r = { .kind = &kind_hello };
	struct writer w = { .base = again, .cap = sizeof(again) };
	struct fault f;

	hello_encode(&w, h);
	must(writer_done(&w) == 0 && w.len == whole);
	must(memcmp(again, data, whole) == 0);

	hello_put(&t, fields, h);
	for (size_t i = 0; i < HELLO_NCOLUMNS; i++)
		r.field[i] = (char *)(uintptr_t)fields[i];
	must(hello_get(&back, &r, &f) == 0);
	w = (struct writer){ .base = again, .cap = sizeof(again) };
	hello_encode(&w, &back);
	must(w.len == whole && memcmp(again, data, whole) == 0);
}

/* Text as a list of hashes: what is accepted comes out as it should. */
static void
as_text(const uint8_t *data, size_t size)
{
	static struct hello h, back;
	static char text[HELLO_HASHES_TEXT];
	struct fault f;
	char *s = malloc(size + 1);

	if (s == NULL)
		return;
	memcpy(s, data, size);
	s[size] = '\0';
	if (hello_hashes_parse(&h, s, &f) == 0) {
		hello_hashes_format(text, &h);
		must(hello_hashes_parse(&back, text, &f) == 0);
		must(back.nhashes == h.nhashes && back.list_len == h.list_len &&
		    memcmp(back.list, h.list, h.list_len) == 0);
	}
	free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct hello h;
	struct fault f;
	size_t n = 0, none;

	switch (hello_complete(data, size, &n, &f)) {
	case HELLO_WHOLE:
		must(n <= size && n <= HELLO_MAX);
		must(hello_complete(data, n - 1, &none, &f) == HELLO_MORE);
		if (hello_decode(&h, data, size, &f) == -1) {
			/* only what the length does not depend on */
			must(h.version == HELLO_PSK && f.at == 24);
			break;
		}
		must(h.trailing == size - n);
		reproduce(&h, data, n);
		break;
	case HELLO_MORE:
	case HELLO_NOISE:
		must(hello_decode(&h, data, size, &f) == -1);
		must(f.at <= size && f.why[0] != '\0');
		break;
	}
	as_text(data, size);
	return 0;
}
