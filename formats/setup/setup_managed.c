/*
 * setup_managed - the way in to a machine that is set up: its own TLS at 16993,
 * or 16992, and the realm of the store before any password goes out.
 *
 * Frame of a visit: MeshCentral's amtmanager.js and Intel AMT Implementation
 * and Reference Guide; class definition of IPS_HostBasedSetupService for
 * CurrentControlMode, which came with AMT 6.2.
 */
#include "setup/setup_managed.h"

#include <stdio.h>
#include <string.h>

#include "setup/family_mutual.h"
#include "setup/setup_ask.h"
#include "setup/setup_line.h"
#include "setup/setup_way.h"

#define HOST_BASED "IPS_HostBasedSetupService"

/* CurrentControlMode */
#define CONTROL_CLIENT 1
#define CONTROL_ADMIN 2

static enum setup_next managed_lost(struct setup *s);
static enum setup_next took_control(struct setup *s, struct message *r);
static bool control_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);

static const struct setup_step managed_read_state = { .name = "read-state",
	.class = SETUP_SERVICE,
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = setup_took_state,
	.lost = managed_lost };
static const struct setup_step managed_read_control = { .name = "read-control",
	.class = HOST_BASED,
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = took_control,
	.lost = setup_again_once,
	.refused = control_refused };

/* --- where it is ---------------------------------------------------------- */

/* Once it has served TLS, it is asked for there first. */
static enum setup_route
managed_home(const struct setup_job *job)
{
	return job->tls_known || job->leaf[0] != '\0' ? SETUP_TLS_OWN
	                                              : SETUP_PLAIN;
}

static enum setup_route
other_port(enum setup_route route)
{
	return route == SETUP_PLAIN ? SETUP_TLS_OWN : SETUP_PLAIN;
}

/* Digest protects no more than the password: whoever stands between could make
 * a machine that serves TLS do what he likes by way of the other port. */
static bool
managed_may_fall_back(const struct setup *s)
{
	return s->job.leaf[0] == '\0' || s->home == SETUP_PLAIN;
}

/* It was left with mutual TLS and the other port open. */
static bool
managed_is_locked(const struct setup *s)
{
	return s->console_refused && family_mutual_may_fall_back(s);
}

/* A commit may have turned TLS on or off. */
static size_t
managed_after(const struct setup *s, enum setup_route to[SETUP_AFTER_MAX])
{
	to[0] = s->home;
	to[1] = other_port(s->home);
	return managed_may_fall_back(s) ? 2 : 1;
}

/* Nothing talks at this port, as on a machine whose TLS was turned on or off
 * since.  Back in setup it asks for a certificate, too; but so does one with
 * mutual TLS, which is still there. */
static bool
port_is_shut(const struct setup *s)
{
	switch (s->why.reason) {
	case REASON_CONNECT_REFUSED:
	case REASON_CONNECT_TIMEOUT:
	case REASON_TLS_FAILED:
	case REASON_TLS_CLOSED:
	case REASON_TLS_TIMEOUT:
	case REASON_HTTP_CLOSED:
		return true;
	case REASON_CONSOLE_NONE:
	case REASON_CONSOLE_REFUSED:
		return !family_mutual_wanted(s) || managed_is_locked(s);
	default:
		return false;
	}
}

/* The other port once; when it does not talk either, both are reported. */
static enum setup_next
managed_lost(struct setup *s)
{
	bool shut = port_is_shut(s);
	size_t len;

	if (s->dropped && setup_counted(s, &managed_read_state)->lost++ == 0)
		return SETUP_ASK;
	if (s->first_port.reason != REASON_NONE) {
		len = strlen(s->first_port.detail);
		(void)snprintf(s->first_port.detail + len,
		    sizeof(s->first_port.detail) - len, "; port %s: %s",
		    setup_port(s), reason_get(s->why.reason)->code);
		s->why = s->first_port;
		return s->rules.want->gone != NULL && s->job.attempt > 1 && shut
		    ? s->rules.want->gone(s)
		    : setup_give_up(s);
	}
	if (!shut || !(managed_may_fall_back(s) || managed_is_locked(s)))
		return setup_give_up(s);
	s->first_port = s->why;
	s->best = (struct setup_why){ .reason = REASON_NONE };
	s->home = other_port(s->home);
	s->tls_works = false;
	setup_ladder_begin(s);
	setup_go_to(s, s->home);
	return SETUP_ASK;
}

/* --- whom to trust -------------------------------------------------------- */

/* What a hash of the password is made with. */
static enum setup_next
managed_trusts(struct setup *s, const char *realm)
{
	char got[48], expected[48];

	if (strcmp(s->job.realm, realm) == 0)
		return SETUP_ASK;
	return setup_end(s, REASON_REALM_CHANGED,
	    "DigestRealm is not the machine's (got %s, expected %s)",
	    setup_quote(s, got, sizeof(got), realm),
	    setup_quote(s, expected, sizeof(expected), s->job.realm));
}

/* --- what it has been through --------------------------------------------- */

/* What an agent on the machine has set up lets the network do less. */
static enum setup_next
managed_controlled(struct setup *s, bool client)
{
	s->client_mode = client;
	if (client)
		setup_note(s, "client control mode");
	return s->rules.want->controlled(s);
}

static enum setup_next
took_control(struct setup *s, struct message *r)
{
	const char *text = message_value(r->items, "CurrentControlMode");
	uint32_t mode = CONTROL_ADMIN;
	char shown[24];

	if (text != NULL &&
	    (message_number(&mode, r->items, "CurrentControlMode") != 0 ||
	        (mode != CONTROL_ADMIN && mode != CONTROL_CLIENT)))
		return setup_end(s, REASON_STATE_UNEXPECTED,
		    "CurrentControlMode %s",
		    setup_quote(s, shown, sizeof(shown), text));
	return managed_controlled(s,
	    mode == CONTROL_CLIENT || s->machine_mode == MODE_CLIENT);
}

/* Firmware before 6.2 has no such class. */
static bool
control_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	(void)no;
	*next = managed_controlled(s, s->machine_mode == MODE_CLIENT);
	return true;
}

enum setup_next
setup_managed_arrived(struct setup *s)
{
	if (s->machine_state == STATE_POST)
		return setup_enter(s, &managed_read_control);
	return setup_end(s, REASON_STATE_UNEXPECTED,
	    "ProvisioningState %u, the machine is not set up",
	    (unsigned)s->machine_state);
}

/* --- the way -------------------------------------------------------------- */

const struct setup_way setup_way_managed = { .name = "managed",
	.route = SETUP_PLAIN,
	.home = managed_home,
	.first = &managed_read_state,
	.by_realm = true,
	.login_pause_ms = 20000, /* as MeshCentral */
	.trusts = managed_trusts,
	.after = managed_after };
