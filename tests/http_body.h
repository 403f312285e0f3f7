#ifndef HTTP_BODY_H
#define HTTP_BODY_H

/*
 * http_body - the body of a recorded HTTP response, for tests.
 *
 * Takes what a vector file holds: a body alone, a chunked body as the firmware
 * cut it, or status line, headers and body.  Works in place; the body's length,
 * or -1 when the framing is broken.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* RFC 9112, 7.1; no trailers. */
static inline long
http_unchunk(char *buf, size_t len)
{
	size_t from = 0, to = 0;

	for (;;) {
		char *end;
		const char *line = memchr(buf + from, '\n', len - from);
		unsigned long n;

		if (line == NULL)
			return -1;
		n = strtoul(buf + from, &end, 16);
		if (end == buf + from)
			return -1;
		from = (size_t)(line - buf) + 1;
		if (n == 0)
			return (long)to;
		if (n > len - from)
			return -1;
		memmove(buf + to, buf + from, n);
		to += n;
		from += n;
		if (from < len && buf[from] == '\r')
			from++;
		if (from < len && buf[from] == '\n')
			from++;
	}
}

/* buf has a NUL at len. */
static inline long
http_body(char *buf, size_t len)
{
	bool chunked = false;
	const char *head = strstr(buf, "\r\n\r\n");
	size_t skip = 0;

	if (strncmp(buf, "HTTP/", 5) == 0) {
		if (head == NULL)
			return -1;
		skip = (size_t)(head - buf) + 4;
		chunked = memmem(buf, skip, "chunked", 7) != NULL;
	} else
		chunked = len > 5 && strspn(buf, "0123456789ABCDEF") == 4;
	memmove(buf, buf + skip, len - skip);
	return chunked ? http_unchunk(buf, len - skip) : (long)(len - skip);
}

#endif
