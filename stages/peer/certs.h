#ifndef PEER_CERTS_H
#define PEER_CERTS_H

/*
 * certs - the certificates and keys that a device holds, as instances of
 * AMT_PublicKeyCertificate and AMT_PublicPrivateKeyPair.  A handle is the
 * lowest number that is free, so that it may mean another thing tomorrow.
 */
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "peer/service.h"

extern const struct class certs_classes[];

/* Of those above, to be found by InstanceID. */
extern const struct class *const cert_class, *const key_class;

/* The instance that a reference means: a certificate, of the given kind;
 * NULL when there is none such. */
enum cert_kind { CERT_WITH_KEY, CERT_TRUSTED };
struct instance *cert_meant(struct machine *m, const char *reference,
    enum cert_kind kind);
/* The key of a certificate, or NULL: matched by public key. */
struct instance *cert_key(struct machine *m, const struct instance *cert);
/* Is there a trusted root? */
bool certs_trust(struct machine *m);

/* To be freed. */
X509 *cert_x509(const struct instance *cert);
EVP_PKEY *key_pair(const struct instance *key);

/*
 * New ones, that take over neither argument.  A PT_STATUS; the journal has
 * why it is not 0.
 */
unsigned cert_add(struct machine *m, X509 *x509, bool trusted,
    struct instance **made);
unsigned key_add(struct machine *m, EVP_PKEY *key, struct instance **made);

/* Does an instance of c refer to the certificate in its property name? */
bool cert_referred(struct machine *m, const struct class *c, const char *name,
    const struct instance *cert);

/* For classes of associations, which are made anew before each look. */
void association_clear(struct machine *m, const struct class *c);
void association_add(struct machine *m, const struct class *c, const char *one,
    const char *one_reference, const char *other, const char *other_reference);

/* A class of which a machine has nothing at first. */
void begin_empty(struct machine *m, const struct class *c);

#endif
