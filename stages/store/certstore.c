#include "store/certstore.h"

#include <err.h>
#include <stdint.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/text.h"
#include "lib/stage.h"

static _Noreturn void
without_memory(void)
{
	errx(EX_OSERR, "out of memory");
}

static void
sum_print(char print[CERTS_PRINT], const void *der, size_t len)
{
	uint8_t sum[32];

	if (EVP_Digest(der, len, sum, NULL, EVP_sha256(), NULL) != 1)
		errx(EX_SOFTWARE, "OpenSSL: SHA-256 failed");
	text_hex(print, sum, sizeof(sum));
}

void
certstore_print(char print[CERTS_PRINT], const X509 *cert)
{
	uint8_t *der = NULL;
	int len = i2d_X509(cert, &der);

	if (len <= 0)
		without_memory();
	sum_print(print, der, (size_t)len);
	OPENSSL_free(der);
}

void
certstore_key_print(char print[CERTS_PRINT], const EVP_PKEY *key)
{
	uint8_t *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	if (len <= 0)
		without_memory();
	sum_print(print, der, (size_t)len);
	OPENSSL_free(der);
}

/* --- out of the store ----------------------------------------------------- */

struct certstore_reading {
	STACK_OF(X509) * certs;
	STACK_OF(X509) * leaves; /* or NULL */
	struct certstore_damage damage;
};

static void
read_one(void *arg, const struct cert_row *r)
{
	struct certstore_reading *reading = arg;
	const uint8_t *p = r->der;
	X509 *cert = r->opens ? d2i_X509(NULL, &p, (long)r->len) : NULL;
	bool leaf = r->server_key[0] != '\0';

	if (cert == NULL) {
		reading->damage.all++;
		reading->damage.leaves += leaf;
	} else if (sk_X509_push(reading->certs, cert) <= 0)
		without_memory();
	else if (reading->leaves != NULL && leaf &&
	    (X509_up_ref(cert) != 1 ||
	        sk_X509_push(reading->leaves, cert) <= 0))
		without_memory();
}

STACK_OF(X509) * certstore_read(struct store *s, size_t *damaged)
{
	struct certstore_reading reading = { .certs = sk_X509_new_null() };

	if (reading.certs == NULL)
		without_memory();
	certs_each(s, read_one, &reading);
	*damaged = reading.damage.all;
	return reading.certs;
}

STACK_OF(X509) *
    certstore_read_leaves(struct store *s, STACK_OF(X509) * *leaves,
        struct certstore_damage *damage)
{
	struct certstore_reading reading = { .certs = sk_X509_new_null(),
		.leaves = sk_X509_new_null() };

	if (reading.certs == NULL || reading.leaves == NULL)
		without_memory();
	certs_each(s, read_one, &reading);
	*leaves = reading.leaves;
	*damage = reading.damage;
	return reading.certs;
}

enum certs_end
certstore_find(struct store *s, const char *print, EVP_PKEY **key)
{
	char der[CERTS_DER_MAX + 1];
	size_t len;
	enum certs_end end = certs_key(s, print, der, &len);
	const uint8_t *p = (const uint8_t *)der;

	*key = end == CERTS_OK ? d2i_AutoPrivateKey(NULL, &p, (long)len) : NULL;
	explicit_bzero(der, sizeof(der));
	return end == CERTS_OK && *key == NULL ? CERTS_DAMAGED : end;
}

EVP_PKEY *
certstore_key_of(struct store *s, const X509 *cert)
{
	char print[CERTS_PRINT];
	EVP_PKEY *key;

	certstore_key_print(print, X509_get0_pubkey(cert));
	(void)certstore_find(s, print, &key);
	ERR_clear_error();
	return key;
}

EVP_PKEY *
certstore_key(struct store *s, const char *print)
{
	EVP_PKEY *key;

	if (certstore_find(s, print, &key) == CERTS_DAMAGED)
		errx(EX_DATAERR,
		    "%s: the private key %.16s is damaged: put the site back "
		    "from a backup, or add the key again from its file",
		    s->path, print);
	return key;
}

bool
certstore_find_key(struct store *s, struct credential *c)
{
	for (int i = 0; c->nkeys == 0 && i < sk_X509_num(c->certs); i++) {
		EVP_PKEY *is = X509_get0_pubkey(sk_X509_value(c->certs, i));
		char print[CERTS_PRINT];

		if (is == NULL)
			continue;
		certstore_key_print(print, is);
		c->keys[0] = certstore_key(s, print);
		c->nkeys = c->keys[0] != NULL;
	}
	return c->nkeys != 0;
}

/* --- what belongs together ------------------------------------------------ */

static void
push_once(STACK_OF(X509) * to, X509 *cert)
{
	for (int i = 0; i < sk_X509_num(to); i++)
		if (X509_cmp(sk_X509_value(to, i), cert) == 0)
			return;
	if (X509_up_ref(cert) != 1 || sk_X509_push(to, cert) <= 0)
		without_memory();
}

static void
push_issuers(STACK_OF(X509) * to, const X509 *of, STACK_OF(X509) * from)
{
	const X509_NAME *issuer = X509_get_issuer_name(of);

	for (int i = 0; i < sk_X509_num(from); i++) {
		X509 *one = sk_X509_value(from, i);

		if (X509_NAME_cmp(X509_get_subject_name(one), issuer) == 0)
			push_once(to, one);
	}
}

void
certstore_keep_above(struct credential *c, X509 *leaf, STACK_OF(X509) * more)
{
	STACK_OF(X509) *kept = sk_X509_new_null();

	if (kept == NULL)
		without_memory();
	push_once(kept, leaf);
	/* It grows while it is walked: as far as there are issuers. */
	for (int i = 0; i < sk_X509_num(kept); i++) {
		const X509 *of = sk_X509_value(kept, i);

		push_issuers(kept, of, c->certs);
		push_issuers(kept, of, more);
	}
	sk_X509_pop_free(c->certs, X509_free);
	c->certs = kept;
}

/* --- into the store ------------------------------------------------------- */

bool
certstore_add_key(struct store *s, const EVP_PKEY *key, const char *asked_name,
    int64_t now)
{
	char print[CERTS_PRINT];
	uint8_t *der = NULL;
	int len = i2d_PrivateKey(key, &der);
	bool is_new;

	if (len <= 0)
		without_memory();
	certstore_key_print(print, key);
	is_new =
	    certs_add_asked_key(s, print, der, (size_t)len, asked_name, now);
	OPENSSL_clear_free(der, (size_t)len);
	return is_new;
}

static size_t
cert_write(struct store *s, const X509 *cert, const char *server_key,
    int64_t now)
{
	char print[CERTS_PRINT];
	uint8_t *der = NULL;
	int len = i2d_X509(cert, &der);
	bool is_new;

	if (len <= 0)
		without_memory();
	certstore_print(print, cert);
	is_new = certs_add(s, print, server_key, der, (size_t)len, now);
	OPENSSL_free(der);
	return is_new;
}

size_t
certstore_write(struct store *s, const struct credential *c, const X509 *leaf,
    int64_t now)
{
	char print[CERTS_PRINT];
	size_t n;

	certstore_key_print(print, c->keys[0]);
	n = certstore_add_key(s, c->keys[0], "", now);
	for (int i = 0; i < sk_X509_num(c->certs); i++) {
		const X509 *one = sk_X509_value(c->certs, i);

		n += cert_write(s, one, one == leaf ? print : NULL, now);
	}
	return n;
}

void
certstore_add_certs(struct store *s, STACK_OF(X509) * certs, int64_t now)
{
	for (int i = 0; i < sk_X509_num(certs); i++)
		(void)cert_write(s, sk_X509_value(certs, i), NULL, now);
}
