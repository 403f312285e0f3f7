/*
 * The certificates of a store: each test that cert-check makes of a file.
 */
#include "check/site_check.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "amt/certcheck.h"
#include "amt/certpurpose.h"
#include "amt/suffix.h"
#include "store/certstore.h"
#include "check/checkout.h"
#include "keys/certuse.h"

struct certs_look {
	struct store *store;
	int64_t now;
	STACK_OF(X509) * all;
	STACK_OF(X509) * leaves;
	size_t n; /* setup servers' certificates */
};

static enum checkcode_id
test_code(const struct certcheck *c, enum certtest test)
{
	enum certgrade grade = c->results[test].grade;

	if (test != CERTTEST_DATES)
		return grade == CERTGRADE_FAIL ? CHECKCODE_SITE_CERT_REFUSED
		                               : CHECKCODE_COUNT;
	if (grade != CERTGRADE_WARN && grade != CERTGRADE_FAIL)
		return CHECKCODE_COUNT;
	/* Machines may take it; planning does not, so nothing is set up with
	 * it. */
	return chain_invalid(&c->chain, c->wish.now) != NULL
	    ? CHECKCODE_SITE_CERT_ENDED
	    : CHECKCODE_SITE_CERT_ENDING;
}

/* What some machines may not take is for amt-cert check: it is so every day. */
static void
leaf_report(const struct certcheck *c, const char *name)
{
	char date[CERT_DATE];
	const char *why;
	bool good = true;

	for (enum certtest t = 0; t < NCERTTESTS; t++) {
		enum checkcode_id code = test_code(c, t);

		if (code == CHECKCODE_COUNT)
			continue;
		good = false;
		why = c->results[t].why;
		/* some name the certificate themselves */
		if (strncmp(why, name, strlen(name)) == 0)
			checkout_found(code, "%s", why);
		else
			checkout_found(code, "%s: %s", name, why);
	}
	cert_date(date, X509_get0_notAfter(c->leaf));
	if (good)
		checkout_passed(CHECK_CERT, "%s is valid until %s", name, date);
}

static int64_t
cert_end(X509 *leaf)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &tm) != 1)
		return 0;
	return timegm(&tm);
}

/* What machines compare with their domain; tests of the certificate say why
 * there is no such name. */
static void
name_check(X509 *leaf)
{
	char cn[DOMAIN_TEXT + 2], name[DOMAIN_TEXT];
	struct fault f;

	(void)certpurpose_name(cn, leaf);
	if (suffix_name(name, cn, strlen(cn), &f) == 0 && !site_name_add(name))
		checkout_found(CHECKCODE_SITE_CERT_DOMAIN,
		    "%s fits no domain of the map", name);
}

/* It has its own check, and is for no set-up unless it says that too. */
static bool
is_console(const X509 *cert)
{
	unsigned purpose = certpurpose_of(cert);

	return (purpose & PURPOSE_CONSOLE) != 0 &&
	    !certpurpose_is_setup(purpose);
}

static bool
is_server(const struct certs_look *l, X509 *cert)
{
	bool found = false;

	for (int i = 0; i < sk_X509_num(l->leaves); i++)
		found |= sk_X509_value(l->leaves, i) == cert;
	return found && !chain_is_root(cert) && !is_console(cert);
}

/* Setup servers' certificates of that key, and all of other keys: a console's
 * of the same key is not taken for a newer one. */
static STACK_OF(X509) * certs_for(const struct certs_look *l, EVP_PKEY *key)
{
	STACK_OF(X509) *to = sk_X509_new_null();

	for (int i = 0; to != NULL && i < sk_X509_num(l->all); i++) {
		X509 *cert = sk_X509_value(l->all, i);

		if ((is_server(l, cert) ||
		        EVP_PKEY_eq(X509_get0_pubkey(cert), key) != 1) &&
		    sk_X509_push(to, cert) <= 0)
			errx(EX_OSERR, "out of memory");
	}
	if (to == NULL)
		errx(EX_OSERR, "out of memory");
	return to;
}

static void
leaf_check(struct certs_look *l, X509 *leaf)
{
	static struct certcheck c;
	const struct certcheck_wish wish = { .now = l->now };
	struct credential credential = { .nkeys = 1 };
	char name[CERT_NAME];

	cert_subject(name, leaf);
	credential.keys[0] = certstore_key_of(l->store, leaf);
	if (credential.keys[0] == NULL) {
		l->n++;
		checkout_found(CHECKCODE_SITE_CERT_DAMAGED,
		    "the private key of %s does not open", name);
		return;
	}
	credential.certs = certs_for(l, credential.keys[0]);
	/* An older one of the same key is no longer used. */
	if (credential_leaf(&credential) == leaf) {
		l->n++;
		certcheck_run(&c, &credential, &wish);
		leaf_report(&c, name);
		name_check(leaf);
		site_until_add(cert_end(leaf));
	}
	EVP_PKEY_free(credential.keys[0]);
	sk_X509_free(credential.certs);
}

bool
site_certs_check(struct store *s, int64_t asking, int64_t now)
{
	struct certs_look l = { .store = s, .now = now };
	struct certstore_damage damage;
	size_t damaged;

	l.all = certstore_read_leaves(s, &l.leaves, &damage);
	damaged = damage.all;
	if (damaged != 0)
		checkout_found(CHECKCODE_SITE_CERT_DAMAGED,
		    "%zu certificate%s of the store cannot be read", damaged,
		    damaged == 1 ? "" : "s");
	for (int i = 0; i < sk_X509_num(l.leaves); i++)
		if (is_server(&l, sk_X509_value(l.leaves, i)))
			leaf_check(&l, sk_X509_value(l.leaves, i));
	if (l.n == 0 && damaged == 0 && asking != 0)
		checkout_found(CHECKCODE_SITE_CERT_NONE,
		    "%" PRId64 " machine%s for it", asking,
		    asking == 1 ? " asks" : "s ask");
	else if (l.n == 0 && damaged == 0)
		checkout_passed(CHECK_CERT,
		    "no certificate, and no machine that asks for one");
	sk_X509_pop_free(l.leaves, X509_free);
	sk_X509_pop_free(l.all, X509_free);
	return l.n != 0;
}
