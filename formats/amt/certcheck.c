#include "amt/certcheck.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "amt/certtest.h"
#include "amt/roots.h"
#include "keys/certuse.h"

/* Releases that are meant when none is named. */
enum { USUAL_FROM = 7, USUAL_BEFORE = 22 };

const char *
certcheck_test_name(enum certtest test)
{
	static const char *const names[NCERTTESTS] = {
		[CERTTEST_KEY] = "key",
		[CERTTEST_CHAIN] = "chain",
		[CERTTEST_LENGTH] = "length",
		[CERTTEST_ROOT] = "root",
		[CERTTEST_PURPOSE] = "purpose",
		[CERTTEST_CA] = "ca",
		[CERTTEST_SIZE] = "size",
		[CERTTEST_SIGNATURE] = "signature",
		[CERTTEST_NAME] = "name",
		[CERTTEST_DOMAIN] = "domain",
		[CERTTEST_DATES] = "dates",
		[CERTTEST_RELEASE] = "release",
	};

	return names[test];
}

const char *
certcheck_grade_name(enum certgrade grade)
{
	static const char *const names[] = { "-", "pass", "warn", "fail" };

	return names[grade];
}

void
certtest_set(struct certcheck *c, enum certtest test, enum certgrade grade,
    const char *advice, const char *why, ...)
{
	struct certcheck_result *r = &c->results[test];
	va_list ap;

	r->grade = grade;
	(void)snprintf(r->advice, sizeof(r->advice), "%s",
	    advice != NULL && grade != CERTGRADE_PASS ? advice : "");
	va_start(ap, why);
	(void)vsnprintf(r->why, sizeof(r->why), why, ap);
	va_end(ap);
}

const char *
certtest_subject(char to[CERTTEST_NAME_MAX], const X509 *cert)
{
	char name[CERT_NAME];

	cert_subject(name, cert);
	cert_name_cut(to, CERTTEST_NAME_MAX, name);
	return to;
}

/* --- releases ------------------------------------------------------------ */

static bool
is_usual(const struct release_pki *row)
{
	return row->pki != KNOWN_NO && row->from.major >= USUAL_FROM &&
	    row->from.major < USUAL_BEFORE;
}

/* ", refused from AMT 16.0 on", for those rows from first to before next that
 * have one answer. */
static size_t
range_add(char *to, size_t cap, enum known answer,
    const struct release_pki *first, const struct release_pki *next)
{
	const char *what = answer == KNOWN_NO ? "refused by" : "not known for";
	char from[32] = "", before[32] = "";
	int n;

	if (answer == KNOWN_YES)
		return 0;
	if (first->from.major > USUAL_FROM)
		(void)snprintf(from, sizeof(from), " from %u.%u on",
		    first->from.major, first->from.minor);
	if (next != NULL && next->from.major < USUAL_BEFORE)
		(void)snprintf(before, sizeof(before), " before %u.%u",
		    next->from.major, next->from.minor);
	n = snprintf(to, cap, ", %s AMT%s%s", what, from, before);
	return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}

/* Which of the usual releases do not take it, as text; answers whether one
 * does, and one does not. */
static void
ranges_format(char *to, size_t cap, certtest_fn *fn, const struct certcheck *c,
    bool *takes, bool *refuses)
{
	const struct release_pki *row, *first = NULL;
	enum known answer, before = KNOWN_YES;
	size_t n = 0;

	to[0] = '\0';
	*takes = *refuses = false;
	for (unsigned i = 0; (row = release_pki_row(i)) != NULL; i++) {
		if (!is_usual(row))
			continue;
		answer = fn(row, c);
		*takes = *takes || answer != KNOWN_NO;
		*refuses = *refuses || answer != KNOWN_YES;
		if (first != NULL && answer == before)
			continue;
		if (first != NULL)
			n += range_add(to + n, cap - n, before, first, row);
		first = row;
		before = answer;
	}
	if (first != NULL)
		(void)range_add(to + n, cap - n, before, first, NULL);
}

void
certtest_judge(struct certcheck *c, enum certtest test, certtest_fn *fn,
    const char *what, const char *advice)
{
	static const enum certgrade grades[] = {
		[KNOWN_NO] = CERTGRADE_FAIL,
		[KNOWN_MAYBE] = CERTGRADE_WARN,
		[KNOWN_YES] = CERTGRADE_PASS,
	};
	static const char *const words[] = { "refused by",
		"not known for all builds of", "good for" };
	char ranges[160];
	bool takes, refuses;

	if (c->wish.release_set) {
		const struct release_pki *row = release_pki(&c->wish.release);
		enum known answer = row != NULL ? fn(row, c) : KNOWN_NO;

		certtest_set(c, test, grades[answer], advice,
		    "%s, %s AMT %u.%u", what, words[answer],
		    c->wish.release.major, c->wish.release.minor);
		return;
	}
	ranges_format(ranges, sizeof(ranges), fn, c, &takes, &refuses);
	certtest_set(c, test,
	    !takes        ? CERTGRADE_FAIL
	        : refuses ? CERTGRADE_WARN
	                  : CERTGRADE_PASS,
	    advice, "%s%s", what, ranges);
}

static void
certtest_release(struct certcheck *c)
{
	const struct release_pki *row = release_pki(&c->wish.release);
	unsigned major = c->wish.release.major, minor = c->wish.release.minor;

	if (!c->wish.release_set)
		certtest_set(c, CERTTEST_RELEASE, CERTGRADE_PASS, NULL,
		    "for AMT %d to %d, as no release was given", USUAL_FROM,
		    USUAL_BEFORE - 1);
	else if (row == NULL || row->pki == KNOWN_NO)
		certtest_set(c, CERTTEST_RELEASE, CERTGRADE_FAIL,
		    "set these machines up with a PID and PPS",
		    "AMT %u.%u cannot be set up with a certificate", major,
		    minor);
	else if (major >= 18)
		certtest_set(c, CERTTEST_RELEASE, CERTGRADE_WARN,
		    "try it with one machine",
		    "nothing published shows whether AMT %u.%u says hello to a "
		    "server without a program on the machine",
		    major, minor);
	else
		certtest_set(c, CERTTEST_RELEASE, CERTGRADE_PASS, NULL,
		    "AMT %u.%u can be set up with a certificate", major, minor);
}

/* --- all of them --------------------------------------------------------- */

int
certcheck_rank(const X509 *root, void *arg)
{
	const struct release *r = arg;
	uint8_t sum[EVP_MAX_MD_SIZE];
	const struct root *known;
	unsigned len = 0;

	if (X509_digest(root, EVP_sha256(), sum, &len) != 1)
		return 0;
	known = roots_find(sum, len);
	if (known == NULL)
		return 0;
	return r == NULL ? 2 : (int)roots_known(known, r);
}

/* The server's own, where its key does not say: the first that nobody issued
 * others with. */
static X509 *
leaf_guess(const struct credential *credential)
{
	for (int i = 0;
	     i < sk_X509_num(credential->certs) && i < CHAIN_GIVEN_MAX; i++) {
		X509 *cert = sk_X509_value(credential->certs, i);

		if ((X509_get_extension_flags(cert) & EXFLAG_CA) == 0 &&
		    !chain_is_root(cert))
			return cert;
	}
	return NULL;
}

static void
chain_find(struct certcheck *c, const struct credential *credential)
{
	c->leaf = credential_leaf(credential);
	if (c->leaf == NULL)
		c->leaf = leaf_guess(credential);
	if (c->leaf != NULL)
		chain_build(&c->chain, c->leaf, credential->certs,
		    certcheck_rank,
		    c->wish.release_set ? &c->wish.release : NULL);
}

static void
certs_test(struct certcheck *c)
{
	certtest_length(c);
	certtest_purpose(c);
	certtest_ca(c);
	certtest_size(c);
	certtest_signature(c);
	certtest_name(c);
	certtest_dates(c);
}

void
certcheck_chain(struct certcheck *c, const struct chain *chain,
    const struct certcheck_wish *wish)
{
	memset(c, 0, sizeof(*c));
	c->wish = *wish;
	c->chain = *chain;
	c->leaf = chain->certs[0];
	certs_test(c);
}

void
certcheck_run(struct certcheck *c, const struct credential *credential,
    const struct certcheck_wish *wish)
{
	memset(c, 0, sizeof(*c));
	c->wish = *wish;
	chain_find(c, credential);
	certtest_key(c, credential);
	certtest_chain(c, credential);
	certtest_release(c);
	if (c->leaf == NULL)
		return;
	certs_test(c);
	if (c->chain.end == CHAIN_WHOLE && c->chain.n > 1)
		certtest_root(c);
}

enum certgrade
certcheck_worst(const struct certcheck *c)
{
	enum certgrade worst = CERTGRADE_NONE;

	for (unsigned i = 0; i < NCERTTESTS; i++)
		if (c->results[i].grade > worst)
			worst = c->results[i].grade;
	return worst;
}
