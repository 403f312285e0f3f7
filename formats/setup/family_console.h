#ifndef FAMILY_CONSOLE_H
#define FAMILY_CONSOLE_H

/*
 * family_console - would a machine with mutual TLS take the console's
 * certificate (profile.md, 4.4)?  For family_mutual, which asks before it turns
 * it on.
 */
#include "base/reason.h"
#include "setup/family_net.h"

/* tls-names of the profile, words with blanks between; "": any name will do. */
const char *family_console_names(const struct setup *s);

/*
 * Why it would not, with a text in why; REASON_NONE if it would.  _unfit: by
 * the certificate, the clock and the profile alone, whatever the machine has;
 * _hindered: by the roots that it has, too, and the path to them.
 */
enum reason_id family_console_unfit(const struct setup *s, char *why,
    size_t cap);
enum reason_id family_console_hindered(const struct setup *s,
    const struct family_certs *certs, char *why, size_t cap);

#endif
