/*
 * family_mps - servers for remote access: AddMpServer (profile.md, 11).  None
 * can be changed: one that differs is removed, after the policies that name it,
 * and added again.  Position and number of a server mean nothing.
 */
#include "setup/family_mps.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

static enum setup_next mps_took(struct setup *s, struct message *r);
static enum setup_next mps_took_add(struct setup *s, struct message *r);
static enum setup_next mps_lost(struct setup *s);
static bool mps_refused_add(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next mps_compare(struct setup *s);

/* --- the requests --------------------------------------------------------- */

/* In the order of the class definition. */
static void
ask_add(struct setup *s, struct writer *w)
{
	const struct mps_work *work = s->work;
	const char *item = work->item;
	const char *host = family_text(s, "mps-host", item);
	const char *user = setup_item_value(s, "mps-user", item);
	const char *cn = setup_item_value(s, "mps-cn", item);
	const struct family_cert *own = family_own_cert(&work->certs);
	struct message_pair key = { .name = "InstanceID" }, params[8];
	const struct message_ref ref = { "AMT_PublicKeyCertificate", &key, 1,
		NULL };
	char format[12], port[12];
	size_t n = 0;

	(void)snprintf(format, sizeof(format), "%u",
	    (unsigned)mps_format(host));
	(void)snprintf(port, sizeof(port), "%u", (unsigned)mps_port(s, item));
	params[n++] = (struct message_pair){ "AccessInfo", .value = host };
	params[n++] = (struct message_pair){ "InfoFormat", .value = format };
	params[n++] = (struct message_pair){ "Port", .value = port };
	params[n++] = (struct message_pair){ "AuthMethod",
		.value = user == NULL ? "1" : "2" };
	if (user == NULL && own != NULL) {
		key.value = own->id;
		params[n++] =
		    (struct message_pair){ "Certificate", .ref = &ref };
	}
	if (user != NULL) {
		params[n++] =
		    (struct message_pair){ "Username", .value = user };
		params[n++] = (struct message_pair){ "Password",
			.value = family_text(s, "mps-password", item) };
	}
	if (mps_format(host) != 201)
		params[n++] = (struct message_pair){ "CN",
			.value = cn == NULL ? host : cn };
	ask_call(s, w, params, n);
}

static const struct setup_step step_add = { .name = "add-",
	.class = "AMT_RemoteAccessService",
	.method = "AddMpServer",
	.expect = EXPECT_RETURN,
	.ask = ask_add,
	.took = mps_took_add,
	.lost = mps_lost,
	.refused = mps_refused_add };
static const struct setup_step step_remove = { .name = "remove-",
	.class = MPS_SAP,
	.chooses = true,
	.ask = ask_delete,
	.took = mps_took,
	.lost = mps_lost };
static const struct setup_step step_remove_rule = { .name = "remove-policy-of-",
	.class = MPS_RULE,
	.chooses = true,
	.ask = ask_delete,
	.took = mps_took,
	.lost = mps_lost };

static enum setup_next
mps_look(struct setup *s)
{
	return mps_read(s, mps_compare);
}

static enum setup_next
mps_took(struct setup *s, struct message *r)
{
	(void)r;
	return mps_look(s);
}

static enum setup_next
mps_took_add(struct setup *s, struct message *r)
{
	const struct mps_work *work = s->work;

	(void)r;
	if (setup_item_value(s, "mps-user", work->item) != NULL)
		setup_sent(s, family_row(s, "mps-password"), work->item);
	return mps_look(s);
}

static enum setup_next
mps_lost(struct setup *s)
{
	return setup_write_lost(s, mps_look);
}

/* Reported, and the others go on; what it has already shows when read. */
static bool
mps_refused_add(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct mps_work *work = s->work;

	if (no->fault == NULL && no->code == 0x80a) {
		*next = mps_read(s, mps_compare);
		return true;
	}
	work->wish[work->at].done = true;
	setup_note(s, no->what);
	setup_differs(s, s->row, work->item, NULL);
	*next = mps_compare(s);
	return true;
}

/* --- removed -------------------------------------------------------------- */

/* A server goes after the policies that name it, which may be any where the
 * release does not say. */
static enum setup_next
mps_remove_sap(struct setup *s, const struct mps_sap *sap)
{
	const struct mps_work *work = s->work;

	if (!work->has_links && work->nrule != 0) {
		return mps_remove(s, &step_remove_rule, "PolicyRuleName",
		    work->rule[0].name);
	}
	for (size_t i = 0; i < work->nlink; i++)
		if (strcmp(work->link[i].sap, sap->name) == 0) {
			return mps_remove(s, &step_remove_rule,
			    "PolicyRuleName", work->link[i].rule);
		}
	return mps_remove(s, &step_remove, "Name", sap->name);
}

/* Is this server one of the profile's? */
static bool
mps_is_wanted(const struct setup *s, const struct mps_sap *sap)
{
	const char *item;

	for (size_t i = 0; (item = setup_item(s, "mps", i)) != NULL; i++)
		if (mps_find(s, item) == sap)
			return true;
	return false;
}

static bool
mps_other_is_there(const struct mps_work *work)
{
	for (size_t i = 0; i < work->nsap; i++)
		if (strcmp(work->sap[i].name, work->other) == 0)
			return true;
	return false;
}

static const struct mps_sap *
mps_other(struct setup *s)
{
	const struct mps_work *work = s->work;

	for (size_t i = 0; i < work->nsap && setup_removes_others(s, "mps");
	     i++) {
		if (mps_is_wanted(s, &work->sap[i]))
			continue;
		if (setup_writes(s))
			return &work->sap[i];
		setup_differs(s, family_row(s, "mps-others"), "",
		    work->sap[i].host);
	}
	return NULL;
}

/* --- compared ------------------------------------------------------------- */

static bool
mps_has_user(const struct setup *s, const char *user)
{
	const struct mps_work *work = s->work;

	for (size_t i = 0; i < work->nuser; i++)
		if (strcmp(work->user[i], user) == 0)
			return true;
	return work->nuser == 0; /* it does not say */
}

static void
mps_differences(struct setup *s, const char *item, struct family_diffs *d)
{
	const struct mps_sap *sap = mps_find(s, item);
	const char *host = family_text(s, "mps-host", item);
	const char *user = setup_item_value(s, "mps-user", item);
	const char *cn = setup_item_value(s, "mps-cn", item);
	const struct setting *password = family_row(s, "mps-password");
	char port[12];

	d->n = 0;
	if (sap == NULL || sap->format != mps_format(host))
		family_diff(d, s->row, sap == NULL ? NULL : sap->host);
	if (sap == NULL)
		return;
	(void)snprintf(port, sizeof(port), "%u", (unsigned)sap->port);
	if (sap->port != mps_port(s, item))
		family_diff(d, family_row(s, "mps-port"), port);
	if (cn != NULL && mps_format(host) != 201 && !text_same(sap->cn, cn))
		family_diff(d, family_row(s, "mps-cn"), sap->cn);
	if (user != NULL && !mps_has_user(s, user))
		family_diff(d, family_row(s, "mps-user"), NULL);
	if (user != NULL && !setup_known(s, password, item))
		family_diff(d, password, NULL);
}

/* What it is to check the server with, and to log in with, must be there. */
static bool
mps_lacks_certificate(struct setup *s, const char *item)
{
	const struct mps_work *work = s->work;
	const struct family_eap as = { "mps", item, 0 };

	if (setup_item_value(s, "mps-root", item) != NULL &&
	    family_eap_root(s, &as, &work->certs) == NULL)
		setup_differs(s, family_row(s, "mps-root"), item, NULL);
	else if (setup_item_value(s, "mps-user", item) == NULL &&
	    family_own_cert(&work->certs) == NULL)
		setup_differs(s, family_row(s, "mps-user"), item, NULL);
	else
		return false;
	return true;
}

static enum setup_next
mps_settle(struct setup *s, size_t i, const char *item,
    const struct family_diffs *now)
{
	struct mps_work *work = s->work;
	const struct mps_sap *sap = mps_find(s, item);

	if (work->wish[i].was.n == 0)
		work->wish[i].was = *now;
	if (sap != NULL)
		return mps_remove_sap(s, sap);
	if (work->wish[i].sends++ == 2)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "mps %s was added and is not there", item);
	work->at = i;
	work->item = item;
	return setup_enter(s, &step_add);
}

static enum setup_next
mps_compare(struct setup *s)
{
	struct mps_work *work = s->work;
	const struct mps_sap *other = mps_other(s);
	struct family_diffs now;
	const char *item;

	mps_end_other(s, "mps-others", mps_other_is_there(work));
	if (other != NULL) {
		mps_begin_other(s, other->name, other->host);
		return mps_remove_sap(s, other);
	}
	for (size_t i = 0;
	     i < MPS_MAX && (item = setup_item(s, "mps", i)) != NULL; i++) {
		struct mps_wish *wish = &work->wish[i];

		if (wish->done)
			continue;
		mps_differences(s, item, &now);
		if (now.n != 0 && mps_lacks_certificate(s, item)) {
			wish->done = true;
			continue;
		}
		if (now.n != 0 && setup_writes(s))
			return mps_settle(s, i, item, &now);
		wish->done = true;
		family_tell(s, now.n != 0 ? &now : &wish->was, item,
		    now.n == 0);
	}
	return setup_applied(s);
}

static enum setup_next
mps_begin(struct setup *s)
{
	return mps_read(s, mps_compare);
}

static enum setup_next
mps_read_keys(struct setup *s)
{
	return family_keys_read(s, mps_begin);
}

static bool
mps_needs_certificates(const struct setup *s)
{
	const char *item;

	for (size_t i = 0; (item = setup_item(s, "mps", i)) != NULL; i++)
		if (setup_item_value(s, "mps-root", item) != NULL ||
		    setup_item_value(s, "mps-user", item) == NULL)
			return true;
	return false;
}

enum setup_next
family_mps(struct setup *s)
{
	if (setup_work(s, sizeof(struct mps_work)) == NULL)
		return family_no_memory(s);
	setup_counted(s, &step_add)->lost = 0;
	setup_counted(s, &step_remove)->lost = 0;
	setup_counted(s, &step_remove_rule)->lost = 0;
	return mps_needs_certificates(s) ? family_certs_read(s, mps_read_keys)
	                                 : mps_begin(s);
}
