#ifndef CURSOR_H
#define CURSOR_H

/*
 * cursor - reads untrusted bytes and cannot leave its range.
 *
 * The first fault sticks and every later read gives zero, so a caller reads a
 * whole part and asks once.  A length-prefixed part gets a cursor of its own
 * (cursor_part).  Integers on AMT's wire and in setup.bin are little-endian.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/fault.h"

struct cursor {
	const uint8_t *base; /* borrowed */
	size_t len;
	size_t at;
	size_t origin;   /* offset of base in the whole input, for faults */
	const char *why; /* static text of the first fault, or NULL */
	size_t why_at;
};

static inline void
cursor_fail(struct cursor *c, const char *why)
{
	if (c->why != NULL)
		return;
	c->why = why;
	c->why_at = c->origin + c->at;
}

static inline size_t
cursor_left(const struct cursor *c)
{
	return c->len - c->at;
}

static inline const uint8_t *
cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *p = c->base + c->at;

	if (n > cursor_left(c))
		cursor_fail(c, "input ends early");
	if (c->why != NULL)
		return NULL;
	c->at += n;
	return p;
}

static inline void
cursor_copy(struct cursor *c, void *to, size_t n)
{
	const uint8_t *p = cursor_take(c, n);

	if (p != NULL)
		memcpy(to, p, n);
	else
		memset(to, 0, n);
}

static inline uint8_t
cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 1);

	return p != NULL ? p[0] : 0;
}

static inline uint16_t
cursor_u16le(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	return p != NULL ? (uint16_t)(p[0] | (unsigned)p[1] << 8) : 0;
}

static inline uint32_t
cursor_u32le(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	if (p == NULL)
		return 0;
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

/* Network order: what is not AMT's own (SCSI, packets). */
static inline uint16_t
cursor_u16be(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	return p != NULL ? (uint16_t)((unsigned)p[0] << 8 | p[1]) : 0;
}

static inline uint32_t
cursor_u32be(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	if (p == NULL)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static inline uint64_t
cursor_u64be(struct cursor *c)
{
	uint64_t high = cursor_u32be(c);

	return high << 32 | cursor_u32be(c);
}

/* The next n bytes as a cursor of their own; empty when they are not there. */
static inline struct cursor
cursor_part(struct cursor *c, size_t n)
{
	struct cursor part = { .base = c->base + c->at,
		.origin = c->origin + c->at };

	if (cursor_take(c, n) != NULL)
		part.len = n;
	return part;
}

/* 0, or -1 with *f filled.  Leaves leftover bytes alone. */
static inline int
cursor_check(const struct cursor *c, struct fault *f)
{
	if (c->why == NULL)
		return 0;
	return fault_set(f, c->why_at, "%s", c->why);
}

/* As cursor_check; bytes left over are a fault too. */
static inline int
cursor_done(struct cursor *c, struct fault *f)
{
	if (cursor_left(c) != 0)
		cursor_fail(c, "bytes left over after the end");
	return cursor_check(c, f);
}

#endif
