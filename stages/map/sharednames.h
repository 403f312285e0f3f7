#ifndef SHAREDNAMES_H
#define SHAREDNAMES_H

/*
 * sharednames - how many names stand for more than one UUID: a column of
 * models taken for one of hosts shows itself so.
 *
 * Sums of names and UUIDs are remembered, up to SHAREDNAMES_MAX names in 24 MB;
 * what is beyond is counted only against those.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/domain.h"
#include "base/uuid.h"

#define SHAREDNAMES_MAX 786432

struct sharednames {
	uint64_t seed;
	struct sharednames_slot *slot; /* NULL: no name yet */
	size_t nslots, nused;
	uint64_t nshared;          /* names with more than one UUID */
	char example[DOMAIN_TEXT]; /* the first of them */
};

/* Ends the program when there is no memory. */
void sharednames_add(struct sharednames *s, const char *name,
    const uint8_t uuid[UUID_LEN]);
void sharednames_free(struct sharednames *s);

#endif
