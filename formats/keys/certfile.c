#include "keys/certfile.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
/* after pem.h: only then it declares its PEM functions */
#include <openssl/cms.h>

static void
certs_free(STACK_OF(X509) * all)
{
	sk_X509_pop_free(all, X509_free);
}

/* Takes cert. */
static int
add_cert(STACK_OF(X509) * all, X509 *cert, struct fault *f)
{
	if (cert == NULL)
		return fault_set(f, 0, "certificate is damaged");
	if (sk_X509_num(all) < CERTFILE_CERTS_MAX &&
	    sk_X509_push(all, cert) > 0)
		return 0;
	X509_free(cert);
	return fault_set(f, 0, "too many certificates (expected at most %d)",
	    CERTFILE_CERTS_MAX);
}

/* Exactly one, of all the bytes. */
static X509 *
cert_of_der(const unsigned char *der, size_t len)
{
	const unsigned char *p = der;
	X509 *cert = d2i_X509(NULL, &p, (long)len);

	if (cert == NULL || p == der + len)
		return cert;
	X509_free(cert);
	return NULL;
}

/* The certificates that travel in a SignedData; 1 when that is what it is. */
static int
add_p7b(STACK_OF(X509) * all, const unsigned char *der, size_t len,
    struct fault *f)
{
	const unsigned char *p = der;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)len);
	STACK_OF(X509) *certs = cms != NULL ? CMS_get1_certs(cms) : NULL;
	bool is_one = cms != NULL;
	int ok = 0;

	for (int i = 0; ok == 0 && i < sk_X509_num(certs); i++) {
		X509 *cert = sk_X509_value(certs, i);

		ok = X509_up_ref(cert) == 1 ? add_cert(all, cert, f)
		                            : fault_set(f, 0, "out of memory");
	}
	certs_free(certs);
	CMS_ContentInfo_free(cms);
	return ok == -1 ? -1 : is_one;
}

static int
add_block(STACK_OF(X509) * all, const char *name, const unsigned char *der,
    size_t len, struct fault *f)
{
	if (strcmp(name, "CERTIFICATE") == 0 ||
	    strcmp(name, "X509 CERTIFICATE") == 0)
		return add_cert(all, cert_of_der(der, len), f);
	if (strcmp(name, "PKCS7") != 0 && strcmp(name, "CMS") != 0)
		return 0; /* such as its private key */
	switch (add_p7b(all, der, len, f)) {
	case -1:
		return -1;
	case 0:
		return fault_set(f, 0, "certificates (PKCS #7) are damaged");
	default:
		return 0;
	}
}

/* -1 when what claims to be a certificate is damaged: those after it would be
 * missed without a word. */
static int
add_pem(STACK_OF(X509) * all, const char *text, size_t len, struct fault *f)
{
	BIO *in = BIO_new_mem_buf(text, (int)len);
	char *name = NULL, *header = NULL;
	unsigned char *der = NULL;
	long n = 0;
	int ok = 0;

	if (in == NULL)
		return fault_set(f, 0, "out of memory");
	while (ok == 0 && PEM_read_bio(in, &name, &header, &der, &n) == 1) {
		ok = add_block(all, name, der, (size_t)n, f);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(der, (size_t)n);
	}
	BIO_free(in);
	if (ok == 0 &&
	    ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		ok = fault_set(f, 0, "PEM is damaged or cut off");
	return ok;
}

static bool
is_base64(const char *p, size_t len)
{
	/* SEQUENCE with two bytes of length: all that are not tiny */
	if (len < 4 || memcmp(p, "MII", 3) != 0)
		return false;
	for (size_t i = 0; i < len; i++)
		if (p[i] == '\0' ||
		    strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxy"
		           "z0123456789+/=\r\n",
		        p[i]) == NULL)
			return false;
	return true;
}

/* As text from a web page or a mail comes, without its first and last line. */
static int
add_base64(STACK_OF(X509) * all, const char *text, size_t len, struct fault *f)
{
	static const char head[] = "-----BEGIN CERTIFICATE-----\n",
	                  tail[] = "\n-----END CERTIFICATE-----\n";
	char *pem = malloc(sizeof(head) + 2 * len + sizeof(tail));
	size_t n = sizeof(head) - 1, column = 0;
	int ok;

	if (pem == NULL)
		return fault_set(f, 0, "out of memory");
	memcpy(pem, head, n);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\r' || text[i] == '\n')
			continue;
		if (column == 64) {
			pem[n++] = '\n';
			column = 0;
		}
		pem[n++] = text[i];
		column++;
	}
	memcpy(pem + n, tail, sizeof(tail) - 1);
	ok = add_pem(all, pem, n + sizeof(tail) - 1, f);
	free(pem);
	return ok;
}

/* --- what else it may be ------------------------------------------------- */

/* SEQUENCE { INTEGER 3, SEQUENCE ... (RFC 7292, 4): of any length but tiny. */
static bool
is_pfx(const uint8_t *p, size_t len)
{
	size_t at = 2;

	if (len < 16 || p[0] != 0x30)
		return false;
	if (p[1] > 0x80)
		at += p[1] & 0x7f;
	return at + 4 <= len && memcmp(p + at, "\2\1\3\x30", 4) == 0;
}

static bool
has_word(const void *buf, size_t len, const char *word)
{
	return len != 0 && memmem(buf, len, word, strlen(word)) != NULL;
}

#define PFX_WHAT                                                               \
	"is a PFX (PKCS #12), which holds a private key too: take the "        \
	"certificate out of it (openssl pkcs12 -in FILE -nokeys -clcerts "     \
	"-out NAME.pem)"

/* In this order: a certificate request is more than its public key. */
static const struct {
	const char *word, *what;
} others[] = {
	{ "CERTIFICATE REQUEST-----",
	    "is a request for a certificate (CSR): the certificate is what its "
	    "CA makes of it" },
	{ "PRIVATE KEY-----",
	    "is a private key without a certificate: the certificate is "
	    "another file" },
	{ "-----BEGIN PUBLIC KEY",
	    "is a public key alone: its owner has a certificate with it" },
	{ "-----BEGIN X509 CRL",
	    "is a list of revoked certificates (CRL), not a certificate" },
	{ "-----BEGIN PGP",
	    "is for OpenPGP, which has no X.509 certificates: ask for one" },
	{ "-----BEGIN TRUSTED CERTIFICATE",
	    "has an OpenSSL trusted certificate: write it as a plain one "
	    "(openssl x509 -in FILE -out NAME.pem)" },
	{ "ssh-rsa ", "is a key for SSH, not a certificate" },
};

const char *
certfile_what(const void *buf, size_t len)
{
	if (len == 0)
		return "is empty";
	if (is_pfx(buf, len))
		return PFX_WHAT;
	if (len >= 4 &&
	    (memcmp(buf, "\xfe\xed\xfe\xed", 4) == 0 ||
	        memcmp(buf, "\xce\xce\xce\xce", 4) == 0))
		return "is a Java key store: export the certificate (keytool "
		       "-exportcert -rfc), or with its key a PFX (keytool "
		       "-importkeystore -deststoretype PKCS12)";
	if (len >= 2 &&
	    (memcmp(buf, "\xff\xfe", 2) == 0 ||
	        memcmp(buf, "\xfe\xff", 2) == 0))
		return "is text in UTF-16: save it as UTF-8 or ASCII";
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (has_word(buf, len, others[i].word))
			return others[i].what;
	return NULL;
}

int
certfile_has_key(const void *buf, size_t len)
{
	return has_word(buf, len, "PRIVATE KEY-----");
}

static int
add_all(STACK_OF(X509) * all, const uint8_t *p, size_t len, struct fault *f)
{
	X509 *cert;
	int p7b;

	if (len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3; /* the mark that Notepad puts before UTF-8 */
		len -= 3;
	}
	if (has_word(p, len, "-----BEGIN "))
		return add_pem(all, (const char *)p, len, f);
	if (is_base64((const char *)p, len))
		return add_base64(all, (const char *)p, len, f);
	if (len == 0 || p[0] != 0x30 || is_pfx(p, len))
		return 0;
	p7b = add_p7b(all, p, len, f);
	if (p7b != 0)
		return p7b == -1 ? -1 : 0;
	cert = cert_of_der(p, len);
	return cert != NULL ? add_cert(all, cert, f) : 0;
}

int
certfile_is_pfx(const void *buf, size_t len)
{
	return is_pfx(buf, len);
}

int
certfile_append(STACK_OF(X509) * all, const void *buf, size_t len,
    struct fault *f)
{
	int ok;

	if (all == NULL || len > CERTFILE_MAX)
		return fault_set(f, 0, "too large for a certificate");
	ERR_clear_error();
	ok = add_all(all, buf, len, f);
	ERR_clear_error();
	return ok;
}

STACK_OF(X509) * certfile_read(const void *buf, size_t len, struct fault *f)
{
	STACK_OF(X509) *all = sk_X509_new_null();
	const char *what;
	int ok;

	if (all == NULL || len > CERTFILE_MAX) {
		(void)fault_set(f, 0, "too large for a certificate");
		certs_free(all);
		return NULL;
	}
	ok = certfile_append(all, buf, len, f);
	if (ok == 0 && sk_X509_num(all) != 0)
		return all;
	what = sk_X509_num(all) == 0 ? certfile_what(buf, len) : NULL;
	if (what != NULL)
		(void)fault_set(f, 0, "%s", what);
	else if (ok == 0)
		(void)fault_set(f, 0,
		    "there is no certificate in it (expected PEM, DER or "
		    ".p7b)");
	certs_free(all);
	return NULL;
}
