/*
 * family_wifi - WiFi profiles of the machine: AddWiFiSettings and
 * UpdateWiFiSettings (profile.md, 6).  They are known by their name.  One that
 * differs is changed and never removed: it may be the one in use.
 */
#include "setup/family_wifi.h"

#include <stdio.h>
#include <string.h>

#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define SENDS_MAX 4 /* of one entry; its priority may take two */

static enum setup_next wifi_took(struct setup *s, struct message *r);
static enum setup_next wifi_lost(struct setup *s);
static bool wifi_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next wifi_took_remove(struct setup *s, struct message *r);
static enum setup_next wifi_lost_remove(struct setup *s);
static bool wifi_refused_remove(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next wifi_compare(struct setup *s);

static const struct setup_step step_set = { .name = "set-",
	.class = "AMT_WiFiPortConfigurationService",
	.calls = true,
	.own_codes = true,
	.expect = EXPECT_RETURN,
	.ask = wifi_ask_set,
	.took = wifi_took,
	.lost = wifi_lost,
	.refused = wifi_refused };
static const struct setup_step step_remove = { .name = "remove-",
	.class = "CIM_WiFiEndpointSettings",
	.chooses = true,
	.ask = ask_delete,
	.took = wifi_took_remove,
	.lost = wifi_lost_remove,
	.refused = wifi_refused_remove };

/* --- what comes of it ----------------------------------------------------- */

static void
wifi_tell_sent(struct setup *s)
{
	const struct wifi_work *work = s->work;
	const struct family_eap eap = wifi_eap(work->item);

	if (wifi_has_eap(s, work->item)) {
		if (family_eap_value(s, &eap, "password") != NULL &&
		    !family_eap_certified(s, &eap))
			setup_sent(s, family_row(s, "wifi-password"),
			    work->item);
	} else if (setup_item_value(s, "wifi-psk", work->item) != NULL)
		setup_sent(s, family_row(s, "wifi-psk"), work->item);
}

static enum setup_next
wifi_look(struct setup *s)
{
	return wifi_read_again(s, wifi_compare);
}

static enum setup_next
wifi_took(struct setup *s, struct message *r)
{
	(void)r;
	wifi_tell_sent(s);
	return wifi_look(s);
}

static enum setup_next
wifi_lost(struct setup *s)
{
	return setup_write_lost(s, wifi_look);
}

/* One that it does not take must not stop the others (profile.md, 6 b). */
static bool
wifi_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct wifi_work *work = s->work;

	work->wish[work->at].skipped = true;
	setup_note(s, no->what);
	if (no->fault == NULL && no->code == 1)
		setup_lacks(s, s->row, work->item);
	else
		family_tell(s, &work->wish[work->at].was, work->item, false);
	*next = wifi_compare(s);
	return true;
}

static enum setup_next
wifi_removed(struct setup *s)
{
	const struct wifi_work *work = s->work;
	bool there = false;

	for (size_t i = 0; i < work->nhave; i++)
		there |= strcmp(work->have[i].id, work->id) == 0;
	if (!there)
		setup_changed(s, family_row(s, "wifi-others"), "", work->other);
	else if (work->accepted)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "a WiFi profile was removed and is still there");
	return wifi_compare(s);
}

static enum setup_next
wifi_look_removed(struct setup *s)
{
	return wifi_read_again(s, wifi_removed);
}

static enum setup_next
wifi_took_remove(struct setup *s, struct message *r)
{
	(void)r;
	((struct wifi_work *)s->work)->accepted = true;
	return wifi_look_removed(s);
}

static enum setup_next
wifi_lost_remove(struct setup *s)
{
	return setup_write_lost(s, wifi_look_removed);
}

/* The one in use cannot be removed. */
static bool
wifi_refused_remove(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct wifi_work *work = s->work;

	(void)no;
	if (work->nstays < WIFI_MAX)
		(void)snprintf(work->stays[work->nstays++],
		    sizeof(work->stays[0]), "%s", work->id);
	setup_differs(s, family_row(s, "wifi-others"), "", work->other);
	*next = wifi_look(s);
	return true;
}

/* --- compared ------------------------------------------------------------- */

static void
wifi_compare_number(const struct setup *s, const char *setting,
    const char *item, uint32_t without, uint32_t have, struct family_diffs *d)
{
	char found[16];

	if (have == family_number(s, setting, item, without))
		return;
	(void)snprintf(found, sizeof(found), "%u", (unsigned)have);
	family_diff(d, family_row(s, setting), found);
}

static void
wifi_compare_eap(struct setup *s, const struct wifi_wish *wish,
    const char *item, struct family_diffs *d)
{
	const struct family_eap eap = wifi_eap(item);

	if (!wish->eap_read)
		family_diff(d, family_row(s, "wifi-eap"), NULL);
	for (size_t i = 0; wish->eap_read && i < wish->eap.n; i++)
		family_diff(d, wish->eap.row[i], wish->eap.found[i]);
	if (wish->root_other && !wish->root_same)
		family_diff(d, family_row(s, "wifi-root"), NULL);
	if (wish->own_other && !wish->own_same)
		family_diff(d, family_row(s, "wifi-eap"), NULL);
	family_eap_secrets(s, &eap, d);
}

/* How entry number i of the profile differs from what the machine has. */
static void
wifi_differences(struct setup *s, size_t i, const char *item,
    struct family_diffs *d)
{
	struct wifi_work *work = s->work;
	const struct wifi_have *have = wifi_find(work, item);
	const struct setting *psk = family_row(s, "wifi-psk");

	d->n = 0;
	if (have == NULL ||
	    strcmp(have->ssid, family_text(s, "wifi-ssid", item)) != 0)
		family_diff(d, s->row, have == NULL ? NULL : have->ssid);
	if (have == NULL)
		return;
	wifi_compare_number(s, "wifi-security", item, 6, have->security, d);
	wifi_compare_number(s, "wifi-encryption", item, 4, have->encryption, d);
	wifi_compare_number(s, "wifi-priority", item, 1, have->priority, d);
	if (wifi_has_eap(s, item))
		wifi_compare_eap(s, &work->wish[i], item, d);
	else if (setup_item_value(s, psk->name, item) != NULL &&
	    !setup_known(s, psk, item))
		family_diff(d, psk, NULL);
}

/* --- what is due ---------------------------------------------------------- */

/* What the machine does not have would be refused. */
static bool
wifi_is_incapable(struct setup *s, const char *item)
{
	const struct wifi_work *work = s->work;
	uint32_t security = family_number(s, "wifi-security", item, 6);
	uint32_t encryption = family_number(s, "wifi-encryption", item, 4);

	if (work->securities != 0 && (work->securities >> security & 1) == 0)
		setup_lacks(s, family_row(s, "wifi-security"), item);
	else if (work->encryptions != 0 &&
	    (work->encryptions >> encryption & 1) == 0)
		setup_lacks(s, family_row(s, "wifi-encryption"), item);
	else
		return false;
	return true;
}

/* Another one of the machine's that has this priority; each must be unique. */
static const struct wifi_have *
wifi_holder(const struct wifi_work *work, const char *item, uint32_t priority)
{
	for (size_t i = 0; i < work->nhave; i++)
		if (work->have[i].priority == priority &&
		    strcmp(work->have[i].name, item) != 0)
			return &work->have[i];
	return NULL;
}

static uint32_t
wifi_free_priority(const struct wifi_work *work)
{
	uint32_t n = 255;

	while (n > 1 && wifi_holder(work, "", n) != NULL)
		n--;
	return n;
}

static enum setup_next
wifi_send(struct setup *s, size_t i, const char *item, uint32_t priority)
{
	struct wifi_work *work = s->work;
	const struct wifi_have *have = wifi_find(work, item);

	if (work->wish[i].sends++ == SENDS_MAX)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "wifi %s was written and stays another", item);
	work->at = i;
	work->item = item;
	work->priority = priority;
	(void)snprintf(work->id, sizeof(work->id), "%s",
	    have == NULL ? "" : have->id);
	s->method = have == NULL ? "AddWiFiSettings" : "UpdateWiFiSettings";
	if (work->wish[i].was.n == 0)
		wifi_differences(s, i, item, &work->wish[i].was);
	return setup_enter(s, &step_set);
}

static size_t
wifi_place(const struct setup *s, const char *item)
{
	const char *has;
	size_t i = 0;

	while (
	    (has = setup_item(s, "wifi", i)) != NULL && strcmp(has, item) != 0)
		i++;
	return i;
}

/* Entry number i differs: it is sent, or whoever has its priority moves first.
 * False: neither can be done. */
static bool
wifi_settle(struct setup *s, size_t i, const char *item, enum setup_next *next)
{
	struct wifi_work *work = s->work;
	uint32_t priority = family_number(s, "wifi-priority", item, 1), own;
	const struct wifi_have *holder = wifi_holder(work, item, priority);
	size_t other;

	if (holder == NULL) {
		*next = wifi_send(s, i, item, priority);
		return true;
	}
	other = wifi_place(s, holder->name);
	item = setup_item(s, "wifi", other);
	own = item == NULL ? priority
	                   : family_number(s, "wifi-priority", item, 1);
	if (own == priority || other >= WIFI_MAX || work->wish[other].skipped)
		return false;
	if (wifi_holder(work, item, own) != NULL)
		own = wifi_free_priority(work);
	*next = wifi_send(s, other, item, own);
	return true;
}

/* The next profile that ours lacks; false: none is to be removed. */
static bool
wifi_remove_one(struct setup *s, enum setup_next *next)
{
	struct wifi_work *work = s->work;

	for (size_t i = 0; setup_removes_others(s, "wifi") && i < work->nhave;
	     i++) {
		if (setup_has_item(s, "wifi", work->have[i].name) ||
		    work->have[i].stays)
			continue;
		if (!setup_writes(s)) {
			setup_differs(s, family_row(s, "wifi-others"), "",
			    work->have[i].name);
			continue;
		}
		(void)snprintf(work->id, sizeof(work->id), "%s",
		    work->have[i].id);
		(void)snprintf(work->other, sizeof(work->other), "%s",
		    work->have[i].name);
		work->accepted = false;
		s->selectors[0] = (struct message_pair){ .name = "InstanceID",
			.value = work->id };
		s->nselectors = 1;
		*next = setup_enter(s, &step_remove);
		return true;
	}
	return false;
}

static enum setup_next
wifi_compare(struct setup *s)
{
	struct wifi_work *work = s->work;
	struct family_diffs now;
	enum setup_next next;
	const char *item;

	if (wifi_remove_one(s, &next))
		return next;
	for (size_t i = 0;
	     i < WIFI_MAX && (item = setup_item(s, "wifi", i)) != NULL; i++) {
		struct wifi_wish *wish = &work->wish[i];

		if (wish->skipped)
			continue;
		wish->skipped = wifi_is_incapable(s, item);
		if (wish->skipped)
			continue;
		wifi_differences(s, i, item, &now);
		if (now.n != 0 && setup_writes(s) &&
		    wifi_settle(s, i, item, &next))
			return next;
		wish->skipped = true; /* told, or as it is wanted */
		family_tell(s, now.n != 0 ? &now : &wish->was, item,
		    now.n == 0);
	}
	return setup_applied(s);
}

enum setup_next
family_wifi(struct setup *s)
{
	enum setup_next next;

	if (!family_has_radio(s, &next))
		return next;
	if (setup_work(s, sizeof(struct wifi_work)) == NULL)
		return family_no_memory(s);
	setup_counted(s, &step_set)->lost = 0;
	setup_counted(s, &step_remove)->lost = 0;
	return wifi_read(s, wifi_compare);
}
