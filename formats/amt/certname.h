#ifndef CERTNAME_H
#define CERTNAME_H

/*
 * certname - the name for a setup server's certificate, before there is one,
 * and the suffix that machines need for it.  What machines compare is in
 * suffix.h.
 */
#include <stdbool.h>

#include "amt/suffix.h"

#define CERTNAME_HOST "prov"

/*
 * A name that machines of this domain take, from AMT 5 on: a host in it, or
 * the domain itself where names that end so are not shortened.
 */
void certname_for(char name[DOMAIN_TEXT], const char *domain);

/*
 * The suffix for machines that are to take this name: its domain, or the name
 * itself where its domain would not do.  old: for AMT 2.2 to 4, too.
 */
void certname_suffix(char suffix[DOMAIN_TEXT], const char *name, bool old);

/*
 * Does it end so that no public CA may issue a certificate for it?  Sources:
 * RFC 6761, 6762 and 8375; ICANN's reservation of "internal" (2024) and its
 * delegations that were stopped for home, corp and mail (2018); CA/Browser
 * Forum, Baseline Requirements 4.2.2 (internal names).
 */
bool certname_is_private(const char *domain);

#endif
