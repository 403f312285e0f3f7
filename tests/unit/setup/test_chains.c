#include "setup/chains.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"

static EVP_PKEY *keys[3];
static X509 *certs[3]; /* leaf, CA, root */
static struct setup_chain made;
static struct chain_texts texts;
static const char *fields[CHAINS_NCOLUMNS];

static int
make_all(void **state)
{
	const struct cert_wish w = { .cn = "prov.lab7.example.com" };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		keys[i] = EVP_EC_gen("P-256");
	certs[2] = ca_make("Lab root", keys[2], NULL, NULL);
	certs[1] = ca_make("Issuing", keys[1], certs[2], keys[2]);
	certs[0] = cert_make(&w, keys[0], certs[1], keys[1]);
	return setup_chain_make(&made, certs, 3, keys[0], &f) == 0 &&
	        chain_fields(&made, &texts, fields) == 0
	    ? 0
	    : -1;
}

static int
free_all(void **state)
{
	(void)state;
	chain_texts_wipe(&texts);
	setup_chain_wipe(&made);
	for (size_t i = 0; i < 3; i++) {
		X509_free(certs[i]);
		EVP_PKEY_free(keys[i]);
	}
	return 0;
}

/* What was written, with one column as the test wants it. */
static int
read_with(struct chains *all, int column, const char *value, struct fault *f)
{
	struct record r = { .kind = &kind_chains };
	char *copies[CHAINS_NCOLUMNS];
	int rc;

	for (int i = 0; i < CHAINS_NCOLUMNS; i++) {
		copies[i] = strdup(i == column ? value : fields[i]);
		assert_non_null(copies[i]);
		r.field[i] = copies[i];
	}
	rc = chains_read(all, &r, f);
	for (int i = 0; i < CHAINS_NCOLUMNS; i++)
		free(copies[i]);
	return rc;
}

static void
a_chain_that_was_written_is_read_as_it_was(void **state)
{
	static struct chains all;
	const struct setup_chain *c;
	struct fault f;

	(void)state;
	assert_int_equal(read_with(&all, -1, NULL, &f), 0);
	assert_int_equal(all.n, 1);
	c = chains_find(&all, made.name);
	assert_non_null(c);
	assert_int_equal(strlen(c->name), 33);
	assert_memory_equal(c->name + 17, c->root, 16);
	assert_string_equal(c->cn, "prov.lab7.example.com");
	assert_int_equal(c->n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(X509_cmp(c->certs[i], certs[i]), 0);
	assert_int_equal(EVP_PKEY_eq(c->key, keys[0]), 1);
	assert_null(chains_find(&all, ""));
	assert_int_equal(read_with(&all, -1, NULL, &f), -1);
	assert_string_equal(f.why, "name: given twice");
	assert_int_equal(all.n, 1);
	chains_wipe(&all);
	assert_int_equal(all.n, 0);
}

static void
what_does_not_belong_together_is_refused(void **state)
{
	static struct chains all;
	const struct {
		int column;
		const char *value, *why;
	} bad[] = {
		{ CHAINS_NAME, "0123456789abcdef-0123456789abcdef",
		    "name: not that of its certificates" },
		{ CHAINS_CN, "prov.lab8.example.com",
		    "cn: not that of the first certificate" },
		{ CHAINS_ROOT, "", "root: not that of the last certificate" },
		{ CHAINS_CERTS, "",
		    "certs: number 1 is not the base64 of a certificate's DER" },
		{ CHAINS_CERTS, "TUlJ", "certs: number 1 is not" },
		{ CHAINS_CERTS, "TUl", "certs: number 1 is not" },
		{ CHAINS_CERTS, "====", "certs: number 1 is not" },
		{ CHAINS_KEY, "", "key: not the base64" },
		{ CHAINS_KEY, "SECRETSECRET", "key: not the base64" },
	};
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_with(&all, bad[i].column, bad[i].value,
		                     &f),
		    -1);
		if (strncmp(f.why, bad[i].why, strlen(bad[i].why)) != 0)
			fail_msg("got \"%s\", expected \"%s\"", f.why,
			    bad[i].why);
		assert_null(strstr(f.why, "SECRET"));
		assert_int_equal(all.n, 0);
	}
}

static void
anything_behind_a_certificate_is_refused(void **state)
{
	static struct chains all;
	char *text = malloc(strlen(texts.certs) + 16);
	struct fault f;

	(void)state;
	assert_non_null(text);
	(void)sprintf(text, "%s,", texts.certs);
	assert_int_equal(read_with(&all, CHAINS_CERTS, text, &f), -1);
	assert_non_null(strstr(f.why, "certs: number 4 is not"));
	(void)sprintf(text, "%s,AAAA", texts.certs);
	assert_int_equal(read_with(&all, CHAINS_CERTS, text, &f), -1);
	assert_int_equal(all.n, 0);
	free(text);
}

static void
anything_behind_the_key_is_refused(void **state)
{
	static struct chains all;
	unsigned char *der = NULL, more[4096];
	char text[8192];
	int len = i2d_PrivateKey(keys[0], &der);
	struct fault f;

	(void)state;
	assert_in_range(len, 1, sizeof(more) - 3);
	memcpy(more, der, (size_t)len);
	memset(more + len, 0, 3);
	(void)EVP_EncodeBlock((unsigned char *)text, more, len);
	assert_int_equal(read_with(&all, CHAINS_KEY, text, &f), 0);
	chains_wipe(&all);
	(void)EVP_EncodeBlock((unsigned char *)text, more, len + 3);
	assert_int_equal(read_with(&all, CHAINS_KEY, text, &f), -1);
	assert_non_null(strstr(f.why, "key: not the base64"));
	OPENSSL_free(der);
}

static void
a_key_of_another_certificate_is_refused(void **state)
{
	struct setup_chain c;
	struct fault f;

	(void)state;
	assert_int_equal(setup_chain_make(&c, certs, 3, keys[1], &f), -1);
	assert_string_equal(f.why,
	    "the key is not that of the first certificate");
	assert_int_equal(c.n, 0);
	assert_int_equal(setup_chain_make(&c, certs, 0, keys[0], &f), -1);
	assert_int_equal(setup_chain_make(&c, certs, CHAIN_MAX + 1, keys[0],
	                     &f),
	    -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_that_was_written_is_read_as_it_was),
		cmocka_unit_test(what_does_not_belong_together_is_refused),
		cmocka_unit_test(anything_behind_a_certificate_is_refused),
		cmocka_unit_test(anything_behind_the_key_is_refused),
		cmocka_unit_test(a_key_of_another_certificate_is_refused),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
