#ifndef SETUPBIN_ROOT_H
#define SETUPBIN_ROOT_H

/*
 * setupbin_root - the value of "add certificate hash" for a root certificate,
 * so that machines trust what it signed.  Source of the value's layout:
 * MeshCommander's table of variables.  Keeps nothing of its input.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "stick/setupbin_vars.h"

#define SETUPBIN_ROOT_PEM_MAX 65536 /* bytes; a root is 1 to 3 kB */

/*
 * pem has one certificate, its own issuer; type is that of setupbin_var_digest.
 * The name that the machine shows for it is the subject's common name, or its
 * organization, cut to fit and without what is not ASCII.  0 and to[0..*len)
 * filled, or -1 with *f filled.
 */
int setupbin_root_value(uint8_t to[SETUPBIN_VAR_MAX], size_t *len,
    unsigned type, const void *pem, size_t pem_len, struct fault *f);

#endif
