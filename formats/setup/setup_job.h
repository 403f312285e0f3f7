#ifndef SETUP_JOB_H
#define SETUP_JOB_H

/*
 * setup_job - what one machine is to be given, as the conversation of setup.h
 * takes it.  Holds passwords: whoever fills one wipes it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/uuid.h"
#include "keys/pidpps.h"

#define SETUP_PASSWORD_MAX 32
#define SETUP_TRIES_MAX 6

/* A digest realm, as challenge.h has it. */
#define SETUP_REALM_MAX 255

#define SETUP_LEAF 65 /* a SHA-256 in hexadecimal, with its NUL */
#define SETUP_LEAVES_MAX 4
#define SETUP_LEAVES (SETUP_LEAVES_MAX * SETUP_LEAF) /* commas between */

/* What a job is to end with. */
enum setup_wish {
	SETUP_SET_UP, /* the machine is set up and verified */
	SETUP_PROVE,  /* the key's handshake and the UUID, nothing changed */
	/* of a machine that is set up: */
	SETUP_KEEP,  /* what differs is written */
	SETUP_CHECK, /* what differs is reported */
	SETUP_UNPROVISION,
	SETUP_UNPROVISION_PARTIAL, /* its password, names and PSK stay */
};

/* The ladder: the highest version to offer. */
enum setup_tls { SETUP_TLS_BEST, SETUP_TLS_1_1, SETUP_TLS_1_0 };

/* Chains that one machine may take, the best first. */
#define SETUP_CHAINS_MAX 4
#define SETUP_CONSOLES_MAX 2

struct setup_chain;
struct settings;
struct setup_way;

struct setup_job {
	uint8_t uuid[UUID_LEN]; /* as the hello said */
	char host[64];          /* first label of the FQDN */
	char domain[256];       /* the rest */
	/* Passwords to try, in this order, NUL-terminated; ntries >= 1, or
	 * 0 where a certificate is the login.  On a
	 * later attempt admin_next and mebx_next follow, if not among them. */
	char tries[SETUP_TRIES_MAX][SETUP_PASSWORD_MAX + 1];
	size_t ntries;
	char admin_next[SETUP_PASSWORD_MAX + 1];
	char mebx_next[SETUP_PASSWORD_MAX + 1]; /* "": leave the MEBx alone */
	/* Of the key, "" without one: only for what a machine repeats of it,
	 * which is not shown. */
	char pps[PPS_LEN + 1];
	const struct setup_way *way; /* NULL: PSK */
	/* Set up with a certificate: the chains to send, each once.  Borrowed
	 * (chains.h). */
	bool certified;
	const struct setup_chain *chains[SETUP_CHAINS_MAX];
	size_t nchains;
	/* What is shown to a machine that is set up and asks for a certificate
	 * on port 16993: the site's, and the one that it had before, for
	 * machines that do not take the new one yet.  Borrowed. */
	const struct setup_chain *consoles[SETUP_CONSOLES_MAX];
	size_t nconsoles;
	/* The rung that worked here before: where to begin, if known. */
	enum setup_tls tls;
	bool tls_known;
	/* Of its profile; borrowed, NULL for none. */
	const struct settings *settings;
	/* Secrets that the machine has taken already, as it is known: entries
	 * of setup_known_entry, comma-joined.  Borrowed; NULL or "" for
	 * none. */
	const char *known;
	unsigned attempt; /* from 1; beyond it, an earlier run may have
	                   * changed the password or committed */
	enum setup_wish wish;
	/* Of the machine that this life's key proved at the job's address; ""
	 * when it proved none there: nothing is asked of the plain port then,
	 * as anyone may answer there (design.md, 1.6). */
	char realm[SETUP_REALM_MAX + 1];
	/* SHA-256 of its certificate for port 16993, in hexadecimal, and of
	 * those that it may have been given since, comma-joined; "": not known.
	 * With another one, nothing is sent. */
	char leaf[SETUP_LEAVES];
	/* The same of those that it is not to serve any more, as a CA before
	 * the site's present one has issued them. */
	char replace[SETUP_LEAVES];
	/* It is set up, and an earlier job may have written what needs a commit
	 * and ended before that. */
	bool commit;
};

/* "set-up" and so on. */
int setup_wish_parse(struct setup_job *job, const char *text, struct fault *f);
const char *setup_wish_name(enum setup_wish wish);

/* setting=item, in which a comma of the item is %2C and a percent sign %25.
 * One that has no room is cut off. */
#define SETUP_KNOWN_ENTRY 256
void setup_known_entry(char to[SETUP_KNOWN_ENTRY], const char *setting,
    const char *item);

/*
 * Whether the conversation can carry this job: host and domain are DNS names,
 * passwords printable ASCII of at most SETUP_PASSWORD_MAX, ntries in range.
 * 0, or -1 with *f filled; the text names the field, never a password.
 */
int setup_job_check(const struct setup_job *job, struct fault *f);

#endif
