#ifndef CALLERS_H
#define CALLERS_H

/*
 * callers - the open connections of a hello listener, and what each has sent
 * so far.  A whole hello goes to the sink at once; anything else is refused
 * at the first byte that no hello has there.  A caller holds no more than its
 * own bytes, 16,000 at most, and no longer than its time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/address.h"
#include "hello/hellosink.h"
#include "hello/quota.h"
#include "base/text.h"

struct conn {
	TAILQ_ENTRY(conn) age;  /* the one that is open longest first */
	TAILQ_ENTRY(conn) idle; /* the one not heard of for longest first */
	int fd;
	struct address peer;
	int64_t since_ms, heard_ms;
	bool taken;   /* its hello is out, only its close is awaited */
	size_t after; /* bytes that came after the end of its hello */
	uint8_t *buf; /* what came so far, when not yet whole */
	size_t len, cap;
};

TAILQ_HEAD(conns, conn);

struct callers {
	int epoll; /* each has its struct conn as data there */
	struct conns by_age, by_idle;
	struct conns held; /* only their close is left, see callers_release */
	size_t n;
	int64_t idle_ms, total_ms;
	bool one_left; /* since this was last set to false */
	uint64_t refused;
	struct hellosink sink;
	struct quota quota; /* of messages about strangers */
	/* as they are in this turn: */
	int64_t now_ms;
	char received[TEXT_TIME];
};

/* Takes fd, not blocking; it may be gone again when this returns. */
void callers_add(struct callers *s, int fd, const struct address *peer);

/* Reads what there is.  false when the connection is closed and gone. */
bool callers_listen_to(struct callers *s, struct conn *c);

/*
 * Closes those whose hello was not yet safe when they should have been: after
 * the sink says that nothing waits, or when their descriptors are needed.
 */
void callers_release(struct callers *s);

/* Nobody is dropped whose hello is already here. */
void callers_drop_quietest(struct callers *s);

/* Drops whose time is over; when that will be so again, or INT64_MAX. */
void callers_expire(struct callers *s);
int64_t callers_deadline(const struct callers *s);

/* Reads all of them once and closes them.  How many were incomplete. */
size_t callers_close(struct callers *s);

#endif
