#ifndef ISSUED_H
#define ISSUED_H

/*
 * issued - certificates that machines were given, by the site's CA or signer:
 * each machine's own, for port 16993.
 */
#include "amt/issuedcert.h"
#include "setup/setup_job.h"
#include "store/store.h"

/* It was issued to this machine at that time; life: to the machine as it is
 * set up now, false: before it was set up anew, so that it has it no more.  One
 * that is there stays as it is. */
void issued_add(struct store *s, const char *uuid, const struct issuedcert *c,
    int64_t at, bool life);

/* Comma-joined: leaf, which the machine showed last, and after it the newest of
 * those that it may have got since.  Nothing where leaf is "": nothing is known
 * of it then. */
void issued_leaves(struct store *s, const char *uuid, const char *leaf,
    char to[SETUP_LEAVES]);

struct issued_ca {
	X509 *cert;       /* the site's present one */
	const char *name; /* as issuers are written */
	bool twins;       /* another CA has this name, too */
};
/* Comma-joined: those of the machine that have not ended and that another CA
 * has issued, the newest first.  True: one of them is what it serves, leaf, or
 * where that is "" the newest of all. */
bool issued_of_others(struct store *s, const char *uuid, const char *leaf,
    int64_t now, const struct issued_ca *ca, char to[SETUP_LEAVES]);

/* Was it issued to this machine, and not revoked? */
bool issued_has(struct store *s, const char *uuid, const char *print);

/* The machine has none of them any more. */
void issued_revoke(struct store *s, const char *uuid, int64_t at);

struct issued_row {
	const char *uuid, *pem;    /* borrowed */
	int64_t until, revoked_at; /* revoked_at 0: it was not */
};
typedef void issued_fn(void *arg, const struct issued_row *r);
/* Those that have not ended; fn does not write to the store. */
void issued_each_valid(struct store *s, int64_t now, issued_fn *fn, void *arg);

#endif
