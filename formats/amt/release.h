#ifndef RELEASE_H
#define RELEASE_H

/*
 * release - AMT releases, and what each takes of a setup server's
 * certificates (release.def has the table and its sources).
 *
 * Compared as numbers: 16.1 is after 16.0, 11.10 after 11.8.
 */
#include <stdbool.h>

#include "amt/suffix.h"
#include "base/fault.h"

enum known {
	KNOWN_NO,
	KNOWN_MAYBE, /* not settled in public, or not the same in all builds */
	KNOWN_YES,
};

struct release {
	unsigned major, minor;
};

/* Kinds of hashes, as a set. */
enum {
	RELEASE_SHA1 = 1,
	RELEASE_SHA256 = 2,
	RELEASE_SHA384 = 4,
};

struct release_pki {
	struct release from;
	enum known pki;  /* is it set up with a certificate at all? */
	unsigned hashes; /* of roots, RELEASE_SHA1 and so on */
	unsigned hashes_maybe;
	unsigned rsa_min;  /* bits: smaller keys are refused */
	unsigned rsa_safe; /* bits: larger keys are not, as far as known */
	enum known sha1;   /* does it take SHA-1 signatures in a chain? */
	enum suffix_rule domain;
	const char *source;
};

/* "16", "16.1" or "11.8.50": what is behind the minor number has no effect.
 * 0, or -1 with *f. */
int release_parse(struct release *r, const char *text, struct fault *f);

/* Below, at or above 0, as r is before, at or after major.minor. */
int release_compare(const struct release *r, unsigned major, unsigned minor);

/* What it takes; NULL for releases before 2.0. */
const struct release_pki *release_pki(const struct release *r);

/* Row by row: NULL behind the last. */
const struct release_pki *release_pki_row(unsigned i);

#endif
