#ifndef CONSOLESTORE_H
#define CONSOLESTORE_H

/*
 * consolestore - the certificate that the site shows to machines which ask for
 * one (amt/consolecert.h): a certificate of the store whose key is there too,
 * sealed as all of them (certs.h).  Which one it is, the store's meta table
 * says under console, and which one it was before under console_before: the
 * prints of the certificates.
 */
#include <stdbool.h>

#include <openssl/x509.h>

#include "amt/credential.h"
#include "setup/chains.h"
#include "store/certs.h"

enum consolestore_end {
	CONSOLESTORE_OK,
	CONSOLESTORE_NONE,    /* the site has none */
	CONSOLESTORE_DAMAGED, /* its certificate or key does not open */
};

/* Its chain, as far up as the store has it; to be wiped (setup_chain_wipe), in
 * any case. */
enum consolestore_end consolestore_read(struct store *s, struct setup_chain *c);
/* The same of the one before. */
enum consolestore_end consolestore_read_before(struct store *s,
    struct setup_chain *c);

/* What is shown from now on, within a transaction: the key of c and all its
 * certificates, of which cert is the console's.  False: it was so before. */
bool consolestore_write(struct store *s, const struct credential *c, X509 *cert,
    int64_t now);

/* The one before this one is shown again, and this one is the one before then.
 * False, and nothing changed: there was none before. */
bool consolestore_swap(struct store *s);

#endif
