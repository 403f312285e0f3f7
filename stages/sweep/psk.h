#ifndef PSK_H
#define PSK_H

/*
 * psk - TLS with a pre-shared key (RFC 4279) on one SSL_CTX, for AMT 2-10.
 *
 * Everything that old firmware needs - TLS 1.0, security level 0, no secure
 * renegotiation - is set on that one context: never on the process or the
 * system.  There is no certificate: who knows the PPS is the machine.
 */
#include <openssl/ssl.h>

#include <stdbool.h>
#include <stddef.h>

#include "sweep/flood.h"
#include "setup/setup.h"

#define PSK_PID 8
#define PSK_PPS 32

struct psk {
	char pid[PSK_PID + 1]; /* the identity, whatever hint is given */
	char pps[PSK_PPS + 1]; /* its 32 characters are the key; wiped by the
	                        * owner */
	enum setup_tls highest;
	struct flood flood; /* what the connection may make us read */
	/* What came of the last handshake: */
	bool begun;          /* psk_apply ran for it */
	bool done;           /* both sides know the key */
	bool ours;           /* the alert is one that we sent */
	int alert;           /* the fatal one, 0 none */
	unsigned long error; /* of OpenSSL, 0 none */
};

/* The name of a suite that this OpenSSL lacks, NULL when it has them all. */
const char *psk_lacks(void);

/* Forgets the last handshake. */
void psk_reset(struct psk *p);

/* Prepares ctx for one connection; p must outlive it.  0, or -1 when OpenSSL
 * refuses. */
int psk_apply(SSL_CTX *ctx, struct psk *p);

/* After a handshake that failed other than by time: why, and in words. */
enum setup_outcome psk_outcome(const struct psk *p, char *note, size_t cap);

#endif
