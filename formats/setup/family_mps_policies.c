/*
 * family_mps_policies - when a machine opens a tunnel:
 * AddRemoteAccessPolicyRule (profile.md, 11).  A machine has one rule for each
 * trigger.  None can be changed: one that differs is removed and added again.
 */
#include "setup/family_mps.h"

#include <stdio.h>
#include <string.h>

#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

static enum setup_next policy_took(struct setup *s, struct message *r);
static enum setup_next policy_lost(struct setup *s);
static bool policy_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next policy_compare(struct setup *s);

/* --- the machine's -------------------------------------------------------- */

/* The name may have a number behind it (profile.md, 11). */
static const struct mps_rule *
policy_find(const struct setup *s, uint32_t trigger)
{
	static const char *const names[] = { "User Initiated", "Alert",
		"Periodic" };
	const struct mps_work *work = s->work;

	for (size_t i = 0; i < work->nrule; i++)
		if (work->rule[i].trigger == trigger ||
		    (work->rule[i].trigger == UINT32_MAX &&
		        strncmp(work->rule[i].name, names[trigger],
		            strlen(names[trigger])) == 0))
			return &work->rule[i];
	return NULL;
}

static bool
policy_links(const struct mps_work *work, const struct mps_rule *rule,
    const char *sap)
{
	for (size_t i = 0; i < work->nlink; i++)
		if (strcmp(work->link[i].rule, rule->name) == 0 &&
		    strcmp(work->link[i].sap, sap) == 0)
			return true;
	return false;
}

static bool
policy_same_servers(const struct setup *s, const char *item,
    const struct mps_rule *rule)
{
	const struct mps_work *work = s->work;
	const char *names[MPS_RULE_SERVERS];
	size_t n = mps_rule_servers(s, item, names), has = 0;

	if (!work->has_links)
		return true;
	for (size_t i = 0; i < work->nlink; i++)
		has += strcmp(work->link[i].rule, rule->name) == 0;
	for (size_t i = 0; i < n; i++)
		if (!policy_links(work, rule, names[i]))
			return false;
	return n == has;
}

/* The first link of the rule that has another type than is wanted. */
static const struct mps_link *
policy_other_type(const struct setup *s, const char *item,
    const struct mps_rule *rule)
{
	const struct mps_work *work = s->work;
	uint32_t wanted = family_number(s, "mps-policy-from", item, UINT32_MAX);

	if (!setting_in_release(family_row(s, "mps-policy-from"), s->release))
		return NULL;
	for (size_t i = 0; wanted != UINT32_MAX && i < work->nlink; i++)
		if (strcmp(work->link[i].rule, rule->name) == 0 &&
		    work->link[i].typed && work->link[i].type != wanted)
			return &work->link[i];
	return NULL;
}

/* --- the requests --------------------------------------------------------- */

static void
ask_add(struct setup *s, struct writer *w)
{
	const struct mps_work *work = s->work;
	const char *names[MPS_RULE_SERVERS];
	size_t n = mps_rule_servers(s, work->item, names);
	struct message_pair keys[MPS_RULE_SERVERS],
	    params[3 + MPS_RULE_SERVERS];
	struct message_ref refs[MPS_RULE_SERVERS];
	char trigger[12], lifetime[12], data[32];

	(void)snprintf(trigger, sizeof(trigger), "%u",
	    (unsigned)mps_rule_trigger(s, work->item));
	(void)snprintf(lifetime, sizeof(lifetime), "%u",
	    (unsigned)family_number(s, "mps-policy-lifetime", work->item, 0));
	mps_rule_data(s, work->item, data);
	params[0] = (struct message_pair){ "Trigger", .value = trigger };
	params[1] =
	    (struct message_pair){ "TunnelLifeTime", .value = lifetime };
	params[2] = (struct message_pair){ "ExtendedData", .value = data };
	for (size_t i = 0; i < n; i++) {
		keys[i] = (struct message_pair){ "Name", .value = names[i] };
		refs[i] = (struct message_ref){ MPS_SAP, &keys[i], 1, NULL };
		params[3 + i] =
		    (struct message_pair){ "MpServer", .ref = &refs[i] };
	}
	ask_call(s, w, params, 3 + n);
}

static void
ask_put_type(struct setup *s, struct writer *w)
{
	const struct mps_work *work = s->work;
	char type[12];
	const struct message_pair change = { .name = "MpsType", .value = type };

	(void)snprintf(type, sizeof(type), "%u",
	    (unsigned)family_number(s, "mps-policy-from", work->item, 0));
	ask_put(s, w, &change, 1);
}

static const struct setup_step step_add = { .name = "add-",
	.class = "AMT_RemoteAccessService",
	.method = "AddRemoteAccessPolicyRule",
	.expect = EXPECT_RETURN,
	.ask = ask_add,
	.took = policy_took,
	.lost = policy_lost,
	.refused = policy_refused };
static const struct setup_step step_remove = { .name = "remove-",
	.class = MPS_RULE,
	.chooses = true,
	.ask = ask_delete,
	.took = policy_took,
	.lost = policy_lost };
static const struct setup_step step_put = { .name = "put-",
	.of_items = true,
	.chooses = true,
	.ask = ask_put_type,
	.took = policy_took,
	.lost = policy_lost,
	.refused = policy_refused };

static enum setup_next
policy_look(struct setup *s)
{
	return mps_read(s, policy_compare);
}

static enum setup_next
policy_took(struct setup *s, struct message *r)
{
	(void)r;
	return policy_look(s);
}

static enum setup_next
policy_lost(struct setup *s)
{
	return setup_write_lost(s, policy_look);
}

static bool
policy_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct mps_work *work = s->work;

	work->wish[work->at].done = true;
	setup_note(s, no->what);
	family_tell(s, &work->wish[work->at].was, work->item, false);
	*next = policy_compare(s);
	return true;
}

/* Both of its keys are references, each with all four keys (profile.md, 11). */
static void
policy_choose_link(struct setup *s, const struct mps_link *link)
{
	static const char *const classes[] = { MPS_SAP, MPS_RULE };
	struct mps_work *work = s->work;

	(void)snprintf(work->name, sizeof(work->name), "%s", link->sap);
	for (size_t i = 0; i < 2; i++) {
		struct message_pair *k = work->keys[i];

		k[0] = (struct message_pair){ "CreationClassName",
			.value = classes[i] };
		k[1] =
		    (struct message_pair){ i == 0 ? "Name" : "PolicyRuleName",
			    .value = i == 0 ? link->sap : link->rule };
		k[2] = (struct message_pair){ "SystemCreationClassName",
			.value = "CIM_ComputerSystem" };
		k[3] = (struct message_pair){ "SystemName",
			.value = "Intel(r) AMT" };
		work->refs[i] = (struct message_ref){ classes[i], k, 4, NULL };
		s->selectors[i] =
		    (struct message_pair){ i == 0 ? "ManagedElement"
			                          : "PolicySet",
			    .ref = &work->refs[i] };
	}
	s->nselectors = 2;
}

static enum setup_next
policy_put(struct setup *s)
{
	return setup_enter(s, &step_put);
}

/* --- compared ------------------------------------------------------------- */

/* What only removing and adding mends. */
static void
policy_differences(struct setup *s, const char *item,
    const struct mps_rule *rule, struct family_diffs *d)
{
	char data[32], found[32];

	d->n = 0;
	if (rule == NULL) {
		family_diff(d, s->row, NULL);
		return;
	}
	mps_rule_data(s, item, data);
	if (strcmp(rule->data, data) != 0) {
		mps_rule_seconds(found, rule->data);
		family_diff(d, family_row(s, "mps-policy-seconds"), found);
	}
	if (rule->lifetime !=
	    family_number(s, "mps-policy-lifetime", item, 0)) {
		(void)snprintf(found, sizeof(found), "%u",
		    (unsigned)rule->lifetime);
		family_diff(d, family_row(s, "mps-policy-lifetime"), found);
	}
	if (!policy_same_servers(s, item, rule))
		family_diff(d, family_row(s, "mps-policy-servers"), NULL);
}

static enum setup_next
policy_settle(struct setup *s, size_t i, const char *item,
    const struct mps_rule *rule, const struct mps_link *link)
{
	struct mps_work *work = s->work;

	if (work->wish[i].sends++ == 6)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "mps-policy %s was written and stays another", item);
	work->at = i;
	work->item = item;
	if (link != NULL) {
		policy_choose_link(s, link);
		return setup_read(s, MPS_LINK, policy_put, NULL);
	}
	if (rule == NULL)
		return setup_enter(s, &step_add);
	return mps_remove(s, &step_remove, "PolicyRuleName", rule->name);
}

/* Another entry before it has this trigger, or it has no server: left alone. */
static bool
policy_is_void(struct setup *s, size_t i, const char *item)
{
	const char *names[MPS_RULE_SERVERS];

	for (size_t k = 0; k < i; k++)
		if (mps_rule_trigger(s, setup_item(s, "mps-policy", k)) ==
		    mps_rule_trigger(s, item)) {
			setup_differs(s, s->row, item, "another entry's");
			return true;
		}
	if (mps_rule_servers(s, item, names) != 0)
		return false;
	setup_differs(s, family_row(s, "mps-policy-servers"), item, NULL);
	return true;
}

static bool
policy_other_is_there(const struct mps_work *work)
{
	for (size_t i = 0; i < work->nrule; i++)
		if (strcmp(work->rule[i].name, work->other) == 0)
			return true;
	return false;
}

/* The rule of a trigger that the profile lacks. */
static const struct mps_rule *
policy_other(struct setup *s)
{
	const struct mps_work *work = s->work;
	const char *item;

	for (size_t i = 0;
	     i < work->nrule && setup_removes_others(s, "mps-policy"); i++) {
		size_t k = 0;

		while ((item = setup_item(s, "mps-policy", k)) != NULL &&
		    policy_find(s, mps_rule_trigger(s, item)) != &work->rule[i])
			k++;
		if (item != NULL)
			continue;
		if (setup_writes(s))
			return &work->rule[i];
		setup_differs(s, family_row(s, "mps-policy-others"), "",
		    work->rule[i].name);
	}
	return NULL;
}

/* One entry; false: nothing is to be written for it. */
static bool
policy_compare_one(struct setup *s, size_t i, const char *item,
    enum setup_next *next)
{
	struct mps_wish *wish = &((struct mps_work *)s->work)->wish[i];
	const struct mps_rule *rule = policy_find(s, mps_rule_trigger(s, item));
	const struct mps_link *link = NULL;
	struct family_diffs now;

	wish->done = policy_is_void(s, i, item);
	if (wish->done)
		return false;
	policy_differences(s, item, rule, &now);
	if (now.n == 0)
		link = policy_other_type(s, item, rule);
	if (link != NULL)
		family_diff(&now, family_row(s, "mps-policy-from"), NULL);
	if (now.n != 0 && setup_writes(s)) {
		if (wish->was.n == 0)
			wish->was = now;
		*next = policy_settle(s, i, item, rule, link);
		return true;
	}
	wish->done = true;
	family_tell(s, now.n != 0 ? &now : &wish->was, item, now.n == 0);
	return false;
}

static enum setup_next
policy_compare(struct setup *s)
{
	struct mps_work *work = s->work;
	const struct mps_rule *other = policy_other(s);
	enum setup_next next;
	const char *item;

	mps_end_other(s, "mps-policy-others", policy_other_is_there(work));
	if (other != NULL) {
		mps_begin_other(s, other->name, other->name);
		return mps_remove(s, &step_remove, "PolicyRuleName",
		    other->name);
	}
	for (size_t i = 0;
	     i < MPS_MAX && (item = setup_item(s, "mps-policy", i)) != NULL;
	     i++)
		if (!work->wish[i].done &&
		    policy_compare_one(s, i, item, &next))
			return next;
	return setup_applied(s);
}

enum setup_next
family_mps_policies(struct setup *s)
{
	if (setup_work(s, sizeof(struct mps_work)) == NULL)
		return family_no_memory(s);
	setup_counted(s, &step_add)->lost = 0;
	setup_counted(s, &step_remove)->lost = 0;
	setup_counted(s, &step_put)->lost = 0;
	return mps_read(s, policy_compare);
}
