/*
 * family_rfb - port 5900 of KVM and its password, and user consent: Puts of
 * one instance each (profile.md 7).
 */
#include "setup/family_use.h"

#include <stdio.h>
#include <string.h>

#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

/* --- VNC viewers ---------------------------------------------------------- */

struct rfb_work {
	unsigned puts;
	bool sends_password, sent;
	bool seen, port; /* as it was */
};

static enum setup_next rfb_read(struct setup *s);

/* A Put that brings the password as it was read, empty, would set it so. */
static void
ask_put_rfb(struct setup *s, struct writer *w)
{
	const struct rfb_work *work = s->work;
	const char *port = family_use_wanted(s, "rfb-port");
	struct message_pair changes[2] = { { .name = "RFBPassword" },
		{ .name = "Is5900PortEnabled" } };

	if (work->sends_password)
		changes[0].value = family_use_wanted(s, "rfb-password");
	if (port != NULL)
		changes[1].value = strcmp(port, "on") == 0 ? "true" : "false";
	ask_put(s, w, changes, port == NULL ? 1 : 2);
}

static enum setup_next
rfb_took(struct setup *s, struct message *r)
{
	struct rfb_work *work = s->work;

	(void)r;
	if (work->sends_password)
		setup_sent(s, family_row(s, "rfb-password"), "");
	work->sent |= work->sends_password;
	return rfb_read(s);
}

static enum setup_next
rfb_lost(struct setup *s)
{
	return setup_write_lost(s, rfb_read);
}

static const struct setup_step step_rfb = { .name = "put-",
	.class = "IPS_KVMRedirectionSettingData",
	.ask = ask_put_rfb,
	.took = rfb_took,
	.lost = rfb_lost,
	.refused = setup_unsupported };

static enum setup_next
rfb_compare(struct setup *s)
{
	struct rfb_work *work = s->work;
	const struct setting *secret = family_row(s, "rfb-password");
	const struct setting *row = family_row(s, "rfb-port");
	const char *wanted = family_use_wanted(s, "rfb-port");
	bool port = family_use_true(
	    message_value(s->instance.items, "Is5900PortEnabled"));
	bool differs = wanted != NULL && port != (strcmp(wanted, "on") == 0);

	if (!work->seen)
		work->port = port;
	work->seen = true;
	work->sends_password = family_use_wanted(s, "rfb-password") != NULL &&
	    !work->sent && !setup_known(s, secret, "");
	if (!differs && !work->sends_password) {
		if (work->port != port)
			setup_changed(s, row, "", work->port ? "on" : "off");
		return setup_applied(s);
	}
	if (setup_writes(s)) {
		if (work->puts++ == 2)
			return family_use_stays(s, "Is5900PortEnabled",
			    port ? "true" : "false");
		return setup_enter(s, &step_rfb);
	}
	if (work->sends_password)
		setup_differs(s, secret, "", NULL);
	if (differs)
		setup_differs(s, row, "", port ? "on" : "off");
	return setup_apply_from(s, s->row + 1);
}

static enum setup_next
rfb_lacks(struct setup *s)
{
	const char *port = family_use_wanted(s, "rfb-port");

	if (family_use_wanted(s, "rfb-password") != NULL)
		setup_lacks(s, family_row(s, "rfb-password"), "");
	if (port != NULL && strcmp(port, "on") == 0)
		setup_lacks(s, family_row(s, "rfb-port"), "");
	return setup_apply_from(s, s->row + 1);
}

static enum setup_next
rfb_read(struct setup *s)
{
	return setup_read(s, "IPS_KVMRedirectionSettingData", rfb_compare,
	    rfb_lacks);
}

enum setup_next
family_rfb(struct setup *s)
{
	if (strcmp(s->row->name, "rfb-port") == 0 &&
	    family_use_wanted(s, "rfb-password") != NULL)
		return setup_apply_from(s, s->row + 1); /* done with it */
	if (!family_use_begin(s, sizeof(struct rfb_work)))
		return SETUP_END;
	setup_counted(s, &step_rfb)->lost = 0;
	return rfb_read(s);
}

/* --- consent -------------------------------------------------------------- */

struct consent_work {
	unsigned puts;
	char found[16];
};

static enum setup_next consent_read(struct setup *s);

/* Not the network's to decide. */
static enum setup_next
consent_fixed(struct setup *s)
{
	setup_lacks(s, s->row, "");
	setup_note(s, "user consent cannot be changed over the network");
	return setup_apply_from(s, s->row + 1);
}

static bool
consent_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	if (no->fault == NULL ||
	    strcmp(no->fault->subcode, "AccessDenied") != 0)
		return setup_unsupported(s, no, next);
	*next = consent_fixed(s);
	return true;
}

static void
ask_put_consent(struct setup *s, struct writer *w)
{
	const struct message_pair change = { .name = "OptInRequired",
		.value = setting_choice(s->row, setup_wanted(s, s->row)) };

	ask_put(s, w, &change, 1);
}

static enum setup_next
consent_took(struct setup *s, struct message *r)
{
	(void)r;
	return consent_read(s);
}

static enum setup_next
consent_lost(struct setup *s)
{
	return setup_write_lost(s, consent_read);
}

static const struct setup_step step_consent = { .name = "put-",
	.class = "IPS_OptInService",
	.ask = ask_put_consent,
	.took = consent_took,
	.lost = consent_lost,
	.refused = consent_refused };

static enum setup_next
consent_compare(struct setup *s)
{
	struct consent_work *work = s->work;
	const struct message_node *items = s->instance.items;
	const char *have = message_value(items, "OptInRequired");
	const char *may = message_value(items, "CanModifyOptInPolicy");

	if (have == NULL)
		have = "0";
	if (setting_equal(s->row, have, setup_wanted(s, s->row))) {
		if (work->puts != 0)
			setup_changed(s, s->row, "", work->found);
		return setup_applied(s);
	}
	if (may != NULL && strcmp(may, "0") == 0)
		return consent_fixed(s);
	if (!setup_writes(s)) {
		setup_differs(s, s->row, "", have);
		return setup_apply_from(s, s->row + 1);
	}
	if (work->puts == 0)
		(void)snprintf(work->found, sizeof(work->found), "%s", have);
	if (work->puts++ == 2)
		return family_use_stays(s, "OptInRequired", have);
	return setup_enter(s, &step_consent);
}

static enum setup_next
consent_lacks(struct setup *s)
{
	if (strcmp(setup_wanted(s, s->row), "none") != 0)
		setup_lacks(s, s->row, "");
	return setup_apply_from(s, s->row + 1);
}

static enum setup_next
consent_read(struct setup *s)
{
	return setup_read(s, "IPS_OptInService", consent_compare,
	    consent_lacks);
}

enum setup_next
family_consent(struct setup *s)
{
	if (!family_use_begin(s, sizeof(struct consent_work)))
		return SETUP_END;
	setup_counted(s, &step_consent)->lost = 0;
	return consent_read(s);
}
