#ifndef KEPT_H
#define KEPT_H

/*
 * kept - how machines that were set up are kept so: what was applied to each
 * and when, in what it differs, and which secrets it has accepted.
 */
#include "base/reason.h"
#include "store/seal.h"
#include "store/store.h"

/* A hash under the site's key: of a profile, of a secret. */
#define KEPT_HASH SEAL_PRINT

/* Texts are borrowed until the next machine. */
struct kept_row {
	const char *uuid, *fqdn, *firmware;
	const char *profile, *digest; /* applied last, or "" */
	int64_t life, jobs;
	int64_t checked_at, clock_at; /* 0: never */
	int64_t password_at;          /* when the newest one was planned */
	int64_t cert_until;           /* 0: it has none that was issued */
	bool pending;                 /* the newest was never seen */
	bool differs;                 /* a finding is open */
	/* A visit that was to keep it has reached it since the last one that
	 * came to its end, and may have written what it did not commit.  One
	 * that only looks commits nothing. */
	bool uncommitted;
	int64_t failures, failed_at, not_before; /* of jobs since it was in
	                                          * order */
	const char *reason;          /* of the last one, or of kept_note */
	const char *address, *realm; /* as its key proved them; realm "":
	                              * nothing may be sent */
	const char *pid, *batch;     /* of its key; pid "": a certificate */
	const char *tls, *leaf;      /* that it showed last, or "" */
};
typedef void kept_fn(void *arg, const struct kept_row *k);

/* Those that are verified, were not unprovisioned since and are not with a run;
 * the one first that was checked longest ago. */
void kept_each(struct store *s, int64_t now, kept_fn *fn, void *arg);
/* The same of one; false when it is none of them. */
bool kept_one(struct store *s, int64_t now, const char *uuid, kept_fn *fn,
    void *arg);

/* --- results ------------------------------------------------------------- */

struct kept_job {
	const char *uuid, *job, *profile, *digest;
	int64_t at;
};
/* Everything was compared and is in order.  applied: and written before. */
void kept_in_order(struct store *s, const struct kept_job *j, bool applied);
/* The name of that job is its own now. */
void kept_named(struct store *s, const struct kept_job *j);
/* What it showed then. */
void kept_shows(struct store *s, const char *uuid, const char *tls,
    const char *leaf);
/* Compared, and it differs: findings of earlier jobs are over. */
void kept_checked(struct store *s, const struct kept_job *j);
void kept_clock(struct store *s, const char *uuid, int64_t at);
/* It is looked at again later (cause_wait). */
void kept_failed(struct store *s, const struct kept_job *j, enum reason_id why,
    const char *detail);

/* Why no job can be planned for it; REASON_NONE: one can again. */
void kept_note(struct store *s, const char *uuid, enum reason_id why,
    const char *detail);
/* Has the call that takes it back been sent in that life, or was it about to,
 * and the machine has not answered that it refuses?  The same for SQL. */
#define ASKED_BACK(uuid, life)                                                 \
	"EXISTS (SELECT 1 FROM jobs b JOIN results r ON r.job = b.job"         \
	"  AND r.milestone = 'unprovisioning'"                                 \
	" WHERE b.uuid = " uuid " AND b.life = " life                          \
	"  AND ifnull(b.reason, '') NOT IN"                                    \
	"   ('UNPROVISION-BLOCKED', 'RETURN-CODE', 'SOAP-FAULT'))"
bool kept_asked_back(struct store *s, const char *uuid, int64_t life);
/* It is no longer kept, until it is set up anew (kept_forget), and differs in
 * nothing. */
void kept_unprovisioned(struct store *s, const char *uuid, int64_t at);

/* kind: differs or lacks. */
void kept_finding(struct store *s, const struct kept_job *j, const char *kind,
    char *const field[]);
/* It was put right. */
void kept_put_right(struct store *s, const struct kept_job *j,
    const char *setting, const char *item);

/* --- secrets that nothing reads back ------------------------------------- */

/* A job is planned that would send this. */
void kept_will_send(struct store *s, const char *job, const char *setting,
    const char *item, const char *hash);
/* Has the machine accepted just this? */
bool kept_has(struct store *s, const char *uuid, const char *setting,
    const char *item, const char *hash);
/* It was accepted. */
void kept_sent(struct store *s, const struct kept_job *j, const char *setting,
    const char *item);
/* It is in setup again: nothing of this holds any more. */
void kept_forget(struct store *s, const char *uuid);
/* The job has ended: what it would have sent is of no more use. */
void kept_over(struct store *s, const char *job);

#endif
