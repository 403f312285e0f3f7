#ifndef PEER_TLSSET_H
#define PEER_TLSSET_H

/*
 * tlsset - what a device was told of TLS, and what of it is in force: changes
 * wait for CommitChanges, but for the names of mutual TLS.
 */
#include <openssl/ssl.h>

#include "peer/certs.h"

/* What the commit misses, or NULL. */
const char *tlsset_missing(struct machine *m);
/*
 * Documented of bare-metal set-ups: with TLS on for the local instance as well,
 * the commit says that it is done and is not.
 */
bool tlsset_commit_lost(struct machine *m);
/* Puts in force what waits; true when that changes something. */
bool tlsset_commit(struct machine *m);

/* In force on the network port. */
bool tlsset_on(struct machine *m);
bool tlsset_mutual(struct machine *m);
bool tlsset_plain_too(struct machine *m); /* 16992 as well */
/* Gives ssl the certificate in force and what the store has above it; false
 * when there is none. */
bool tlsset_use(SSL *ssl, struct machine *m);
/* The suffixes of names that a client may have in mutual TLS. */
const struct values *tlsset_names(struct machine *m);
/* mutual.c: judges the client's certificates, leaf first; NULL when it may
 * come in. */
const char *mutual_judge(struct machine *m, const struct values *names,
    STACK_OF(X509) * chain);

bool tlsset_uses(struct machine *m, const struct instance *cert);

#endif
