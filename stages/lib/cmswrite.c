#include "cmswrite.h"

#include <err.h>
#include <limits.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

struct cmswrite {
	STACK_OF(X509) * to;
	STACK_OF(X509) * chain; /* after the signer in its file */
	X509 *signer;
	EVP_PKEY *key;
	bool cbc;
};

/* What OpenSSL has against it, in its own short words. */
static const char *
reason(void)
{
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	return why != NULL ? why : "failed";
}

static _Noreturn void
cms_fail(const char *what)
{
	errx(EX_SOFTWARE, "%s: %s", what, reason());
}

struct cmswrite *
cmswrite_new(void)
{
	struct cmswrite *c = calloc(1, sizeof(*c));

	if (c == NULL || (c->to = sk_X509_new_null()) == NULL ||
	    (c->chain = sk_X509_new_null()) == NULL)
		err(EX_OSERR, "certificates");
	return c;
}

void
cmswrite_free(struct cmswrite *c)
{
	if (c == NULL)
		return;
	sk_X509_pop_free(c->to, X509_free);
	sk_X509_pop_free(c->chain, X509_free);
	X509_free(c->signer);
	EVP_PKEY_free(c->key);
	free(c);
}

/* --- certificates and keys --------------------------------------------- */

static BIO *
open_pem(const char *path)
{
	BIO *b = BIO_new_file(path, "r");

	if (b == NULL)
		err(EX_NOINPUT, "%s", path);
	return b;
}

static X509 *
first_certificate(BIO *b, const char *path, int64_t now)
{
	X509 *x = PEM_read_bio_X509(b, NULL, NULL, NULL);
	time_t t = (time_t)now;

	if (x == NULL)
		errx(EX_DATAERR, "%s: no certificate in PEM form", path);
	if (X509_cmp_time(X509_get0_notAfter(x), &t) < 0)
		errx(EX_DATAERR, "%s: the certificate has expired", path);
	if (X509_cmp_time(X509_get0_notBefore(x), &t) > 0)
		errx(EX_DATAERR, "%s: the certificate is not valid yet", path);
	return x;
}

/* Kinds of keys with which OpenSSL 3.0 does it in CMS; for others it says
 * "cms lib" at the end. */
static const char *const signing[] = { "RSA", "RSA-PSS", "EC", "DSA", NULL };
static const char *const encrypting[] = { "RSA", "EC", "X25519", "X448", NULL };

static void
check_kind(const X509 *x, const char *const *kinds, const char *path)
{
	const EVP_PKEY *key = X509_get0_pubkey(x);
	const char *kind = key != NULL ? EVP_PKEY_get0_type_name(key) : NULL;

	while (kind != NULL && *kinds != NULL && strcmp(kind, *kinds) != 0)
		kinds++;
	if (kind == NULL || *kinds == NULL)
		errx(EX_DATAERR,
		    "%s: the certificate's key is of no use for this (got %s, "
		    "expected RSA or EC)",
		    path, kind != NULL ? kind : "an unknown kind");
}

void
cmswrite_to(struct cmswrite *c, const char *path, int64_t now)
{
	BIO *b = open_pem(path);
	X509 *x = first_certificate(b, path, now);

	BIO_free(b);
	check_kind(x, encrypting, path);
	if (sk_X509_push(c->to, x) == 0)
		err(EX_OSERR, "certificates");
}

struct asked {
	const char *path;
	struct secret *pass; /* NULL: nobody to ask */
	bool met;            /* it was asked for */
};

static int
passphrase(char *buf, int cap, int rwflag, void *arg)
{
	struct asked *a = arg;
	char prompt[256];
	const char *text;

	(void)rwflag;
	a->met = true;
	if (a->pass == NULL)
		return -1;
	(void)snprintf(prompt, sizeof(prompt), "Passphrase of %.200s", a->path);
	text = secret_get(a->pass, prompt);
	if (text == NULL || strlen(text) >= (size_t)cap)
		return -1;
	(void)strcpy(buf, text);
	return (int)strlen(text);
}

static EVP_PKEY *
read_key(const char *path, struct secret *pass)
{
	struct asked a = { .path = path, .pass = pass };
	BIO *b = open_pem(path);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(b, NULL, passphrase, &a);

	BIO_free(b);
	if (key == NULL && !(a.met && pass == NULL))
		errx(EX_DATAERR,
		    "%s: no private key in PEM form, or its passphrase is "
		    "another",
		    path);
	return key;
}

void
cmswrite_by(struct cmswrite *c, const char *cert, const char *key,
    struct secret *pass, int64_t now)
{
	BIO *b = open_pem(cert);
	X509 *x;

	c->signer = first_certificate(b, cert, now);
	check_kind(c->signer, signing, cert);
	while ((x = PEM_read_bio_X509(b, NULL, NULL, NULL)) != NULL)
		if (sk_X509_push(c->chain, x) == 0)
			err(EX_OSERR, "certificates");
	BIO_free(b);
	ERR_clear_error();
	c->key = read_key(key, pass);
	if (c->key != NULL && X509_check_private_key(c->signer, c->key) != 1)
		errx(EX_DATAERR, "%s: not the private key of %s", key, cert);
}

void
cmswrite_cbc(struct cmswrite *c)
{
	c->cbc = true;
}

bool
cmswrite_idle(const struct cmswrite *c)
{
	return sk_X509_num(c->to) == 0 && c->signer == NULL;
}

/* --- writing ----------------------------------------------------------- */

/* Without it OpenSSL takes the clock's time, and equal input gives other
 * bytes each time. */
static void
set_signing_time(CMS_SignerInfo *si, int64_t now)
{
	ASN1_TIME *t = X509_gmtime_adj(NULL, 0);

	if (t == NULL || ASN1_TIME_adj(t, (time_t)now, 0, 0) == NULL ||
	    CMS_signed_add1_attr_by_NID(si, NID_pkcs9_signingTime, t->type, t,
	        -1) != 1)
		cms_fail("signing time");
	ASN1_TIME_free(t);
}

/* Takes in; the DER of the signed bytes, or with CMS_DETACHED without them. */
static BIO *
sign(const struct cmswrite *c, BIO *in, unsigned detached, int64_t now)
{
	const unsigned flags =
	    CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP | detached;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, c->chain, NULL, flags);
	CMS_SignerInfo *si;
	BIO *out = BIO_new(BIO_s_mem());

	if (cms == NULL || out == NULL)
		cms_fail("signing");
	si = CMS_add1_signer(cms, c->signer, c->key, EVP_sha256(), flags);
	if (si == NULL)
		cms_fail("signing");
	set_signing_time(si, now);
	if (CMS_final(cms, in, NULL, CMS_BINARY) != 1 ||
	    i2d_CMS_bio(out, cms) != 1)
		cms_fail("signing");
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	return out;
}

/* Takes in. */
static BIO *
encrypt(const struct cmswrite *c, BIO *in)
{
	CMS_ContentInfo *cms = CMS_encrypt(c->to, in,
	    c->cbc ? EVP_aes_256_cbc() : EVP_aes_256_gcm(), CMS_BINARY);
	BIO *out = BIO_new(BIO_s_mem());

	if (cms == NULL || out == NULL || i2d_CMS_bio(out, cms) != 1)
		cms_fail("encrypting");
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	return out;
}

/* Takes b.  What cannot be written stays in f as its error. */
static void
write_all(FILE *f, BIO *b)
{
	char *out;
	long n = BIO_get_mem_data(b, &out);

	(void)fwrite(out, 1, (size_t)n, f);
	BIO_free(b);
}

void
cmswrite_put(const struct cmswrite *c, FILE *f, const void *bytes, size_t len,
    int64_t now)
{
	BIO *b;

	if (len > INT_MAX)
		errx(EX_DATAERR, "more than 2 GB to sign or encrypt");
	b = BIO_new_mem_buf(bytes, (int)len);
	if (b == NULL)
		err(EX_OSERR, "CMS");
	if (c->signer != NULL)
		b = sign(c, b, 0, now);
	if (sk_X509_num(c->to) != 0)
		b = encrypt(c, b);
	write_all(f, b);
}

void
cmswrite_detached(const struct cmswrite *c, FILE *f, FILE *in, int64_t now)
{
	BIO *b;

	rewind(in);
	b = BIO_new_fp(in, BIO_NOCLOSE);
	if (b == NULL)
		err(EX_OSERR, "CMS");
	write_all(f, sign(c, b, CMS_DETACHED, now));
}
