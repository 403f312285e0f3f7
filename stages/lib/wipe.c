#include "lib/wipe.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "lib/wipe_pool.h"

void
wipe_pool(size_t n)
{
#ifdef __SANITIZE_ADDRESS__
	(void)n; /* it knows where a block of malloc ends */
#else
	wipe_pool_make(n);
#endif
}

static size_t
wipe_size(void *old)
{
	size_t n = wipe_pool_size(old);

	return n != 0 ? n : malloc_usable_size(old);
}

void *
wipe_malloc(size_t n)
{
	void *block = wipe_pool_take(n);

	return block != NULL ? block : malloc(n);
}

void *
wipe_calloc(size_t count, size_t n)
{
	void *block = count == 1 || n == 1 ? wipe_pool_take(count * n) : NULL;

	return block != NULL ? block : calloc(count, n);
}

/* The whole block, which may be larger than what was asked for: realloc below
 * hands out all of it. */
void
wipe_free(void *old)
{
	if (old == NULL || wipe_pool_give(old))
		return;
	explicit_bzero(old, malloc_usable_size(old));
	free(old);
}

/*
 * Never realloc(3), which frees the old block uncleared when it moves.  Zero
 * bytes mean free, as with glibc: a library may rely on either.
 */
void *
wipe_realloc(void *old, size_t n)
{
	size_t had = old == NULL ? 0 : wipe_size(old);
	void *moved;

	if (old != NULL && n == 0) {
		wipe_free(old);
		return NULL;
	}
	if (old != NULL && n <= had && n >= had / 2) {
		explicit_bzero((char *)old + n, had - n);
		return old;
	}
	moved = wipe_malloc(n);
	if (moved == NULL)
		return NULL; /* and the old block stays */
	if (old != NULL)
		memcpy(moved, old, n < had ? n : had);
	wipe_free(old);
	return moved;
}

char *
wipe_strdup(const char *text)
{
	return strdup(text);
}
