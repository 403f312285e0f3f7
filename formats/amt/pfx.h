#ifndef PFX_H
#define PFX_H

/*
 * pfx - the certificates and keys of a PKCS #12 file (RFC 7292), with any of
 * its encryptions.  The order of its bags has no meaning; names and attributes
 * are ignored.  Called by credential_add.
 */
#include "amt/credential.h"
#include "amt/pbe.h"

/* p has the password's forms, and p->f is filled other than with
 * CREDENTIAL_OK. */
enum credential_end pfx_add(struct credential *c, const void *buf, size_t len,
    struct pbe *p, bool without_mac);

/*
 * Decodes a PFX in base64 where it lies: as certtool writes it, between lines
 * with PKCS12, or bare, as key vaults hand it out.  Answers its length;
 * anything else stays as it is.
 */
size_t pfx_unwrap(void *buf, size_t len);

#endif
