#include "keys/cmswrite.h"

#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "keys/certfile.h"
#include "keys/certuse.h"
#include "keys/choice.h"
#include "lib/sitefile.h"
#include "lib/source.h"

struct cmswrite {
	STACK_OF(X509) * to;
	STACK_OF(X509) * chain; /* what else is in the signer's file */
	X509 *signer;
	EVP_PKEY *key;
	bool cbc;
};

/* What OpenSSL has against it, in its own short words. */
static const char *
cmswrite_reason(void)
{
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	return why != NULL ? why : "failed";
}

static _Noreturn void
cms_fail(const char *what)
{
	errx(EX_SOFTWARE, "%s: %s", what, cmswrite_reason());
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
	int fd = sitefile_open(path, O_RDONLY, 0);
	BIO *b;

	if (fd == -1)
		errx(EX_NOINPUT, "%s: %s", path, sitefile_why());
	b = BIO_new_fd(fd, BIO_CLOSE);
	if (b == NULL)
		errx(EX_OSERR, "%s: out of memory", path);
	return b;
}

/* All certificates of a file; the caller frees them. */
static STACK_OF(X509) * read_certs(const char *path)
{
	int fd = sitefile_open(path, O_RDONLY, 0);
	STACK_OF(X509) * all;
	struct fault f;
	uint8_t *buf;
	size_t len;

	if (fd == -1)
		errx(EX_NOINPUT, "%s: %s", path, sitefile_why());
	source_read(fd, path, CERTFILE_MAX, &buf, &len);
	(void)close(fd);
	all = certfile_read(buf, len, &f);
	explicit_bzero(buf, len); /* a private key may be beside it */
	free(buf);
	if (all == NULL)
		errx(EX_DATAERR, "%s: %s", path, f.why);
	return all;
}

static bool
cmswrite_holds(STACK_OF(X509) * some, const X509 *x)
{
	for (int i = 0; i < sk_X509_num(some); i++)
		if (X509_cmp(sk_X509_value(some, i), x) == 0)
			return true;
	return false;
}

/* Those of all that may be used so, the first of equal ones; the stack alone
 * is the caller's.  Without a fitting one the program ends, with
 * each one's reason. */
static STACK_OF(X509) *
    find_fit(STACK_OF(X509) * all, enum cert_use use, const char *path,
        int64_t now)
{
	STACK_OF(X509) *fit = sk_X509_new_null();
	int n = sk_X509_num(all);
	struct fault f = { 0 };

	for (int i = 0; fit != NULL && i < n; i++) {
		X509 *x = sk_X509_value(all, i);

		if (cert_check(x, all, use, now, &f) == 0 &&
		    !cmswrite_holds(fit, x) && sk_X509_push(fit, x) == 0)
			err(EX_OSERR, "certificates");
	}
	if (fit == NULL)
		err(EX_OSERR, "certificates");
	if (sk_X509_num(fit) != 0)
		return fit;
	sk_X509_free(fit);
	for (int i = 0; n > 1 && i < n; i++) {
		(void)cert_check(sk_X509_value(all, i), all, use, now, &f);
		warnx("%s: %s", path, f.why);
	}
	if (n > 1)
		errx(EX_DATAERR, "%s: none of its %d certificates can be used",
		    path, n);
	errx(EX_DATAERR, "%s: %s", path, f.why);
}

static X509 *
find_sha256(STACK_OF(X509) * all, const char *sha256, const char *path)
{
	char got[CERT_SHA256] = "";

	for (int i = 0; i < sk_X509_num(all); i++) {
		cert_sha256(got, sk_X509_value(all, i));
		if (strcmp(got, sha256) == 0)
			return sk_X509_value(all, i);
	}
	errx(EX_DATAERR,
	    "%s: no certificate in it has that fingerprint (got %s%s, expected "
	    "%s)",
	    path, got, sk_X509_num(all) > 1 ? " and others" : "", sha256);
}

/* Which of several: a person says, or nobody does and nothing is written. */
static X509 *
ask_which(STACK_OF(X509) * fit, const char *path)
{
	int n = sk_X509_num(fit);
	char name[CERT_NAME], sha256[CERT_SHA256];
	unsigned which;

	for (int i = 0; i < n; i++) {
		cert_subject(name, sk_X509_value(fit, i));
		cert_sha256(sha256, sk_X509_value(fit, i));
		warnx("%s: %d: %s, SHA-256 %s", path, i + 1, name, sha256);
	}
	which = choice_ask((unsigned)n);
	if (which == 0)
		errx(EX_DATAERR,
		    "%s: %d certificates could receive the keys: name one of "
		    "them with --fingerprint",
		    path, n);
	return sk_X509_value(fit, (int)which - 1);
}

void
cmswrite_to(struct cmswrite *c, const char *path, const char *sha256,
    int64_t now)
{
	STACK_OF(X509) *all = read_certs(path), *fit = NULL;
	char name[CERT_NAME], got[CERT_SHA256];
	struct fault f;
	X509 *x;

	if (sha256 != NULL) {
		x = find_sha256(all, sha256, path);
		if (cert_check(x, all, CERT_RECEIVES, now, &f) == -1)
			errx(EX_DATAERR, "%s: %s", path, f.why);
	} else {
		fit = find_fit(all, CERT_RECEIVES, path, now);
		x = sk_X509_num(fit) == 1 ? sk_X509_value(fit, 0)
		                          : ask_which(fit, path);
	}
	cert_subject(name, x);
	cert_sha256(got, x);
	warnx("%s: encrypts for %s, SHA-256 %s", path, name, got);
	if (X509_up_ref(x) != 1 || sk_X509_push(c->to, x) == 0)
		err(EX_OSERR, "certificates");
	sk_X509_free(fit);
	sk_X509_pop_free(all, X509_free);
}

struct cmswrite_asked {
	const char *path;
	struct secret *pass; /* NULL: nobody to ask */
	bool met;            /* it was asked for */
};

static int
cmswrite_passphrase(char *buf, int cap, int rwflag, void *arg)
{
	struct cmswrite_asked *a = arg;
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
	struct cmswrite_asked a = { .path = path, .pass = pass };
	BIO *b = open_pem(path);
	EVP_PKEY *key =
	    PEM_read_bio_PrivateKey(b, NULL, cmswrite_passphrase, &a);

	BIO_free(b);
	if (key == NULL && !(a.met && pass == NULL))
		errx(EX_DATAERR,
		    "%s: no private key in PEM form, or its passphrase is "
		    "another",
		    path);
	return key;
}

/* The one of all that the key belongs to, or NULL. */
static X509 *
find_of_key(STACK_OF(X509) * all, EVP_PKEY *key)
{
	for (int i = 0; i < sk_X509_num(all); i++)
		if (X509_check_private_key(sk_X509_value(all, i), key) == 1)
			return sk_X509_value(all, i);
	ERR_clear_error();
	return NULL;
}

void
cmswrite_by(struct cmswrite *c, const char *cert, const char *key,
    struct secret *pass, int64_t now)
{
	STACK_OF(X509) *all = read_certs(cert);
	STACK_OF(X509) *fit = find_fit(all, CERT_SIGNS, cert, now);
	struct fault f;
	X509 *x;

	c->key = read_key(key, pass);
	x = c->key != NULL ? find_of_key(all, c->key) : sk_X509_value(fit, 0);
	if (x == NULL)
		errx(EX_DATAERR, "%s: not the private key of %s", key, cert);
	if (cert_check(x, all, CERT_SIGNS, now, &f) == -1)
		errx(EX_DATAERR, "%s: %s", cert, f.why);
	c->signer = x;
	for (int i = 0; i < sk_X509_num(all); i++)
		if (sk_X509_value(all, i) != x &&
		    sk_X509_push(c->chain, sk_X509_value(all, i)) == 0)
			err(EX_OSERR, "certificates");
	sk_X509_free(fit);
	sk_X509_free(all); /* what was in it is the signer and the chain */
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
cmswrite_sign(const struct cmswrite *c, BIO *in, unsigned detached, int64_t now)
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
cmswrite_encrypt(const struct cmswrite *c, BIO *in)
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
		b = cmswrite_sign(c, b, 0, now);
	if (sk_X509_num(c->to) != 0)
		b = cmswrite_encrypt(c, b);
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
	write_all(f, cmswrite_sign(c, b, CMS_DETACHED, now));
}
