/*
 * family_audit - the audit log: which parts record, what happens once it is
 * full, is it on (profile.md, 13; wsman.md, 5.15).
 *
 * Once a machine has an auditor nobody else may change any of it: that is
 * reported and fails nothing else.
 */
#include "setup/family_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define LOG "AMT_AuditLog"
#define RULE "AMT_AuditPolicyRule"
#define PARTS 18  /* applications 16 to 33 */
#define EVENTS 24 /* of one of them */

/* Which events there are, a bit each.  Those of 16 to 21, 27, 29 and 30 are in
 * captures of AMT 11; the others are those that MeshCommander has names for. */
static const uint32_t audit_events[PARTS] = { [0] = 0xe7fff,
	[1] = 0x1f,
	[2] = 0x1fff,
	[3] = 0x3,
	[4] = 0x3f,
	[5] = 0x1,
	[6] = 0x3f,
	[7] = 0xf,
	[8] = 0xf,
	[9] = 0x7f,
	[10] = 0x7,
	[11] = 0x1f,
	[12] = 0x1f,
	[13] = 0x1f,
	[14] = 0x7,
	[16] = 0x3,
	[17] = 0x7 };

struct audit_work {
	struct family_diffs was;
	uint32_t events[PARTS]; /* that are recorded */
	uint8_t sends[PARTS];
	size_t part; /* that is set */
};

static enum setup_next audit_took(struct setup *s, struct message *r);
static enum setup_next audit_lost(struct setup *s);
static bool audit_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next events_compare(struct setup *s);
static enum setup_next audit_compare(struct setup *s);

/* --- the requests --------------------------------------------------------- */

static bool
part_is_wanted(const struct setup *s, size_t part)
{
	const char *words = setup_wanted(s, s->row);

	for (const struct setting_choice *c = s->row->choices; c->word != NULL;
	     c++)
		if (strtoul(c->value, NULL, 10) == part + 16)
			return setting_has_word(words, c->word);
	return false;
}

/* Four lists side by side, of the events that are to come or to go. */
static void
ask_events(struct setup *s, struct writer *w)
{
	static const char *const names[] = { "Enable", "AuditedAppID",
		"EventID", "PolicyType" };
	const struct audit_work *work = s->work;
	bool on = part_is_wanted(s, work->part);
	uint32_t bits =
	    on ? audit_events[work->part] : work->events[work->part];
	struct message_pair params[4 * EVENTS];
	char app[4], events[EVENTS][4];
	size_t n = 0;

	(void)snprintf(app, sizeof(app), "%zu", work->part + 16);
	for (size_t k = 0; k < 4; k++)
		for (unsigned i = 0; i < EVENTS; i++) {
			if ((bits >> i & 1) == 0)
				continue;
			(void)snprintf(events[i], sizeof(events[i]), "%u", i);
			params[n++] = (struct message_pair){ .name = names[k],
				.value = k == 0 ? (on ? "true" : "false")
				    : k == 1    ? app
				    : k == 2    ? events[i]
				                : "0" };
		}
	ask_call(s, w, params, n);
}

static const char *
audit_days(const struct setup *s)
{
	const char *days = setup_item_value(s, "audit-days", "");

	return strcmp(setup_wanted(s, s->row), "restricted") != 0 ? NULL
	    : days != NULL                                        ? days
	                                                          : "30";
}

static void
ask_storage(struct setup *s, struct writer *w)
{
	const char *days = audit_days(s);
	const struct message_pair changes[] = {
		{ .name = "StoragePolicy",
		    .value = setting_text(s->row, setup_wanted(s, s->row)) },
		{ .name = "MinDaysToKeep", .value = days },
	};

	ask_put(s, w, changes, days == NULL ? 1 : 2);
}

static void
ask_state(struct setup *s, struct writer *w)
{
	const struct message_pair state = { .name = "RequestedState",
		.value = setting_text(s->row, setup_wanted(s, s->row)) };

	ask_call(s, w, &state, 1);
}

static const struct setup_step step_events = { .name = "set-",
	.class = RULE,
	.method = "SetAuditPolicyBulk",
	.expect = EXPECT_RETURN,
	.ask = ask_events,
	.took = audit_took,
	.lost = audit_lost,
	.refused = audit_refused };
static const struct setup_step step_storage = { .name = "put-",
	.class = LOG,
	.ask = ask_storage,
	.took = audit_took,
	.lost = audit_lost,
	.refused = audit_refused };
static const struct setup_step step_state = { .name = "set-",
	.class = LOG,
	.method = "RequestStateChange",
	.own_codes = true,
	.expect = EXPECT_RETURN,
	.ask = ask_state,
	.took = audit_took,
	.lost = audit_lost,
	.refused = audit_refused };

static enum setup_next
audit_read(struct setup *s)
{
	bool events = s->row->apply == family_audit_events;

	s->nselectors = 0;
	return setup_read(s, events ? RULE : LOG,
	    events ? events_compare : audit_compare, NULL);
}

static enum setup_next
audit_took(struct setup *s, struct message *r)
{
	(void)r;
	return audit_read(s);
}

static enum setup_next
audit_lost(struct setup *s)
{
	return setup_write_lost(s, audit_read);
}

static bool
audit_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	const struct audit_work *work = s->work;

	setup_note(s, no->what);
	family_tell(s, &work->was, "", false);
	*next = setup_apply_from(s, s->row + 1);
	return true;
}

/* --- which parts record --------------------------------------------------- */

static void
events_found(const struct setup *s, char *to, size_t cap)
{
	const struct audit_work *work = s->work;
	size_t len = 0;

	to[0] = '\0';
	for (const struct setting_choice *c = s->row->choices;
	     c->word != NULL && len < cap; c++)
		if (work->events[strtoul(c->value, NULL, 10) - 16] != 0)
			len += (size_t)snprintf(to + len, cap - len, "%s%s",
			    len == 0 ? "" : " ", c->word);
}

/* AuditApplicationEventID is the application in the high half, and the event
 * in the low one. */
static void
events_read(struct setup *s)
{
	struct audit_work *work = s->work;

	memset(work->events, 0, sizeof(work->events));
	for (const struct message_node *n = s->instance.items; n != NULL;
	     n = n->next) {
		unsigned long id = strtoul(n->value, NULL, 10);
		unsigned long part = id >> 16, event = id & 0xffff;

		if (strcmp(n->name, "AuditApplicationEventID") == 0 &&
		    part >= 16 && part < 16 + PARTS && event < EVENTS)
			work->events[part - 16] |= 1U << event;
	}
}

/* A part records, or it does not: which of its events there are is the
 * firmware's. */
static enum setup_next
events_compare(struct setup *s)
{
	struct audit_work *work = s->work;
	char found[128];

	events_read(s);
	events_found(s, found, sizeof(found));
	for (size_t part = 0; part < PARTS; part++) {
		if (audit_events[part] == 0 ||
		    (work->events[part] != 0) == part_is_wanted(s, part))
			continue;
		if (work->was.n == 0)
			family_diff(&work->was, s->row, found);
		if (!setup_writes(s)) {
			setup_differs(s, s->row, "", found);
			return setup_apply_from(s, s->row + 1);
		}
		if (work->sends[part]++ == 2)
			return setup_end(s, REASON_VERIFY_FAILED,
			    "audit-events were set and stay others");
		work->part = part;
		return setup_enter(s, &step_events);
	}
	family_tell(s, &work->was, "", true);
	return setup_applied(s);
}

/* --- storage, and is it on? ----------------------------------------------- */

static void
audit_differences(struct setup *s, struct family_diffs *d)
{
	const struct message_node *p = s->instance.items;
	const char *have = message_value(p, s->row->property);
	const char *days = message_value(p, "MinDaysToKeep");
	const char *wanted = NULL;

	d->n = 0;
	if (have == NULL ||
	    !setting_identical(s->row, have, setup_wanted(s, s->row)))
		family_diff(d, s->row, have);
	if (s->row->apply == family_audit_storage)
		wanted = audit_days(s);
	if (wanted != NULL && (days == NULL || strcmp(days, wanted) != 0))
		family_diff(d, family_row(s, "audit-days"), days);
}

static enum setup_next
audit_compare(struct setup *s)
{
	struct audit_work *work = s->work;
	struct family_diffs now;

	audit_differences(s, &now);
	if (now.n == 0) {
		family_tell(s, &work->was, "", true);
		return setup_applied(s);
	}
	if (!setup_writes(s)) {
		family_tell(s, &now, "", false);
		return setup_apply_from(s, s->row + 1);
	}
	if (work->sends[0]++ == 2)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "%s was written and stays another", s->row->name);
	if (work->was.n == 0)
		work->was = now;
	return setup_enter(s,
	    s->row->apply == family_audit_storage ? &step_storage
	                                          : &step_state);
}

static enum setup_next
audit_begin(struct setup *s)
{
	if (setup_work(s, sizeof(struct audit_work)) == NULL)
		return family_no_memory(s);
	setup_counted(s, &step_events)->lost = 0;
	setup_counted(s, &step_storage)->lost = 0;
	setup_counted(s, &step_state)->lost = 0;
	return audit_read(s);
}

enum setup_next
family_audit_events(struct setup *s)
{
	return audit_begin(s);
}

enum setup_next
family_audit_storage(struct setup *s)
{
	return audit_begin(s);
}

enum setup_next
family_audit_log(struct setup *s)
{
	return audit_begin(s);
}
