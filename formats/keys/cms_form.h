#ifndef CMS_FORM_H
#define CMS_FORM_H

/*
 * cms_form - in which form a seal came: DER, PEM or S/MIME, by its first
 * bytes; and the CMS structure in it.  Part of cms, which has the sources.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/bio.h>
#include <openssl/cms.h>

#include "base/fault.h"

/* SEQUENCE, any form of length, then one of the content types of CMS. */
bool cms_form_der(const uint8_t *p, size_t len);

/* S/MIME whose signature is a part of its own. */
bool cms_form_multipart(const uint8_t *p, size_t len);

/* The structure, which the caller frees, or NULL: damaged, or followed by
 * bytes that nobody signed.  *detached: what a multipart message signs, to be
 * freed too; or left alone.  flags: CMS_BINARY or 0. */
CMS_ContentInfo *cms_form_read(const uint8_t *buf, size_t len, int flags,
    BIO **detached);

/* The fault of a seal whose signer's certificate is nowhere: it is named by
 * its issuer and number, if the structure has them.  Always -1. */
int cms_form_unknown_signer(CMS_ContentInfo *cms, struct fault *f);

#endif
