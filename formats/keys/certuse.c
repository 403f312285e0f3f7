#include "keys/certuse.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

enum { SECURITY_MIN = 112 };

/* --- names --------------------------------------------------------------- */

void
cert_name_cut(char *to, size_t cap, const char *name)
{
	bool fits = strlen(name) < cap;

	(void)snprintf(to, cap, "%.*s%s", (int)(fits ? cap : cap - 4), name,
	    fits ? "" : "...");
}

void
cert_name(char to[CERT_NAME], const X509_NAME *name)
{
	/* This escapes what is not printable: no second time. */
	char *line = X509_NAME_oneline(name, NULL, 0);

	cert_name_cut(to, CERT_NAME, line != NULL ? line : "?");
	OPENSSL_free(line);
}

void
cert_subject(char to[CERT_NAME], const X509 *cert)
{
	cert_name(to, X509_get_subject_name(cert));
}

void
cert_issuer(char to[CERT_NAME], const X509 *cert)
{
	cert_name(to, X509_get_issuer_name(cert));
}

/* Digits of a fingerprint, with its colons. */
static void
colons_add(char to[CERT_SHA256], const char digits[64])
{
	for (size_t i = 0; i < 32; i++) {
		to[3 * i] = digits[2 * i];
		to[3 * i + 1] = digits[2 * i + 1];
		to[3 * i + 2] = ':';
	}
	to[CERT_SHA256 - 1] = '\0';
}

void
cert_sha256(char to[CERT_SHA256], const X509 *cert)
{
	static const char hex[] = "0123456789ABCDEF";
	uint8_t sum[EVP_MAX_MD_SIZE] = { 0 };
	char digits[64];
	unsigned len = 0;

	(void)X509_digest(cert, EVP_sha256(), sum, &len);
	for (size_t i = 0; i < 32; i++) {
		digits[2 * i] = hex[sum[i] >> 4];
		digits[2 * i + 1] = hex[sum[i] & 15];
	}
	colons_add(to, digits);
}

int
cert_sha256_parse(char to[CERT_SHA256], const char *text)
{
	char digits[64];
	size_t n = 0;

	for (; *text != '\0'; text++) {
		char c = *text;

		if (c == ':' || c == ' ')
			continue;
		if (c >= 'a' && c <= 'f')
			c = (char)(c - 'a' + 'A');
		if (n == sizeof(digits) ||
		    !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')))
			return -1;
		digits[n++] = c;
	}
	if (n != sizeof(digits))
		return -1;
	colons_add(to, digits);
	return 0;
}

void
cert_date(char to[CERT_DATE], const ASN1_TIME *t)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm) == 1)
		(void)strftime(to, CERT_DATE, "%Y-%m-%d", &tm);
	else
		(void)snprintf(to, CERT_DATE, "?");
}

/* --- whose --------------------------------------------------------------- */

bool
cert_is_self_signed(X509 *cert)
{
	return X509_NAME_cmp(X509_get_issuer_name(cert),
	           X509_get_subject_name(cert)) == 0 &&
	    X509_verify(cert, X509_get0_pubkey(cert)) == 1;
}

bool
cert_is_issuer(X509 *cert, STACK_OF(X509) * all)
{
	for (int i = 0; i < sk_X509_num(all); i++) {
		X509 *other = sk_X509_value(all, i);

		if (other == cert || X509_cmp(other, cert) == 0)
			continue;
		if (X509_NAME_cmp(X509_get_issuer_name(other),
		        X509_get_subject_name(cert)) == 0 &&
		    X509_verify(other, X509_get0_pubkey(cert)) == 1)
			return true;
	}
	return false;
}

/* --- what for ------------------------------------------------------------ */

static int
cert_fault(struct fault *f, const X509 *cert, const char *why)
{
	char name[CERT_NAME];

	cert_subject(name, cert);
	return fault_set(f, 0, "%.80s: %s", name, why);
}

static int
check_dates(const X509 *cert, int64_t now, struct fault *f)
{
	const ASN1_TIME *from = X509_get0_notBefore(cert),
	                *until = X509_get0_notAfter(cert);
	char date[CERT_DATE], why[128];
	time_t t = (time_t)now;

	if (X509_cmp_time(until, &t) < 0) {
		cert_date(date, until);
		(void)snprintf(why, sizeof(why),
		    "the certificate has expired (on %s): ask its holder for a "
		    "new one",
		    date);
		return cert_fault(f, cert, why);
	}
	if (X509_cmp_time(from, &t) > 0) {
		cert_date(date, from);
		(void)snprintf(why, sizeof(why),
		    "the certificate is not valid yet (before %s): is the "
		    "clock right?",
		    date);
		return cert_fault(f, cert, why);
	}
	return 0;
}

/* Kinds of keys with which OpenSSL 3.0 does it in CMS; for others it says
 * "cms lib" at the end. */
static const char *const receiving[] = { "RSA", "EC", "X25519", "X448", NULL };
static const char *const signing[] = { "RSA", "RSA-PSS", "EC", "DSA", NULL };

static int
check_key(const X509 *cert, enum cert_use use, struct fault *f)
{
	const char *const *kinds = use == CERT_RECEIVES ? receiving : signing;
	const EVP_PKEY *key = X509_get0_pubkey(cert);
	const char *kind = key != NULL ? EVP_PKEY_get0_type_name(key) : NULL;
	char why[128];

	while (kind != NULL && *kinds != NULL && strcmp(kind, *kinds) != 0)
		kinds++;
	if (kind == NULL || *kinds == NULL) {
		(void)snprintf(why, sizeof(why),
		    "the certificate's key cannot be used for this (got %.20s, "
		    "expected RSA or EC)",
		    kind != NULL ? kind : "an unknown kind");
		return cert_fault(f, cert, why);
	}
	if (EVP_PKEY_get_security_bits(key) >= SECURITY_MIN)
		return 0;
	(void)snprintf(why, sizeof(why),
	    "the certificate's key is too small (got %.20s of %d bits, "
	    "expected RSA of 2048 or EC of 224 at least)",
	    kind, EVP_PKEY_get_bits(key));
	return cert_fault(f, cert, why);
}

static const struct {
	uint32_t bit;
	const char *name; /* as "openssl x509 -text" has them */
} usages[] = {
	{ KU_DIGITAL_SIGNATURE, "Digital Signature" },
	{ KU_NON_REPUDIATION, "Non Repudiation" },
	{ KU_KEY_ENCIPHERMENT, "Key Encipherment" },
	{ KU_DATA_ENCIPHERMENT, "Data Encipherment" },
	{ KU_KEY_AGREEMENT, "Key Agreement" },
	{ KU_KEY_CERT_SIGN, "Certificate Sign" },
	{ KU_CRL_SIGN, "CRL Sign" },
};
#define NUSAGES (sizeof(usages) / sizeof(usages[0]))

/* The names of the bits, as far as they fit. */
static void
usages_format(char *to, size_t cap, uint32_t bits)
{
	size_t n = 0;

	to[0] = '\0';
	for (size_t i = 0; i < NUSAGES; i++)
		if ((bits & usages[i].bit) != 0 && n < cap)
			n += (size_t)snprintf(to + n, cap - n, "%s%s",
			    n != 0 ? ", " : "", usages[i].name);
}

/* What one of its key's uses must be: RSA transports a key, the others agree
 * on one (RFC 5652, 6.2). */
static uint32_t
usage_needed(const X509 *cert, enum cert_use use)
{
	const EVP_PKEY *key = X509_get0_pubkey(cert);

	if (use == CERT_SIGNS)
		return KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;
	return key != NULL && EVP_PKEY_is_a(key, "RSA") ? KU_KEY_ENCIPHERMENT
	                                                : KU_KEY_AGREEMENT;
}

int
cert_check_usage(X509 *cert, enum cert_use use, struct fault *f)
{
	uint32_t needed = usage_needed(cert, use);
	/* those for which alone nobody encrypts, or signs, lists */
	uint32_t odd = XKU_TIMESTAMP | XKU_OCSP_SIGN |
	    (use == CERT_RECEIVES ? XKU_CODE_SIGN : 0);
	uint32_t usage, extended;
	char got[80], want[40], why[176];

	if ((X509_get_extension_flags(cert) & EXFLAG_INVALID) != 0)
		return cert_fault(f, cert,
		    "the certificate's extensions are not valid");
	usage = X509_get_key_usage(cert); /* all of them when it says none */
	extended = X509_get_extended_key_usage(cert);
	if ((usage & needed) == 0) {
		usages_format(got, sizeof(got), usage);
		usages_format(want, sizeof(want),
		    needed & (uint32_t)~KU_NON_REPUDIATION);
		(void)snprintf(why, sizeof(why),
		    "its key usage forbids this (got %s, expected %s)",
		    got[0] != '\0' ? got : "none", want);
		return cert_fault(f, cert, why);
	}
	if (extended != UINT32_MAX && extended != 0 && (extended & ~odd) == 0)
		return cert_fault(f, cert,
		    "its extended key usage forbids this (it is for code "
		    "signing, time stamps or OCSP only)");
	return 0;
}

static int
check_not_ca(X509 *cert, STACK_OF(X509) * all, enum cert_use use,
    struct fault *f)
{
	if (cert_is_issuer(cert, all))
		return cert_fault(f, cert,
		    "is a CA: it issued another certificate of this file");
	if ((X509_get_extension_flags(cert) & EXFLAG_CA) == 0)
		return 0;
	if (cert_is_self_signed(cert) && X509_get_pathlen(cert) == -1)
		return 0;
	return cert_fault(f, cert,
	    use == CERT_RECEIVES
	        ? "is a CA's certificate, not the partner's own (CA:TRUE): ask "
	          "for the one that the CA issued to the partner"
	        : "is a CA's certificate (CA:TRUE): sign with one that the CA "
	          "issued to you");
}

int
cert_check(X509 *cert, STACK_OF(X509) * all, enum cert_use use, int64_t now,
    struct fault *f)
{
	if (check_not_ca(cert, all, use, f) == -1 ||
	    check_dates(cert, now, f) == -1 || check_key(cert, use, f) == -1)
		return -1;
	return cert_check_usage(cert, use, f);
}
