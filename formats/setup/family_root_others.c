/*
 * family_root_others - roots that the profile lacks are removed, but for those
 * that are used: 802.1X and WiFi say so in their credential contexts.  Which
 * root a server for remote access needs no class tells, so that all stay while
 * the machine has one whose root the profile does not name; and all stay while
 * it demands certificates of who connects, or we might lock ourselves out.
 */
#include "setup/family_roots.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define CERTIFICATE "AMT_PublicKeyCertificate"

static enum setup_next prune_took(struct setup *s, struct message *r);
static enum setup_next prune_lost(struct setup *s);
static bool prune_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next prune_next_user(struct setup *s);
static enum setup_next prune_remove(struct setup *s);

static const struct setup_step step_remove = { .name = "remove-root",
	.class = CERTIFICATE,
	.chooses = true,
	.ask = ask_delete,
	.took = prune_took,
	.lost = prune_lost,
	.refused = prune_refused };

/* --- what is used --------------------------------------------------------- */

/* Is it a server of the profile, and does that name its root? */
static bool
mps_root_is_named(const struct setup *s, const struct message_node *p)
{
	const char *host = message_value(p, "AccessInfo");
	const char *item;

	for (size_t i = 0; (item = setup_item(s, "mps", i)) != NULL; i++)
		if (host != NULL &&
		    text_same(family_text(s, "mps-host", item), host) &&
		    *family_text(s, "mps-root", item) != '\0')
			return true;
	return false;
}

static bool
prune_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct family_prune *work = s->work;
	const char *mutual = message_value(p, "MutualAuthentication");
	struct family_cert *c;
	char id[FAMILY_ID];

	if (strcmp(class, "AMT_ManagementPresenceRemoteSAP") == 0)
		work->needs_all |= !mps_root_is_named(s, p);
	if (mutual != NULL && strcmp(mutual, "true") == 0)
		work->needs_all = true;
	if (!family_refers(p, "ElementInContext", CERTIFICATE, "InstanceID",
	        id))
		return true;
	c = family_cert_of(&work->certs, id);
	if (c != NULL)
		c->used = true;
	return true;
}

static enum setup_next
prune_next_user(struct setup *s)
{
	static const char *const users[] = { "AMT_8021xCredentialContext",
		"IPS_8021xCredentialContext", "CIM_CredentialContext",
		"AMT_ManagementPresenceRemoteSAP", "AMT_TLSSettingData" };
	struct family_prune *work = s->work;

	if (work->at == sizeof(users) / sizeof(users[0]))
		return prune_remove(s);
	return setup_items(s, users[work->at++], prune_each, prune_next_user,
	    prune_next_user);
}

/* --- removed -------------------------------------------------------------- */

static bool
prune_is_wanted(const struct setup *s, const struct family_cert *c)
{
	const struct family_prune *work = s->work;
	const char *item;

	for (size_t i = 0; (item = setup_item(s, "trusted-root", i)) != NULL;
	     i++)
		if (family_root_find(&work->certs,
		        family_text(s, "trusted-root-certificate", item)) == c)
			return true;
	return false;
}

static const struct setting *
prune_row(const struct setup *s)
{
	return family_row(s, "trusted-root-others");
}

static enum setup_next
prune_read_back(struct setup *s)
{
	struct family_prune *work = s->work;

	if (family_cert_of(&work->certs, work->removed) != NULL)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "a trusted root was removed and is still there");
	setup_changed(s, prune_row(s), "", work->removed);
	work->at = 0;
	return prune_next_user(s);
}

static enum setup_next
prune_took(struct setup *s, struct message *r)
{
	(void)r;
	return family_certs_read(s, prune_read_back);
}

/* Whether it is gone shows in what is read now. */
static enum setup_next
prune_again(struct setup *s)
{
	((struct family_prune *)s->work)->at = 0;
	return prune_next_user(s);
}

static enum setup_next
prune_lost(struct setup *s)
{
	if (setup_counted(s, &step_remove)->lost++ != 0)
		return setup_give_up(s);
	s->fresh = true;
	return family_certs_read(s, prune_again);
}

/* In use, by what we do not know: it stays. */
static bool
prune_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct family_prune *work = s->work;
	struct family_cert *c = family_cert_of(&work->certs, work->removed);

	(void)no;
	setup_note(s, "a trusted root in use stays");
	work->done = true;
	if (c != NULL)
		c->used = true;
	*next = prune_remove(s);
	return true;
}

static enum setup_next
prune_remove(struct setup *s)
{
	struct family_prune *work = s->work;

	for (size_t i = 0; !work->needs_all && i < work->certs.n; i++) {
		const struct family_cert *c = &work->certs.list[i];

		if (!c->root || c->fixed || c->used || prune_is_wanted(s, c))
			continue;
		if (!setup_writes(s)) {
			setup_differs(s, prune_row(s), "", c->id);
			continue;
		}
		(void)snprintf(work->removed, sizeof(work->removed), "%s",
		    c->id);
		s->selectors[0] = (struct message_pair){ .name = "InstanceID",
			.value = work->removed };
		s->nselectors = 1;
		return setup_enter(s, &step_remove);
	}
	work->done = true;
	return work->then(s);
}

enum setup_next
family_prune(struct setup *s, setup_then_fn *then)
{
	struct family_prune *work = s->work;

	work->then = then;
	work->at = 0;
	work->needs_all = false;
	setup_counted(s, &step_remove)->lost = 0;
	return prune_next_user(s);
}

static enum setup_next
others_read(struct setup *s)
{
	return family_prune(s, setup_applied);
}

enum setup_next
family_root_others(struct setup *s)
{
	if (setup_work(s, sizeof(struct family_prune)) == NULL)
		return family_no_memory(s);
	return family_certs_read(s, others_read);
}
