#ifndef CANDIDATES_H
#define CANDIDATES_H

/*
 * candidates - who says that it is a machine, as the store has it: the facts
 * for plan.h and contest.h.
 */
#include "store/heard.h"
#include "plan/plan.h"
#include "store/store.h"
#include "store/strangers.h"
#include "base/uuid.h"

/* Of one machine at most so many are looked at.  strangers.h keeps fewer, but
 * looks only from time to time: all that can come between fit. */
#define CANDIDATES_MAX (2 * (HEARD_MAX + STRANGERS_ALIKE))

/* A row of callers with its key. */
struct candidate {
	int64_t id;
	char address[48], pid[40], place[512], realm[256];
	unsigned version;
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
	int64_t speaks; /* for how many UUIDs its address does; some at most */
	bool key_known;
	enum key_state key_state;
	char used_by[UUID_TEXT], note[256];
	int64_t key_changed;
	/* another UUID with its PID that may be a machine, or "" */
	char rival[UUID_TEXT];
	bool rival_proved;
};

struct candidates {
	struct candidate *list; /* CANDIDATES_MAX */
	size_t n;
};

void candidates_new(struct candidates *c);
void candidates_free(struct candidates *c);

/* Reads those of a machine; now is for windows. */
void candidates_read(struct candidates *c, struct store *s, const char *uuid,
    int64_t now);

#endif
