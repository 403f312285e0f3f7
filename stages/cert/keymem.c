#include "cert/keymem.h"

#include <err.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/crypto.h>

static void *
keymem_malloc(size_t len, const char *file, int line)
{
	(void)file;
	(void)line;
	return len != 0 ? malloc(len) : NULL;
}

static void
keymem_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	if (p == NULL)
		return;
	explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

/* Never in place: realloc(3) leaves a copy where it was. */
static void *
keymem_realloc(void *p, size_t len, const char *file, int line)
{
	size_t had = p != NULL ? malloc_usable_size(p) : 0;
	void *bigger;

	if (len == 0) {
		keymem_free(p, file, line);
		return NULL;
	}
	bigger = malloc(len);
	if (bigger == NULL)
		return NULL;
	if (p != NULL)
		memcpy(bigger, p, had < len ? had : len);
	keymem_free(p, file, line);
	return bigger;
}

void
keymem_begin(void)
{
	if (CRYPTO_set_mem_functions(keymem_malloc, keymem_realloc,
	        keymem_free) != 1)
		errx(EX_SOFTWARE, "keys: OpenSSL has memory already");
}
