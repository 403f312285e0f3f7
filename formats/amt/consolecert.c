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

/* --- is its path one ------------------------------------------------------ */

/* What is trusted needs no issuer that is, too: machines are given roots one by
 * one, also of a part of a path. */
static const char *
path_verify(X509_STORE *store, X509 *leaf, STACK_OF(X509) * above, int64_t now)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	const char *why = NULL;

	if (ctx == NULL || X509_STORE_CTX_init(ctx, store, leaf, above) != 1) {
		X509_STORE_CTX_free(ctx);
		return "out of memory";
	}
	param = X509_STORE_CTX_get0_param(ctx);
	(void)X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_time(param, (time_t)now);
	if (X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_SSL_CLIENT) != 1)
		why = "out of memory";
	else if (X509_verify_cert(ctx) != 1)
		why = X509_verify_cert_error_string(
		    X509_STORE_CTX_get_error(ctx));
	X509_STORE_CTX_free(ctx);
	return why;
}

const char *
consolecert_path_wrong(X509 *const *certs, size_t n, const bool *trusted,
    int64_t now)
{
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *above = sk_X509_new_null();
	const char *why = NULL;
	bool all = store != NULL && above != NULL;

	for (size_t i = 0; i < n && all; i++)
		all = trusted[i] ? X509_STORE_add_cert(store, certs[i]) == 1
		                 : sk_X509_push(above, certs[i]) > 0;
	why = all ? path_verify(store, certs[0], above, now) : "out of memory";
	sk_X509_free(above);
	X509_STORE_free(store);
	ERR_clear_error();
	return why;
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
