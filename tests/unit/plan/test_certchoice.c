#include "plan/certchoice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"

#define USAGE "serverAuth,2.16.840.1.113741.1.2.3"
#define CA "critical,CA:TRUE"

enum { ROOT_A, ROOT_B, ISSUING, SERVER, SMALL, NKEYS };

static EVP_PKEY *keys[NKEYS];
/* issuing is cross-signed: by root A and by root B */
static X509 *root_a, *root_b, *issuing, *cross;
static STACK_OF(X509) * all;
static struct hello hello;

static X509 *
server_make(const char *cn, const char *usage, const EVP_MD *md, int days,
    EVP_PKEY *key)
{
	const struct cert_wish w = { .cn = cn,
		.usage = usage,
		.md = md,
		.days = days };
	X509 *cert = cert_make(&w, key, issuing, keys[ISSUING]);

	assert_true(sk_X509_push(all, cert) > 0);
	return cert;
}

static X509 *
good(void)
{
	return server_make("prov.lab.example.com", USAGE, NULL, 0,
	    keys[SERVER]);
}

static int
make_all(void **state)
{
	const struct cert_wish ca = { .cn = "Issuing", .basic = CA },
	                       a = { .cn = "Root A", .basic = CA },
	                       b = { .cn = "Root B", .basic = CA };

	(void)state;
	for (size_t i = 0; i < NKEYS; i++)
		keys[i] = EVP_RSA_gen(i == SMALL ? 1024 : 2048);
	root_a = cert_make(&a, keys[ROOT_A], NULL, NULL);
	root_b = cert_make(&b, keys[ROOT_B], NULL, NULL);
	issuing = cert_make(&ca, keys[ISSUING], root_a, keys[ROOT_A]);
	cross = cert_make(&ca, keys[ISSUING], root_b, keys[ROOT_B]);
	return 0;
}

static int
free_all(void **state)
{
	(void)state;
	X509_free(root_a);
	X509_free(root_b);
	X509_free(issuing);
	X509_free(cross);
	for (size_t i = 0; i < NKEYS; i++)
		EVP_PKEY_free(keys[i]);
	return 0;
}

static void
list_add(uint8_t type, const X509 *root, const EVP_MD *md)
{
	uint8_t sum[EVP_MAX_MD_SIZE] = { 7 };
	unsigned len = (unsigned)EVP_MD_get_size(md);

	if (root != NULL)
		assert_int_equal(X509_digest(root, md, sum, &len), 1);
	hello.list[hello.list_len++] = type;
	hello.list[hello.list_len++] = (uint8_t)len;
	memcpy(hello.list + hello.list_len, sum, len);
	hello.list_len += len;
	hello.nhashes++;
}

/* Each test begins with all but a server's, and a hello that lists root A. */
static int
begin(void **state)
{
	X509 *all_of_them[] = { root_a, root_b, issuing, cross };

	(void)state;
	all = sk_X509_new_null();
	for (size_t i = 0; i < 4; i++) {
		(void)X509_up_ref(all_of_them[i]);
		assert_true(sk_X509_push(all, all_of_them[i]) > 0);
	}
	memset(&hello, 0, sizeof(hello));
	hello.version = HELLO_PKI;
	list_add(HELLO_SHA256, root_a, EVP_sha256());
	return 0;
}

static int
end(void **state)
{
	(void)state;
	sk_X509_pop_free(all, X509_free);
	return 0;
}

/* For a machine of that domain and release (NULL: not known). */
static struct certchoice
choose(X509 *const *leaves, size_t n, const char *domain, const char *release)
{
	struct certchoice_machine m = { .hello = &hello,
		.domain = domain,
		.release_known = release != NULL,
		.now = made_at };
	struct certchoice c;

	if (release != NULL)
		assert_int_equal(release_parse(&m.release, release, NULL), 0);
	certchoice_run(&c, &m, leaves, n, all);
	return c;
}

static void
assert_why(X509 *leaf, const char *domain, const char *release,
    enum reason_id why, const char *detail)
{
	struct certchoice c = choose(&leaf, 1, domain, release);

	assert_int_equal(c.n, 0);
	assert_string_equal(reason_get(c.why)->code, reason_get(why)->code);
	if (strstr(c.detail, detail) == NULL)
		fail_msg("got \"%s\", expected \"%s\" in it", c.detail, detail);
}

static void
the_chain_ends_in_the_root_that_the_hello_lists(void **state)
{
	X509 *leaf = good();
	struct certchoice c = choose(&leaf, 1, "lab.example.com", NULL);

	(void)state;
	assert_int_equal(c.why, REASON_NONE);
	assert_string_equal(c.detail, "");
	assert_int_equal(c.n, 1);
	assert_int_equal(c.chain[0].n, 3);
	assert_ptr_equal(c.chain[0].certs[0], leaf);
	assert_ptr_equal(c.chain[0].certs[1], issuing);
	assert_ptr_equal(c.chain[0].certs[2], root_a);
	/* of twins the one below the root that is listed */
	hello.nhashes = hello.list_len = 0;
	list_add(HELLO_SHA256, root_b, EVP_sha256());
	c = choose(&leaf, 1, "lab.example.com", NULL);
	assert_int_equal(c.n, 1);
	assert_ptr_equal(c.chain[0].certs[1], cross);
	assert_ptr_equal(c.chain[0].certs[2], root_b);
	/* of two roots that are, the one with the longer hash */
	list_add(HELLO_SHA384, root_a, EVP_sha384());
	c = choose(&leaf, 1, "lab.example.com", NULL);
	assert_ptr_equal(c.chain[0].certs[2], root_a);
}

static void
each_refusal_has_its_reason(void **state)
{
	X509 *leaf = good();

	(void)state;
	assert_why(leaf, "example.org", NULL, REASON_CERT_NAME,
	    "prov.lab.example.com: example.org is not under example.com");
	assert_why(server_make("prov.lab.example.com", "serverAuth", NULL, 0,
	               keys[SERVER]),
	    "lab.example.com", NULL, REASON_CERT_PURPOSE,
	    "prov.lab.example.com: it lacks what marks a setup server");
	assert_why(server_make("prov.lab.example.com", USAGE, EVP_sha1(), 0,
	               keys[SERVER]),
	    "lab.example.com", NULL, REASON_CERT_SHA1, "SHA1");
	assert_why(server_make("prov.lab.example.com", USAGE, NULL, 0,
	               keys[SMALL]),
	    "lab.example.com", NULL, REASON_CERT_KEY_SIZE, "1024");
	assert_why(server_make("prov.lab.example.com", USAGE, NULL, -1,
	               keys[SERVER]),
	    "lab.example.com", NULL, REASON_CERT_EXPIRED,
	    "/CN=prov.lab.example.com is valid from ");
	hello.nhashes = hello.list_len = 0;
	assert_why(leaf, "lab.example.com", NULL, REASON_CERT_NO_ROOT,
	    "it does not list /CN=Root");
	assert_why(leaf, "lab.example.com", NULL, REASON_CERT_NO_ROOT,
	    "; it lists none");
	list_add(HELLO_SHA256, NULL, EVP_sha256());
	assert_why(leaf, "lab.example.com", NULL, REASON_CERT_NO_ROOT,
	    "; it lists 1 of no known CA");
	(void)sk_X509_delete_ptr(all, root_a);
	(void)sk_X509_delete_ptr(all, root_b);
	assert_why(leaf, "lab.example.com", NULL, REASON_CERT_NO_ROOT,
	    "the chain of prov.lab.example.com is not complete: /CN=Root");
	X509_free(root_a);
	X509_free(root_b);
	assert_int_equal(choose(NULL, 0, "lab.example.com", NULL).why,
	    REASON_CERT_NONE);
}

/* What is refused from 16 on is taken where the hello or the release tells of
 * an older one. */
static void
old_machines_take_what_new_ones_refuse(void **state)
{
	X509 *old[] = { server_make("prov.lab.example.com", USAGE, EVP_sha1(),
		            0, keys[SERVER]),
		server_make("prov.lab.example.com", USAGE, NULL, 0,
		    keys[SMALL]) };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(choose(&old[i], 1, "lab.example.com",
		                     "9.5.61.3012")
		                     .n,
		    1);
		assert_int_equal(choose(&old[i], 1, "lab.example.com",
		                     "16.1.30.2307")
		                     .n,
		    0);
	}
	list_add(HELLO_SHA1, NULL, EVP_sha1());
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(choose(&old[i], 1, "lab.example.com", NULL).n,
		    1);
}

static void
the_best_comes_first_and_each_once(void **state)
{
	X509 *leaves[] = {
		server_make("prov.example.com", USAGE, NULL, 900, keys[SERVER]),
		server_make("prov.lab.example.com", USAGE, NULL, 300,
		    keys[SERVER]),
		server_make("lab.example.com", USAGE, NULL, 300, keys[SERVER]),
		server_make("prov.example.com", USAGE, NULL, 901, keys[SERVER]),
		server_make("prov.example.org", USAGE, NULL, 2000,
		    keys[SERVER]),
		server_make("prov.example.com", USAGE, NULL, 899, keys[SERVER]),
	};
	struct certchoice c = choose(leaves, 6, "lab.example.com", NULL);

	(void)state;
	assert_int_equal(c.n, CERTCHOICE_MAX);
	assert_ptr_equal(c.chain[0].certs[0], leaves[2]); /* the name whole */
	assert_ptr_equal(c.chain[1].certs[0], leaves[3]); /* valid longest */
	assert_ptr_equal(c.chain[2].certs[0], leaves[0]);
	assert_ptr_equal(c.chain[3].certs[0], leaves[5]);
}

/* What is nearest to being taken is what a person should mend. */
static void
of_several_refusals_the_nearest_is_told(void **state)
{
	X509 *leaves[] = {
		server_make("prov.lab.example.com", USAGE, NULL, -1,
		    keys[SERVER]),
		server_make("prov.example.org", USAGE, NULL, 0, keys[SERVER]),
	};
	struct certchoice c = choose(leaves, 2, "lab.example.com", NULL);

	(void)state;
	assert_int_equal(c.why, REASON_CERT_EXPIRED);
	c = choose(leaves + 1, 1, "lab.example.com", NULL);
	assert_int_equal(c.why, REASON_CERT_NAME);
	hello.nhashes = hello.list_len = 0;
	list_add(HELLO_SHA256, NULL, EVP_sha256());
	c = choose(leaves, 2, "lab.example.com", NULL);
	assert_int_equal(c.why, REASON_CERT_NO_ROOT);
	assert_string_equal(c.detail,
	    "it lists the root of none of the site's 2 certificates; it lists "
	    "1 of no known CA");
}

/* Without a name nothing is known of its domain: it is no obstacle. */
static void
a_domain_that_is_not_known_refuses_nothing(void **state)
{
	X509 *leaf = good();

	(void)state;
	assert_int_equal(choose(&leaf, 1, "", NULL).n, 1);
}

static void
offers_are_named_by_their_cas(void **state)
{
	/* Go Daddy Root CA - G2, by SHA-256 and by SHA-1 */
	char text[120], small[16];
	struct fault f;

	(void)state;
	assert_int_equal(
	    hello_hashes_parse(&hello,
	        "sha256:45140b3247eb9cc8c5b4f0d7b53091f73292089e6e5a63e2749dd3a"
	        "ca9198eda,sha1:47beabc922eae80e78783462a79f45c254fde68b,"
	        "sha256:00000000000000000000000000000000000000000000000000000000"
	        "00000000",
	        &f),
	    0);
	certchoice_offered(text, sizeof(text), &hello);
	assert_string_equal(text, "Go Daddy Root CA - G2, 1 of no known CA");
	certchoice_offered(small, sizeof(small), &hello);
	assert_string_equal(small, "3 roots");
	hello.nhashes = hello.list_len = 0;
	certchoice_offered(text, sizeof(text), &hello);
	assert_string_equal(text, "");
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(the_chain_ends_in_the_root_that_the_hello_lists),
		EACH(each_refusal_has_its_reason),
		EACH(old_machines_take_what_new_ones_refuse),
		EACH(the_best_comes_first_and_each_once),
		EACH(of_several_refusals_the_nearest_is_told),
		EACH(a_domain_that_is_not_known_refuses_nothing),
		EACH(offers_are_named_by_their_cas),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
