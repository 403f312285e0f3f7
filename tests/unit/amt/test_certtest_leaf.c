/* certtest_leaf: key, sizes, signatures, purpose, names and dates of single
 * certificates. */
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

static EVP_PKEY *rsa1024, *rsa2048, *rsa3072, *ec;

static int
make_all(void **state)
{
	(void)state;
	rsa1024 = EVP_RSA_gen(1024);
	rsa2048 = EVP_RSA_gen(2048);
	rsa3072 = EVP_RSA_gen(3072);
	ec = EVP_EC_gen("P-384");
	return 0;
}

static int
free_all(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa1024);
	EVP_PKEY_free(rsa2048);
	EVP_PKEY_free(rsa3072);
	EVP_PKEY_free(ec);
	return 0;
}

/* release "16.1"; NULL: none is named */
static struct certcheck
check_of(const char *release)
{
	struct certcheck c = { .wish = { .now = made_at } };
	struct fault f;

	c.wish.release_set = release != NULL;
	if (release != NULL)
		assert_int_equal(release_parse(&c.wish.release, release, &f),
		    0);
	return c;
}

static void
assert_result(const struct certcheck *c, enum certtest test,
    enum certgrade grade, const char *why)
{
	const struct certcheck_result *r = &c->results[test];

	assert_string_equal(r->why, why);
	assert_int_equal(r->grade, grade);
	assert_int_equal(r->advice[0] == '\0', grade == CERTGRADE_PASS);
}

/* --- the key -------------------------------------------------------------- */

static void
assert_key(EVP_PKEY *const *keys, size_t nkeys, EVP_PKEY *certified,
    enum certgrade grade, const char *why)
{
	const struct cert_wish w = { .cn = "p.example.com" };
	X509 *cert = cert_make(&w, certified, NULL, NULL);
	struct credential credential = { .certs = sk_X509_new_null() };
	struct certcheck c = check_of(NULL);

	assert_true(sk_X509_push(credential.certs, cert) > 0);
	for (size_t i = 0; i < nkeys; i++)
		credential.keys[credential.nkeys++] = keys[i];
	certtest_key(&c, &credential);
	assert_result(&c, CERTTEST_KEY, grade, why);
	sk_X509_pop_free(credential.certs, X509_free);
}

static void
one_rsa_key_of_the_certificate_is_needed(void **state)
{
	EVP_PKEY *const two[] = { rsa2048, rsa3072 };

	(void)state;
	assert_key(&rsa2048, 1, rsa2048, CERTGRADE_PASS,
	    "RSA of 2048 bits, the certificate's");
	assert_key(NULL, 0, rsa2048, CERTGRADE_FAIL,
	    "there is no private key in these files");
	assert_key(two, 2, rsa2048, CERTGRADE_FAIL,
	    "there is more than one private key in these files (got 2, "
	    "expected 1)");
	assert_key(&rsa2048, 1, rsa3072, CERTGRADE_FAIL,
	    "the private key belongs to none of the certificates");
	assert_key(&ec, 1, ec, CERTGRADE_FAIL,
	    "machines take only RSA keys (got EC)");
}

/* --- sizes and signatures ------------------------------------------------- */

/* A chain of two: a leaf of one key under a CA of another. */
static struct certcheck
pair_told(void (*test)(struct certcheck *), const char *release, EVP_PKEY *key,
    const EVP_MD *md, EVP_PKEY *ca_key, const EVP_MD *ca_md)
{
	const struct cert_wish w = { .cn = "p.example.com", .md = md };
	const struct cert_wish ca = { .cn = "Root", .md = ca_md };
	X509 *root = cert_make(&ca, ca_key, NULL, NULL);
	X509 *leaf = cert_make(&w, key, root, ca_key);
	struct certcheck c = check_of(release);

	c.leaf = leaf;
	c.chain = (struct chain){ .n = 2, .certs = { leaf, root } };
	test(&c);
	X509_free(leaf);
	X509_free(root);
	return c;
}

static void
assert_size(const char *release, EVP_PKEY *key, EVP_PKEY *ca_key,
    enum certgrade grade)
{
	struct certcheck c =
	    pair_told(certtest_size, release, key, NULL, ca_key, NULL);

	assert_int_equal(c.results[CERTTEST_SIZE].grade, grade);
}

static void
keys_are_graded_by_release_and_by_whose_they_are(void **state)
{
	(void)state;
	/* small keys until 14, perhaps at 15, not from 16 on */
	assert_size("11.8", rsa1024, rsa2048, CERTGRADE_PASS);
	assert_size("15.0", rsa1024, rsa2048, CERTGRADE_WARN);
	assert_size("15.0", rsa2048, rsa1024, CERTGRADE_WARN);
	assert_size("16.0", rsa1024, rsa2048, CERTGRADE_FAIL);
	assert_size("16.0", rsa2048, rsa1024, CERTGRADE_FAIL);
	/* a leaf of more than 2048 bits is only asked for by 22 */
	assert_size("16.0", rsa2048, rsa2048, CERTGRADE_PASS);
	assert_size("16.0", rsa2048, rsa3072, CERTGRADE_PASS);
	assert_size("16.0", rsa3072, rsa2048, CERTGRADE_WARN);
	assert_size("22.0", rsa3072, rsa3072, CERTGRADE_PASS);
	assert_size("22.0", rsa2048, rsa3072, CERTGRADE_WARN);
	/* CAs with elliptic curves from 14 on, leaves never */
	assert_size("14.0", rsa2048, ec, CERTGRADE_PASS);
	assert_size("12.0", rsa2048, ec, CERTGRADE_WARN);
	assert_size("16.0", ec, rsa2048, CERTGRADE_FAIL);
}

static void
sizes_are_told_in_the_order_of_the_chain(void **state)
{
	struct certcheck c =
	    pair_told(certtest_size, "14.0", rsa2048, NULL, ec, NULL);

	(void)state;
	assert_result(&c, CERTTEST_SIZE, CERTGRADE_PASS,
	    "keys of RSA 2048, EC 384, good for AMT 14.0");
}

static void
the_weakest_signature_of_the_chain_counts(void **state)
{
	static const struct {
		const char *release;
		int md, ca_md;
		enum certgrade grade;
		const char *why;
	} rows[] = {
		{ "16.0", NID_sha256, NID_sha256, CERTGRADE_PASS,
		    "signed with SHA256, SHA256, good for AMT 16.0" },
		{ "16.0", NID_sha1, NID_sha256, CERTGRADE_FAIL,
		    "signed with SHA1, SHA256, refused by AMT 16.0" },
		{ "16.0", NID_sha256, NID_sha1, CERTGRADE_FAIL,
		    "signed with SHA256, SHA1, refused by AMT 16.0" },
		{ "16.0", NID_sha256, NID_md5, CERTGRADE_FAIL,
		    "signed with SHA256, MD5, refused by AMT 16.0" },
		{ "11.8", NID_md5, NID_sha1, CERTGRADE_PASS,
		    "signed with MD5, SHA1, good for AMT 11.8" },
		{ "11.8", NID_sha256, NID_sha384, CERTGRADE_WARN,
		    "signed with SHA256, SHA384, not known for all builds of "
		    "AMT 11.8" },
		{ "14.0", NID_sha384, NID_sha384, CERTGRADE_PASS,
		    "signed with SHA384, SHA384, good for AMT 14.0" },
		{ "5.0", NID_sha256, NID_sha1, CERTGRADE_WARN,
		    "signed with SHA256, SHA1, not known for all builds of AMT "
		    "5.0" },
		{ "16.0", NID_sha512, NID_sha256, CERTGRADE_WARN,
		    "signed with SHA512, SHA256, not known for all builds of "
		    "AMT 16.0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct certcheck c = pair_told(certtest_signature,
		    rows[i].release, rsa2048, EVP_get_digestbynid(rows[i].md),
		    rsa2048, EVP_get_digestbynid(rows[i].ca_md));

		assert_result(&c, CERTTEST_SIGNATURE, rows[i].grade,
		    rows[i].why);
	}
}

/* --- purpose -------------------------------------------------------------- */

/* What a test says of one certificate. */
static struct certcheck
single_told(void (*test)(struct certcheck *), const struct cert_wish *w,
    const char *release, const char *domain)
{
	struct certcheck c = check_of(release);
	X509 *leaf = cert_make(w, rsa1024, NULL, NULL);

	c.leaf = leaf;
	c.chain = (struct chain){ .n = 1, .certs = { leaf } };
	c.wish.domain = domain;
	test(&c);
	X509_free(leaf);
	return c;
}

#define SETUP "2.16.840.1.113741.1.2.3"
#define OU "Intel(R) Client Setup Certificate"

static void
a_purpose_is_an_oid_or_an_ou_and_anything_else_has_its_reason(void **state)
{
	static const char none[] =
	    "it lacks what marks a setup server's certificate";
	static const char no_server[] =
	    "server authentication is not among its extended key usages";
	static const char others[] = "it is for a console or an agent after "
	                             "setup, not for a setup server";
	static const struct {
		const char *usage, *ou;
		enum certgrade grade;
		const char *why;
	} rows[] = {
		{ "serverAuth," SETUP, NULL, CERTGRADE_PASS,
		    "server authentication and AMT setup (" SETUP ")" },
		{ "serverAuth," SETUP, OU, CERTGRADE_PASS,
		    "server authentication and AMT setup (" SETUP ")" },
		{ "serverAuth", OU, CERTGRADE_PASS, "OU=" OU },
		{ NULL, OU, CERTGRADE_PASS, "OU=" OU },
		{ SETUP, NULL, CERTGRADE_FAIL, no_server },
		{ "clientAuth", OU, CERTGRADE_FAIL, no_server },
		{ "serverAuth", "Intel(R) client setup certificate",
		    CERTGRADE_FAIL,
		    "its OU differs in case or blanks from "
		    "\"" OU "\"" },
		{ "serverAuth,2.16.840.1.113741.1.2.1", NULL, CERTGRADE_FAIL,
		    others },
		{ "serverAuth,2.16.840.1.113741.1.2.2", NULL, CERTGRADE_FAIL,
		    others },
		{ "serverAuth", NULL, CERTGRADE_FAIL, none },
		{ "clientAuth", NULL, CERTGRADE_FAIL, none },
		{ NULL, NULL, CERTGRADE_FAIL, none },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct cert_wish w = { .cn = "p.example.com",
			.usage = rows[i].usage,
			.ou = rows[i].ou };
		struct certcheck c =
		    single_told(certtest_purpose, &w, NULL, NULL);

		assert_result(&c, CERTTEST_PURPOSE, rows[i].grade, rows[i].why);
	}
}

/* --- names ---------------------------------------------------------------- */

static void
a_name_is_told_with_what_is_odd_about_it(void **state)
{
	static const struct {
		const char *cn;
		enum certgrade grade;
		const char *why;
	} rows[] = {
		{ "P.Example.Com.", CERTGRADE_PASS, "p.example.com" },
		{ "*.example.com", CERTGRADE_WARN,
		    "*.example.com: that machines take a name with * is known "
		    "from other programs only" },
		{ NULL, CERTGRADE_FAIL, "its CN is no DNS name: it has no CN" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct cert_wish w = { .cn = rows[i].cn };
		struct certcheck c = single_told(certtest_name, &w, NULL, NULL);

		assert_result(&c, CERTTEST_NAME, rows[i].grade, rows[i].why);
		/* a domain is looked at only where there is a name */
		assert_int_equal(c.results[CERTTEST_DOMAIN].grade,
		    rows[i].cn != NULL ? CERTGRADE_PASS : CERTGRADE_NONE);
	}
}

static void
of_several_names_the_last_one_is_taken_with_a_warning(void **state)
{
	const struct cert_wish w = { .cn = "first.example.com" };
	X509 *leaf = cert_make(&w, rsa1024, NULL, NULL);
	struct certcheck c = check_of(NULL);

	(void)state;
	cert_name_add(X509_get_subject_name(leaf), "CN", "last.example.org");
	c.leaf = leaf;
	certtest_name(&c);
	assert_result(&c, CERTTEST_NAME, CERTGRADE_WARN,
	    "last.example.org is the last of 2 CNs, and which one machines "
	    "compare is not known");
	assert_result(&c, CERTTEST_DOMAIN, CERTGRADE_PASS,
	    "for machines whose DNS suffix is example.org or below it");
	X509_free(leaf);
}

static void
a_domain_fits_by_the_rule_of_its_release(void **state)
{
	static const char cn[] = "p.lab.example.com";
	static const struct {
		const char *release, *domain;
		enum certgrade grade;
		const char *why;
	} rows[] = {
		/* none is asked for: which ones it is for */
		{ NULL, NULL, CERTGRADE_PASS,
		    "for machines whose DNS suffix is example.com or below "
		    "it" },
		{ "3.0", NULL, CERTGRADE_PASS,
		    "for machines whose DNS suffix is lab.example.com" },
		{ "16.0", "p.lab.example.com", CERTGRADE_PASS,
		    "p.lab.example.com is p.lab.example.com or below it" },
		{ "16.0", "x.p.lab.example.com", CERTGRADE_PASS,
		    "x.p.lab.example.com is p.lab.example.com or below it" },
		{ "16.0", "other.example.com", CERTGRADE_PASS,
		    "other.example.com is under example.com, to which machines "
		    "shorten p.lab.example.com" },
		{ NULL, "other.example.com", CERTGRADE_PASS,
		    "other.example.com is under example.com, to which machines "
		    "shorten p.lab.example.com" },
		{ "5.0", "other.example.com", CERTGRADE_WARN,
		    "other.example.com is under example.com, to which machines "
		    "shorten p.lab.example.com; not all old releases do" },
		{ "3.0", "lab.example.com", CERTGRADE_WARN,
		    "lab.example.com is under lab.example.com, to which "
		    "machines shorten p.lab.example.com; not all old releases "
		    "do" },
		{ "3.0", "other.example.com", CERTGRADE_FAIL,
		    "other.example.com is not under p.lab.example.com, which "
		    "is what machines compare of p.lab.example.com" },
		{ "16.0", "example.org", CERTGRADE_FAIL,
		    "example.org is not under example.com, which is what "
		    "machines compare of p.lab.example.com" },
		{ "16.0", "badexample.com", CERTGRADE_FAIL,
		    "badexample.com is not under example.com, which is what "
		    "machines compare of p.lab.example.com" },
	};
	const struct cert_wish w = { .cn = cn };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct certcheck c = single_told(certtest_name, &w,
		    rows[i].release, rows[i].domain);

		assert_result(&c, CERTTEST_DOMAIN, rows[i].grade, rows[i].why);
	}
}

/* --- dates ---------------------------------------------------------------- */

static void
every_date_of_the_chain_is_looked_at(void **state)
{
	static const struct {
		int leaf_days, root_days;
		int64_t later; /* than made_at, in days */
		enum certgrade grade;
		const char *why;
	} rows[] = {
		{ 100, 800, 0, CERTGRADE_PASS, "valid until 2027-04-25" },
		{ 31, 800, 0, CERTGRADE_PASS, "valid until 2027-02-15" },
		{ 30, 800, 0, CERTGRADE_WARN,
		    "/CN=p.example.com expires soon (2027-02-14)" },
		{ 100, 800, 99, CERTGRADE_WARN,
		    "/CN=p.example.com expires soon (2027-04-25)" },
		{ 100, 800, 100, CERTGRADE_WARN,
		    "/CN=p.example.com has expired (2027-04-25)" },
		{ 800, 100, 200, CERTGRADE_WARN,
		    "/CN=Root has expired (2027-04-25)" },
		{ 800, 100, 80, CERTGRADE_WARN,
		    "/CN=Root expires soon (2027-04-25)" },
		{ 100, 800, -1, CERTGRADE_PASS, "valid until 2027-04-25" },
		{ 100, 800, -2, CERTGRADE_WARN,
		    "/CN=p.example.com is not valid yet (2027-01-14)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct cert_wish w = { .cn = "p.example.com",
			.days = rows[i].leaf_days };
		const struct cert_wish ca = { .cn = "Root",
			.days = rows[i].root_days };
		X509 *root = cert_make(&ca, rsa1024, NULL, NULL);
		X509 *leaf = cert_make(&w, rsa1024, root, rsa1024);
		struct certcheck c = check_of(NULL);

		c.wish.now = made_at + rows[i].later * 86400;
		c.leaf = leaf;
		c.chain = (struct chain){ .n = 2, .certs = { leaf, root } };
		certtest_dates(&c);
		assert_result(&c, CERTTEST_DATES, rows[i].grade, rows[i].why);
		X509_free(leaf);
		X509_free(root);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_rsa_key_of_the_certificate_is_needed),
		cmocka_unit_test(
		    keys_are_graded_by_release_and_by_whose_they_are),
		cmocka_unit_test(sizes_are_told_in_the_order_of_the_chain),
		cmocka_unit_test(the_weakest_signature_of_the_chain_counts),
		cmocka_unit_test(
		    a_purpose_is_an_oid_or_an_ou_and_anything_else_has_its_reason),
		cmocka_unit_test(a_name_is_told_with_what_is_odd_about_it),
		cmocka_unit_test(
		    of_several_names_the_last_one_is_taken_with_a_warning),
		cmocka_unit_test(a_domain_fits_by_the_rule_of_its_release),
		cmocka_unit_test(every_date_of_the_chain_is_looked_at),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
