/* ondie against the certificates that Intel has published. */
#include "amt/ondie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ondie_maker.h"
#include "read_file.h"

static void
each_published_root_has_a_key_of_p_384(void **state)
{
	const struct ondie_root *row;
	size_t n = 0;

	(void)state;
	for (; (row = ondie_root_row(n)) != NULL; n++) {
		uint8_t der[256];
		const uint8_t *at = der;
		size_t len;
		EVP_PKEY *key;

		assert_int_equal(text_unhex(der, sizeof(der), &len, row->key),
		    0);
		key = d2i_PUBKEY(NULL, &at, (long)len);
		assert_non_null(key);
		assert_ptr_equal(at, der + len);
		assert_int_equal(EVP_PKEY_get_bits(key), 384);
		assert_int_equal(strlen(row->sha256), 64);
		EVP_PKEY_free(key);
	}
	assert_int_equal(n, 1);
}

/* The certificates of a file of PEM. */
static STACK_OF(X509) * vector_read(const char *vectors, const char *name)
{
	STACK_OF(X509) *certs = sk_X509_new_null();
	static uint8_t bytes[16384];
	char dir[4096];
	X509 *cert;
	BIO *in;

	(void)snprintf(dir, sizeof(dir), "%s/odca", vectors);
	in = BIO_new_mem_buf(bytes,
	    (int)read_file(dir, name, bytes, sizeof(bytes)));
	while ((cert = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL)
		assert_true(sk_X509_push(certs, cert) > 0);
	BIO_free(in);
	return certs;
}

static void
the_root_of_the_table_is_the_published_one(void **state)
{
	static const char *const middles[] = { "odca-ca2-csme-intermediate.pem",
		"ondie-ca-csme-intermediate.pem" };
	const struct ondie_root *row = ondie_root_row(0);
	const char *vectors = getenv("AMT_VECTORS");
	char name[CERT_NAME], hex[512];
	STACK_OF(X509) * certs;
	uint8_t sum[32];
	unsigned len;

	(void)state;
	if (vectors == NULL || vectors[0] == '\0') {
		print_message("no AMT_VECTORS\n");
		skip();
	}
	certs = vector_read(vectors, "ondie-ca-root.pem");
	assert_int_equal(sk_X509_num(certs), 1);
	cert_subject(name, sk_X509_value(certs, 0));
	assert_string_equal(row->name, name);
	key_text(hex, sizeof(hex), X509_get0_pubkey(sk_X509_value(certs, 0)));
	assert_string_equal(row->key, hex);
	assert_int_equal(X509_digest(sk_X509_value(certs, 0), EVP_sha256(), sum,
	                     &len),
	    1);
	text_hex(hex, sum, sizeof(sum));
	assert_string_equal(row->sha256, hex);
	chain_free(certs);
	for (size_t i = 0; i < 2; i++) {
		certs = vector_read(vectors, middles[i]);
		assert_int_equal(ondie_root_issued(row,
		                     sk_X509_value(certs, 0)),
		    1);
		assert_int_equal(ondie_root_issued(&root,
		                     sk_X509_value(certs, 0)),
		    0);
		chain_free(certs);
	}
}

/* A chain of four of a part from before production, for AMTAuthenticate: its
 * signatures are right up to the ROM, the rest is not what setup needs. */
static void
a_published_chain_of_a_sample_gives_its_rom_and_no_trust(void **state)
{
	const char *vectors = getenv("AMT_VECTORS");
	STACK_OF(X509) * certs;
	struct ondie o;

	(void)state;
	if (vectors == NULL || vectors[0] == '\0') {
		print_message("no AMT_VECTORS\n");
		skip();
	}
	certs = vector_read(vectors, "amtauthenticate-1-chain.pem");
	assert_int_equal(sk_X509_num(certs), 4);
	ondie_check(certs, &o);
	assert_int_equal(o.kind, ONDIE_BROKEN);
	assert_string_equal(o.rom,
	    "9407b55fcfad9b9bf81e02834b208184195219caf4bdbe81ef5dbfeea576a68d");
	chain_free(certs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_published_root_has_a_key_of_p_384),
		cmocka_unit_test(the_root_of_the_table_is_the_published_one),
		cmocka_unit_test(
		    a_published_chain_of_a_sample_gives_its_rom_and_no_trust),
	};

	return cmocka_run_group_tests(tests, ondie_make, ondie_end);
}
