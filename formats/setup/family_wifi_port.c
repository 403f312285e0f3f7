/*
 * family_wifi_port - the radio: has the machine one, is it on, does it take
 * over the host's profiles.
 */
#include "setup/family_wifi.h"

#include <stdio.h>
#include <string.h>

#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define PORT_SERVICE "AMT_WiFiPortConfigurationService"
#define UEFI "UEFIWiFiProfileShareEnabled"

/* --- has it one? ---------------------------------------------------------- */

/* Instance 1 is the wireless port; without a radio its address is zero, or it
 * has none. */
static bool
radio_each(struct setup *s, const char *class, const struct message_node *p)
{
	const char *id = message_value(p, "InstanceID");
	const char *mac = message_value(p, "MACAddress");
	size_t len = id == NULL ? 0 : strlen(id);

	(void)class;
	if (len > 2 && strcmp(id + len - 2, " 1") == 0 && mac != NULL &&
	    strspn(mac, "0-:") != strlen(mac))
		s->radio = 1;
	return true;
}

static enum setup_next
radio_known(struct setup *s)
{
	if (s->radio == 0)
		s->radio = -1;
	return s->row->apply(s);
}

bool
family_has_radio(struct setup *s, enum setup_next *next)
{
	if (s->radio > 0)
		return true;
	if (s->radio == 0) {
		*next = setup_items(s, "AMT_EthernetPortSettings", radio_each,
		    radio_known, radio_known);
		return false;
	}
	setup_lacks(s, s->row, "");
	*next = setup_apply_from(s, s->row + 1);
	return false;
}

enum setup_next
family_wifi_link(struct setup *s)
{
	enum setup_next next;

	return family_has_radio(s, &next) ? setup_call(s) : next;
}

/* --- the host's profiles -------------------------------------------------- */

struct sync_work {
	bool uefi; /* the machine may be sent UEFI */
	bool put;
	char found[8];
};

static enum setup_next sync_took(struct setup *s, struct message *r);
static enum setup_next sync_lost(struct setup *s);
static bool sync_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);

/* Firmware refuses a property that its BIOS has nothing for, even as it was
 * read (profile.md, 6 g). */
static void
ask_put_sync(struct setup *s, struct writer *w)
{
	const struct sync_work *work = s->work;
	const struct message_pair changes[] = {
		{ .name = s->row->property,
		    .value = setting_text(s->row, setup_wanted(s, s->row)) },
		{ .name = UEFI },
	};

	ask_put(s, w, changes, work->uefi ? 1 : 2);
}

static const struct setup_step step_put = { .name = "put-",
	.of_items = true,
	.ask = ask_put_sync,
	.took = sync_took,
	.lost = sync_lost,
	.refused = sync_refused };

static enum setup_next
sync_compare(struct setup *s)
{
	struct sync_work *work = s->work;
	const char *have = message_value(s->instance.items, s->row->property);

	if (have == NULL) {
		setup_lacks(s, s->row, "");
		return setup_apply_from(s, s->row + 1);
	}
	if (setting_identical(s->row, have, setup_wanted(s, s->row))) {
		if (work->put)
			setup_changed(s, s->row, "", work->found);
		return setup_applied(s);
	}
	if (setup_writes(s) && !work->put) {
		(void)snprintf(work->found, sizeof(work->found), "%s", have);
		return setup_enter(s, &step_put);
	}
	setup_differs(s, s->row, "", have);
	return setup_apply_from(s, s->row + 1);
}

static enum setup_next
sync_read(struct setup *s)
{
	return setup_read(s, PORT_SERVICE, sync_compare, NULL);
}

static enum setup_next
sync_took(struct setup *s, struct message *r)
{
	(void)r;
	((struct sync_work *)s->work)->put = true;
	return sync_read(s);
}

static enum setup_next
sync_lost(struct setup *s)
{
	((struct sync_work *)s->work)->put =
	    setup_counted(s, &step_put)->lost++ != 0;
	s->fresh = true;
	return sync_read(s);
}

/* Some builds refuse any (profile.md, 6 g): the rest goes on without. */
static bool
sync_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	setup_note(s, no->what);
	setup_differs(s, s->row, "", ((struct sync_work *)s->work)->found);
	*next = setup_apply_from(s, s->row + 1);
	return true;
}

static enum setup_next
sync_can(struct setup *s)
{
	const char *can = message_value(s->instance.items,
	    "UEFIWiFiCoExistenceAndProfileShare");

	((struct sync_work *)s->work)->uefi =
	    can != NULL && strcmp(can, "true") == 0;
	return sync_read(s);
}

enum setup_next
family_wifi_sync(struct setup *s)
{
	enum setup_next next;

	if (!family_has_radio(s, &next))
		return next;
	if (setup_work(s, sizeof(struct sync_work)) == NULL)
		return family_no_memory(s);
	s->nselectors = 0;
	setup_counted(s, &step_put)->lost = 0;
	return setup_read(s, "AMT_BootCapabilities", sync_can, sync_read);
}
