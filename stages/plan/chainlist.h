#ifndef CHAINLIST_H
#define CHAINLIST_H

/*
 * chainlist - the certificates of a site for one plan: which chains a machine
 * may take, and those that the jobs of this plan use, with their keys.
 *
 * The store is read when the first machine asks.  Machines that are alike -
 * the same hashes, domain and release - are judged once.
 */
#include "plan/certchoice.h"
#include "setup/chains.h"
#include "setup/setup_job.h"
#include "store/store.h"

struct chainlist_leaf {
	X509 *cert; /* borrowed from all */
	EVP_PKEY *key;
};
struct chainlist_choice;

/* Zeroed at first. */
struct chainlist {
	bool read;
	int64_t changed; /* when a certificate was last added */
	size_t damaged;  /* setup servers' that do not open, or their keys */
	STACK_OF(X509) * all;
	struct chainlist_leaf *leaves;
	size_t nleaves;
	struct chainlist_choice **choices;
	size_t nchoices, cap;
	struct chains used;
	size_t nwritten; /* of them, by chainlist_write */
};

/* What is known of a machine. */
struct chainlist_machine {
	int64_t hash_list;    /* number of its hello's list, 0: it has none */
	const char *fqdn;     /* "": not known */
	const char *firmware; /* "": not known */
	int64_t now;
};

/* Until the store is read again: what it may take, or why nothing. */
const struct certchoice *chainlist_choose(struct chainlist *l, struct store *s,
    const struct chainlist_machine *m);

/* When a certificate was last added to the site; 0: never. */
int64_t chainlist_changed(struct chainlist *l, struct store *s);

/* Names of the chains of a choice, comma-joined; those chains are used then. */
void chainlist_use(struct chainlist *l, const struct certchoice *c,
    char names[SETUP_CHAINS_MAX * SETUP_CHAIN_NAME]);

/* The same of one that is not for set-up: takes c.  NULL when there is no room
 * for another. */
const char *chainlist_use_own(struct chainlist *l, struct setup_chain *c);

/* Writes the stream of the chains that are used, those that it has written
 * before excepted. */
void chainlist_write(struct chainlist *l, bool reveal);

/* The store's certificates are read again when they are asked for next; those
 * that are used stay. */
void chainlist_forget(struct chainlist *l);

void chainlist_wipe(struct chainlist *l);

#endif
