#ifndef DUE_H
#define DUE_H

/*
 * due - is a machine that is set up due for a job, and why?  Facts in, verdict
 * out: without a store and without a clock.
 */
#include <stdbool.h>
#include <stdint.h>

#define DUE_DAY INT64_C(86400)
#define DUE_CERT_DAYS 30  /* its certificate ends within so many */
#define DUE_CA_DAYS 7     /* for so many machines change to a new CA */
#define DUE_CLOCK_DAYS 14 /* its clock was set longer ago */

enum due_why {
	DUE_NOT,
	DUE_PROFILE,  /* another profile, or that one was changed */
	DUE_PENDING,  /* a password was planned, and perhaps sent */
	DUE_DIFFERS,  /* it was found to differ */
	DUE_CUT,      /* a visit ended before it had compared all */
	DUE_NAME,     /* the map has another name, which the profile follows */
	DUE_CERT,     /* its certificate ends soon */
	DUE_CA,       /* its certificate is of another CA */
	DUE_PASSWORD, /* its password is older than the profile says */
	DUE_CLOCK,
	DUE_COUNT
};

struct due_facts {
	int64_t now;
	const char *uuid;
	const char *digest_now, *digest;    /* of the profile; applied last,
	                                     * "" when that is not known */
	bool sets_clock;                    /* the profile does */
	int64_t clock_at;                   /* 0: never */
	int64_t password_at, password_days; /* days 0: it never gets too old */
	int64_t cert_until;                 /* 0: it has none of ours */
	bool ca_before;   /* it is of another CA than the site's... */
	int64_t ca_since; /* ...which is that since then; 0: not known */
	bool pending;     /* its newest password was never seen */
	bool differs;
	bool cut;           /* what a visit wrote last is not known */
	bool renamed;       /* and the profile says to follow */
	int64_t not_before; /* a failed one waits until then */
};

/* Has the day come on which a certificate of a CA before is replaced?  Until
 * then it is as good as any. */
bool due_ca(const struct due_facts *f);

/*
 * What comes with time comes earlier by a part of its period that follows from
 * the UUID, a quarter at most: what was set up in one night is not due in one
 * night.  What somebody changed is due at once.
 */
enum due_why due_decide(const struct due_facts *f);

/* "its profile changed", for messages; "" for DUE_NOT. */
const char *due_text(enum due_why why);

#endif
