#ifndef PLAN_H
#define PLAN_H

/*
 * plan - may this machine be set up now, and if not, why; and which passwords
 * to try on it.  Facts in, a verdict out: no store, no clock.
 *
 * Everything in a hello is a claim.  Here each is judged alone; contest.h says
 * which of several counts.  A contradiction in the inventory is never settled
 * by guessing: a machine with the wrong name costs more than one that waits
 * for a person.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/password.h"
#include "base/reason.h"
#include "plan/keystate.h"

#define PLAN_DETAIL 256
#define PLAN_SECRET (PASSWORD_MAX + 1) /* a password and its NUL */

/* All strings are borrowed; "" if not known. */
struct plan_facts {
	int64_t now; /* seconds since 1970 */

	/* its caller's newest hello */
	const char *uuid;
	const char *uuid_bad; /* why it names no machine, or NULL */
	unsigned version;
	int64_t last_heard;
	int64_t closes; /* about when it stops listening, hellotime.h */
	const char *pid;
	const char *place; /* where that hello came from */
	bool committed;    /* its setup is done and waits to be verified: it
	                    * listens whatever the window */
	bool took; /* its key proved it here, and it took a password of ours:
	            * it may have been committed, and nobody saw that; it says
	            * no hello then, and listens whatever the window */

	/* version 3: why no certificate will do, or REASON_NONE */
	enum reason_id cert;
	const char *cert_detail;

	/* the PID's key */
	bool key_known;
	bool key_damaged; /* or a password of this machine */
	enum key_state key_state;
	const char *used_by; /* UUID */

	/* why it has no profile, or not one that it may get, or REASON_NONE */
	enum reason_id profile;
	const char *profile_detail;

	/* why the site's own program gave no name lately, or REASON_NONE */
	enum reason_id asked;
	const char *asked_detail;

	/* the inventory: of its entries for this UUID that count (claims.h) */
	size_t nnames; /* different names, 2 for more */
	const char *name[2];
	const char *name_place[2];
	const char *name_seen;  /* date of the one name, when it is too old */
	const char *name_owner; /* another UUID with the same name */
	const char *owner_place;

	size_t npasswords; /* to try, see plan_passwords */
};

/*
 * REASON_NONE: set it up.  Else the reason of the class person that stands
 * against it, and in detail who or what is the other party.
 */
enum reason_id plan_decide(const struct plan_facts *f,
    char detail[PLAN_DETAIL]);

/* What the last job at a caller came to. */
struct plan_try {
	int64_t now;       /* seconds since 1970 */
	bool failed;       /* it failed... */
	int64_t failed_at; /* ...then */
	bool stirred;      /* the caller has started again since */
	enum reason_id met;
	int64_t not_before;  /* the back-off's end */
	int64_t key_changed; /* when its key's secrets last did */
	bool renamed;        /* the map has another name than that job had */
	bool cause_changed;  /* what may have been the cause has (cause.h) */
};

/* Is it time for another job?  A machine that needs action waits until
 * something has changed: the machine started again, a password came from a key
 * list, the inventory has another name, or what its reason comes from is
 * another.  One that got no certificate is tried
 * again after an hour.  Whether its profile refuses its release is a matter of
 * plan_decide alone. */
bool plan_due(const struct plan_try *t);

/*
 * Has the inventory come to call a machine that is set up by another name?
 * REASON_NONE, or REASON_MAP_CHANGED with the detail: it is told, and the
 * machine is left as it is.
 */
enum reason_id plan_renamed(const char *fqdn, const struct plan_facts *f,
    char detail[PLAN_DETAIL]);

/* Enough for the store's and the key's; job.h takes as many. */
#define PLAN_TRIES 6

struct plan_known {
	/* Of runs before, set or only planned, the likeliest first. */
	char earlier[PLAN_TRIES][PLAN_SECRET];
	size_t nearlier;
	/* MEBx passwords that runs before planned: where the firmware couples
	 * the two, the admin password has followed. */
	char mebx_planned[2][PLAN_SECRET];
	size_t nmebx_planned;
	char mebx_next[PLAN_SECRET]; /* of the key */
	char mebx_now[PLAN_SECRET];
	bool creds_set; /* as the hello says */
};

/*
 * Passwords in the order to try them, without repeats; how many.  The key's
 * own and "admin" (only when the hello says that nothing was set yet) always
 * have a place: of runs before come as many as fit.
 */
size_t plan_passwords(char to[PLAN_TRIES][PLAN_SECRET],
    const struct plan_known *k);

#endif
