#include "cert/keymem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "amt/credential.h"
#include "cert_maker.h"

/* A prime of the key, each byte turned over so that this is no copy of it. */
#define PART 24
static uint8_t turned[PART];

static void
prime_remember(EVP_PKEY *key)
{
	BIGNUM *p = NULL;
	uint8_t bytes[256];

	assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR1,
	                     &p),
	    1);
	assert_int_equal(BN_bn2bin(p, bytes), 64);
	for (size_t i = 0; i < PART; i++)
		turned[i] = bytes[20 + i] ^ 0xff;
	explicit_bzero(bytes, sizeof(bytes));
	BN_clear_free(p);
}

/* How often the prime is in [from, to), either way round. */
static unsigned
copies_in(const uint8_t *from, const uint8_t *to)
{
	unsigned n = 0;

	for (; from + PART <= to; from++) {
		size_t i = 0, j = 0;

		while (i < PART && from[i] + turned[i] == 0xff)
			i++;
		while (j < PART && from[j] + turned[PART - 1 - j] == 0xff)
			j++;
		n += i == PART || j == PART;
	}
	return n;
}

/* In the heap: OpenSSL puts none of it elsewhere. */
static unsigned
copies_in_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512], name[256];
	unsigned n = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from, to;

		name[0] = '\0';
		if (sscanf(line, "%lx-%lx rw-p %*s %*s %*s %255s", &from, &to,
		        name) < 2 ||
		    strncmp(name, "[heap", 5) != 0)
			continue;
		n += copies_in((const uint8_t *)from, (const uint8_t *)to);
	}
	(void)fclose(maps);
	return n;
}

/* As PEM and as PFX in clear: the buffers that OpenSSL does not wipe itself. */
static void
nothing_of_a_key_is_left_after_its_end(void **state)
{
	const struct credential_use use = { .iterations_max = 1000 };
	EVP_PKEY *key = EVP_RSA_gen(1024);
	const struct cert_wish w = { .cn = "p.example.com" };
	X509 *cert = cert_make(&w, key, NULL, NULL);
	struct made_bytes pfx = pfx_make("secret", key, cert, NULL, -1, 1, 1);
	struct credential c;
	struct fault f;

	(void)state;
	prime_remember(key);
	EVP_PKEY_free(key);
	assert_int_equal(credential_begin(&c), 0);
	assert_int_equal(credential_add(&c, pfx.p, pfx.len, "secret", &use, &f),
	    CREDENTIAL_OK);
	assert_int_equal(c.nkeys, 1);
	assert_true(copies_in_memory() != 0);
	credential_end(&c);
	OPENSSL_free(pfx.p);
	X509_free(cert); /* it keeps the whole key that it was made with */
	assert_int_equal(copies_in_memory(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_of_a_key_is_left_after_its_end),
	};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	(void)tests;
	(void)nothing_of_a_key_is_left_after_its_end;
	(void)printf("1..1\nok 1 # skip sanitizers have a heap of their own\n");
	return 0;
#else
	keymem_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
#endif
}
