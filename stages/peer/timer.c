#include "peer/conn.h"

#include <err.h>
#include <stdlib.h>
#include <sysexits.h>

/* A binary heap; conn.heap_at is 1 for the root. */

static void
place(struct server *s, size_t at, struct conn *c)
{
	s->heap[at - 1] = c;
	c->heap_at = at;
}

static void
sift(struct server *s, size_t at)
{
	struct conn *c = s->heap[at - 1];

	while (at > 1 && s->heap[at / 2 - 1]->due_ms > c->due_ms) {
		place(s, at, s->heap[at / 2 - 1]);
		at /= 2;
	}
	for (size_t child; (child = at * 2) <= s->nheap; at = child) {
		if (child < s->nheap &&
		    s->heap[child]->due_ms < s->heap[child - 1]->due_ms)
			child++;
		if (s->heap[child - 1]->due_ms >= c->due_ms)
			break;
		place(s, at, s->heap[child - 1]);
	}
	place(s, at, c);
}

static void
take_out(struct server *s, struct conn *c)
{
	size_t at = c->heap_at;
	struct conn *last = s->heap[--s->nheap];

	c->heap_at = 0;
	if (last == c)
		return;
	place(s, at, last);
	sift(s, at);
}

void
timer_set(struct server *s, struct conn *c, int64_t due_ms)
{
	if (c->heap_at != 0)
		take_out(s, c);
	if (due_ms == INT64_MAX)
		return;
	if (s->nheap == s->heap_cap) {
		s->heap_cap = s->heap_cap == 0 ? 64 : s->heap_cap * 2;
		s->heap =
		    reallocarray(s->heap, s->heap_cap, sizeof(struct conn *));
		if (s->heap == NULL)
			err(EX_OSERR, NULL);
	}
	c->due_ms = due_ms;
	s->heap[s->nheap++] = c;
	sift(s, s->nheap);
}
