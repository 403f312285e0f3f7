#ifndef PACKETS_H
#define PACKETS_H

/*
 * packets - records on the socket to sweep, each a packet.  What it does not
 * take at once waits here: nothing blocks, or both ends could wait for each
 * other.
 */
#include <poll.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "setup/signing.h"

struct packets {
	int fd; /* -1: closed */
	STAILQ_HEAD(packets_queue, packet) queue;
};

void packets_begin(struct packets *p, int fd);
void packets_end(struct packets *p);

/* What poll(2) has to watch. */
struct pollfd packets_watch(const struct packets *p);

/* 1 with *to filled, 0: none is there now, -1: the other end is closed.  A
 * record that is none is said, and skipped. */
int packets_next(struct packets *p, struct signing *to);

void packets_add(struct packets *p, const char *id,
    const struct setup_signature *a);
/* As many as the socket takes. */
void packets_send(struct packets *p);

#endif
