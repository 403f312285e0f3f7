/* certcheck with certtest_chain and certtest_leaf: what needs public roots or
 * odd certificates; the rows of every day are in cert-check.bats. */
#include "amt/certcheck.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"
#include "amt/certtest.h"

#define USAGE "serverAuth,2.16.840.1.113741.1.2.3"

static EVP_PKEY *key, *ca_key;
static X509 *root;

static int
make_all(void **state)
{
	(void)state;
	key = EVP_RSA_gen(2048);
	ca_key = EVP_RSA_gen(2048);
	root = ca_make("Root", ca_key, NULL, NULL);
	return 0;
}

static int
free_all(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	X509_free(root);
	return 0;
}

/* Of a certificate under root; release NULL: none is named. */
static struct certcheck
checked(const struct cert_wish *w, const char *release)
{
	static struct certcheck c;
	struct certcheck_wish wish = { .now = made_at };
	struct credential credential;
	struct fault f;

	assert_int_equal(credential_begin(&credential), 0);
	X509_up_ref(root);
	sk_X509_push(credential.certs, root);
	sk_X509_push(credential.certs, cert_make(w, key, root, ca_key));
	EVP_PKEY_up_ref(key);
	credential.keys[credential.nkeys++] = key;
	if (release != NULL) {
		wish.release_set = true;
		assert_int_equal(release_parse(&wish.release, release, &f), 0);
	}
	certcheck_run(&c, &credential, &wish);
	credential_end(&credential);
	return c;
}

static void
every_test_answers_and_the_worst_counts(void **state)
{
	const struct cert_wish w = { .cn = "p.example.com", .usage = USAGE };
	struct certcheck c = checked(&w, "16.1");

	(void)state;
	for (unsigned i = 0; i < NCERTTESTS; i++) {
		assert_int_equal(c.results[i].grade,
		    i == CERTTEST_ROOT ? CERTGRADE_WARN : CERTGRADE_PASS);
		assert_int_not_equal(c.results[i].why[0], '\0');
		assert_int_equal(c.results[i].advice[0] != '\0',
		    i == CERTTEST_ROOT);
	}
	assert_int_equal(certcheck_worst(&c), CERTGRADE_WARN);
}

static void
names_that_are_none_and_several_are_said(void **state)
{
	static const struct {
		const char *cn;
		enum certgrade grade;
	} rows[] = {
		{ "p.example.com", CERTGRADE_PASS },
		{ "P.Example.Com.", CERTGRADE_PASS },
		{ "*.example.com", CERTGRADE_WARN },
		{ "Lab server", CERTGRADE_FAIL },
		{ "server", CERTGRADE_FAIL },
		{ "192.0.2.1", CERTGRADE_FAIL },
		{ NULL, CERTGRADE_FAIL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct cert_wish w = { .cn = rows[i].cn, .usage = USAGE };
		struct certcheck c = checked(&w, NULL);

		assert_int_equal(c.results[CERTTEST_NAME].grade, rows[i].grade);
		assert_int_equal(c.results[CERTTEST_DOMAIN].grade !=
		        CERTGRADE_NONE,
		    rows[i].grade != CERTGRADE_FAIL);
	}
}

/* At the releases where it turns; the root above is signed with SHA-256. */
static void
signatures_are_graded_by_release(void **state)
{
	static const struct {
		const char *release;
		enum certgrade sha1, sha256, sha384;
	} rows[] = {
		{ "2.2", CERTGRADE_WARN, CERTGRADE_WARN, CERTGRADE_WARN },
		{ "7.0", CERTGRADE_PASS, CERTGRADE_PASS, CERTGRADE_WARN },
		{ "14.0", CERTGRADE_PASS, CERTGRADE_PASS, CERTGRADE_PASS },
		{ "15.0", CERTGRADE_WARN, CERTGRADE_PASS, CERTGRADE_PASS },
		{ "16.0", CERTGRADE_FAIL, CERTGRADE_PASS, CERTGRADE_PASS },
		{ "21.0", CERTGRADE_FAIL, CERTGRADE_PASS, CERTGRADE_PASS },
		{ "22.0", CERTGRADE_FAIL, CERTGRADE_WARN, CERTGRADE_WARN },
	};
	const EVP_MD *mds[] = { EVP_sha1(), EVP_sha256(), EVP_sha384() };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const enum certgrade want[] = { rows[i].sha1, rows[i].sha256,
			rows[i].sha384 };

		for (size_t j = 0; j < 3; j++) {
			const struct cert_wish w = { .cn = "p.example.com",
				.usage = USAGE,
				.md = mds[j] };
			struct certcheck c = checked(&w, rows[i].release);

			assert_int_equal(c.results[CERTTEST_SIGNATURE].grade,
			    want[j]);
		}
	}
}

static void
the_last_thirty_days_are_a_warning(void **state)
{
	struct cert_wish w = { .cn = "p.example.com", .usage = USAGE };
	struct certcheck c;

	(void)state;
	w.days = CERTCHECK_SOON_DAYS + 1;
	c = checked(&w, NULL);
	assert_int_equal(c.results[CERTTEST_DATES].grade, CERTGRADE_PASS);
	w.days = CERTCHECK_SOON_DAYS - 1;
	c = checked(&w, NULL);
	assert_int_equal(c.results[CERTTEST_DATES].grade, CERTGRADE_WARN);
	assert_non_null(strstr(c.results[CERTTEST_DATES].why, "expires soon"));
}

/* A root of the table ranks as its release has it. */
static void
public_roots_rank_by_release(void **state)
{
	static const char path[] = "/usr/share/ca-certificates/mozilla/"
	                           "Go_Daddy_Class_2_CA.crt";
	BIO *in = BIO_new_file(path, "r");
	X509 *public =
	    in != NULL ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
	struct release r = { 11, 8 };

	(void)state;
	BIO_free(in);
	if (public == NULL)
		skip(); /* not among Debian's certificates any more */
	assert_int_equal(certcheck_rank(public, NULL), 2);
	assert_int_equal(certcheck_rank(public, &r), KNOWN_YES);
	r.major = 16;
	assert_int_equal(certcheck_rank(public, &r), KNOWN_NO);
	assert_int_equal(certcheck_rank(root, NULL), 0);
	X509_free(public);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_test_answers_and_the_worst_counts),
		cmocka_unit_test(names_that_are_none_and_several_are_said),
		cmocka_unit_test(signatures_are_graded_by_release),
		cmocka_unit_test(the_last_thirty_days_are_a_warning),
		cmocka_unit_test(public_roots_rank_by_release),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
