/* certtest_chain: what it says of a chain that is given as it is. */
#include "amt/certtest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"
#include "keys/certuse.h"

static EVP_PKEY *keys[3];
static X509 *root, *ca, *leaf, *alone;

static int
make_all(void **state)
{
	const struct cert_wish w = { .cn = "p.example.com" };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		keys[i] = EVP_RSA_gen(1024);
	root = ca_make("Root", keys[0], NULL, NULL);
	ca = ca_make("Issuing", keys[1], root, keys[0]);
	leaf = cert_make(&w, keys[2], ca, keys[1]);
	alone = cert_make(&w, keys[2], NULL, NULL);
	return 0;
}

static int
free_all(void **state)
{
	X509 *all[] = { root, ca, leaf, alone };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		X509_free(all[i]);
	for (size_t i = 0; i < 3; i++)
		EVP_PKEY_free(keys[i]);
	return 0;
}

/* A check of these certificates, leaf first; NULL ends them. */
static struct certcheck
check_of(enum chain_end end, X509 *const *certs)
{
	struct certcheck c = { .wish = { .now = made_at },
		.leaf = certs[0],
		.chain = { .end = end } };

	while (certs[c.chain.n] != NULL) {
		c.chain.certs[c.chain.n] = certs[c.chain.n];
		c.chain.n++;
	}
	return c;
}

static void
assert_result(const struct certcheck *c, enum certtest test,
    enum certgrade grade, const char *why)
{
	const struct certcheck_result *r = &c->results[test];

	assert_string_equal(r->why, why);
	assert_int_equal(r->grade, grade);
	/* what is not good comes with what to do */
	assert_int_equal(r->advice[0] == '\0', grade == CERTGRADE_PASS);
}

/* --- the chain ------------------------------------------------------------ */

/* Of n certificates in the files. */
static struct certcheck
chain_told(enum chain_end end, X509 *const *certs, int n)
{
	struct credential credential = { .certs = sk_X509_new_null() };
	struct certcheck c = check_of(end, certs);

	for (int i = 0; i < n; i++)
		assert_true(sk_X509_push(credential.certs, root) > 0);
	certtest_chain(&c, &credential);
	sk_X509_free(credential.certs);
	return c;
}

static void
a_whole_chain_is_told_in_the_order_it_is_sent_in(void **state)
{
	X509 *const all[] = { leaf, ca, root, NULL };
	struct certcheck c = chain_told(CHAIN_WHOLE, all, 3);

	(void)state;
	assert_result(&c, CERTTEST_CHAIN, CERTGRADE_PASS,
	    "/CN=p.example.com, /CN=Issuing, /CN=Root");
	c = chain_told(CHAIN_WHOLE, all, 4);
	assert_result(&c, CERTTEST_CHAIN, CERTGRADE_PASS,
	    "/CN=p.example.com, /CN=Issuing, /CN=Root; not sent: 1 other in "
	    "these files");
	c = chain_told(CHAIN_WHOLE, all, 9);
	assert_result(&c, CERTTEST_CHAIN, CERTGRADE_PASS,
	    "/CN=p.example.com, /CN=Issuing, /CN=Root; not sent: 6 others in "
	    "these files");
}

static void
what_is_no_chain_is_told_with_the_names_that_matter(void **state)
{
	X509 *const one[] = { alone, NULL }, *const two[] = { leaf, ca, NULL };
	X509 *const none[] = { NULL };
	struct certcheck c = chain_told(CHAIN_WHOLE, one, 1);

	(void)state;
	assert_result(&c, CERTTEST_CHAIN, CERTGRADE_FAIL,
	    "the certificate issued itself, and machines need a root above it");
	c = chain_told(CHAIN_WHOLE, none, 1);
	assert_result(&c, CERTTEST_CHAIN, CERTGRADE_FAIL,
	    "there is no certificate of a server in these files");
	c = chain_told(CHAIN_MISSING, two, 2);
	assert_result(&c, CERTTEST_CHAIN, CERTGRADE_FAIL,
	    "the issuer of /CN=Issuing is missing: /CN=Root");
	c = chain_told(CHAIN_FORGED, two, 2);
	assert_result(&c, CERTTEST_CHAIN, CERTGRADE_FAIL,
	    "/CN=Issuing was not signed by the key of /CN=Root in these files");
	c = chain_told(CHAIN_LONG, two, 2);
	assert_result(&c, CERTTEST_CHAIN, CERTGRADE_FAIL,
	    "there are too many certificates to put into a chain");
}

/* Twelve names of any length are cut somewhere, never overrun. */
static void
long_names_are_cut(void **state)
{
	const struct cert_wish w = {
		.cn = "a-name-that-goes-on-and-on.and-on-and-on.example.com",
		.ou = "A department whose name is long as well, and not short",
	};
	X509 *wide = cert_make(&w, keys[0], NULL, NULL);
	X509 *all[CHAIN_MAX + 1] = { 0 };
	struct certcheck c;
	char name[CERTTEST_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < CHAIN_MAX; i++)
		all[i] = wide;
	c = chain_told(CHAIN_WHOLE, all, CHAIN_MAX);
	assert_memory_equal(c.results[CERTTEST_CHAIN].why,
	    certtest_subject(name, wide), 60);
	assert_memory_equal(c.results[CERTTEST_CHAIN].why + 60, ", /OU", 5);
	assert_int_equal(strlen(c.results[CERTTEST_CHAIN].why), 279);
	X509_free(wide);
}

/* --- its length ----------------------------------------------------------- */

static struct certcheck
length_told(X509 *const *certs, unsigned release)
{
	struct certcheck c = check_of(CHAIN_WHOLE, certs);

	c.wish.release_set = release != 0;
	c.wish.release.major = release;
	certtest_length(&c);
	return c;
}

static void
four_certificates_are_taken_and_five_are_not(void **state)
{
	X509 *const four[] = { leaf, ca, ca, root, NULL };
	X509 *const five[] = { leaf, ca, ca, ca, root, NULL };
	struct certcheck c = length_told(four, 0);
	char want[96];

	(void)state;
	(void)snprintf(want, sizeof(want), "4 certificates, %zu bytes",
	    chain_message_len(&c.chain));
	assert_result(&c, CERTTEST_LENGTH, CERTGRADE_PASS, want);
	c = length_told(five, 0);
	assert_result(&c, CERTTEST_LENGTH, CERTGRADE_FAIL,
	    "the chain is too long (got 5 certificates, expected at most 4)");
	c = length_told(four + 3, 0);
	assert_memory_equal(c.results[CERTTEST_LENGTH].why, "1 certificate, ",
	    15);
}

/* A certificate with a comment, so that the message has that many bytes. */
static X509 *
certificate_of(size_t message)
{
	X509 *cert = NULL;
	struct chain one = { .n = 1 };
	size_t len = message - 700;

	for (int tries = 0; tries < 20; tries++) {
		const struct cert_wish w = { .cn = "p.example.com" };
		char *value = malloc(len + 8);
		size_t now;

		memcpy(value, "DER:", 5);
		assert_non_null(value);
		(void)snprintf(value, len + 8, "%0*d", (int)len, 0);
		X509_free(cert);
		cert = cert_make(&w, keys[2], NULL, NULL);
		cert_extend(cert, NID_netscape_comment, value);
		free(value);
		assert_true(X509_sign(cert, keys[2], EVP_sha256()) > 0);
		one.certs[0] = cert;
		now = chain_message_len(&one);
		if (now == message)
			return cert;
		len += message - now;
	}
	fail_msg("no certificate of that size");
	return NULL;
}

static void
a_message_has_its_largest_size_by_release(void **state)
{
	static const struct {
		unsigned release;
		size_t max;
	} rows[] = { { 0, 8192 }, { 2, 4100 }, { 3, 4100 }, { 4, 8192 },
		{ 16, 8192 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		X509 *const fits[] = { certificate_of(rows[i].max), NULL };
		X509 *const large[] = { certificate_of(rows[i].max + 1), NULL };
		struct certcheck c = length_told(fits, rows[i].release);
		char want[96];

		assert_int_equal(c.results[CERTTEST_LENGTH].grade,
		    CERTGRADE_PASS);
		c = length_told(large, rows[i].release);
		(void)snprintf(want, sizeof(want),
		    "the chain is too large (got %zu bytes, expected at most "
		    "%zu)",
		    rows[i].max + 1, rows[i].max);
		assert_result(&c, CERTTEST_LENGTH, CERTGRADE_FAIL, want);
		X509_free(fits[0]);
		X509_free(large[0]);
	}
}

/* --- the root ------------------------------------------------------------- */

static void
a_root_of_ones_own_is_a_warning_with_its_hash(void **state)
{
	X509 *const all[] = { leaf, ca, root, NULL };
	struct certcheck c = check_of(CHAIN_WHOLE, all);
	char sum[CERT_SHA256], want[256];

	(void)state;
	cert_sha256(sum, root);
	(void)snprintf(want, sizeof(want),
	    "/CN=Root is no public root that firmware is known to have "
	    "(SHA-256 %s)",
	    sum);
	certtest_root(&c);
	assert_result(&c, CERTTEST_ROOT, CERTGRADE_WARN, want);
}

static void
a_public_root_is_judged_by_its_release(void **state)
{
	static const struct {
		unsigned major, minor; /* 0: none is named */
		enum certgrade grade;
		const char *why;
	} rows[] = {
		/* of any release: which ones do is text, not a warning */
		{ 0, 0, CERTGRADE_PASS,
		    "Go Daddy Class 2 CA, not known for AMT from 15.0 on "
		    "before 16.0, refused by AMT from 16.0 on" },
		{ 11, 8, CERTGRADE_PASS,
		    "Go Daddy Class 2 CA, good for AMT 11.8" },
		{ 15, 0, CERTGRADE_WARN,
		    "Go Daddy Class 2 CA, not known for all builds of AMT "
		    "15.0" },
		{ 16, 1, CERTGRADE_FAIL,
		    "Go Daddy Class 2 CA, refused by AMT 16.1" },
	};
	BIO *in = BIO_new_file("/usr/share/ca-certificates/mozilla/"
	                       "Go_Daddy_Class_2_CA.crt",
	    "r");
	X509 *const all[] = { in != NULL
		    ? PEM_read_bio_X509(in, NULL, NULL, NULL)
		    : NULL,
		NULL };

	(void)state;
	BIO_free(in);
	if (all[0] == NULL)
		skip(); /* not among Debian's certificates any more */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct certcheck c = check_of(CHAIN_WHOLE, all);

		c.wish.release_set = rows[i].major != 0;
		c.wish.release.major = rows[i].major;
		c.wish.release.minor = rows[i].minor;
		certtest_root(&c);
		assert_result(&c, CERTTEST_ROOT, rows[i].grade, rows[i].why);
	}
	X509_free(all[0]);
}

/* --- CAs ------------------------------------------------------------------ */

/* What certtest_ca says of a leaf with this key usage, under a CA of these
 * constraints and usage. */
static void
assert_ca(const char *leaf_usage, const char *leaf_basic, const char *basic,
    const char *usage, enum certgrade grade, const char *why)
{
	const struct cert_wish w = { .cn = "p.example.com",
		.basic = leaf_basic };
	const struct cert_wish middle = { .cn = "Issuing", .basic = basic };
	X509 *issuer = cert_make(&middle, keys[1], root, keys[0]);
	X509 *own = cert_make(&w, keys[2], issuer, keys[1]);
	X509 *const all[] = { own, issuer, root, NULL };
	struct certcheck c = check_of(CHAIN_WHOLE, all);

	cert_extend(issuer, NID_key_usage, usage);
	cert_extend(own, NID_key_usage, leaf_usage);
	assert_true(X509_sign(issuer, keys[0], EVP_sha256()) > 0);
	assert_true(X509_sign(own, keys[1], EVP_sha256()) > 0);
	certtest_ca(&c);
	assert_result(&c, CERTTEST_CA, grade, why);
	X509_free(own);
	X509_free(issuer);
}

#define CA "critical,CA:TRUE"
#define SIGNS "critical,keyCertSign"

static void
each_is_what_its_place_in_the_chain_needs(void **state)
{
	(void)state;
	assert_ca(NULL, NULL, CA, NULL, CERTGRADE_PASS,
	    "a server's certificate, and those above it are CAs");
	assert_ca("digitalSignature", "CA:FALSE", CA, SIGNS, CERTGRADE_PASS,
	    "a server's certificate, and those above it are CAs");
	assert_ca("keyEncipherment", NULL, CA, SIGNS, CERTGRADE_FAIL,
	    "its key usage does not let it sign, which TLS needs");
	assert_ca(NULL, CA, CA, SIGNS, CERTGRADE_FAIL,
	    "the certificate is a CA's (CA:TRUE)");
	assert_ca(NULL, NULL, "critical,CA:FALSE", NULL, CERTGRADE_FAIL,
	    "/CN=Issuing issued another certificate and is no CA (CA:FALSE)");
	assert_ca(NULL, NULL, NULL, NULL, CERTGRADE_FAIL,
	    "/CN=Issuing issued another certificate and is no CA (CA:FALSE)");
	assert_ca(NULL, NULL, CA, "digitalSignature", CERTGRADE_FAIL,
	    "the key usage of /CN=Issuing does not let it issue certificates");
	assert_ca(NULL, NULL, CA ",pathlen:0", SIGNS, CERTGRADE_PASS,
	    "a server's certificate, and those above it are CAs");
}

static void
a_limit_of_the_path_counts_the_cas_below(void **state)
{
	const struct cert_wish w = { .cn = "Root",
		.basic = "critical,CA:TRUE,pathlen:0" };
	X509 *limited = cert_make(&w, keys[0], NULL, NULL);
	X509 *const two[] = { leaf, limited, NULL };
	X509 *const three[] = { leaf, ca, limited, NULL };
	struct certcheck c = check_of(CHAIN_WHOLE, two);

	(void)state;
	certtest_ca(&c);
	assert_int_equal(c.results[CERTTEST_CA].grade, CERTGRADE_PASS);
	c = check_of(CHAIN_WHOLE, three);
	certtest_ca(&c);
	assert_result(&c, CERTTEST_CA, CERTGRADE_WARN,
	    "/CN=Root may have 0 CAs below it and has 1; what firmware makes of "
	    "that is not known");
	X509_free(limited);
}

/* A CA of its own kind may be its own server: then it is not told twice. */
static void
a_self_signed_ca_is_left_to_the_test_of_the_chain(void **state)
{
	X509 *const one[] = { root, NULL };
	struct certcheck c = check_of(CHAIN_WHOLE, one);

	(void)state;
	certtest_ca(&c);
	assert_int_equal(c.results[CERTTEST_CA].grade, CERTGRADE_PASS);
}

static void
damaged_extensions_are_told(void **state)
{
	X509 *cert = X509_dup(alone);
	ASN1_OCTET_STRING *junk = ASN1_OCTET_STRING_new();
	X509_EXTENSION *e;
	X509 *const all[] = { cert, ca, root, NULL };
	struct certcheck c;

	(void)state;
	ASN1_OCTET_STRING_set(junk, (const unsigned char *)"junk", 4);
	e = X509_EXTENSION_create_by_NID(NULL, NID_key_usage, 1, junk);
	assert_int_equal(X509_add_ext(cert, e, -1), 1);
	assert_true(X509_sign(cert, keys[2], EVP_sha256()) > 0);
	c = check_of(CHAIN_WHOLE, all);
	certtest_ca(&c);
	assert_result(&c, CERTTEST_CA, CERTGRADE_FAIL,
	    "the certificate's extensions are not valid");
	X509_EXTENSION_free(e);
	ASN1_OCTET_STRING_free(junk);
	X509_free(cert);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_whole_chain_is_told_in_the_order_it_is_sent_in),
		cmocka_unit_test(
		    what_is_no_chain_is_told_with_the_names_that_matter),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(four_certificates_are_taken_and_five_are_not),
		cmocka_unit_test(a_message_has_its_largest_size_by_release),
		cmocka_unit_test(a_root_of_ones_own_is_a_warning_with_its_hash),
		cmocka_unit_test(a_public_root_is_judged_by_its_release),
		cmocka_unit_test(each_is_what_its_place_in_the_chain_needs),
		cmocka_unit_test(a_limit_of_the_path_counts_the_cas_below),
		cmocka_unit_test(
		    a_self_signed_ca_is_left_to_the_test_of_the_chain),
		cmocka_unit_test(damaged_extensions_are_told),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
