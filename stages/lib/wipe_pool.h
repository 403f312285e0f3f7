#ifndef WIPE_POOL_H
#define WIPE_POOL_H

/*
 * wipe_pool - the large blocks of wipe, a few pages each, from ranges of
 * addresses of their own.
 *
 * libcurl wants 16 kB for a request and writes a fourth of it.  In the heap all
 * of it comes to take memory, as others have been in the same place; here a
 * page that nobody wrote to takes none.  OpenSSL wants more, for a handshake or
 * a record, and clears all of it: its blocks are others.
 */
#include <stdbool.h>
#include <stddef.h>

#define WIPE_POOL_LEAST 12288
#define WIPE_POOL_SMALL 16384
#define WIPE_POOL_LARGE 24576

/* Room for n blocks of each size; without the addresses, or the second time,
 * for none. */
void wipe_pool_make(size_t n);
/* A block that is clear; NULL: n is not of such a size, or all are out. */
void *wipe_pool_take(size_t n);
/* How long a block of it is, as it was asked for; 0: it is another one. */
size_t wipe_pool_size(const void *block);
/* Clears it; false: it is another one. */
bool wipe_pool_give(void *block);

#endif
