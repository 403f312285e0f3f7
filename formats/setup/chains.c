#include "setup/chains.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "amt/certpurpose.h"
#include "base/text.h"

#define NAME_PART 16 /* digits of a sum in a chain's name */

/* --- a chain of its own --------------------------------------------------- */

static int
cert_sum(char hex[SETUP_CHAIN_ROOT], const X509 *cert)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len;

	if (X509_digest(cert, EVP_sha256(), sum, &len) != 1)
		return -1;
	text_hex(hex, sum, len);
	return 0;
}

static int
chain_name(struct setup_chain *c, struct fault *f)
{
	char leaf[SETUP_CHAIN_ROOT], cn[DOMAIN_TEXT + 2];

	if (cert_sum(leaf, c->certs[0]) == -1 ||
	    cert_sum(c->root, c->certs[c->n - 1]) == -1)
		return fault_set(f, 0, "out of memory");
	memcpy(c->name, leaf, NAME_PART);
	c->name[NAME_PART] = '-';
	memcpy(c->name + NAME_PART + 1, c->root, NAME_PART);
	c->name[2 * NAME_PART + 1] = '\0';
	if (certpurpose_name(cn, c->certs[0]) == 0 || cn[0] == '\0' ||
	    strlen(cn) >= sizeof(c->cn))
		return fault_set(f, 0,
		    "the first certificate has no common name");
	memcpy(c->cn, cn, strlen(cn) + 1);
	return 0;
}

int
setup_chain_make(struct setup_chain *c, X509 *const *certs, size_t n,
    EVP_PKEY *key, struct fault *f)
{
	*c = (struct setup_chain){ .n = 0 };
	if (n == 0 || n > CHAIN_MAX)
		return fault_set(f, 0,
		    "number of certificates (got %zu, expected 1 to %d)", n,
		    CHAIN_MAX);
	if (X509_check_private_key(certs[0], key) != 1) {
		ERR_clear_error();
		return fault_set(f, 0,
		    "the key is not that of the first certificate");
	}
	for (; c->n < n; c->n++) {
		c->certs[c->n] = certs[c->n];
		(void)X509_up_ref(certs[c->n]);
	}
	c->key = key;
	(void)EVP_PKEY_up_ref(key);
	if (chain_name(c, f) == 0)
		return 0;
	setup_chain_wipe(c);
	return -1;
}

void
setup_chain_wipe(struct setup_chain *c)
{
	for (size_t i = 0; i < c->n; i++)
		X509_free(c->certs[i]);
	EVP_PKEY_free(c->key); /* wipes it, as long as nobody else has it */
	*c = (struct setup_chain){ .n = 0 };
}

void
chains_wipe(struct chains *all)
{
	for (size_t i = 0; i < all->n; i++)
		setup_chain_wipe(&all->list[i]);
	all->n = 0;
}

const struct setup_chain *
chains_find(const struct chains *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i].name, name) == 0)
			return &all->list[i];
	return NULL;
}

/* --- the stream, read ----------------------------------------------------- */

/* A part of the record; NULL when it is not base64.  Freed, and wiped, by the
 * caller. */
static unsigned char *
base64_decode(const char *text, size_t len, size_t *got)
{
	unsigned char *bytes;
	int n;

	if (len == 0 || len % 4 != 0 || len > INT_MAX)
		return NULL;
	bytes = OPENSSL_malloc(len / 4 * 3);
	if (bytes == NULL)
		return NULL;
	n = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)len);
	if (n < 0) {
		OPENSSL_clear_free(bytes, len / 4 * 3);
		return NULL;
	}
	*got = (size_t)n - (text[len - 1] == '=') - (text[len - 2] == '=');
	return bytes;
}

static X509 *
cert_decode(const char *text, size_t len)
{
	size_t got = 0;
	unsigned char *der = base64_decode(text, len, &got);
	const unsigned char *at = der;
	X509 *cert = der == NULL ? NULL : d2i_X509(NULL, &at, (long)got);

	if (cert != NULL && at != der + got) {
		X509_free(cert);
		cert = NULL;
	}
	OPENSSL_free(der);
	return cert;
}

static EVP_PKEY *
key_decode(const char *text)
{
	size_t len = strlen(text), got = 0;
	unsigned char *der = base64_decode(text, len, &got);
	const unsigned char *at = der;
	EVP_PKEY *key =
	    der == NULL ? NULL : d2i_AutoPrivateKey(NULL, &at, (long)got);

	if (key != NULL && at != der + got) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	if (der != NULL)
		OPENSSL_clear_free(der, len / 4 * 3);
	ERR_clear_error();
	return key;
}

/* The certificates, comma-joined: how many, or 0 with *f filled. */
static size_t
certs_decode(X509 *certs[CHAIN_MAX], const char *text, struct fault *f)
{
	size_t n = 0;

	for (;;) {
		size_t len = strcspn(text, ",");
		bool more = text[len] == ',';

		certs[n] = cert_decode(text, len);
		if (certs[n] == NULL) {
			ERR_clear_error();
			(void)fault_set(f, 0,
			    "certs: number %zu is not the base64 of a "
			    "certificate's DER",
			    n + 1);
			break;
		}
		n++;
		if (!more)
			return n;
		if (n == CHAIN_MAX) {
			(void)fault_set(f, 0,
			    "certs: more than %d certificates", CHAIN_MAX);
			break;
		}
		text += len + 1;
	}
	while (n > 0)
		X509_free(certs[--n]);
	return 0;
}

/* The record's name, cn and root must be those of its certificates: messages
 * and the report go by them. */
static int
chain_check(const struct setup_chain *c, const struct record *r,
    struct fault *f)
{
	if (strcmp(c->name, r->field[CHAINS_NAME]) != 0)
		return fault_set(f, 0,
		    "name: not that of its certificates (expected %s)",
		    c->name);
	if (strcmp(c->cn, r->field[CHAINS_CN]) != 0)
		return fault_set(f, 0,
		    "cn: not that of the first certificate (expected %s)",
		    c->cn);
	if (strcmp(c->root, r->field[CHAINS_ROOT]) != 0)
		return fault_set(f, 0,
		    "root: not that of the last certificate (expected %s)",
		    c->root);
	return 0;
}

static int
chain_read(struct setup_chain *c, const struct record *r, struct fault *f)
{
	X509 *certs[CHAIN_MAX];
	size_t n = certs_decode(certs, r->field[CHAINS_CERTS], f);
	EVP_PKEY *key;
	int rc;

	if (n == 0)
		return -1;
	key = key_decode(r->field[CHAINS_KEY]);
	rc = key == NULL
	    ? fault_set(f, 0, "key: not the base64 of a private key's DER")
	    : setup_chain_make(c, certs, n, key, f);
	EVP_PKEY_free(key);
	while (n > 0)
		X509_free(certs[--n]);
	if (rc == 0 && chain_check(c, r, f) == -1) {
		setup_chain_wipe(c);
		return -1;
	}
	return rc;
}

int
chains_read(struct chains *all, const struct record *r, struct fault *f)
{
	if (all->n == CHAINS_MAX)
		return fault_set(f, 0, "name: more than %d chains", CHAINS_MAX);
	if (chain_read(&all->list[all->n], r, f) == -1)
		return -1;
	if (chains_find(all, all->list[all->n].name) != NULL) {
		setup_chain_wipe(&all->list[all->n]);
		return fault_set(f, 0, "name: given twice");
	}
	all->n++;
	return 0;
}

/* --- the stream, written -------------------------------------------------- */

/* With room for a comma behind it; NULL without memory. */
static char *
base64_grow(char *text, size_t at, const unsigned char *der, int len)
{
	size_t more = 4 * (((size_t)len + 2) / 3);
	char *grown = realloc(text, at + more + 2);

	if (grown == NULL)
		return NULL;
	(void)EVP_EncodeBlock((unsigned char *)grown + at, der, len);
	return grown;
}

static char *
certs_encode(const struct setup_chain *c)
{
	char *text = NULL, *grown;

	for (size_t i = 0; i < c->n; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(c->certs[i], &der);
		size_t at = text == NULL ? 0 : strlen(text);

		if (i != 0)
			text[at++] = ',';
		grown = len <= 0 ? NULL : base64_grow(text, at, der, len);
		OPENSSL_free(der);
		if (grown == NULL) {
			free(text);
			return NULL;
		}
		text = grown;
	}
	return text;
}

static char *
key_encode(const struct setup_chain *c)
{
	unsigned char *der = NULL;
	int len = i2d_PrivateKey(c->key, &der);
	char *text = len <= 0 ? NULL : base64_grow(NULL, 0, der, len);

	if (len > 0)
		OPENSSL_clear_free(der, (size_t)len);
	return text;
}

int
chain_fields(const struct setup_chain *c, struct chain_texts *texts,
    const char *fields[CHAINS_NCOLUMNS])
{
	texts->certs = certs_encode(c);
	texts->key = key_encode(c);
	if (texts->certs == NULL || texts->key == NULL) {
		chain_texts_wipe(texts);
		return -1;
	}
	fields[CHAINS_NAME] = c->name;
	fields[CHAINS_CN] = c->cn;
	fields[CHAINS_ROOT] = c->root;
	fields[CHAINS_CERTS] = texts->certs;
	fields[CHAINS_KEY] = texts->key;
	return 0;
}

void
chain_texts_wipe(struct chain_texts *texts)
{
	free(texts->certs);
	if (texts->key != NULL)
		explicit_bzero(texts->key, strlen(texts->key));
	free(texts->key);
	*texts = (struct chain_texts){ NULL, NULL };
}
