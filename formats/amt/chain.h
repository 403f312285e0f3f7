#ifndef CHAIN_H
#define CHAIN_H

/*
 * chain - the certificates that a setup server sends: its own, those that
 * issued each other, and the root, in this order, out of any heap of
 * certificates.
 *
 * Firmware keeps the hashes of roots alone, so the root is sent too, and only
 * one: a chain ends at its first self-signed certificate.  Where a CA has
 * several certificates of one key (cross-signed), the path is taken whose root
 * firmware knows; of these the shortest, then the one that is valid longest.
 *
 * Sources: Intel AMT Implementation and Reference Guide, "Root Certificate
 * Hashes"; RFC 5280, 6.1; rpc-go issue 413 (a chain that goes on above a root
 * which firmware knows is refused).
 */
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/fault.h"

/* Of one server with its CAs' renewals; more is a bundle of all roots. */
#define CHAIN_GIVEN_MAX 256
#define CHAIN_MAX 12 /* longest that is put together; firmware takes less */

enum chain_end {
	CHAIN_WHOLE,   /* its last is a root */
	CHAIN_MISSING, /* the issuer of its last is not among those given */
	CHAIN_FORGED,  /* it has the issuer's name, and another's signature */
	CHAIN_LONG,    /* longer than CHAIN_MAX, or too many ways to go */
};

struct chain {
	X509 *certs[CHAIN_MAX]; /* leaf first; borrowed from what was given */
	size_t n;
	enum chain_end end;
	int rank;      /* of its root, 0 when it has none */
	size_t nroots; /* other roots that it could end in */
};

/* How well firmware knows a root: 0 not, more is better. */
typedef int chain_rank_fn(const X509 *root, void *arg);

/*
 * The best chain from leaf upwards.  rank may be NULL: all roots are alike.
 * With chain.end CHAIN_MISSING or CHAIN_FORGED it has what could be found, the
 * longest such.  A leaf that is self-signed is its own root.
 */
void chain_build(struct chain *c, X509 *leaf, STACK_OF(X509) * all,
    chain_rank_fn *rank, void *arg);

/* Is it its own issuer, with a signature that is right or of a kind that
 * OpenSSL no longer knows (MD2)? */
int chain_is_root(X509 *cert);

/* The first of its certificates that is not valid at that time (seconds since
 * 1970), or NULL. */
const X509 *chain_invalid(const struct chain *c, int64_t now);

/* Bytes of its TLS Certificate message (RFC 5246, 7.4.2). */
size_t chain_message_len(const struct chain *c);

#endif
