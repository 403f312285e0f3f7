#ifndef CALLER_H
#define CALLER_H

/*
 * caller - who says that it is which machine: a row for each UUID, address,
 * version and PID that were heard together (table callers).  Read for planning,
 * with the key: the facts for plan.h and contest.h; and what plans and results
 * make of one.
 */
#include "base/uuid.h"
#include "plan/keystate.h"
#include "plan/plan.h"
#include "store/heard.h"
#include "store/store.h"
#include "store/strangers.h"

/* Of one machine at most so many are looked at.  strangers.h keeps fewer, but
 * looks only from time to time: all that can come between fit. */
#define CALLERS_MAX (2 * (HEARD_MAX + STRANGERS_ALIKE))

/* One of them with its key. */
struct caller_row {
	int64_t id;
	char address[48], pid[40], place[512], realm[256];
	unsigned version;
	int64_t hash_list; /* number of the list in its newest hello, 0 none */
	bool creds_set;
	int64_t last_heard, closes;
	int64_t arrived, heard, stirred; /* numbers of arrival */
	int64_t tries, failures, failed, failed_at, not_before;
	bool ever_failed;
	enum reason_id met;
	char met_detail[PLAN_DETAIL];
	int64_t proved_life, proved;
	bool proof_over; /* something else was proved at its address since */
	char verdict[32];
	char tls[8], rom[65]; /* that it showed last (schema.sql), or "" */
	int64_t speaks; /* for how many UUIDs its address does; some at most */
	bool key_known;
	enum key_state key_state;
	char used_by[UUID_TEXT], note[256], batch[80];
	int64_t key_changed;
	/* another UUID with its PID that may be a machine, or "" */
	char rival[UUID_TEXT];
	bool rival_proved;
};

struct callers_of {
	struct caller_row *list; /* CALLERS_MAX */
	size_t n;
};

void callers_new(struct callers_of *c);
void callers_free(struct callers_of *c);

/* Reads those of a machine; now is for windows. */
void callers_read(struct callers_of *c, struct store *s, const char *uuid,
    int64_t now);

/* --- plans --------------------------------------------------------------- */

/* A job was planned for it, with that number. */
void caller_tried(struct store *s, int64_t id, int64_t number);
/* Why it does not count, or REASON_NONE; detail is kept where its last job met
 * nothing. */
void caller_judge(struct store *s, int64_t id, enum reason_id verdict,
    const char *detail);

/* --- results ------------------------------------------------------------- */

/*
 * The key's handshake was done and the UUID is right: what a hello claimed is
 * proved, in this life and at this address, in a job of that plan.  The realm
 * ("": as before) is the one that a digest may be sent to later without the
 * key.
 */
void caller_proved(struct store *s, int64_t id, int64_t life, int64_t planned,
    int64_t at, const char *realm);
/* What it showed of itself; nothing without a certificate.  Unless it was
 * proved with that connection, what the certificate says is but a claim. */
struct caller_shown {
	const char *tls, *chain, *cert, *kind, *rom;
};
void caller_shows(struct store *s, int64_t id, const struct caller_shown *c,
    bool proved);
/* Its last job went well. */
void caller_well(struct store *s, int64_t id);
/* Its key proved the UUID of a machine that another key has set up. */
void caller_shares(struct store *s, int64_t id);

/* How its last job failed; not_before 0: a person has to do something. */
struct caller_failure {
	const char *reason, *detail;
	int64_t failures, at, not_before;
};
void caller_failed(struct store *s, int64_t id, const struct caller_failure *f);
int64_t caller_failures(struct store *s, int64_t id);

/* Has another said since that plan that it is this machine? */
bool callers_wait(struct store *s, const char *uuid, int64_t but,
    int64_t planned);

#endif
