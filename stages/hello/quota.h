#ifndef QUOTA_H
#define QUOTA_H

/*
 * quota - messages that strangers can cause, so many a minute and then only
 * counted: a scanner must not be able to fill the disk with our log.
 */
#include <stdbool.h>
#include <stdint.h>

struct quota {
	unsigned lines; /* a minute; -v shows all */
	/* its own: */
	int64_t start_ms;
	unsigned said;
	uint64_t unsaid;
};

/* As stage_say. */
void quota_say(struct quota *q, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Says, once a minute is over or at the end, how many were left out. */
void quota_turn(struct quota *q, int64_t now_ms, bool end);

/* When quota_turn will have something to say; INT64_MAX for never. */
int64_t quota_deadline(const struct quota *q);

#endif
