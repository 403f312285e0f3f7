#include "amt/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"

#define END ((X509 *)NULL) /* of those named */

/* Two roots; one CA with a certificate of each of them, and a leaf.  root_a is
 * also cross-signed by root_b, as CAs do with new roots. */
static EVP_PKEY *keys[4];
static X509 *root_a, *root_b, *ca_a, *ca_b, *cross, *leaf;

static int
make_all(void **state)
{
	const struct cert_wish w = { .cn = "prov.example.com" };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		keys[i] = EVP_EC_gen("P-256");
	root_a = ca_make("Root A", keys[0], NULL, NULL);
	root_b = ca_make("Root B", keys[1], NULL, NULL);
	ca_a = ca_make("Issuing", keys[2], root_a, keys[0]);
	ca_b = ca_make("Issuing", keys[2], root_b, keys[1]);
	cross = ca_make("Root A", keys[0], root_b, keys[1]);
	leaf = cert_make(&w, keys[3], ca_a, keys[2]);
	return 0;
}

static int
free_all(void **state)
{
	X509 *all[] = { root_a, root_b, ca_a, ca_b, cross, leaf };

	(void)state;
	for (size_t i = 0; i < 6; i++)
		X509_free(all[i]);
	for (size_t i = 0; i < 4; i++)
		EVP_PKEY_free(keys[i]);
	return 0;
}

static int
rank_one(const X509 *root, void *arg)
{
	return X509_cmp(root, arg) == 0;
}

/* The chain from leaf out of those named, NULL ends them. */
static struct chain
built(X509 *known, ...)
{
	STACK_OF(X509) *all = sk_X509_new_null();
	struct chain c;
	va_list ap;
	X509 *cert;

	va_start(ap, known);
	while ((cert = va_arg(ap, X509 *)) != NULL)
		assert_true(sk_X509_push(all, cert) > 0);
	va_end(ap);
	chain_build(&c, leaf, all, known != NULL ? rank_one : NULL, known);
	sk_X509_free(all);
	return c;
}

static void
assert_chain(const struct chain *c, enum chain_end end, ...)
{
	va_list ap;
	X509 *cert;
	size_t n = 0;

	va_start(ap, end);
	assert_int_equal(c->end, end);
	while ((cert = va_arg(ap, X509 *)) != NULL) {
		assert_true(n < c->n);
		assert_ptr_equal(c->certs[n++], cert);
	}
	va_end(ap);
	assert_int_equal(c->n, n);
}

static void
any_order_gives_leaf_issuer_root(void **state)
{
	struct chain c = built(NULL, root_a, leaf, ca_a, END);

	(void)state;
	assert_chain(&c, CHAIN_WHOLE, leaf, ca_a, root_a, END);
	assert_int_equal(c.nroots, 0);
	c = built(NULL, ca_a, root_a, root_b, ca_a, leaf, END);
	assert_chain(&c, CHAIN_WHOLE, leaf, ca_a, root_a, END);
}

static void
of_twins_the_path_to_the_root_that_is_known_is_taken(void **state)
{
	struct chain c = built(root_a, root_b, ca_b, root_a, ca_a, leaf, END);

	(void)state;
	assert_chain(&c, CHAIN_WHOLE, leaf, ca_a, root_a, END);
	assert_int_equal(c.rank, 1);
	assert_int_equal(c.nroots, 1);
	c = built(root_b, root_a, ca_a, root_b, ca_b, leaf, END);
	assert_chain(&c, CHAIN_WHOLE, leaf, ca_b, root_b, END);
	c = built(root_b, root_a, ca_a, leaf, END);
	assert_chain(&c, CHAIN_WHOLE, leaf, ca_a, root_a, END);
	assert_int_equal(c.rank, 0);
}

static void
a_chain_ends_at_its_first_root_unless_only_the_one_above_is_known(void **state)
{
	struct chain c = built(root_a, root_b, cross, root_a, ca_a, leaf, END);

	(void)state;
	assert_chain(&c, CHAIN_WHOLE, leaf, ca_a, root_a, END);
	c = built(root_b, root_a, root_b, cross, ca_a, leaf, END);
	assert_chain(&c, CHAIN_WHOLE, leaf, ca_a, cross, root_b, END);
	/* nothing known: the shorter one */
	c = built(NULL, root_b, cross, root_a, ca_a, leaf, END);
	assert_chain(&c, CHAIN_WHOLE, leaf, ca_a, root_a, END);
}

static void
what_is_missing_is_at_the_end_of_the_longest_path(void **state)
{
	struct chain c = built(NULL, leaf, root_a, END);

	(void)state;
	assert_chain(&c, CHAIN_MISSING, leaf, END);
	c = built(NULL, leaf, ca_a, root_b, END);
	assert_chain(&c, CHAIN_MISSING, leaf, ca_a, END);
	c = built(NULL, leaf, ca_a, cross, END);
	assert_chain(&c, CHAIN_MISSING, leaf, ca_a, cross, END);
}

static void
a_name_without_the_key_is_no_issuer(void **state)
{
	X509 *false_ca = ca_make("Issuing", keys[1], root_a, keys[0]);
	struct chain c = built(NULL, leaf, false_ca, root_a, END);

	(void)state;
	assert_chain(&c, CHAIN_FORGED, leaf, END);
	c = built(NULL, leaf, false_ca, root_a, ca_a, END);
	assert_chain(&c, CHAIN_WHOLE, leaf, ca_a, root_a, END);
	X509_free(false_ca);
}

static void
a_ring_and_a_heap_of_twins_end(void **state)
{
	X509 *back = ca_make("Root A", keys[0], ca_a, keys[2]);
	X509 *twins[CHAIN_GIVEN_MAX];
	STACK_OF(X509) *all = sk_X509_new_null();
	struct chain c = built(NULL, leaf, ca_a, back, END);

	(void)state;
	assert_chain(&c, CHAIN_MISSING, leaf, ca_a, back, END);
	X509_free(back);
	for (size_t i = 0; i < CHAIN_GIVEN_MAX; i++) {
		twins[i] = ca_make("Issuing", keys[2], root_a, keys[0]);
		sk_X509_push(all, twins[i]);
	}
	chain_build(&c, leaf, all, NULL, NULL);
	assert_int_equal(c.end, CHAIN_MISSING);
	sk_X509_push(all, root_a);
	chain_build(&c, leaf, all, NULL, NULL);
	assert_int_equal(c.end, CHAIN_LONG);
	assert_chain(&c, CHAIN_LONG, leaf, END);
	sk_X509_free(all);
	for (size_t i = 0; i < CHAIN_GIVEN_MAX; i++)
		X509_free(twins[i]);
}

/* RFC 5246, 7.4.2: three bytes before the list and before each of it. */
static void
the_length_is_that_of_the_message(void **state)
{
	struct chain c = built(NULL, leaf, ca_a, root_a, END);
	size_t sum = (size_t)(i2d_X509(leaf, NULL) + i2d_X509(ca_a, NULL) +
	    i2d_X509(root_a, NULL));

	(void)state;
	assert_int_equal(chain_message_len(&c), 4 + 3 + 3 * 3 + sum);
}

static void
the_first_that_is_not_valid_is_named(void **state)
{
	struct chain c = { .certs = { leaf, ca_a, root_a }, .n = 3 };
	const struct cert_wish w = { .cn = "short", .days = 10 };
	X509 *soon = cert_make(&w, keys[3], ca_a, keys[2]);

	(void)state;
	assert_null(chain_invalid(&c, made_at));
	/* made_at is a day after they begin */
	assert_ptr_equal(chain_invalid(&c, made_at - 2 * 86400), leaf);
	assert_ptr_equal(chain_invalid(&c, made_at + 900 * INT64_C(86400)),
	    leaf);
	c.certs[1] = soon;
	assert_null(chain_invalid(&c, made_at + 10 * 86400 - 1));
	assert_ptr_equal(chain_invalid(&c, made_at + 10 * 86400), soon);
	X509_free(soon);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_gives_leaf_issuer_root),
		cmocka_unit_test(
		    of_twins_the_path_to_the_root_that_is_known_is_taken),
		cmocka_unit_test(
		    a_chain_ends_at_its_first_root_unless_only_the_one_above_is_known),
		cmocka_unit_test(
		    what_is_missing_is_at_the_end_of_the_longest_path),
		cmocka_unit_test(a_name_without_the_key_is_no_issuer),
		cmocka_unit_test(a_ring_and_a_heap_of_twins_end),
		cmocka_unit_test(the_first_that_is_not_valid_is_named),
		cmocka_unit_test(the_length_is_that_of_the_message),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
