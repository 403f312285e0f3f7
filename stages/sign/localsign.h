#ifndef LOCALSIGN_H
#define LOCALSIGN_H

/*
 * localsign - a certificate of the site's own CA.
 */
#include "setup/signing.h"
#include "store/localca.h"

/* For the machine's request.  a's note lies in note. */
void localsign_make(struct setup_signature *a, char note[SIGNING_NOTE],
    const struct localca *ca, const struct signing *q, int64_t days);

#endif
