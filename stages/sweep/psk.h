#ifndef PSK_H
#define PSK_H

/*
 * psk - TLS with a pre-shared key (RFC 4279), for AMT 2-10.
 *
 * There is no certificate: who knows the PPS is the machine.
 */
#include "sweep/tls.h"

#define PSK_PID 8
#define PSK_PPS 32

struct psk {
	char pid[PSK_PID + 1]; /* the identity, whatever hint is given */
	char pps[PSK_PPS + 1]; /* its 32 characters are the key; wiped by the
	                        * owner */
};

/* The name of what this OpenSSL lacks, NULL when it has all. */
const char *psk_lacks(void);

/* Prepares ctx for one connection; t and p must outlive it.  0, or -1 when
 * OpenSSL refuses. */
int psk_apply(SSL_CTX *ctx, struct tls *t, struct psk *p);

/* After a handshake that failed other than by time: why, and in words. */
enum setup_outcome psk_outcome(const struct tls *t, char *note, size_t cap);

#endif
