#ifndef WIPE_H
#define WIPE_H

/*
 * wipe - memory that is cleared when it is freed, for libraries that copy our
 * secrets and free the copies as they are: libcurl an Authorization line,
 * OpenSSL a record in clear, libxml2 the password of a profile.
 *
 * These are malloc(3) and its relatives otherwise, and may free what those have
 * given.
 */
#include <stddef.h>

void *wipe_malloc(size_t n);
void *wipe_calloc(size_t count, size_t n);
void *wipe_realloc(void *old, size_t n);
char *wipe_strdup(const char *text);
void wipe_free(void *old);

/*
 * From now on n blocks of some pages come from where a page that is not written
 * to takes no memory: see wipe_pool.h.  free(3) must not get them.
 */
void wipe_pool(size_t n);

/*
 * Make the library use them.  Right after stage_begin, in every program that
 * has secrets and the library: what it allocated before stays uncleared.
 * libcurl is in sweep/device_loop.c, the only file that knows it.  Who has no
 * memory for libxml2 ends, with 71.
 */
void wipe_openssl(void);
void wipe_libxml(void);

/*
 * Where OpenSSL keeps the numbers of private keys, from now on: memory that is
 * never written to a disk, as far as the user may lock some, between pages that
 * nothing can run into.  After wipe_openssl.
 */
void wipe_openssl_keys(void);

#endif
