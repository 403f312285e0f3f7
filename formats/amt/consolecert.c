#include "amt/consolecert.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "amt/certpurpose.h"

#define BITS_LEAST 2048

/* What OWASP advises for PBKDF2 with SHA-256 is more; consoles in browsers
 * derive in JavaScript, and the key is encrypted for a journey. */
#define ITERATIONS 100000

/* --- is it one ------------------------------------------------------------ */

static bool
for_clients(X509 *cert)
{
	return (X509_get_extension_flags(cert) & EXFLAG_XKUSAGE) != 0 &&
	    (X509_get_extended_key_usage(cert) & XKU_SSL_CLIENT) != 0;
}

static const char *
purpose_wrong(X509 *cert)
{
	char name[DOMAIN_TEXT + 2];

	if (X509_check_ca(cert) == 1)
		return "it is a CA's";
	if (!for_clients(cert))
		return "it is not for client authentication (extendedKeyUsage "
		       "has no clientAuth)";
	if ((certpurpose_of(cert) & PURPOSE_CONSOLE) == 0)
		return "it is not for a console (extendedKeyUsage has no "
		       "2.16.840.1.113741.1.2.1)";
	if ((X509_get_key_usage(cert) & KU_DIGITAL_SIGNATURE) == 0)
		return "its key may not sign (keyUsage has no "
		       "digitalSignature)";
	if (certpurpose_name(name, cert) != 1 || name[0] == '\0')
		return "it has not one common name, which machines compare";
	return NULL;
}

const char *
consolecert_wrong(X509 *cert, int64_t now)
{
	const char *wrong = purpose_wrong(cert);
	EVP_PKEY *key = X509_get0_pubkey(cert);
	time_t t = (time_t)now;

	if (wrong != NULL)
		return wrong;
	if (X509_cmp_time(X509_get0_notBefore(cert), &t) > 0)
		return "it is not valid yet";
	if (X509_cmp_time(X509_get0_notAfter(cert), &t) < 0)
		return "it is no longer valid";
	if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
	    EVP_PKEY_get_bits(key) < BITS_LEAST)
		return "its key is no RSA key of 2048 bits or more";
	return NULL;
}

/* --- its file ------------------------------------------------------------- */

static uint8_t *
pfx_encode(size_t *len, PKCS12 *pfx)
{
	uint8_t *der = NULL;
	int n = pfx == NULL ? -1 : i2d_PKCS12(pfx, &der);

	*len = n > 0 ? (size_t)n : 0;
	return n > 0 ? der : NULL;
}

/* The certificates are public, and encrypted all the same: some readers want
 * both to be. */
uint8_t *
consolecert_pfx(size_t *len, X509 *const *certs, size_t n, EVP_PKEY *key,
    const char *password)
{
	STACK_OF(X509) *above = sk_X509_new_null();
	PKCS12 *pfx = NULL;
	char name[DOMAIN_TEXT + 2];
	uint8_t *der;
	bool all = above != NULL;

	(void)certpurpose_name(name, certs[0]);
	for (size_t i = 1; i < n && all; i++)
		all = sk_X509_push(above, certs[i]) > 0;
	if (all)
		pfx = PKCS12_create(password, name, key, certs[0], above,
		    NID_aes_256_cbc, NID_aes_256_cbc, ITERATIONS, ITERATIONS,
		    0);
	der = pfx_encode(len, pfx);
	PKCS12_free(pfx);
	sk_X509_free(above);
	ERR_clear_error();
	return der;
}
