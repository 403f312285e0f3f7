/*
 * family_tls - TLS of the network: AMT_TLSSettingData (profile.md, 4.4).  Its
 * instance is found by its InstanceID; the local one is left alone, as a first
 * commit with both was seen to get lost.
 *
 * From 16.1 on a machine may say that it cannot do without TLS
 * (NonSecureConnectionsSupported false): then it stays on, and what it has of
 * the other port stays as it is.
 *
 * Here, a machine that is to demand a console's certificate is given TLS and no
 * more; once all else is read back, family_mutual goes on.
 */
#include "setup/family_leaf.h"

#include <stdio.h>
#include <string.h>

#include "setup/family_mutual.h"
#include "setup/family_net.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define CLASS "AMT_TLSSettingData"
#define CHANGES_MAX 4

struct tls_work {
	char id[LEAF_ID]; /* the network's instance */
	bool cert;        /* a certificate was chosen */
	unsigned puts;
	char found[8]; /* as it was at first */
};

static enum setup_next tls_took(struct setup *s, struct message *r);
static enum setup_next tls_lost(struct setup *s);

static bool
tls_wanted(const struct setup *s)
{
	return strcmp(setup_wanted(s, s->row), "off") != 0;
}

/* It demands certificates as it is to: what else of that differs, and whether
 * it may be so for now, is family_mutual's. */
static bool
tls_stays_mutual(const struct setup *s)
{
	return family_mutual_wanted(s) && family_says(s, "Enabled", "true") &&
	    family_says(s, "MutualAuthentication", "true");
}

/* What the instance that was read lacks. */
static size_t
tls_changes(const struct setup *s, struct message_pair to[CHANGES_MAX])
{
	bool on = tls_wanted(s), has = family_says(s, "Enabled", "true");
	size_t n = 0;

	if (tls_stays_mutual(s))
		return 0;
	if (on != has)
		to[n++] = (struct message_pair){ .name = "Enabled",
			.value = on ? "true" : "false" };
	if (on && !family_says(s, "MutualAuthentication", "false"))
		to[n++] = (struct message_pair){ .name = "MutualAuthentication",
			.value = "false" };
	/* Where it has TLS, the other port is shut. */
	if (on && family_says(s, "AcceptNonSecureConnections", "true") &&
	    !family_says(s, "NonSecureConnectionsSupported", "false"))
		to[n++] =
		    (struct message_pair){ .name = "AcceptNonSecureConnections",
			    .value = "false" };
	/* Names mean nothing without mutual authentication. */
	if (n != 0 && message_find(s->instance.items, "TrustedCN") != NULL)
		to[n++] = (struct message_pair){ .name = "TrustedCN" };
	return n;
}

static void
ask_put_tls(struct setup *s, struct writer *w)
{
	struct message_pair changes[CHANGES_MAX];

	ask_put(s, w, changes, tls_changes(s, changes));
}

static const struct setup_step step_put = { .name = "put-",
	.class = CLASS,
	.chooses = true,
	.limit_ms = SETUP_SLOW_MS,
	.ask = ask_put_tls,
	.took = tls_took,
	.lost = tls_lost };

static enum setup_next tls_compare(struct setup *s);

static enum setup_next
tls_read(struct setup *s)
{
	struct tls_work *work = s->work;

	s->selectors[0] =
	    (struct message_pair){ .name = "InstanceID", .value = work->id };
	s->nselectors = 1;
	return setup_read(s, CLASS, tls_compare, NULL);
}

static enum setup_next
tls_took(struct setup *s, struct message *r)
{
	(void)r;
	return tls_read(s);
}

static enum setup_next
tls_lost(struct setup *s)
{
	if (setup_counted(s, &step_put)->lost++ != 0)
		return setup_give_up(s);
	s->fresh = true;
	return tls_read(s);
}

/* --- compared ------------------------------------------------------------- */

static enum setup_next
tls_leave(struct setup *s)
{
	setup_differs(s, s->row, "", ((struct tls_work *)s->work)->found);
	return setup_apply_from(s, s->row + 1);
}

/* It serves TLS from the next commit on, or no longer. */
static enum setup_next
tls_is_so(struct setup *s)
{
	struct tls_work *work = s->work;

	s->serves = tls_wanted(s) ? SETUP_SERVES_TLS : SETUP_SERVES_PLAIN;
	if (work->puts != 0) {
		s->commit_due = true;
		/* else it is not yet as it is wanted */
		if (!family_mutual_wanted(s))
			setup_changed(s, s->row, "", work->found);
	}
	return setup_applied(s);
}

/* Of a machine that is only looked at. */
static enum setup_next
tls_checked(struct setup *s)
{
	if (!tls_stays_mutual(s))
		return tls_leave(s);
	family_mutual_compare(s);
	return setup_applied(s);
}

static enum setup_next
tls_compare(struct setup *s)
{
	struct tls_work *work = s->work;
	struct message_pair changes[CHANGES_MAX];

	if (work->found[0] == '\0')
		(void)snprintf(work->found, sizeof(work->found), "%s",
		    !family_says(s, "Enabled", "true") ? "off"
		        : family_says(s, "MutualAuthentication", "true")
		        ? "mutual"
		        : "server");
	if (!tls_wanted(s) &&
	    family_says(s, "NonSecureConnectionsSupported", "false")) {
		setup_note(s, "this firmware cannot do without TLS");
		setup_lacks(s, s->row, "");
		return setup_apply_from(s, s->row + 1);
	}
	if (tls_changes(s, changes) == 0)
		return !s->rules.want->writes && family_mutual_wanted(s)
		    ? tls_checked(s)
		    : tls_is_so(s);
	if (tls_wanted(s) && !work->cert &&
	    setup_has_finding(s, SETUP_LACKS, "certificate", "")) {
		setup_lacks(s, s->row, "");
		return setup_apply_from(s, s->row + 1);
	}
	if (tls_wanted(s) && !work->cert) {
		setup_note(s, "TLS needs a certificate, and it has none");
		return tls_leave(s);
	}
	if (!setup_writes(s))
		return tls_leave(s);
	if (work->puts++ == 2)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "AMT_TLSSettingData was put and stays as it was");
	return setup_enter(s, &step_put);
}

/* --- which instance ------------------------------------------------------- */

static bool
tls_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct tls_work *work = s->work;
	const char *id = message_value(p, "InstanceID");

	(void)class;
	if (id == NULL || strstr(id, "802.3") == NULL)
		return true;
	if (strlen(id) >= sizeof(work->id))
		return false;
	(void)snprintf(work->id, sizeof(work->id), "%s", id);
	return true;
}

static enum setup_next
tls_listed(struct setup *s)
{
	struct tls_work *work = s->work;

	if (work->id[0] != '\0')
		return tls_read(s);
	setup_lacks(s, s->row, "");
	return setup_apply_from(s, s->row + 1);
}

static bool
context_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct tls_work *work = s->work;
	char id[FAMILY_ID];

	(void)class;
	work->cert |= family_refers(p, "ElementInContext", LEAF_CERTIFICATE,
	    "InstanceID", id);
	return true;
}

static enum setup_next
tls_list(struct setup *s)
{
	return setup_items(s, CLASS, tls_each, tls_listed, NULL);
}

enum setup_next
family_tls(struct setup *s)
{
	if (setup_work(s, sizeof(struct tls_work)) == NULL)
		return family_no_memory(s);
	setup_counted(s, &step_put)->lost = 0;
	return setup_items(s, LEAF_CONTEXT, context_each, tls_list, tls_list);
}
