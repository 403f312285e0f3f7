#ifndef PKI_H
#define PKI_H

/*
 * pki - TLS where both sides show a certificate (RFC 5246), for AMT 2.2 and
 * later; and the TLS of a machine that is set up, which is shown the console's
 * if it asks for one (mutual TLS).
 *
 * A machine in setup knows us by our chain alone, and firmware keeps the hash
 * of its root, not the root: leaf, intermediates and root are sent, in this
 * order.  Its own certificate is self-signed or of the on-die CA (AMT 15 and
 * later) and has neither name nor purpose that could be checked: it is
 * recorded, and judged by ondie.h.
 */
#include "sweep/tls.h"

#include "amt/ondie.h"
#include "setup/chains.h"

#define PKI_SUM 65 /* a SHA-256 in hexadecimal, with its NUL */

/* A machine's certificate. */
struct pki_device {
	char cert[PKI_SUM]; /* "" when it has shown none */
	struct ondie is;
};

struct pki {
	/* Ours: borrowed; NULL shows none. */
	const struct setup_chain *chain;
	/* And of a machine that is set up, which need not ask for it. */
	const struct setup_chain *console;
	bool managed; /* it is such a machine */
	bool on_die; /* no other device certificate will do */
	/* SHA-256 of the only one that will do, in hexadecimal; NULL: any. */
	const char *leaf;
	/* That it may end in; NULL: the published ones. */
	const struct ondie_root *roots;
	size_t nroots;
	/* Of the connection: */
	bool asked;   /* it wants a certificate of ours */
	bool shown;   /* and was sent one */
	bool lacking; /* or was sent none, as ours is of another kind */
	bool refused; /* its own is not of the on-die CA, */
	bool changed; /* or is another than leaf; then refused, too */
	bool too_old; /* or comes with less than the TLS of such machines */
	struct pki_device device; /* what it showed: a claim, until the
	                           * handshake is complete */
};

/* The name of what this OpenSSL lacks, NULL when it has all. */
const char *pki_lacks(void);

/* Prepares ctx for one connection; t and p must outlive it.  0, or -1 when
 * OpenSSL refuses. */
int pki_apply(SSL_CTX *ctx, struct tls *t, struct pki *p);

/* Whether a request may go out: the machine asked for our certificate, and has
 * it.  After a complete handshake. */
bool pki_stands(const struct pki *p);

/* After a handshake that failed other than by time, or does not stand: why,
 * and in words. */
enum setup_outcome pki_outcome(const struct pki *p, const struct tls *t,
    char *note, size_t cap);

#endif
