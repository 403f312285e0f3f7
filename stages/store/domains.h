#ifndef DOMAINS_H
#define DOMAINS_H

/*
 * domains - the DNS domains of the machines in the map, and what machines that
 * say hello version 3 offer: for choosing a setup server's certificate.
 *
 * A machine's domain is that of its name with the highest rank; whether two
 * machines contest it (names.h) makes no difference here.
 */
#include "store/store.h"

struct domain_row {
	const char *domain; /* borrowed; "": heard, and not in the map */
	int64_t mapped;     /* machines of it in the map */
	int64_t heard;      /* machines of it heard with version 3 */
};
typedef void domain_fn(void *arg, const struct domain_row *r);

/* The one with most machines first. */
void domains_each(struct store *s, domain_fn *fn, void *arg);

struct offer_row {
	const char *domain;   /* as above */
	const char *hashes;   /* "sha256:HEX,sha1:HEX"; "": none */
	const char *firmware; /* "": not known */
	int64_t machines;
};
typedef void offer_fn(void *arg, const struct offer_row *r);

/* Of machines heard with version 3, those with the same domain, hashes and
 * firmware together; all with the same hashes come one after the other. */
void offers_each(struct store *s, offer_fn *fn, void *arg);

#endif
