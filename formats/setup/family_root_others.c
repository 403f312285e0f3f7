/*
 * family_root_others - roots that the profile lacks are removed, but for those
 * that are used: 802.1X and WiFi say so in their credential contexts.  Which
 * root a server for remote access needs no class tells, so that all stay while
 * the machine has one whose root the profile does not name; and all stay while
 * it demands certificates of who connects, or we might lock ourselves out.
 */
#include "setup/family_roots.h"

#include <string.h>

#include "base/text.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define CERTIFICATE "AMT_PublicKeyCertificate"

static enum setup_next prune_took(struct setup *s, struct message *r);
static enum setup_next prune_lost(struct setup *s);
static bool prune_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
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
prune_stays(const struct family_prune *work, const struct family_cert *c)
{
	for (size_t i = 0; i < work->nstays; i++)
		if (memcmp(work->stays[i], c->sha256, sizeof(c->sha256)) == 0)
			return true;
	return false;
}

/* By its bytes: its place may be another once one before it is gone. */
static void
prune_let_stay(struct family_prune *work, const struct family_cert *c)
{
	if (!prune_stays(work, c) && work->nstays < FAMILY_CERTS_MAX)
		memcpy(work->stays[work->nstays++], c->sha256,
		    sizeof(c->sha256));
}

static bool
prune_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct family_prune *work = s->work;
	const char *mutual = message_value(p, "MutualAuthentication");
	const struct family_cert *c;
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
		prune_let_stay(work, c);
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

static bool
prune_is_gone(const struct family_prune *work)
{
	for (size_t i = 0; i < work->certs.n; i++)
		if (work->certs.list[i].root &&
		    memcmp(work->certs.list[i].sha256, work->removed.sha256,
		        sizeof(work->removed.sha256)) == 0)
			return false;
	return true;
}

static enum setup_next
prune_read_back(struct setup *s)
{
	const struct family_prune *work = s->work;

	if (prune_is_gone(work))
		setup_changed(s, prune_row(s), "", work->removed.id);
	else if (work->accepted)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "a trusted root was removed and is still there");
	return prune_remove(s);
}

static enum setup_next
prune_look(struct setup *s)
{
	return family_certs_read(s, prune_read_back);
}

static enum setup_next
prune_took(struct setup *s, struct message *r)
{
	(void)r;
	((struct family_prune *)s->work)->accepted = true;
	return prune_look(s);
}

static enum setup_next
prune_lost(struct setup *s)
{
	return setup_write_lost(s, prune_look);
}

/* In use, by what we do not know: it stays. */
static bool
prune_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct family_prune *work = s->work;

	(void)no;
	setup_note(s, "a trusted root in use stays");
	prune_let_stay(work, &work->removed);
	*next = prune_remove(s);
	return true;
}

static enum setup_next
prune_remove(struct setup *s)
{
	struct family_prune *work = s->work;

	for (size_t i = 0; !work->needs_all && i < work->certs.n; i++) {
		const struct family_cert *c = &work->certs.list[i];

		if (!c->root || c->fixed || prune_stays(work, c) ||
		    prune_is_wanted(s, c))
			continue;
		if (!setup_writes(s)) {
			setup_differs(s, prune_row(s), "", c->id);
			continue;
		}
		work->removed = *c;
		work->accepted = false;
		s->selectors[0] = (struct message_pair){ .name = "InstanceID",
			.value = work->removed.id };
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
	work->nstays = 0;
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
