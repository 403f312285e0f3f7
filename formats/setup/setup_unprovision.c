/*
 * Calls: Intel AMT Implementation and Reference Guide, "Setup and
 * Configuration"; class definition of AMT_SetupAndConfigurationService for the
 * ReturnValues.  The connection dies with the call, whose answer may be lost.
 */
#include "setup/setup_unprovision.h"

#include <stdio.h>
#include <string.h>

#include "amt/status.h"
#include "setup/setup_ask.h"
#include "setup/setup_way.h"

/* Before each look at what has become of it. */
static const int64_t look_ms[] = { 2000, 3000, 5000, 5000, 10000, 10000 };
#define LOOKS (sizeof(look_ms) / sizeof(look_ms[0]))
/* Looks running in which both ports are shut: a machine that restarts its
 * network shuts them for a moment. */
#define SHUT_LOOKS 2

#define COMPONENT_AUDIT_LOG 1

static void ask_unprovision(struct setup *s, struct writer *w);
static enum setup_next took_call(struct setup *s, struct message *r);
static enum setup_next lost_call(struct setup *s);
static bool call_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next took_blocking(struct setup *s, struct message *r);
static enum setup_next lost_blocking(struct setup *s);
static bool blocking_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next took_look(struct setup *s, struct message *r);
static enum setup_next lost_look(struct setup *s);

static const struct setup_step step_full = { .name = "unprovision",
	.class = SETUP_SERVICE,
	.method = "Unprovision",
	.expect = EXPECT_RETURN,
	.ask = ask_unprovision,
	.took = took_call,
	.lost = lost_call,
	.refused = call_refused };
static const struct setup_step step_partial = { .name = "unprovision-partial",
	.class = SETUP_SERVICE,
	.method = "PartialUnprovision",
	.expect = EXPECT_RETURN,
	.ask = ask_plain_call,
	.took = took_call,
	.lost = lost_call,
	.refused = call_refused };
static const struct setup_step step_blocking = { .name = "read-blocking",
	.class = SETUP_SERVICE,
	.method = "GetUnprovisionBlockingComponents",
	.expect = EXPECT_OUTPUT,
	.ask = ask_plain_call,
	.took = took_blocking,
	.lost = lost_blocking,
	.refused = blocking_refused };
static const struct setup_step step_look = { .name = "verify-unprovisioned",
	.class = SETUP_SERVICE,
	.expect = EXPECT_INSTANCE,
	.own_pace = true,
	.ask = ask_get,
	.took = took_look,
	.lost = lost_look };

/* 1, enterprise, is the one that has an effect on every release. */
static void
ask_unprovision(struct setup *s, struct writer *w)
{
	const struct message_pair mode = { .name = "ProvisioningMode",
		.value = "1" };

	ask_call(s, w, &mode, 1);
}

static bool
is_partial(const struct setup *s)
{
	return s->job.wish == SETUP_UNPROVISION_PARTIAL;
}

static enum setup_next
gone(struct setup *s)
{
	setup_reached(s, SETUP_UNPROVISIONED);
	return setup_end(s, REASON_NONE, "unprovisioned");
}

/* --- what has become of it ------------------------------------------------ */

static enum setup_next
look_later(struct setup *s)
{
	if (s->round == LOOKS)
		return setup_end(s, REASON_VERIFY_UNREACHED,
		    "whether it was unprovisioned is not known; last: %s",
		    s->why.detail);
	s->place = 0;
	s->shut = 0;
	setup_go_to(s, s->home);
	(void)setup_enter(s, &step_look);
	s->wait_ms = look_ms[s->round++];
	return SETUP_WAIT;
}

static enum setup_next
unprovision_look(struct setup *s)
{
	s->round = 0;
	s->shut_looks = 0;
	return look_later(s);
}

/* Sent again only where the machine says that it was not carried out. */
static enum setup_next
took_look(struct setup *s, struct message *r)
{
	uint32_t state;

	if (message_number(&state, r->items, "ProvisioningState") != 0)
		return setup_bad_answer(s, "ProvisioningState is not a number");
	if (state != STATE_POST)
		return gone(s);
	s->shut_looks = 0;
	if (!s->commit_sure && s->commits < 2)
		return setup_enter(s,
		    is_partial(s) ? &step_partial : &step_full);
	if (s->round == LOOKS)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "ProvisioningState stays %u", (unsigned)state);
	return look_later(s);
}

/* Back in setup, port 16993 wants its key, or shows a certificate for setup and
 * wants one of ours; after a whole unprovisioning nothing listens.  Another
 * certificate than its own is no proof before the machine has said yes. */
static bool
is_shut(const struct setup *s)
{
	switch (s->why.reason) {
	case REASON_CONNECT_REFUSED:
		return true;
	case REASON_TLS_FAILED:
	case REASON_TLS_CLOSED:
	case REASON_CERT_NOT_ASKED:
	case REASON_CONSOLE_NONE:
	case REASON_CONSOLE_REFUSED:
		return s->route == SETUP_TLS_OWN;
	case REASON_LEAF_CHANGED:
		return s->commits != 0 && s->commit_sure &&
		    s->route == SETUP_TLS_OWN;
	case REASON_HTTP_CLOSED: /* at once, by whoever still accepts */
		return s->route == SETUP_PLAIN;
	default:
		return false;
	}
}

static enum setup_next
lost_look(struct setup *s)
{
	enum setup_route to[SETUP_AFTER_MAX];
	size_t places = setup_places(s, to);

	s->shut += is_shut(s);
	s->place++;
	if (s->place < places) {
		setup_go_to(s, to[s->place]);
		return SETUP_ASK;
	}
	s->shut_looks = s->shut == places ? s->shut_looks + 1 : 0;
	return s->shut_looks == SHUT_LOOKS ? gone(s) : look_later(s);
}

enum setup_next
setup_unprovision_gone(struct setup *s)
{
	setup_note(s, "no port of a machine that is set up talks any more");
	s->commit_sure = true;
	return unprovision_look(s);
}

/* --- the call ------------------------------------------------------------- */

static enum setup_next
took_call(struct setup *s, struct message *r)
{
	(void)r;
	s->commits++;
	s->commit_sure = true;
	return unprovision_look(s);
}

static enum setup_next
lost_call(struct setup *s)
{
	s->commits++;
	return unprovision_look(s);
}

static enum setup_next
blocked(struct setup *s, const char *by)
{
	return setup_end(s, REASON_UNPROVISION_BLOCKED,
	    "the machine refuses it, because of %s", by);
}

static enum setup_next
took_blocking(struct setup *s, struct message *r)
{
	char other[40];
	uint32_t component;

	if (message_number(&component, r->items, "Component") != 0)
		return blocked(s, "a component that it does not name");
	(void)snprintf(other, sizeof(other), "component %u",
	    (unsigned)component);
	return blocked(s,
	    component == COMPONENT_AUDIT_LOG ? "its audit log" : other);
}

static enum setup_next
lost_blocking(struct setup *s)
{
	return blocked(s, "a component that it does not name");
}

static bool
blocking_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	(void)no;
	*next = lost_blocking(s);
	return true;
}

static bool
call_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	if (no->fault != NULL || no->code != STATUS_BLOCKED)
		return false;
	*next = setup_enter(s, &step_blocking);
	return true;
}

enum setup_next
setup_unprovision(struct setup *s)
{
	setup_reached(s, SETUP_UNPROVISIONING);
	return setup_enter(s, &step_full);
}

enum setup_next
setup_unprovision_partial(struct setup *s)
{
	setup_reached(s, SETUP_UNPROVISIONING);
	return setup_enter(s, &step_partial);
}
