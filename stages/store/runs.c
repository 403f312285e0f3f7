#include "store/runs.h"

#include <assert.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/scratch.h"

#define HEAD sizeof(uint32_t) /* a record's length, before it */

/* Where a record in memory is, by its key. */
struct run_entry {
	uint64_t key;
	size_t at;
};

/* A sorted run: in the file, and the window of it that is in memory. */
struct sorted_run {
	uint64_t key; /* of its next record */
	off_t next;   /* in the file: what follows the window */
	off_t end;
	uint8_t *window;
	size_t at, len;
};

struct runs {
	const char *dir;
	size_t cap, record_max, key_len;
	uint8_t *memory;
	size_t len;
	struct run_entry *entries;
	size_t nentries, entries_cap;
	size_t next; /* entry, when everything is in memory */
	int fd;
	off_t file_len;
	struct sorted_run *runs;
	size_t nruns, runs_cap;
	size_t *heap; /* indexes of runs, the first in order at the top */
	size_t nheap;
	size_t window_cap;
	bool taken; /* the top's record was given out */
};

struct runs *
runs_new(const char *dir, size_t memory, size_t record_max, size_t key_len)
{
	struct runs *r = calloc(1, sizeof(*r));

	if (r == NULL || (r->memory = malloc(memory)) == NULL)
		err(EX_OSERR, "runs");
	r->dir = dir;
	r->cap = memory;
	r->record_max = record_max + HEAD;
	r->key_len = key_len;
	r->fd = -1;
	return r;
}

void
runs_free(struct runs *r)
{
	if (r == NULL)
		return;
	if (r->fd != -1)
		close(r->fd);
	free(r->memory);
	free(r->entries);
	free(r->runs);
	free(r->heap);
	free(r);
}

/* What of the key fits a number; big-endian, so that numbers are in the
 * order of the bytes. */
static uint64_t
key_of(const uint8_t *record)
{
	uint64_t key = 0;

	for (size_t i = 0; i < RUNS_KEY_MIN; i++)
		key = key << 8 | record[i];
	return key;
}

static uint32_t
length_at(const uint8_t *head)
{
	uint32_t len;

	memcpy(&len, head, HEAD);
	return len;
}

/* The rest of the key, where what fits a number is equal. */
static int
compare_rest(const struct runs *r, const uint8_t *a, const uint8_t *b)
{
	return memcmp(a + RUNS_KEY_MIN, b + RUNS_KEY_MIN,
	    r->key_len - RUNS_KEY_MIN);
}

static int
by_key(const void *a, const void *b, void *arg)
{
	const struct run_entry *x = a, *y = b;
	const struct runs *r = arg;
	int order;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	order =
	    compare_rest(r, r->memory + x->at + HEAD, r->memory + y->at + HEAD);
	if (order != 0)
		return order;
	return x->at < y->at ? -1 : 1;
}

static void
sort_memory(struct runs *r)
{
	if (r->nentries != 0)
		qsort_r(r->entries, r->nentries, sizeof(*r->entries), by_key,
		    r);
}

static void
write_out(struct runs *r, const uint8_t *p, size_t len)
{
	scratch_write(r->fd, r->dir, p, len);
	r->file_len += (off_t)len;
}

static struct sorted_run *
new_run(struct runs *r)
{
	if (r->nruns == r->runs_cap) {
		r->runs_cap = r->runs_cap == 0 ? 16 : 2 * r->runs_cap;
		r->runs = reallocarray(r->runs, r->runs_cap, sizeof(*r->runs));
		if (r->runs == NULL)
			err(EX_OSERR, "runs");
	}
	return memset(&r->runs[r->nruns++], 0, sizeof(*r->runs));
}

/* What is in memory becomes a run in the file. */
static void
runs_spill(struct runs *r)
{
	static uint8_t out[256 * 1024];
	struct sorted_run *run;
	size_t n = 0;

	if (r->fd == -1)
		r->fd = scratch_open(r->dir);
	/* Each run needs room for a record when they are merged. */
	if ((r->nruns + 1) * r->record_max > r->cap)
		errx(EX_IOERR, "more input than can be sorted at once");
	sort_memory(r);
	run = new_run(r);
	run->next = r->file_len;
	for (size_t i = 0; i < r->nentries; i++) {
		const uint8_t *from = r->memory + r->entries[i].at;
		size_t len = HEAD + length_at(from);

		if (len > sizeof(out) - n) {
			write_out(r, out, n);
			n = 0;
		}
		memcpy(out + n, from, len);
		n += len;
	}
	write_out(r, out, n);
	run->end = r->file_len;
	r->nentries = 0;
	r->len = 0;
}

static void
note_entry(struct runs *r, uint64_t key)
{
	if (r->nentries == r->entries_cap) {
		r->entries_cap =
		    r->entries_cap == 0 ? 1024 : 2 * r->entries_cap;
		r->entries = reallocarray(r->entries, r->entries_cap,
		    sizeof(*r->entries));
		if (r->entries == NULL)
			err(EX_OSERR, "runs");
	}
	r->entries[r->nentries++] = (struct run_entry){ key, r->len };
}

void
runs_add(struct runs *r, const void *record, size_t len)
{
	uint32_t head = (uint32_t)len;

	assert(len >= r->key_len && len + HEAD <= r->record_max);
	if (HEAD + len > r->cap - r->len)
		runs_spill(r);
	note_entry(r, key_of(record));
	memcpy(r->memory + r->len, &head, HEAD);
	memcpy(r->memory + r->len + HEAD, record, len);
	r->len += HEAD + len;
}

/* --- merging ----------------------------------------------------------- */

/* More of the run behind what is left of its window. */
static void
run_refill(struct runs *r, struct sorted_run *run)
{
	size_t left = run->len - run->at, want;

	memmove(run->window, run->window + run->at, left);
	run->at = 0;
	run->len = left;
	want = r->window_cap - run->len;
	if ((off_t)want > run->end - run->next)
		want = (size_t)(run->end - run->next);
	scratch_read(r->fd, r->dir, run->window + run->len, want, run->next);
	run->len += want;
	run->next += (off_t)want;
}

/* Its next record whole in the window and its key known; false at its end. */
static bool
run_advance(struct runs *r, struct sorted_run *run)
{
	if (run->len - run->at < HEAD ||
	    run->len - run->at < HEAD + length_at(run->window + run->at))
		run_refill(r, run);
	if (run->len == run->at)
		return false;
	run->key = key_of(run->window + run->at + HEAD);
	return true;
}

static bool
head_before(const struct runs *r, size_t a, size_t b)
{
	const struct sorted_run *x = &r->runs[a], *y = &r->runs[b];
	int order;

	if (x->key != y->key)
		return x->key < y->key;
	order =
	    compare_rest(r, x->window + x->at + HEAD, y->window + y->at + HEAD);
	/* An earlier run has what was added earlier. */
	return order != 0 ? order < 0 : a < b;
}

static void
sift_down(struct runs *r, size_t i)
{
	for (;;) {
		size_t least = i, moved = r->heap[i];

		for (size_t c = 2 * i + 1; c <= 2 * i + 2; c++)
			if (c < r->nheap &&
			    head_before(r, r->heap[c], r->heap[least]))
				least = c;
		if (least == i)
			return;
		r->heap[i] = r->heap[least];
		r->heap[least] = moved;
		i = least;
	}
}

void
runs_sort(struct runs *r)
{
	if (r->nruns == 0) {
		sort_memory(r);
		return;
	}
	if (r->nentries != 0)
		runs_spill(r);
	r->window_cap = r->cap / r->nruns;
	r->heap = calloc(r->nruns, sizeof(*r->heap));
	if (r->heap == NULL)
		err(EX_OSERR, "runs");
	for (size_t i = 0; i < r->nruns; i++) {
		r->runs[i].window = r->memory + i * r->window_cap;
		if (run_advance(r, &r->runs[i]))
			r->heap[r->nheap++] = i;
	}
	for (size_t i = r->nheap / 2; i-- > 0;)
		sift_down(r, i);
}

/* Past the record that was given out last. */
static void
drop_top(struct runs *r)
{
	struct sorted_run *run = &r->runs[r->heap[0]];

	run->at += HEAD + length_at(run->window + run->at);
	if (!run_advance(r, run))
		r->heap[0] = r->heap[--r->nheap];
	if (r->nheap != 0)
		sift_down(r, 0);
}

const uint8_t *
runs_next(struct runs *r, size_t *len)
{
	const uint8_t *head;

	if (r->nruns == 0) {
		if (r->next == r->nentries)
			return NULL;
		head = r->memory + r->entries[r->next++].at;
	} else {
		if (r->taken)
			drop_top(r);
		r->taken = r->nheap != 0;
		if (!r->taken)
			return NULL;
		head = r->runs[r->heap[0]].window + r->runs[r->heap[0]].at;
	}
	*len = length_at(head);
	return head + HEAD;
}
