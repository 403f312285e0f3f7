/* certtest_leaf - the tests of certcheck that look at the key, at single
 * certificates and at the name. */
#include "amt/certtest.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "amt/certpurpose.h"
#include "keys/certuse.h"

#define LEAF_BITS 2048 /* the one size that all releases are known to take */

static const char *
key_kind(const X509 *cert, int *bits)
{
	const EVP_PKEY *key = X509_get0_pubkey(cert);
	const char *kind = key != NULL ? EVP_PKEY_get0_type_name(key) : NULL;

	*bits = key != NULL ? EVP_PKEY_get_bits(key) : 0;
	return kind != NULL ? kind : "unknown";
}

void
certtest_key(struct certcheck *c, const struct credential *credential)
{
	const EVP_PKEY *key = credential->keys[0];
	const char *kind;

	if (credential->nkeys == 0) {
		certtest_set(c, CERTTEST_KEY, CERTGRADE_FAIL,
		    "export it again with its private key, or give the file "
		    "with the key, too; the key of a request is in its site, "
		    "where amt-cert add makes these tests",
		    "there is no private key in these files");
		return;
	}
	if (credential->nkeys > 1) {
		certtest_set(c, CERTTEST_KEY, CERTGRADE_FAIL,
		    "give only the files of one certificate",
		    "there is more than one private key in these files (got "
		    "%zu, expected 1)",
		    credential->nkeys);
		return;
	}
	kind = EVP_PKEY_get0_type_name(key);
	if (kind == NULL || strcmp(kind, "RSA") != 0)
		certtest_set(c, CERTTEST_KEY, CERTGRADE_FAIL,
		    "ask for a certificate with an RSA key",
		    "machines take only RSA keys (got %.20s)",
		    kind != NULL ? kind : "an unknown kind");
	else if (credential_leaf(credential) == NULL)
		certtest_set(c, CERTTEST_KEY, CERTGRADE_FAIL,
		    "give the key with which this certificate was asked for",
		    "the private key belongs to none of the certificates");
	else
		certtest_set(c, CERTTEST_KEY, CERTGRADE_PASS, NULL,
		    "RSA of %d bits, the certificate's",
		    EVP_PKEY_get_bits(key));
}

/* --- size ---------------------------------------------------------------- */

/* That CAs have elliptic curves is seen in the roots of 14 and later. */
static enum known
key_takes(const struct release_pki *row, const X509 *cert, bool is_leaf)
{
	int bits;
	const char *kind = key_kind(cert, &bits);

	if (strcmp(kind, "RSA") != 0)
		return is_leaf              ? KNOWN_NO
		    : row->from.major >= 14 ? KNOWN_YES
		                            : KNOWN_MAYBE;
	if ((unsigned)bits < row->rsa_min)
		return KNOWN_NO;
	if ((unsigned)bits < row->rsa_safe)
		return KNOWN_MAYBE;
	return is_leaf && bits > LEAF_BITS && row->rsa_safe <= LEAF_BITS
	    ? KNOWN_MAYBE
	    : KNOWN_YES;
}

static enum known
size_takes(const struct release_pki *row, const struct certcheck *c)
{
	enum known worst = KNOWN_YES;

	for (size_t i = 0; i < c->chain.n; i++) {
		enum known own = key_takes(row, c->chain.certs[i], i == 0);

		if (own < worst)
			worst = own;
	}
	return worst;
}

void
certtest_size(struct certcheck *c)
{
	char what[160] = "keys of";
	size_t n = strlen(what);

	for (size_t i = 0; i < c->chain.n && n < sizeof(what); i++) {
		int bits;
		const char *kind = key_kind(c->chain.certs[i], &bits);

		n += (size_t)snprintf(what + n, sizeof(what) - n, "%s %.10s %d",
		    i != 0 ? "," : "", kind, bits);
	}
	certtest_judge(c, CERTTEST_SIZE, size_takes, what,
	    "ask for RSA of 2048 bits (3072 for AMT 22) under a CA with as "
	    "many");
}

/* --- signatures ---------------------------------------------------------- */

static enum known
digest_takes(const struct release_pki *row, int md)
{
	switch (md) {
	case NID_md2:
	case NID_md5:
	case NID_sha1:
		return row->sha1;
	case NID_sha256: /* before 6, and from 22 on, it is not settled */
		return (row->hashes & RELEASE_SHA256) != 0 ? KNOWN_YES
		                                           : KNOWN_MAYBE;
	case NID_sha384:
		return row->from.major >= 14 ? KNOWN_YES : KNOWN_MAYBE;
	default: /* PSS and others, which no document names */
		return KNOWN_MAYBE;
	}
}

/* The hash that cert is signed over; NID_undef: RSA-PSS or unknown. */
static int
digest_of(const X509 *cert)
{
	int md = NID_undef, key;

	(void)OBJ_find_sigid_algs(X509_get_signature_nid(cert), &md, &key);
	return md;
}

static enum known
signature_takes(const struct release_pki *row, const struct certcheck *c)
{
	enum known worst = KNOWN_YES;

	for (size_t i = 0; i < c->chain.n; i++) {
		enum known own =
		    digest_takes(row, digest_of(c->chain.certs[i]));

		if (own < worst)
			worst = own;
	}
	return worst;
}

void
certtest_signature(struct certcheck *c)
{
	char what[160] = "signed with";
	size_t n = strlen(what);

	for (size_t i = 0; i < c->chain.n && n < sizeof(what); i++) {
		int md = digest_of(c->chain.certs[i]);

		n += (size_t)snprintf(what + n, sizeof(what) - n, "%s %.12s",
		    i != 0 ? "," : "",
		    md != NID_undef ? OBJ_nid2sn(md) : "unknown");
	}
	certtest_judge(c, CERTTEST_SIGNATURE, signature_takes, what,
	    "ask for a certificate that is signed with SHA-256 under a root "
	    "that is, too");
}

/* --- purpose ------------------------------------------------------------- */

void
certtest_purpose(struct certcheck *c)
{
	unsigned purpose = certpurpose_of(c->leaf);
	const char *why;

	if (certpurpose_is_setup(purpose)) {
		certtest_set(c, CERTTEST_PURPOSE, CERTGRADE_PASS, NULL, "%s",
		    (purpose & PURPOSE_SETUP) != 0
		        ? "server authentication and AMT setup "
		          "(" CERTPURPOSE_OID ")"
		        : "OU=" CERTPURPOSE_OU);
		return;
	}
	if ((purpose & PURPOSE_LISTED) != 0 &&
	    (purpose & PURPOSE_SERVER) == 0 &&
	    (purpose & (PURPOSE_SETUP | PURPOSE_OU)) != 0)
		why = "server authentication is not among its extended key "
		      "usages";
	else if ((purpose & PURPOSE_OU_ALMOST) != 0)
		why = "its OU differs in case or blanks from "
		      "\"" CERTPURPOSE_OU "\"";
	else if ((purpose & (PURPOSE_CONSOLE | PURPOSE_AGENT)) != 0)
		why = "it is for a console or an agent after setup, not for a "
		      "setup server";
	else
		why = "it lacks what marks a setup server's certificate";
	certtest_set(c, CERTTEST_PURPOSE, CERTGRADE_FAIL,
	    "ask for one with the extended key usages server authentication "
	    "and " CERTPURPOSE_OID,
	    "%s", why);
}

/* --- name and domain ----------------------------------------------------- */

static enum suffix_rule
rule_of(const struct certcheck *c)
{
	const struct release_pki *row = release_pki(&c->wish.release);

	return c->wish.release_set && row != NULL ? row->domain : SUFFIX_TABLE;
}

static void
domain_test(struct certcheck *c, const char *name)
{
	enum suffix_rule rule = rule_of(c);
	const char *under = suffix_shorten(name, rule),
	           *domain = c->wish.domain;
	/* which of the older releases shortens how is not settled */
	bool is_old = c->wish.release_set && c->wish.release.major < 6;

	if (domain == NULL) {
		if (rule == SUFFIX_EQUAL && strchr(name, '.') != NULL)
			under = strchr(name, '.') + 1;
		certtest_set(c, CERTTEST_DOMAIN, CERTGRADE_PASS, NULL,
		    "for machines whose DNS suffix is %s%s", under,
		    rule == SUFFIX_EQUAL ? "" : " or below it");
		return;
	}
	switch (suffix_match(name, domain, rule)) {
	case SUFFIX_WHOLE:
		certtest_set(c, CERTTEST_DOMAIN, CERTGRADE_PASS, NULL,
		    "%s is %s or below it", domain, name);
		return;
	case SUFFIX_SHORTENED:
		certtest_set(c, CERTTEST_DOMAIN,
		    is_old ? CERTGRADE_WARN : CERTGRADE_PASS,
		    "try it with one machine",
		    "%s is under %s, to which machines shorten %s%s", domain,
		    rule == SUFFIX_EQUAL ? domain : under, name,
		    is_old ? "; not all old releases do" : "");
		return;
	case SUFFIX_NONE:
		certtest_set(c, CERTTEST_DOMAIN, CERTGRADE_FAIL,
		    "ask for one with a name in that domain, or give machines "
		    "its suffix on sticks or in MEBx",
		    "%s is not under %s, which is what machines compare of %s",
		    domain, under, name);
		return;
	}
}

void
certtest_name(struct certcheck *c)
{
	char text[DOMAIN_TEXT + 2], name[DOMAIN_TEXT];
	int n = certpurpose_name(text, c->leaf);
	struct fault f = { .why = "it has no CN" };

	if (n == 0 || suffix_name(name, text, strlen(text), &f) == -1) {
		certtest_set(c, CERTTEST_NAME, CERTGRADE_FAIL,
		    "ask for one whose CN is a full name, such as "
		    "prov.example.com",
		    "its CN is no DNS name: %s", f.why);
		return;
	}
	if (n > 1)
		certtest_set(c, CERTTEST_NAME, CERTGRADE_WARN,
		    "ask for one with a single CN",
		    "%s is the last of %d CNs, and which one machines compare "
		    "is not known",
		    name, n);
	else if (text[0] == '*')
		certtest_set(c, CERTTEST_NAME, CERTGRADE_WARN,
		    "try it with one machine",
		    "*.%s: that machines take a name with * is known from other "
		    "programs only",
		    name);
	else
		certtest_set(c, CERTTEST_NAME, CERTGRADE_PASS, NULL, "%s",
		    name);
	domain_test(c, name);
}

/* --- dates --------------------------------------------------------------- */

/* Machines take an expired certificate and write down that it was (IRG,
 * IPS_TLSProvisioningRecord.IsTimeValid): a warning. */
static bool
date_test(struct certcheck *c, const X509 *cert)
{
	const ASN1_TIME *from = X509_get0_notBefore(cert),
	                *until = X509_get0_notAfter(cert);
	time_t now = (time_t)c->wish.now,
	       soon = now + (time_t)CERTCHECK_SOON_DAYS * 86400;
	char name[CERTTEST_NAME_MAX], date[CERT_DATE];
	const char *what;

	if (X509_cmp_time(until, &now) <= 0)
		what = "has expired";
	else if (X509_cmp_time(from, &now) > 0)
		what = "is not valid yet";
	else if (X509_cmp_time(until, &soon) < 0)
		what = "expires soon";
	else
		return true;
	cert_date(date, strcmp(what, "is not valid yet") == 0 ? from : until);
	certtest_set(c, CERTTEST_DATES, CERTGRADE_WARN,
	    "renew it: machines take it, but note that its time was wrong",
	    "%s %s (%s)", certtest_subject(name, cert), what, date);
	return false;
}

void
certtest_dates(struct certcheck *c)
{
	char date[CERT_DATE];

	for (size_t i = 0; i < c->chain.n; i++)
		if (!date_test(c, c->chain.certs[i]))
			return;
	cert_date(date, X509_get0_notAfter(c->leaf));
	certtest_set(c, CERTTEST_DATES, CERTGRADE_PASS, NULL, "valid until %s",
	    date);
}
