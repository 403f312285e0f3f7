#ifndef JOBS_H
#define JOBS_H

/*
 * jobs - the jobs of a store: what a plan gave to a sweep, and how it ended.
 */
#include "base/domain.h"
#include "store/kept.h"

/* One that is planned.  Texts are borrowed. */
struct job_row {
	const char *job; /* uuid.number */
	const char *uuid, *fqdn, *address, *pid, *profile;
	const char *wish;   /* as the jobs stream has it */
	const char *digest; /* of its profile (kept.h) */
	bool again;         /* a person has said that the machine was reset */
	int64_t life, attempt;
	int64_t admin, mebx; /* ids of secrets; 0: it sets none */
	int64_t planned;     /* number of its plan, among arrivals */
	int64_t planned_at, not_after;
};

/* Where it is in the store: nothing is sent before that. */
void jobs_plan(struct store *s, const struct job_row *j);

/*
 * Ends the jobs of runs that did not: those whose time is over, or all
 * (take_over), or dated in the future: the clock was set back, the run is over.
 */
void jobs_cut(struct store *s, int64_t now, bool take_over);

/* How it ended: a reason's code, or "" for well. */
void jobs_end(struct store *s, const char *job, int64_t at, const char *reason);

/* Of its last job that has ended: with which profile it was planned, and for
 * which name. */
struct job_last {
	char digest[KEPT_HASH]; /* "": not known */
	char fqdn[DOMAIN_TEXT];
};
/* Of a machine that is set up, in that life; false: none has. */
bool jobs_last_visit(struct store *s, const char *uuid, int64_t life,
    struct job_last *last);
/* The one that was to set up a caller. */
bool jobs_last_setup(struct store *s, int64_t caller, struct job_last *last);

/* Did one that was to set it up find it set up and otherwise than wanted, and
 * not end well? */
bool jobs_found_other(struct store *s, const char *uuid, int64_t life);

/* How many other jobs of this life, at this caller, ended with that reason. */
int64_t jobs_count(struct store *s, const char *job, const char *reason);

/* A job that was planned, and its machine now.  Texts are borrowed until
 * jobs_found_end. */
struct job_found {
	const char *uuid, *pid; /* pid "": with a certificate */
	int64_t admin, mebx;    /* ids of secrets; 0: it sets none */
	int64_t life;           /* of the machine, when it was planned */
	int64_t planned;        /* number of its plan */
	bool prove;
	bool keeps, checks; /* one of a machine that is set up: writing, or only
	                     * looking */
	bool unprovisions;
	const char *profile, *digest;
	bool current;   /* no newer job: of a setup, at this machine; of a
	                 * proof, at its caller */
	int64_t caller; /* whom it went to; 0: forgotten since */
	/* the machine */
	bool this_life; /* is it in that life still? */
	bool next_life; /* or in the one that this plan began? */
	bool verified;
	bool set_up;     /* it is, or waits only to be verified */
	bool replaces;   /* its key is the one that set it up, or that one was
	                  * revoked, or went when all of it was unprovisioned;
	                  * a certificate is no key of the machine's */
	bool again;      /* a person had said that it was reset */
	const char *rom; /* of its certificate when it was set up last, or "" */
	struct query *row;
};

/* False when there is no such job. */
bool jobs_find(struct store *s, const char *job, struct job_found *j);
void jobs_found_end(struct job_found *j);

#endif
