#ifndef PEER_HOSTILE_H
#define PEER_HOSTILE_H

/*
 * hostile - machines that know their key and mean harm: what each kind of
 * tests/peer/hostilepeer does with a connection.  Whatever a kind does not
 * spoil is answered as amtpeer answers it.
 *
 * Written from RFC 9112 (HTTP), 7617 and 7616 (logins), 5246 (TLS 1.2) and XML
 * 1.0.
 */
#include "floodtls.h"
#include "peer/http.h"
#include "peer/machine.h"

struct hostile {
	struct machine *m;
	size_t variant;   /* the machine's number among those of its kind */
	size_t of;        /* how many there are */
	const char *trap; /* a URL where nobody has business */
	struct floodtls t;
	int fd;
	bool tls;   /* else fd is spoken to in clear */
	bool login; /* the honest reply asks for a login */
	size_t
	    request; /* requests to the machine that have logged in, from 1 */
	char secret[128]; /* the last one that came, else its PPS */
};

struct hostile_kind {
	const char *name;
	/* after the ClientHello, in place of a handshake; or NULL */
	void (*clear)(struct hostile *h);
	/* before the request has any effect: false ends the connection; or
	 * NULL */
	bool (*before)(struct hostile *h);
	/* in place of the honest reply: false ends the connection */
	bool (*act)(struct hostile *h, const struct bytes *honest);
};

#define HOSTILE_KINDS 17
extern const struct hostile_kind hostile_kinds[HOSTILE_KINDS];

/* As a record each of at most 16384 bytes, or in clear; false when the other
 * end is gone. */
bool hostile_say(struct hostile *h, const void *bytes, size_t len);
void hostile_reset(struct hostile *h); /* RST, not FIN, once it is closed */

#endif
