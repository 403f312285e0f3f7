/*
 * Calls: Intel AMT Implementation and Reference Guide, "Setup and
 * Configuration"; class definitions for the ReturnValues.
 */
#include "setup/setup_own.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "amt/status.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"
#include "setup/setup_talk.h"
#include "setup/setup_way.h"

#define CLOCK "AMT_TimeSynchronizationService"
#define ACCOUNTS "AMT_AuthorizationService"
#define CLOCK_OFF 10 /* seconds; maintenance.md, 2 */

static enum setup_next took_otp(struct setup *s, struct message *r);
static enum setup_next took_extend(struct setup *s, struct message *r);
static bool extend_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
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

static const struct setup_step step_read_otp = { .name = "read-",
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = took_otp,
	.lost = setup_again_once };
static const struct setup_step step_extend = { .name = "extend-",
	.class = SETUP_SERVICE,
	.method = "ExtendProvisioningPeriod",
	.expect = EXPECT_RETURN,
	.ask = ask_extend,
	.took = took_extend,
	.lost = setup_again_once,
	.refused = extend_refused };
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

/* --- the one-time password ------------------------------------------------ */

/* An agent on the machine has set it before; it is base64 of 8 to 32 bytes. */
static enum setup_next
took_otp(struct setup *s, struct message *r)
{
	const char *have = message_value(r->items, s->row->property);
	const char *wanted = setup_wanted(s, s->row);
	unsigned char expected[SETTING_VALUE_MAX * 4 / 3 + 8];
	size_t len = (size_t)EVP_EncodeBlock(expected,
	    (const unsigned char *)wanted, (int)strlen(wanted));
	bool same = have != NULL && strlen(have) == len &&
	    CRYPTO_memcmp(have, expected, len) == 0;

	explicit_bzero(expected, sizeof(expected));
	if (same)
		return setup_applied(s);
	return setup_end(s, REASON_OTP_WRONG, "%s",
	    have == NULL || *have == '\0' ? "it has no one-time password"
	                                  : "it has another one-time password");
}

enum setup_next
setup_otp(struct setup *s)
{
	if (s->checking) /* nothing keeps it once the machine is set up */
		return setup_apply_from(s, s->row + 1);
	return setup_enter(s, &step_read_otp);
}

/* --- the time that it waits for setup ------------------------------------- */

static enum setup_next
took_extend(struct setup *s, struct message *r)
{
	(void)r;
	s->window_held = true;
	return setup_applied(s);
}

/* What is left of the window may well be enough. */
static bool
extend_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	(void)no;
	s->window_held = true;
	*next = setup_apply_from(s, s->row + 1);
	return true;
}

enum setup_next
setup_window(struct setup *s)
{
	if (!setup_writes(s) || s->window_held)
		return setup_apply_from(s, s->row + 1);
	return setup_enter(s, &step_extend);
}

/* --- the clock ------------------------------------------------------------ */

static bool
clock_is_right(const struct setup *s)
{
	int64_t off = (int64_t)s->ta0 - s->unix_now;

	return off >= -CLOCK_OFF && off <= CLOCK_OFF;
}

/* After a commit that lacked something: was it this? */
static void
note_clock(struct setup *s)
{
	if (s->examined && !clock_is_right(s))
		setup_note(s, "its clock was wrong again before the commit");
}

/* A machine that is set up: flash wears out, and what is right is left alone
 * (profile.md, 12).  A new one's commit wants the clock set, even if right. */
static enum setup_next
clock_keep(struct setup *s)
{
	int64_t off = (int64_t)s->ta0 - s->unix_now;
	bool right = clock_is_right(s);
	char found[40];

	(void)snprintf(found, sizeof(found), "%+lld s", (long long)off);
	if (right && s->read_back)
		setup_changed(s, s->row, "", NULL);
	if (right)
		return setup_applied(s);
	if (!setup_writes(s)) {
		setup_differs(s, s->row, "", found);
		return setup_apply_from(s, s->row + 1);
	}
	if (s->read_back)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "its clock was set and differs (got %s)", found);
	return setup_enter(s, &step_set_clock);
}

static enum setup_next
took_clock(struct setup *s, struct message *r)
{
	if (message_number(&s->ta0, r->items, "Ta0") != 0)
		return setup_bad_answer(s, "Ta0 is not a number");
	s->ta0_ms = s->now_ms;
	if (s->machine_state == STATE_POST)
		return clock_keep(s);
	note_clock(s);
	return setup_counted(s, &step_set_clock)->lost != 0
	    ? setup_enter_fresh(s, &step_set_clock)
	    : setup_enter(s, &step_set_clock);
}

static enum setup_next
took_set_clock(struct setup *s, struct message *r)
{
	(void)r;
	if (s->machine_state == STATE_POST) {
		s->read_back = true;
		return setup_enter(s, &step_read_clock);
	}
	return setup_applied(s);
}

/* The device's clock may have been set: Ta0 is then of no use any more. */
static enum setup_next
lost_set_clock(struct setup *s)
{
	enum setup_next next = setup_again_once(s);

	return next == SETUP_ASK ? setup_enter(s, &step_read_clock) : next;
}

/* After a setup it is not looked at again: it was set minutes ago, or by an
 * earlier run, and nothing would set it now. */
enum setup_next
setup_clock(struct setup *s)
{
	if (!setup_writes(s) && !s->rules.want->keeps)
		return setup_apply_from(s, s->row + 1);
	return setup_enter(s, &step_read_clock);
}

/* --- the MEBx password ---------------------------------------------------- */

static enum setup_next
took_set_mebx(struct setup *s, struct message *r)
{
	(void)r;
	s->mebx_sends++;
	s->mebx_done = true;
	if (s->rules.want->keeps)
		setup_sent(s, s->row, "");
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
	if (s->bare) /* no login shows it; sent twice it is the same */
		return s->mebx_sends < 2 ? setup_enter_fresh(s, &step_set_mebx)
		                         : setup_give_up(s);
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
	bool again = now == s->admin || now == s->mebx || s->mebx_lost;

	if (no->fault != NULL)
		return false;
	if (no->code == STATUS_INVALID_PASSWORD && s->home == SETUP_TLS_PKI) {
		*next = setup_end(s, REASON_MEBX_REFUSED, "%s", no->what);
		return true;
	}
	/* Over a certificate, and later, the MEBx may allow it while the
	 * factory's is in use alone; the rest goes on all the same. */
	if (no->code != STATUS_NOT_PERMITTED ||
	    (!again && s->home != SETUP_TLS_PKI && !s->rules.way->by_realm))
		return false;
	setup_note(s,
	    again ? "the MEBx password could not be set again"
	          : "the MEBx password was left as it is: the MEBx forbids it");
	s->mebx_done = true;
	s->mebx_refused = !again;
	*next = setup_apply_from(s, s->row + 1);
	return true;
}

enum setup_next
setup_mebx(struct setup *s)
{
	if (!setup_writes(s) || s->mebx_done ||
	    (s->rules.want->keeps && setup_known(s, s->row, "")))
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
	if (s->bare) /* on this connection, unless it was closed */
		return setup_enter(s, &step_check_admin);
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
	s->admin_sure = true;
	return check_admin(s);
}

static enum setup_next
took_check_admin(struct setup *s, struct message *r)
{
	if (setup_keep_realm(s, r) == SETUP_END)
		return SETUP_END;
	if (setup_password(s) == s->admin || (s->bare && s->admin_sure))
		return setup_applied(s);
	if (s->admin_sends < 2)
		return setup_enter_fresh(s, &step_set_admin);
	if (s->why.reason != REASON_NONE)
		return setup_give_up(s);
	return setup_end(s, REASON_AUTH_REFUSED,
	    "SetAdminAclEntryEx was accepted twice, and the new password is "
	    "refused");
}

/* Nothing opens or does not: it is sent once, and again after the MEBx's where
 * that has replaced it. */
static enum setup_next
admin_bare(struct setup *s)
{
	bool replaced =
	    s->mebx_sends > s->mebx_seen && s->password_model == MODEL_COUPLED;

	s->mebx_seen = s->mebx_sends;
	if (s->admin_sure && !replaced)
		return setup_apply_from(s, s->row + 1);
	s->admin_sends = 0;
	s->admin_sure = false;
	return setup_enter(s, &step_set_admin);
}

/* On a machine that is set up, where others are known that might have opened:
 * an earlier run has sent it, and nobody saw the answer. */
static void
admin_opened(struct setup *s)
{
	if (s->rules.want->keeps && s->npool > 1)
		setup_reached(s, SETUP_ADMIN_SET);
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
	bool changed = s->mebx_sends != 0 && s->mebx != now &&
	    (s->home != SETUP_TLS_PKI || s->password_model == MODEL_COUPLED);

	if (s->bare && setup_writes(s))
		return admin_bare(s);
	if (now == s->admin && !changed && !s->commit_wants_admin) {
		admin_opened(s);
		return setup_apply_from(s, s->row + 1);
	}
	if (!setup_writes(s)) {
		if (now != s->admin && !s->surveying)
			setup_differs(s, s->row, "", NULL);
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
