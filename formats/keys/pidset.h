#ifndef PIDSET_H
#define PIDSET_H

/*
 * pidset - which PIDs were met, and where first: finds doubles in a key list
 * of any length without keeping its secrets.
 *
 * 16 bytes a key (with room to grow, 21 to 43): the PID's seven free
 * characters, the place, and 27 bits of a keyed sum of the PPS.
 */
#include <stddef.h>
#include <stdint.h>

#include "keys/pidpps.h"

struct pidset;

struct pidset_place {
	uint32_t file; /* the caller's number for it */
	uint32_t line;
};

/* seed: random bytes, so that no list can be made to collide.  NULL when out
 * of memory. */
struct pidset *pidset_new(const uint8_t seed[16]);
void pidset_free(struct pidset *s);

enum pidset_found {
	PIDSET_NEW,       /* it is in the set now */
	PIDSET_SAME,      /* met before with the same PPS; *place says where */
	PIDSET_OTHER_PPS, /* met before with another */
	PIDSET_NO_MEMORY,
};

/* pid and pps as pid_parse and pps_parse give them.  *place is where this one
 * stands, and becomes where the first one stood. */
enum pidset_found pidset_add(struct pidset *s, const char *pid, const char *pps,
    struct pidset_place *place);

/* The same without adding it. */
enum pidset_found pidset_find(const struct pidset *s, const char *pid,
    const char *pps, struct pidset_place *place);

#endif
