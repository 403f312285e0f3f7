#include "store/localca.h"

#include <err.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/x509v3.h>

#include "amt/credential.h"
#include "store/certstore.h"

bool
localca_print(struct store *s, char print[CERTS_PRINT])
{
	struct query *q =
	    store_query(s, "SELECT value FROM meta WHERE name = 'local_ca'");
	bool found = query_row(q);

	if (found)
		(void)snprintf(print, CERTS_PRINT, "%s", query_get_text(q, 0));
	query_reset(q);
	return found;
}

int64_t
localca_since(struct store *s)
{
	struct query *q =
	    store_query(s, "SELECT value FROM meta WHERE name = 'local_ca_at'");
	int64_t at = query_row(q) ? query_get_number(q, 0) : 0;

	query_reset(q);
	return at;
}

static X509 *
cert_of(STACK_OF(X509) * all, const char *print)
{
	for (int i = 0; i < sk_X509_num(all); i++) {
		char its[CERTS_PRINT];

		certstore_print(its, sk_X509_value(all, i));
		if (strcmp(its, print) == 0)
			return sk_X509_value(all, i);
	}
	return NULL;
}

static X509 *
issuer_of(STACK_OF(X509) * all, X509 *cert)
{
	for (int i = 0; i < sk_X509_num(all); i++) {
		X509 *one = sk_X509_value(all, i);

		if (X509_check_issued(one, cert) == X509_V_OK &&
		    X509_verify(cert, X509_get0_pubkey(one)) == 1)
			return one;
	}
	return NULL;
}

static bool
is_root(X509 *cert)
{
	return X509_check_issued(cert, cert) == X509_V_OK;
}

static void
above_find(struct localca *ca, STACK_OF(X509) * all)
{
	X509 *one = ca->cert;

	/* The CA's own is one of the chain. */
	while (ca->nabove + 1 < LOCALCA_CHAIN && !is_root(one)) {
		one = issuer_of(all, one);
		if (one == NULL || is_root(one) || X509_up_ref(one) != 1)
			break;
		ca->above[ca->nabove++] = one;
	}
}

bool
localca_read(struct store *s, struct localca *ca)
{
	char print[CERTS_PRINT];
	size_t damaged;
	STACK_OF(X509) * all;
	X509 *cert;

	memset(ca, 0, sizeof(*ca));
	if (!localca_print(s, print))
		return false;
	all = certstore_read(s, &damaged);
	cert = cert_of(all, print);
	if (cert != NULL && X509_up_ref(cert) == 1) {
		ca->cert = cert;
		ca->key = certstore_key_of(s, cert);
		above_find(ca, all);
	}
	sk_X509_pop_free(all, X509_free);
	if (ca->key == NULL)
		errx(EX_DATAERR,
		    "%s: the certificate or the key of the site's CA is "
		    "damaged: put the site back from a backup, or add the CA "
		    "again from its files (amt-cert ca add)",
		    s->path);
	return true;
}

void
localca_free(struct localca *ca)
{
	for (size_t i = 0; i < ca->nabove; i++)
		X509_free(ca->above[i]);
	X509_free(ca->cert);
	EVP_PKEY_free(ca->key);
	memset(ca, 0, sizeof(*ca));
}

bool
localca_write(struct store *s, X509 *cert, EVP_PKEY *key,
    STACK_OF(X509) * above, int64_t now)
{
	char before[CERTS_PRINT] = "", print[CERTS_PRINT];
	struct query *q;

	certstore_print(print, cert);
	(void)localca_print(s, before);
	(void)certstore_add_key(s, key, "", now);
	certstore_add_certs(s, above, now);
	if (strcmp(before, print) == 0)
		return false;
	q = store_query(s,
	    "INSERT OR REPLACE INTO meta VALUES ('local_ca', ?1),"
	    "  ('local_ca_at', ?2)");
	query_text(q, 0, print);
	query_number(q, 1, now);
	query_run(q);
	return true;
}
