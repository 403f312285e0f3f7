#ifndef CMS_STRICT_H
#define CMS_STRICT_H

/*
 * cms_strict - what no signature and no tag covers in a seal, and OpenSSL does
 * not look at: versions, names of algorithms, lengths, certificates that come
 * along.  A change there alters no key, but a bundle that was changed at all
 * should be seen to have been; RFC 5652 says what each of them must be.
 *
 * Not covered: the parts for other recipients, which only they can check.
 */
#include <openssl/bio.h>
#include <openssl/x509.h>
#include <openssl/cms.h>

#include "base/fault.h"

/* 0, or -1 with *f filled.  After CMS_verify, which finds the signers'
 * certificates.  trusted: certificates that need not be connected. */
int cms_strict_signed(CMS_ContentInfo *cms, STACK_OF(X509) * trusted,
    struct fault *f);
/* us: the recipient. */
int cms_strict_encrypted(CMS_ContentInfo *cms, const X509 *us, struct fault *f);

/* Are these bytes how DER writes it?  BER of unknown length is let be. */
int cms_strict_der(CMS_ContentInfo *cms, const unsigned char *der, size_t len,
    struct fault *f);

#endif
