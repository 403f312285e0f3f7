/* A file of its own: who has no OpenSSL is not linked with it. */
#include <err.h>
#include <openssl/crypto.h>
#include <sysexits.h>

#include "lib/wipe.h"

static void *
openssl_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return wipe_malloc(n);
}

static void *
openssl_realloc(void *old, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return wipe_realloc(old, n);
}

static void
openssl_free(void *old, const char *file, int line)
{
	(void)file;
	(void)line;
	wipe_free(old);
}

/* A key of 4096 bits takes 4 kB; the limit for a user is 8 MB. */
#define KEYS_BYTES (1 << 20)
#define KEYS_PIECE 64

void
wipe_openssl_keys(void)
{
	/* 2: there, but not locked */
	if (CRYPTO_secure_malloc_init(KEYS_BYTES, KEYS_PIECE) == 0)
		errx(EX_OSERR, "no memory for keys");
}

/* OpenSSL refuses once it has allocated anything: our own mistake. */
void
wipe_openssl(void)
{
	if (CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc,
	        openssl_free) != 1)
		errx(EX_SOFTWARE, "OpenSSL was used before wipe_openssl");
}
