/* certtest_chain - the tests of certcheck that look at the chain. */
#include "amt/certtest.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "amt/roots.h"
#include "keys/certuse.h"

/* More than four certificates are known to work with no firmware; a Certificate
 * message is at most 4100 bytes on 3.x and 8192 elsewhere (Intel's AMT SDK and
 * the buffer of a TLS record). */
enum { LENGTH_MAX = 4, MESSAGE_MAX_3 = 4100, MESSAGE_MAX = 8192 };

/* What is sent, in its order, as far as it fits. */
static void
order_format(char *to, size_t cap, const struct chain *chain)
{
	char name[CERTTEST_NAME_MAX];
	size_t n = 0;

	to[0] = '\0';
	for (size_t i = 0; i < chain->n && n < cap; i++)
		n += (size_t)snprintf(to + n, cap - n, "%s%.60s",
		    i != 0 ? ", " : "",
		    certtest_subject(name, chain->certs[i]));
}

static void
chain_whole(struct certcheck *c, const struct credential *credential)
{
	char order[280], others[64] = "";
	int n = sk_X509_num(credential->certs) - (int)c->chain.n;

	if (c->chain.n == 1) {
		certtest_set(c, CERTTEST_CHAIN, CERTGRADE_FAIL,
		    "have a CA issue one: an own root does (its hash goes on "
		    "sticks)",
		    "the certificate issued itself, and machines need a root "
		    "above it");
		return;
	}
	order_format(order, sizeof(order), &c->chain);
	if (n > 0)
		(void)snprintf(others, sizeof(others),
		    "; not sent: %d other%s in these files", n,
		    n == 1 ? "" : "s");
	certtest_set(c, CERTTEST_CHAIN, CERTGRADE_PASS, NULL, "%s%s", order,
	    others);
}

void
certtest_chain(struct certcheck *c, const struct credential *credential)
{
	char name[CERT_NAME], last[CERTTEST_NAME_MAX];

	if (c->leaf == NULL) {
		certtest_set(c, CERTTEST_CHAIN, CERTGRADE_FAIL,
		    "give the file that its CA sent, too",
		    "there is no certificate of a server in these files");
		return;
	}
	(void)certtest_subject(last, c->chain.certs[c->chain.n - 1]);
	cert_issuer(name, c->chain.certs[c->chain.n - 1]);
	switch (c->chain.end) {
	case CHAIN_WHOLE:
		chain_whole(c, credential);
		return;
	case CHAIN_MISSING:
		certtest_set(c, CERTTEST_CHAIN, CERTGRADE_FAIL,
		    "get that certificate and those above it, up to the root, "
		    "from the CA's web page, and give their files, too",
		    "the issuer of %s is missing: %s", last, name);
		return;
	case CHAIN_FORGED:
		certtest_set(c, CERTTEST_CHAIN, CERTGRADE_FAIL,
		    "get the right certificate of this name from its CA's web "
		    "page",
		    "%s was not signed by the key of %s in these files", last,
		    name);
		return;
	case CHAIN_LONG:
		certtest_set(c, CERTTEST_CHAIN, CERTGRADE_FAIL,
		    "give only the certificates of this server's CA",
		    "there are too many certificates to put into a chain");
		return;
	}
}

void
certtest_length(struct certcheck *c)
{
	size_t len = chain_message_len(&c->chain), max = MESSAGE_MAX;

	if (c->wish.release_set && c->wish.release.major <= 3)
		max = MESSAGE_MAX_3;
	if (c->chain.n > LENGTH_MAX)
		certtest_set(c, CERTTEST_LENGTH, CERTGRADE_FAIL,
		    "ask the CA for one with fewer steps to a root that "
		    "machines know",
		    "the chain is too long (got %zu certificates, expected at "
		    "most %d)",
		    c->chain.n, LENGTH_MAX);
	else if (len > max)
		certtest_set(c, CERTTEST_LENGTH, CERTGRADE_FAIL,
		    "ask for smaller keys, or fewer names in it",
		    "the chain is too large (got %zu bytes, expected at most "
		    "%zu)",
		    len, max);
	else
		certtest_set(c, CERTTEST_LENGTH, CERTGRADE_PASS, NULL,
		    "%zu certificate%s, %zu bytes", c->chain.n,
		    c->chain.n == 1 ? "" : "s", len);
}

/* --- root ---------------------------------------------------------------- */

static const struct root *
root_of(const struct certcheck *c)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	(void)X509_digest(c->chain.certs[c->chain.n - 1], EVP_sha256(), sum,
	    &len);
	return roots_find(sum, len);
}

static enum known
root_takes(const struct release_pki *row, const struct certcheck *c)
{
	return roots_known(root_of(c),
	    c->wish.release_set ? &c->wish.release : &row->from);
}

void
certtest_root(struct certcheck *c)
{
	struct certcheck_result *r = &c->results[CERTTEST_ROOT];
	const struct root *root = root_of(c);
	X509 *last = c->chain.certs[c->chain.n - 1];
	char name[CERTTEST_NAME_MAX], sum[CERT_SHA256], what[160];

	if (root == NULL) {
		cert_sha256(sum, last);
		certtest_set(c, CERTTEST_ROOT, CERTGRADE_WARN,
		    "put its hash into the machines: on sticks, or by hand in MEBx",
		    "%s is no public root that firmware is known to have (SHA-256 %s)",
		    certtest_subject(name, last), sum);
		return;
	}
	(void)snprintf(what, sizeof(what), "%s",
	    root->name[0] != '\0' ? root->name : "a root of unknown name");
	certtest_judge(c, CERTTEST_ROOT, root_takes, what,
	    "see whether these machines list it when they say hello");
	/* Of any release: which ones do is in the text, and in each hello. */
	if (!c->wish.release_set && r->grade == CERTGRADE_WARN) {
		r->grade = CERTGRADE_PASS;
		r->advice[0] = '\0';
	}
}

/* --- CAs ----------------------------------------------------------------- */

/* Of the issuer that has n CAs below it. */
static int
issuer_test(struct certcheck *c, X509 *issuer, size_t n)
{
	int ca = X509_check_ca(issuer);
	long pathlen = X509_get_pathlen(issuer);
	char name[CERTTEST_NAME_MAX];

	(void)certtest_subject(name, issuer);
	/* X509_check_ca answers 0 for a CA that may not issue, too. */
	if ((X509_get_extension_flags(issuer) & EXFLAG_CA) != 0 &&
	    (X509_get_key_usage(issuer) & KU_KEY_CERT_SIGN) == 0)
		certtest_set(c, CERTTEST_CA, CERTGRADE_FAIL,
		    "ask the CA for the right chain",
		    "the key usage of %s does not let it issue certificates",
		    name);
	else if (ca != 1 &&
	    ca != 3) /* 3: a root from before there were extensions */
		certtest_set(c, CERTTEST_CA, CERTGRADE_FAIL,
		    "ask the CA for the right chain",
		    "%s issued another certificate and is no CA (CA:FALSE)",
		    name);
	else if (pathlen != -1 && (size_t)pathlen < n)
		certtest_set(c, CERTTEST_CA, CERTGRADE_WARN,
		    "ask the CA for the right chain",
		    "%s may have %ld CAs below it and has %zu; what firmware "
		    "makes of that is not known",
		    name, pathlen, n);
	else
		return 0;
	return -1;
}

void
certtest_ca(struct certcheck *c)
{
	uint32_t usage = X509_get_key_usage(c->leaf);

	if (X509_get_extension_flags(c->leaf) & EXFLAG_INVALID) {
		certtest_set(c, CERTTEST_CA, CERTGRADE_FAIL,
		    "ask the CA for a new one",
		    "the certificate's extensions are not valid");
		return;
	}
	if (X509_check_ca(c->leaf) == 1 && c->chain.n > 1) {
		certtest_set(c, CERTTEST_CA, CERTGRADE_FAIL,
		    "ask for a server's certificate",
		    "the certificate is a CA's (CA:TRUE)");
		return;
	}
	if ((usage & KU_DIGITAL_SIGNATURE) == 0) {
		certtest_set(c, CERTTEST_CA, CERTGRADE_FAIL,
		    "ask for one with digitalSignature",
		    "its key usage does not let it sign, which TLS needs");
		return;
	}
	for (size_t i = 1; i < c->chain.n; i++)
		if (issuer_test(c, c->chain.certs[i], i - 1) == -1)
			return;
	certtest_set(c, CERTTEST_CA, CERTGRADE_PASS, NULL,
	    "a server's certificate, and those above it are CAs");
}
