#ifndef CANAME_H
#define CANAME_H

/*
 * caname - what the CAs of machines are called on command lines and in what is
 * shown.
 */
#include "keys/certuse.h"
#include "store/localcas.h"

/* Its common name; "without a common name". */
void caname_text(char to[CERT_NAME], X509 *cert);

/*
 * The CA of that common name, or whose SHA-256 begins so: 8 hexadecimal digits
 * or more, with or without colons.  Of several of the name the SHA-256 has to
 * be given: that ends the program with 64, as does one that there is not with
 * 66.  Those that localcas_is_one says.
 */
size_t caname_find(const struct localcas *all, const char *site,
    const char *wanted);

#endif
