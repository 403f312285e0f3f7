#include "lib/wipe.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void *
wipe_malloc(size_t n)
{
	return malloc(n);
}

void *
wipe_calloc(size_t count, size_t n)
{
	return calloc(count, n);
}

/* The whole block, which may be larger than what was asked for: realloc below
 * hands out all of it. */
void
wipe_free(void *old)
{
	if (old == NULL)
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
	size_t had = old == NULL ? 0 : malloc_usable_size(old);
	void *moved;

	if (old != NULL && n == 0) {
		wipe_free(old);
		return NULL;
	}
	if (old != NULL && n <= had && n >= had / 2) {
		explicit_bzero((char *)old + n, had - n);
		return old;
	}
	moved = malloc(n);
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
