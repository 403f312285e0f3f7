#ifndef PEER_CONN_H
#define PEER_CONN_H

/* conn - one connection to a device; for conn.c, talk.c and timer.c only. */
#include "peer/http.h"
#include "peer/server.h"

enum phase {
	PHASE_HANG, /* keeps it open, says nothing */
	PHASE_DROP, /* closes at the first bytes */
	PHASE_PEEK, /* looks at the ClientHello before answering */
	PHASE_TLS,
	PHASE_READ,
	PHASE_DELAY, /* the reply is ready and waits for its time */
	PHASE_WRITE,
};

struct conn {
	struct source source; /* first */
	struct machine *m;
	SSL *ssl; /* NULL on the plain port */
	enum phase phase;
	uint32_t events; /* what epoll waits for */
	struct bytes in, out;
	size_t sent, allowed; /* of out */
	bool close_after;     /* once out is sent */
	bool busy;            /* counted in m->in_flight */
	/* the credential of its beginning: a new one takes effect with the
	 * next connection */
	struct credential cred;
	char user[USER_MAX + 1]; /* who logged in; "" the administrator */
	bool known;              /* its user has authenticated... */
	unsigned acl_epoch;      /* ...and no credential changed since */
	bool said_ok;
	int64_t due_ms;
	size_t heap_at; /* place in the heap + 1; 0 none */
	bool dead;
	struct conn *next, **prev; /* in m->conns, or among the dead */
};

void conn_close(struct server *s, struct conn *c);
void conn_reset(struct server *s, struct conn *c); /* RST, not FIN */
void conn_wait(struct server *s, struct conn *c, uint32_t events);

/* talk.c: answers a request into c->out, or hangs or closes. */
void talk_answer(struct server *s, struct conn *c, struct http_request *rq);
/* A request that is none. */
void talk_refuse(struct server *s, struct conn *c, const char *why);

/* conn.c: c->out is filled; sends it after the device's latency. */
void conn_reply(struct server *s, struct conn *c);

#endif
