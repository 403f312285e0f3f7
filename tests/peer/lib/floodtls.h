#ifndef FLOODTLS_H
#define FLOODTLS_H

/*
 * floodtls - the server's end of TLS 1.2 with a pre-shared key, for a peer that
 * then sends records which no library sends: empty ones, a HelloRequest, a
 * warning, each sealed as it should be.
 */
#include <openssl/ssl.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct floodtls {
	SSL_CTX *ctx;
	SSL *ssl;
	const char *pid, *pps; /* identity and key, 8 and 32 characters */
	int fd;
	uint8_t mac[20], key[16]; /* of what the server writes */
	uint64_t sequence;
};

/* After the handshake; false when there was none, and nothing is open.  pid
 * and pps must outlive t.
 * in_bytes: each byte of it in a record of its own, as RFC 5246 6.2.1 has it
 * that records and messages end where they like. */
bool floodtls_open(struct floodtls *t, int fd, const char *pid, const char *pps,
    bool in_bytes);
void floodtls_close(struct floodtls *t);

/* Reads one HTTP request whole; false at the end. */
bool floodtls_request(struct floodtls *t);

/* One record of at most 16384 bytes; false when the other end is gone. */
bool floodtls_put(struct floodtls *t, uint8_t type, const void *bytes,
    size_t len);

#endif
