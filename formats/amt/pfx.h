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

#endif
