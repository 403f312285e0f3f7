#ifndef HELLOSINK_H
#define HELLOSINK_H

/*
 * hellosink - where a listener's hellos go: to standard output as a stream, or
 * to a spool.  A hello counts as taken, and is said with -v, when it has left:
 * for a spool, when it is on the disk.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/address.h"
#include "hello/hello.h"
#include "hello/quota.h"
#include "hello/spool.h"
#include "lib/stream.h"

struct hellosink {
	struct spool *spool; /* NULL: stdout */
	uint64_t taken;
	int error; /* why the spool cannot be written, an errno; or 0 */
	/* its own: */
	struct stream_out out;
	uint64_t in_hand; /* written since stdout was last flushed */
	int64_t sync_ms;  /* when what waits is written; 0: nothing waits */
	FILE *log;        /* what to say when it is safe */
	char *log_text;
	size_t log_len;
};

/* s->spool is set.  Ends the program when there is no memory. */
void hellosink_begin(struct hellosink *s);

/* False when a hello could not even wait. */
bool hellosink_room(const struct hellosink *s);

void hellosink_put(struct hellosink *s, const struct hello *h,
    const char *received, const struct address *peer, int64_t now_ms);

/* Hellos that were put and have not left yet. */
uint64_t hellosink_waiting(const struct hellosink *s);

/* After each batch of events.  The spool's trouble is said through q; that of
 * stdout ends the program (74). */
void hellosink_flush(struct hellosink *s, int64_t now_ms, struct quota *q);
int64_t hellosink_deadline(const struct hellosink *s);

/* stdout: somebody has to read it.  Ends the program (74). */
_Noreturn void hellosink_lost(const struct hellosink *s, const char *why);

/* Ends the stream; what a spool still does not take is lost, and told. */
void hellosink_end(struct hellosink *s, uint64_t refused);

#endif
