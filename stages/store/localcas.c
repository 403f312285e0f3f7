#include "store/localcas.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "amt/crlmake.h"
#include "store/certstore.h"

struct localcas_counting {
	struct localcas *all;
	localcas_fn *fn;
	void *arg;
};

static void
ca_add(struct localcas *all, X509 *cert, EVP_PKEY *key)
{
	if (X509_up_ref(cert) != 1)
		errx(EX_OSERR, "out of memory");
	all->list[all->n++] = (struct localcas_one){ .cert = cert, .key = key };
}

/* An own root of setup servers is among them, and has issued nothing here. */
static void
cas_find(struct localcas *all, struct store *s, STACK_OF(X509) * certs)
{
	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509 *cert = sk_X509_value(certs, i);
		char print[CERTS_PRINT];
		EVP_PKEY *key;

		if (X509_check_ca(cert) == 0 ||
		    X509_cmp(cert, all->list[0].cert) == 0)
			continue;
		certstore_key_print(print, X509_get0_pubkey(cert));
		if (certstore_find(s, print, &key) != CERTS_NONE)
			ca_add(all, cert, key);
	}
}

static size_t
ca_of(const struct localcas *all, X509 *cert)
{
	for (size_t i = 0; i < all->n; i++)
		if (crlmake_is_of(all->list[i].cert, cert))
			return i;
	return LOCALCAS_NONE;
}

static void
issued_count(void *arg, const struct issued_row *r)
{
	struct localcas_counting *counting = arg;
	struct localcas *all = counting->all;
	BIO *bio = BIO_new_mem_buf(r->pem, -1);
	X509 *cert =
	    bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
	size_t ca = cert == NULL ? LOCALCAS_NONE : ca_of(all, cert);

	if (ca != LOCALCAS_NONE) {
		all->list[ca].nissued++;
		if (r->until > all->list[ca].until)
			all->list[ca].until = r->until;
	}
	if (counting->fn != NULL)
		counting->fn(counting->arg, ca, cert, r);
	X509_free(cert);
	(void)BIO_free(bio);
	ERR_clear_error();
}

void
localcas_find(struct localcas *all, struct store *s,
    const struct localca *present)
{
	size_t damaged;
	STACK_OF(X509) *certs = certstore_read(s, &damaged);

	all->n = 0;
	all->list = calloc((size_t)sk_X509_num(certs) + 1, sizeof(*all->list));
	if (all->list == NULL ||
	    (present->key != NULL && EVP_PKEY_up_ref(present->key) != 1))
		errx(EX_OSERR, "out of memory");
	ca_add(all, present->cert, present->key);
	cas_find(all, s, certs);
	sk_X509_pop_free(certs, X509_free);
}

void
localcas_count(struct localcas *all, struct store *s, int64_t now,
    localcas_fn *fn, void *arg)
{
	struct localcas_counting counting = { all, fn, arg };

	issued_each_valid(s, now, issued_count, &counting);
}

void
localcas_free(struct localcas *all)
{
	for (size_t i = 0; i < all->n; i++) {
		X509_free(all->list[i].cert);
		EVP_PKEY_free(all->list[i].key);
	}
	free(all->list);
	memset(all, 0, sizeof(*all));
}

bool
localcas_is_one(const struct localcas *all, size_t ca)
{
	return ca == 0 || all->list[ca].nissued != 0;
}
