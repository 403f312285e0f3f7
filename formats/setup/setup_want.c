#include "setup/setup_want.h"

#include <stdio.h>
#include <string.h>

#include "amt/status.h"
#include "setup/setup_adopt.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"
#include "setup/setup_keep.h"
#include "setup/setup_managed.h"
#include "setup/setup_own.h"
#include "setup/setup_unprovision.h"
#include "setup/setup_way.h"

/*
 * How long to wait before each look at a machine that has committed.  It
 * restarts its network, which takes 5 to 30 s; after that the next sweep
 * looks again.
 */
static const int64_t verify_ms[] = { 1000, 2000, 5000, 5000, 10000, 10000,
	7000 };
#define ROUNDS (sizeof(verify_ms) / sizeof(verify_ms[0]))
/* Looks that hang must not make it much more than that. */
#define VERIFY_MS 50000
/* From this round on the setup port is looked at too, whatever was said. */
#define ROUND_BOTH 3

static enum setup_next took_commit(struct setup *s, struct message *r);
static enum setup_next lost_commit(struct setup *s);
static bool commit_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next took_verify_state(struct setup *s, struct message *r);
static bool verify_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next verify_later(struct setup *s);
static enum setup_next verify(struct setup *s);

static const struct setup_step want_commit = { .name = "commit",
	.class = SETUP_SERVICE,
	.method = "CommitChanges",
	.expect = EXPECT_RETURN,
	.ask = ask_plain_call,
	.took = took_commit,
	.lost = lost_commit,
	.refused = commit_refused };
static const struct setup_step want_verify_state = { .name = "verify-state",
	.class = SETUP_SERVICE,
	.expect = EXPECT_INSTANCE,
	.own_pace = true,
	.ask = ask_get,
	.took = took_verify_state,
	.lost = setup_lost_verify,
	.refused = verify_refused,
	.next_try = verify_later };
const struct setup_step setup_step_verify = { .name = "verify-",
	.expect = EXPECT_INSTANCE,
	.own_pace = true,
	.ask = ask_get,
	.took = setup_took_verify,
	.lost = setup_lost_verify,
	.refused = verify_refused,
	.next_try = verify_later };

/* --- the right machine ---------------------------------------------------- */

/* All that a job may wish for: who answers knows the key, is the machine and
 * is in setup. */
static enum setup_next
end_proof(struct setup *s)
{
	if (s->machine_mode == MODE_CLIENT)
		return setup_end(s, REASON_STATE_UNEXPECTED,
		    "client control mode (ProvisioningMode 4)");
	if (s->machine_state != STATE_IN)
		return setup_end(s, REASON_STATE_UNEXPECTED,
		    "ProvisioningState %u", (unsigned)s->machine_state);
	setup_reached(s, SETUP_PROVED);
	return setup_end(s, REASON_NONE, "proved");
}

/* Set up by an earlier try.  One that was cut while it put the machine right
 * may have missed the commit of that. */
static enum setup_next
found(struct setup *s)
{
	return s->job.commit && setup_is_earlier(s) ? setup_adopt(s)
	                                            : setup_verify_settings(s);
}

/* The right machine answers: what has it been through? */
static enum setup_next
arrived(struct setup *s)
{
	bool ours = setup_password(s) == s->admin;

	if (s->machine_mode == MODE_CLIENT)
		return setup_end(s, REASON_STATE_UNEXPECTED,
		    "client control mode (ProvisioningMode 4)");
	if (s->machine_state == STATE_POST && s->bare && s->job.attempt > 1)
		return verify(s); /* an earlier commit of ours, perhaps */
	if (s->machine_state == STATE_POST && s->bare)
		return setup_end(s, REASON_ALREADY_SET_UP,
		    "ProvisioningState 2, somebody else has set it up");
	if (s->machine_state == STATE_POST && !ours)
		return setup_end(s, REASON_ALREADY_SET_UP,
		    "ProvisioningState 2, with a password that is not the "
		    "planned one");
	if (s->machine_state != STATE_POST &&
	    (s->machine_state != STATE_IN || s->looking))
		return setup_end(s, REASON_STATE_UNEXPECTED,
		    "ProvisioningState %u%s%s%s", (unsigned)s->machine_state,
		    s->looking ? " at port " : "",
		    s->looking ? setup_port(s) : "",
		    s->machine_state == STATE_PRE
		        ? ", its setup window is closed"
		        : "");
	if (ours) {
		setup_note(s, "the admin password was set already");
		setup_reached(s, SETUP_ADMIN_SET);
	}
	if (s->machine_state == STATE_IN)
		return setup_learn(s);
	setup_note(s, "found committed");
	s->found = true;
	return found(s);
}

/* --- after the commit ---------------------------------------------------- */

/* Port 16992 is open for the way back of mutual TLS alone (setup_places). */
static bool
home_is_left(const struct setup *s)
{
	return s->plain_open && s->home == SETUP_PLAIN;
}

/* The next place where it may be: those of a machine that is set up, and in the
 * end, unless it is sure that it committed, where setup is talked. */
static bool
verify_elsewhere(struct setup *s)
{
	enum setup_route to[SETUP_AFTER_MAX];

	if (s->place < setup_places(s, to))
		setup_go_to(s, to[s->place++]);
	else if (setup_is_away(s) && !home_is_left(s) &&
	    (!s->commit_sure || s->round >= ROUND_BOTH))
		setup_go_to(s, s->home);
	else
		return false;
	return true;
}

static enum setup_next
verify_later(struct setup *s)
{
	(void)setup_enter(s, &want_verify_state);
	if (s->round == ROUNDS || s->now_ms - s->verify_from_ms >= VERIFY_MS) {
		if (s->seen_state != UINT32_MAX && s->seen_state != STATE_POST)
			return setup_end(s, REASON_VERIFY_FAILED,
			    "ProvisioningState stays %u",
			    (unsigned)s->seen_state);
		if (s->plain_open && s->console_refused)
			return setup_end(s, REASON_CONSOLE_REFUSED,
			    "mutual TLS is on, port 16992 is open; last: %s",
			    s->why.detail);
		return setup_end(s, REASON_VERIFY_UNREACHED,
		    "not seen again; last: %s",
		    s->best.reason == REASON_REALM_CHANGED ? s->best.detail
		                                           : s->why.detail);
	}
	s->place = 0;
	(void)verify_elsewhere(s);
	s->wait_ms = verify_ms[s->round++];
	return SETUP_WAIT;
}

static enum setup_next
verify(struct setup *s)
{
	s->round = 0;
	s->verify_from_ms = s->now_ms;
	s->trial =
	    (struct setup_trial){ .order = { s->admin, s->admin }, .n = 2 };
	return verify_later(s);
}

/* A commit that is known to be done has put the new certificate into service;
 * of a machine that was not set up so has one that is found done.  Else either
 * may be shown. */
static void
commit_shows(struct setup *s, bool sure)
{
	if (s->leaf_next[0] == '\0')
		return;
	if (sure || !s->rules.want->keeps)
		memcpy(s->leaf, s->leaf_next, sizeof(s->leaf_next));
	else if (s->job.leaf[0] != '\0')
		(void)snprintf(s->leaf, sizeof(s->leaf), "%s,%s", s->job.leaf,
		    s->leaf_next);
}

static enum setup_next
took_commit(struct setup *s, struct message *r)
{
	(void)r;
	s->commits++;
	s->commit_sure = true;
	commit_shows(s, true);
	setup_reached(s, SETUP_COMMITTED);
	return verify(s);
}

/* Its state says nothing of the commit, which may be sent twice. */
static enum setup_next
kept_commit(struct setup *s)
{
	setup_then_fn *then = s->after_commit;

	if (!s->commit_sure && s->commits - s->commits_before != 2)
		return setup_enter(s, &want_commit);
	s->after_commit = NULL;
	return then != NULL ? then(s) : setup_verify_settings(s);
}

static enum setup_next
took_verify_state(struct setup *s, struct message *r)
{
	if (message_number(&s->seen_state, r->items, "ProvisioningState") != 0)
		s->seen_state = UINT32_MAX;
	/* Seen there by whoever has the certificate: the password must open. */
	if (s->seen_state == STATE_POST && s->bare)
		return verify_later(s);
	if (s->seen_state == STATE_POST) {
		if (s->rules.want->keeps || s->after_commit != NULL)
			return kept_commit(s);
		setup_reached(s, SETUP_ADMIN_SET); /* it has opened */
		if (s->machine_state == STATE_POST) {
			setup_note(s, "found committed");
			s->found = true;
			return found(s);
		}
		setup_reached(s, SETUP_COMMITTED);
		return setup_verify_settings(s);
	}
	/* The commit's answer was lost, and so was the commit.  Whoever says so
	 * at the open port, setup is talked under the key alone. */
	if (s->seen_state == STATE_IN && !s->commit_sure && s->commits < 2) {
		setup_go_to(s, s->home);
		return setup_enter(s, &want_commit);
	}
	return verify_later(s);
}

/* --- no good answer --------------------------------------------------------
 */

/* The planned password opened from the start, so it was never set as the
 * network's own, which a commit asks for. */
static bool
commit_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	const struct setting *admin = NULL;

	if (no->fault != NULL || no->code != STATUS_DATA_MISSING)
		return false;
	if (s->rules.way != NULL && s->rules.way->examine != NULL &&
	    !s->examined) {
		s->examined = true;
		*next = s->rules.way->examine(s);
		return true;
	}
	for (size_t i = 0; i < s->rules.count && s->admin_sends == 0; i++)
		if (s->rules.table[i].apply == setup_admin)
			admin = &s->rules.table[i];
	if (admin != NULL) {
		s->commit_wants_admin = true;
		*next = setup_apply_from(s, admin);
		return true;
	}
	*next = setup_end(s, REASON_COMMIT_REFUSED, "%s%s%s", no->what,
	    s->examined ? ", after what it may lack was looked at" : "",
	    s->mebx_refused ? "; its MEBx password could not be set" : "");
	return true;
}

static bool
verify_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	if (s->step == &setup_step_verify &&
	    setup_verify_unsupported(s, no, next))
		return true;
	if (no->fault == NULL || s->found)
		return false;
	(void)snprintf(s->why.detail, sizeof(s->why.detail), "%s", no->what);
	*next = verify_later(s);
	return true;
}

static enum setup_next
lost_commit(struct setup *s)
{
	s->commits++;
	s->commit_sure = false;
	commit_shows(s, false);
	return verify(s);
}

enum setup_next
setup_lost_verify(struct setup *s)
{
	if (s->found)
		return setup_again_once(s);
	/* The state came on a connection that may be closed by now. */
	if (s->step != &want_verify_state && s->dropped &&
	    setup_counted(s, s->step)->lost++ == 0)
		return setup_enter_fresh(s, s->step);
	if (s->step == &want_verify_state && verify_elsewhere(s))
		return SETUP_ASK;
	return verify_later(s);
}

/* --- the table -------------------------------------------------------------
 */

enum setup_next
setup_commit(struct setup *s)
{
	s->commits_before = s->commits;
	return setup_enter(s, &want_commit);
}

enum setup_next
setup_commit_then(struct setup *s, setup_then_fn *then)
{
	s->after_commit = then;
	s->commits_before = s->commits;
	s->commit_sure = false;
	s->console_refused = false;
	s->found = false; /* from here on it is our doing */
	return setup_enter(s, &want_commit);
}

enum setup_next
setup_confirmed(struct setup *s)
{
	setup_reached(s, SETUP_NAMED);
	setup_reached(s, SETUP_COMMITTED);
	setup_reached(s, SETUP_VERIFIED);
	return setup_end(s, REASON_NONE, "verified");
}

static enum setup_next
settings_verified(struct setup *s)
{
	return s->rules.way != NULL && s->rules.way->confirm != NULL
	    ? s->rules.way->confirm(s)
	    : setup_confirmed(s);
}

const struct setup_want setup_wants[] = {
	[SETUP_SET_UP] = { .writes = true,
	    .looks_again = true,
	    .arrived = arrived,
	    .applied = setup_commit,
	    .verified = settings_verified },
	[SETUP_PROVE] = { .arrived = end_proof },
	[SETUP_KEEP] = { .writes = true,
	    .keeps = true,
	    .looks_again = true,
	    .arrived = setup_managed_arrived,
	    .controlled = setup_learn,
	    .applied = setup_kept,
	    .verified = setup_in_order },
	[SETUP_CHECK] = { .keeps = true,
	    .arrived = setup_managed_arrived,
	    .controlled = setup_learn,
	    .applied = setup_in_order },
	[SETUP_UNPROVISION] = { .keeps = true,
	    .arrived = setup_managed_arrived,
	    .controlled = setup_unprovision,
	    .gone = setup_unprovision_gone },
	[SETUP_UNPROVISION_PARTIAL] = { .keeps = true,
	    .arrived = setup_managed_arrived,
	    .controlled = setup_unprovision_partial,
	    .gone = setup_unprovision_gone },
};
