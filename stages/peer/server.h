#ifndef PEER_SERVER_H
#define PEER_SERVER_H

/*
 * server - one epoll loop for the whole fleet: two listening sockets, the
 * connections behind them, and the hellos going out.  A device is known by the
 * local address of its connection.
 */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "peer/machine.h"

enum source_kind { SOURCE_TLS, SOURCE_PLAIN, SOURCE_CONN, SOURCE_HELLO };

/* What an epoll event points at; the first member of whatever it is. */
struct source {
	enum source_kind kind;
	int fd;
};

struct options {
	uint16_t tls_port, plain_port;
	int64_t latency_ms, restart_ms;
	bool plain_setup; /* the plain port serves devices in setup too */
	struct sockaddr_in hello_to; /* sin_port 0: no hellos */
	int64_t hello_rate;          /* a second */
	int64_t hello_again_ms;      /* 0: each device says it once */
	const char *ready;           /* file to write once listening, or NULL */
};

struct conn;

struct server {
	struct options options;
	struct fleet *fleet;
	int epoll;
	struct source tls, plain;
	SSL_CTX *ctx;
	struct conn **heap; /* by due time */
	size_t nheap, heap_cap;
	struct conn *dead; /* freed after the events of one wait */
	size_t hello_next; /* the next machine to say hello */
	int64_t hello_start_ms;
	size_t hellos_due; /* machines with a hello out of turn */
	size_t nconns;
};

int64_t now_ms(void);
void server_open(struct server *s); /* ends the program when it cannot */
/* Until end_ms, or until *stop or *tell is set. */
void server_serve(struct server *s, int64_t end_ms,
    const volatile sig_atomic_t *stop, const volatile sig_atomic_t *tell);
void server_close(struct server *s);

/* hello.c: sends what is due; ms until more is due, -1 never. */
int64_t hello_pump(struct server *s, int64_t now);
void hello_event(struct server *s, struct source *src);

/* conn.c */
void conn_accept(struct server *s, const struct source *listener);
void conn_event(struct server *s, struct source *src, uint32_t events);
void conn_timers(struct server *s, int64_t now); /* those that are due */
int64_t conn_next_due(const struct server *s);   /* INT64_MAX: none */
void conn_bury(struct server *s);                /* frees the dead */
void conn_close_all(struct server *s);

/* timer.c: at most one time a connection; INT64_MAX takes it out. */
void timer_set(struct server *s, struct conn *c, int64_t due_ms);

/* tls.c */
SSL_CTX *tls_context(void);
SSL *tls_new(SSL_CTX *ctx, struct machine *m, int fd);
int tls_highest(const struct machine *m); /* TLS1_VERSION ... */

#endif
