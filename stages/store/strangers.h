#ifndef STRANGERS_H
#define STRANGERS_H

/*
 * strangers - callers (schema.sql) that nothing speaks for: how many are kept,
 * and which go first.  Anybody can send hellos with made-up UUIDs and PIDs, a
 * million in an hour; what is expected must not be crowded out by them.
 *
 * Never dropped: a caller that its key has proved; one that a machine's jobs
 * were planned for.  Of the others, in this order: those that failed most
 * often, those whose address speaks for most UUIDs, the oldest.
 */
#include "store/heard.h"
#include "store/store.h"

/* Callers whose UUID is in no inventory and whose PID is no key of ours. */
#define STRANGERS_MAX 10000
/* Callers with one UUID, or with the PID of a key and UUIDs that are in no
 * inventory.  Of equal ones the first and the last ones stay: a flood comes
 * between. */
#define STRANGERS_ALIKE 64
/* Days without a hello after which a stranger is dropped. */
#define STRANGERS_DAYS 30
/* Hellos of one caller that are kept, besides its first. */
#define STRANGERS_HELLOS 256
/* They are looked through when so many were new: to look through all callers
 * for each thousand expected ones took most of a large site's loading. */
#define STRANGERS_EVERY 1000

/* Drops what is too many, from time to time; inside a transaction. */
void strangers_limit(struct store *s);

/* Drops who was not heard for long; inside a transaction. */
void strangers_age(struct store *s, int64_t now);

/* Drops the hellos of a caller between its first and its newest. */
void strangers_prune(struct store *s, const struct heard *h);

/* How many of the callers with a row after this one may have to go: neither
 * map nor key expects them, or they share their UUID or PID with another. */
int64_t strangers_since(struct store *s, int64_t row);

#endif
