#ifndef TLS_H
#define TLS_H

/*
 * tls - what every kind of connection with a machine has in common: versions
 * and suites of one SSL_CTX, what the connection may make us read, and how its
 * handshake ended.  The kinds are psk.h and pki.h.
 *
 * Everything that old firmware needs - TLS 1.0, security level 0, no secure
 * renegotiation - is set on that one context: never on the process or the
 * system.
 */
#include <openssl/ssl.h>

#include <stdbool.h>
#include <stddef.h>

#include "sweep/flood.h"
#include "setup/setup.h"

/* What is in the first hello's version field, at most. */
struct tls_rung {
	int highest;
	const char *suites;
	uint64_t options;
};

/* Ends a list of suites.  Old firmware signs with SHA-1 and has short keys. */
#define TLS_LEVEL ":@SECLEVEL=0"

struct tls {
	enum setup_tls highest;
	/* A version that this machine had before, 0 none: it has not lost it,
	 * so whoever offers less is not the machine. */
	int lowest;
	struct flood flood; /* what the connection may make us read */
	/* What came of the last handshake: */
	bool begun;          /* tls_apply ran for it */
	bool below;          /* and refused: the rung is below lowest */
	bool done;           /* it is complete */
	bool ours;           /* the alert is one that we sent */
	int alert;           /* the fatal one, 0 none */
	int version;         /* TLS1_2_VERSION ..., once it is done */
	unsigned long error; /* of OpenSSL, 0 none */
	void *kind;          /* of tls_apply */
};

/* The name of what this OpenSSL lacks: one of the suites, or TLS 1.0.  NULL
 * when it has all. */
const char *tls_lacks(const char *const *suites, size_t n);

/* Forgets the last handshake. */
void tls_reset(struct tls *t);

/*
 * Prepares ctx for one connection; t and kind must outlive it.  kind is what
 * the callbacks of psk and pki find with tls_kind.  0, or -1 when OpenSSL
 * refuses or the rung is below t->lowest.
 */
int tls_apply(SSL_CTX *ctx, struct tls *t, const struct tls_rung *rung,
    void *kind);
void *tls_kind(const SSL *ssl);

/* After a handshake that failed other than by time: its fatal alert is told in
 * note, and its meaning is the kind's.  Else why, and in words. */
enum setup_outcome tls_outcome(const struct tls *t, char *note, size_t cap);

/* What a rung offers, and which one a version is. */
int tls_version(enum setup_tls rung);
enum setup_tls tls_rung_of(int version);

/* "1.2" of TLS1_2_VERSION, "" of 0. */
const char *tls_version_name(int version);

#endif
