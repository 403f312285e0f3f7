#ifndef TIMERS_H
#define TIMERS_H

/*
 * timers - which of many deadlines is next: a binary heap of timers that live
 * inside what they belong to.
 *
 * The room is fixed at the start; setting more timers than that is our own
 * mistake.
 */
#include <stddef.h>
#include <stdint.h>

struct timer {
	int64_t at_ms; /* as clock_ms counts */
	void *of;      /* what it belongs to; the owner fills it */
	size_t place;  /* in the heap, from 1; 0 while it is not set */
};

struct timers {
	struct timer **heap;
	size_t n, cap;
};

/* 0, or -1 when out of memory. */
int timers_init(struct timers *t, size_t cap);
void timers_free(struct timers *t);

/* Sets it, or moves it when it is set already. */
void timers_set(struct timers *t, struct timer *one, int64_t at_ms);
/* Nothing happens when it is not set. */
void timers_clear(struct timers *t, struct timer *one);

/* The earliest, NULL when none is set. */
struct timer *timers_first(const struct timers *t);

#endif
