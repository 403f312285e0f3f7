#include "plan/certchoice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "amt/certcheck.h"
#include "amt/certpurpose.h"
#include "amt/roots.h"
#include "amt/suffix.h"
#include "keys/certuse.h"

/* Older releases list SHA-1; from this one on none does, and what it refuses is
 * refused by all that came after. */
static const struct release modern = { 16, 0 };

/* --- the hashes of a hello ------------------------------------------------ */

static bool
is_listed(const struct hello *hello, uint8_t type, const uint8_t *sum,
    size_t len)
{
	struct hello_hash hash;

	for (size_t at = 0; hello_hash(hello, &at, &hash);)
		if (hash.type == type && hash.len == len &&
		    memcmp(hash.bytes, sum, len) == 0)
			return true;
	return false;
}

static bool
lists_sha1(const struct hello *hello)
{
	struct hello_hash hash;

	for (size_t at = 0; hello_hash(hello, &at, &hash);)
		if (hash.type == HELLO_SHA1)
			return true;
	return false;
}

/* A chain_rank_fn: the longer the listed hash, the better. */
static int
rank_listed(const X509 *root, void *arg)
{
	const struct {
		uint8_t type;
		const EVP_MD *md;
		int rank;
	} kinds[] = {
		{ HELLO_SHA384, EVP_sha384(), 3 },
		{ HELLO_SHA256, EVP_sha256(), 2 },
		{ HELLO_SHA1, EVP_sha1(), 1 },
	};
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (X509_digest(root, kinds[i].md, sum, &len) == 1 &&
		    is_listed(arg, kinds[i].type, sum, len))
			return kinds[i].rank;
	return 0;
}

void
certchoice_offered(char *to, size_t cap, const struct hello *hello)
{
	struct hello_hash hash;
	size_t n = 0, strange = 0, all = 0;

	to[0] = '\0';
	for (size_t at = 0; hello_hash(hello, &at, &hash); all++) {
		const struct root *root = roots_find(hash.bytes, hash.len);

		if (root == NULL || root->name[0] == '\0')
			strange++;
		else if (n < cap && strstr(to, root->name) == NULL)
			n += (size_t)snprintf(to + n, cap - n, "%s%s",
			    n == 0 ? "" : ", ", root->name);
	}
	if (n < cap && strange != 0)
		n += (size_t)snprintf(to + n, cap - n, "%s%zu of no known CA",
		    n == 0 ? "" : ", ", strange);
	if (n >= cap) /* too many to name */
		(void)snprintf(to, cap, "%zu roots", all);
}

/* --- one certificate ------------------------------------------------------ */

/* What stands against it: the later in this order, the nearer it came. */
static const struct {
	enum certtest test;
	enum reason_id why;
} tests[] = {
	{ CERTTEST_PURPOSE, REASON_CERT_PURPOSE },
	{ CERTTEST_CA, REASON_CERT_PURPOSE },
	{ CERTTEST_DOMAIN, REASON_CERT_NAME },
	{ CERTTEST_SIGNATURE, REASON_CERT_SHA1 },
	{ CERTTEST_SIZE, REASON_CERT_KEY_SIZE },
	{ CERTTEST_LENGTH, REASON_CERT_LONG },
};
#define NTESTS (sizeof(tests) / sizeof(tests[0]))
/* Behind them: its dates.  Before them: its root. */
#define NEAR_DATES (NTESTS + 2)
#define NEAR_TESTS 1

struct candidate {
	struct chain chain;
	char name[DOMAIN_TEXT];
	size_t near; /* how far it came */
	enum reason_id why;
	char detail[PLAN_DETAIL];
	size_t match; /* length of what matched of its name */
	const ASN1_TIME *until;
};

static void
candidate_name(struct candidate *k, const X509 *leaf)
{
	char text[DOMAIN_TEXT + 2];

	k->name[0] = '\0';
	if (certpurpose_name(text, leaf) != 0)
		(void)suffix_name(k->name, text, strlen(text), NULL);
}

static void
candidate_no_root(struct candidate *k, const struct certchoice_machine *m)
{
	char name[CERT_NAME], offered[120];

	k->why = REASON_CERT_NO_ROOT;
	if (k->chain.end != CHAIN_WHOLE) {
		cert_issuer(name, k->chain.certs[k->chain.n - 1]);
		(void)snprintf(k->detail, sizeof(k->detail),
		    "the chain of %.80s is not complete: %.100s is missing",
		    k->name, name);
		return;
	}
	cert_subject(name, k->chain.certs[k->chain.n - 1]);
	certchoice_offered(offered, sizeof(offered), m->hello);
	(void)snprintf(k->detail, sizeof(k->detail),
	    "it does not list %.90s; it lists %s", name,
	    offered[0] == '\0' ? "none" : offered);
}

/* The first test that it fails; NTESTS if it passes all. */
static size_t
candidate_fails(struct candidate *k, const struct certchoice_machine *m,
    struct certcheck *check)
{
	const struct certcheck_wish wish = {
		.release_set = m->release_known || !lists_sha1(m->hello),
		.release = m->release_known ? m->release : modern,
		.domain = m->domain[0] == '\0' ? NULL : m->domain,
		.now = m->now,
	};
	size_t i = 0;

	certcheck_chain(check, &k->chain, &wish);
	while (
	    i < NTESTS && check->results[tests[i].test].grade != CERTGRADE_FAIL)
		i++;
	return i;
}

/* Machines take a certificate whose time is over, and write down that it was:
 * nobody wants that in the record of a fleet. */
static void
candidate_over(struct candidate *k, const X509 *cert)
{
	char name[CERT_NAME], from[CERT_DATE], until[CERT_DATE];

	cert_subject(name, cert);
	cert_date(from, X509_get0_notBefore(cert));
	cert_date(until, X509_get0_notAfter(cert));
	k->why = REASON_CERT_EXPIRED;
	(void)snprintf(k->detail, sizeof(k->detail),
	    "%.120s is valid from %s to %s", name, from, until);
}

static enum suffix_rule
rule_of(const struct certchoice_machine *m)
{
	const struct release_pki *row =
	    m->release_known ? release_pki(&m->release) : NULL;

	return row == NULL ? SUFFIX_TABLE : row->domain;
}

static void
candidate_judge(struct candidate *k, const struct certchoice_machine *m,
    X509 *leaf, STACK_OF(X509) * all)
{
	struct certcheck check;
	const X509 *cert;
	struct hello hello = *m->hello;

	memset(k, 0, sizeof(*k));
	chain_build(&k->chain, leaf, all, rank_listed, &hello);
	candidate_name(k, leaf);
	if (k->chain.end != CHAIN_WHOLE || k->chain.rank == 0) {
		candidate_no_root(k, m);
		return;
	}
	k->near = NEAR_TESTS + candidate_fails(k, m, &check);
	if (k->near < NEAR_TESTS + NTESTS) {
		k->why = tests[k->near - NEAR_TESTS].why;
		(void)snprintf(k->detail, sizeof(k->detail), "%.90s: %.150s",
		    k->name,
		    check.results[tests[k->near - NEAR_TESTS].test].why);
		return;
	}
	k->near = NEAR_DATES;
	cert = chain_invalid(&k->chain, m->now);
	if (cert != NULL) {
		candidate_over(k, cert);
		return;
	}
	k->until = X509_get0_notAfter(leaf);
	k->match = suffix_match(k->name, m->domain, rule_of(m)) == SUFFIX_WHOLE
	    ? strlen(k->name)
	    : strlen(suffix_shorten(k->name, rule_of(m)));
}

/* --- all of them ---------------------------------------------------------- */

/* A root by its longer hash, then the longer match of the name, then the one
 * that is valid longer. */
static bool
is_better(const struct candidate *a, const struct candidate *b)
{
	if (a->chain.rank != b->chain.rank)
		return a->chain.rank > b->chain.rank;
	if (a->match != b->match)
		return a->match > b->match;
	return ASN1_TIME_compare(a->until, b->until) > 0;
}

static void
choice_insert(struct candidate *best, size_t *n, const struct candidate *k)
{
	size_t at = *n;

	while (at > 0 && is_better(k, &best[at - 1]))
		at--;
	if (at == CERTCHOICE_MAX)
		return;
	if (*n < CERTCHOICE_MAX)
		++*n;
	memmove(&best[at + 1], &best[at], (*n - 1 - at) * sizeof(best[0]));
	best[at] = *k;
}

/* Which of several it lacks is of no interest. */
static void
choice_rootless(struct certchoice *c, const struct certchoice_machine *m,
    size_t nleaves)
{
	char offered[160];

	certchoice_offered(offered, sizeof(offered), m->hello);
	(void)snprintf(c->detail, sizeof(c->detail),
	    "it lists the root of none of the site's %zu certificates; it "
	    "lists %s",
	    nleaves, offered[0] == '\0' ? "none" : offered);
}

void
certchoice_run(struct certchoice *c, const struct certchoice_machine *m,
    X509 *const *leaves, size_t nleaves, STACK_OF(X509) * all)
{
	struct candidate best[CERTCHOICE_MAX] = { { .near = 0 } }, k;
	size_t nearest = 0, rootless = 0;

	*c = (struct certchoice){ .why = REASON_CERT_NONE };
	for (size_t i = 0; i < nleaves; i++) {
		candidate_judge(&k, m, leaves[i], all);
		if (k.why == REASON_NONE)
			choice_insert(best, &c->n, &k);
		rootless += k.why == REASON_CERT_NO_ROOT;
		if (k.why != REASON_NONE &&
		    (c->why == REASON_CERT_NONE || k.near > nearest)) {
			nearest = k.near;
			c->why = k.why;
			memcpy(c->detail, k.detail, sizeof(c->detail));
		}
	}
	for (size_t i = 0; i < c->n; i++)
		c->chain[i] = best[i].chain;
	if (c->n == 0 && rootless == nleaves && nleaves > 1)
		choice_rootless(c, m, nleaves);
	if (c->n == 0)
		return;
	c->why = REASON_NONE;
	c->detail[0] = '\0';
}
