#ifndef RESOLVER_H
#define RESOLVER_H

/*
 * resolver - the name that DNS has for an address, when its two directions
 * agree: the address has one name, and that name has the address.  The one
 * file that knows ares.h is resolver.c.
 *
 * DNS alone is asked: no hosts file, no search list.  Many lookups are under
 * way at once on one event loop, which the caller turns.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/address.h"
#include "base/domain.h"

struct resolver;

/*
 * fqdn is the name, or NULL and then why says what is wrong.  Both are
 * borrowed for the call.  Called once for each lookup.
 */
typedef void resolver_fn(void *arg, const char *fqdn, const char *why);

/*
 * servers: ADDRESS:PORT with commas between, or NULL for the system's.
 * Reads the system's settings: call it before the process is confined from
 * that.  NULL with *f filled when they, or servers, cannot be used.
 */
struct resolver *resolver_new(const char *servers, struct fault *f);
void resolver_free(struct resolver *r); /* accepts NULL; ends what is left */

/* The port of each name server. */
void resolver_ports(const struct resolver *r, void (*fn)(uint16_t port));

/* Begins a lookup; fn may be called before it returns. */
void resolver_name(struct resolver *r, const struct address *a, resolver_fn *fn,
    void *arg);

/* --- the addresses of a name ---------------------------------------------- */

enum resolver_end {
	RESOLVER_FOUND,
	RESOLVER_NONE,   /* there is no such name, or it has none */
	RESOLVER_SILENT, /* no answer, or none of use */
};

#define RESOLVER_ADDRESSES 32

/* all is borrowed for the call, and at most so many; why is for who found
 * none.  Called once for each name. */
typedef void resolver_addresses_fn(void *arg, enum resolver_end end,
    const struct address *all, size_t n, const char *why);

void resolver_addresses(struct resolver *r, const char *name,
    resolver_addresses_fn *fn, void *arg);

/* --- the loop ------------------------------------------------------------- */

size_t resolver_busy(const struct resolver *r); /* lookups under way */

/* Waits at most so long for answers, and takes them in. */
void resolver_turn(struct resolver *r, int timeout_ms);

/* Gives up everything under way: their fn is called with why. */
void resolver_cancel(struct resolver *r);

#endif
