#ifndef ROOTS_H
#define ROOTS_H

/*
 * roots - the public roots that firmware knows by their hashes (roots.def has
 * the table and its sources).  Makers of machines add and remove entries, so
 * what a hello lists takes precedence over what is said here.
 */
#include <stddef.h>
#include <stdint.h>

#include "amt/release.h"

#define ROOTS_SUM_MAX 48

struct root {
	const char *name;      /* "" when nobody published whose it is */
	unsigned bits;         /* of its RSA key, 384: P-384, 0: unknown */
	const char *signature; /* hash of its own signature: "sha1" ... or "" */
	const char *expires;   /* 2037-12, or "" */
	unsigned lists;        /* in which it was seen, see roots.def */
	const char *sha1, *sha256, *sha384; /* lower case; "" not known */
};

/* By a sum of 20, 32 or 48 bytes; NULL if not found. */
const struct root *roots_find(const uint8_t *sum, size_t len);

/* Row by row: NULL behind the last. */
const struct root *roots_row(size_t i);

/* Has a release this one among its entries, and does it use it?  The lists
 * that were seen are of single builds, so MAYBE is said between them. */
enum known roots_known(const struct root *root, const struct release *r);

#endif
