#include "hello/hellohex.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "hello/hello.h"
#include "lib/stage.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * The bytes of one line of hex, without its comment, appended to buf.  0, or
 * -1 and said.
 */
static int
unhex_line(const char *name, size_t line, const char *text, size_t n,
    uint8_t *buf, size_t *len)
{
	char digits[3] = "";
	size_t have = 0, one;

	for (size_t i = 0; i < n && text[i] != '#'; i++) {
		char shown[16];

		if (is_blank(text[i]))
			continue;
		digits[have++] = text[i];
		if (have < 2)
			continue;
		have = 0;
		if (text_unhex(buf + *len, 1, &one, digits) == 0) {
			(*len)++;
			continue;
		}
		text_show(shown, sizeof(shown), digits, 2);
		stage_refuse(name, line, "not hexadecimal digits (got \"%s\")",
		    shown);
		return -1;
	}
	if (have == 0)
		return 0;
	stage_refuse(name, line, "an odd number of hexadecimal digits");
	return -1;
}

struct hex_lines {
	const char *name;
	const char *text;
	size_t size;
	uint8_t *bytes; /* of all lines, one after the other */
	hellohex_fn *fn;
	void *arg;
};

/* Hands on each line that has bytes, if so wished.  Says whether any line alone
 * is a whole hello; *len is the bytes in all.  -1 was refused. */
static int
each_line(const struct hex_lines *x, bool hand_on, size_t *len)
{
	const char *p = x->text, *end = x->text + x->size;
	int any_whole = 0;

	*len = 0;
	for (size_t line = 1; p < end; line++) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t start = *len, n;
		struct fault f;

		if (stop == NULL)
			stop = end;
		if (unhex_line(x->name, line, p, (size_t)(stop - p), x->bytes,
		        len) == -1)
			return -1;
		if (hello_complete(x->bytes + start, *len - start, &n, &f) ==
		    HELLO_WHOLE)
			any_whole = 1;
		if (hand_on && *len != start)
			x->fn(x->arg, x->name, line, x->bytes + start,
			    *len - start);
		p = stop + 1;
	}
	return any_whole;
}

void
hellohex_each(const char *name, const char *text, size_t size, hellohex_fn *fn,
    void *arg)
{
	struct hex_lines x = { .name = name,
		.text = text,
		.size = size,
		.fn = fn,
		.arg = arg };
	size_t len;

	x.bytes = malloc(size / 2 + 1);
	if (x.bytes == NULL)
		err(EX_OSERR, "%s", name);
	switch (each_line(&x, false, &len)) {
	case 1:
		(void)each_line(&x, true, &len);
		break;
	case 0:
		fn(arg, name, 0, x.bytes, len);
		break;
	default:
		break; /* said */
	}
	free(x.bytes);
}
