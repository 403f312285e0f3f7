#ifndef LOCALCA_H
#define LOCALCA_H

/*
 * localca - the site's own CA, which issues certificates to its machines: a
 * certificate of the store whose key is there too, sealed as all of them
 * (certs.h).  Which one it is, the store's meta table says under local_ca: the
 * print of the certificate.
 */
#include <stdbool.h>

#include <openssl/x509.h>

#include "store/certs.h"

/* With the root, if it is another. */
#define LOCALCA_CHAIN 4

struct localca {
	X509 *cert;
	EVP_PKEY *key;
	/* Those above it, one after the other, without the root. */
	X509 *above[LOCALCA_CHAIN];
	size_t nabove;
};

/* Of its certificate; false: the site has none. */
bool localca_print(struct store *s, char print[CERTS_PRINT]);

/* Since when it is the one that issues; 0: not known. */
int64_t localca_since(struct store *s);

/*
 * False, and *ca empty: the site has none.  A certificate or key that does not
 * open ends the program with 65.  To be freed in either case.
 */
bool localca_read(struct store *s, struct localca *ca);
void localca_free(struct localca *ca);

/* What issues from now on, within a transaction: its key, and the certificates
 * above it.  False: it did so before. */
bool localca_write(struct store *s, X509 *cert, EVP_PKEY *key,
    STACK_OF(X509) * above, int64_t now);

#endif
