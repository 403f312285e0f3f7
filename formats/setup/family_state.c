/*
 * family_state - services that RequestStateChange switches: the web pages, KVM.
 * Codes: class definitions; 2 and 6 both mean enabled (profile.md 7).
 */
#include "setup/family_use.h"

#include <string.h>

#include "setup/settings.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define ENABLED "2"
#define DISABLED "3"
#define ENABLED_UNUSED 6
#define JOB_STARTED 4096
#define NOT_SUPPORTED 1

struct state_work {
	unsigned sends;
	bool found;
};

/* --- the talk ------------------------------------------------------------- */

static enum setup_next state_read(struct setup *s);

static enum setup_next
state_took(struct setup *s, struct message *r)
{
	(void)r;
	return state_read(s);
}

static enum setup_next
state_lost(struct setup *s)
{
	return setup_write_lost(s, state_read);
}

static enum setup_next
state_lacks(struct setup *s)
{
	const char *wanted = setup_wanted(s, s->row);

	if (wanted != NULL && strcmp(wanted, "on") == 0)
		setup_lacks(s, s->row, "");
	return setup_apply_from(s, s->row + 1);
}

static bool
state_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	if (no->fault != NULL)
		return setup_unsupported(s, no, next);
	if (no->code == JOB_STARTED)
		*next = state_read(s);
	else if (no->code == NOT_SUPPORTED)
		*next = state_lacks(s);
	else
		return false;
	return true;
}

static const struct setup_step step_set = { .name = "set-",
	.calls = true,
	.expect = EXPECT_RETURN,
	.ask = ask_call_params,
	.took = state_took,
	.lost = state_lost,
	.refused = state_refused };

/* KVM is reached by the listener of redirection, which is opened for it where
 * the profile says nothing of that service. */
static enum setup_next
state_done(struct setup *s)
{
	const struct setting *listener = family_row(s, "listener");

	if (strcmp(s->row->name, "kvm") != 0 ||
	    strcmp(setup_wanted(s, s->row), "on") != 0 ||
	    family_use_wanted(s, "sol") != NULL ||
	    family_use_wanted(s, "ider") != NULL ||
	    family_use_wanted(s, "listener") != NULL)
		return setup_applied(s);
	s->row = listener;
	return family_redirection(s);
}

static enum setup_next
state_compare(struct setup *s)
{
	struct state_work *w = s->work;
	const char *have = message_value(s->instance.items, "EnabledState");
	bool on, wanted = strcmp(setup_wanted(s, s->row), "on") == 0;
	uint32_t state;

	if (message_number(&state, s->instance.items, "EnabledState") != 0)
		return setup_bad_answer(s, "EnabledState is not a number");
	on = state == 2 || state == ENABLED_UNUSED;
	if (on == wanted) {
		if (w->sends != 0 && w->found != on)
			setup_changed(s, s->row, "", on ? "off" : "on");
		return state_done(s);
	}
	if (!setup_writes(s)) {
		setup_differs(s, s->row, "", on ? "on" : "off");
		return setup_apply_from(s, s->row + 1);
	}
	if (w->sends == 0)
		w->found = on;
	if (w->sends++ == 2)
		return family_use_stays(s, "EnabledState", have);
	s->method = "RequestStateChange";
	s->params[0] = (struct message_pair){ .name = "RequestedState",
		.value = wanted ? ENABLED : DISABLED };
	s->params[1].name = NULL;
	return setup_enter(s, &step_set);
}

static enum setup_next
state_read(struct setup *s)
{
	return setup_read(s, s->row->class, state_compare, state_lacks);
}

enum setup_next
family_state(struct setup *s)
{
	if (!family_use_begin(s, sizeof(struct state_work)))
		return SETUP_END;
	setup_counted(s, &step_set)->lost = 0; /* each row has its own */
	return state_read(s);
}
