#ifndef HOSTNAME_H
#define HOSTNAME_H

/*
 * hostname - a machine's name as inventories write it, read into the full
 * name that domain.h checks.
 *
 * Letters beyond ASCII become an A-label by IDNA2008 with the mapping of
 * UTS 46, non-transitional (libidn2); one that is there already (xn--) must
 * be valid.  Characters that nobody sees on a screen (a space that does not
 * break, one of no width, a soft hyphen) or that look like a hyphen are never
 * mapped away: a name that has one was not typed by whoever gave it, and is
 * refused with the character's number and bytes.
 */
#include <stddef.h>

#include "base/domain.h"
#include "base/fault.h"

enum {
	HOSTNAME_IDNA = 1,      /* was not ASCII */
	HOSTNAME_COMPLETED = 2, /* had no domain and got the given one */
};

/*
 * Reads len bytes of UTF-8.  domain completes a name of one label; NULL: such
 * a name is refused.  *how, which may be NULL, is what was done to it.  0, or
 * -1 with *f filled (at is the byte offset) and fqdn of no use.
 */
int hostname_read(char fqdn[DOMAIN_TEXT], const char *text, size_t len,
    const char *domain, unsigned *how, struct fault *f);

/* A domain to complete names with; it may begin with a dot.  The same. */
int hostname_domain(char domain[DOMAIN_TEXT], const char *text,
    struct fault *f);

#endif
