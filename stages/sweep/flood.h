#ifndef FLOOD_H
#define FLOOD_H

/*
 * flood - bounds what a connection makes OpenSSL read.
 *
 * OpenSSL goes on within one call for as long as there comes what it skips: a
 * HelloRequest (RFC 5246, 7.4.1.1) in a handshake, a warning, a record with
 * nothing in it.  Whoever sends those without end keeps the one thread of all
 * machines.  So each connection has so much for one turn of the loop, after
 * which its socket seems empty until the next one, and so much in all.
 *
 * Certificates that take longer to decode than to send are not read, either
 * (owncurve.h): OpenSSL decodes them before it asks anybody.
 */
#include <openssl/ssl.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "amt/owncurve.h"

/* For one turn.  A record takes two reads, its header and the rest; machines
 * answer with less than ten. */
#define FLOOD_TURN_READS 128
#define FLOOD_TURN_BYTES 65536

typedef void flood_over_fn(void *arg);

/* TLS records (RFC 5246, 6.2.1) as they come; those of a handshake are looked
 * into, which up to and with the certificates are in clear. */
struct flood_records {
	uint8_t head[5];
	size_t nhead;
	size_t left; /* of the record behind it */
	struct owncurve curves;
	const char *why; /* what was found; nothing is read any more */
};

struct flood {
	uint64_t turn; /* of the loop, as last seen */
	size_t turn_reads, turn_bytes;
	size_t reads, bytes; /* since flood_allow */
	size_t most_reads, most_bytes;
	bool over; /* it sent more than that: nothing is read any more */
	const uint64_t *now;    /* the loop's turn; borrowed */
	flood_over_fn *on_over; /* called once, from within OpenSSL */
	void *arg;
	struct flood_records records;
};

/* From now on so much may come in all. */
void flood_allow(struct flood *f, size_t most_reads, size_t most_bytes);

/* Counts what ssl reads; f must outlive it.  Once its sockets are set. */
void flood_watch(const SSL *ssl, struct flood *f);

#endif
