#ifndef DEVICE_H
#define DEVICE_H

/*
 * device - HTTP over TLS (or plain) to many machines at once, one request at a
 * time each.
 *
 * libcurl does HTTP, OpenSSL does TLS, formats/challenge what a 401 asks for;
 * device_parts.h lists the files, which alone know libcurl.  Single-threaded:
 * everything happens within device_loop_turn.  Out of memory ends the program.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/outcome.h"
#include "sweep/pki.h"
#include "setup/job.h"
#include "setup/setup.h"

/* The largest reply we take.  Envelopes of AMT end at 50 kB or so. */
#define DEVICE_BODY_MAX 262144
/* All header lines of the replies to one request; AMT's are 300 bytes. */
#define DEVICE_HEADERS_MAX 32768
/* Four SYNs of Linux: at 0, 1, 3 and 7 seconds. */
#define DEVICE_CONNECT_MS 10000
/* A handshake; old chips need about a second without certificates, and with
 * them must check four. */
#define DEVICE_TLS_MS 10000
#define DEVICE_CERTS_MS 20000
/* What TLS may make us read, in pieces and bytes: a record is two pieces.  A
 * handshake of a machine is 1 kB, in the smallest records some 500 pieces; with
 * six certificates 6 kB, in records of a sensible size. */
#define DEVICE_TLS_READS 2048
#define DEVICE_TLS_BYTES 131072
/* And of the reply to a request, twice what we take of it, in records of 64
 * bytes or more. */
#define DEVICE_HTTP_BYTES (2 * (DEVICE_BODY_MAX + DEVICE_HEADERS_MAX))
#define DEVICE_HTTP_READS (DEVICE_HTTP_BYTES / 32)
/* 401 replies to one request: no nonce or an old one, a few that are stale,
 * a wrong password. */
#define DEVICE_CHALLENGES_MAX 5

struct device_loop; /* the machines that are talked to, and their sockets */
struct device;      /* one machine; holds its PPS, wiped by device_free */

/* What a machine showed of itself, for its results. */
struct device_seen {
	const char *tls;          /* version of the last connection, or "" */
	const char *chain;        /* name of the one that it took, or "" */
	struct pki_device device; /* its certificate while in set-up */
	char own[PKI_SUM];        /* and since, of the last connection, or "" */
};

/* At most in_flight devices ask at a time; each takes one descriptor. */
struct device_loop *device_loop_new(size_t in_flight, uint16_t tls_port,
    uint16_t plain_port);
/* After the last device_free. */
void device_loop_free(struct device_loop *l);

/* Machines in set-up must have a certificate of the on-die CA. */
void device_loop_want_on_die(struct device_loop *l);

/* No socket is opened to an address outside of 127.0.0.0/8. */
void device_loop_want_loopback(struct device_loop *l);

/* Calls fn when there is something to read on fd, within device_loop_turn; fd
 * -1: nothing is watched any more.  One at a time. */
typedef void device_watch_fn(void *arg);
void device_loop_watch(struct device_loop *l, int fd, device_watch_fn *fn,
    void *arg);

/* There may be something to read on fd: that ends a turn, and means nothing
 * else; -1: nothing more.  Files are not for it, they are always ready. */
void device_loop_wake(struct device_loop *l, int fd);

/* Sleeps until something happens or until_ms, then carries everything on
 * that can be.  Calls the devices' done functions. */
void device_loop_turn(struct device_loop *l, int64_t until_ms);

/*
 * The request's end; called once for each device_ask.  It may ask again, or
 * free this or any device.  reply and what it points to lives for the call.
 */
typedef void device_done_fn(void *arg, const struct setup_reply *reply);

/* The machine of a job, which must outlive it.  Its address is IPv4 or IPv6
 * text, with its link's number if it has one (fe80::1%2). */
struct device *device_new(struct device_loop *l, const struct job *job,
    device_done_fn *done, void *arg);
/* Closes its connection at once; a request under way is dropped. */
void device_free(struct device *d);

/*
 * Starts a request.  It ends at the latest after ask->limit_ms, and at
 * until_ms; ask is copied, what it points to must live until it ended.  A
 * password at another place in memory is another password; NULL: no digest is
 * sent.  But for TLS-PSK none is sent for another realm than ask->realm, NULL:
 * for none.
 */
void device_ask(struct device *d, const struct setup_ask *ask,
    int64_t until_ms);

/* Closes the connection of an idle device; the next request makes another. */
void device_rest(struct device *d);

/* Replies of any status that came since device_new. */
unsigned device_answers(const struct device *d);

/* Borrowed until device_free. */
const struct device_seen *device_seen(const struct device *d);

/* Where the request under way stands, and since when. */
enum outcome_phase device_phase(const struct device *d, int64_t *since_ms);

#endif
