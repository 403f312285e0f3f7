#ifndef WRITER_H
#define WRITER_H

/*
 * writer - puts bytes into a buffer of fixed size and remembers when it was
 * too small.  Callers write a whole part and ask once (writer_done).  What
 * stands beyond len is untouched.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct writer {
	uint8_t *base; /* borrowed */
	size_t cap;
	size_t len;
	bool full; /* something did not fit; len stays as it was before it */
};

static inline void
writer_bytes(struct writer *w, const void *from, size_t n)
{
	if (n > w->cap - w->len)
		w->full = true;
	if (w->full)
		return;
	if (n != 0)
		memcpy(w->base + w->len, from, n);
	w->len += n;
}

static inline void
writer_fill(struct writer *w, uint8_t byte, size_t n)
{
	if (n > w->cap - w->len)
		w->full = true;
	if (w->full)
		return;
	memset(w->base + w->len, byte, n);
	w->len += n;
}

static inline void
writer_text(struct writer *w, const char *s)
{
	writer_bytes(w, s, strlen(s));
}

static inline void
writer_u8(struct writer *w, uint8_t v)
{
	writer_bytes(w, &v, 1);
}

static inline void
writer_u16le(struct writer *w, uint16_t v)
{
	const uint8_t b[2] = { (uint8_t)v, (uint8_t)(v >> 8) };

	writer_bytes(w, b, sizeof(b));
}

static inline void
writer_u32le(struct writer *w, uint32_t v)
{
	const uint8_t b[4] = { (uint8_t)v, (uint8_t)(v >> 8),
		(uint8_t)(v >> 16), (uint8_t)(v >> 24) };

	writer_bytes(w, b, sizeof(b));
}

/* 0, or -1 when something did not fit. */
static inline int
writer_done(const struct writer *w)
{
	return w->full ? -1 : 0;
}

#endif
