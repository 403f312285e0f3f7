#include "sweep/timers.h"

#include <assert.h>
#include <stdlib.h>

int
timers_init(struct timers *t, size_t cap)
{
	/* heap[0] stays empty, so that the children of n are 2n and 2n + 1 */
	*t = (struct timers){ .cap = cap };
	t->heap = calloc(cap + 1, sizeof(*t->heap));
	return t->heap == NULL ? -1 : 0;
}

void
timers_free(struct timers *t)
{
	free(t->heap);
	*t = (struct timers){ 0 };
}

static void
timers_put(struct timers *t, size_t place, struct timer *one)
{
	t->heap[place] = one;
	one->place = place;
}

static void
rise(struct timers *t, struct timer *one)
{
	size_t at = one->place;

	for (; at > 1 && t->heap[at / 2]->at_ms > one->at_ms; at /= 2)
		timers_put(t, at, t->heap[at / 2]);
	timers_put(t, at, one);
}

static void
sink(struct timers *t, struct timer *one)
{
	size_t at = one->place;

	for (;;) {
		size_t child = 2 * at;

		if (child < t->n &&
		    t->heap[child + 1]->at_ms < t->heap[child]->at_ms)
			child++;
		if (child > t->n || t->heap[child]->at_ms >= one->at_ms)
			break;
		timers_put(t, at, t->heap[child]);
		at = child;
	}
	timers_put(t, at, one);
}

void
timers_set(struct timers *t, struct timer *one, int64_t at_ms)
{
	one->at_ms = at_ms;
	if (one->place == 0) {
		assert(t->n < t->cap);
		timers_put(t, ++t->n, one);
	}
	rise(t, one);
	sink(t, one);
}

void
timers_clear(struct timers *t, struct timer *one)
{
	struct timer *last = t->heap[t->n];
	size_t hole = one->place;

	if (hole == 0)
		return;
	t->heap[t->n--] = NULL;
	one->place = 0;
	if (last == one)
		return;
	timers_put(t, hole, last);
	rise(t, last);
	sink(t, last);
}

struct timer *
timers_first(const struct timers *t)
{
	return t->n == 0 ? NULL : t->heap[1];
}
