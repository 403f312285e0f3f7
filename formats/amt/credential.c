#include "amt/credential.h"

#include <string.h>

#include "amt/credential_key.h"
#include "amt/password_forms.h"
#include "amt/pbe.h"
#include "amt/pfx.h"
#include "keys/certfile.h"

int
credential_begin(struct credential *c)
{
	memset(c, 0, sizeof(*c));
	c->certs = sk_X509_new_null();
	return c->certs != NULL ? 0 : -1;
}

void
credential_end(struct credential *c)
{
	sk_X509_pop_free(c->certs, X509_free);
	for (size_t i = 0; i < c->nkeys; i++)
		EVP_PKEY_free(c->keys[i]); /* wipes what is secret in it */
	memset(c, 0, sizeof(*c));
}

bool
credential_wants_password(const void *buf, size_t len)
{
	return certfile_is_pfx(buf, len) || credential_key_is_sealed(buf, len);
}

static bool
is_pem(const void *buf, size_t len)
{
	return len != 0 && memmem(buf, len, "-----BEGIN ", 11) != NULL;
}

/* Certificates and keys that are no PFX. */
static enum credential_end
blocks_add(struct credential *c, const void *buf, size_t len, struct pbe *p)
{
	size_t nkeys = c->nkeys;
	int ncerts = sk_X509_num(c->certs);
	enum credential_end end;
	bool found = false;
	const char *what;

	if (is_pem(buf, len))
		end = credential_pem_keys(c, buf, len, p);
	else
		end = credential_der_key(c, buf, len, p, &found);
	if (end != CREDENTIAL_OK || found)
		return end;
	if (certfile_append(c->certs, buf, len, p->f) == -1)
		return CREDENTIAL_DAMAGED;
	if (c->nkeys != nkeys || sk_X509_num(c->certs) != ncerts ||
	    (is_pem(buf, len) && certfile_has_key(buf, len)))
		return CREDENTIAL_OK;
	what = certfile_what(buf, len);
	(void)fault_set(p->f, 0, "%s",
	    what != NULL ? what
	                 : "has no certificate and no key (expected PFX, PEM, "
	                   "DER or .p7b)");
	return CREDENTIAL_REFUSED;
}

enum credential_end
credential_add(struct credential *c, const void *buf, size_t len,
    const char *password, const struct credential_use *use, struct fault *f)
{
	struct password_forms forms;
	struct pbe p = { .forms = &forms,
		.legacy = use->legacy,
		.left = use->iterations_max,
		.f = f };
	enum credential_end end;

	if (len > CREDENTIAL_FILE_MAX) {
		(void)fault_set(f, 0,
		    "is too large (expected at most %zu bytes)",
		    CREDENTIAL_FILE_MAX);
		return CREDENTIAL_REFUSED;
	}
	password_forms_begin(&forms, password);
	if (certfile_is_pfx(buf, len))
		end = pfx_add(c, buf, len, &p, use->without_mac);
	else
		end = blocks_add(c, buf, len, &p);
	password_forms_end(&forms);
	return end;
}

X509 *
credential_leaf(const struct credential *c)
{
	X509 *best = NULL;
	int days = 0, seconds = 0;

	for (int i = 0; c->nkeys == 1 && i < sk_X509_num(c->certs); i++) {
		X509 *cert = sk_X509_value(c->certs, i);

		if (EVP_PKEY_eq(X509_get0_pubkey(cert), c->keys[0]) != 1)
			continue;
		if (best == NULL ||
		    (ASN1_TIME_diff(&days, &seconds, X509_get0_notAfter(best),
		         X509_get0_notAfter(cert)) == 1 &&
		        (days > 0 || seconds > 0)))
			best = cert;
	}
	return best;
}
