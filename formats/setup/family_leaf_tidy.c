/*
 * family_leaf_tidy - the machine's certificates of before are removed, each
 * with its key after it, once the new one serves (maintenance.md, 4).  What
 * something refers to stays, and so does what the machine made itself.  A
 * refusal or a lost answer ends it: the next visit goes on.
 */
#include "setup/family_leaf.h"

#include <stdio.h>
#include <string.h>

#include "setup/family_net.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"
#include "setup/setup_pass.h"

struct tidy_work {
	struct leaf_work leaf; /* the first member */
	size_t at;             /* of the classes that refer to certificates */
	char id[LEAF_ID];      /* that is removed */
	uint8_t key[32];       /* its key */
	unsigned removed;
};

static enum setup_next tidy_took_cert(struct setup *s, struct message *r);
static enum setup_next tidy_took_key(struct setup *s, struct message *r);
static bool tidy_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next tidy_uses(struct setup *s);

static enum setup_next
tidy_end(struct setup *s)
{
	return setup_tidied(s);
}

static const struct setup_step step_remove_cert = {
	.name = "remove-certificate",
	.class = LEAF_CERTIFICATE,
	.chooses = true,
	.ask = ask_delete,
	.took = tidy_took_cert,
	.lost = tidy_end,
	.refused = tidy_refused,
};
static const struct setup_step step_remove_key = { .name = "remove-key",
	.class = LEAF_KEY,
	.chooses = true,
	.ask = ask_delete,
	.took = tidy_took_key,
	.lost = tidy_end,
	.refused = tidy_refused };

static bool
tidy_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	(void)no;
	*next = tidy_end(s);
	return true;
}

static enum setup_next
tidy_remove(struct setup *s, const struct setup_step *step, const char *id)
{
	struct tidy_work *work = s->work;

	if (work->removed++ == 2 * LEAF_MAX)
		return tidy_end(s);
	memmove(work->id, id, strlen(id) + 1);
	s->selectors[0] =
	    (struct message_pair){ .name = "InstanceID", .value = work->id };
	s->nselectors = 1;
	return setup_enter(s, step);
}

/* --- what is left --------------------------------------------------------- */

static bool
tidy_is_old(const struct leaf_store *store, const struct leaf_cert *c)
{
	return !c->root && !c->fixed && !c->used && !c->is.self &&
	    c->is.named && strcmp(c->id, store->current) != 0 &&
	    leaf_has_key(store, c->is.key);
}

static enum setup_next
tidy_decide(struct setup *s)
{
	struct tidy_work *work = s->work;
	const struct leaf_store *store = &work->leaf.store;

	for (size_t i = 0; i < store->ncert; i++)
		if (tidy_is_old(store, &store->cert[i])) {
			memcpy(work->key, store->cert[i].is.key, 32);
			return tidy_remove(s, &step_remove_cert,
			    store->cert[i].id);
		}
	return tidy_end(s);
}

static bool
tidy_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct leaf_store *store = &((struct leaf_work *)s->work)->store;
	char id[FAMILY_ID];

	(void)class;
	if (!family_refers(p, "ElementInContext", LEAF_CERTIFICATE,
	        "InstanceID", id))
		return true;
	for (size_t i = 0; i < store->ncert; i++)
		store->cert[i].used |= strcmp(store->cert[i].id, id) == 0;
	return true;
}

static enum setup_next
tidy_uses(struct setup *s)
{
	static const char *const users[] = { LEAF_CONTEXT,
		"AMT_8021xCredentialContext", "IPS_8021xCredentialContext",
		"CIM_CredentialContext", "AMT_RemoteAccessCredentialContext" };
	struct tidy_work *work = s->work;

	if (work->at == sizeof(users) / sizeof(users[0]))
		return tidy_decide(s);
	return setup_items(s, users[work->at++], tidy_each, tidy_uses,
	    tidy_uses);
}

static enum setup_next
tidy_look(struct setup *s)
{
	((struct tidy_work *)s->work)->at = 0;
	return tidy_uses(s);
}

/* --- removed -------------------------------------------------------------- */

static bool
key_is_used(const struct leaf_store *store, const uint8_t key[32])
{
	for (size_t i = 0; i < store->ncert; i++)
		if (memcmp(store->cert[i].is.key, key, 32) == 0)
			return true;
	return false;
}

static enum setup_next
tidy_key(struct setup *s)
{
	struct tidy_work *work = s->work;
	const struct leaf_store *store = &work->leaf.store;

	for (size_t i = 0; i < store->nkey; i++)
		if (memcmp(store->key[i].sha256, work->key, 32) == 0 &&
		    !key_is_used(store, work->key))
			return tidy_remove(s, &step_remove_key,
			    store->key[i].id);
	return tidy_look(s);
}

static enum setup_next
tidy_took_cert(struct setup *s, struct message *r)
{
	(void)r;
	return leaf_read(s, tidy_key);
}

static enum setup_next
tidy_took_key(struct setup *s, struct message *r)
{
	(void)r;
	return leaf_read(s, tidy_look);
}

enum setup_next
leaf_tidy(struct setup *s)
{
	struct tidy_work *work = setup_work(s, sizeof(*work));

	if (work == NULL)
		return family_no_memory(s);
	s->row = family_row(s, "certificate");
	leaf_name(s, &work->leaf);
	return leaf_read(s, tidy_look);
}
