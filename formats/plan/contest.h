#ifndef CONTEST_H
#define CONTEST_H

/*
 * contest - of those who say that they are a machine: who is asked to prove
 * it, who is set up, and who is left alone.  Facts in, a verdict out: no
 * store, no clock.
 *
 * A hello is a claim, a key is a proof.  One alone that nothing contradicts is
 * set up at once: the job begins with the proof.  Several are first asked to
 * prove it, a few at a time; the one that does is set up, the others are told
 * to a person.  When two boards prove one UUID, or a key two UUIDs, none of
 * them is touched.  A machine that is set up stays so until its key proves
 * that it is in setup again.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

/* So many of one machine are asked in one plan. */
#define CONTEST_PROOFS 8
/* One that has failed so often is not asked again until it says hello anew:
 * as many as its back-off has room for in the six hours of its window. */
#define CONTEST_FAILURES 12
#define CONTEST_DETAIL 256

enum contest_do { CONTEST_REST, CONTEST_PROVE, CONTEST_SET_UP };

/* One who says that it is the machine.  Strings are borrowed. */
struct contender {
	/* May it be the machine?  REASON_NONE, or why not (plan_decide). */
	enum reason_id why;
	const char *why_detail;
	const char *address, *pid;
	const char *realm; /* that it proved it with, or "" */
	const char *note;  /* what the key list says of the PID's machine */
	int64_t arrived;   /* number of arrival of its first hello */
	bool due;          /* not waiting for a time or a person (plan_due) */
	bool news;         /* heard since the machine was set up */
	int64_t tries, failures;
	int64_t speaks; /* for how many UUIDs its address does */
	bool revoked; /* its key; or it went when all of it was unprovisioned */
	/* It is proved with our certificate and not with a key: anybody could
	 * say what it says.  It counts only where nobody has a key for this
	 * UUID, and never against a setup. */
	bool weak;
	const char *rom; /* SHA-256 of its ROM's certificate, or "": that
	                  * one no other machine has */
	bool later;      /* heard after the machine was set up, or taken back */
	bool since;      /* and has proved since then that it is in setup */
	bool proved;     /* its key proved it in this life of the machine... */
	int64_t proved_in; /* ...in this plan's job */
	bool again;        /* it has started again since */
	bool known_here;   /* its key proved it here at any time */
	/* another UUID that has the same PID and may be a machine, or "" */
	const char *rival;
	bool
	    rival_proved; /* the key has proved that one, which is not set up */
	enum reason_id met; /* by its last job, or REASON_NONE */
	const char *met_detail;

	/* the verdict */
	bool outdone; /* weak, and somebody has a key or its ROM */
	enum contest_do what;
	size_t rank;            /* of those to be asked: from 0 */
	enum reason_id verdict; /* why it does not count, or REASON_NONE */
};

struct contest {
	/* Its setup is done: it is verified, or was and is unprovisioned by
	 * now; or waits to be. */
	bool committed, verified;
	bool again;               /* a person has said that it was reset */
	const char *rom;          /* as of its last setup, or "" */
	struct contender *holder; /* who was set up, or NULL */
	struct contender *c;
	size_t n; /* 1 or more */

	/* the verdict */
	struct contender *first; /* whom the report shows */
	/* Why the machine cannot be set up, or REASON_NONE: it is, or will be.
	 * Of a verified machine: what a person should know. */
	enum reason_id why;
	char detail[CONTEST_DETAIL];
};

void contest_judge(struct contest *t);

#endif
