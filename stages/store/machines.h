#ifndef MACHINES_H
#define MACHINES_H

/*
 * machines - the machines of a store, one row a UUID that was heard: which of
 * them planning has to look at, and what their plans and results make of them.
 *
 * machinestate.h says which state may follow which.  A function that changes
 * the state does so only where there is such a way.
 */
#include "base/reason.h"
#include "base/uuid.h"
#include "plan/machinestate.h"
#include "store/store.h"

/*
 * For SQL: nothing but a proof leads on from these states; and is the machine
 * in one of them, or does it only wait to be?  Whoever says that he is it
 * counts for nothing then, whatever he says.
 */
#define ENDS_A_LIFE "'verified', 'unprovisioned'"
#define SET_UP_ONCE(m)                                                         \
	"(" m ".state IN (" ENDS_A_LIFE ") OR " m ".committed_at IS NOT NULL)"

/* Taken back in full, it has no key any more: one that proves its UUID since
 * then replaces that, as if it had been revoked. */
#define LOST_ITS_KEY(m)                                                        \
	"(" m ".state = 'unprovisioned' AND EXISTS (SELECT 1 FROM jobs u"      \
	"  WHERE u.job = " m ".uuid || '.' || " m ".job"                       \
	"   AND u.wish = 'unprovision'))"

/* Texts are borrowed until the next machine. */
struct machine_row {
	const char *uuid;
	const char *fqdn;     /* as last planned */
	const char *firmware; /* as last met, or "" */
	const char *rom;      /* SHA-256 of its ROM's certificate, when it was
	                       * set up last; or "" */
	enum machine_state state;
	int64_t life, jobs, attempts;
	int64_t holder;    /* the caller that was set up; 0: not set up */
	int64_t settled;   /* arrivals until then are known */
	bool committed;    /* in this life */
	bool set_up;       /* it is or was, or waits only to be verified */
	bool keyless;      /* it was taken back in full, with its key */
	int64_t set_up_at; /* when it was last verified; 0: never */
};
typedef void machine_fn(void *arg, const struct machine_row *m);

/*
 * Those that are not set up, or were heard since or share their UUID; and are
 * not with another run.  First whose window closes first (store_timing).
 */
void machines_due(struct store *s, int64_t now, machine_fn *fn, void *arg);

/*
 * Those that are set up and that the map calls by another name: uuid and fqdn.
 * noted: also those of which that was noted before.
 */
void machines_renamed(struct store *s, bool noted, machine_fn *fn, void *arg);

/* Whom a person means, of all that have the name: it gets another password.
 * Ends the program (65) unless there is one, and no other. */
void machines_again(struct store *s, const char *machine, char uuid[UUID_TEXT]);

/* --- plans --------------------------------------------------------------- */

/* Whom the report shows as the machine. */
void machines_show(struct store *s, const char *uuid, int64_t caller);
/* Nothing was planned for m: it is delayed or refused, and why. */
void machines_rest(struct store *s, const struct machine_row *m,
    enum machine_state to, enum reason_id why, const char *detail);
/* A run has it until then; jobs were numbered up to last, and the one that
 * sets it up is setup (0: none does). */
void machines_lease(struct store *s, const char *uuid, int64_t last,
    int64_t setup, int64_t until);
/* It is planned, under that name. */
void machines_plan(struct store *s, const struct machine_row *m,
    const char *fqdn);
/* Leases of runs whose jobs have all ended. */
void machines_release(struct store *s);
/* What a person should know of a machine that is set up and stays so; shared:
 * of its UUID, and REASON_NONE takes only that back. */
void machines_note(struct store *s, const char *uuid, bool shared,
    enum reason_id why, const char *detail);

/* --- results ------------------------------------------------------------- */

/* Its state alone; false when there is no such way. */
bool machines_move(struct store *s, const char *uuid, enum machine_state to);
void machines_firmware(struct store *s, const char *uuid, const char *version);
/* Its key proved this caller, in a job of that plan: it has the machine. */
void machines_hold(struct store *s, const char *uuid, int64_t caller,
    int64_t planned, int64_t at);
void machines_verified(struct store *s, const char *uuid, int64_t at,
    const char *detail);
/* Delayed, refused or heard, and why; its lease is over. */
void machines_failed(struct store *s, const char *uuid, enum machine_state to,
    const char *reason, const char *detail);
/* Nobody's fault: it stays where it is and the next run takes it. */
void machines_wait(struct store *s, const char *uuid, const char *reason,
    const char *detail);
/* A job of a machine that is set up has ended: no run has it. */
void machines_free(struct store *s, const char *uuid);
/* When the last of several proofs has ended, the next plan looks at it. */
void machines_proofs_over(struct store *s, const char *uuid);
/* It is set up no longer, as somebody wished, and that was seen by a job of
 * that plan: what was said before is known. */
void machines_unprovisioned(struct store *s, const char *uuid, int64_t planned);
/* It was proved that it is in setup again: a new life.  Its old passwords stay
 * known. */
void machines_reborn(struct store *s, const char *uuid, int64_t caller);

#endif
