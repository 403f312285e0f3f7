#ifndef PBE_H
#define PBE_H

/*
 * pbe - opening what a password encrypts, within a limit of work: the
 * algorithms of PKCS #5 and PKCS #12 (RFC 8018, RFC 7292 appendix B and C).
 */
#include <openssl/asn1t.h>
#include <openssl/x509.h>

#include "amt/credential.h"
#include "amt/password_forms.h"

struct pbe {
	const struct password_forms *forms;
	OSSL_LIB_CTX *legacy;
	uint64_t left; /* iterations that may still be made */
	struct fault *f;
};

enum pbe_end {
	PBE_OK,
	PBE_WRONG,   /* the password, or it is damaged */
	PBE_REFUSED, /* too much work or an unknown algorithm; *f says which */
};

/* Of that many iterations: PBE_OK, and they are used up, or PBE_REFUSED. */
enum pbe_end pbe_spend(struct pbe *p, uint64_t iterations);

/* What is encrypted, as an item of ASN.1; the caller frees *item. */
enum pbe_end pbe_open(struct pbe *p, const X509_ALGOR *how,
    const ASN1_OCTET_STRING *sealed, const ASN1_ITEM *kind, void **item);

#endif
