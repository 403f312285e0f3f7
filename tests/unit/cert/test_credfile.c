/* What credfile reads, and that nothing of it stays in memory. */
#include "cert/credfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "cert_maker.h"
#include "lib/wipe.h"

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

/* In the heap and in variables: pages of this program, or of no file. */
static unsigned
copies_in_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512], name[256], may[5];
	unsigned n = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from, to;

		name[0] = '\0';
		if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %255s", &from, &to,
		        may, name) < 3 ||
		    strcmp(may, "rw-p") != 0 ||
		    (name[0] != '\0' && strcmp(name, "[heap]") != 0 &&
		        strstr(name, "test_credfile") == NULL))
			continue;
		n += copies_in((const uint8_t *)from, (const uint8_t *)to);
	}
	(void)fclose(maps);
	return n;
}

/* A file that is on no disk, with these bytes. */
static int
file_of(const void *p, size_t len)
{
	int fd = memfd_create("input", 0);

	assert_true(fd != -1);
	assert_int_equal(write(fd, p, len), (ssize_t)len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* A PFX in clear: OpenSSL does not wipe every buffer that it decodes. */
static void
nothing_of_a_key_is_left_after_its_end(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(1024);
	const struct cert_wish w = { .cn = "p.example.com" };
	X509 *cert = cert_make(&w, key, NULL, NULL);
	struct made_bytes pfx = pfx_make("secret", key, cert, NULL, -1, 1, 1);
	int fd = file_of(pfx.p, pfx.len), password = file_of("secret\n", 7);
	struct credential c;
	struct credfile r;

	(void)state;
	prime_remember(key);
	EVP_PKEY_free(key);
	OPENSSL_free(pfx.p);
	X509_free(cert); /* it keeps the whole key that it was made with */
	assert_int_equal(copies_in_memory(), 0);
	assert_int_equal(credential_begin(&c), 0);
	credfile_begin(&r, password, false);
	credfile_add(&r, &c, fd, "prov.pfx");
	assert_int_equal(c.nkeys, 1);
	assert_true(copies_in_memory() != 0);
	credential_end(&c);
	credfile_end(&r);
	assert_int_equal(copies_in_memory(), 0);
	(void)close(fd);
	(void)close(password);
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
	wipe_openssl();
	return cmocka_run_group_tests(tests, NULL, NULL);
#endif
}
