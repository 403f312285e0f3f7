#include "amt/rootlist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/rsa.h>

#include "base/text.h"
#include "cert_maker.h"

static void
kinds_that_are_not_known_and_what_is_no_hash_are_skipped(void **state)
{
	char list[600];
	const char *at = list;
	const struct root *root = roots_row(0);
	struct rootlist_entry e;

	(void)state;
	(void)snprintf(list, sizeof(list),
	    "type9:00ff,sha256:%s,sha1:12,,sha256:zz,sha1:%s,sha384:%.60s",
	    root->sha256, root->sha1, root->sha256);
	assert_true(rootlist_next(&at, &e));
	assert_int_equal(e.len, 32);
	assert_ptr_equal(roots_find(e.sum, e.len), root);
	assert_true(rootlist_next(&at, &e));
	assert_int_equal(e.len, 20);
	assert_ptr_equal(roots_find(e.sum, e.len), root);
	assert_false(rootlist_next(&at, &e));
	assert_string_equal(at, "");
	assert_false(rootlist_next(&at, &e));
}

static void
public_roots_are_a_set_and_others_are_counted(void **state)
{
	char list[600];
	size_t unknown = 7;

	(void)state;
	assert_int_equal(rootlist_public("", &unknown), 0);
	assert_int_equal(unknown, 0);
	/* One root under two kinds is one root. */
	(void)snprintf(list, sizeof(list),
	    "sha256:%s,sha1:%s,sha256:%s,sha1:%s", roots_row(3)->sha256,
	    roots_row(3)->sha1, roots_row(28)->sha256,
	    "0123456789012345678901234567890123456789");
	assert_int_equal(rootlist_public(list, &unknown),
	    UINT64_C(1) << 3 | UINT64_C(1) << 28);
	assert_int_equal(unknown, 1);
	assert_int_equal(rootlist_public(list, NULL),
	    UINT64_C(1) << 3 | UINT64_C(1) << 28);
	for (size_t i = 0; roots_row(i) != NULL; i++)
		assert_true(i < ROOTLIST_ROWS_MAX);
}

/* Appends kind:SUM of cert. */
static void
sum_add(char *list, const char *kind, const EVP_MD *md, const X509 *cert)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned len;

	assert_int_equal(X509_digest(cert, md, sum, &len), 1);
	text_hex(hex, sum, len);
	(void)sprintf(list + strlen(list), "%s%s:%s",
	    list[0] != '\0' ? "," : "", kind, hex);
}

static void
a_root_is_known_by_the_best_of_its_own_hashes(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *root = ca_make("Root", key, NULL, NULL),
	     *other = ca_make("Other", key, NULL, NULL);
	char list[600] = "";

	(void)state;
	assert_int_equal(rootlist_rank(root, list), 0);
	sum_add(list, "sha384", EVP_sha384(), other);
	assert_int_equal(rootlist_rank(root, list), 0);
	assert_int_equal(rootlist_rank(other, list), 3);
	sum_add(list, "sha256", EVP_sha256(), root);
	assert_int_equal(rootlist_rank(root, list), 2);
	sum_add(list, "sha1", EVP_sha1(), root);
	assert_int_equal(rootlist_rank(root, list), 2);
	list[0] = '\0';
	sum_add(list, "sha1", EVP_sha1(), root);
	assert_int_equal(rootlist_rank(root, list), 1);
	/* A hash under another kind's name is none. */
	list[0] = '\0';
	sum_add(list, "sha256", EVP_sha1(), root);
	assert_int_equal(rootlist_rank(root, list), 0);
	X509_free(root);
	X509_free(other);
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    kinds_that_are_not_known_and_what_is_no_hash_are_skipped),
		cmocka_unit_test(public_roots_are_a_set_and_others_are_counted),
		cmocka_unit_test(a_root_is_known_by_the_best_of_its_own_hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
