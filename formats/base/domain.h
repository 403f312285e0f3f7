#ifndef DOMAIN_H
#define DOMAIN_H

/*
 * domain - a machine's full name (FQDN) and its two parts.
 *
 * Rules: RFC 1123 2.1 (letters, digits, hyphen but not at a label's ends, 1
 * to 63 characters a label), at least two labels, the last one not all digits
 * (so no IPv4 address passes).  The whole has at most 253 characters: RFC 1035
 * 3.1 has 255 bytes, two of them the first length and the root.  AMT takes a
 * host name of up to 63 characters and a domain of up to 255
 * (AMT_GeneralSettings).  What inventories write besides is hostname.h.
 */
#include <stddef.h>

#include "base/fault.h"

#define DOMAIN_MAX 253
#define DOMAIN_TEXT 254 /* with its NUL */
#define DOMAIN_HOST 64  /* one label with its NUL */

/*
 * Reads len characters: folded to lower case, one dot at the end dropped.
 * 0, or -1 with *f filled (at is the offset of the character at fault) and
 * fqdn of no use.
 */
int domain_parse(char fqdn[DOMAIN_TEXT], const char *text, size_t len,
    struct fault *f);

/* The first label and the rest of what domain_parse gave. */
void domain_split(char host[DOMAIN_HOST], char domain[DOMAIN_TEXT],
    const char *fqdn);

#endif
