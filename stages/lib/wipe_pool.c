#include "lib/wipe_pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* So many that came back keep their memory: those come and go.  More have been
 * out at once, as when a thousand machines shook hands. */
#define WARM 64
#define PAGES_MAX (WIPE_POOL_LARGE / 4096)

static struct pool {
	size_t block;
	bool sparse; /* most of a block is never written */
	char *first; /* NULL: no pool */
	size_t bytes;
	size_t nmade;  /* the others were never out */
	uint16_t *len; /* of those that are out */
	/* Came back; the last one is the next, as it is in the cache.  The
	 * first ones have no memory any more. */
	void **spare;
	size_t nspare, nempty;
} pools[] = { { .block = WIPE_POOL_SMALL, .sparse = true },
	{ .block = WIPE_POOL_LARGE } };

#define POOLS (sizeof(pools) / sizeof(pools[0]))

static void
pool_make(struct pool *p, size_t n)
{
	void *first;

	p->spare = calloc(n, sizeof(*p->spare));
	p->len = calloc(n, sizeof(*p->len));
	if (p->spare == NULL || p->len == NULL)
		return;
	first = mmap(NULL, n * p->block, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (first == MAP_FAILED)
		return;
	/* Else two megabytes would be there at the first byte. */
	(void)madvise(first, n * p->block, MADV_NOHUGEPAGE);
	p->first = first;
	p->bytes = n * p->block;
}

void
wipe_pool_make(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	/* Pages of 64 kB would be shared by blocks, and nothing be gained. */
	for (size_t i = 0; i < POOLS; i++)
		if (pools[i].spare == NULL && pools[i].block % page == 0)
			pool_make(&pools[i], n);
}

static struct pool *
pool_of(const void *block)
{
	for (size_t i = 0; i < POOLS; i++)
		if (pools[i].first != NULL &&
		    (uintptr_t)block - (uintptr_t)pools[i].first <
		        pools[i].bytes)
			return &pools[i];
	return NULL;
}

static uint16_t *
pool_len(const struct pool *p, const void *block)
{
	return &p->len[(size_t)((const char *)block - p->first) / p->block];
}

void *
wipe_pool_take(size_t n)
{
	struct pool *p = &pools[n > WIPE_POOL_SMALL];
	void *block;

	if (n < WIPE_POOL_LEAST || n > p->block || p->first == NULL)
		return NULL;
	if (p->nspare != 0) {
		block = p->spare[--p->nspare];
		if (p->nempty > p->nspare)
			p->nempty = p->nspare;
	} else if (p->nmade * p->block == p->bytes)
		return NULL;
	else
		block = p->first + p->block * p->nmade++;
	*pool_len(p, block) = (uint16_t)n;
	return block;
}

size_t
wipe_pool_size(const void *block)
{
	const struct pool *p = pool_of(block);

	return p == NULL ? 0 : *pool_len(p, block);
}

/* Kernels before 5.18 take nothing away from what is locked; what is not there
 * any more, and not locked, may be in the swap. */
static void
pool_empty(void *from, size_t n)
{
	if (madvise(from, n, MADV_DONTNEED_LOCKED) == -1 &&
	    madvise(from, n, MADV_DONTNEED) == -1)
		explicit_bzero(from, n);
}

/* Clears the pages that are there without making others, and keeps the first.
 */
static void
pool_clear_pages(char *block, size_t n)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	unsigned char there[PAGES_MAX];

	if (mincore(block, n, there) == -1) {
		explicit_bzero(block, n);
		return;
	}
	for (size_t i = 0; i < n / size; i++)
		if (there[i] & 1)
			explicit_bzero(block + i * size, size);
	pool_empty(block + size, n - size);
	if (!(there[0] & 1))
		pool_empty(block, size);
}

bool
wipe_pool_give(void *block)
{
	struct pool *p = pool_of(block);

	if (p == NULL)
		return false;
	if (p->sparse)
		pool_clear_pages(block, p->block);
	else
		explicit_bzero(block, *pool_len(p, block));
	*pool_len(p, block) = 0;
	p->spare[p->nspare++] = block;
	if (p->nspare - p->nempty > WARM)
		pool_empty(p->spare[p->nempty++], p->block);
	return true;
}
