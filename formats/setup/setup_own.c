/*
 * Calls: Intel AMT Implementation and Reference Guide, "Setup and
 * Configuration"; class definitions for the ReturnValues.
 */
#include "setup/setup_own.h"

#include <string.h>

#include "amt/status.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"
#include "setup/setup_talk.h"
#include "setup/setup_way.h"

#define CLOCK "AMT_TimeSynchronizationService"
#define ACCOUNTS "AMT_AuthorizationService"

static enum setup_next took_clock(struct setup *s, struct message *r);
static enum setup_next took_set_clock(struct setup *s, struct message *r);
static enum setup_next lost_set_clock(struct setup *s);
static enum setup_next took_set_mebx(struct setup *s, struct message *r);
static enum setup_next took_check_mebx(struct setup *s, struct message *r);
static enum setup_next lost_set_mebx(struct setup *s);
static bool mebx_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next took_set_admin(struct setup *s, struct message *r);
static enum setup_next took_check_admin(struct setup *s, struct message *r);
static enum setup_next check_admin(struct setup *s);

static const struct setup_step step_read_clock = { .name = "read-",
	.class = CLOCK,
	.method = "GetLowAccuracyTimeSynch",
	.expect = EXPECT_OUTPUT,
	.ask = ask_plain_call,
	.took = took_clock,
	.lost = setup_again_once };
static const struct setup_step step_set_clock = { .name = "set-",
	.class = CLOCK,
	.method = "SetHighAccuracyTimeSynch",
	.expect = EXPECT_RETURN,
	.ask = ask_set_clock,
	.took = took_set_clock,
	.lost = lost_set_clock };
static const struct setup_step step_set_mebx = { .name = "set-",
	.class = SETUP_SERVICE,
	.method = "SetMEBxPassword",
	.expect = EXPECT_RETURN,
	.ask = ask_set_mebx,
	.took = took_set_mebx,
	.lost = lost_set_mebx,
	.refused = mebx_refused };
static const struct setup_step step_check_mebx = { .name = "check-",
	.class = SETUP_SERVICE,
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = took_check_mebx,
	.lost = setup_again_once };
static const struct setup_step step_set_admin = { .name = "set-",
	.class = ACCOUNTS,
	.method = "SetAdminAclEntryEx",
	.expect = EXPECT_RETURN,
	.ask = ask_set_admin,
	.took = took_set_admin,
	.lost = check_admin };
static const struct setup_step step_check_admin = { .name = "check-",
	.class = SETUP_GENERAL,
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = took_check_admin,
	.lost = setup_again_once };

/* --- the clock ------------------------------------------------------------ */

static enum setup_next
took_clock(struct setup *s, struct message *r)
{
	if (message_number(&s->ta0, r->items, "Ta0") != 0)
		return setup_bad_answer(s, "Ta0 is not a number");
	s->ta0_ms = s->now_ms;
	return setup_counted(s, &step_set_clock)->lost != 0
	    ? setup_enter_fresh(s, &step_set_clock)
	    : setup_enter(s, &step_set_clock);
}

static enum setup_next
took_set_clock(struct setup *s, struct message *r)
{
	(void)r;
	return setup_applied(s);
}

/* The device's clock may have been set: Ta0 is then of no use any more. */
static enum setup_next
lost_set_clock(struct setup *s)
{
	enum setup_next next = setup_again_once(s);

	return next == SETUP_ASK ? setup_enter(s, &step_read_clock) : next;
}

enum setup_next
setup_clock(struct setup *s)
{
	if (!s->rules.want->writes)
		return setup_apply_from(s, s->row + 1);
	return setup_enter(s, &step_read_clock);
}

/* --- the MEBx password ---------------------------------------------------- */

static enum setup_next
took_set_mebx(struct setup *s, struct message *r)
{
	(void)r;
	s->mebx_sends++;
	return setup_applied(s);
}

/* After SetMEBxPassword without an answer: which password opens now? */
static enum setup_next
took_check_mebx(struct setup *s, struct message *r)
{
	(void)r;
	if (setup_password(s) == s->mebx && s->trial.at != 0)
		return setup_applied(s);
	if (s->mebx_sends < 2)
		return setup_enter_fresh(s, &step_set_mebx);
	return setup_give_up(s);
}

static enum setup_next
lost_set_mebx(struct setup *s)
{
	size_t now = setup_password(s);

	s->mebx_lost = true;
	s->mebx_sends++;
	trial_begin(s);
	trial_add(s, now);
	trial_add(s, s->mebx);
	return setup_enter(s, &step_check_mebx);
}

/*
 * A machine on which an earlier run changed the MEBx password may refuse to
 * change it again.  That it was changed is known when a password shows that
 * the run got that far, or when our own request went unanswered.
 */
static bool
mebx_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	size_t now = setup_password(s);

	if (no->fault != NULL || no->code != STATUS_NOT_PERMITTED ||
	    (now != s->admin && now != s->mebx && !s->mebx_lost))
		return false;
	setup_note(s, "the MEBx password could not be set again");
	*next = setup_apply_from(s, s->row + 1);
	return true;
}

enum setup_next
setup_mebx(struct setup *s)
{
	if (!s->rules.want->writes)
		return setup_apply_from(s, s->row + 1);
	return setup_enter(s, &step_set_mebx);
}

/* --- the admin password --------------------------------------------------- */

/* Reads the settings with admin_next, or what else opens if it does not. */
static enum setup_next
check_admin(struct setup *s)
{
	size_t before = setup_password(s);

	s->admin_sends++;
	trial_begin(s);
	trial_add(s, s->admin);
	trial_add(s, before);
	trial_add(s, s->mebx);
	for (size_t i = 0; i < s->npool; i++)
		trial_add(s, i);
	return setup_enter(s, &step_check_admin);
}

static enum setup_next
took_set_admin(struct setup *s, struct message *r)
{
	(void)r;
	s->why.reason = REASON_NONE;
	return check_admin(s);
}

static enum setup_next
took_check_admin(struct setup *s, struct message *r)
{
	if (setup_keep_realm(s, r) == SETUP_END)
		return SETUP_END;
	if (setup_password(s) == s->admin)
		return setup_applied(s);
	if (s->admin_sends < 2)
		return setup_enter_fresh(s, &step_set_admin);
	if (s->why.reason != REASON_NONE)
		return setup_give_up(s);
	return setup_end(s, REASON_AUTH_REFUSED,
	    "SetAdminAclEntryEx was accepted twice, and the new password is "
	    "refused");
}

/*
 * With a coupled PasswordModel the network's password has changed with the
 * MEBx's: a 401 now means mebx_next, and admin_next, if an earlier run had set
 * it, may be undone.
 */
enum setup_next
setup_admin(struct setup *s)
{
	size_t now = setup_password(s);
	bool changed = s->mebx_sends != 0 && s->mebx != now;

	if (now == s->admin && !changed && !s->commit_wants_admin)
		return setup_apply_from(s, s->row + 1);
	if (!s->rules.want->writes) {
		setup_differs(s, s->row, NULL);
		return setup_apply_from(s, s->row + 1);
	}
	if (now == s->admin && !s->commit_wants_admin) {
		trial_begin(s);
		trial_add(s, s->admin);
		trial_add(s, s->mebx);
		return setup_enter(s, &step_check_admin);
	}
	if (changed && !s->commit_wants_admin)
		s->trial = (struct setup_trial){ .order = { now, s->mebx, now },
			.n = 3 };
	s->commit_wants_admin = false;
	return setup_enter(s, &step_set_admin);
}
