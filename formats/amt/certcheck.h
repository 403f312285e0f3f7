#ifndef CERTCHECK_H
#define CERTCHECK_H

/*
 * certcheck - whether machines will take a setup server's key and
 * certificates: every test, and for each why and what to do.
 *
 * What a release takes is in release.def, roots.def and suffix.def.  Without a
 * release, those from AMT 7 to 21 are meant: as many as are in use and whose
 * rules are known.
 */
#include <stdbool.h>
#include <stdint.h>

#include "amt/chain.h"
#include "amt/credential.h"
#include "amt/release.h"

#define CERTCHECK_TEXT 400
#define CERTCHECK_SOON_DAYS 30 /* what expires within is worth a warning */

enum certtest {
	CERTTEST_KEY,
	CERTTEST_CHAIN,
	CERTTEST_LENGTH,
	CERTTEST_ROOT,
	CERTTEST_PURPOSE,
	CERTTEST_CA,
	CERTTEST_SIZE,
	CERTTEST_SIGNATURE,
	CERTTEST_NAME,
	CERTTEST_DOMAIN,
	CERTTEST_DATES,
	CERTTEST_RELEASE,
	NCERTTESTS
};

enum certgrade {
	CERTGRADE_NONE, /* could not be tested, as another test failed */
	CERTGRADE_PASS,
	CERTGRADE_WARN, /* some machines may not, or it is not known */
	CERTGRADE_FAIL, /* no machine takes it, or not one of this release */
};

struct certcheck_wish {
	bool release_set;
	struct release release;
	const char *domain; /* as suffix_name gives it; NULL: of any */
	int64_t now;        /* seconds since 1970 */
};

struct certcheck_result {
	enum certgrade grade;
	char why[CERTCHECK_TEXT];
	char advice[CERTCHECK_TEXT]; /* what to do, or "" */
};

struct certcheck {
	struct certcheck_wish wish;
	X509 *leaf;         /* borrowed from the credential, or NULL */
	struct chain chain; /* what would be sent; n 0 without a leaf */
	struct certcheck_result results[NCERTTESTS];
};

/* Fills c; keeps pointers into credential and wish->domain. */
void certcheck_run(struct certcheck *c, const struct credential *credential,
    const struct certcheck_wish *wish);

/*
 * The same of a chain that was put together before, for a machine that is
 * known: the tests of the certificates themselves.  The chain ends in a root.
 */
void certcheck_chain(struct certcheck *c, const struct chain *chain,
    const struct certcheck_wish *wish);

/* The worst of them. */
enum certgrade certcheck_worst(const struct certcheck *c);

const char *certcheck_test_name(enum certtest test);    /* "key" ... */
const char *certcheck_grade_name(enum certgrade grade); /* "pass" ... */

/* How well firmware of a release, NULL: of any, knows a root: a
 * chain_rank_fn; arg is a struct release. */
int certcheck_rank(const X509 *root, void *arg);

#endif
