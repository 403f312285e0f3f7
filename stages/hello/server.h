#ifndef SERVER_H
#define SERVER_H

/*
 * server - the loop of hello-listen: callers come from the ports, and what they
 * say goes out with the batch of events it came with.  server_ports.c accepts
 * them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hello/callers.h"
#include "hello/ports.h"
#include "lib/heartbeat.h"

struct server {
	struct ports ports;
	struct callers in;
	size_t max;
	int64_t end_ms;    /* 0: never */
	int64_t resume_ms; /* when to accept again; 0: accepting */
	bool full;         /* until then, or until one closes */
	int64_t quiet_ms;  /* end after so long without a caller; 0: never */
	int64_t caller_ms; /* when the last one came */
	int64_t beat_ms;   /* when to write the next heartbeat */
	int64_t seconds;   /* the clock, as it last stood */
	struct heartbeat beat;
};

/* Watches signals, standard output and the ports; s->in.epoll is open. */
void server_watch(struct server *s);

/* Runs for seconds (0: on) or until a signal.  caller is one that inetd has
 * accepted, or -1. */
void server_run(struct server *s, unsigned seconds, int caller);

/* The ports, for the loop: up to most callers of each; again after a pause; and
 * not any more (they stay open where they came from). */
void server_accept(struct server *s, size_t most);
void server_resume_ports(struct server *s);
void server_leave_ports(struct server *s);

#endif
