/*
 * Certificates with their lengths before them, as in TLS, and a fingerprint as
 * text: whose a certificate is and why it is refused can be shown to anybody,
 * and a fingerprint is 64 digits, however it is written.
 */
#include "keys/certuse.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CERTS_MAX = 4, TEXT_MAX = 256 };

static void
check_printable(const char *text, size_t cap)
{
	size_t len = strnlen(text, cap);

	if (len == 0 || len == cap)
		abort();
	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			abort();
}

static void
check_date(const ASN1_TIME *t)
{
	char date[CERT_DATE];

	cert_date(date, t);
	if (strcmp(date, "?") != 0 &&
	    (strspn(date, "0123456789-") != 10 || date[10] != '\0'))
		abort();
}

static void
check_fingerprint(const uint8_t *data, size_t size)
{
	char text[TEXT_MAX + 1], sum[CERT_SHA256], again[CERT_SHA256];
	size_t ndigits = 0;

	if (size > TEXT_MAX)
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	if (cert_sha256_parse(sum, text) == -1)
		return;
	for (const char *p = text; *p != '\0'; p++)
		ndigits += *p != ':' && *p != ' ';
	if (ndigits != 64 || cert_sha256_parse(again, sum) == -1 ||
	    strcmp(sum, again) != 0)
		abort();
}

static void
check_cert(X509 *cert, STACK_OF(X509) * all)
{
	char name[CERT_NAME], sum[CERT_SHA256], again[CERT_SHA256];

	cert_subject(name, cert);
	if (name[0] != '\0')
		check_printable(name, sizeof(name));
	cert_issuer(name, cert);
	if (name[0] != '\0')
		check_printable(name, sizeof(name));
	cert_sha256(sum, cert);
	if (cert_sha256_parse(again, sum) == -1 || strcmp(sum, again) != 0)
		abort();
	check_date(X509_get0_notBefore(cert));
	check_date(X509_get0_notAfter(cert));
	for (int use = CERT_RECEIVES; use <= CERT_SIGNS; use++) {
		struct fault f = { 0 };

		if (cert_check(cert, all, (enum cert_use)use, 1800000000, &f) ==
		    -1)
			check_printable(f.why, sizeof(f.why));
		else if (cert_is_issuer(cert, all) ||
		    cert_check_usage(cert, (enum cert_use)use, &f) == -1)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	STACK_OF(X509) *all = sk_X509_new_null();

	if (all == NULL)
		return 0;
	check_fingerprint(data, size);
	while (size > 3 && sk_X509_num(all) < CERTS_MAX) {
		size_t len =
		    (size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2];
		const uint8_t *at = data + 3;
		X509 *cert;

		if (len > size - 3)
			len = size - 3;
		cert = d2i_X509(NULL, &at, (long)len);
		if (cert != NULL && sk_X509_push(all, cert) <= 0)
			abort();
		data += 3 + len;
		size -= 3 + len;
	}
	for (int i = 0; i < sk_X509_num(all); i++)
		check_cert(sk_X509_value(all, i), all);
	sk_X509_pop_free(all, X509_free);
	return 0;
}
