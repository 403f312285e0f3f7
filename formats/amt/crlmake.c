#include "amt/crlmake.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#define CRL_VERSION_2 1

static int
openssl_failed(struct fault *f)
{
	ERR_clear_error();
	return fault_set(f, 0, "OpenSSL cannot make a list of certificates");
}

static int
times_set(X509_CRL *crl, const struct crlmake_life *life)
{
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)life->from);
	ASN1_TIME *until = ASN1_TIME_set(NULL, (time_t)life->until);
	bool set = from != NULL && until != NULL &&
	    X509_CRL_set1_lastUpdate(crl, from) == 1 &&
	    X509_CRL_set1_nextUpdate(crl, until) == 1;

	ASN1_STRING_free(from);
	ASN1_STRING_free(until);
	return set ? 0 : -1;
}

static int
number_set(X509_CRL *crl, uint64_t n)
{
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	bool set = number != NULL && ASN1_INTEGER_set_uint64(number, n) == 1 &&
	    X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) == 1;

	ASN1_STRING_free(number);
	return set ? 0 : -1;
}

/* A CA of old may have no key identifier: then the list has none, either. */
static int
authority_set(X509_CRL *crl, X509 *ca)
{
	X509_EXTENSION *e;
	X509V3_CTX ctx;
	int status;

	if (X509_get0_subject_key_id(ca) == NULL)
		return 0;
	X509V3_set_ctx(&ctx, ca, NULL, NULL, crl, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, NID_authority_key_identifier,
	    "keyid:always");
	status = e != NULL && X509_CRL_add_ext(crl, e, -1) == 1 ? 0 : -1;
	X509_EXTENSION_free(e);
	return status;
}

X509_CRL *
crlmake_begin(X509 *ca, const struct crlmake_life *life, struct fault *f)
{
	X509_CRL *crl;

	if ((X509_get_key_usage(ca) & KU_CRL_SIGN) == 0) {
		(void)fault_set(f, 0,
		    "it may not sign lists of revoked certificates "
		    "(keyUsage)");
		return NULL;
	}
	crl = X509_CRL_new();
	if (crl == NULL || X509_CRL_set_version(crl, CRL_VERSION_2) != 1 ||
	    X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca)) != 1 ||
	    times_set(crl, life) == -1 || number_set(crl, life->number) == -1 ||
	    authority_set(crl, ca) == -1) {
		X509_CRL_free(crl);
		(void)openssl_failed(f);
		return NULL;
	}
	return crl;
}

/* The name alone is another CA's, too, when one was made anew. */
bool
crlmake_is_of(X509 *ca, X509 *cert)
{
	bool is = X509_NAME_cmp(X509_get_issuer_name(cert),
	              X509_get_subject_name(ca)) == 0 &&
	    X509_verify(cert, X509_get0_pubkey(ca)) == 1;

	ERR_clear_error();
	return is;
}

static int
reason_set(X509_REVOKED *entry)
{
	ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
	bool set = reason != NULL &&
	    ASN1_ENUMERATED_set(reason, CRL_REASON_CESSATION_OF_OPERATION) ==
	        1 &&
	    X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, 0, 0) == 1;

	ASN1_STRING_free(reason);
	return set ? 0 : -1;
}

int
crlmake_add(X509_CRL *crl, const X509 *cert, int64_t at, struct fault *f)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)at);
	/* It is copied, and is const only by its name. */
	bool set = entry != NULL && time != NULL &&
	    X509_REVOKED_set_serialNumber(entry,
	        (ASN1_INTEGER *)(uintptr_t)X509_get0_serialNumber(cert)) == 1 &&
	    X509_REVOKED_set_revocationDate(entry, time) == 1 &&
	    reason_set(entry) == 0 && X509_CRL_add0_revoked(crl, entry) == 1;

	ASN1_STRING_free(time);
	if (set)
		return 0;
	X509_REVOKED_free(entry);
	return openssl_failed(f);
}

int
crlmake_sign(X509_CRL *crl, EVP_PKEY *ca_key, struct fault *f)
{
	if (X509_CRL_sort(crl) == 1 &&
	    X509_CRL_sign(crl, ca_key, EVP_sha256()) > 0)
		return 0;
	return openssl_failed(f);
}
