/*
 * family_redirection - SOL, IDER and their listener, which KVM needs too: one
 * instance of AMT_RedirectionService (profile.md 7).
 */
#include "setup/family_use.h"

#include <stdio.h>
#include <string.h>

#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

/* EnabledState: 32768 and these. */
#define STATE_NONE 32768u
#define STATE_IDER 1u
#define STATE_SOL 2u
#define JOB_STARTED 4096

struct redirection {
	unsigned calls, puts;
	bool seen; /* what it was at first: */
	bool sol, ider, listener;
	char wanted[16]; /* EnabledState */
	char requested[16];
	bool listens; /* is to */
};

static enum setup_next redirection_read(struct setup *s);

static enum setup_next
redirection_took(struct setup *s, struct message *r)
{
	(void)r;
	return redirection_read(s);
}

static enum setup_next
redirection_lost(struct setup *s)
{
	return setup_write_lost(s, redirection_read);
}

static bool
redirection_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	if (no->fault != NULL)
		return setup_unsupported(s, no, next);
	if (no->code != JOB_STARTED)
		return false;
	*next = redirection_read(s);
	return true;
}

/* AccessLog is read only, and a Put that brings it was seen to fail. */
static void
ask_put_redirection(struct setup *s, struct writer *w)
{
	const struct redirection *work = s->work;
	const struct message_pair changes[] = { { .name = "AccessLog" },
		{ .name = "EnabledState", .value = work->wanted },
		{ .name = "ListenerEnabled",
		    .value = work->listens ? "true" : "false" } };

	ask_put(s, w, changes, 3);
}

static const struct setup_step step_set = { .name = "set-",
	.class = "AMT_RedirectionService",
	.method = "RequestStateChange",
	.expect = EXPECT_RETURN,
	.ask = ask_call_params,
	.took = redirection_took,
	.lost = redirection_lost,
	.refused = redirection_refused };
static const struct setup_step step_put = { .name = "put-",
	.class = "AMT_RedirectionService",
	.ask = ask_put_redirection,
	.took = redirection_took,
	.lost = redirection_lost,
	.refused = redirection_refused };

static bool
redirection_is_on(const struct setup *s, const char *setting)
{
	const char *wanted = family_use_wanted(s, setting);

	return wanted != NULL && strcmp(wanted, "on") == 0;
}

/* What setting is to be, where have is left as it is. */
static bool
redirection_wants(const struct setup *s, const char *setting, bool have)
{
	return family_use_wanted(s, setting) == NULL
	    ? have
	    : redirection_is_on(s, setting);
}

/* Left out, it listens where there is something to listen for. */
static bool
redirection_listens(const struct setup *s, bool have)
{
	if (family_use_wanted(s, "listener") != NULL)
		return redirection_is_on(s, "listener");
	return have || redirection_is_on(s, "sol") ||
	    redirection_is_on(s, "ider") || redirection_is_on(s, "kvm");
}

typedef void redirection_tell_fn(struct setup *s, const struct setting *row,
    const char *item, const char *found);

static void
redirection_tell(struct setup *s, const char *setting, bool found, bool wanted,
    redirection_tell_fn *fn)
{
	const struct setting *row = family_row(s, setting);

	if (row != NULL && found != wanted)
		fn(s, row, "", found ? "on" : "off");
}

static void
redirection_tell_all(struct setup *s, bool sol, bool ider,
    redirection_tell_fn *fn)
{
	const struct redirection *work = s->work;

	redirection_tell(s, "sol", work->sol, sol, fn);
	redirection_tell(s, "ider", work->ider, ider, fn);
	redirection_tell(s, "listener", work->listener, work->listens, fn);
}

/* The state by its method first, then the listener, and the state too where
 * the method did nothing, by a Put. */
static enum setup_next
redirection_write(struct setup *s, uint32_t state, uint32_t wanted)
{
	struct redirection *work = s->work;

	(void)snprintf(work->wanted, sizeof(work->wanted), "%u",
	    (unsigned)wanted);
	if (state != wanted && work->calls == 0) {
		work->calls++;
		s->params[0] = (struct message_pair){ .name = "RequestedState",
			.value = work->wanted };
		s->params[1].name = NULL;
		return setup_enter(s, &step_set);
	}
	if (work->puts++ == 2)
		return family_use_stays(s,
		    state != wanted ? "EnabledState" : "ListenerEnabled",
		    message_value(s->instance.items,
		        state != wanted ? "EnabledState" : "ListenerEnabled"));
	return setup_enter(s, &step_put);
}

static enum setup_next
redirection_compare(struct setup *s)
{
	struct redirection *work = s->work;
	bool listener = family_use_true(
	    message_value(s->instance.items, "ListenerEnabled"));
	bool sol, ider;
	uint32_t state, wanted;

	if (message_number(&state, s->instance.items, "EnabledState") != 0)
		return setup_bad_answer(s, "EnabledState is not a number");
	if (!work->seen) {
		work->seen = true;
		work->sol = (state & STATE_SOL) != 0;
		work->ider = (state & STATE_IDER) != 0;
		work->listener = listener;
	}
	sol = redirection_wants(s, "sol", work->sol);
	ider = redirection_wants(s, "ider", work->ider);
	work->listens = redirection_listens(s, work->listener);
	wanted = STATE_NONE | (sol ? STATE_SOL : 0) | (ider ? STATE_IDER : 0);
	if ((state & 3u) == (wanted & 3u))
		wanted = state;
	if (state == wanted && listener == work->listens) {
		if (work->calls + work->puts != 0)
			redirection_tell_all(s, sol, ider, setup_changed);
		return setup_applied(s);
	}
	if (setup_writes(s))
		return redirection_write(s, state, wanted);
	redirection_tell_all(s, sol, ider, setup_differs);
	return setup_apply_from(s, s->row + 1);
}

static enum setup_next
redirection_lacks(struct setup *s)
{
	static const char *const names[] = { "sol", "ider", "listener" };

	for (size_t i = 0; i < 3; i++)
		if (redirection_is_on(s, names[i]))
			setup_lacks(s, family_row(s, names[i]), "");
	return setup_apply_from(s, s->row + 1);
}

static enum setup_next
redirection_read(struct setup *s)
{
	return setup_read(s, "AMT_RedirectionService", redirection_compare,
	    redirection_lacks);
}

/* The first of the rows that the profile has does it for all. */
enum setup_next
family_redirection(struct setup *s)
{
	static const char *const names[] = { "sol", "ider", "listener" };

	for (size_t i = 0; strcmp(s->row->name, names[i]) != 0; i++)
		if (family_use_wanted(s, names[i]) != NULL)
			return setup_apply_from(s, s->row + 1);
	if (!family_use_begin(s, sizeof(struct redirection)))
		return SETUP_END;
	setup_counted(s, &step_set)->lost = 0;
	setup_counted(s, &step_put)->lost = 0;
	return redirection_read(s);
}
