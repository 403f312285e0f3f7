#include "amt/issuedcert.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/text.h"

#define BASE64_MAX ((MACHINECERT_DER + 2) / 3 * 4)

/* Just as it is written: without blanks and with its padding. */
static int
base64_read(struct machinecert_der *der, const char *base64)
{
	size_t len = strlen(base64);
	uint8_t bytes[BASE64_MAX / 4 * 3];
	char again[BASE64_MAX + 1];
	int n;

	if (len == 0 || len > BASE64_MAX || len % 4 != 0)
		return -1;
	n = EVP_DecodeBlock(bytes, (const unsigned char *)base64, (int)len);
	if (n < 0)
		return -1;
	/* It counts what the padding is for. */
	der->len =
	    (size_t)n - (base64[len - 1] == '=') - (base64[len - 2] == '=');
	if (der->len > sizeof(der->at))
		return -1;
	(void)EVP_EncodeBlock((unsigned char *)again, bytes, (int)der->len);
	memcpy(der->at, bytes, der->len);
	return strcmp(again, base64) == 0 ? 0 : -1;
}

static int
serial_read(char to[ISSUEDCERT_SERIAL], const X509 *cert)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(cert);
	size_t len = (size_t)ASN1_STRING_length(serial);
	bool negative = ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER;

	if (2 * len + negative >= ISSUEDCERT_SERIAL)
		return -1;
	to[0] = '-';
	text_hex(to + negative, ASN1_STRING_get0_data(serial), len);
	for (char *c = to; *c != '\0'; c++)
		*c = text_upper(*c);
	return 0;
}

static int
pem_write(char to[ISSUEDCERT_PEM], X509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem = NULL;
	long len = -1;
	int status = -1;

	if (bio != NULL && PEM_write_bio_X509(bio, cert) == 1)
		len = BIO_get_mem_data(bio, &pem);
	if (len >= 0 && len < ISSUEDCERT_PEM) {
		memcpy(to, pem, (size_t)len);
		to[len] = '\0';
		status = 0;
	}
	(void)BIO_free(bio);
	return status;
}

static int
cert_fill(struct issuedcert *c, const struct machinecert_der *der,
    struct fault *f)
{
	const uint8_t *at = der->at;
	X509 *cert = d2i_X509(NULL, &at, (long)der->len);
	int status = 0;

	if (cert == NULL)
		return fault_set(f, 0, "not a certificate");
	cert_subject(c->subject, cert);
	cert_issuer(c->issuer, cert);
	if (serial_read(c->serial, cert) == -1)
		status = fault_set(f, 0,
		    "a certificate with a serial number of more than 20 bytes");
	else if (pem_write(c->pem, cert) == -1)
		status = fault_set(f, 0, "a certificate that is too large");
	X509_free(cert);
	return status;
}

int
issuedcert_read(struct issuedcert *c, const char *base64, const char *print,
    struct fault *f)
{
	struct machinecert_der der;
	struct machinecert is;
	int status;

	*c = (struct issuedcert){ 0 };
	if (base64_read(&der, base64) == -1)
		return fault_set(f, 0,
		    "not base64 of at most %d bytes, in one piece",
		    MACHINECERT_DER);
	if (machinecert_read(&is, der.at, der.len, "") == -1)
		return fault_set(f, 0, "not a certificate");
	text_hex(c->print, is.sha256, sizeof(is.sha256));
	c->until = is.until;
	if (strcmp(c->print, print) != 0)
		return fault_set(f, 0,
		    "another certificate (got SHA-256 %.16s..., expected "
		    "%.16s...)",
		    c->print, print);
	if (is.until == INT64_MIN)
		return fault_set(f, 0, "a certificate without an end");
	status = cert_fill(c, &der, f);
	ERR_clear_error();
	return status;
}
